/** The experiments that come with the workbench. */
import { readdirSync, readFileSync, statSync } from "node:fs"
import { basename, join } from "node:path"
import { PUBLISHED, SCENARIOS, SPECS } from "../../lib/assets.ts"

export interface BundledExperiment {
  /** The name that `quorate run` takes. */
  readonly name: string
  /** The question that it answers: the first line of its spec. */
  readonly question: string
  readonly file: string
}

/** The bundled experiments, by name. */
export function bundledExperiments(): readonly BundledExperiment[] {
  return experimentsIn(SPECS)
}

/** The experiments that repeat figures of papers, by name. */
export function publishedExperiments(): readonly BundledExperiment[] {
  return experimentsIn(PUBLISHED)
}

function experimentsIn(folder: string): readonly BundledExperiment[] {
  return readdirSync(folder)
    .filter(file => file.endsWith(".yaml"))
    .toSorted()
    .map(name => {
      const file = join(folder, name)
      return { name: basename(name, ".yaml"), question: firstComment(readFileSync(file, "utf8")), file }
    })
}

/**
 * The spec file that a user means.
 *
 * @param nameOrPath the path of a spec, or the name of a bundled experiment; an existing file wins
 */
export function resolveSpec(nameOrPath: string): string {
  if (isFile(nameOrPath)) return nameOrPath
  const bundled = [...bundledExperiments(), ...publishedExperiments()]
  return bundled.find(({ name }) => name === nameOrPath)?.file ?? nameOrPath
}

/** True if the file exists; false for a path that cannot be resolved (a loop of links). */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}

function firstComment(text: string): string {
  return (text.split("\n", 1)[0] ?? "").replace(/^#\s*/, "").trim()
}

/** A bundled run for the debugger. */
export interface BundledScenario {
  readonly name: string
  /** The title: what the run shows. */
  readonly title: string
  readonly file: string
}

/** The bundled scenarios, by name. */
export function bundledScenarios(): readonly BundledScenario[] {
  return readdirSync(SCENARIOS)
    .filter(file => file.endsWith(".json"))
    .toSorted()
    .map(name => {
      const file = join(SCENARIOS, name)
      const { title = "" }: { readonly title?: string } = JSON.parse(readFileSync(file, "utf8"))
      return { name: basename(name, ".json"), title, file }
    })
}

/** The file of the bundled scenario of this name, or `undefined`; an existing file wins. */
export function resolveScenario(nameOrPath: string): string | undefined {
  if (isFile(nameOrPath)) return nameOrPath
  return bundledScenarios().find(({ name }) => name === nameOrPath)?.file
}
