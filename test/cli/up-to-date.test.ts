// `run` with results that are up to date prints the same and writes nothing; any change has the results written anew.
import { appendFileSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { temporaryFolder } from "../support/folder.ts"
import { createTerminal, quorate } from "../support/terminal.ts"

const folder = temporaryFolder()

const SPEC = [
  "question: Do three generals agree with one traitor?",
  "algorithms: [{ use: oral-messages, service: agreement, parameters: { m: 1 } }]",
  "sweep: { nodes: [3, 4] }",
  "faults: [{ byzantine: { nodes: [1], behaviour: lying, at: 0s } }]",
  "repeat: 5",
  "charts: []",
]

const spec = join(folder, "generals.yaml")
const out = join(folder, "generals")
const page = join(out, "report.html")
const conclusion = join(out, "conclusion.json")
writeFileSync(spec, `${SPEC.join("\n")}\n`)

const run = (options = "", terminal = createTerminal()) =>
  quorate(`run ${spec} --quiet --workers 1 --out ${out} ${options}`, terminal)

const first = await run()

/** Runs again. @returns whether the report was written anew, and what was printed */
async function again(options?: string) {
  const before = statSync(page).mtimeMs
  const ended = await run(options)
  return { ...ended, isAnew: statSync(page).mtimeMs !== before }
}

describe("run again", () => {
  test("prints the same, with the same exit code, and leaves all files alone", async () => {
    const second = await again()
    expect(first.code).toBe(1)
    expect(first.out).toMatch(/^10 runs: a check was violated in /m)
    expect(second).toMatchObject({ code: 1, isAnew: false })
    expect(second.out).toBe(first.out.replace("10 runs:", "10 runs (10 already stored):"))
    const [kept, narrow] = [await again("--json"), await run("", createTerminal({ isTerminal: true, columns: 60 }))]
    rmSync(conclusion)
    const inFull = await again("--json")
    const events = (text: string) => text.split("\n").filter(line => !line.startsWith('{"type":"progress"'))
    expect([kept.isAnew, inFull.isAnew]).toEqual([false, true])
    expect(events(kept.out)).toEqual(events(inFull.out))
    rmSync(conclusion)
    expect((await run("", createTerminal({ isTerminal: true, columns: 60 }))).out).toBe(narrow.out)
  })

  test.each<[change: string, make: () => void]>([
    ["a result file is gone", () => rmSync(join(out, "summary.json"))],
    ["a table was edited", () => appendFileSync(join(out, "summary.csv"), "\n")],
    ["the spec has another comment", () => appendFileSync(spec, "# more\n")],
    ["the conclusion was edited", () => edit(conclusion, "generals", "colonels")],
    ["the conclusion is no JSON", () => writeFileSync(conclusion, "{")],
    ["the conclusion is empty", () => writeFileSync(conclusion, "null")],
  ])("writes the results anew if %s", async (_, change) => {
    expect((await again()).isAnew).toBe(false)
    change()
    const { isAnew, out: printed } = await again()
    expect(isAnew).toBe(true)
    expect(printed).toBe(first.out.replace("10 runs:", "10 runs (10 already stored):"))
  })

  test("writes the results of other cells anew", async () => {
    const one = await again("--only oral-messages/nodes=4")
    expect(one.out).toMatch(/^5 runs \(5 already stored\)/m)
    expect(one.isAnew).toBe(true)
  })

  test("an algorithm from outside that changed is run again, and one that did not is not", async () => {
    const file = join(folder, "own.ts")
    const own = (comment: string) =>
      writeFileSync(
        file,
        `${readFileSync(join(import.meta.dirname, "../../examples", EXAMPLE), "utf8")}\n// ${comment}\n`,
      )
    own("as it was")
    const named = join(folder, "own.yaml")
    writeFileSync(named, SPEC_OF_OWN)
    const runOwn = () => quorate(`run ${named} --quiet --workers 1 --out ${join(folder, "own")} --algorithms ${file}`)
    expect((await runOwn()).out).toMatch(/^2 runs: /m)
    expect((await runOwn()).out).toMatch(/^2 runs \(2 already stored\): /m)
    own("changed")
    expect((await runOwn()).out).toMatch(/^2 runs: /m)
  })
})

function edit(file: string, from: string, to: string): void {
  writeFileSync(file, readFileSync(file, "utf8").replaceAll(from, to))
}

const EXAMPLE = "roaming-token.ts"

const SPEC_OF_OWN = `question: q
service: mutual-exclusion
algorithms: [roaming-token]
nodes: 3
duration: 2s
repeat: 2
charts: []
`
