/** Checks bound to the state of one run. */
import type { Check, Verdict } from "../runtime/contract/service.ts"
import type { Micros } from "../runtime/contract/units.ts"

export const HOLDS: Verdict = { verdict: "holds" }

/** The part of a check's state that remembers the first violation. */
export interface Found {
  violation: Verdict | null
}

/** Records a violation, unless there was one before. */
export function violate(found: Found, at: Micros, witness: string): void {
  found.violation ??= { verdict: "violated", at, witness }
}

/** The verdict of a check that is never undecided. */
export function verdictOf({ violation }: Found): Verdict {
  return violation ?? HOLDS
}

/** A check in one run. */
export interface RunningCheck<Event> {
  readonly name: string
  observe(event: Event): void
  verdict(): Verdict
}

/**
 * Begins a check. @param context what it may use in addition to the events @param state its state, if others read it as
 * well
 */
export function beginCheck<State, Event, Context>(
  check: Check<State, Event, Context>,
  context: Context,
  state: State = check.initial(context),
): RunningCheck<Event> {
  return {
    name: check.name,
    observe: event => check.observe(state, event, context),
    verdict: () => check.verdict(state, context),
  }
}

/** The verdicts of checks, by name. */
export function verdictsOf(checks: readonly RunningCheck<never>[]): Record<string, Verdict> {
  return Object.fromEntries(checks.map(check => [check.name, check.verdict()]))
}
