/** The columns of a trace before any event, and values computed from whole columns. */
import type { Trace } from "./trace.ts"

/** An empty trace. */
export function emptyTrace(nodes: number, warmup: number, duration: number): Trace {
  return {
    nodes,
    warmup,
    duration,
    end: 0,
    typicalDelay: 0,
    types: [],
    timers: [],
    events: { time: [], kind: [], node: [], about: [], step: [] },
    steps: [],
    messages: {
      type: [],
      from: [],
      to: [],
      sent: [],
      ended: [],
      fate: [],
      purpose: [],
      sentIn: [],
      endedIn: [],
      operation: [],
      content: [],
    },
    facts: [],
    operations: [],
    faults: [],
    bands: [],
    troubles: [],
    divisions: [],
    faultSpans: [],
    milestones: [],
    isCut: false,
  }
}

/** The mean delay of messages between nodes that arrived or were dropped on the way. */
export function meanDelay({ messages: { from, to, sent, ended } }: Trace): number {
  let sum = 0
  let count = 0
  for (const [message, end] of ended.entries()) {
    if (from[message]! < 0 || to[message]! < 0 || end <= sent[message]!) continue
    sum += end - sent[message]!
    count++
  }
  return count === 0 ? 0 : Math.round(sum / count)
}
