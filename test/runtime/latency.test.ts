import { describe, expect, it } from "vitest"
import { exponential, logarithm } from "../../runtime/exact-math.ts"
import { DelayTable, delayBound, quantile } from "../../runtime/latency.ts"
import { Random } from "../../runtime/random.ts"
import type { Latency } from "../../runtime/scenario.ts"

const DRAWS = 400_000

function moments(latency: Latency): { mean: number; deviation: number } {
  const table = new DelayTable(latency)
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

  it("draw integers only", () => {
    const table = new DelayTable({ model: "lognormal", median: 777, sigma: 1 })
    const random = new Random(2)
    for (let i = 0; i < 1_000; i++) expect(Number.isInteger(table.draw(random.next()))).toBe(true)
  })

  it("reach far into a heavy tail", () => {
    const table = new DelayTable({ model: "pareto", scale: 1_000, shape: 1 })
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
