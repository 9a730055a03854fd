import { describe, expect, test } from "vitest"
import { meanTimeTo, poissonLimit } from "../../analysis/rates.ts"
import { logarithm } from "../../runtime/lib/exact-math.ts"
import { Random } from "../../runtime/lib/random.ts"

// Garwood 1936, table 1.
test.each([
  [1, 0.0253, 5.5716],
  [3, 0.6187, 8.7673],
  [10, 4.7954, 18.3904],
  [30, 20.2409, 42.8269],
])("%i events: Garwood's limits %d and %d", (events, low, high) => {
  expect(poissonLimit(events, 0.025, "low")).toBeCloseTo(low, 4)
  expect(poissonLimit(events, 0.025, "high")).toBeCloseTo(high, 4)
})

test("many events: the limits are those of the normal distribution, to its accuracy", () => {
  expect(poissonLimit(100_000, 0.025, "low")).toBeCloseTo(100_000 - 1.96 * Math.sqrt(100_000) + 0.95, 0)
  expect(poissonLimit(100_000, 0.025, "high")).toBeCloseTo(100_001 + 1.96 * Math.sqrt(100_001) + 0.95, 0)
})

describe("mean times", () => {
  test("without an event there is no value: only that it is a third of what was watched, or more", () => {
    const { value, low, high } = meanTimeTo(1_000, 0)
    expect([value, high]).toEqual([null, null])
    expect(low).toBeCloseTo(1_000 / -logarithm(0.05), 6)
  })

  test("the interval holds the true mean in at least 95 of 100 experiments", () => {
    const random = new Random(2)
    const experiments = 4_000
    let held = 0
    for (let experiment = 0; experiment < experiments; experiment++) {
      let [events, at] = [0, 0]
      for (;;) {
        at -= logarithm(1 - random.share())
        if (at > 6) break
        events++
      }
      const { low, high } = meanTimeTo(6, events)
      if (low <= 1 && (high ?? Infinity) >= 1) held++
    }
    expect(held / experiments).toBeGreaterThan(0.945)
    expect(held / experiments).toBeLessThan(0.99)
  })
})
