import { expect, test } from "vitest"
import { LEVEL_SPANS, LevelsEstimate } from "../../analysis/levels.ts"
import { SECOND } from "../../runtime/contract/units.ts"
import { completedRecord } from "../experiments/support/records.ts"

const TIMES = { warmup: 2 * SECOND, duration: (2 + LEVEL_SPANS) * SECOND }

test("each span of time has the share of it that all runs together were at each level", () => {
  const estimate = new LevelsEstimate(TIMES)
  const spans = [
    { start: 2 * SECOND, end: 3.5 * SECOND, level: "nothing" },
    { start: 3.5 * SECOND, end: 4 * SECOND, level: "reads only" },
  ] as const
  estimate.add(completedRecord({}, { degraded: { spans, staleReads: 0 } }))
  estimate.add(completedRecord({}, { degraded: { spans: [], staleReads: 0 } }))
  const { starts, length, shares } = estimate.found!
  expect([starts[0], starts[1], length]).toEqual([2, 3, 1])
  expect(shares.nothing.slice(0, 3)).toEqual([0.5, 0.25, 0])
  expect(shares["reads only"].slice(0, 3)).toEqual([0, 0.25, 0])
  expect(shares["stale reads"].every(share => share === 0)).toBe(true)
})

test("services that are no store have no levels", () => {
  const estimate = new LevelsEstimate(TIMES)
  estimate.add(completedRecord({}))
  expect(estimate.found).toBeNull()
})
