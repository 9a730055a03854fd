/** Loads the outside modules that a spec and the command line name. */
import { dirname, relative } from "node:path"
import type { Registry } from "../../../scenarios/cell.ts"
import { loadOutside, type OutsideModule, type OutsideProblem, withOutside } from "../../../scenarios/outside/load.ts"
import { didYouMean, type Problem } from "../../../lib/problems.ts"
import type { Uses } from "../schema/schema.ts"
import type { Source } from "../../../lib/source.ts"

/** The names that a spec may use in addition to the workbench's own. */
export interface Outside {
  readonly registry: Registry
  /** Absolute paths of the modules, each once. */
  readonly modules: readonly string[]
  /** Names of algorithms that are compared even if the spec does not list them. */
  readonly added: readonly string[]
  readonly problems: readonly Problem[]
}

/**
 * Loads all outside modules.
 *
 * A module of the command line adds all of its algorithms to the comparison if the spec lists none of them.
 *
 * @param uses what the spec says about algorithms; undefined if it is unreadable
 * @param given modules of the command line: paths relative to the working directory, or names of packages
 */
export async function loadModules(
  uses: Uses | undefined,
  source: Source,
  given: readonly string[],
  base: Registry,
): Promise<Outside> {
  const problems: Problem[] = []
  const modules = new Map<string, OutsideModule>()
  const listed = new Set<string>()
  for (const [index, entry] of (uses?.algorithms ?? []).entries()) {
    listed.add(typeof entry === "string" ? entry : entry.use)
    if (typeof entry === "string" || entry.from === undefined) continue
    const loaded = await loadOutside(entry.from, dirname(source.file))
    if ("problem" in loaded) {
      problems.push(locate(loaded.problem, message => source.problemAt(["algorithms", index, "from"], message)))
      continue
    }
    modules.set(loaded.path, loaded)
    const names = loaded.algorithms.map(({ name }) => name)
    if (names.includes(entry.use)) continue
    const hint = `${names.join(", ")}${didYouMean(entry.use, names)}`
    const message = `found "${entry.use}", which ${entry.from} does not export; expected one of ${hint}`
    problems.push(source.problemAt(["algorithms", index, "use"], message))
  }
  const added: string[] = []
  for (const from of given) {
    const loaded = await loadOutside(from, process.cwd())
    if ("problem" in loaded) {
      problems.push(locate(loaded.problem, message => onCommandLine(from, message)))
      continue
    }
    const names = loaded.algorithms.map(({ name }) => name)
    if (!modules.has(loaded.path) && !names.some(name => listed.has(name))) added.push(...names)
    modules.set(loaded.path, loaded)
  }
  const { registry, problems: taken } = withOutside(base, [...modules.values()])
  problems.push(...taken.map(problem => locate(problem, message => atStart(source.file, message))))
  return { registry, modules: [...modules.keys()], added, problems }
}

/** Puts a problem at its own place if it has one, else at `elsewhere`. */
function locate({ place, message }: OutsideProblem, elsewhere: (message: string) => Problem): Problem {
  return place === undefined ? elsewhere(message) : { ...place, file: relative("", place.file), message }
}

/** A problem with a module given with `--algorithms`; the message begins with the module's name. */
function onCommandLine(from: string, message: string): Problem {
  return { file: `--algorithms ${from}`, line: 0, column: 0, message: message.replace(`${from}: `, "") }
}

function atStart(file: string, message: string): Problem {
  return { file, line: 1, column: 1, message }
}
