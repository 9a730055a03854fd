// The README's commands and its spec work as they are written there.
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { algorithms } from "../algorithms/registry.ts"
import { EXIT } from "../cli/exit-codes.ts"
import description from "../package.json" with { type: "json" }
import { temporaryFolder } from "./support/folder.ts"
import { quorate } from "./support/terminal.ts"

const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8")
const folder = temporaryFolder()

const specs = [...readme.matchAll(/```yaml\n([\s\S]*?)```/g)].map(match => match[1]!)
const commands = [...readme.matchAll(/^npm run quorate -- (.*?)\s*(?:#.*)?$/gm)].map(match => match[1]!)

/** The services in the words of the table. */
const IN_WORDS: Readonly<Record<string, string>> = {
  "replicated-log": "a replicated log",
  "leader-election": "election",
  "mutual-exclusion": "mutual exclusion",
  agreement: "agreement",
  recovery: "recovery",
  "sharded-store": "a sharded store",
}

test("there are commands and a spec in it", () => {
  expect(commands.length).toBeGreaterThan(3)
  expect(specs.length).toBeGreaterThan(0)
})

test.each(specs.map((text, index) => [index + 1, text] as const))("spec %d is valid", async (index, text) => {
  const path = join(folder, `spec-${index}.yaml`)
  writeFileSync(path, text)
  expect(await quorate(`validate ${path}`)).toMatchObject({ err: "", code: 0 })
})

// A whole experiment takes too long here; that its spec is valid is what can rot.
test.each(commands)("quorate %s", async command => {
  writeFileSync(join(folder, "my-spec.yaml"), specs[0]!)
  const line = command.replace(/^run /, "validate ").replace("my-spec.yaml", join(folder, "my-spec.yaml"))
  const out = /^(?:trace|play) /.test(line) ? ` --out ${join(folder, "page.html")}` : ""
  const { code, err } = await quorate(line.replaceAll(/["']/g, "") + out)
  expect(err).toBe("")
  expect(code).toBe(0)
})

test("npm's own words for its scripts are in package.json", () => {
  for (const [, name] of readme.matchAll(/npm run ([a-z:-]+)/g))
    expect(Object.keys(description.scripts)).toContain(name)
})

test("its exit codes are those of the commands", () => {
  const written = /Exit codes: ([\s\S]*?)\. Experiments/.exec(readme)![1]!
  const codes = written.split(/,\s+/).map(part => Number(/^\d+/.exec(part)![0]))
  expect(codes).toEqual(Object.values(EXIT))
})

test("it compares the algorithms that there are, by the services that they offer themselves", () => {
  const table = readme.slice(readme.indexOf("\n## What is compared"))
  const rows = [...table.matchAll(/^\| ([^|\n]+) \| ([^|\n]+) \|$/gm)].slice(1)
  const served = rows.flatMap(([, names = "", serves = ""]) => names.split(", ").map(name => [name, serves] as const))
  expect(served).toHaveLength(Object.keys(algorithms).length)
  for (const { title, serves } of Object.values(algorithms)) {
    const [first = ""] = /^[\w-]+/.exec(title.toLowerCase()) ?? []
    const [, words] = served.find(([name]) => name.toLowerCase().startsWith(first)) ?? []
    for (const { name } of serves) expect(words, title).toContain(IN_WORDS[name])
  }
})

test("the algorithm in it runs from outside as it is written, and violates nothing while nodes come and go", async () => {
  const code = /```ts\n(import \{ algorithm,[\s\S]*?)```/.exec(readme)![1]!
  writeFileSync(join(folder, "highest.ts"), code.replaceAll(/from "\.\.\/\.\.\/[^"]*"/g, 'from "quorate"'))
  writeFileSync(
    join(folder, "highest.yaml"),
    `question: Who leads?
algorithms: [{ use: highest, from: ./highest.ts }]
nodes: 5
network: { latency: { model: uniform, min: 5ms, max: 15ms } }
faults: [{ crash: { mtbf: 5s, mttr: 1s } }]
duration: 10s
repeat: 25
charts: []
`,
  )
  const run = await quorate(`run ${join(folder, "highest.yaml")} --workers 1 --out ${join(folder, "highest")}`)
  expect(run.out).toMatch(/^Highest heard +9\d\.\d\d% .* 25 +0$/m)
  expect(run.out).toContain("25 runs: no check was violated\n")
  expect(run.code).toBe(0)
})

test("the files of a run that it names are there", () => {
  const paragraph = /A run gives `results\/<experiment>\/`:([\s\S]*?)A check that/.exec(readme)![1]!
  const named = [...paragraph.matchAll(/`([\w.]+\.(?:html|json|csv|sqlite)|charts\/)`/g)].map(([, name]) => name!)
  expect(named.length).toBeGreaterThan(6)
  const there = readdirSync(join(folder, "highest"))
  expect(named.filter(name => name !== "charts/" && !there.includes(name))).toEqual([])
})
