// The store of runs: what is in it, who may write to it, and that other programs can read it.
import * as Effect from "effect/Effect"
import { spawnSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { describe, expect, test } from "vitest"
import { codeVersion } from "../../../lib/assets.ts"
import type { RunRecord } from "../../../scenarios/measure.ts"
import { planExperiment } from "../../../experiments/model/plan.ts"
import { decodeRun, encodeRun } from "../../../experiments/store/encoding.ts"
import { RunStore, STORE_FILE } from "../../../experiments/store/store.ts"
import { experimentOf } from "../support/experiments.ts"
import { completedRecord, latencies } from "../support/records.ts"
import { rowsOf, running, withFolder } from "../support/running.ts"

const SPEC = `
question: Who says it best?
algorithms: [parrot, liar, choleric]
parameters: { lies: 20% }
sweep: { nodes: [3, 5], latency: [1ms, 2ms] }
workload: { words: 5 }
warmup: 0s
duration: 1s
repeat: 6
charts: []
`

const VOCABULARY = { dimensions: [], figures: [], checks: [] }

function completed(digest: string): RunRecord {
  const findings = [{ check: "honest", verdict: "violated", at: 1_500, text: 'it said "no"' }] as const
  const outages = [{ start: 1, end: 2, cause: "crash" }]
  const more = { byType: { Note: 4 }, figures: { highest: null }, latencies: latencies([1, 20, 300]) }
  return completedRecord({ ok: 4, availability: 1 / 3 }, { ...more, findings, outages, digest })
}

describe("the store", () => {
  test("gives back every record as it was, in the order of the runs, whatever the order they came in", async () => {
    await withFolder(async folder => {
      const plan = planExperiment(experimentOf("question: q\nalgorithms: [parrot, liar]\nnodes: 3\nrepeat: 3"))
      const failed: RunRecord = { status: "failed", reason: "it threw", at: 5, event: "an event", state: "{}" }
      const records = [completed("a"), failed, completed("b")]
      const store = new RunStore(join(folder, STORE_FILE))
      store.begin(plan, () => "1", VOCABULARY)
      store.add(1, [[2, encodeRun(records[2]!)]])
      store.add(1, [
        [1, encodeRun(records[1]!)],
        [0, encodeRun(records[0]!)],
      ])
      // A run that is there stays as it is, and cannot be another one all of a sudden.
      store.add(1, [[0, encodeRun(records[0]!)]])
      expect(() => store.add(1, [[0, encodeRun(failed)]])).toThrow(
        /: the run liar\/1 \(seed \d+\) gave another result than the one that is here$/,
      )
      expect([...store.records(1)]).toEqual(records)
      expect([...store.records(0)]).toEqual([])
      expect(store.tally()).toEqual({ done: 3, failed: 1, violated: 2 })
      expect(store.pending().map(({ cell, repeats }) => [cell.id, repeats])).toEqual([["parrot", [0, 1, 2]]])
      // Other code, other runs.
      store.begin(plan, algorithm => (algorithm === "liar" ? "2" : "1"), VOCABULARY)
      expect(store.tally().done).toBe(0)
      store.close()
      for (const record of records) expect(decodeRun(encodeRun(record))).toEqual(record)
    })
  })

  test("runs equal scenarios once, for all cells that are the same", async () => {
    await withFolder(async folder => {
      const plan = planExperiment(experimentOf("question: q\nalgorithms: [parrot]\nnodes: 3\nrepeat: 2"))
      const [cell] = plan.cells
      const cells = [cell!, { ...cell!, id: "parrot/again" }]
      const twice = { ...plan, cells, repeats: [2, 2], runs: 4 }
      const store = new RunStore(join(folder, STORE_FILE))
      store.begin(twice, () => "1", VOCABULARY)
      expect(store.pending().map(({ places, repeats }) => [places, repeats])).toEqual([
        [
          [0, 1],
          [0, 1],
        ],
      ])
      store.add(0, [[0, encodeRun(completed("a"))]])
      expect(store.tally()).toEqual({ done: 2, failed: 0, violated: 2 })
      expect([...store.records(1)]).toEqual([completed("a")])
      store.close()
    })
  })

  test("lets one process in at a time, and says which one it is", async () => {
    await withFolder(async folder => {
      const path = join(folder, STORE_FILE)
      const store = new RunStore(path)
      expect(() => new RunStore(path)).toThrow(
        new RegExp(`^${path}: in use by process ${process.pid} on \\S+ since \\S+Z; wait for it, or stop it$`),
      )
      store.close()
      new RunStore(path).close()
    })
  })

  test("does not touch a file that is none of its own", async () => {
    await withFolder(async folder => {
      const path = join(folder, STORE_FILE)
      writeFileSync(path, "Dear diary, today I ran an experiment. It did not work. ".repeat(100))
      expect(() => new RunStore(path)).toThrow(`${path}: not a results store`)
      const other = join(folder, "other.sqlite")
      new DatabaseSync(other).exec("CREATE TABLE invoices (amount REAL)")
      expect(() => new RunStore(other)).toThrow(`${other}: not a results store`)
      const later = join(folder, "later.sqlite")
      new RunStore(later).close()
      new DatabaseSync(later).exec("PRAGMA user_version = 99")
      expect(() => new RunStore(later)).toThrow(`${later}: made by a later version of Quorate`)
      const earlier = join(folder, "earlier.sqlite")
      new RunStore(earlier).close()
      new DatabaseSync(earlier).exec("PRAGMA user_version = 1")
      expect(() => new RunStore(earlier)).toThrow(`${earlier}: made by an earlier version of Quorate`)
    })
  })
})

test("the version of an algorithm's code goes by its own files, and not by those of others", async () => {
  await withFolder(async folder => {
    const [mine, yours] = ["mine", "yours"].map(name => join(folder, `${name}.ts`))
    writeFileSync(mine!, "export const a = 1")
    writeFileSync(yours!, "export const a = 1")
    const versions = () => [codeVersion("mine", [mine!]), codeVersion("yours", [yours!]), codeVersion("raft")]
    const before = versions()
    expect(versions()).toEqual(before)
    expect(new Set(before).size).toBe(3)
    writeFileSync(mine!, "export const a = 2")
    expect(versions().map((version, index) => version === before[index])).toEqual([false, true, true])
    expect(codeVersion("raft")).not.toBe(codeVersion("paxos"))
  })
})

const PYTHON = `
import csv, json, sqlite3, sys
store = sqlite3.connect(sys.argv[1])
store.row_factory = sqlite3.Row
rows = [dict(row) for row in store.execute("SELECT * FROM runs")]
with open(sys.argv[2]) as file: written = list(csv.DictReader(file))
assert len(rows) == len(written) > 0, (len(rows), len(written))
for row, line in zip(rows, written):
    for column, text in line.items():
        if column == "d_ms": continue
        value = row[column]
        if text == "": assert value is None, (column, value)
        elif isinstance(value, str): assert value == text, (column, value, text)
        else: assert abs(value - float(text)) <= 1e-11 * abs(value), (column, value, text)
print(json.dumps({
    "integrity": store.execute("PRAGMA integrity_check").fetchone()[0],
    "violated": store.execute("SELECT count(*) FROM findings WHERE verdict = 'violated'").fetchone()[0],
    "failed": store.execute("SELECT count(*) FROM runs WHERE reason LIKE '%cannot stand%'").fetchone()[0],
    "sent": store.execute("SELECT sum(sent) FROM messages WHERE type = 'Note'").fetchone()[0],
}))
`

test("other programs read it: Python's sqlite3 finds what runs.csv says", async context => {
  if (spawnSync("python3", ["-c", "import sqlite3"]).status !== 0) context.skip("there is no python3 with sqlite3 here")
  await withFolder(async folder => {
    const summary = await Effect.runPromise(running(SPEC, { outDir: folder }))
    const python = spawnSync("python3", ["-c", PYTHON, join(folder, STORE_FILE), join(folder, "runs.csv")])
    expect(python.stderr.toString()).toBe("")
    const runs = rowsOf(folder, "runs.csv")
    const sent = runs.reduce((sum, row) => sum + Number(row["messages_protocol"]), 0)
    expect(JSON.parse(python.stdout.toString())).toEqual({
      integrity: "ok",
      violated: summary.violations.length,
      failed: summary.failures.length,
      // Every note is thanked for.
      sent: sent / 2,
    })
  })
})
