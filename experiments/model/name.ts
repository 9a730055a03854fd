/** The name of an experiment, and of the folder of its results. */
import { basename, extname, join } from "node:path"

/** The name of the experiment that a spec describes: that of its file, without extension. */
export function nameOfSpec(file: string): string {
  return basename(file, extname(file))
}

/** The default folder of an experiment's results. */
export function resultsFolder({ name }: { readonly name: string }): string {
  return join("results", name)
}
