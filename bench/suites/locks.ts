/** A lock service on a log under full contention: the cost of a message must not grow with the number of waiting clients. */
import type { Task } from "../task.ts"
import type { Steady } from "./scenarios.ts"
import { steadyWork } from "./simulator.ts"

const REQUESTERS = [10, 100, 1_000]

export const locks: readonly Task[] = REQUESTERS.map(requesters => ({
  name: `locks on raft, ${requesters} requesters`,
  unit: "messages",
  prepare: async () => steadyWork(contended(requesters)),
}))

/** All clients want the lock all the time, and wait as long as it takes. */
function contended(requesters: number): Steady {
  return {
    algorithm: "raft",
    service: "mutual-exclusion",
    nodes: 5,
    duration: "6s",
    latency: { model: "constant", delay: 1_000 },
    workload: { requesters, deadline: "60s", retryAfter: "10s" },
  }
}
