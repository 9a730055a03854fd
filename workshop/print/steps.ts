/** The steps of a game, as the facilitator reads them out. */
import type { VNode } from "preact"
import { html } from "../../reports/page/html.ts"
import type { Move } from "../play.ts"
import type { Language, Texts } from "../texts/texts.ts"
import { signed } from "./signs.ts"
import { typeset } from "./typeset.ts"

/** The number of steps that fit on a page beside the rest of a game, in letters that a standing facilitator can read. */
const LONG_GAME = 40

export function stepList(moves: readonly Move[], texts: Texts, language: Language): VNode {
  const groups = grouped(moves)
  const step = (group: readonly Move[]): VNode => {
    const move = group[0]!
    const label = move.label !== null && html`<b>${move.label} </b>`
    return html`<li>${label}${typeset(words(group, texts, language))}${made(move)}${signed(move, texts)}</li>`
  }
  return html`<ol class=${groups.length > LONG_GAME ? "steps long" : "steps"}>${groups.map(step)}</ol>`
}

/** Moves, grouped by line: cards that are lost, or that arrive without any effect, share one. */
export function grouped(moves: readonly Move[]): readonly (readonly Move[])[] {
  const groups: Move[][] = []
  for (const move of moves) {
    const group = groups.at(-1)
    if (group !== undefined && isAlike(group[0]!, move)) group.push(move)
    else groups.push([move])
  }
  return groups
}

function isAlike(one: Move, other: Move): boolean {
  if (one.kind !== other.kind || !isQuiet(one) || !isQuiet(other) || other.label !== null) return false
  return one.kind === "lose" || (one.kind === "deliver" && one.node === other.node)
}

/** True if a card ends without a visible action. */
function isQuiet({ card, sent, sign }: Move): boolean {
  return card !== null && sent.length === 0 && sign.up === null && sign.down === null
}

function words(group: readonly Move[], texts: Texts, language: Language): string {
  const { kind, node } = group[0]!
  if (group.length === 1 || (kind !== "lose" && kind !== "deliver")) return texts.move(group[0]!)
  return texts.cards(kind, numbers(group, language), group.length, node)
}

/** Numbers of cards, listed as in the language: `2–5, 8 and 9`. */
function numbers(group: readonly Move[], language: Language): string {
  const ranges: number[][] = []
  for (const { card } of group) {
    const range = ranges.at(-1)
    if (range?.at(-1) === card!.number - 1) range.push(card!.number)
    else ranges.push([card!.number])
  }
  const parts = ranges.flatMap(range => (range.length < 3 ? range.map(String) : [`${range[0]}–${range.at(-1)}`]))
  // British: no comma before the last.
  return new Intl.ListFormat(language === "en" ? "en-GB" : language).format(parts)
}

/** The cards created by a step: ` → 3-5`. */
function made({ sent }: Move): VNode | string {
  if (sent.length === 0) return ""
  const [first, last] = [sent[0]!.number, sent.at(-1)!.number]
  return html` <span class="made">→ ${first === last ? first : `${first}–${last}`}</span>`
}
