/**
 * Estimates the cost of an experiment before it starts: runs, messages and time, from a formula if there is one and otherwise
 * from truncated sample runs; and detects sweeps that would explode.
 */
import * as Effect from "effect/Effect"
import { casesOf } from "../../scenarios/cases.ts"
import { scenarioOfRun } from "../../scenarios/cycles.ts"
import type { Cell } from "../../scenarios/cell.ts"
import { SECOND } from "../../runtime/contract/units.ts"
import { messagesOf } from "../../algorithms/oral-messages/theory.ts"
import { MEASURES, type MeasureName } from "../../scenarios/measure.ts"
import type { Plan } from "../model/plan.ts"
import { decodeRun } from "../store/encoding.ts"
import { Workers } from "./workers.ts"

/** The cost of the cells of one algorithm. */
export interface VariantEstimate {
  readonly label: string
  readonly cells: number
  readonly runs: number
  /** Messages in all of its runs together, including those of clients. */
  readonly messages: number
  /** Total processor time, in seconds. */
  readonly seconds: number
}

/** The maximum number of runs; more must be a typo. */
const MAX_RUNS = 10_000_000
/** The default limit on the events of a run; see `Scenario.eventBudget`. */
const EVENT_BUDGET = 200_000_000
/** Events after which a sample is stopped. */
const SAMPLE_EVENTS = 200_000

/** The reason not to run a plan as it is, with the number; `undefined` if there is none. */
export function explosionIn(plan: Plan): string | undefined {
  if (plan.runs > MAX_RUNS) return `${plan.cells.length} cells of ${plan.repeat} runs are ${count(plan.runs)} runs`
  const crowded = plan.cells.find(cell => operationsByRate(cell) * EVENTS_OF_OPERATION > budgetOf(cell))
  if (crowded !== undefined) {
    const begun = `begins ${count(operationsByRate(crowded))} operations (workload.rate)`
    return `a run of ${crowded.id} ${begun}, and its event budget is ${count(budgetOf(crowded))}`
  }
  const exploding = plan.cells.flatMap(cell => {
    const messages = messagesByFormula(cell)
    return messages !== undefined && messages > (cell.scenario.eventBudget ?? EVENT_BUDGET) ? [{ cell, messages }] : []
  })
  if (exploding.length === 0) return undefined
  const worst = exploding.reduce((most, other) => (other.messages > most.messages ? other : most))
  const { cell, messages } = worst
  const budget = count(cell.scenario.eventBudget ?? EVENT_BUDGET)
  return (
    `a run of ${cell.id} takes ${count(messages)} messages, and its event budget is ${budget}` +
    (exploding.length > 1 ? `; ${exploding.length} cells are like that` : "")
  )
}

function budgetOf({ scenario }: Cell): number {
  return scenario.eventBudget ?? EVENT_BUDGET
}

/** The minimum number of events of an operation: its start, and the arrival of its request. */
const EVENTS_OF_OPERATION = 2

/** Operations that an open loop starts in a run; 0 for a closed loop. */
function operationsByRate({ scenario: { workload, warmup, duration } }: Cell): number {
  const { rate, mode } = workload
  return typeof rate === "number" && mode !== "closed" ? (rate * (duration - warmup)) / SECOND : 0
}

/** Messages of a run by a closed formula; `undefined` if there is none. */
export function messagesByFormula({ scenario }: Cell): number | undefined {
  if (scenario.algorithm !== "oral-messages") return undefined
  const { nodes, parameters, workload } = scenario
  const m = parameters["m"] === "largest" ? Math.floor((nodes - 1) / 3) : Number(parameters["m"])
  return messagesOf(nodes, m) * Math.max(1, Number(workload["instances"]))
}

/** Estimates the cost of each algorithm's runs. */
export const estimate = Effect.fnUntraced(function* (plan: Plan) {
  const variants = Map.groupBy(plan.cells, ({ variant }) => variant.key)
  return yield* Effect.forEach(variants.values(), cells => estimateVariant(plan, cells))
})

/** Samples the cells with the fewest and the most nodes; others are interpolated and extrapolated by a power law. */
const estimateVariant = Effect.fnUntraced(function* (plan: Plan, cells: readonly Cell[]) {
  const bySize = cells.toSorted((a, b) => a.scenario.nodes - b.scenario.nodes)
  const [smallest, largest] = [bySize[0]!, bySize.at(-1)!]
  const small = yield* sample(smallest, plan.seeds[0]!)
  const large = largest.scenario.nodes > smallest.scenario.nodes ? yield* sample(largest, plan.seeds[0]!) : small
  const growth =
    large === small
      ? 0
      : Math.log(large.events / small.events) / Math.log(largest.scenario.nodes / smallest.scenario.nodes)
  let [runs, messages, events] = [0, 0, 0]
  for (const cell of cells) {
    const eventsOfRun = small.events * (cell.scenario.nodes / smallest.scenario.nodes) ** growth
    const messagesOfRun = messagesByFormula(cell) ?? eventsOfRun * large.messagesPerEvent
    const repeat = casesOf(cell.scenario) ?? plan.repeat
    runs += repeat
    messages += messagesOfRun * repeat
    events += Math.max(eventsOfRun, messagesOfRun) * repeat
  }
  const seconds = events * large.secondsPerEvent
  return { label: smallest.variant.label, cells: cells.length, runs, messages, seconds } satisfies VariantEstimate
})

interface Sample {
  readonly events: number
  readonly messagesPerEvent: number
  readonly secondsPerEvent: number
}

const NOTHING: Sample = { events: 1, messagesPerEvent: 0, secondsPerEvent: 0 }

/** Runs one run, or the first part of it. */
const sample = Effect.fnUntraced(function* ({ scenario }: Cell, seed: number) {
  const workers = yield* Workers
  const short = {
    ...scenarioOfRun(scenario, seed),
    eventBudget: Math.min(SAMPLE_EVENTS, scenario.eventBudget ?? SAMPLE_EVENTS),
  }
  const batch = { tasks: [{ scenario: short, seeds: [seed] }] }
  // By the second time, the engine has optimized the code.
  const result = yield* workers.run(batch).pipe(
    Effect.andThen(workers.run(batch)),
    Effect.catchTag("BatchLost", () => Effect.succeed(undefined)),
  )
  const [run] = result?.runs ?? []
  if (result === undefined || run === undefined) return NOTHING
  const record = decodeRun(run)
  if (record.status === "failed") {
    const share = record.at === null ? 1 : Math.max(record.at, 1) / scenario.duration
    const events = short.eventBudget / Math.min(1, share)
    return { events, messagesPerEvent: 1, secondsPerEvent: result.elapsedMs / 1_000 / short.eventBudget }
  }
  const valueOf = (name: MeasureName): number => record.values[MEASURES.findIndex(entry => entry.name === name)] ?? 0
  const events = Math.max(1, valueOf("events"))
  return {
    events,
    messagesPerEvent: valueOf("delivered") / events,
    secondsPerEvent: result.elapsedMs / 1_000 / events,
  }
})

/** A number for reading: `950`, `12,000`, `3.4 million`, `1.2e+15`. */
export function count(value: number): string {
  if (value >= 1e15) return value.toPrecision(2)
  const [scale, word] = value >= 1e12 ? [1e12, " trillion"] : value >= 1e9 ? [1e9, " billion"] : [1e6, " million"]
  if (value >= 1e6) return `${Number((value / scale).toPrecision(3))}${word}`
  return String(Math.round(value)).replaceAll(/\B(?=(\d{3})+$)/g, ",")
}
