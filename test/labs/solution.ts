// The project's bully election as a student would have written it, to plant mistakes in.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"

const SOURCES = join(import.meta.dirname, "../../algorithms/bully")

/** Writes `bully.ts`, and the files that it imports, into a folder; `edit` plants a mistake. */
export function solve(into: string, edit: (source: string) => string = source => source): void {
  mkdirSync(into, { recursive: true })
  for (const file of ["bully.ts", "theory.ts", "types.ts"]) {
    const source = readFileSync(join(SOURCES, file), "utf8")
    const own = source.replaceAll(/"\.\.\/\.\.\/(?:runtime|services)\/[^"]+"/g, '"quorate"')
    writeFileSync(join(into, file), edit(own.replace('name: "bully"', 'name: "my-bully"')))
  }
}

/** An edit: what a node does first when it starts, and what stands at the top of the file. */
export function atStart(deed: string, prelude = ""): (source: string) => string {
  return source =>
    source.includes("  start(node) {\n")
      ? `${prelude}\n${source.replace("  start(node) {\n", `  start(node: any) {\n    ${deed}\n`)}`
      : source
}
