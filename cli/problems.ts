/** Lists of problems: one line each, up to a readable number. */

/** The maximal number of problems printed for one file. */
const MAX_PROBLEMS = 20

/** The text of a `UsageError` with several problems. */
export function listProblems(problems: readonly string[]): string {
  const others = problems.length - MAX_PROBLEMS
  const told = problems.slice(0, MAX_PROBLEMS)
  return [...told, ...(others > 0 ? [`... and ${others} more`] : [])].join("\nquorate: ")
}
