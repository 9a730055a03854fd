/** Closed forms of Multi-Paxos under a stable leader: phase 2 alone, once for each command. */
import type { Theory } from "../../runtime/contract/theory.ts"

const twice = { formula: "2(n-1)", messages: (n: number) => 2 * (n - 1) }
const thrice = { formula: "3(n-1)", messages: (n: number) => 3 * (n - 1) }
const fourTimes = { formula: "4(n-1)", messages: (n: number) => 4 * (n - 1) }

/** The leader proposes alone, and announces what is chosen with its next proposal. */
const piggybacked = { learning: "piggyback", proposers: "distinguished" }

export const theory: Theory = {
  messages: [
    { service: "replicated-log", parameters: { ...piggybacked, thrifty: false }, ...twice },
    {
      service: "replicated-log",
      parameters: { ...piggybacked, thrifty: true },
      formula: "2⌊n/2⌋",
      messages: n => 2 * Math.floor(n / 2),
    },
    { service: "replicated-log", parameters: { learning: "broadcast", thrifty: false }, ...thrice },
    {
      service: "replicated-log",
      parameters: { learning: "everyone", thrifty: false },
      formula: "n²-1",
      messages: n => n ** 2 - 1,
    },
    // Prepare and promise.
    { service: "leader-election", workload: { initiators: ["lowest", "lowestFollower"] }, ...twice },
    // A stay is two commands, acquire and release; who waits for the lock is notified of its turn.
    {
      service: "mutual-exclusion",
      workload: { waiting: "watch" },
      parameters: { ...piggybacked, thrifty: false },
      ...fourTimes,
    },
    // A decision is one command.
    { service: "agreement", workload: { proposers: 1 }, parameters: { ...piggybacked, thrifty: false }, ...twice },
    {
      service: "agreement",
      workload: { proposers: 1 },
      parameters: { learning: "broadcast", proposers: "distinguished", thrifty: false },
      ...thrice,
    },
  ],
  // Request, accept, accepted and reply.
  latency: [{ service: "replicated-log", workload: { ask: "leader" }, formula: "4d", betweenNodes: 2, withClients: 2 }],
  // The leader's: the request and n-1 acceptances.
  load: [{ service: "replicated-log", parameters: piggybacked, formula: "1/(n s)", handled: n => n }],
}
