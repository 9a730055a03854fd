/** Many complaints at once: one line each, and no more than anybody reads. */

/** More complaints about one file than anybody reads. */
const MAX_PROBLEMS = 20

/** The text of a `UsageError` with several complaints. */
export function listProblems(problems: readonly string[]): string {
  const others = problems.length - MAX_PROBLEMS
  const told = problems.slice(0, MAX_PROBLEMS)
  return [...told, ...(others > 0 ? [`... and ${others} more`] : [])].join("\nquorate: ")
}
