/** Text by strangers, made fit to stand in a line of a report: shown, not carried out. */

/** Longest text that is kept of one message. */
const LONGEST = 1_000

/** Control characters, marks that change how text is shown, and separators of lines. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** One line without control characters (each is written as in a string literal), cut to a length that can be read. */
export function plainText(text: string, longest = LONGEST): string {
  const whole = text.length <= longest ? text : `${text.slice(0, longest)}... (${text.length} characters)`
  return whole.toWellFormed().replaceAll(UNSEEN, character => ESCAPES[character] ?? escaped(character))
}

const ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }

function escaped(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`
}
