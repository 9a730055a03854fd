import { describe, expect, test } from "vitest"
import {
  type Bounds,
  type Estimate,
  holm,
  meanSample,
  type Pair,
  pairedDifference,
  proportion,
  ratioSample,
  skewedInterval,
  studentInterval,
  studentP,
  studentT,
  wilsonInterval,
} from "../../analysis/statistics.ts"
import { Random } from "../../runtime/lib/random.ts"

function mean(values: readonly number[], bounds?: Bounds): Estimate | null {
  const sample = meanSample(values)
  return sample && studentInterval(sample, bounds)
}

function ratio(pairs: readonly Pair[]): Estimate | null {
  const sample = ratioSample(pairs)
  return sample && studentInterval(sample)
}

/** P(|T| <= t) for Student's t with integer degrees of freedom (Abramowitz and Stegun 26.7.3-26.7.4). */
function shareWithin(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees))
  const square = Math.cos(angle) ** 2
  const odd = degrees % 2 === 1
  let term = odd ? Math.cos(angle) : 1
  let total = degrees === 1 ? 0 : term
  for (let k = odd ? 2 : 1; k <= degrees - 3; k += 2) {
    term *= (k / (k + 1)) * square
    total += term
  }
  return odd ? (2 / Math.PI) * (angle + Math.sin(angle) * total) : Math.sin(angle) * total
}

describe("studentT", () => {
  test.each([1, 2, 3, 4, 5, 9, 10, 19, 29, 30, 31, 32, 50, 99, 100, 999])(
    "with %i degrees of freedom covers 95 percent of the distribution",
    degrees => {
      expect(shareWithin(studentT(degrees), degrees)).toBeCloseTo(0.95, 8)
    },
  )

  test("agrees with the printed tables", () => {
    expect([1, 2, 5, 10, 30].map(degrees => studentT(degrees).toFixed(3))).toEqual([
      "12.706",
      "4.303",
      "2.571",
      "2.228",
      "2.042",
    ])
  })
})

describe("studentP", () => {
  test.each([1, 2, 3, 4, 9, 30, 99, 1_000])(
    "is 5 percent at the 95 percent quantile, %i degrees of freedom",
    degrees => {
      expect(studentP(studentT(degrees), degrees)).toBeCloseTo(0.05, 8)
      expect(studentP(-1.3, degrees)).toBeCloseTo(1 - shareWithin(1.3, degrees), 8)
    },
  )

  test("goes from 1 at nothing to 0", () => {
    expect([studentP(0, 5), studentP(Infinity, 5), studentP(1e6, 3)]).toEqual([1, 0, 0])
  })
})

describe("skewedInterval", () => {
  const of = (values: readonly number[]): Estimate => skewedInterval(meanSample(values)!)

  test("is Student's where the runs scatter alike to both sides", () => {
    expect(of([3, 4, 5, 6, 7])).toEqual(studentInterval(meanSample([3, 4, 5, 6, 7])!))
  })

  test("reaches as far as Hall's transformation of the statistic says, on the side of the few more than on the other", () => {
    const values = [0, 0, 0, 0, 1, 1, 1, 2, 2, 3]
    const { value, low, high, runs } = of(values)
    const { error } = meanSample(values)!
    const [second, third] = [2, 3].map(power => values.reduce((sum, each) => sum + (each - value) ** power, 0) / runs)
    const skewness = third! / second! ** 1.5
    expect(skewness).toBeCloseTo(0.6, 9)
    // T + g T² / (3 sqrt(n)) + g² T³ / (27 n) + g / (6 sqrt(n)), of T = (estimate - true value) / standard error.
    const transformed = (end: number): number => {
      const t = (value - end) / error
      const bend = skewness / Math.sqrt(runs)
      return t + (bend * t ** 2) / 3 + (bend ** 2 * t ** 3) / 27 + bend / 6
    }
    expect(transformed(low!)).toBeCloseTo(studentT(9), 9)
    expect(transformed(high!)).toBeCloseTo(-studentT(9), 9)
    expect(high! - value).toBeGreaterThan(1.3 * (value - low!))
  })

  test("takes out no more than a skewness of 1, and is Student's where few runs carry a ratio", () => {
    const spread = { value: 5, runs: 20, error: 1 }
    expect(skewedInterval({ ...spread, skewness: 4 })).toEqual(skewedInterval({ ...spread, skewness: 1 }))
    expect(skewedInterval({ ...spread, skewness: -4 })).toEqual(skewedInterval({ ...spread, skewness: -1 }))
    expect(skewedInterval({ ...spread, skewness: 4, effective: 6 })).toEqual(
      studentInterval({ ...spread, effective: 6 }),
    )
  })

  test("of skewed runs it holds the true mean more often than Student's", () => {
    const random = new Random(20_261_129)
    const experiments = 2_000
    const held = { skewed: 0, student: 0 }
    for (let k = 0; k < experiments; k++) {
      // Exponential, with mean 1: many a little, a few very far above.
      const sample = meanSample(Array.from({ length: 20 }, () => -Math.log(1 - random.share())))!
      const holds = ({ low, high }: Estimate): number => (low! <= 1 && 1 <= high! ? 1 : 0)
      held.skewed += holds(skewedInterval(sample))
      held.student += holds(studentInterval(sample))
    }
    expect(held.student / experiments).toBeLessThan(0.925)
    expect(held.skewed / experiments).toBeGreaterThan(held.student / experiments + 0.01)
  })
})

describe("mean", () => {
  test("has Student's interval", () => {
    // Mean 5, standard deviation sqrt(2.5), 4 degrees of freedom: 5 ± 2.776 * sqrt(2.5 / 5).
    const estimate = mean([3, 4, 5, 6, 7])!
    expect(estimate.value).toBe(5)
    expect(estimate.high).toBeCloseTo(5 + 2.7764451052 * Math.sqrt(0.5), 9)
    expect(estimate.low).toBeCloseTo(5 - 2.7764451052 * Math.sqrt(0.5), 9)
  })

  test("of one value has no interval, of none is nothing", () => {
    expect(mean([7])).toEqual({ value: 7, low: null, high: null, runs: 1 })
    expect(mean([])).toBeNull()
  })

  test("is cut at the bounds of what it estimates", () => {
    expect(mean([0.9, 1, 1], { min: 0, max: 1 })!.high).toBe(1)
    expect(mean([0, 0, 9], { min: 0 })!.low).toBe(0)
  })

  test("covers the true mean in 95 of 100 experiments", () => {
    const random = new Random(20_260_101)
    const experiments = 4_000
    let covered = 0
    for (let i = 0; i < experiments; i++) {
      // A sum of 12 uniform numbers is as good as normal; its mean is 6.
      const sample = Array.from({ length: 8 }, () =>
        Array.from({ length: 12 }, () => random.share()).reduce((a, b) => a + b),
      )
      const { low, high } = mean(sample)!
      if (low! <= 6 && 6 <= high!) covered++
    }
    // Four standard errors of a share of 95 % in 4000.
    expect(Math.abs(covered / experiments - 0.95)).toBeLessThan(0.014)
  })
})

describe("ratio", () => {
  test("divides totals, so that a run that did nothing does not spoil it", () => {
    const estimate = ratio([
      { above: 80, below: 10 },
      { above: 160, below: 20 },
      { above: 6, below: 0 },
    ])!
    expect(estimate.value).toBe(246 / 30)
    expect(estimate.low!).toBeLessThan(8)
    expect(estimate.high!).toBeGreaterThan(8.2)
  })

  test("has no width if every run has the same ratio", () => {
    const estimate = ratio([1, 2, 5].map(below => ({ above: 8 * below, below })))!
    expect([estimate.low, estimate.value, estimate.high]).toEqual([8, 8, 8])
  })

  test("whose total below comes from few runs has Student's interval of as many", () => {
    // Three of ten runs had an outage: 2 degrees of freedom, and not 9.
    const outages = [10, 20, 60]
    const pairs = [
      ...outages.map(above => ({ above, below: 1 })),
      ...Array.from({ length: 7 }, () => ({ above: 0, below: 0 })),
    ]
    const sample = ratioSample(pairs)!
    expect([sample.value, sample.runs, sample.effective]).toEqual([30, 10, 3])
    const { low, high } = studentInterval(sample)
    expect((high! - low!) / 2).toBeCloseTo(4.3026527297 * sample.error, 9)
    expect(studentInterval(ratioSample(pairs.slice(2))!)).toMatchObject({ low: null, high: null, runs: 8 })
    const others = ratioSample(pairs.map(({ above, below }) => ({ above: above + 5 * below, below })))!
    expect(pairedDifference(others, sample)).toMatchObject({ value: 5, runs: 10, p: 0 })
  })

  test("equals the mean if all runs weigh the same", () => {
    const values = [30, 35, 41, 28]
    const weighted = ratio(values.map(value => ({ above: value * 4, below: 4 })))!
    const plain = mean(values)!
    expect(weighted.value).toBeCloseTo(plain.value, 12)
    expect(weighted.low!).toBeCloseTo(plain.low!, 12)
    expect(weighted.high!).toBeCloseTo(plain.high!, 12)
  })

  test("of nothing is nothing", () => {
    expect(ratio([{ above: 5, below: 0 }])).toBeNull()
  })
})

describe("proportion", () => {
  // Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3 (Wilson's score).
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [1, 29, 0.0061, 0.1718],
  ])("of %i in %i has Wilson's interval", (successes, runs, low, high) => {
    const estimate = proportion(successes, runs)!
    expect(estimate.value).toBe(successes / runs)
    expect(estimate.low!).toBeCloseTo(low, 4)
    expect(estimate.high!).toBeCloseTo(high, 4)
  })

  // 1 - 0.05^(1/n): of 20 none, 13.9 %; about 3 in n where n is large.
  test.each([
    [1, 0.95],
    [20, 0.1391083],
    [60, 0.0487029],
    [1_000, 0.0029912],
  ])("of none in %i reaches to the exact one-sided bound, and of all of them as far", (runs, bound) => {
    expect(proportion(0, runs)!.high!).toBeCloseTo(bound, 7)
    expect(proportion(runs, runs)!.low!).toBeCloseTo(1 - bound, 7)
  })

  test("ends exactly at 0 and 1", () => {
    expect(proportion(0, 7)!.low).toBe(0)
    expect(proportion(7, 7)!.high).toBe(1)
    expect(proportion(0, 0)).toBeNull()
  })
})

describe("a share that each run has of its own", () => {
  test("has Wilson's interval of the runs if each run is all or nothing", () => {
    const { value, low, high } = wilsonInterval(meanSample([1, 1, 1, 1, 0, 1, 1, 1, 0, 1])!)
    // The scatter of 10 runs is that of 9 trials (n - 1), at Student's quantile for 9 degrees of freedom.
    expect(value).toBe(0.8)
    const weight = 2.2621571628 ** 2 / 9
    const centre = (0.8 + weight / 2) / (1 + weight)
    const half = (2.2621571628 * Math.sqrt((0.8 * 0.2) / 9 + weight / 36)) / (1 + weight)
    expect([low, high]).toEqual([expect.closeTo(centre - half, 9), expect.closeTo(centre + half, 9)])
  })

  test("stays within 0 and 1, and leans to the side on which runs scatter", () => {
    const { value, low, high } = wilsonInterval(meanSample([1, 1, 1, 1, 1, 1, 1, 1, 1, 0.9])!)
    expect(high!).toBeLessThan(1)
    expect(value - low!).toBeGreaterThan(high! - value)
  })

  test("has no width if all runs have the same", () => {
    expect(wilsonInterval(meanSample([1, 1, 1])!)).toEqual({ value: 1, low: 1, high: 1, runs: 3 })
    expect(wilsonInterval(meanSample([0.2, 0.2])!)).toEqual({ value: 0.2, low: 0.2, high: 0.2, runs: 2 })
  })
})

describe("a paired difference", () => {
  test("of samples without any is certain: p = 1", () => {
    const sample = meanSample([3, 1, 2])!
    expect(pairedDifference(sample, sample)).toEqual({ value: 0, low: 0, high: 0, runs: 3, p: 1 })
  })

  test("of skewed pairs has the p-value that its interval inverts: 5 % where an end lies on 0", () => {
    const pairs = [0.1, 0, 0, 0.2, 0, 0.1, 0, 0.9, 0, 0.1]
    const zero = meanSample(pairs.map(() => 0))!
    const whole = pairedDifference(meanSample(pairs)!, zero, true)!
    const plain = pairedDifference(meanSample(pairs)!, zero)!
    // The interval leans to the side on which few pairs lie far out.
    expect(whole.high! - whole.value).toBeGreaterThan(plain.high! - plain.value)
    expect(whole.low!).toBeGreaterThan(plain.low!)
    for (const end of [whole.low!, whole.high!]) {
      const moved = pairedDifference(meanSample(pairs.map(pair => pair - end))!, zero, true)!
      expect(moved.p).toBeCloseTo(0.05, 6)
    }
  })

  test("that never varies has p = 0", () => {
    expect(pairedDifference(meanSample([4, 2, 3])!, meanSample([3, 1, 2])!)).toMatchObject({ value: 1, p: 0 })
  })
})

test("holm adjusts p-values for their number, in order (Holm 1979)", () => {
  expect(holm([0.01, null, 0.04, 0.03, 0.005])).toEqual([0.03, null, 0.06, 0.06, 0.02])
})
