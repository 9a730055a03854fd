/** The algorithm as a page for each player: each event, and how to react to it. */
import type { VNode } from "preact"
import { html } from "../../reports/page/html.ts"
import type { Kit } from "../kit.ts"
import type { Texts } from "../texts/texts.ts"
import { typeset } from "./typeset.ts"

/** @param copies one for each player */
export function instructionsPart({ name }: Kit, texts: Texts, copies: number): readonly VNode[] {
  const rows = texts.instructions[name].map(([event, action]) => {
    return html`<div><dt>${event}</dt><dd>${typeset(action)}</dd></div>`
  })
  const page = html`<section class="flow">
    <h2>${texts.kits[name].title}</h2>
    <p>${texts.headings.algorithm}</p>
    <dl class="instructions">${rows}</dl>
  </section>`
  return Array.from({ length: copies }, () => page)
}
