/** Bounds of a check by a run: every order of events in which no more goes wrong than goes wrong in it. */
import type { NodeId } from "../runtime/contract/algorithm.ts"
import { type Budgets, NO_BUDGETS } from "../runtime/checker/model.ts"
import type { Script } from "../runtime/scenario/script.ts"
import type { CellScenario } from "../scenarios/cell.ts"

/** The end of the name of a move by which a client asks another node, having lost patience. */
const RETRY = " instead"

export interface RunBounds {
  readonly operations?: number
  readonly budgets?: Budgets
  readonly traitors?: readonly NodeId[]
}

/** Only a script says how often each thing happens; of other runs, nothing is taken. */
export function boundsOf({ script }: Pick<CellScenario, "script">): RunBounds {
  if (script === undefined) return {}
  const { operations, traitors = [] } = script
  return { operations, traitors, budgets: budgetsOf(script) }
}

function budgetsOf({ steps }: Script): Budgets {
  const timeouts: Record<string, number> = {}
  const count = { crashes: 0, amnesias: 0, losses: 0, duplicates: 0, retries: 0 }
  for (const step of steps) {
    if (step.type === "timeout") timeouts[step.timer] = (timeouts[step.timer] ?? 0) + 1
    else if (step.type === "lose") count.losses++
    else if (step.type === "duplicate") count.duplicates++
    else if (step.type === "crash") count[step.and === "amnesia" ? "amnesias" : "crashes"]++
    else if (step.type === "move" && step.move.endsWith(RETRY)) count.retries++
  }
  return { ...NO_BUDGETS, ...count, timeouts }
}
