/**
 * Text from elsewhere, made fit for a terminal: specs, histories, algorithms and file names may hold anything.
 *
 * Control characters are shown instead of obeyed, and passwords in addresses are left out, whoever writes the text.
 */

/** C0 but for tab and line feed, DEL, C1, line and paragraph separators, and what reorders text (Unicode UAX #9). */
// oxlint-disable-next-line no-control-regex -- these are what it is about
const CONTROL = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g

/** The user and password of a queue's address; a password may itself hold `/` and `@`. */
const CREDENTIALS = /\b((?:redis|valkey)s?:\/*)[^\s"'`]*@/gi
/** A password among the options of such an address. */
const PASSWORD_OPTION = /([?&]password=)[^\s&"'`]+/gi

/** The text with every control character written as JSON escapes it (`\u001b`), and without passwords. */
export function printable(text: string): string {
  return withoutPasswords(text).replaceAll(CONTROL, escaped)
}

/** The text with `***` in place of users and passwords in the addresses of queues. */
function withoutPasswords(text: string): string {
  return text.replaceAll(CREDENTIALS, "$1***@").replaceAll(PASSWORD_OPTION, "$1***")
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
}
