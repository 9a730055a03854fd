/** A sweep with `repeat: every` from spec to answer: exact counts, no intervals, and each run found again by its id. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { findRun } from "../../../debugger/replay.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import { POOL } from "../../support/pool.ts"
import { quorate } from "../../support/terminal.ts"
import { rowsOf, withFolder } from "../support/running.ts"

const SPEC = `
question: Does FloodSet need its last round?
service: agreement
algorithms: [floodset]
nodes: 3
f: 1
parameters: { f: f }
network: { latency: 10ms }
workload: { proposers: n, proposal: every }
sweep: { parameters.rounds: [f, f+1] }
faults: [{ brokenBroadcast: { upTo: f, reaches: every, at: 0s } }]
warmup: 1ms
duration: 1s
repeat: every
expect: violated
charts: [violations-by-rounds]
`

const find = (target: string, id: string) =>
  Effect.runPromise(Effect.result(findRun(target, id)).pipe(Effect.provide(NodeServices.layer)))

test("f rounds do not suffice, in exactly these words", async () => {
  await withFolder(async folder => {
    const spec = join(folder, "rounds.yaml")
    const out = join(folder, "out")
    writeFileSync(spec, SPEC)
    const validated = await quorate(`validate ${spec}`)
    expect(validated.out).toContain("2 cells, a run for each of 80 to 152 cases, 232 runs")

    const told = await quorate(`run ${spec} --out ${out} --quiet --workers 1`)
    expect(told.err).toBe("")
    expect(told.code).toBe(0)
    expect(told.out).toContain("FloodSet (rounds = f): 6 of 80 schedules violate agreement.\n")
    expect(told.out).toContain("FloodSet (rounds = f+1): 0 of 152 schedules violate any check.\n")
    expect(told.out).not.toContain("±")

    const summary = rowsOf(out, "summary.csv")
    expect(summary.map(row => [row["runs"], row["violated_runs"], row["share_violated"]])).toEqual([
      ["80", "6", "0.075"],
      ["152", "0", "0"],
    ])
    for (const row of summary) {
      const ends = Object.entries(row).filter(([column, value]) => /_(low|high)$/.test(column) && value !== "")
      expect(ends).toEqual([])
    }
    const answer = JSON.parse(readFileSync(join(out, "summary.json"), "utf8")) as { answer: { finding: object }[] }
    expect(answer.answer[0]!.finding).toEqual({
      kind: "cases",
      algorithm: "FloodSet",
      point: "parameters.rounds=f",
      of: "schedule",
      runs: 80,
      violatedBy: { agreement: 6 },
      undecided: 0,
      failed: 0,
    })
    const report = readFileSync(join(out, "report.html"), "utf8")
    expect(report).toContain("6 of 80 schedules violate agreement")
    expect(report).toContain("Run k of a point is its case k")
    expect(report).not.toContain("95 % confidence")

    const rows = rowsOf(out, "runs.csv")
    expect(rows).toHaveLength(232)
    expect(rows.map(row => row["seed"])).toEqual(rows.map(row => row["repeat"]))
    for (const row of rows.filter((_, place) => place % 29 === 1)) {
      for (const target of [spec, out]) {
        const found = await find(target, row["run"]!)
        if (found._tag === "Failure") throw found.failure
        const { scenario, seed } = found.success
        expect(simulate(scenario, seed, { pool: POOL })).toMatchObject({ digest: row["digest"] })
      }
    }
    const missing = await find(spec, "floodset/parameters.rounds=f/81")
    expect(missing).toMatchObject({
      _tag: "Failure",
      failure: {
        message: expect.stringContaining("floodset/parameters.rounds=f/1 to floodset/parameters.rounds=f/80"),
      },
    })
  })
})

test("a manifest that was edited is told of in words", async () => {
  await withFolder(async folder => {
    const spec = join(folder, "rounds.yaml")
    writeFileSync(spec, SPEC.replace("[f, f+1]", "[f]"))
    await quorate(`run ${spec} --out ${folder} --quiet --workers 1`)
    const manifest = join(folder, "manifest.json")
    const text = readFileSync(manifest, "utf8")
    const told = async (change: (cases: Record<string, Record<string, unknown>>) => void, id = "80") => {
      const edited = JSON.parse(text) as { cells: { scenario: { every: Record<string, Record<string, unknown>> } }[] }
      change(edited.cells[0]!.scenario.every)
      writeFileSync(manifest, JSON.stringify(edited))
      const found = await find(manifest, `floodset/parameters.rounds=f/${id}`)
      return found._tag === "Failure" ? found.failure.message : "found"
    }
    expect(await told(() => {})).toBe("found")
    expect(await told(cases => (cases["crashes"]!["broadcasts"] = 0))).toContain("it has only 8 cases")
    expect(await told(cases => (cases["crashes"]!["broadcasts"] = "two"))).toContain("every.crashes.broadcasts: found")
    expect(await told(cases => (cases["inputs"]!["proposers"] = 99))).toContain("every.inputs.proposers: found 99")
    expect(await told(cases => (cases["more"] = {}))).toContain("unknown key")
  })
})
