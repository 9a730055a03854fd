// One submission of a class never stops, hides or delays another, whatever a student's folder holds.
import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { beforeAll, describe, expect, test } from "vitest"
import { submissionsAt } from "../../labs/engine/submission/folder.ts"
import { gradeSubmission } from "../../labs/engine/grading/grade.ts"
import { labs } from "../../labs/registry.ts"
import { Random } from "../../runtime/lib/random.ts"
import { temporaryFolder } from "../support/folder.ts"
import { quorate } from "../support/terminal.ts"
import { atStart, solve } from "./solution.ts"

const folder = temporaryFolder()
const students = join(folder, "students")
const out = join(folder, "grades")

/** A student's folder with files in it, by name. */
function hand(name: string, files: Readonly<Record<string, string>>): string {
  const own = join(students, name)
  mkdirSync(own, { recursive: true })
  for (const [file, text] of Object.entries(files)) writeFileSync(join(own, file), text)
  return own
}

beforeAll(() => {
  solve(hand("ada", {}))
  solve(hand("scores.csv", {}))
  hand("deep", { "bully.ts": `export const bully = ${"(".repeat(200_000)}` })
  hand("curried", { "bully.ts": `export const bully = ${"a=>".repeat(80_000)}1` })
  hand("huge", { "bully.ts": `// ${"x".repeat(1 << 20)}` })
  execFileSync("mkfifo", [join(hand("pipe", {}), "bully.ts")])
  execFileSync("mkfifo", [join(hand("pipes", { "bully.ts": "export {}" }), "package.json")])
  mkdirSync(join(hand("folder", {}), "bully.ts"))
  symlinkSync("../ada/bully.ts", join(hand("copied", {}), "bully.ts"))
  symlinkSync("/etc/passwd", join(hand("stolen", { "bully.ts": 'export * from "./own.ts"' }), "own.ts"))
  symlinkSync("bully.ts", join(hand("circle", {}), "bully.ts"))
  symlinkSync("ada", join(students, "linked"))
  hand("unknown", { "package.json": '{ "quorate": { "lab": "constructor" } }', "bully.ts": "export {}" })
  hand("\u001b[2Jname", {})
  hand("regex", { "bully.ts": "export const bully = /(/" })
})

test("every student has a row, with what is wrong", async () => {
  const {
    code,
    out: told,
    err,
  } = await quorate(`lab grade ${students} --lab bully --stage start --jobs 2 --out ${out}`)
  expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining("without --seed-file") })
  // oxlint-disable-next-line no-control-regex -- what must not be there
  expect(told).not.toMatch(/\u001b/)
  const rows = readFileSync(join(out, "scores.csv"), "utf8").trim().split("\n").slice(1)
  const found = Object.fromEntries(rows.map(row => [row.split(",")[0], row.split(",").slice(2).join()]))
  expect(found).toMatchObject({
    ada: "20,20,20,0,0,0,0,",
    "scores.csv": "20,20,20,0,0,0,0,",
    deep: expect.stringMatching(/^0,20,.*(Unexpected end|compiler down)/),
    curried: expect.stringMatching(/^0,20,.*(compiler down|no algorithm|end)/),
    huge: expect.stringContaining("bully.ts: more than 262144 bytes"),
    pipe: expect.stringContaining("found a pipe"),
    pipes: expect.stringContaining("exports no algorithm"),
    folder: expect.stringContaining("found a folder"),
    copied: expect.stringContaining("a link out of the folder"),
    stolen: expect.stringContaining("a link out of the folder"),
    circle: expect.stringContaining("leads in a circle"),
    linked: expect.stringContaining("found a link"),
    unknown: expect.stringContaining("exports no algorithm"),
    regex: expect.stringContaining("Invalid regular expression"),
  })
  expect(rows).toHaveLength(15)
  expect(existsSync(join(out, "scores.csv.student", "report.json"))).toBe(true)
})

test("without --lab, a folder that names no lab, or one that is not there, is a matter of its own", () => {
  const class2 = join(folder, "class2")
  mkdirSync(join(class2, "ada"), { recursive: true })
  mkdirSync(join(class2, "bob"))
  mkdirSync(join(class2, "eve"))
  writeFileSync(join(class2, "ada", "package.json"), '{ "quorate": { "lab": "bully" } }')
  writeFileSync(join(class2, "bob", "package.json"), '{ "quorate": { "lab": "constructor" } }')
  const found = submissionsAt(class2).map(one => ("lab" in one ? one.lab.name : one.problem))
  expect(found).toEqual([
    "bully",
    expect.stringContaining('there is no lab "constructor"'),
    expect.stringContaining("--lab"),
  ])
})

describe("results are written as they come", () => {
  test("a student who is done has the marks while others are still graded", async () => {
    const { ClassFolder } = await import("../../cli/commands/lab/results.ts")
    const own = join(folder, "as-they-come")
    const bully = labs["bully"]!
    const both = ["ada", "bob"].map(name => ({ lab: bully, name, file: join(students, name, "bully.ts") }))
    const results = new ClassFolder(both, own)
    const report = await gradeSubmission({ name: "bob", problem: "lost" })
    results.add({ submission: both[1]!, report, seconds: 1 })
    expect(readFileSync(join(own, "scores.csv"), "utf8")).toMatch(/^submission,lab,.*\nbob,.*lost\n$/)
    results.add({ submission: both[0]!, report: { ...report, submission: "ada", ungraded: "too slow" }, seconds: 1 })
    results.finish()
    const [, first, second] = readFileSync(join(own, "scores.csv"), "utf8").split("\n")
    expect([first, second]).toEqual([
      expect.stringMatching(/^ada,,,,.*not graded: too slow/),
      expect.stringMatching(/^bob,/),
    ])
    expect(existsSync(join(own, "ada", "gradescope.json"))).toBe(false)
  })
})

test("hidden runs tell nothing: neither seeds nor what exceptions, prints and stacks say of them", async () => {
  const own = join(folder, "teller")
  // It tells the runs that everybody has by what their nodes draw first, and fails in all others.
  const known = [1, 2, 3, 4, 5].flatMap(seed =>
    [0, 1, 2].map(node => Random.stream(seed, "node", node).integer(0, 2 ** 31)),
  )
  const deed = `const drawn = node.random(0, 2 ** 31); console.log("TOLD", drawn)
    if (!${JSON.stringify(known)}.includes(drawn)) throw new Error("TOLD" + drawn)`
  solve(own, atStart(deed))
  writeFileSync(join(folder, "seed.txt"), "anything")
  const line = `lab grade ${own} --lab bully --stage start --jobs 1 --seed-file ${folder}/seed.txt`
  const formats = ["gradescope", "classroom50", "junit", "json"].map(format => [format, join(folder, `${format}.out`)])
  const { out: told } = await quorate(`${line} ${formats.map(([format, file]) => `--${format} ${file}`).join(" ")}`)
  const read = (format: string): string => readFileSync(join(folder, `${format}.out`), "utf8")
  const { tests }: { tests: { failure?: { hidden: boolean; seed: number; variation: number } }[] } = JSON.parse(
    read("json"),
  )
  const hidden = tests.flatMap(({ failure }) => (failure?.hidden === true ? [failure] : []))
  expect(hidden).toHaveLength(2)
  for (const text of [told, read("gradescope"), read("classroom50"), read("junit")]) {
    for (const { seed, variation } of hidden) expect(text).not.toMatch(new RegExp(`TOLD|${seed}|${variation}`))
    expect(text).toContain("fails with a hidden seed")
  }
  for (const { seed, variation } of hidden) for (const each of [seed, variation]) expect(each).toBeGreaterThan(2 ** 40)
})

test("a file that strayed into the folder of a class does not make it one submission", () => {
  const stray = join(folder, "stray")
  for (const name of ["ada", "bob"]) {
    mkdirSync(join(stray, name), { recursive: true })
    writeFileSync(join(stray, name, "bully.ts"), "export {}")
  }
  writeFileSync(join(stray, "bully.ts"), "export {}")
  const told = /found bully\.ts here and in ada: a class, or one submission\? Move bully\.ts away, or say --single/
  expect(() => submissionsAt(stray, labs.bully)).toThrow(told)
  expect(submissionsAt(stray, labs.bully, true)).toHaveLength(1)
})
