// Algorithms are compared on equal terms: a seed has the same faults and the same delays for all of them.
import { createHash } from "node:crypto"
import { describe, expect, test } from "vitest"
import * as registry from "../../algorithms/registry.ts"
import { toScenario } from "../../scenarios/cell.ts"
import { planExperiment } from "../../experiments/model/plan.ts"
import { parseExperiment } from "../../experiments/plan/spec.ts"
import type { Experiment } from "../../experiments/model/experiment.ts"
import type { Scenario } from "../../runtime/scenario/scenario.ts"
import { simulate } from "../../runtime/simulation/simulation.ts"
import type { TraceEvent } from "../../runtime/simulation/trace.ts"

/** Faults of many kinds on a geographically spread network. */
const SPEC = `
network:
  regions: { nodes: [eu-west-1, us-east-1, ap-northeast-1, us-west-2, sa-east-1], jitter: 20% }
faults:
  - crash: { mtbf: 10s, mttr: 2s }
  - pause: { count: 1, every: 3s, for: 1s }
  - loss: { share: 10%, count: 2, at: 5s, for: 5s }
  - delay: { by: 50ms, links: [[0, 3]], at: 8s, for: 3s }
  - partition: { sides: [2, 3], random: true, every: 4s, for: 1s }
nodes: 5
warmup: 3s
duration: 15s
repeat: 3
`

function experimentWith(algorithms: readonly string[]): Experiment {
  const text = `question: q\nalgorithms: [${algorithms.join(", ")}]${SPEC}`
  const experiment = parseExperiment("fair.yaml", text, registry)
  if ("problems" in experiment) throw new Error(JSON.stringify(experiment.problems))
  return experiment
}

const { cells } = experimentWith(["raft", "multi-paxos", "bully"])
const scenarios = cells.map(({ scenario }) => toScenario(scenario, registry))

interface Sent {
  readonly message: object
  readonly time: number
  delay?: number
}

/** The faults of a run as they were carried out, hashed. */
function faultsOf(scenario: Scenario, seed: number): string {
  const hash = createHash("sha256")
  const observer = (event: TraceEvent): void => {
    if (event.type === "fault") hash.update(JSON.stringify(event))
  }
  expect(simulate(scenario, seed, { observer }).status).toBe("completed")
  return hash.digest("hex")
}

/** The messages of each link in the order of sending, with their delays. */
function linksOf(scenario: Scenario, seed: number): ReadonlyMap<string, readonly Sent[]> {
  const links = new Map<string, Sent[]>()
  const on = (from: number, to: number): Sent[] => {
    const link = `${from} -> ${to}`
    const sent = links.get(link) ?? []
    links.set(link, sent)
    return sent
  }
  const observer = (event: TraceEvent): void => {
    if (event.type === "send") on(event.node, event.to).push({ message: event.message, time: event.time })
    if (event.type !== "deliver") return
    const own = on(event.from, event.node).find(
      ({ message, delay }) => message === event.message && delay === undefined,
    )
    if (own !== undefined) own.delay = event.time - own.time
  }
  expect(simulate(scenario, seed, { observer }).status).toBe("completed")
  return links
}

describe("the same seed", () => {
  test("has the same fault schedule for all algorithms, to the hash", () => {
    for (const seed of [1, 2]) {
      const hashes = new Set(scenarios.map(scenario => faultsOf(scenario, seed)))
      expect(hashes.size).toBe(1)
    }
    expect(faultsOf(scenarios[0]!, 1)).not.toBe(faultsOf(scenarios[0]!, 2))
  })

  test("has the same delay for the k-th message of a link, whatever it says and when it is sent", () => {
    // Without faults that delay or hold up messages for a while, which hit another message in another algorithm.
    const [raft, paxos] = scenarios.map(scenario => linksOf({ ...scenario, faults: [] }, 1))
    let compared = 0
    for (const [link, sent] of raft!) {
      const other = paxos!.get(link) ?? []
      const both = Math.min(sent.length, other.length)
      const hash = (messages: readonly Sent[]): string => {
        const delays = messages.slice(0, both).map(({ delay }) => delay ?? null)
        return createHash("sha256").update(JSON.stringify(delays)).digest("hex")
      }
      // The last ones may still be on their way when a run ends.
      const arrived = (messages: readonly Sent[]): readonly Sent[] => messages.slice(0, Math.max(0, both - 50))
      expect(hash(arrived(sent))).toBe(hash(arrived(other)))
      compared += arrived(sent).length
    }
    expect(compared).toBeGreaterThan(1_000)
  })
})

test("an algorithm that is added to a spec changes no number of the others", () => {
  const alone = planExperiment(experimentWith(["raft"]))
  const together = planExperiment(experimentWith(["bully", "raft", "multi-paxos"]))
  expect(together.seeds).toEqual(alone.seeds)
  const cell = (plan: typeof alone) => plan.cells.find(({ variant }) => variant.key.startsWith("raft"))!
  expect(cell(together).scenario).toEqual(cell(alone).scenario)
  const results = [alone, together].map(plan => simulate(toScenario(cell(plan).scenario, registry), plan.seeds[0]!))
  expect(results[1]).toEqual(results[0])
})
