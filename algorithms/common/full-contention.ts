/**
 * Closed forms of mutual exclusion under full contention. All n nodes want the critical section again as soon as they have left
 * it, and one enters in every cycle C, the stay S and the hand-over to the next. Each then waits nC - S on average, by Little's
 * law, in whatever order they are served.
 */
import type { Conditions, Load, Theory } from "../../runtime/contract/theory.ts"
import { SECOND } from "../../runtime/contract/units.ts"

export interface Cycle {
  /** As in the papers, for use as a factor: `(S + d)`. */
  readonly formula: string
  /** In microseconds. */
  length(load: Load): number
  /** Parameters that it holds for. */
  readonly parameters?: Conditions
}

/** The closed forms that a cycle implies, for n above 1. */
export function underFullContention({ formula, length, parameters = {} }: Cycle): {
  readonly wait: NonNullable<Theory["wait"]>
  readonly capacity: NonNullable<Theory["capacity"]>
} {
  const form = { service: "mutual-exclusion", parameters, holds: isAboutAll }
  return {
    wait: [
      {
        ...form,
        workload: { rate: 0, think: 0 },
        formula: `n ${formula} - S`,
        mean: load => load.nodes * length(load) - stayOf(load),
      },
    ],
    capacity: [{ ...form, formula: `1 / ${formula}`, perSecond: load => SECOND / length(load) }],
  }
}

/** The mean stay S in the critical section, in microseconds. */
export function stayOf({ workload }: Pick<Load, "workload">): number {
  return Number(workload["hold"])
}

/** The rate at which entries are asked for, all nodes together, per microsecond. */
export function rateOf({ workload }: Pick<Load, "workload">): number {
  return Number(workload["rate"]) / SECOND
}

/** True if every node of several is a requester. */
export function isAboutAll(_: unknown, n: number, { requesters }: Load["workload"]): boolean {
  return n > 1 && (requesters === 0 || requesters === n)
}
