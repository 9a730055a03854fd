/** Finds steps by the words that the page shows for them: in the table, in the details, and in the diagram. */
import { kindOf } from "../../../debugger/tracing/trace.ts"
import { arrivalText, bandText, clock, describe, fateWords, sentText } from "./describe.ts"
import type { Model } from "./model.ts"

export const MAX_MATCHES = 5_000

/** Separators of words on the page. */
const MARKS = /[\s…·→←★✗⚡]+/

/** The steps that match all words of a query, regardless of case; at most {@link MAX_MATCHES}. */
export function search(model: Model, query: string): readonly number[] {
  const words = query.toLowerCase().split(MARKS).filter(Boolean)
  if (words.length === 0) return []
  const { trace } = model
  const standings = standingsOf(model)
  const found: number[] = []
  for (let event = 0; event < trace.events.time.length && found.length < MAX_MATCHES; event++) {
    const step = trace.events.step[event]!
    if (found.at(-1) === step) continue
    const isFirst = trace.steps[step] === event
    const ofStep = isFirst ? `${standings.get(step) ?? ""} step ${step + 1}` : ""
    const text = `${wordsOf(model, event)} ${ofStep}`.toLowerCase()
    if (words.every(word => text.includes(word))) found.push(step)
  }
  return found
}

/** The page's words for an event: its row in the table, and the fate or origin of a message. */
function wordsOf({ trace }: Model, event: number): string {
  const { who, what, detail } = describe(trace, event)
  const kind = kindOf(trace, event)
  const about = trace.events.about[event]!
  const isSending = kind === "send" || kind === "reply" || kind === "ask"
  const isArrival = kind === "deliver" || kind === "drop" || kind === "request" || kind === "answer"
  const fate = isSending && about >= 0 ? `${fateWords(trace, about)} ${arrivalText(trace, about)}` : ""
  const origin = isArrival && about >= 0 ? sentText(trace, event, about) : ""
  return [clock(trace.events.time[event]!), who, what, detail, fate, origin].join(" ")
}

/** By step: milestones, violations, and a node's new standing. */
function standingsOf({ trace, milestones }: Model): ReadonlyMap<number, string> {
  const texts = new Map<number, string>()
  const add = (step: number, text: string): void => void texts.set(step, `${texts.get(step) ?? ""} ${text}`)
  for (const { step, text } of milestones) add(step, text)
  let step = 0
  for (const band of trace.bands) {
    // Bands and steps are both in order of time.
    while (step + 1 < trace.steps.length && trace.events.time[trace.steps[step + 1]!]! <= band.from) step++
    add(step, bandText(trace, band))
  }
  return texts
}
