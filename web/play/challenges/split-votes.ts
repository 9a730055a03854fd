/** Raft randomizes its election timeouts so that votes rarely split (Ongaro and Ousterhout 2014, section 5.2). */
import type { Trace } from "../../../debugger/tracing/trace.ts"
import { defaultSetup } from "../model/setup.ts"
import type { Challenge } from "./challenge.ts"

export const splitVotes: Challenge = {
  name: "split-votes",
  title: "Split Raft's vote twice",
  task: "Make two terms end without a leader, because two candidates stood in each. You have six acts.",
  hint: "With four nodes, two votes are no majority. Timers can run out at once, when you say so.",
  setup: { ...defaultSetup("raft", "leader-election"), nodes: 4 },
  allowed: { acts: ["timeout", "delay", "lose", "deliver", "pause", "resume"], most: 6 },
  isMet: ({ trace }) => splitTerms(trace) >= 2,
  lesson:
    "Each split costs an election timeout, and nothing else: the next term is drawn anew. That is why the timeouts are " +
    "random, and their span several times the delay of a message.",
}

/** The number of past terms with two or more candidates and no leader. */
export function splitTerms({ bands }: Trace): number {
  const candidates = new Map<number, Set<number>>()
  const led = new Set<number>()
  let latest = 0
  for (const { node, role, epoch } of bands) {
    if (epoch === null) continue
    latest = Math.max(latest, epoch)
    if (role === "leader") led.add(epoch)
    if (role === "candidate") candidates.set(epoch, (candidates.get(epoch) ?? new Set()).add(node))
  }
  return [...candidates].filter(([term, nodes]) => nodes.size >= 2 && !led.has(term) && term < latest).length
}
