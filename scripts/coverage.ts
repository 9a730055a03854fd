/**
 * Measures how often 95 % intervals hold the long-run value: 1,000 small experiments of 50 runs each, of Raft and of
 * Multi-Paxos minus Raft, in a group whose links lose messages and whose nodes crash. Takes some minutes.
 *
 *     npm run coverage-of-intervals -- --experiments 1000 --runs 50 --seed 1
 *     npm run coverage-of-intervals -- --algorithms raft --until 1.5% --of availability --min 10 --runs 40
 */
import { parseArgs } from "node:util"
import { parseShare } from "../runtime/contract/units.ts"
import { coverageOf } from "../test/support/coverage.ts"

const SPEC = `
question: Do intervals hold what they promise?
service: replicated-log
algorithms: [ALGORITHMS]
nodes: 3
network: { latency: { model: lognormal, median: 5ms, sigma: 0.5 }, loss: 2% }
workload: { clients: 2 }
faults: [{ crash: { count: 1, at: 600ms, for: 500ms } }]
warmup: 400ms
duration: 2s
`

const { values } = parseArgs({
  options: {
    experiments: { type: "string", default: "1000" },
    runs: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
    algorithms: { type: "string", default: "raft, multi-paxos" },
    until: { type: "string" },
    of: { type: "string", default: "availability" },
    min: { type: "string", default: "10" },
  },
})
const [experiments, runs, seed] = [Number(values.experiments), Number(values.runs), Number(values.seed)]
const metrics = [
  "availability",
  "messages_per_operation",
  "throughput_per_s",
  "latency_mean_ms",
  "latency_p50_ms",
  "latency_p90_ms",
  "latency_p99_ms",
  "outage_total_ms",
  "recovery_ms",
] as const
const until = values.until === undefined ? undefined : parseShare(values.until)
const precision = until === undefined ? {} : { precision: { until, of: values.of, min: Number(values.min) } }

const number = until === undefined ? `${runs}` : `${values.min} to ${runs}`
console.log(`${experiments} experiments of ${number} runs, seed ${seed}`)
for (const { metric, longRun, held, intervals, halfWidth } of coverageOf({
  spec: SPEC.replace("ALGORITHMS", values.algorithms),
  experiments,
  runs,
  ...precision,
  seed,
  metrics,
})) {
  const share = ((100 * held) / intervals).toFixed(1)
  const width = (100 * halfWidth).toFixed(2)
  console.log(
    `${metric.padEnd(38)} ${share.padStart(5)} % hold ${longRun.toPrecision(5)} (${intervals} intervals, ±${width} %)`,
  )
}
