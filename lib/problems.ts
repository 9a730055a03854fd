/** Problems of a spec, as the user sees them: one line each, with the place, the finding and the remedy. */
import * as Data from "effect/Data"

export { didYouMean, editDistance, nearestOf, shown } from "./suggestions.ts"

/** One problem and its place. Lines and columns count from 1; line 0 is the file as a whole. */
export interface Problem {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly message: string
}

/** A spec that cannot be run. */
export class SpecError extends Data.TaggedError("SpecError")<{ readonly problems: readonly Problem[] }> {
  override get message(): string {
    return this.problems.map(formatProblem).join("\n")
  }
}

/**
 * `file:line:column: message`, the form that editors and terminals make clickable; without a place, `file: message`.
 */
export function formatProblem({ file, line, column, message }: Problem): string {
  if (line === 0) return `${file}: ${message}`
  return `${file}:${line}:${column}: ${message}`
}

/** Problems in the order of the file, without duplicates. */
export function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const byText = new Map(problems.map(problem => [formatProblem(problem), problem]))
  return [...byText.values()].toSorted(
    (a, b) => a.file.localeCompare(b.file, "en") || a.line - b.line || a.column - b.column,
  )
}
