/** Bounds of a check by a run: every order of events in which no more goes wrong than goes wrong in it. */
import type { Algorithm, NodeId } from "../runtime/contract/algorithm.ts"
import { type Budgets, type ClockModel, NO_BUDGETS } from "../runtime/checker/model.ts"
import { isInRounds, type Script } from "../runtime/scenario/script.ts"
import type { CellScenario } from "../scenarios/cell.ts"

/** The end of the name of a move by which a client asks another node, having lost patience. */
const RETRY = " instead"

export interface RunBounds {
  readonly operations?: number
  readonly budgets?: Budgets
  readonly traitors?: readonly NodeId[]
  readonly clock?: ClockModel
}

/** Only a script says how often each thing happens; of other runs, nothing is taken. */
export function boundsOf({ script }: Pick<CellScenario, "script">, algorithm: Algorithm): RunBounds {
  if (script === undefined) return {}
  const { operations, traitors = [], clock } = script
  return {
    operations,
    traitors,
    ...(clock === undefined ? {} : { clock }),
    budgets: budgetsOf(script, isInRounds(algorithm)),
  }
}

function budgetsOf({ steps, clock }: Script, inRounds: boolean): Budgets {
  const timeouts: Record<string, number> = {}
  const count = { crashes: 0, amnesias: 0, losses: 0, duplicates: 0, retries: 0, stops: 0, ticks: 0, drift: 0 }
  for (const step of steps) {
    if (step.type === "tick") {
      count.ticks++
      if (step.node !== undefined) count.drift++
    } else if (step.type === "timeout") timeouts[step.timer] = (timeouts[step.timer] ?? 0) + 1
    else if (step.type === "lose") count.losses++
    else if (step.type === "duplicate") count.duplicates++
    else if (step.type === "crash") count[kindOf(step.and, inRounds)]++
    else if (step.type === "move" && step.move.endsWith(RETRY)) count.retries++
  }
  const { ticks, drift, ...others } = count
  // With a clock, time decides how often timers run out.
  return { ...NO_BUDGETS, ...others, ...(clock === undefined ? { timeouts } : { ticks, drift }) }
}

/** In rounds, all crashes are for good. */
function kindOf(and: "restart" | "amnesia" | "stop", inRounds: boolean): "crashes" | "amnesias" | "stops" {
  if (and === "amnesia") return "amnesias"
  return and === "stop" && !inRounds ? "stops" : "crashes"
}
