/**
 * Closed forms of messages and latency against runs, in every service and with all pairs of values of flags and choices: where
 * a form says that it holds, it does.
 */
import { expect, it } from "vitest"
import { algorithms } from "../../../algorithms/registry.ts"
import { predict } from "../../../reports/charts/theory.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import type { Service } from "../../../runtime/contract/service.ts"
import { LATENCY } from "../../../scenarios/measures/latency.ts"
import { measured } from "../../../scenarios/measures/measured.ts"
import { MESSAGES } from "../../../scenarios/measures/messages.ts"
import { completeRun, scenarioOf, type ServiceRunOptions } from "../../support/service-run.ts"

/** Settings for which forms are stated: one operation at a time, or full contention. */
const WORKLOADS: Readonly<Record<string, readonly object[]>> = {
  "replicated-log": [
    { reads: 0, ask: "leader", clients: 1 },
    { reads: 1, ask: "leader", clients: 1 },
  ],
  "mutual-exclusion": [
    { requesters: 1, think: "0s" },
    { requesters: 0, think: "0s" },
  ],
  agreement: [{ proposers: 1 }],
  "leader-election": [{ initiators: "lowest" }, { initiators: "lowestFollower" }],
  "sharded-store": [{ moveEvery: "0s", clients: 1 }],
}

const MEASURES = [...MESSAGES, ...LATENCY].filter(({ name }) =>
  ["messages_per_operation", "latency_p50_ms"].includes(name),
)

/** All pairs of values of flags and choices of the algorithm itself. */
function variantsOf({ name, parameters }: Algorithm): readonly object[] {
  const inner = Object.keys(algorithms).map(each => each.replaceAll(/-./g, dash => dash[1]!.toUpperCase()))
  const own = Object.entries(parameters).filter(
    ([parameter]) => name === "raft" || !inner.some(prefix => new RegExp(`^${prefix}[A-Z]`).test(parameter)),
  )
  const changed: readonly object[] = own.flatMap(([parameter, { kind, values = [] }]) =>
    (kind === "flag" ? [false, true] : kind === "choice" ? values : []).map(value => ({ [parameter]: value })),
  )
  const pairs = changed.flatMap((one, place) => changed.slice(place).map(other => ({ ...one, ...other })))
  return changed.length === 0 ? [{}] : pairs
}

/** What a run comes to where a form says something else. */
function deviations(algorithm: Algorithm, service: Service, options: ServiceRunOptions): readonly string[] {
  const scenario = scenarioOf(algorithm, service, options)
  if (algorithm.conflict?.(scenario.parameters, scenario.nodes) !== undefined) return []
  const cell = { scenario: { ...scenario, algorithm: algorithm.name, service: service.name } }
  const predicted = MEASURES.flatMap(({ name, of }) => {
    const prediction = predict(name, cell as Parameters<typeof predict>[1], algorithm)
    return prediction === undefined ? [] : [{ ...prediction, name, of }]
  })
  if (predicted.length === 0) return []
  const run = measured(completeRun(algorithm, service, options), scenario)
  return predicted.flatMap(({ name, of, formula, value }) => {
    const cost = of(run)
    // Where nobody is served, as where a leader that lives is never replaced, an operation has no cost.
    const isNear = run.outcome.ok === 0 || Math.abs(cost - value) <= 0.02 * value + 0.01
    return isNear ? [] : [`${name} ${JSON.stringify(options)}: ${formula} is ${value}, and it took ${cost}`]
  })
}

const theories = Object.values(algorithms).flatMap(algorithm =>
  algorithm.theory === undefined ? [] : [[algorithm.name, algorithm] as const],
)

it.each(theories)("of %s", (_, algorithm) => {
  const found = algorithm.serves.flatMap(service =>
    (WORKLOADS[service.name] ?? []).flatMap(workload =>
      variantsOf(algorithm).flatMap(parameters =>
        deviations(algorithm, service, {
          nodes: 4,
          fifo: true,
          parameters: { ...parameters },
          workload: { ...workload },
          duration: "1200ms",
          warmup: "500ms",
        }),
      ),
    ),
  )
  expect(found).toEqual([])
})
