import { expect, test } from "vitest"
import { largest, smallest } from "../../analysis/extremes.ts"
import { verticalScale } from "../../reports/charts/scales.ts"
import type { ChartPoint } from "../../reports/charts/data.ts"

test("extremes are those of Math, of more numbers than its functions take at once", () => {
  const numbers = Array.from({ length: 300_000 }, (_, place) => Math.sin(place) * 1_000)
  const [low, high] = [smallest(numbers), largest(numbers)]
  expect(numbers.every(number => low <= number && number <= high)).toBe(true)
  expect([numbers.includes(low), numbers.includes(high)]).toEqual([true, true])
  expect([smallest([]), largest([])]).toEqual([Math.min(), Math.max()])
  expect([smallest([1, Number.NaN]), largest([Number.NaN, 1])]).toEqual([Number.NaN, Number.NaN])
})

test("a chart of 100,000 points has a scale", () => {
  const points = Array.from({ length: 100_000 }, (_, place): Partial<ChartPoint> => {
    return { value: place, low: place, high: place + 1, theory: null }
  })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a scale looks at these fields alone
  expect(verticalScale(points as readonly ChartPoint[], false).scale).toEqual({ zero: true, nice: true })
})
