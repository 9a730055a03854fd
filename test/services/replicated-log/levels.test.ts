// The levels at which replicated logs are served, in runs: a majority down, a chain without its head, and a split brain.
import { expect, test } from "vitest"
import { chainReplication } from "../../../algorithms/chain-replication/chain-replication.ts"
import { primaryBackup } from "../../../algorithms/primary-backup/primary-backup.ts"
import { raft } from "../../../algorithms/raft/raft.ts"
import type { Algorithm, Shape } from "../../../runtime/contract/algorithm.ts"
import { SERVICE_LEVELS, type ServiceLevel } from "../../../runtime/contract/service.ts"
import { endOf } from "../../../runtime/contract/ids.ts"
import { SECOND } from "../../../runtime/contract/units.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { completeRun, type ServiceRunOptions } from "../../support/service-run.ts"

/** Seconds at each level, and stale reads, in a run of 6 s in which a fault lasts from 2 s to 4 s. */
function secondsOf<S extends Shape>(algorithm: Algorithm<S>, options: Partial<ServiceRunOptions>) {
  const { outcome } = completeRun(algorithm, replicatedLog, {
    nodes: 5,
    workload: { mode: "closed", clients: 4, think: "20ms", keys: 3, deadline: "100ms" },
    warmup: "1s",
    duration: "6s",
    ...options,
  })
  const { spans, staleReads } = outcome.degraded!
  const lasting = (level: ServiceLevel): number =>
    spans.reduce((sum, span) => sum + (span.level === level ? span.end - span.start : 0), 0) / SECOND
  return { levels: new Map(SERVICE_LEVELS.map(level => [level, lasting(level)])), staleReads }
}

test("without a majority Raft serves nothing", () => {
  const { levels, staleReads } = secondsOf(raft, {
    faults: [{ kind: "crash", target: { nodes: [0, 1, 2] }, at: 2 * SECOND, for: 2 * SECOND }],
  })
  expect(levels.get("nothing")).toBeGreaterThan(1.8)
  expect(levels.get("nothing")).toBeLessThan(2.6)
  expect([levels.get("stale reads"), staleReads]).toEqual([0, 0])
})

test("a chain without its head answers queries at its tail until it has the next one", () => {
  const { levels } = secondsOf(chainReplication, {
    faults: [{ kind: "crash", target: { nodes: [0] }, at: 2 * SECOND, for: 2 * SECOND }],
  })
  expect(levels.get("reads only")).toBeGreaterThan(0.1)
  expect([levels.get("writes only"), levels.get("stale reads"), levels.get("nothing")]).toEqual([0, 0, 0])
})

test("two primaries answer from the past what the other has overwritten", () => {
  const { levels, staleReads } = secondsOf(primaryBackup, {
    parameters: { takeover: "timeouts" },
    faults: [
      {
        kind: "partition",
        sides: [
          [0, 1, endOf(0), endOf(1)],
          [2, 3, 4, endOf(2), endOf(3)],
        ],
        at: 2 * SECOND,
        for: 2 * SECOND,
      },
    ],
  })
  expect(staleReads).toBeGreaterThan(5)
  expect(levels.get("stale reads")).toBeGreaterThan(0.3)
})
