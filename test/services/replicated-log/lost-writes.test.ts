/** What the service says of acknowledged writes when disks tear, are lost, or come back short. */
import { describe, expect, test } from "vitest"
import { multiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts"
import { raft } from "../../../algorithms/raft/raft.ts"
import type { Algorithm, Shape } from "../../../runtime/contract/algorithm.ts"
import type { Fault } from "../../../runtime/faults/fault.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { completeRun, type ServiceRunOptions, violations } from "../../support/service-run.ts"
import { byNight } from "../../support/effort.ts"

const SEEDS = byNight(60, 15)

test(`a Multi-Paxos whose last write before each snapshot is torn is not accused (${SEEDS} seeds)`, () => {
  const verdicts = new Map<string, number>()
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { outcome } = completeRun(
      multiPaxos,
      replicatedLog,
      {
        nodes: 3,
        parameters: { snapshotEvery: 3 },
        latency: { model: "uniform", min: 100, max: 2000 },
        syncLatency: "5ms",
        workload: { mode: "closed", clients: 3 },
        faults: [
          {
            kind: "tornWrite",
            target: { random: 1 },
            at: 1_100_000,
            for: 100_000,
            schedule: { kind: "every", every: 300_000 },
          },
        ],
        duration: "4s",
      },
      seed,
    )
    expect(violations(outcome), `seed ${seed}`).toEqual([])
    expect(outcome.figures["acknowledged_lost"], `seed ${seed}`).toBe(0)
    const { verdict } = outcome.verdicts["applied-once"]!
    verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1)
  }
  // Nearly all that a snapshot skipped is learnt from another node.
  expect(verdicts.get("holds")).toBeGreaterThan(SEEDS / 2)
})

describe("every disk is lost", () => {
  const amnesia: Fault = { kind: "amnesia", target: { nodes: [0, 1, 2] }, at: 3_000_000, for: 500_000 }
  const run = <S extends Shape>(algorithm: Algorithm<S>, options: Partial<ServiceRunOptions>, seed = 1) =>
    completeRun(
      algorithm,
      replicatedLog,
      { nodes: 3, warmup: "1s", duration: "10s", faults: [amnesia], ...options },
      seed,
    ).outcome
  const kept = { verdict: "holds" }

  test.each([1, 2, 3])("and nothing is asked for afterwards: the writes are lost, seed %i", seed => {
    const workload = { operations: 50, reads: "0%", linearizability: "off" }
    const outcome = run(raft, { workload }, seed)
    expect(outcome.ok).toBe(50)
    expect(outcome.verdicts["acknowledged-writes-kept"]).toMatchObject({
      verdict: "violated",
      witness: expect.stringMatching(
        /the log of every node that is up ends at index 1, but command \d+ of client \d+ at index \d+ was acknowledged/,
      ),
    })
    expect(outcome.figures["acknowledged_lost"]).toBe(50)
  })

  test("and only reads follow, which go round the log and concern other keys", () => {
    const early: Fault = { ...amnesia, at: 1_500_500, for: 100_000 }
    const workload = { reads: "98%", rate: "200/s", keys: 1000 }
    const options = { workload, parameters: { reads: "index" }, faults: [early], duration: "1900ms" }
    const lost = Array.from({ length: 80 }, (_, seed) => run(raft, options, seed)).filter(({ verdicts }) => {
      const { linearizable, "log-agreement": agreement, "acknowledged-writes-kept": writes } = verdicts
      return linearizable?.verdict === "holds" && agreement?.verdict === "holds" && writes?.verdict === "violated"
    })
    expect(lost.length).toBeGreaterThan(2)
  })

  test("and the new log stays shorter than the old one: what was beyond its end is lost too", () => {
    const workload = { mode: "closed", operations: 2_000, clients: 3, reads: "0%", linearizability: "off" }
    const late: Fault = { ...amnesia, at: 1_400_000, for: 100_000 }
    for (const algorithm of [raft, multiPaxos] as readonly Algorithm[]) {
      const outcome = run(algorithm, { workload, faults: [late], duration: "1700ms" })
      const before = outcome.figures["acknowledged_lost"]!
      expect(outcome.verdicts["acknowledged-writes-kept"]).toMatchObject({ verdict: "violated" })
      // 3 clients, 4 ms an operation, 400 ms.
      expect(before).toBeGreaterThan(290)
    }
  })

  test("or crashes leave the disks: nothing is lost, also if the nodes stay down", () => {
    for (const algorithm of [raft, multiPaxos] as readonly Algorithm[]) {
      for (const time of [{ for: 500_000 }, {}]) {
        const crash: Fault = { kind: "crash", target: { nodes: [0, 1, 2] }, at: 3_000_000, ...time }
        for (let seed = 1; seed <= 5; seed++) {
          const workload = { operations: 50, reads: "0%" }
          const outcome = run(algorithm, { workload, faults: [crash] }, seed)
          expect(outcome.verdicts["acknowledged-writes-kept"], `seed ${seed}`).toEqual(kept)
        }
      }
    }
  })
})
