// What a submission can import solves nothing, and neither do the types that students get.
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import * as library from "../../labs/engine/library.ts"
import { labs } from "../../labs/registry.ts"
import { makeLabFolder } from "../../labs/engine/handout/scaffold.ts"
import { compileSubmission } from "../../labs/engine/submission/submission.ts"
import { temporaryFolder } from "../support/folder.ts"

const ROOT = join(import.meta.dirname, "../..")
const folder = temporaryFolder()
const implementLabs = Object.values(labs).filter(lab => lab.kind === "implement")

/** The sources that a submission was compiled from. */
async function sourcesOf(file: string): Promise<readonly string[]> {
  const { sources }: { sources: string[] } = JSON.parse((await compileSubmission(file)).map)
  return sources
}

test.each(implementLabs.map(({ name }) => name))(
  "%s: with all that can be imported, nothing of algorithms/",
  async name => {
    const skeleton = readFileSync(join(ROOT, "labs", name, "skeleton.ts"), "utf8")
    const file = join(folder, `${name}.ts`)
    const uses = `import * as all from "quorate"\nexport const everything = [${Object.keys(library)
      .map(key => `all.${key}`)
      .join()}]\n`
    writeFileSync(file, uses + skeleton)
    const sources = await sourcesOf(file)
    expect(sources.filter(source => /\bservices\//.test(source)).length).toBeGreaterThan(3)
    expect(sources.filter(source => /\b(algorithms|experiments)\//.test(source))).toEqual([])
  },
)

test.each(["algorithms", "services", "simulate", "Random"])("%s cannot be imported", async name => {
  const file = join(folder, "import.ts")
  writeFileSync(file, `import { ${name} } from "quorate"\nexport const it = ${name}\n`)
  await expect(compileSubmission(file)).rejects.toMatchObject({
    problems: [`import.ts:1:10: No matching export in "quorate" for import "${name}"`],
  })
})

test("the types that go out are those of the library", () => {
  const lab = labs["bully"]!
  const files = makeLabFolder(lab, join(folder, "work"))
  const types = files.filter(file => file.startsWith("types/"))
  expect(types).toContain("types/labs/engine/library.d.ts")
  expect(types.filter(file => file.includes("algorithms"))).toEqual([])
  const text = types.map(file => readFileSync(join(folder, "work", file), "utf8")).join("\n")
  for (const own of ["informed", "holdElection", "bully"]) expect(text).not.toMatch(new RegExp(`\\b${own}\\b`))
  expect(readdirSync(join(folder, "work", "types")).toSorted()).toEqual(["index.d.ts", "labs", "runtime", "services"])
})
