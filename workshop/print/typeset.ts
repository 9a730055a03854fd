/** Typeset text: Raft's configurations as in the paper, `C_old,new`, and commands and sets of nodes kept on one line. */
import type { VNode } from "preact"
import { html } from "../../reports/page/html.ts"

export function typeset(text: string): readonly (VNode | string)[] {
  return inOneLine(text)
    .split(/C_(old,new|new)/)
    .map((part, place) => (place % 2 === 0 ? part : html`C<sub>${part}</sub>`))
}

/** Keeps `1/1 put k = v0` and `{0, 1, 2}` on one line, and a number at the end off a line of its own. */
function inOneLine(text: string): string {
  return text
    .replaceAll(/(?:\d+\/\d+ )?put k = v\d|\{[\d, ]+\}/g, part => part.replaceAll(" ", "\u00A0"))
    .replace(/ (\d+[.?]?)$/, "\u00A0$1")
}
