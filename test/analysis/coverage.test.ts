import { expect, test } from "vitest"
import { coverageOf, runsOf } from "../support/coverage.ts"
import { byNight } from "../support/effort.ts"

const SPEC = `
question: Do intervals hold what they promise?
service: replicated-log
algorithms: [raft]
nodes: 3
network: { latency: { model: lognormal, median: 5ms, sigma: 0.5 }, loss: 2% }
workload: { rate: 60/s, linearizability: off }
faults: [{ crash: { count: 1, at: 500ms, for: 400ms } }]
warmup: 300ms
duration: 1300ms`

// `npm run coverage-of-intervals` measures it over 1,000 experiments of 20 and 50 runs, and for everything that has an interval.
test("intervals hold the long-run value in 95 of 100 small experiments", () => {
  const experiments = byNight(200, 60)
  const metrics = ["availability", "messages_per_operation", "latency_mean_ms", "latency_p50_ms"] as const
  const found = coverageOf(runsOf(SPEC, experiments * 8, 1), { experiments, runs: 8 })
  // Four standard errors of a share of 95 %.
  const least = 0.95 - 4 * Math.sqrt((0.95 * 0.05) / experiments)
  for (const metric of metrics) {
    const { held, intervals, halfWidth } = found.find(({ of }) => of === metric)!
    expect(intervals, metric).toBeGreaterThan(0.9 * experiments)
    expect(held / intervals, metric).toBeGreaterThan(least)
    expect(halfWidth, metric).toBeGreaterThan(0)
  }
})
