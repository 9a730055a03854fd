/** Text with the names of Raft's configurations as the paper sets them: `C_old,new`. */
import type { VNode } from "preact"
import { html } from "../../reports/page/html.ts"

export function typeset(text: string): readonly (VNode | string)[] {
  return text.split(/C_(old,new|new)/).map((part, place) => (place % 2 === 0 ? part : html`C<sub>${part}</sub>`))
}
