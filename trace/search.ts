/** Finds events by words. */
import type { Trace } from "../experiments/tracing/trace.ts"
import { clock, describe } from "./describe.ts"

const MOST_MATCHES = 5_000

/** The steps with an event that has all the words, upper and lower case alike; at most so many. */
export function search(trace: Trace, query: string): readonly number[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return []
  const found: number[] = []
  for (let event = 0; event < trace.events.time.length && found.length < MOST_MATCHES; event++) {
    const step = trace.events.step[event]!
    if (found.at(-1) === step) continue
    const { who, what, detail } = describe(trace, event)
    const text = `${clock(trace.events.time[event]!)} ${who} ${what} ${detail}`.toLowerCase()
    if (words.every(word => text.includes(word))) found.push(step)
  }
  return found
}
