/** What the service says of whole runs of unlike algorithms: the same question, on equal terms. */
import { describe, expect, test } from "vitest"
import { bully } from "../../../algorithms/bully/bully.ts"
import { raft } from "../../../algorithms/raft/raft.ts"
import { ringElection } from "../../../algorithms/ring-election/ring-election.ts"
import { MILLISECOND, SECOND } from "../../../runtime/units.ts"
import { runElections } from "./run-elections.ts"

const d = 10 * MILLISECOND
const T = 2 * d + MILLISECOND

const crashOfLeader = { kind: "crash", target: { leader: true }, at: SECOND } as const
const partition = {
  kind: "partition",
  sides: [
    [0, 1],
    [2, 3, 4],
  ],
  at: SECOND,
  for: SECOND,
} as const

describe("bully", () => {
  test("misses its leader from the crash until the silence was noticed and the next one announced", () => {
    const parameters = { heartbeatInterval: "50ms", detectionTimeout: "200ms" }
    const { outcome } = runElections(bully, { nodes: 5, parameters, faults: [crashOfLeader] })
    // Booted at 0, elected at T; heartbeats every 50 ms since.
    const lastHeartbeat = T + Math.floor((SECOND - T) / (50 * MILLISECOND)) * 50 * MILLISECOND
    const end = lastHeartbeat + d + 200 * MILLISECOND + T + d
    expect(outcome.outages).toEqual([{ start: SECOND, end, cause: "crash of node 4" }])
    // For the last d of that, the new leader, one of four, knows already.
    expect(outcome.availability).toBeCloseTo(1 - (end - SECOND - d / 4) / (2 * SECOND), 12)
    expect(outcome).toMatchObject({ attempted: 1, ok: 1, figures: { elections: 1, leader_changes: 1 } })
    expect(outcome.latency.max).toBe(end - SECOND)
  })

  test("goes on with 1 of 5", () => {
    const faults = [{ kind: "crash", target: { nodes: [1, 2, 3, 4] }, at: SECOND }] as const
    const { outcome } = runElections(bully, { nodes: 5, faults, warmup: 2 * SECOND })
    expect(outcome.availability).toBe(1)
  })

  test("is available on both sides of a partition, at the price of a split brain", () => {
    const { outcome } = runElections(bully, {
      nodes: 5,
      faults: [partition],
      warmup: 1.5 * SECOND,
      duration: 2 * SECOND,
    })
    expect(outcome).toMatchObject({ availability: 1, figures: { split_brain_share: 1 } })
  })
})

describe("ring election", () => {
  test("has no leader any more once its leader has died, unless the ring is repaired", () => {
    const run = (repair: boolean) =>
      runElections(ringElection, { nodes: 5, parameters: { repair }, faults: [crashOfLeader], duration: 10 * SECOND })
    expect(run(false).outcome).toMatchObject({ availability: 0, attempted: 1, ok: 0, unknown: 1 })
    const repaired = run(true).outcome
    expect(repaired).toMatchObject({ attempted: 1, ok: 1 })
    expect(repaired.availability).toBeGreaterThan(0.9)
  })
})

describe("Raft", () => {
  test("is available to the majority's side of a partition only", () => {
    const run = runElections(raft, { nodes: 5, faults: [partition], warmup: 1.5 * SECOND, duration: 2 * SECOND })
    const { verdicts, availability } = run.outcome
    expect(verdicts).toMatchObject({ "one-leader-per-epoch": { verdict: "holds" } })
    expect(availability).toBeLessThan(1)
  })

  test("elects anew after a crash of the leader, and when it is asked to", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const crash = runElections(raft, { nodes: 5, seed, faults: [crashOfLeader] }).outcome
      expect(crash.ok, `seed ${seed}`).toBeGreaterThanOrEqual(1)
      expect(crash.unknown, `seed ${seed}`).toBe(0)
      const asked = runElections(raft, { nodes: 5, seed, workload: { initiators: "all" } }).outcome
      expect(asked.ok, `seed ${seed}`).toBeGreaterThanOrEqual(1)
    }
  })
})

test("the same seed gives the same run, another seed another", () => {
  const digest = (seed: number): string =>
    runElections(bully, { nodes: 5, seed, latency: { model: "uniform", min: 0, max: d }, faults: [crashOfLeader] })
      .digest
  expect(digest(1)).toBe(digest(1))
  expect(digest(2)).not.toBe(digest(1))
})

test("a Raft whose disks forget its votes has two leaders of one term, one after the other", () => {
  const amnesia = { kind: "amnesia", target: { nodes: [0, 1, 2] }, at: SECOND, for: 100 * MILLISECOND } as const
  const verdicts = Array.from({ length: 10 }, (_, seed) => {
    const { outcome } = runElections(raft, { nodes: 3, seed, faults: [amnesia], warmup: 0 })
    expect(outcome.figures["split_brain_share"], `seed ${seed}`).toBe(0)
    return outcome.verdicts["one-leader-per-epoch"]!
  })
  const witness = expect.stringMatching(/^node \d leads in epoch \d at .*, which node \d led before$/)
  expect(verdicts).toContainEqual({ verdict: "violated", at: expect.any(Number), witness })
})
