/** Text by strangers, made fit to stand in a line of a report: shown, not carried out. */
import { showControls } from "../../runtime/lib/show.ts"

/** Longest text that is kept of one message. */
const MAX_LENGTH = 1_000

/** One line without control characters (each is written as in a string literal), cut to a length that can be read. */
export function plainText(text: string, longest = MAX_LENGTH): string {
  const whole = text.length <= longest ? text : `${text.slice(0, longest)}... (${text.length} characters)`
  return showControls(whole.toWellFormed().replaceAll("\n", "\\n").replaceAll("\t", "\\t"))
}
