// Stores that were damaged or edited: whatever was done to them, their runs are those that were stored, or nothing is.
import { copyFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { beforeAll, describe, expect, test } from "vitest"
import type { RunRecord } from "../../../scenarios/measure.ts"
import { planExperiment } from "../../../experiments/model/plan.ts"
import { encodeRun } from "../../../experiments/store/encoding.ts"
import { StoreError } from "../../../lib/errors.ts"
import { queryRuns } from "../../../experiments/store/query.ts"
import { RunStore } from "../../../experiments/store/store.ts"
import { Random } from "../../../runtime/lib/random.ts"
import { byNight } from "../../support/effort.ts"
import { temporaryFolder } from "../../support/folder.ts"
import { experimentOf } from "../support/experiments.ts"
import { completedRecord, latencies } from "../support/records.ts"

const folder = temporaryFolder()
const plan = planExperiment(
  experimentOf("question: q\nalgorithms: [parrot, liar]\nsweep: { nodes: [3, 5] }\nrepeat: 20"),
)
const RUNS = plan.cells.length * plan.repeat
const VOCABULARY = { dimensions: [], figures: ["highest"], checks: ["honest"] }
const whole = join(folder, "whole.sqlite")

function recordOf(place: number, repeat: number): RunRecord {
  const findings = [{ check: "honest", verdict: "violated", at: repeat, text: "it lied" }] as const
  const more = { byType: { Note: place }, figures: { highest: repeat }, latencies: latencies([1, 20, 300]) }
  return completedRecord({ ok: place, availability: 1 / 3 }, { ...more, findings, digest: `${place}-${repeat}` })
}

function begun(path: string): RunStore {
  const store = new RunStore(path)
  try {
    store.begin(plan, () => "1", VOCABULARY)
    return store
  } catch (error) {
    store.close()
    throw error
  }
}

/** Makes a store with the runs of a plan whose number is chosen. */
function makeStore(path: string, isChosen: (repeat: number) => boolean, recorded = recordOf): void {
  const store = begun(path)
  for (const place of plan.cells.keys()) {
    const repeats = Array.from({ length: plan.repeat }, (_, repeat) => repeat).filter(isChosen)
    store.add(
      place,
      repeats.map(repeat => [repeat, encodeRun(recorded(place, repeat))]),
    )
  }
  store.close()
}

/** All records that a store gives, a run that it does not have made anew, as a sweep does; closes it. */
function sweptRecords(path: string): readonly (readonly RunRecord[])[] {
  const store = begun(path)
  try {
    for (const { places, repeats } of store.pending()) {
      const [place = 0] = places
      store.add(
        place,
        repeats.map(repeat => [repeat, encodeRun(recordOf(place, repeat))]),
      )
    }
    return [...plan.cells.keys()].map(place => [...store.records(place)])
  } finally {
    store.close()
  }
}

async function queried(path: string): Promise<readonly (readonly unknown[])[]> {
  return queryRuns(path, {}, ({ rows }) => [...rows])
}

beforeAll(() => makeStore(whole, () => true))

test("a flipped bit, wherever it is: the runs that were stored, or a word about it", async () => {
  const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 31)
  console.log(`random bits; again: SEED=${seed} npx vitest run test/experiments/store/store-damage.test.ts`)
  const random = new Random(seed)
  const bytes = readFileSync(whole)
  const [records, rows] = [sweptRecords(copied("reference")), await queried(whole)]
  let refused = 0
  for (let k = 0; k < byNight(150, 20); k++) {
    const bit = random.integer(0, 8 * bytes.length - 1)
    const flipped = Buffer.from(bytes)
    flipped[bit >> 3]! ^= 1 << (bit & 7)
    const path = join(folder, "flipped.sqlite")
    const read = [
      async () => expect(await queried(path)).toEqual(rows),
      async () => expect(sweptRecords(path)).toEqual(records),
    ]
    for (const look of read) {
      writeFileSync(path, flipped)
      try {
        await look()
      } catch (error) {
        if (!(error instanceof StoreError)) throw new Error(`bit ${bit}`, { cause: error })
        refused++
      }
    }
  }
  expect(refused).toBeGreaterThan(0)
})

function copied(name: string): string {
  const path = join(folder, `${name}.sqlite`)
  copyFileSync(whole, path)
  return path
}

/** A copy of the store, edited with SQL. */
function edited(name: string, sql: string): string {
  const path = copied(name)
  const database = new DatabaseSync(path)
  database.exec(sql)
  database.close()
  return path
}

describe("an edited value", () => {
  test.each([
    ["a measure", "UPDATE run SET availability = 1 WHERE rowid = 7"],
    ["a verdict", "UPDATE run SET violated = 0, details = replace(details, 'violated', 'undecided') WHERE rowid = 7"],
    ["a digest", "UPDATE run SET digest = 'x' WHERE rowid = 7"],
    [
      "the seeds of two runs",
      `CREATE TEMP TABLE swap AS SELECT rowid AS place, seed FROM run WHERE rowid IN (6, 7);
      UPDATE run SET seed = -seed WHERE rowid IN (6, 7);
      UPDATE run SET seed = (SELECT seed FROM swap WHERE place = 13 - run.rowid) WHERE rowid IN (6, 7)`,
    ],
    ["the label of a cell", "UPDATE cell SET label = 'another'"],
    ["a seed", "UPDATE repeat SET seed = seed + 1"],
    ["a scenario", "UPDATE scenario SET nodes = 7"],
    ["a view", "DROP VIEW findings; CREATE VIEW findings AS SELECT 1"],
  ])("%s: refused", async (name, sql) => {
    const path = edited(name.replaceAll(" ", "-"), sql)
    await expect(queried(path)).rejects.toThrow(`${path}: this store is damaged: `)
    expect(() => sweptRecords(path)).toThrow(`${path}: this store is damaged: `)
  })

  test("is named by its run", () => {
    const path = edited("named", "UPDATE run SET availability = 1 WHERE digest = '1-6'")
    const [, cell] = plan.cells
    expect(() => sweptRecords(path)).toThrow(`the run ${cell!.id}/7 (seed ${plan.seeds[6]}) is not what was stored`)
  })
})

describe("what is no store", () => {
  test.each([
    ["empty", (path: string) => writeFileSync(path, ""), "there are no runs in this store"],
    ["half", (path: string) => truncateSync(copiedTo(path), 20_000), "damaged"],
    ["a header only", (path: string) => truncateSync(copiedTo(path), 100), ""],
    ["a folder", (path: string) => mkdirSync(join(path, "runs.sqlite"), { recursive: true }), ""],
    [
      "text",
      (path: string) => writeFileSync(path, "no database at all, but longer than a header of SQLite is".repeat(99)),
      "not a results store",
    ],
  ])("%s: one line", async (name, make, told) => {
    const path = join(folder, `no-store-${name.replaceAll(" ", "-")}`)
    make(path)
    await expect(queried(path)).rejects.toThrow(StoreError)
    await expect(queried(path)).rejects.toThrow(told)
  })

  function copiedTo(path: string): string {
    copyFileSync(whole, path)
    return path
  }
})

describe("merging", () => {
  const half = (path: string, rest: number, recorded = recordOf): string => {
    makeStore(path, repeat => repeat % 2 === rest, recorded)
    return path
  }

  test("takes the runs of all stores, also those that several have", () => {
    const [even, odd] = [half(join(folder, "even.sqlite"), 0), half(join(folder, "odd.sqlite"), 1)]
    const store = begun(join(folder, "merged.sqlite"))
    store.merge([even, odd, whole])
    expect(store.tally().done).toBe(RUNS)
    expect([...store.records(1)]).toEqual(Array.from({ length: plan.repeat }, (_, repeat) => recordOf(1, repeat)))
    store.close()
  })

  test("two stores that disagree on a run: an error that names both, and nothing is taken over", () => {
    const differs = (place: number, repeat: number): RunRecord =>
      recordOf(place, place === 2 && repeat === 4 ? 99 : repeat)
    const [one, other] = [half(join(folder, "one.sqlite"), 0), half(join(folder, "other.sqlite"), 0, differs)]
    const store = begun(join(folder, "neither.sqlite"))
    const run = `the run ${plan.cells[2]!.id}/5 (seed ${plan.seeds[4]})`
    expect(() => store.merge([one, other])).toThrow(`${one} and ${other} disagree on ${run}: digest 2-4 and 2-99; `)
    expect(store.tally().done).toBe(0)
    // What is here counts, too.
    store.merge([one])
    expect(() => store.merge([other])).toThrow(`${store.path} and ${other} disagree on ${run}: digest 2-4 and 2-99; `)
    store.close()
  })

  test("a store that was altered: an error that names it, and nothing is taken over", () => {
    const altered = edited("altered", "UPDATE run SET ok = 17 WHERE digest = '0-0'")
    const store = begun(join(folder, "unaltered.sqlite"))
    expect(() => store.merge([half(join(folder, "sound.sqlite"), 1), altered])).toThrow(
      `${altered}: this store is damaged: the run ${plan.cells[0]!.id}/1 (seed ${plan.seeds[0]}) is not what was stored`,
    )
    expect(store.tally().done).toBe(0)
    store.close()
  })
})

test("a folder in place of a store is called no file", async () => {
  const path = join(folder, "odd")
  mkdirSync(join(path, "runs.sqlite"), { recursive: true })
  await expect(queried(path)).rejects.toThrow("runs.sqlite: not a file")
})
