/** Text as it is set: Raft's configurations as in the paper, `C_old,new`, and commands and sets of nodes in one line. */
import type { VNode } from "preact"
import { html } from "../../reports/page/html.ts"

export function typeset(text: string): readonly (VNode | string)[] {
  return inOneLine(text)
    .split(/C_(old,new|new)/)
    .map((part, place) => (place % 2 === 0 ? part : html`C<sub>${part}</sub>`))
}

/** `1/1 put k = v0` and `{0, 1, 2}`, which no line may break, and a number at the end, which stands in no line alone. */
function inOneLine(text: string): string {
  return text
    .replaceAll(/(?:\d+\/\d+ )?put k = v\d|\{[\d, ]+\}/g, part => part.replaceAll(" ", "\u00A0"))
    .replace(/ (\d+[.?]?)$/, "\u00A0$1")
}
