/**
 * Measures the coverage of all printed 95 % confidence intervals: the share, over many small experiments, that contain the
 * long-run value. The table in docs/results.md is its output. Takes some minutes.
 *
 *     npm run coverage-of-intervals
 *     npm run coverage-of-intervals -- crashes --experiments 1000 --runs 20 --until 2% --of availability --max 40
 */
import { parseArgs } from "node:util"
import { CHART_METRICS } from "../analysis/kinds.ts"
import { parseShare } from "../runtime/contract/units.ts"
import { type Coverage, coverageOf, runsOf } from "../test/support/coverage.ts"

/** Small experiments that differ in their sources of variance between runs. */
const SPECS: Readonly<Record<string, string>> = {
  crashes: `
question: A node crashes, the leader in one run of three, and links lose messages. Do intervals hold what they promise?
service: replicated-log
algorithms: [raft, multi-paxos]
nodes: 3
network: { latency: { model: lognormal, median: 5ms, sigma: 0.5 }, loss: 2% }
workload: { clients: 2 }
faults: [{ crash: { count: 1, at: 600ms, for: 500ms } }]
warmup: 400ms
duration: 2s
`,
  elections: `
question: Nodes crash at random and are repaired. Do intervals hold what they promise?
service: leader-election
algorithms: [bully]
nodes: 5
network: { latency: { model: lognormal, median: 5ms, sigma: 0.5 }, loss: 2% }
faults: [{ crash: { mtbf: 4s, mttr: 500ms } }]
warmup: 400ms
duration: 4s
`,
  load: `
question: Operations arrive at random, and queue. Do intervals hold what they promise?
service: replicated-log
algorithms: [multi-paxos]
nodes: 3
network: { latency: { model: lognormal, median: 2ms, sigma: 0.5 }, serviceTime: 500us }
workload: { rate: 400/s, arrivals: poisson, linearizability: off }
warmup: 300ms
duration: 1300ms
`,
  sizes: `
question: A node crashes of three or of five, and links lose messages. Do intervals of differences hold?
service: replicated-log
algorithms: [raft]
sweep: { nodes: [3, 5] }
network: { latency: { model: lognormal, median: 5ms, sigma: 0.5 }, loss: 2% }
workload: { clients: 2 }
faults: [{ crash: { count: 1, at: 600ms, for: 500ms } }]
warmup: 400ms
duration: 2s
compare: { along: nodes, to: 3, margin: { availability: 1%, latency: 10%, messages: 10% } }
`,
  disks: `
question: A disk takes 5 ms in place of none, and a node crashes. Do intervals of differences hold?
service: replicated-log
algorithms: [raft]
nodes: 3
sweep: { syncLatency: [0ms, 5ms] }
network: { latency: { model: lognormal, median: 5ms, sigma: 0.5 } }
workload: { clients: 2 }
faults: [{ crash: { count: 1, at: 600ms, for: 500ms } }]
warmup: 400ms
duration: 2s
compare: { along: syncLatency, to: 0ms, margin: { latency: 60% } }
`,
  liars: `
question: Two of seven lie to OM(1). Do intervals hold what they promise?
service: agreement
algorithms: [{ use: oral-messages, parameters: { m: 1 } }]
nodes: 7
network: { latency: 1ms }
faults: [{ byzantine: { count: 2, behaviour: equivocating, at: 0s } }]
warmup: 0s
duration: 100ms
`,
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    experiments: { type: "string", default: "1000" },
    runs: { type: "string", multiple: true, default: ["20"] },
    seed: { type: "string", default: "1" },
    until: { type: "string" },
    of: { type: "string", default: "availability" },
    min: { type: "string", default: "20" },
    max: { type: "string", default: "40" },
  },
})
const experiments = Number(values.experiments)
if (!Object.hasOwn(CHART_METRICS, values.of)) throw new Error(`--of: ${values.of} is no metric of charts`)

for (const name of positionals.length > 0 ? positionals : Object.keys(SPECS)) {
  const spec = SPECS[name]
  if (spec === undefined) throw new Error(`no experiment is called ${name}; there are ${Object.keys(SPECS).join(", ")}`)
  const columns = [...values.runs.map(runs => [`${runs} runs`, { runs: Number(runs) }] as const), ...untilPrecise()]
  const runs = runsOf(spec, experiments * Math.max(...columns.map(([, column]) => column.runs)), Number(values.seed))
  console.log(`\n${name}: ${experiments} experiments, seed ${values.seed}\n`)
  print(columns.map(([title, column]) => [title, coverageOf(runs, { experiments, ...column })]))
}

/** The column of experiments that continue until they are precise, if it is asked for. */
function untilPrecise() {
  const { until, of, min, max } = values
  if (until === undefined) return []
  const precision = { until: parseShare(until)!, of, min: Number(min) }
  return [[`${min} to ${max} runs, until ${until} of ${of}`, { runs: Number(max), precision }] as const]
}

/** Prints a table in Markdown: a row for each figure, a column for each number of runs. */
function print(columns: readonly (readonly [title: string, found: readonly Coverage[]])[]): void {
  const names = [...new Set(columns.flatMap(([, found]) => found.map(({ of }) => of)))]
  console.log(`| figure | ${columns.map(([title]) => title).join(" | ")} |\n|---|${columns.map(() => "---|").join("")}`)
  for (const name of names) {
    const cells = columns.map(([, found]) => textOf(found.find(({ of }) => of === name)))
    console.log(`| ${name} | ${cells.join(" | ")} |`)
  }
}

/** The share of the intervals that contain the value, and their number if only few experiments have one. */
function textOf(found: Coverage | undefined): string {
  if (found === undefined) return ""
  const { held, intervals } = found
  const few = intervals < 0.95 * experiments ? ` of ${intervals}` : ""
  return `${((100 * held) / intervals).toFixed(1)} %${few}`
}
