/** Scenarios full of faults for every registered algorithm, in each of which it has to keep the contract. */
import { algorithms, servicesOf } from "../../algorithms/registry.ts"
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import type { Service } from "../../runtime/contract/service.ts"
import { type Micros, MILLISECOND } from "../../runtime/contract/units.ts"
import { Random } from "../../runtime/lib/random.ts"
import type { ScenarioOptions } from "../../runtime/scenario/compose.ts"
import type { Fault, Scenario } from "../../runtime/scenario/scenario.ts"
import { RANDOM_SCENARIOS } from "./random-scenarios.ts"
import { scenarioOf } from "./service-run.ts"
import { HEALED } from "./storm.ts"
import { STORMS } from "./storms.ts"

/** By name: the algorithm, and after a slash what it is run under. A function of the seed. */
export type Scenarios = Readonly<Record<string, (seed: number) => Scenario>>

const END: Micros = HEALED + 50_000

export const CONTRACT_SCENARIOS: Scenarios = {
  ...Object.fromEntries(Object.entries(RANDOM_SCENARIOS).map(([name, { scenario }]) => [name, scenario])),
  ...Object.fromEntries(
    Object.entries(STORMS).map(([name, { draw }]) => [name, (seed: number) => draw(seed, END).scenario]),
  ),
}

/** Every algorithm under every service that it can be measured by, and from under a leader where it can begin so. */
export const SERVICE_SCENARIOS: Scenarios = Object.fromEntries(
  Object.values(algorithms).flatMap(algorithm => [
    ...servicesOf(algorithm).map(service => under(algorithm, service, {})),
    ...(algorithm.begins === undefined ? [] : [under(algorithm, servicesOf(algorithm)[0]!, { leader: 1 })]),
  ]),
)

function under(algorithm: Algorithm, service: Service, begun: Pick<ScenarioOptions, "leader">) {
  const name = [algorithm.name, service.name, ...Object.keys(begun)].join("/")
  return [name, (seed: number) => scenarioOf(algorithm, service, { ...brief(seed), ...begun })] as const
}

/** Half a second in which a node crashes, comes back from a slow disk, and messages are lost, doubled and overtaken. */
function brief(seed: number): ScenarioOptions {
  const random = Random.stream(seed, "faults", 3)
  const at = random.integer(0, 200) * MILLISECOND
  const faults: Fault[] = [
    { kind: "crash", target: { nodes: [random.integer(0, 3)] }, at, for: 100 * MILLISECOND },
    { kind: "loss", share: 0.1, at, for: 200 * MILLISECOND },
  ]
  return {
    nodes: 4,
    latency: { model: "exponential", floor: 100, mean: 2 * MILLISECOND },
    duplication: 0.1,
    syncLatency: random.chance(0.5) ? "1ms" : "0ms",
    faults,
    duration: "500ms",
  }
}
