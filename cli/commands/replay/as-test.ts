/** A replay as a test of Vitest, with its paths seen from the folder of the test. */
import { existsSync } from "node:fs"
import { dirname, relative } from "node:path"
import { testOfCommand } from "../../../debugger/test-file.ts"
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
  return testOfCommand({ title: `replay ${near(what)}`, program: program!, words }, result, status)
}
