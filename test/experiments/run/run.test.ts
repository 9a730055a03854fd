import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { beforeAll, describe, expect, test } from "vitest"
import type { Failure, ProgressState, Summary } from "../../../experiments/run/run.ts"
import { planExperiment } from "../../../experiments/model/plan.ts"
import { summaryTable } from "../../../reports/summary-table.ts"
import { experimentOf } from "../support/experiments.ts"
import { temporaryFolder } from "../../support/folder.ts"
import { csvDigests, rowsOf, running, withFolder } from "../support/running.ts"

const CHARTS = "charts: [messages-by-nodes]"
const SPEC = `
question: Who says it best?
algorithms: [parrot, { use: parrot, label: Parrot twice, parameters: { copies: 2 } }, liar]
parameters: { lies: 5% }
sweep: { nodes: [3, 5] }
network: { latency: { model: lognormal, median: 10ms, sigma: 0.4 } }
workload: { words: 20 }
warmup: 100ms
duration: 1s
repeat: 6
charts: []
`

describe("a sweep", () => {
  const folder = temporaryFolder()
  const states: ProgressState[] = []
  let summary: Summary
  beforeAll(async () => {
    summary = await Effect.runPromise(
      running(SPEC.replace("charts: []", CHARTS), { outDir: folder, workers: 2 }, states),
    )
  })

  test("gives the same bytes when it is run again, with 1 worker in place of 2", async () => {
    const first = csvDigests(folder)
    expect(Object.keys(first).toSorted()).toEqual([
      "comparisons.csv",
      "dependability-runs.csv",
      "dependability.csv",
      "findings.csv",
      "latencies.csv",
      "messages-by-type.csv",
      "reliability.csv",
      "runs.csv",
      "summary.csv",
      "windows.csv",
    ])
    await withFolder(async other => {
      await Effect.runPromise(running(SPEC, { outDir: other, workers: 1 }))
      expect(csvDigests(other)).toEqual(first)
    })
  })

  test("compares along the sweep where the spec says so, and changes no other byte", async () => {
    const compare = "compare: { along: nodes, to: 3, margin: { messages: 50% } }\n"
    await withFolder(async outDir => {
      const { answer, files } = await Effect.runPromise(running(SPEC + compare, { outDir }))
      const { "comparisons-along.csv": own, ...others } = csvDigests(outDir)
      expect(others).toEqual(csvDigests(folder))
      expect(own).toBeDefined()
      expect(files.filter(file => !existsSync(join(outDir, file)))).toEqual([])
      // A word costs 2 (n - 1) messages, a copy more twice as many.
      const rows = rowsOf(outDir, "comparisons-along.csv").filter(row => row["metric"] === "messages_per_operation")
      expect(
        rows.map(row => [row["algorithm"], row["value"], row["minus"], row["difference"], row["verdict"]]),
      ).toEqual([
        ["Parrot", "5", "3", "4", "worse"],
        ["Parrot twice", "5", "3", "8", "worse"],
        ["Liar", "5", "3", "4", "worse"],
      ])
      expect(rows[0]).toMatchObject({
        along: "nodes",
        pairs: "6",
        relative_difference: "1",
        margin: "50 %",
        excess: "2",
      })
      expect(answer.lead.map(({ sentence }) => sentence.replaceAll("\u00a0", " "))).toContain(
        "Liar with n = 5 against 3, messages per operation: more messages by 4.00 (100 %); worse by more than 50 %.",
      )
      expect(readFileSync(join(outDir, "report.html"), "utf8")).toContain("Differences along the sweep")
    })
  })

  test("writes one row a run and one row a cell, and all promised files", () => {
    expect(summary.files.filter(file => !existsSync(join(folder, file)))).toEqual([])
    expect(readdirSync(join(folder, "charts")).toSorted()).toEqual(
      ["png", "svg", "vl.json"].map(type => `messages-by-nodes.${type}`),
    )
    const runs = rowsOf(folder, "runs.csv")
    expect(runs).toHaveLength(3 * 2 * 6)
    expect(runs[0]).toMatchObject({ run: "parrot/nodes=3/1", status: "completed", ok: "20", availability: "1" })
    // Each of 20 words is said to the 2 others, who thank: 4 messages a word; twice as many for two copies.
    expect(runs.map(row => row["messages_per_operation"])).toEqual(
      [4, 8, 4, 8, 16, 8].flatMap(messages => Array.from({ length: 6 }, () => String(messages))),
    )
    const cells = rowsOf(folder, "summary.csv")
    expect(cells).toHaveLength(3 * 2)
    expect(cells[0]).toMatchObject({
      runs: "6",
      failed_runs: "0",
      messages_per_operation: "4",
      messages_per_operation_low: "4",
      messages_per_operation_high: "4",
    })
    expect(cells[0]!["latency_p50_ms_low"]).not.toBe(cells[0]!["latency_p50_ms_high"])
  })

  test("meets every algorithm with the same random numbers", () => {
    const runs = rowsOf(folder, "runs.csv")
    const of = (cell: string, column: string) =>
      runs.filter(row => row["run"]!.startsWith(`${cell}/`)).map(row => row[column])
    expect(of("parrot/nodes=3", "seed")).toEqual(of("liar/nodes=5", "seed"))
    expect(new Set(of("liar/nodes=5", "seed")).size).toBe(6)
    // The same words are asked for, and client links are equally slow.
    for (const column of ["figure_highest", "latency_mean_ms", "latency_max_ms"]) {
      expect(of("parrot/nodes=3", column)).toEqual(of("parrot-twice/nodes=3", column))
      expect(new Set(of("parrot/nodes=3", column)).size).toBeGreaterThan(1)
    }
  })

  test("tells every violation with its witness and the command that replays it, and exits with 1", () => {
    expect(summary.exitCode).toBe(1)
    expect(summary.violations.length).toBeGreaterThan(0)
    const [violation] = summary.violations
    expect(violation).toMatchObject({ check: "honest", replay: `quorate replay ${folder} --run '${violation!.run}'` })
    expect(violation!.witness).toMatch(/^asked \d+, node \d said -\d+$/)
    expect(new Set(summary.violations.map(({ run }) => run.split("/")[0]))).toEqual(new Set(["liar"]))
    expect(summary.runs.violated).toBe(summary.violations.length)
    const judged = rowsOf(folder, "runs.csv").filter(row => row["check_honest"] === "violated")
    expect(judged.map(row => row["run"])).toEqual(summary.violations.map(({ run }) => run))
  })

  test("tells progress from none to all, then the phases", () => {
    const done = states.filter(({ phase }) => phase === "running").map(state => state.done)
    expect(done[0]).toBe(0)
    expect(done.at(-1)).toBe(36)
    expect(done).toEqual(done.toSorted((a, b) => a - b))
    expect(states.slice(-4).map(({ phase }) => phase)).toEqual([
      "writing results",
      "drawing charts",
      "shrinking violations",
      "done",
    ])
    expect(states[0]!.remainingMs).toBeUndefined()
    expect(states.find(state => state.done > 0)!.perSecond).toBeGreaterThan(0)
  })

  test("ends with a table of its cells", () => {
    const lines = summary.table().split("\n")
    expect(lines[0]).toMatch(
      /^nodes +algorithm +availability +messages\/op +p50 ms +p99 ms +operations +runs +violated$/,
    )
    expect(lines).toHaveLength(2 + 6)
    expect(summary.table({ rows: 2 }).split("\n").at(-1)).toBe("... and 4 more in summary.csv")
  })

  test("where there is no room the table does without the lesser figures, and says so", () => {
    const inFull = summary.table().split("\n")[0]!.length
    const [header, ...lines] = summary.table({ columns: inFull - 1 }).split("\n")
    expect(header).toMatch(/^nodes +algorithm +availability +messages\/op +p50 ms +p99 ms +operations +runs +violated$/)
    expect(lines.at(-1)).toBe("... summary.csv has intervals of p50 ms, p99 ms")
    // What was violated never gives way.
    const narrow = summary.table({ columns: 52 }).split("\n")
    expect(narrow[0]).toMatch(/^nodes +algorithm +availability +msgs\/op +violated$/)
    expect(narrow.at(-1)).toBe("... summary.csv has p50 ms, p99 ms, operations, runs, intervals of messages/op")
    const plan = planExperiment(experimentOf(SPEC))
    const fine = summaryTable(
      plan,
      summary.cells.map(cell => ({ ...cell, violated: 0 })),
      { columns: 52 },
    )
    expect(fine.split("\n")[0]).toMatch(/ violated$/)
    for (const line of narrow.slice(0, -1)) expect(line.length).toBeLessThanOrEqual(52)
  })
})

describe("a sweep in which something goes wrong", () => {
  test("goes on when runs fail, tells each with its seed, event and state, and exits with 3", async () => {
    const spec = SPEC.replace(/algorithms: .*/, "algorithms: [choleric, parrot]").replace("words: 20", "words: 5")
    await withFolder(async folder => {
      const summary = await Effect.runPromise(running(spec, { outDir: folder }))
      expect(summary.exitCode).toBe(3)
      expect(summary.runs.total).toBe(24)
      expect(summary.runs.failed).toBe(summary.failures.length)
      // About 4 in 10 runs of 5 words meet none that ends in 7.
      expect(summary.runs.failed).toBeGreaterThan(0)
      expect(summary.runs.failed).toBeLessThan(12)
      const [failure] = summary.failures
      expect(failure!.reason).toMatch(/^node \d cannot stand \d*7$/)
      expect(failure!.event).toMatch(/^at .*, node \d is asked \{"type":"Ask","word":\d*7\} by client \d+$/)
      expect(JSON.parse(failure!.state)).toHaveProperty("asked")
      const runs = rowsOf(folder, "runs.csv")
      expect(runs.filter(row => row["status"] === "failed").map(row => row["run"])).toEqual(
        summary.failures.map(({ run }) => run),
      )
      expect(runs.find(row => row["run"] === failure!.run)!["seed"]).toBe(String(failure!.seed))
      expect(summary.table()).toContain("failed)")
    })
  })

  describe("fails a run, and only that one, with the event and the state,", () => {
    const specWith = (name: string): string =>
      SPEC.replace(/algorithms: .*/, `algorithms: [${name}]`)
        .replace(/sweep: .*/, "nodes: 2")
        .replace("words: 20", "words: 2")
        .replace("repeat: 6", "repeat: 5")
    const telling = ({ seed, at, event, state }: Failure) => ({ seed, at, event, asked: JSON.parse(state) })
    // The word's last digit decides; the same seeds with an algorithm that throws instead say which runs these are.
    const thrown = temporaryFolder()
    let expected: readonly Failure[]
    beforeAll(async () => {
      expected = (await Effect.runPromise(running(specWith("choleric"), { outDir: thrown }))).failures
    })

    test.each([
      ["never comes to an end", "brooder", { limitMs: 100 }, "no end after 0.1 s of processor time"],
      ["takes all memory", "hoarder", { memoryMb: 48 }, "more than 48 MiB of memory"],
    ])("that %s", async (_, name, limit, reason) => {
      expect(expected.length).toBeGreaterThan(0)
      expect(expected.length).toBeLessThan(5)
      await withFolder(async folder => {
        const summary = await Effect.runPromise(running(specWith(name), { outDir: folder, ...limit }))
        expect(summary.failures.map(telling)).toEqual(expected.map(telling))
        expect(new Set(summary.failures.map(failure => failure.reason))).toEqual(new Set([reason]))
        expect(rowsOf(folder, "runs.csv").filter(row => row["status"] === "completed")).toHaveLength(
          5 - expected.length,
        )
        expect(summary.exitCode).toBe(3)
      })
    })
  })

  test("fails a run that spends its event budget", async () => {
    const spec = `${SPEC}eventBudget: 60\n`.replace(/algorithms: .*/, "algorithms: [parrot]")
    await withFolder(async folder => {
      const summary = await Effect.runPromise(running(spec, { outDir: folder }))
      expect(summary.failures.map(({ reason }) => reason)).toEqual(
        Array.from({ length: 12 }, () => "more than 60 events"),
      )
      expect(summary.exitCode).toBe(3)
    })
  })

  test("cannot write where there is no folder to make", async () => {
    await withFolder(async folder => {
      const file = join(folder, "file")
      writeFileSync(file, "")
      for (const outDir of [join(file, "results"), "/proc/results", "/proc/1/a/b"]) {
        const result = await Effect.runPromise(Effect.result(running(SPEC, { outDir })))
        expect(result).toMatchObject({ _tag: "Failure", failure: { _tag: "StoreError" } })
        expect(result._tag === "Failure" && result.failure.message).toContain(
          `${outDir}: results cannot be written here: `,
        )
      }
    })
  })
})

describe("an interrupted sweep", () => {
  // One algorithm: each costs threads of its own, and what a liar says is shrunk by every sweep.
  const HONEST = SPEC.replace(", liar]", "]")
  const LONG = HONEST.replace("words: 20", "words: 150").replace("repeat: 6", "repeat: 30")

  /** Starts a sweep and interrupts it once some runs are done. */
  async function interrupted(outDir: string): Promise<void> {
    const states: ProgressState[] = []
    const fiber = Effect.runFork(running(LONG, { outDir, workers: 1 }, states))
    while (!states.some(({ done }) => done > 5)) await new Promise(resolve => setTimeout(resolve, 2))
    await Effect.runPromise(Fiber.interrupt(fiber))
  }

  test("keeps what is done, and goes on from there to the same bytes", async () => {
    await withFolder(async folder => {
      const outDir = join(folder, "results")
      await interrupted(outDir)
      expect(readdirSync(outDir).toSorted()).toEqual(["runs.sqlite", "runs.sqlite.lock"])
      const resumed = await Effect.runPromise(running(LONG, { outDir }))
      expect(resumed.runs.resumed).toBeGreaterThan(5)
      expect(resumed.runs.resumed).toBeLessThan(120)
      const whole = join(folder, "whole")
      await Effect.runPromise(running(LONG, { outDir: whole }))
      expect(csvDigests(outDir)).toEqual(csvDigests(whole))
    })
  })

  test("runs again what a change of the spec touches, and nothing else", async () => {
    await withFolder(async outDir => {
      const resumed = async (spec: string): Promise<number> =>
        (await Effect.runPromise(running(spec, { outDir }))).runs.resumed
      expect(await resumed(HONEST)).toBe(0)
      expect(await resumed(HONEST)).toBe(24)
      // A new point of the sweep.
      expect(await resumed(HONEST.replace("[3, 5]", "[3, 4, 5]"))).toBe(24)
      // More runs of each cell begin with the same ones.
      expect(await resumed(HONEST.replace("repeat: 6", "repeat: 9"))).toBe(24)
      expect(
        await resumed(HONEST.replace("question: Who", "question: And who").replace("repeat: 6", "repeat: 4")),
      ).toBe(16)
      expect(await resumed(HONEST.replace("words: 20", "words: 21"))).toBe(0)
      const before = readFileSync(join(outDir, "runs.csv"), "utf8")
      expect(await resumed(HONEST.replace("words: 20", "words: 21"))).toBe(24)
      expect(readFileSync(join(outDir, "runs.csv"), "utf8")).toBe(before)
    })
  })
})
