/** Closed forms of Raft: every entry is appended and acknowledged once by each follower. */
import type { Theory } from "../../runtime/contract/theory.ts"

const twice = { formula: "2(n-1)", messages: (n: number) => 2 * (n - 1) }
const fourTimes = { formula: "4(n-1)", messages: (n: number) => 4 * (n - 1) }

const fourDelays = {
  service: "replicated-log",
  workload: { ask: "leader" },
  formula: "4d",
  betweenNodes: 2,
  withClients: 2,
}

export const theory: Theory = {
  messages: [
    // Append and acknowledgement; the commit index travels with the next append, or at once by an append of its own.
    { service: "replicated-log", parameters: { notifyCommit: false, reads: "log" }, ...twice },
    { service: "replicated-log", parameters: { notifyCommit: true, reads: "log" }, ...fourTimes },
    // A request to every other node, and its answer.
    {
      service: "leader-election",
      workload: { initiators: ["lowest", "lowestFollower"] },
      parameters: { preVote: false, notifyCommit: false },
      ...twice,
    },
    // And the news that the new leader's no-op is committed, each answered.
    {
      service: "leader-election",
      workload: { initiators: ["lowest", "lowestFollower"] },
      parameters: { preVote: false, notifyCommit: true, noOp: true },
      ...fourTimes,
    },
    // A stay is two commands, acquire and release; waiting clients are notified when it is their turn.
    { service: "mutual-exclusion", workload: { waiting: "watch" }, parameters: { notifyCommit: false }, ...fourTimes },
    // A decision is one command.
    { service: "agreement", workload: { proposers: 1 }, parameters: { notifyCommit: false }, ...twice },
    { service: "agreement", workload: { proposers: 1 }, parameters: { notifyCommit: true }, ...fourTimes },
  ],
  // Request, append, acknowledgement and reply; the disks of the leader and of a follower, of which the latter takes longer
  // by the links where both write at once.
  latency: [
    { ...fourDelays, parameters: { reads: "log", parallelWrite: false }, syncs: 2 },
    { ...fourDelays, parameters: { reads: "log", parallelWrite: true }, syncs: 1 },
  ],
}
