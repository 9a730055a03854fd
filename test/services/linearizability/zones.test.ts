// Gibbons' and Korach's conditions on values that were written once, against a checker that tries all orders.
import fc from "fast-check"
import { expect, test } from "vitest"
import { Random } from "../../../runtime/lib/random.ts"
import { checkHistory } from "../../../services/linearizability/check.ts"
import { keyValueModel, keyValueModelFrom } from "../../../services/linearizability/key-value.ts"
import { weakened } from "../../../services/linearizability/shrink.ts"
import { judgeZones } from "../../../services/linearizability/zones.ts"
import { cas, type Entry, get, isLinearizableByBruteForce, lostPut, put } from "./histories.ts"
import { casesToMeet, randomCases } from "../../support/mutation-run.ts"

/** Reads and writes at times that may be equal, each value written once; a few outcomes not known, a few values swapped. Above 1, what was swapped in is read. */
function randomRegister(random: Random, length: number, swaps: number): Entry[] {
  const written: string[] = []
  return Array.from({ length }, (_, number): Entry => {
    const call = random.integer(0, 12)
    const end = call + random.integer(0, 8)
    if (swaps > 0 && random.chance(swaps > 1 ? 0.4 : 0.15)) {
      if (swaps > 1) written.push(`c${number}`)
      return cas(`v${random.integer(0, number)}`, `c${number}`, random.chance(0.7), call, end)
    }
    if (written.length === 0 || random.chance(0.45)) {
      written.push(`v${number}`)
      return random.chance(0.15) ? lostPut(`v${number}`, call) : put(`v${number}`, call, end)
    }
    return get(random.chance(0.2) ? null : written[random.integer(0, written.length - 1)]!, call, end)
  })
}

test.each([
  ["where all operations are reads and writes, they decide", 0],
  ["where there are compare-and-sets too, what they tell is right", 1],
])("%s", (_, swaps) => {
  const found = { holds: 0, violated: 0, unknown: 0 }
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 2, max: 7 }), (seed, length) => {
      const history = randomRegister(new Random(seed), length, swaps)
      const finding = judgeZones(keyValueModel, history)
      const holds = isLinearizableByBruteForce(history)
      found[finding.verdict]++
      expect([holds ? "holds" : "violated", "unknown"]).toContain(finding.verdict)
      expect(checkHistory(keyValueModel, history).verdict).toBe(holds ? "holds" : "violated")
    }),
    { numRuns: randomCases(3000) },
  )
  expect(found.holds).toBeGreaterThan(casesToMeet(300))
  expect(found.violated).toBeGreaterThan(casesToMeet(300))
  expect(found.unknown > casesToMeet(100)).toBe(swaps > 0 || casesToMeet(100) < 0)
  expect(swaps === 0 && found.unknown > 0).toBe(false)
})

test("the operations they name cannot be by themselves, and the witness is one of the smallest", () => {
  // 1 is read after 2 was, though both were written once.
  const history = [put("1", 0, 1), put("2", 2, 3), get("2", 4, 5), get("1", 6, 7), get("2", 8, 9)]
  const finding = judgeZones(keyValueModel, history)
  expect(finding.verdict).toBe("violated")
  const result = checkHistory(keyValueModel, history)
  expect(result).toMatchObject({ verdict: "violated", witness: [history[1], history[3]] })
})

test("a register with 20,000 overlapping writes is decided without a search", () => {
  const reading = (delay: number): Entry[] =>
    Array.from({ length: 20_000 }, (_, i) => [put(`v${i}`, i, i + 40), get(`v${i}`, i + delay, i + 60)]).flat()
  expect(checkHistory(keyValueModel, reading(20), { budget: 1 }).verdict).toBe("holds")
  expect(checkHistory(keyValueModel, reading(50), { budget: 1 }).verdict).toBe("violated")
})

test("values out of place are so among all operations: the witness is found among those that concern them", () => {
  const found = { violated: 0, held: 0 }
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 4, max: 7 }), fc.integer({ min: 0, max: 2 }), (seed, length, swaps) => {
      const history = randomRegister(new Random(seed), length, swaps)
      const result = checkHistory(keyValueModel, history)
      if (result.verdict !== "violated" || result.values === undefined) return
      const witness = new Set<Entry>(result.witness)
      expect(isLinearizableByBruteForce(weakened(keyValueModel, history, entry => witness.has(entry)))).toBe(false)
      for (const initial of ["v0", "v1", "v2", "none"]) {
        const holds = checkHistory(keyValueModelFrom(initial), history).verdict === "holds"
        if (holds) found.held++
        expect(holds && !result.values.includes(initial)).toBe(false)
      }
      found.violated++
    }),
    { numRuns: randomCases(1000) },
  )
  expect(found.violated).toBeGreaterThan(casesToMeet(100))
  expect(found.held).toBeGreaterThan(casesToMeet(10))
})

test("the witness in a long history costs no more than in a short one", () => {
  const writes = Array.from({ length: 20_000 }, (_, i) => [
    put(`v${i}`, i, i + 40),
    get(`v${i}`, i + 20, i + 60),
  ]).flat()
  const stale = get("v5", 21_000, 21_001)
  const result = checkHistory(keyValueModel, [...writes, stale], { budget: 1, shrinkBudget: 100 })
  expect(result).toMatchObject({ verdict: "violated", values: expect.arrayContaining(["v5"]) })
  expect(result).toHaveProperty("witness.length", 2)
})
