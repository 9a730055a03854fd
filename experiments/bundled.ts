/** The experiments that come with the workbench. */
import { readdirSync, readFileSync, statSync } from "node:fs"
import { basename, join } from "node:path"
import { SPECS } from "./assets.ts"

export interface BundledExperiment {
  /** What `quorate run` takes. */
  readonly name: string
  /** The question it answers: its first line. */
  readonly question: string
  readonly file: string
}

/** The bundled experiments, by name. */
export function bundledExperiments(): readonly BundledExperiment[] {
  return readdirSync(SPECS)
    .filter(file => file.endsWith(".yaml"))
    .toSorted()
    .map(name => {
      const file = join(SPECS, name)
      return { name: basename(name, ".yaml"), question: firstComment(readFileSync(file, "utf8")), file }
    })
}

/**
 * The spec file that a user means.
 *
 * @param nameOrPath the path of a spec, or the name of a bundled experiment; a file that exists comes first
 */
export function resolveSpec(nameOrPath: string): string {
  if (statSync(nameOrPath, { throwIfNoEntry: false })?.isFile()) return nameOrPath
  return bundledExperiments().find(({ name }) => name === nameOrPath)?.file ?? nameOrPath
}

function firstComment(text: string): string {
  return (text.split("\n", 1)[0] ?? "").replace(/^#\s*/, "").trim()
}
