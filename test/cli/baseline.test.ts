// `quorate run --baseline`: results that got worse fail, those that did not pass.
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { beforeAll, expect, test } from "vitest"
import { toCsv } from "../../experiments/store/csv.ts"
import { CsvError, parseCsv } from "../../experiments/store/read-csv.ts"
import { temporaryFolder } from "../support/folder.ts"
import { quorate } from "../support/terminal.ts"

const folder = temporaryFolder()

/** Raft as a team of its own keeps it, as it was and with changes of its code; `hold` delays every command. */
const CODE = {
  plain: "",
  costly: "parameters: { ...raft.parameters, notifyCommit: { ...raft.parameters.notifyCommit, default: true } },",
  chatty: `request: {
    ...raft.request,
    Command(node, request, client) {
      for (let k = 0; k < 4; k++) node.broadcast({ type: "TimeoutNow", term: 0 }, "retransmission")
      raft.request.Command(node, request, client)
    },
  },`,
  slow: `state: self => Object.assign(raft.state(self), { held: [] }),
  timeout: {
    ...raft.timeout,
    hold(node) {
      for (const { request, client } of node.state.held.splice(0)) raft.request.Command(node, request, client)
    },
  },
  request: {
    ...raft.request,
    Command(node, request, client) {
      node.state.held.push({ request, client })
      node.setTimer("hold", 15_000)
    },
  },`,
  deaf: "request: { ...raft.request, Command() {} },",
  broken: 'start() { throw new Error("out of order") },',
}
type Code = keyof typeof CODE

for (const [name, changes] of Object.entries(CODE)) {
  const text = `import { algorithms } from "quorate"
const { raft } = algorithms
export const ours = {
  ...raft,
  name: "ours",
  title: "Ours",
  ${changes}
}
`
  writeFileSync(join(folder, `${name}.ts`), text)
}

const spec = (more: string, repeat = 4, code: Code = "plain"): string => `question: Did it get worse?
algorithms: [{ use: ours, from: ./${code}.ts }]
service: replicated-log
sweep: { nodes: [3, 5] }
network: { latency: { model: uniform, min: 5ms, max: 15ms } }
${more}
warmup: 500ms
duration: 1s
repeat: ${repeat}
charts: []
`

/** Runs a spec into the folder of that name: what has been run there with the same code is not run again. */
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
  expect(out).toContain(
    "Against the baseline (2 cells, paired run by run; tolerance 0 %):\n  no guarded metric regressed",
  )
  expect(code).toBe(0)
})

test("a higher message cost fails, with the old and the new value and the interval", async () => {
  const text = spec("", 4, "costly")
  const { code, out } = await run("costly", text, "--baseline", join(baseline, "summary.csv"))
  expect(out).toMatch(
    /WORSE: message cost of ours\/nodes=3: [\d.]+, was [\d.]+: \+[\d.]+ % \[\+[\d.]+, \+[\d.]+\], p [<=] 0/,
  )
  expect(out).not.toContain(" availability of")
  expect(code).toBe(1)
  const tolerant = await run("costly", text, "--baseline", baseline, "--tolerance", "900%")
  expect(tolerant.code).toBe(0)
  const partly = await run("costly", text, "--baseline", baseline, "--tolerance", "900%,messages=1%")
  expect(partly.out).toMatch(/tolerance 900 %, of messages 1 %\):\n(  WORSE: message cost of .*\n)+\n?/)
  expect(partly.code).toBe(1)
})

test.each([
  ["messages of another label", "chatty", "messages of all purposes per operation", "message cost"],
  ["bytes of another label", "chatty", "bytes of all purposes per operation", "median latency"],
  ["a higher latency", "slow", "median latency", "message cost"],
] as const)("%s fails", async (_, code, metric, unchanged) => {
  const { code: exit, out } = await run(code, spec("", 4, code), "--baseline", baseline)
  expect(out).toMatch(new RegExp(`WORSE: ${metric} of ours/nodes=3: [\\d.]+( ms| B)?, was [\\d.]+( ms| B)?: \\+`))
  expect(out).not.toContain(`WORSE: ${unchanged} of`)
  expect(exit).toBe(1)
})

test("runs that all fail are worse, and not taken for another experiment", async () => {
  const { code, out } = await run("broken", spec("", 4, "broken"), "--baseline", baseline)
  expect(out).toContain("WORSE: share of failed runs of ours/nodes=3: 100.00 %, was 0.00 %: +100.00 points")
  expect(code).toBe(3)
})

test("a lower availability fails, and a higher one is told, too", async () => {
  const { code, out } = await run("deaf", spec("", 4, "deaf"), "--baseline", baseline)
  expect(out).toMatch(
    /WORSE: availability of ours\/nodes=3: 0\.00 %, was 100\.00 %: -100\.00 points \[-100\.00, -100\.00\], p < 0\.001/,
  )
  expect(out).toMatch(/not compared: message cost of ours\/nodes=3 \(no value in the new results\)/)
  expect(code).toBe(1)
  const back = await run("same", spec(""), "--baseline", join(folder, "deaf"))
  expect(back.out).toMatch(/BETTER: availability of ours\/nodes=3: 100\.00 %/)
})

test("a value of the spec that has changed fails, though the numbers look better", async () => {
  const { code, out } = await run("altered", spec("workload: { rate: 50/s }"), "--baseline", baseline)
  expect(out).toContain(
    "  ALTERED: ours/nodes=3, ours/nodes=5: the spec differs from that of the baseline (workload.rate)\n",
  )
  expect(out).not.toMatch(/BETTER|no guarded metric regressed/)
  expect(code).toBe(1)
  const given = await run("given", spec("parameters: { notifyCommit: true }"), "--baseline", baseline)
  expect(given.out).toContain("the spec differs from that of the baseline (parameters.notifyCommit)\n")
  expect(given.code).toBe(1)
})

test("a point that is no longer swept fails, and a new one is listed", async () => {
  const { code, out } = await run("fewer", spec("").replace("[3, 5]", "[3, 4]"), "--baseline", baseline)
  expect(out).toContain("  GONE: ours/nodes=5: in the baseline, but not in this experiment\n")
  expect(out).toContain("  not in the baseline: ours/nodes=4\n")
  expect(code).toBe(1)
})

test("without the baseline's runs, the intervals of its summary have to do", async () => {
  const { code, out } = await run(
    "costly",
    spec("", 4, "costly"),
    "--baseline",
    join(folder, "summary-only/summary.csv"),
  )
  expect(out).toMatch(/by the intervals of the estimates[\s\S]*WORSE: message cost of ours\/nodes=5/)
  expect(out).toContain("not compared without runs.csv: share of failed runs, share of runs with an undecided")
  expect(code).toBe(1)
})

test("with fewer runs than the baseline, those of the same seeds are compared", async () => {
  const { code, out } = await run("same", spec("", 3), "--baseline", baseline)
  expect(out).toContain("(2 cells, paired run by run;")
  expect(out).toContain("  fewer runs than in the baseline: ours/nodes=3, ours/nodes=5\n")
  expect(code).toBe(0)
})

test("a single run shows no scatter, so that nothing is sure", async () => {
  await run("once", spec("", 1))
  const { code, out } = await run("costly", spec("", 1, "costly"), "--baseline", join(folder, "once"))
  expect(out).toMatch(/UNSURE: message cost[\s\S]*increase repeat/)
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
    [
      `--baseline ${baseline} --tolerance much`,
      '--tolerance: expected a share such as 1% or 0.01, or 1%,latency=5%, found "much"',
    ],
    [`--baseline ${baseline} --tolerance 1%,latencies=5%`, 'no metric that is guarded is called "latencies"; did you'],
    [`--baseline ${baseline}/manifest.json`, "give the folder, or the summary.csv in it"],
    ["--tolerance 5%", "--tolerance needs --baseline"],
    [`--baseline ${baseline} --shard 1/2`, "--shard and --baseline exclude each other"],
  ]
  cpSync(baseline, join(folder, "wrong"), { recursive: true })
  for (const [options, told] of wrong) {
    const { code, out, err } = await run("wrong", spec(""), options)
    expect([code, out, err]).toEqual([2, "", expect.stringContaining(told)])
  }
  const other = await run(
    "other",
    spec("").replace("{ use: ours, from: ./plain.ts }", "multi-paxos"),
    "--baseline",
    baseline,
  )
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
  ["a cell twice", "summary.csv", 3, "cell", "ours/nodes=3", 'cell: found "ours/nodes=3", which is there before'],
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
  const { out } = await run("same", spec(""), "--baseline", blank)
  expect(out).toContain("\n  not compared: availability of ours/nodes=3 (no value in the baseline)\n")
})

test("a part of the baseline's runs is not taken for all of them", async () => {
  const part = join(folder, "part")
  cpSync(baseline, part, { recursive: true })
  const rows = readFileSync(join(part, "runs.csv"), "utf8").split("\n")
  writeFileSync(join(part, "runs.csv"), rows.slice(0, 4).join("\n"))
  const { code, err } = await run("parted", spec(""), "--baseline", part)
  expect(err).toContain(`${join(part, "runs.csv")}: found 3 runs of ours/nodes=3, of which summary.csv has 4\n`)
  expect(code).toBe(2)
})

test("what is written as CSV is read back", () => {
  const rows = [["plain", 'a "quoted" one, with\na line feed', ""]]
  const text = [...toCsv({ columns: ["a", "b", "c"], rows })].join("")
  expect(parseCsv(text)).toEqual([{ line: 2, fields: { a: "plain", b: 'a "quoted" one, with\na line feed', c: "" } }])
  const runs = parseCsv(readFileSync(join(baseline, "runs.csv"), "utf8"))
  const ids = runs.map(({ fields }) => fields["run"])
  expect(ids).toEqual([3, 5].flatMap(n => [1, 2, 3, 4].map(k => `ours/nodes=${n}/${k}`)))
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

test("a row is in the line that it begins in, whatever breaks and empty lines there are", () => {
  const text = '\uFEFFa,b\r\n"1\n2",x\r\n\r\n,\r\n3,"4\n5"\r\n6,'
  expect(parseCsv(text)).toEqual([
    { line: 2, fields: { a: "1\n2", b: "x" } },
    { line: 6, fields: { a: "3", b: "4\n5" } },
    { line: 8, fields: { a: "6", b: "" } },
  ])
})

test("a field may be of any length", () => {
  const long = "x".repeat(10_000_000)
  expect(parseCsv(`a\n"${long}"\n`)[0]!.fields["a"]).toHaveLength(long.length)
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
