/** A front end's vote over the replicas' answers (Schneider 1990, §4); pure functions. */
import type { Result } from "../../../services/replicated-log/command.ts"
import type { SequencedParameters } from "./parameters.ts"
import { type ReplicaAnswer, wrongOf } from "./types.ts"

/**
 * The number of equal answers needed before a client gets one: one if replicas only crash, and f+1 if f may compute wrongly,
 * so that at least one is correct.
 */
export function neededAnswers(rule: SequencedParameters["answers"], size: number): number {
  return rule === "first" ? 1 : wrongOf(size) + 1
}

/** The result that `needed` replicas agree on; undefined if there is none. */
export function agreedResult(answers: readonly ReplicaAnswer[], needed: number): Result | undefined {
  return answers.find(({ result }) => answers.filter(other => isSame(other.result, result)).length >= needed)?.result
}

function isSame(a: Result, b: Result): boolean {
  return a.done === b.done && a.value === b.value
}
