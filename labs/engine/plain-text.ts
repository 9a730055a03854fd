/** Makes untrusted text fit for a line of a report: control characters are shown rather than obeyed. */
import { showControls } from "../../runtime/lib/show.ts"

/** Maximum length of the text kept of one message. */
const MAX_LENGTH = 1_000

/** One line without control characters (each is escaped as in a string literal), truncated to a readable length. */
export function plainText(text: string, longest = MAX_LENGTH): string {
  const whole = text.length <= longest ? text : `${text.slice(0, longest)}... (${text.length} characters)`
  return showControls(whole.toWellFormed().replaceAll("\n", "\\n").replaceAll("\t", "\\t"))
}
