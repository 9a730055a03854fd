// The measure of hunts: plain runs are a fair opponent, and what is counted is what was found within the time.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { algorithms } from "../../algorithms/registry.ts"
import { isBeyondClaims } from "../../runtime/scenario/claims.ts"
import { isHard, measure, type Measured, readMeasured, tableOf } from "../support/hunt-measure.ts"
import { plainRun, plainScenario } from "../support/plain-runs.ts"
import { PLANTED, withMistake } from "../support/planted.ts"

describe.each(Object.keys(algorithms))("plain runs of %s", name => {
  const algorithm = algorithms[name]!
  const scenarios = Array.from({ length: 12 }, (_, run) => plainScenario(algorithm, run))

  test("are within what it claims, under the loads of all its services", () => {
    expect(scenarios.filter(scenario => isBeyondClaims(scenario))).toEqual([])
    expect(new Set(scenarios.map(({ service }) => service.name)).size).toBe(algorithm.serves.length)
  })

  test("have faults if it claims to survive any", () => {
    expect(scenarios.some(({ faults }) => faults.length > 0)).toBe(algorithm.tolerates.faults !== "none")
  })

  test("show nothing in it", () => {
    expect([0, 1, 2].flatMap(run => plainRun(algorithm, run) ?? [])).toEqual([])
  })
})

test("a mistake that every run shows is found by both, and is not hard", async () => {
  const planted = PLANTED["paxos"]!.find(({ mistake }) => mistake.startsWith("a proposer makes up a value"))!
  const algorithm = await withMistake("paxos", planted)
  expect(isHard(algorithm)).toBe(false)
  const { found } = measure(algorithm, 1, 20, true)
  expect(Object.keys(found)).toEqual(["hunt", "plain"])
})

const line = (isHardOne: boolean, hunt: number | null, plain: number | null, budget = 5): Measured => {
  return { algorithm: "a", mistake: "m", seed: 1, isHard: isHardOne, budget, seconds: { hunt, plain }, found: {} }
}

test("the table counts what was found within each budget, of those that had it", () => {
  const measured = [line(false, 0.1, 0.2), line(true, 0.5, 2), line(true, 0.9, null), line(true, 0.3, 0.4, 1)]
  expect(tableOf(measured, [1, 5]).slice(2)).toEqual([
    "| 1 | 4 | 4 | 2 | 3 | 3 | 1 | 3.0 |",
    "| 5 | 3 | 3 | 2 | 2 | 2 | 1 | 2.0 |",
  ])
})

test("docs/checking.md has the table that was measured", () => {
  const measured = readMeasured(join(import.meta.dirname, "measured.jsonl"))
  const docs = readFileSync(join(import.meta.dirname, "../../docs/checking.md"), "utf8")
  for (const row of tableOf(measured, [0.1, 0.25, 0.5, 1])) expect(docs).toContain(row)
})
