/** A run as a test of Vitest: it replays the run, and expects the verdicts that the run has now. */
import { existsSync } from "node:fs"
import { dirname, relative } from "node:path"
import type { RunResult } from "../../../runtime/scenario/scenario.ts"
import { programWords } from "../../program.ts"

/** The command line that replays a run. */
export interface Replayed {
  /** Scenario file, folder of results, spec or experiment, as typed. */
  readonly what: string
  readonly run?: string | undefined
  /** Modules with further algorithms. */
  readonly algorithms?: readonly string[] | undefined
}

/**
 * The text of the test.
 *
 * @param file the file that it is for; paths in it are relative to that file's folder
 * @param status the exit code of the replay
 */
export function asTest(file: string, replayed: Replayed, result: RunResult, status: number): string {
  const { what, run, algorithms = [] } = replayed
  const near = (path: string): string => (existsSync(path) ? relative(dirname(file), path) : path)
  const [program, ...words] = [
    ...programWords(),
    "replay",
    near(what),
    ...(run === undefined ? [] : ["--run", run]),
    ...algorithms.flatMap(path => ["--algorithms", near(path)]),
  ]
  const verdicts = result.status === "failed" ? [] : Object.entries(result.outcome.verdicts)
  const expected = verdicts.map(([check, { verdict }]) => {
    return `      ${JSON.stringify(check)}: ${JSON.stringify(verdict === "violated" ? "VIOLATED" : verdict)},`
  })
  return `// The verdicts of a run. Where a violation is to go, let the test expect "holds" and the exit code 0, and it shows when it has gone.
import { spawnSync } from "node:child_process"
import { expect, test } from "vitest"

test(${JSON.stringify(`replay ${near(what)}`)}, () => {
  const words = ${JSON.stringify(words)}
  const { status, stdout } = spawnSync(${JSON.stringify(program)}, words, { cwd: import.meta.dirname, encoding: "utf8" })
  const found = [...stdout.matchAll(/^ {2}([\\w-]+): (holds|VIOLATED|undecided)/gm)]
  expect({ status, verdicts: Object.fromEntries(found.map(([, check, verdict]) => [check, verdict])) }).toEqual({
    status: ${status},
    verdicts: {
${expected.join("\n")}
    },
  })
}, 60_000)
`
}
