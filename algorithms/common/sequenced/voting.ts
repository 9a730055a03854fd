/** The judgement of a front end on the answers of replicas: purely by what they say (Schneider 1990, §4). */
import type { Result } from "../../../services/replicated-log/command.ts"
import type { SequencedParameters } from "./parameters.ts"
import { type ReplicaAnswer, wrongOf } from "./types.ts"

/**
 * The number of replicas that have to give an answer alike before a client gets it: one where they only crash, and f+1 where f
 * may compute wrongly, of which one at least does not.
 */
export function neededAnswers(rule: SequencedParameters["answers"], size: number): number {
  return rule === "first" ? 1 : wrongOf(size) + 1
}

/** The result that `needed` replicas give alike; undefined if none. */
export function agreedResult(answers: readonly ReplicaAnswer[], needed: number): Result | undefined {
  return answers.find(({ result }) => answers.filter(other => isSame(other.result, result)).length >= needed)?.result
}

function isSame(a: Result, b: Result): boolean {
  return a.done === b.done && a.value === b.value
}
