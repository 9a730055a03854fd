/** Closed forms of Viewstamped Replication: a request is prepared once by each backup, and nothing is written to a disk. */
import type { Theory } from "../../runtime/contract/theory.ts"

const twice = { formula: "2(n-1)", messages: (n: number) => 2 * (n - 1) }
const fourTimes = { formula: "4(n-1)", messages: (n: number) => 4 * (n - 1) }

export const theory: Theory = {
  messages: [
    // Prepare and PrepareOk; the commit-number travels with the next Prepare.
    { service: "replicated-log", ...twice },
    // All say StartViewChange to all others; then DoViewChange and StartView.
    {
      service: "leader-election",
      workload: { initiators: ["lowestFollower"] },
      formula: "(n+2)(n-1)",
      messages: n => (n + 2) * (n - 1),
    },
    // A stay is two requests, acquire and release; waiting clients are notified when it is their turn.
    { service: "mutual-exclusion", workload: { waiting: "watch" }, ...fourTimes },
    // A decision is one request.
    { service: "agreement", workload: { proposers: 1 }, ...twice },
  ],
  // Request, Prepare, PrepareOk and reply.
  latency: [
    {
      service: "replicated-log",
      workload: { ask: "leader" },
      formula: "4d",
      betweenNodes: 2,
      withClients: 2,
      syncs: 0,
    },
  ],
}
