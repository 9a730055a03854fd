/**
 * Text from elsewhere, made fit for a terminal: specs, histories, algorithms and file names may hold anything.
 *
 * Control characters are shown instead of obeyed, and passwords in addresses are left out, whatever the source of the text.
 */

import { showControls } from "../../runtime/lib/show.ts"

/** The user and password of a queue's address; a password may itself hold `/` and `@`. */
const CREDENTIALS = /\b((?:redis|valkey)s?:\/*)[^\s"'`]*@/gi
/** A password among the options of such an address. */
const PASSWORD_OPTION = /([?&]password=)[^\s&"'`]+/gi

/** The text with every control character written as JSON escapes it (`\u001b`), and without passwords. */
export function printable(text: string): string {
  return showControls(withoutPasswords(text))
}

/** The text with `***` in place of users and passwords in the addresses of queues. */
function withoutPasswords(text: string): string {
  return text.replaceAll(CREDENTIALS, "$1***@").replaceAll(PASSWORD_OPTION, "$1***")
}
