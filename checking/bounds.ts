/** Bounds of a check derived from a run: every order of events with at most as many faults as the run has. */
import type { Algorithm, NodeId } from "../runtime/contract/algorithm.ts"
import { type Budgets, type ClockModel, NO_BUDGETS } from "../runtime/checker/model.ts"
import { isInRounds, type Script } from "../runtime/scenario/script.ts"
import type { CellScenario } from "../scenarios/cell.ts"

/** The suffix of the move by which an impatient client asks another node. */
const RETRY = " instead"

export interface RunBounds {
  readonly operations?: number
  readonly budgets?: Budgets
  readonly traitors?: readonly NodeId[]
  readonly clock?: ClockModel
}

/** Only a script determines how often each thing happens; other runs give no bounds. */
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
  // With a clock, time determines how often timers fire.
  return { ...NO_BUDGETS, ...others, ...(clock === undefined ? { timeouts } : { ticks, drift }) }
}

/** In rounds, all crashes are for good. */
function kindOf(and: "restart" | "amnesia" | "stop", inRounds: boolean): "crashes" | "amnesias" | "stops" {
  if (and === "amnesia") return "amnesias"
  return and === "stop" && !inRounds ? "stops" : "crashes"
}
