/** Signs in a script: their holders at the start, and their changes in a step. */
import type { VNode } from "preact"
import { html } from "../../reports/page/html.ts"
import type { Move, Played } from "../play.ts"
import type { Texts } from "../texts/texts.ts"

/** The signs at the start, each with the nodes that hold it up: `leader: 0; follower: 1, 2`. */
export function holding(signs: Played["signs"], texts: Texts): string {
  const groups = Map.groupBy([...signs.entries()], ([, sign]) => sign)
  const words = [...groups].flatMap(([sign, holders]) => {
    return sign === null ? [] : [`${texts.signs[sign]}: ${holders.map(([node]) => node).join(", ")}`]
  })
  return words.join("; ")
}

/** The signs that the node takes up and puts down. */
export function signed({ sign: { up, down } }: Move, { signs }: Texts): VNode | string {
  if (up !== null) return html` <span class="up">${signs[up]}</span>`
  return down === null ? "" : html` <s class="up">${signs[down]}</s>`
}
