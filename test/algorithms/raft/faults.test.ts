// Faults: what Raft survives and what it does not, and safety under all of them at random.
import { describe, expect, test } from "vitest"
import { raft } from "../../../algorithms/raft/raft.ts"
import type { Behaviour } from "../../../runtime/faults/byzantine.ts"
import type { Fault, Target } from "../../../runtime/scenario/scenario.ts"
import { SECOND } from "../../../runtime/contract/units.ts"
import { leaderElection } from "../../../services/leader-election/service.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { completeRun, runService, type ServiceRunOptions, violations } from "../../support/service-run.ts"
import { findings, runInTurmoil, turmoil } from "./chaos.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { seedThatShows } from "../../support/shown-by.ts"
import { byNight } from "../../support/effort.ts"

const steady: ServiceRunOptions = {
  nodes: 5,
  latency: "5ms",
  workload: { rate: "50/s" },
  warmup: "2s",
  duration: "12s",
}

function crash(nodes: readonly number[], at: number): Fault {
  return { kind: "crash", target: { nodes }, at: at * SECOND }
}

describe("crashes", () => {
  test("2 of 5: after at most one election every operation succeeds", () => {
    for (const dead of [
      [0, 1],
      [1, 2],
      [3, 4],
    ]) {
      const { outcome } = completeRun(raft, replicatedLog, { ...steady, faults: [crash(dead, 4)] })
      expect(violations(outcome)).toEqual([])
      expect(outcome.availability).toBeGreaterThan(0.9)
      expect(outcome.outages.filter(({ end }) => end > 6 * SECOND)).toEqual([])
    }
  })

  test("3 of 5: nothing is committed any more, and nothing unsafe happens", () => {
    const run = completeRun(raft, replicatedLog, { ...steady, faults: [crash([0, 1, 2], 2)] })
    expect(violations(run.outcome)).toEqual([])
    expect([run.outcome.attempted, run.outcome.ok]).toEqual([500, 0])
  })

  test("3 of 5, and one of them returns: operations succeed again", () => {
    const faults: Fault[] = [
      crash([0, 1], 2),
      { kind: "crash", target: { nodes: [2] }, at: 2 * SECOND, for: 5 * SECOND },
    ]
    const { outcome } = completeRun(raft, replicatedLog, { ...steady, faults })
    expect(violations(outcome)).toEqual([])
    expect(outcome.outages).toHaveLength(1)
    expect(outcome.outages[0]!.end).toBeGreaterThan(7 * SECOND)
    expect(outcome.outages[0]!.end).toBeLessThan(8.5 * SECOND)
  })

  test("of the leader: the outage is about an election timeout and an election", () => {
    for (let seed = 1; seed <= byNight(20, 4); seed++) {
      const faults: Fault[] = [{ kind: "crash", target: { leader: true }, at: 4 * SECOND }]
      const { outcome } = completeRun(raft, replicatedLog, { ...steady, faults }, seed)
      expect(violations(outcome), `seed ${seed}`).toEqual([])
      expect(outcome.figures["leaderships"], `seed ${seed}`).toBeGreaterThanOrEqual(1)
      expect(outcome.figures["downtime"], `seed ${seed}`).toBeLessThan(1_500)
    }
  })
})

describe("partitions", () => {
  test("the majority's side goes on, the minority's commits nothing, and nothing contradicts afterwards", () => {
    const faults: Fault[] = [
      {
        kind: "partition",
        sides: [
          [0, 1],
          [2, 3, 4],
        ],
        at: 4 * SECOND,
        for: 4 * SECOND,
      },
    ]
    for (let seed = 1; seed <= byNight(10, 3); seed++) {
      const { outcome } = completeRun(raft, replicatedLog, { ...steady, faults }, seed)
      expect(violations(outcome), `seed ${seed}`).toEqual([])
      expect(outcome.availability, `seed ${seed}`).toBeGreaterThan(0.8)
    }
  })

  test("three ways: no side has a majority, and none commits", () => {
    const faults: Fault[] = [{ kind: "partition", sides: [[0, 1], [2, 3], [4]], at: 2 * SECOND }]
    const { outcome } = completeRun(raft, replicatedLog, { ...steady, faults })
    expect(violations(outcome)).toEqual([])
    expect(outcome.ok).toBe(0)
  })
})

describe("slow links", () => {
  test.each(["1ms", "20ms", "100ms", "500ms"])(
    "with defaults that follow the delay, a link delay of %s elects and serves",
    latency => {
      const { outcome } = completeRun(raft, replicatedLog, {
        nodes: 5,
        latency,
        workload: { rate: "5/s" },
        warmup: "40s",
        duration: "60s",
      })
      expect(violations(outcome)).toEqual([])
      expect(outcome.availability).toBe(1)
      expect(outcome.figures["leaderships"]).toBe(0)
    },
  )

  test("with the paper's timeouts and a delay longer than them, nobody leads for long", () => {
    const { outcome } = completeRun(raft, replicatedLog, {
      nodes: 5,
      latency: "400ms",
      parameters: { electionTimeoutMin: "150ms", electionTimeoutMax: "300ms", heartbeatInterval: "75ms" },
      workload: { rate: "5/s" },
      warmup: "10s",
      duration: "60s",
    })
    expect(violations(outcome)).toEqual([])
    expect(outcome.availability).toBeLessThan(0.05)
  })
})

describe("traitors: Raft does not survive a single one", () => {
  const betrayed = (behaviour: Behaviour, target: Target, seed: number): string[] => {
    const faults: Fault[] = [
      { kind: "byzantine", target, behaviour, at: SECOND },
      { kind: "crash", target: { leader: true }, at: 2 * SECOND, for: SECOND / 2 },
    ]
    const workload = { mode: "closed", clients: 3, keys: 3, reads: "30%" }
    const latency = { model: "uniform", min: 500, max: 1_500 } as const
    return findings(
      runService(raft, replicatedLog, { nodes: 4, latency, workload, faults, warmup: "1s", duration: "3s" }, seed),
    )
  }

  test.each(["lying", "equivocating", "colluding", "random"] as const)(
    "a %s leader makes servers execute, or clients believe, what never was",
    behaviour => {
      for (let seed = 1; seed <= 5; seed++)
        expect(betrayed(behaviour, { leader: true }, seed), `seed ${seed}`).not.toEqual([])
    },
  )

  test("the only follower that hears both others makes them lose acknowledged writes: it votes for whoever lacks them", () => {
    const faults: Fault[] = [
      { kind: "byzantine", target: { nodes: [2] }, behaviour: "equivocating", at: SECOND },
      { kind: "partition", sides: [[0], [1]], bridge: [2], at: 1.8 * SECOND, for: SECOND },
      { kind: "crash", target: { leader: true }, at: 2 * SECOND, for: SECOND },
    ]
    const workload = { mode: "closed", clients: 3, keys: 3, reads: "30%" }
    const options = { nodes: 3, latency: "1ms", workload, faults, warmup: "1s", duration: "5s" }
    const loses = (seed: number): boolean =>
      findings(runService(raft, replicatedLog, options, seed)).some(finding =>
        finding.startsWith("acknowledged-writes-kept"),
      )
    expect(seedThatShows("raft: a traitor that hears both others", 30, loses)).toBeDefined()
  })

  test("a silent traitor is no worse than a crashed server", () => {
    for (let seed = 1; seed <= 5; seed++) expect(betrayed("silent", { leader: true }, seed), `seed ${seed}`).toEqual([])
  })
})

describe("as a leader-election service", () => {
  test("one leader an epoch, and a new one soon after each crash", () => {
    const faults: Fault[] = [4, 7, 10].map(at => ({
      kind: "crash",
      target: { leader: true },
      at: at * SECOND,
      for: 1.5 * SECOND,
    }))
    const { outcome } = completeRun(raft, leaderElection, { ...steady, workload: {}, faults, duration: "14s" })
    expect(violations(outcome)).toEqual([])
    expect(outcome.availability).toBeGreaterThan(0.8)
  })
})

describe("randomized safety: crashes, restarts, partitions, loss, duplication and reordering together", () => {
  // Parameters are drawn as well: snapshots, pre-votes, leases, batches, disks that take their time, and an operator.
  const BATCHES = 8
  const SEEDS = randomRuns(60)

  test.each(Array.from({ length: BATCHES }, (_, i) => [i * SEEDS + 1, (i + 1) * SEEDS]))(
    "seeds %i to %i",
    (first, last) => {
      let elections = 0
      let commands = 0
      for (let seed = first; seed <= last; seed++) {
        const run = runInTurmoil(raft, seed)
        expect(findings(run), `seed ${seed}: ${JSON.stringify(turmoil(seed))}`).toEqual([])
        if (run.status === "failed") continue
        elections += run.outcome.figures["leaderships"]!
        commands += run.outcome.ok
      }
      // Runs in which nothing happens prove nothing.
      expect(elections).toBeGreaterThan(2 * SEEDS)
      expect(commands).toBeGreaterThan(30 * SEEDS)
    },
  )
})
