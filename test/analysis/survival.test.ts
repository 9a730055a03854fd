import { describe, expect, test } from "vitest"
import { meanUpTo, type Observed, survivalAt, survivalOf } from "../../analysis/survival.ts"
import { logarithm } from "../../runtime/lib/exact-math.ts"
import { Random } from "../../runtime/lib/random.ts"

/** Times as textbooks write them: `7`, and `5+` where the observation ended without the event. */
function times(...written: readonly string[]): readonly Observed[] {
  return written.map(time => ({ time: Number.parseFloat(time), hasHappened: !time.endsWith("+") }))
}

describe("Kaplan and Meier's estimate", () => {
  test("3, 5+, 7, 7, 10+, 12: shares, Greenwood's error, and the mean up to 12", () => {
    const steps = survivalOf(times("3", "5+", "7", "7", "10+", "12"))
    expect(steps.map(({ time }) => time)).toEqual([0, 3, 7, 12])
    expect(steps[1]!.share).toBeCloseTo(5 / 6, 12)
    expect(steps[2]!.share).toBeCloseTo(5 / 12, 12)
    expect(steps[3]!.share).toBe(0)
    expect(steps[2]!.error).toBeCloseTo(0.22179, 5)
    expect(meanUpTo(steps, 12)).toBeCloseTo(8.4167, 4)
  })

  // Freireich et al. 1963, as in Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data: weeks to relapse under 6-MP.
  test("the remissions of the 6-MP trial", () => {
    const weeks = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+".split(" ")
    const steps = survivalOf(times(...weeks))
    const at = (time: number) => survivalAt(steps, time)!
    expect([6, 7, 10, 13, 16, 22, 23].map(time => Number(at(time).share.toFixed(3)))).toEqual([
      0.857, 0.807, 0.753, 0.69, 0.627, 0.538, 0.448,
    ])
    expect(at(23).error).toBeCloseTo(0.1346, 4)
    expect(at(30)).toBe(at(23))
  })

  test("an event at the time of a cut comes before it", () => {
    const steps = survivalOf(times("5+", "5"))
    expect(survivalAt(steps, 5)!.share).toBe(0.5)
  })

  test("with no event the band reaches down to the exact one-sided bound, with nothing but events up to it", () => {
    const none = survivalOf(times(...Array.from({ length: 20 }, () => "9+")))
    expect(none).toEqual([
      { time: 0, share: 1, low: expect.closeTo(0.05 ** (1 / 20), 9), high: 1, error: 0, atRisk: 20 },
    ])
    const all = survivalOf(times("1", "2")).at(-1)!
    expect([all.share, all.low]).toEqual([0, 0])
    expect(all.high).toBeCloseTo(0.95, 9)
  })

  test("of nothing there is nothing", () => expect(survivalOf([])).toEqual([]))

  test("its band holds the true share in 95 of 100 experiments", () => {
    const random = new Random(1)
    const draw = (mean: number): number => -mean * logarithm(1 - random.share())
    const [experiments, runs] = [2_000, 25]
    const held = [0.2, 0.7, 1.5].map(time => {
      let count = 0
      for (let experiment = 0; experiment < experiments; experiment++) {
        const observed = Array.from({ length: runs }, (): Observed => {
          const [event, cut] = [draw(1), draw(2)]
          return { time: Math.min(event, cut), hasHappened: event <= cut }
        })
        const { low, high } = survivalAt(survivalOf(observed), time)!
        const truth = Math.exp(-time)
        if (low <= truth && truth <= high) count++
      }
      return count / experiments
    })
    for (const share of held) {
      // Four standard errors below 95 %, and not so wide that it holds always.
      expect(share).toBeGreaterThan(0.95 - 4 * Math.sqrt((0.95 * 0.05) / experiments))
      expect(share).toBeLessThan(0.985)
    }
  })
})
