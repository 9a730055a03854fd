/** Order by timestamp is checked where it is promised: who promises it gives a timestamp with every entry, and keeps to it. */
import { expect, test } from "vitest"
import * as registry from "../../../algorithms/registry.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { lockService } from "../../../services/adapters/lock-service.ts"
import { mutualExclusion } from "../../../services/mutual-exclusion/service.ts"
import { compileWith } from "../../support/mutants.ts"
import { completeRun } from "../../support/service-run.ts"

/** Algorithms whose entries come in the order of Lamport's timestamps, or of fencing tokens. */
const PROMISE = ["lamport-mutex", "lease-leadership", "ricart-agrawala"]

const LOCKS = Object.values(registry.algorithms).filter(({ serves }) => serves.includes(mutualExclusion))

/** The timestamps of all entries under contention on jittery links, and whether they are in order. */
function contended(algorithm: Algorithm, seed = 1) {
  const timestamps: unknown[] = []
  const { outcome } = completeRun(
    algorithm,
    mutualExclusion,
    {
      nodes: 5,
      latency: { model: "uniform", min: 1_000, max: 9_000 },
      fifo: true,
      workload: { hold: "2ms", think: "15ms", thinkTimes: "exponential" },
      duration: "2s",
      simulation: {
        observer(event) {
          if (event.type === "fact" && event.fact.type === "entered" && "timestamp" in event.fact) {
            timestamps.push(event.fact.timestamp)
          }
        },
      },
    },
    seed,
  )
  return { timestamps, verdict: outcome.verdicts["timestamp-order"]!.verdict, entries: outcome.figures["entries"]! }
}

test.each(LOCKS.map(algorithm => [algorithm.name, algorithm] as const))(
  "%s gives a timestamp with each entry, or with none",
  (name, algorithm) => {
    const { timestamps, verdict, entries } = contended(algorithm)
    expect(entries).toBeGreaterThan(50)
    expect(timestamps).toHaveLength(entries)
    expect(timestamps.filter(timestamp => typeof timestamp === "number")).toHaveLength(
      PROMISE.includes(name) ? entries : 0,
    )
    expect(verdict).toBe("holds")
  },
)

test.each(["raft", "multi-paxos"])("a lock table on %s gives fencing tokens, which rise", async name => {
  const adapter = "services/adapters/lock-service.ts"
  const falling = await compileWith<{ lockService: typeof lockService }>(adapter, [
    { file: adapter, from: "timestamp: token", to: "timestamp: -token" },
  ])
  const verdictOf = (service: typeof lockService): string => {
    const options = { nodes: 3, warmup: "1s", duration: "3s", workload: { requesters: 4, hold: "2ms" } }
    return completeRun(registry.algorithms[name]!, service, options).outcome.verdicts["timestamp-order"]!.verdict
  }
  expect(verdictOf(lockService)).toBe("holds")
  expect(verdictOf(falling.lockService)).toBe("violated")
})
