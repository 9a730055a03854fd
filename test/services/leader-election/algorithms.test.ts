/** What the service says of whole runs of unlike algorithms: the same question, on equal terms. */
import { describe, expect, test } from "vitest"
import { bully } from "../../../algorithms/bully/bully.ts"
import { multiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts"
import { raft } from "../../../algorithms/raft/raft.ts"
import { ringElection } from "../../../algorithms/ring-election/ring-election.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { MILLISECOND, SECOND } from "../../../runtime/contract/units.ts"
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

describe("messages to the first leader after the crash of the leader are those of the papers", () => {
  const figuresOf = (algorithm: Algorithm, nodes: number, parameters = {}, seed = 1) =>
    runElections(algorithm, { nodes, seed, parameters, faults: [crashOfLeader] }).outcome.figures

  test.each([3, 5, 7, 9])("n = %i: 2n-3 requests and replies in Raft and Multi-Paxos, where no vote is split", n => {
    for (const [algorithm, parameters] of [
      [raft, { preVote: false }],
      [multiPaxos, {}],
    ] as const) {
      const undivided = Array.from({ length: 8 }, (_, seed) => figuresOf(algorithm, n, parameters, seed)).filter(
        figures => figures["split_votes"] === 0,
      )
      const messages = undivided.map(figures => figures["messages_to_leader"]!)
      expect(Math.min(...messages)).toBe(2 * n - 3)
      // Several candidates of one term may stand; each asks everybody.
      expect(messages.filter(sent => sent % (2 * n - 3) !== 0)).toEqual([])
      for (const figures of undivided) {
        expect(figures).toMatchObject({ searches: 1, epochs_passed: 1 })
        // The followers hear of it one delay later.
        expect(figures["stable_leader"]! - figures["first_leader"]!).toBeCloseTo(10, 9)
      }
    }
  })

  test.each([3, 5, 7, 9])("n = %i: (n-1)^2 Election and Answer messages in the worst case of bully", n => {
    expect(figuresOf(bully, n)).toMatchObject({ searches: 1, epochs_passed: 1, messages_to_leader: (n - 1) ** 2 })
  })

  test("a split vote is an epoch without a leader, and costs its requests and refusals", () => {
    const divided = Array.from({ length: 20 }, (_, seed) => figuresOf(raft, 5, { preVote: false }, seed)).filter(
      figures => figures["split_votes"]! > 0,
    )
    expect(divided.length).toBeGreaterThan(0)
    for (const figures of divided) {
      expect(figures["epochs_passed"]).toBe(figures["split_votes"]! + 1)
      expect(figures["messages_to_leader"]).toBeGreaterThan(7)
      expect(figures["first_leader"]).toBeGreaterThan(300)
    }
  })

  test("from a cold start without a warm-up the first leader comes with the first timeout and two delays", () => {
    const parameters = { electionTimeoutMin: "200ms", electionTimeoutMax: "200ms" }
    const { figures } = runElections(raft, { nodes: 1, parameters, warmup: 0 }).outcome
    expect(figures).toMatchObject({ searches: 1, first_leader: 200, stable_leader: 200, messages_to_leader: 0 })
  })
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
