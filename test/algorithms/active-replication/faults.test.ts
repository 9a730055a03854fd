// What active replication survives and what not: wrong results up to f and beyond, and the ends of its assumptions.
import { describe, expect, test } from "vitest"
import { activeReplication } from "../../../algorithms/active-replication/active-replication.ts"
import { wrongOf } from "../../../algorithms/common/sequenced/types.ts"
import { semiActiveReplication } from "../../../algorithms/semi-active-replication/semi-active-replication.ts"
import type { Fault } from "../../../runtime/faults/fault.ts"
import { pick, Random } from "../../../runtime/lib/random.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { completeRun, type ServiceRunOptions, violations } from "../../support/service-run.ts"
import { BRISK } from "./random-faults.ts"

const BUSY = { mode: "closed", clients: 3, think: "2ms", keys: 2, writes: "mixed", reads: "30%", ask: "own", deadline: "60ms", retryAfter: "20ms" } // biome-ignore format: a line

const BASE = {
  latency: { model: "uniform", min: 100, max: 2_000 },
  parameters: { ...BRISK, answers: "matching" },
  workload: BUSY,
  duration: "200ms",
} as const

/** So many replicas, drawn at random, compute wrongly from the start. */
function withWrong(random: Random, nodes: number, wrong: number): Fault[] {
  return random.choose(wrong, nodes).map((node): Fault => {
    const behaviour = pick(random, "lying", "lying", "equivocating", "colluding")
    return { kind: "byzantine", target: { nodes: [node] }, at: 0, behaviour }
  })
}

const checksOf = (run: Parameters<typeof violations>[0]): string[] => violations(run).map(found => found.split(":")[0]!)

describe.each([
  ["active", activeReplication],
  ["semi-active", semiActiveReplication],
] as const)("%s replication whose front ends want f+1 answers alike", (_, algorithm) => {
  const run = (options: ServiceRunOptions, seed: number) => {
    // Each algorithm has its own types.
    return algorithm === activeReplication
      ? completeRun(activeReplication, replicatedLog, options, seed)
      : completeRun(semiActiveReplication, replicatedLog, options, seed)
  }

  test("f of 2f+1 replicas that compute wrongly change no answer, in random runs", () => {
    for (let seed = 1; seed <= randomRuns(300); seed++) {
      const random = Random.stream(seed, "faults", 7)
      const nodes = pick(random, 3, 3, 5, 7)
      const faults = withWrong(random, nodes, random.integer(1, wrongOf(nodes)))
      const requests = pick(random, "all", "sequencer")
      const { outcome } = run({ ...BASE, nodes, faults, parameters: { ...BASE.parameters, requests } }, seed)
      expect(violations(outcome), `seed ${seed}`).toEqual([])
      expect(outcome.ok, `seed ${seed}`).toBe(outcome.attempted)
    }
  })

  test("nor do some that compute wrongly and some that crash, f together", () => {
    for (let seed = 1; seed <= randomRuns(100); seed++) {
      const random = Random.stream(seed, "faults", 8)
      const [wrong, crashed] = random.choose(2, 5)
      const faults: Fault[] = [
        { kind: "byzantine", target: { nodes: [wrong!] }, at: 0, behaviour: "lying" },
        { kind: "crash", target: { nodes: [crashed!] }, at: random.integer(0, 60_000) },
      ]
      const { outcome } = run({ ...BASE, nodes: 5, faults }, seed)
      expect(violations(outcome), `seed ${seed}`).toEqual([])
      expect(outcome.ok, `seed ${seed}`).toBeGreaterThan(outcome.attempted / 2)
    }
  })

  test.each([3, 5])("f+1 of %i that compute wrongly outvote the others, and the check of answers finds it", nodes => {
    for (let seed = 1; seed <= randomRuns(20); seed++) {
      const wrong = Random.stream(seed, "faults", 9).choose(wrongOf(nodes) + 1, nodes)
      const faults: Fault[] = [{ kind: "byzantine", target: { nodes: wrong }, at: 0, behaviour: "lying" }]
      expect(checksOf(run({ ...BASE, nodes, faults }, seed)), `seed ${seed}`).toContain("linearizable")
    }
  })

  test("where the first answer counts, one sequencer that computes wrongly is enough", () => {
    const faults: Fault[] = [{ kind: "byzantine", target: { nodes: [0] }, at: 0, behaviour: "lying" }]
    expect(checksOf(run({ ...BASE, nodes: 5, faults, parameters: BRISK }, 1))).toContain("applied-once")
  })
})

describe("beyond what it claims", () => {
  const run = (options: Partial<ServiceRunOptions>, seed = 1) =>
    completeRun(activeReplication, replicatedLog, { ...BASE, nodes: 3, parameters: BRISK, ...options }, seed)

  test("a partition makes two sequencers, whose replicas go different ways", () => {
    const partition: Fault = {
      kind: "partition",
      sides: [
        [0, 3],
        [1, 2, 4],
      ],
      at: 50_000,
      for: 60_000,
    }
    const found = checksOf(run({ faults: [partition] }))
    expect(found).toContain("log-agreement")
    expect(found).toContain("acknowledged-writes-kept")
  })

  test("so does a sequencer that stops for longer than others wait for its answer", () => {
    const pause: Fault = { kind: "pause", target: { nodes: [0] }, at: 50_000, for: 60_000 }
    const found = Array.from({ length: 20 }, (_, seed) => checksOf(run({ faults: [pause] }, seed + 1)))
    expect(found.some(checks => checks.includes("log-agreement"))).toBe(true)
  })

  test("a lost order leaves a replica behind for good", () => {
    const loss: Fault = { kind: "loss", links: [[0, 2]], oneWay: true, share: 0.3, at: 20_000, for: 60_000 }
    const { outcome } = run({ faults: [loss], parameters: { ...BRISK, answers: "matching" } })
    expect(outcome.ok).toBe(outcome.attempted)
    // Until the next take-over nobody brings it what it lacks: with another one down, f+1 answers are not to be had.
    const crash: Fault = { kind: "crash", target: { nodes: [1] }, at: 100_000 }
    const stopped = run({ faults: [loss, crash], parameters: { ...BRISK, answers: "matching" } }).outcome
    expect(stopped.ok).toBeLessThan(0.8 * outcome.ok)
  })

  test("the first answer may be all that is left of a request: a crash in a broadcast, and a crash of whom it reached", () => {
    const faults: Fault[] = [
      { kind: "brokenBroadcast", target: { nodes: [0] }, at: 50_000, broadcast: 1, reaches: [1] },
      { kind: "crash", target: { nodes: [1] }, at: 58_000 },
    ]
    const found = (answers: string): Set<string> => {
      const parameters = { ...BRISK, answers, heartbeatInterval: "1h" }
      const workload = { ...BUSY, reads: "0%" }
      const seeds = Array.from({ length: 40 }, (_, seed) => seed + 1)
      return new Set(seeds.flatMap(seed => checksOf(run({ nodes: 5, faults, parameters, workload }, seed))))
    }
    expect(found("first")).toContain("linearizable")
    // f+1 that have it are more than may crash: no client is misled, though the log is not the one that a dead replica executed.
    const matching = found("matching")
    expect(matching).toContain("log-agreement")
    expect(matching).not.toContain("linearizable")
  })
})
