// Looking at results, and what a sweep says before, while and after it runs.
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet"
import { beforeAll, describe, expect, test } from "vitest"
import { runCli } from "../../cli/cli.ts"
import { temporaryFolder } from "../support/folder.ts"
import { createTerminal, quorate } from "../support/terminal.ts"

const folder = temporaryFolder()
const out = join(folder, "out")

function specWith(name: string, lines: readonly string[]): string {
  const path = join(folder, `${name}.yaml`)
  writeFileSync(path, lines.join("\n"))
  return path
}

const spec = specWith("small", [
  "question: Does a small cluster commit?",
  "service: replicated-log",
  "algorithms: [raft]",
  "sweep: { nodes: [3, 5], loss: [0%, 30%] }",
  "network: { latency: 10ms }",
  "warmup: 500ms",
  "duration: 1s",
  "repeat: 2",
  "charts: []",
])

let events: readonly Readonly<Record<string, unknown>>[]
let shown: { code: number; err: string }
beforeAll(async () => {
  const run = await quorate(`run ${spec} --workers 1 --out ${out} --json`)
  shown = run
  events = run.out
    .trimEnd()
    .split("\n")
    .map(line => JSON.parse(line))
})

/** The command with an argument that has spaces. */
async function results(...args: readonly string[]) {
  const terminal = createTerminal()
  const code = await runCli(["results", out, ...args], terminal)
  return { code, ...terminal.written }
}

describe("results", () => {
  test("shows the runs, those that fulfil a condition, and the columns asked for", async () => {
    expect((await results()).out).toMatch(/^run +seed +status +violated +availability +messages_per_operation/)
    const { out: text } = await results("--where", "nodes = 5 AND loss = 0", "--columns", "run,nodes,messages_protocol")
    expect(text.split("\n").slice(0, 4)).toEqual([
      "run                     nodes  messages_protocol",
      "----------------------  -----  -----------------",
      expect.stringMatching(/^raft\/nodes=5\/loss=0%\/1 +5 +\d+$/),
      expect.stringMatching(/^raft\/nodes=5\/loss=0%\/2 +5 +\d+$/),
    ])
    expect((await results("--where", "nodes = 4")).out).toBe("no run is like that\n")
    expect((await results("--limit", "1")).out).toMatch(/\n\.\.\. \(the first 1; --limit shows more\)\n$/)
  })

  test("exports what runs.csv says as CSV, JSON Lines and Parquet", async () => {
    const [csv, jsonl, parquet] = ["csv", "jsonl", "parquet"].map(ending => join(folder, `runs.${ending}`))
    for (const file of [csv!, jsonl!, parquet!]) {
      expect(await results("--columns", "run,nodes,loss,status,latency_p99_ms,digest", "--export", file)).toMatchObject(
        {
          code: 0,
          out: `8 runs: ${file}\n`,
        },
      )
    }
    const lines: readonly object[] = readFileSync(jsonl!, "utf8")
      .trimEnd()
      .split("\n")
      .map(line => JSON.parse(line))
    expect(lines[0]).toMatchObject({ run: "raft/nodes=3/loss=0%/1", nodes: 3, loss: 0, status: "completed" })
    const objects = await parquetReadObjects({ file: await asyncBufferFromFile(parquet!) })
    expect(objects).toEqual(lines.map(line => ({ latency_p99_ms: null, ...line })))
    const written = readFileSync(csv!, "utf8").trimEnd().split("\n")
    expect(written[0]).toBe("run,nodes,loss,status,latency_p99_ms,digest")
    expect(written).toHaveLength(1 + 8)
  })

  test.each([
    [["--where", "availabilty < 1"], "there is no column availabilty; did you mean availability?"],
    [["--where", "nodes = = 5"], 'near "=": syntax error'],
    [["--columns", "run,sede"], "there is no column sede; did you mean seed?"],
    [["--export", "runs.xlsx"], "runs.xlsx: expected a file that ends in .csv, .jsonl, .parquet"],
    [["--export", "/proc/runs.csv"], "/proc/runs.csv: "],
  ])("%j: one line, exit code 2", async (args, expected) => {
    const { code, err } = await results(...args)
    expect(err).toContain(expected)
    expect(err.trimEnd().split("\n")).toHaveLength(1)
    expect(code).toBe(2)
  })
})

describe("a sweep", () => {
  test("tells other programs what happens, an event a line, and nothing else", () => {
    expect(shown).toMatchObject({ code: 0, err: "" })
    expect(events[0]).toMatchObject({ type: "progress", phase: "running", done: 0, total: 8 })
    expect(events.some(event => event["phase"] === "running" && event["done"] === 8)).toBe(true)
    const runs = { total: 8, completed: 8, failed: 0, violated: 0, resumed: 0 }
    expect(events.at(-1)).toMatchObject({ type: "done", outDir: out, runs, exitCode: 0 })
  })

  test("keeps quiet if it is asked to, and runs nothing twice", async () => {
    const { err, out: text } = await quorate(`run ${spec} --out ${out} --quiet`)
    expect(err).toBe("")
    expect(text).toContain("8 runs (8 already stored): no check was violated")
  })

  test("says what it would cost, and runs nothing", async () => {
    const { code, out: text } = await quorate(`run ${spec} --workers 1 --dry-run --out ${join(folder, "none")}`)
    expect(text).toMatch(/^small: 4 cells, 2 runs each, 8 runs\nabout [\d,]+ messages and \d\.\d s of one core\n/)
    expect(code).toBe(0)
    expect((await quorate(`results ${join(folder, "none")}`)).code).toBe(2)
  })

  test("is refused if it would explode, with the number, unless forced", async () => {
    const generalsOf = (nodes: string) =>
      specWith(`generals-${nodes}`, [
        "question: How many messages do the generals need?",
        "algorithms: [{ use: oral-messages, service: agreement, parameters: { m: 6 } }]",
        `sweep: { nodes: [${nodes}] }`,
        "repeat: 1",
        "charts: []",
      ])
    const generals = generalsOf("4,19,20")
    const refused = await quorate(`run ${generals} --out ${join(folder, "generals")}`)
    // OM(6) with 20 generals: 19 + 19*18 + ... + 19*18*...*13.
    expect(refused.err).toContain(
      "a run of oral-messages/nodes=20 takes 275 million messages, and its event budget is 200 million",
    )
    expect(refused.code).toBe(2)
    const dry = await quorate(`run ${generalsOf("4,20")} --workers 1 --dry-run`)
    expect(dry.out).toContain("Too much: a run of oral-messages/nodes=20 takes 275 million messages")
    const small = specWith("budget", [
      "question: Is it forced?",
      "algorithms: [{ use: oral-messages, service: agreement, parameters: { m: 2 } }]",
      "nodes: 8",
      "eventBudget: 50",
      "repeat: 1",
      "charts: []",
    ])
    expect((await quorate(`run ${small} --out ${join(folder, "refused")}`)).code).toBe(2)
    const forced = await quorate(`run ${small} --force --workers 1 --out ${join(folder, "forced")}`)
    expect(forced.out).toContain("more than 50 events")
    expect(forced.code).toBe(3)
  })
})
