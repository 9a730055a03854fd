// Exact costs against a baseline: equal for equal code, and every change is named.
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import * as registry from "../../algorithms/registry.ts"
import { changesSince, readBaseline, saveBaseline } from "../../bench/baseline.ts"
import { type Costs, measureCosts } from "../../bench/costs.ts"
import { describeChange } from "../../bench/report.ts"
import type { Registry } from "../../scenarios/cell.ts"
import { builtWithCosts } from "../support/built.ts"
import { temporaryFolder } from "../support/folder.ts"
import { quorateFromSource } from "../support/from-source.ts"
import { compileWith } from "../support/mutants.ts"
import { type Cli, createTerminal, outcomeOf } from "../support/terminal.ts"

/** What the tests are about; that everything costs what it did is found where the package is checked. */
const FEW = ["locks", "log-leader-crash"]
const folder = temporaryFolder()
const baseline = join(folder, "baseline.json")
const few = builtWithCosts(FEW, afterAll)
const measureFew = (from?: Registry): readonly Costs[] => measureCosts(from, [], join(few, "bench/costs"))

let costs: readonly Costs[]
let cli: Cli
beforeAll(async () => {
  costs = measureFew()
  saveBaseline(baseline, costs)
  cli = await import(join(few, "dist/cli/cli.js"))
})

/** Runs a command line of a package with these scenarios. */
const quorate = (line: string) => outcomeOf(cli, line, createTerminal())

test("every algorithm of the workbench is weighed, without a violation or a failure", () => {
  const all = Object.entries(readBaseline("bench/baseline.json")).flatMap(([scenario, algorithms]) =>
    Object.entries(algorithms).map(([algorithm, metrics]) => ({ scenario, algorithm, metrics })),
  )
  expect([...new Set(all.map(({ algorithm }) => algorithm))].toSorted()).toEqual(Object.keys(registry.algorithms))
  const troubled = all.filter(({ metrics }) => metrics["violations"] !== 0 || metrics["failed_runs"] !== 0)
  expect(troubled).toEqual([])
  const crash = all.find(({ scenario, algorithm }) => scenario === "log-leader-crash" && algorithm === "raft")!
  expect(crash.metrics["recovery_ms"]).toBeGreaterThan(0)
})

test("costs are the same whenever they are measured, by the built package too", async () => {
  const out = join(folder, "same")
  expect(await quorate(`bench --compare ${baseline} --out ${out}`)).toMatchObject({
    code: 0,
    out: expect.stringContaining("no change in "),
  })
})

/** The same costs with one more message in Raft. */
let changed: readonly Costs[]
beforeAll(async () => {
  const mutated = await compileWith<Registry>("algorithms/registry.ts", [
    {
      file: "algorithms/raft/election.ts",
      from: "function becomeLeader(node: RaftNode): void {",
      to: "function becomeLeader(node: RaftNode): void {\n  node.send(node.peers[0]!, { type: 'TimeoutNow', term: 0 })",
    },
  ])
  changed = measureFew(mutated)
})

describe("one more message in Raft", () => {
  test("is named with its metric, its algorithm, the old and the new value", () => {
    const changes = changesSince(readBaseline(baseline), changed)
    expect(new Set(changes.map(({ algorithm }) => algorithm))).toEqual(new Set(["raft"]))
    const described = changes.map(describeChange).join("\n")
    expect(described).toMatch(/^messages\.TimeoutNow of raft in log-leader-crash: \d+, was 0$/m)
    expect(described).toMatch(/^messages_protocol of raft in log-leader-crash: \d+, was \d+ \(\+[\d.]+ %\)$/m)
  })
})

test("what is no longer measured is a change, too", () => {
  const without = costs.filter(({ algorithm }) => algorithm !== "maekawa")
  const changes = changesSince(readBaseline(baseline), without)
  expect(changes.length).toBeGreaterThan(0)
  expect(changes.every(change => change.algorithm === "maekawa" && change.new === undefined)).toBe(true)
})

/** Puts the costs of one algorithm into a baseline that has all. */
function withCostsOf(algorithm: string, text: string, other: readonly Costs[]): string {
  const { costs: kept, ...rest }: { readonly costs: Record<string, Record<string, unknown>> } = JSON.parse(text)
  for (const { scenario, algorithm: name, metrics } of other) if (name === algorithm) kept[scenario]![name] = metrics
  return `${JSON.stringify({ ...rest, costs: kept }, null, 2)}\n`
}

test("an algorithm from outside is weighed in every scenario of its service, and compared and accepted with the others", async () => {
  const saved = join(folder, "new/folders/ours.json")
  const out = `--out ${join(folder, "ours")}`
  const given = "--algorithms examples/roaming-token.ts"
  expect(await quorate(`bench costs ${given} --save ${saved} ${out}`)).toMatchObject({ code: 0 })
  const scenarios = Object.entries(readBaseline(saved)).filter(([, algorithms]) => "roaming-token" in algorithms)
  expect(scenarios.map(([scenario]) => scenario.split("/")[0])).toEqual(["locks", "locks"])

  const right = readFileSync(saved, "utf8")
  const text = withCostsOf("raft", right, changed)
  writeFileSync(saved, text)

  // Without its module, the team's algorithm is missed, and not removed.
  const without = await quorate(`bench costs --compare ${saved} ${out}`)
  expect(without.out).toContain("\nroaming-token is in the baseline, and was not measured: name its module with --alg")
  expect(without.out).not.toMatch(/^roaming-token .* -$|--accept/m)
  expect(without.code).toBe(1)
  const refused = await quorate(`bench costs --compare ${saved} --accept ${out}`)
  expect(refused.err).toContain(`bench: --accept would remove roaming-token from ${saved}, which was not measured`)
  expect(refused.code).toBe(2)
  expect(readFileSync(saved, "utf8")).toBe(text)

  const compared = await quorate(`bench costs ${given} --compare ${saved} ${out}`)
  expect(compared).toMatchObject({ code: 1, err: "" })
  expect(compared.out).toMatch(/^raft +log-leader-crash +messages\.TimeoutNow +[1-9]\d* +0 *$/m)
  expect(readFileSync(join(folder, "ours/summary.md"), "utf8")).toContain("| raft | log-leader-crash | messages_pro")
  expect(readFileSync(join(folder, "ours/junit.xml"), "utf8")).toMatch(
    /<testcase name="log-leader-crash" classname="costs.raft" time="0">\n *<failure message="messages_protocol of raft in log-lead/,
  )

  // Accepting keeps all: the hint that is printed names the modules.
  const hint = /^\d+ exact costs changed; if that is right: quorate (.*)$/m.exec(compared.out)![1]!
  expect(await quorate(`${hint} ${out}`)).toMatchObject({ code: 0, err: "" })
  expect(readFileSync(saved, "utf8")).toBe(right)
  const history = readFileSync(join(folder, "ours/history.ndjson"), "utf8").trimEnd().split("\n")
  expect(history.map(line => Object.keys(JSON.parse(line)))).toEqual(
    history.map(() => ["timestamp", "metrics", "attributes"]),
  )
})

test.each([
  ["bench cots", "bench: there is no suite or task cots; did you mean costs?"],
  ["bench costs --accept", "bench: --accept needs --compare <baseline>"],
  [
    "bench event-queue --compare bench/baseline.json",
    "bench: --compare is about exact costs, which event-queue leaves",
  ],
  ["bench --compare nowhere.json", "nowhere.json: the baseline cannot be read: there is no such file"],
  ["bench --compare package.json", "package.json: not a baseline; expected JSON with"],
  ["bench --budget 10 --against HEAD", '--budget: expected a share such as 10%, found "10"'],
  ["bench --rounds 1 --against HEAD", '--rounds: expected an integer from 2 to 1000, found "1"'],
])("quorate %s is a mistake", async (line, told) => {
  const { code, err } = await quorate(`${line} --out ${join(folder, "wrong")}`)
  expect(err).toContain(told)
  expect(err.trimEnd().split("\n")).toHaveLength(1)
  expect(code).toBe(2)
})

test("what is no revision is none to race against", async () => {
  const { code, err } = await quorateFromSource(`bench --against nowhere --out ${join(folder, "wrong")}`)
  expect(err).toContain("nowhere: there is no such revision")
  expect(code).toBe(2)
})

test("a baseline that cannot be written is told in a line", async () => {
  writeFileSync(join(folder, "file"), "")
  const { code, err } = await quorate(
    `bench costs --save ${join(folder, "file/x.json")} --out ${join(folder, "wrong")}`,
  )
  expect(err).toContain("the baseline cannot be written")
  expect(code).toBe(2)
  // It is told before anything is measured, and where it could be written nothing is left behind.
  const spoilt = join(folder, "spoilt.json")
  expect(await quorate(`bench costs --algorithms nowhere.ts --save ${spoilt}`)).toMatchObject({ code: 2 })
  expect(existsSync(spoilt)).toBe(false)
})
