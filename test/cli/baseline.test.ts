// `quorate run --baseline`: results that got worse fail, those that did not pass.
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { beforeAll, expect, test } from "vitest"
import { CsvError, parseCsv, toCsv } from "../../experiments/csv.ts"
import { temporaryFolder } from "../support/folder.ts"
import { quorate } from "../support/terminal.ts"

const folder = temporaryFolder()

const spec = (more: string, repeat = 4): string => `question: Did it get worse?
algorithms: [raft]
service: replicated-log
sweep: { nodes: [3, 5] }
network: { latency: { model: uniform, min: 5ms, max: 15ms } }
${more}
warmup: 1s
duration: 3s
repeat: ${repeat}
charts: []
`

/** Runs a spec into a folder of its own. */
async function run(name: string, text: string, ...options: readonly string[]) {
  writeFileSync(join(folder, `${name}.yaml`), text)
  return quorate(`run ${join(folder, name)}.yaml --workers 1 --out ${join(folder, name)} ${options.join(" ")}`)
}

const baseline = join(folder, "baseline")
beforeAll(async () => {
  const { code, err } = await run("baseline", spec(""))
  if (code !== 0) throw new Error(err)
  cpSync(baseline, join(folder, "summary-only"), { recursive: true })
  rmSync(join(folder, "summary-only/runs.csv"))
})

test("unchanged code passes, whatever the tolerance", async () => {
  const { code, out } = await run("same", spec(""), "--baseline", baseline, "--tolerance", "0%")
  expect(out).toContain("Against the baseline (2 cells, paired run by run; tolerance 0 %):\n  availability and message")
  expect(code).toBe(0)
})

test("a higher message cost fails, with the old and the new value and the interval", async () => {
  const text = spec("parameters: { notifyCommit: true }")
  const { code, out } = await run("costly", text, "--baseline", join(baseline, "summary.csv"))
  expect(out).toMatch(
    /WORSE: message cost of raft\/nodes=3: [\d.]+, was [\d.]+: \+[\d.]+ % \[\+[\d.]+, \+[\d.]+\], p [<=] 0/,
  )
  expect(out).not.toContain("availability of")
  expect(code).toBe(1)
  const tolerant = await run("costly", text, "--baseline", baseline, "--tolerance", "100%")
  expect(tolerant.code).toBe(0)
})

test("a lower availability fails, and a higher one is told, too", async () => {
  const crashes = spec("faults: [{ crash: { leader: true, at: 2s } }]")
  const { code, out } = await run("crashing", crashes, "--baseline", baseline)
  expect(out).toMatch(
    /WORSE: availability of raft\/nodes=3: \d\d\.\d\d %, was 100\.00 %: -[\d.]+ points \[-[\d.]+, -[\d.]+\]/,
  )
  expect(code).toBe(1)
  const back = await run("healed", spec(""), "--baseline", join(folder, "crashing"))
  expect(back.out).toMatch(/BETTER: availability of raft\/nodes=3: 100\.00 %/)
})

test("without the baseline's runs, the intervals of its summary have to do", async () => {
  const { code, out } = await run(
    "unpaired",
    spec("parameters: { notifyCommit: true }"),
    "--baseline",
    join(folder, "summary-only/summary.csv"),
  )
  expect(out).toMatch(/by the intervals of the estimates[\s\S]*WORSE: message cost of raft\/nodes=5/)
  expect(code).toBe(1)
})

test("a single run shows no scatter, so that nothing is sure", async () => {
  await run("once", spec("", 1))
  const { code, out } = await run(
    "again",
    spec("parameters: { notifyCommit: true }", 1),
    "--baseline",
    join(folder, "once"),
  )
  expect(out).toMatch(/UNSURE: message cost[\s\S]*repeat more/)
  expect(code).toBe(0)
})

test("baselines that cannot be used are told before anything runs", async () => {
  writeFileSync(join(folder, "notes.csv"), "a,b\n1,2\n")
  const wrong: readonly (readonly [options: string, told: string])[] = [
    ["--baseline nowhere.csv", "--baseline nowhere.csv: there is no such file"],
    [`--baseline ${folder}`, "there is no summary.csv in this folder"],
    [`--baseline ${folder}/notes.csv`, "not a table of results; expected columns such as cell and availability"],
    [`--baseline ${baseline}/runs.csv`, "give the folder, or the summary.csv in it"],
    [`--baseline ${folder}/wrong`, "this run would overwrite it"],
    [`--baseline ${baseline} --tolerance much`, '--tolerance: expected a share such as 1% or 0.01, found "much"'],
  ]
  cpSync(baseline, join(folder, "wrong"), { recursive: true })
  for (const [options, told] of wrong) {
    const { code, out, err } = await run("wrong", spec(""), options)
    expect([code, out, err]).toEqual([2, "", expect.stringContaining(told)])
  }
  const other = await run("other", spec("").replace("raft", "multi-paxos"), "--baseline", baseline)
  expect(other).toMatchObject({ code: 2, err: expect.stringContaining("no cell of this experiment is in it") })
})

test.each([
  ["no number", "summary.csv", 2, "availability", "high", 'availability: found "high", expected a share from 0 to 1'],
  [
    "a share beyond 1",
    "summary.csv",
    3,
    "availability",
    "1.5",
    'availability: found "1.5", expected a share from 0 to 1',
  ],
  ["no finite number", "summary.csv", 2, "messages_per_operation", "Infinity", "expected a number from 0 on"],
  ["no number as bound", "summary.csv", 2, "availability_low", "NaN", "expected a share from 0 to 1"],
  ["a hexadecimal number", "runs.csv", 4, "messages_protocol", "0x10", "expected a number from 0 on"],
  ["a negative number", "runs.csv", 4, "ok", "-1", "expected a number from 0 on"],
  ["another status", "runs.csv", 4, "status", "fine", 'status: found "fine", expected completed or failed'],
  ["a cell twice", "summary.csv", 3, "cell", "raft/nodes=3", 'cell: found "raft/nodes=3", which is there before'],
])("a baseline with %s is refused with its line and column", async (name, file, line, column, value, told) => {
  const damaged = join(folder, `damaged-${name.replaceAll(" ", "-")}`)
  cpSync(baseline, damaged, { recursive: true })
  const lines = readFileSync(join(damaged, file), "utf8").split("\n")
  const fields = lines[line - 1]!.split(",")
  fields[lines[0]!.split(",").indexOf(column)] = value
  lines[line - 1] = fields.join(",")
  writeFileSync(join(damaged, file), lines.join("\n"))
  const { code, err } = await run("refused", spec(""), "--baseline", damaged)
  expect(err).toContain(`quorate: --baseline ${join(damaged, file)}:${line}: ${column}: `)
  expect(err).toContain(told)
  expect(code).toBe(2)
})

test("a value that the baseline does not have is named", async () => {
  const blank = join(folder, "blank")
  cpSync(baseline, blank, { recursive: true })
  rmSync(join(blank, "runs.csv"))
  const [head, first, ...others] = readFileSync(join(blank, "summary.csv"), "utf8").split("\n")
  const fields = first!.split(",")
  fields[head!.split(",").indexOf("availability")] = ""
  writeFileSync(join(blank, "summary.csv"), [head, fields.join(","), ...others].join("\n"))
  const { out } = await run("blanked", spec(""), "--baseline", blank)
  expect(out).toContain("\n  not compared: availability of raft/nodes=3 (no value in the baseline)\n")
})

test("what is written as CSV is read back", () => {
  const rows = [["plain", 'a "quoted" one, with\na line feed', ""]]
  const text = [...toCsv({ columns: ["a", "b", "c"], rows })].join("")
  expect(parseCsv(text)).toEqual([{ line: 2, fields: { a: "plain", b: 'a "quoted" one, with\na line feed', c: "" } }])
  const runs = parseCsv(readFileSync(join(baseline, "runs.csv"), "utf8"))
  const ids = runs.map(({ fields }) => fields["run"])
  expect(ids).toEqual([3, 5].flatMap(n => [1, 2, 3, 4].map(k => `raft/nodes=${n}/${k}`)))
})

test("nothing in a CSV is a formula for a spreadsheet or an escape for a terminal, and it is read back", () => {
  const rows = ['=HYPERLINK("http://x")', "+1", "-2s", "@SUM(A1)", "a=b", "'quoted"].map(text => [text, -3])
  const text = [...toCsv({ columns: ["a", "b"], rows })].join("")
  expect(text.split("\n").slice(1, -1)).toEqual([
    `"'=HYPERLINK(""http://x"")",-3`,
    "'+1,-3",
    "'-2s,-3",
    "'@SUM(A1),-3",
    "a=b,-3",
    "'quoted,-3",
  ])
  expect(parseCsv(text).map(({ fields }) => fields["a"])).toEqual(rows.map(([a]) => a))
  expect([...toCsv({ columns: ["a"], rows: [["\u001B[2J"]] })].join("")).toBe(`a\n${String.raw`\u001b[2J`}\n`)
})

test.each([
  ['a,b\n1,"2\n', 2],
  ['a,b\n1,2\n3,4"5\n', 3],
  ["a,b\n1,2,3\n", 2],
  ["a,a\n1,2\n", 1],
])("%j is no CSV", (text, line) => {
  expect(() => parseCsv(text)).toThrow(CsvError)
  expect(() => parseCsv(text)).toThrow(expect.objectContaining({ line }))
})
