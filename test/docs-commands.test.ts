// Every experiment, scenario, algorithm, kit and lab that a document names in a command is there.
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { namedIn } from "./support/named.ts"

const ROOT = join(import.meta.dirname, "..")

/** Names of the reader's own. */
const READERS_OWN = ["quorate algorithms my-raft"]

function documents(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter(file => file.endsWith(".md"))
    .map(file => join(folder, file))
}

test("what the documents' commands name is there", () => {
  const files = [
    "README.md",
    "CONTRIBUTING.md",
    ...["docs", "algorithms", "labs", "results/reference"].flatMap(documents),
  ]
  const named = files.flatMap(file => namedIn(readFileSync(join(ROOT, file), "utf8")).map(each => ({ file, ...each })))
  expect(named.length).toBeGreaterThan(150)
  const missing = named.filter(({ command, isThere }) => !isThere && !READERS_OWN.includes(command))
  expect(missing.map(({ file, command }) => `${file}: ${command}`)).toEqual([])
})
