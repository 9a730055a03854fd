/** Scenarios for trying an algorithm: each of its services, with as many faults as it claims to survive. */
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import type { Service } from "../../runtime/contract/service.ts"
import { MILLISECOND } from "../../runtime/contract/units.ts"
import { BEHAVIOURS } from "../../runtime/faults/byzantine.ts"
import { Random } from "../../runtime/lib/random.ts"
import { composeScenario, type ScenarioOptions } from "../../runtime/scenario/compose.ts"
import type { Fault } from "../../runtime/scenario/scenario.ts"
import type { Draw } from "./law.ts"

/** Random scenarios by service, and again beginning under a leader if the algorithm supports that. */
export function trialsOf(algorithm: Algorithm, services: readonly Service[]): ReadonlyMap<string, Draw> {
  const trials = new Map<string, Draw>(
    services.map(service => [
      service.name,
      seed => composeScenario(algorithm, service, draw(algorithm, service, seed)),
    ]),
  )
  const [first] = services
  if (algorithm.begins === undefined || first === undefined) return trials
  const begun: Draw = seed => composeScenario(algorithm, first, { ...draw(algorithm, first, seed), leader: 1 })
  return trials.set(`${first.name} under a leader`, begun)
}

/** Maximum events of a run: many times what half a second takes. */
const EVENT_BUDGET = 1_000_000

/**
 * Half a second on a network that delays and reorders, and also loses and duplicates if the algorithm claims to survive
 * crashes.
 */
function draw({ tolerates }: Algorithm, service: Service, seed: number): ScenarioOptions {
  const random = Random.stream(seed, "faults", 3)
  const nodes = random.integer(4, 5)
  const isLossy = tolerates.faults === "crash"
  return {
    nodes,
    latency: { model: "exponential", floor: 100, mean: 2 * MILLISECOND },
    duplication: isLossy ? 0.1 : 0,
    syncLatency: random.chance(0.5) ? "1ms" : "0ms",
    faults: tolerates.of(nodes) < 1 ? [] : drawFaults(random, tolerates.faults, nodes),
    workload: "instances" in service.workload ? { instances: 10 } : {},
    duration: "500ms",
    eventBudget: EVENT_BUDGET,
  }
}

function drawFaults(random: Random, kind: Algorithm["tolerates"]["faults"], nodes: number): readonly Fault[] {
  const at = random.integer(0, 200) * MILLISECOND
  const target = { nodes: [random.integer(0, nodes - 1)] }
  const behaviour = BEHAVIOURS[random.integer(0, BEHAVIOURS.length - 1)]!
  switch (kind) {
    case "none":
      return []
    case "byzantine":
      return [{ kind: "byzantine", target, behaviour, at }]
    case "crash":
      return [
        { kind: "crash", target, at, for: 100 * MILLISECOND },
        { kind: "loss", share: 0.1, at, for: 200 * MILLISECOND },
      ]
  }
}
