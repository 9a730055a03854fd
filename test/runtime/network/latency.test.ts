import { describe, expect, it } from "vitest"
import { exponential, logarithm } from "../../../runtime/lib/exact-math.ts"
import { delayTable, delayBound, distanceOf, quantile } from "../../../runtime/network/latency.ts"
import { Random } from "../../../runtime/lib/random.ts"
import type { Latency } from "../../../runtime/network/network.ts"

const DRAWS = 400_000

function moments(latency: Latency): { mean: number; deviation: number } {
  const table = delayTable(latency)
  const random = new Random(11)
  let sum = 0
  let squares = 0
  for (let i = 0; i < DRAWS; i++) {
    const delay = table.draw(random.next())
    sum += delay
    squares += delay * delay
  }
  const mean = sum / DRAWS
  return { mean, deviation: Math.sqrt(squares / DRAWS - mean * mean) }
}

describe("latency models", () => {
  // Means and deviations from the distributions' formulas.
  const cases: readonly [Latency, number, number][] = [
    [{ model: "uniform", min: 1_000, max: 3_000 }, 2_000, 2_000 / Math.sqrt(12)],
    [{ model: "normal", mean: 50_000, deviation: 5_000 }, 50_000, 5_000],
    [
      { model: "lognormal", median: 10_000, sigma: 0.5 },
      10_000 * Math.exp(0.125),
      10_000 * Math.exp(0.125) * Math.sqrt(Math.exp(0.25) - 1),
    ],
    [{ model: "exponential", floor: 2_000, mean: 8_000 }, 10_000, 8_000],
    [{ model: "pareto", scale: 1_000, shape: 5 }, 1_250, 1_250 / Math.sqrt(15)],
  ]
  it.each(cases)("%j has the mean and the deviation of its distribution", (latency, mean, deviation) => {
    const drawn = moments(latency)
    expect(Math.abs(drawn.mean - mean)).toBeLessThan((5 * deviation) / Math.sqrt(DRAWS))
    expect(Math.abs(drawn.deviation / deviation - 1)).toBeLessThan(0.03)
  })

  /** Mean and deviation of the standard normal distribution truncated at `from` and `to`, by the textbook's formulas. */
  function truncated(from: number, to: number): { mean: number; deviation: number } {
    const steps = 200_000
    let [mass, first, second] = [0, 0, 0]
    for (let i = 0; i < steps; i++) {
      const x = from + ((i + 0.5) * (to - from)) / steps
      const density = Math.exp((-x * x) / 2)
      mass += density
      first += density * x
      second += density * x * x
    }
    return { mean: first / mass, deviation: Math.sqrt(second / mass - (first / mass) ** 2) }
  }

  it.each([
    ["6 ± 3.6 ms, of which 4.8 % lie below 0", { mean: 6_000, deviation: 3_600 }],
    ["0 ± 2 ms, half a bell", { mean: 0, deviation: 2_000 }],
    ["from 9 ms on", { mean: 10_000, deviation: 2_000, min: 9_000 }],
    ["from its mean on", { mean: 10_000, deviation: 2_000, min: 10_000 }],
  ] as const)("normal delays are truncated and pile up nowhere: %s", (_, settings) => {
    const { mean, deviation } = settings
    const min = "min" in settings ? settings.min : 0
    const latency: Latency = { model: "normal", ...settings }
    const table = delayTable(latency)
    const random = new Random(3)
    const drawn = Array.from({ length: DRAWS }, () => table.draw(random.next()))
    const longest = mean + 4 * deviation
    expect(Math.min(...drawn.slice(0, 50_000))).toBeGreaterThanOrEqual(min)
    expect(Math.max(...drawn.slice(0, 50_000))).toBeLessThanOrEqual(longest)
    // A microsecond holds less than a thousandth of a deviation: at most 0.04 % of the draws of half a bell.
    for (const end of [min, longest]) expect(drawn.filter(delay => delay === end).length / DRAWS).toBeLessThan(0.0005)
    const expected = truncated((min - mean) / deviation, 4)
    const found = moments(latency)
    expect(Math.abs(found.mean - mean - deviation * expected.mean)).toBeLessThan((5 * deviation) / Math.sqrt(DRAWS))
    expect(Math.abs(found.deviation / (deviation * expected.deviation) - 1)).toBeLessThan(0.01)
  })

  it("normal delays without deviation are constant", () => {
    for (const mean of [0, 500]) expect(quantile({ model: "normal", mean, deviation: 0 }, 0.3)).toBe(mean)
  })

  it("pile up nowhere in any model: no delay of a continuous one takes more than its share", () => {
    const models: readonly Latency[] = [
      { model: "uniform", min: 1_000, max: 3_000 },
      { model: "normal", mean: 4_000, deviation: 4_000 },
      { model: "lognormal", median: 4_000, sigma: 1 },
      { model: "exponential", floor: 1_000, mean: 3_000 },
      { model: "pareto", scale: 1_000, shape: 1 },
      distanceOf({ delays: [[3_000]], nodes: [0], clients: [0], jitter: 1 }, 0, 0),
    ]
    for (const latency of models) {
      const table = delayTable(latency)
      const random = new Random(8)
      const counts = new Map<number, number>()
      for (let i = 0; i < DRAWS; i++) {
        const delay = table.draw(random.next())
        counts.set(delay, (counts.get(delay) ?? 0) + 1)
      }
      // The densest has 1/1000 of its mass in a microsecond: 400 draws, and five standard deviations more.
      expect(Math.max(...counts.values()), latency.model).toBeLessThan(500)
    }
  })

  it("draw integers only", () => {
    const table = delayTable({ model: "lognormal", median: 777, sigma: 1 })
    const random = new Random(2)
    for (let i = 0; i < 1_000; i++) expect(Number.isInteger(table.draw(random.next()))).toBe(true)
  })

  it("reach far into a heavy tail", () => {
    const table = delayTable({ model: "pareto", scale: 1_000, shape: 1 })
    // The share of Pareto(1) delays above 1000 times the scale is 1/1000.
    const random = new Random(4)
    let above = 0
    for (let i = 0; i < DRAWS; i++) if (table.draw(random.next()) > 1_000_000) above++
    expect(above / DRAWS).toBeGreaterThan(0.0008)
    expect(above / DRAWS).toBeLessThan(0.0012)
  })

  it("give the unit d: the largest delay, or what 999 of 1000 messages keep", () => {
    expect(delayBound({ model: "constant", delay: 500 })).toBe(500)
    expect(delayBound({ model: "uniform", min: 1, max: 9 })).toBe(9)
    expect(delayBound({ model: "normal", mean: 100, deviation: 10 })).toBe(140)
    const exponentialTail: Latency = { model: "exponential", floor: 0, mean: 1_000 }
    expect(delayBound(exponentialTail)).toBe(Math.round(1_000 * Math.log(1_000)))
    expect(quantile(exponentialTail, 0.5)).toBeCloseTo(1_000 * Math.LN2, 6)
  })
})

describe("exact arithmetic", () => {
  it("agrees with the platform's logarithm and exponential to 1e-14", () => {
    for (const value of [1e-9, 0.3, 0.5, 1, 1.5, 2, 10, 12_345.678, 1e12]) {
      expect(Math.abs(logarithm(value) - Math.log(value))).toBeLessThan(1e-13)
      expect(Math.abs(exponential(Math.log(value)) / value - 1)).toBeLessThan(1e-13)
    }
  })
})
