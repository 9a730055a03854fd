/** The metrics that charts can show, and the swept dimensions that can be an axis. A new axis is one entry here. */
import type { CellSummary } from "./aggregate.ts"
import type { Estimate } from "./statistics.ts"
import { FAULT_KINDS } from "../runtime/faults/registry.ts"
import type { Dimension } from "../scenarios/cell.ts"
import { type MetricName, SUMMARIZED } from "./metrics.ts"
import type { ChartText } from "../scenarios/measures/measure.ts"
import { inQuestion, shortName } from "./words.ts"

type ChartMetricText = Omit<ChartText, "name">

/** A metric that every service has. */
export interface MeasuredMetric extends ChartMetricText {
  readonly metric: MetricName
}

/** A figure that one service declares. */
export interface FigureMetric extends ChartMetricText {
  readonly figure: string
}

export type ChartMetric = MeasuredMetric | FigureMetric

/** The name of a metric among the columns of tables. */
export function columnOf(metric: ChartMetric): string {
  return "figure" in metric ? metric.figure : metric.metric
}

/** The estimate of a metric in one cell. */
export function estimateFor(
  metric: ChartMetric,
  { metrics, figures }: Pick<CellSummary, "metrics" | "figures">,
): Estimate | null | undefined {
  return "figure" in metric ? figures[metric.figure] : metrics[metric.metric]
}

const VIOLATIONS: MeasuredMetric = {
  metric: "share_violated",
  question: "often is a check violated",
  title: "Runs in which a check was violated",
  isShare: true,
}

/** The metrics that charts can show: measures that have a chart, and the share of runs with a violation. */
export const CHART_METRICS: Readonly<Record<string, MeasuredMetric>> = {
  ...Object.fromEntries(
    SUMMARIZED.flatMap(({ name: metric, chart }) => {
      if (chart === undefined) return []
      const { name, ...text } = chart
      return [[name, { metric, ...text }] as const]
    }),
  ),
  violations: VIOLATIONS,
}

/** Figures that charts can show, of the service that declares them. */
export const CHART_FIGURES: Readonly<Record<string, FigureMetric>> = {
  "writes-lost": {
    figure: "acknowledged_lost",
    question: "many acknowledged writes are lost",
    title: "Acknowledged writes that are lost in a run",
  },
  "first-leader": {
    figure: "first_leader",
    question: "long does it take until a node leads",
    title: "Time to the first leader (ms)",
  },
  "stable-leader": {
    figure: "stable_leader",
    question: "long does it take until all follow a leader that stays",
    title: "Time to the stable leader (ms)",
  },
  epochs: {
    figure: "epochs_passed",
    question: "many epochs pass until a node leads",
    title: "Epochs until a node leads",
  },
  "split-votes": {
    figure: "split_votes",
    question: "many epochs pass without a leader",
    title: "Epochs without a leader, split votes among them",
  },
  "leader-messages": {
    figure: "messages_to_leader",
    question: "many messages are sent until a node leads",
    title: "Protocol messages until a node leads",
  },
  fairness: {
    figure: "fairness",
    question: "evenly do requesters enter",
    title: "Jain's index of the requesters' entries",
    isMoreBetter: true,
  },
  "wait-variation": {
    figure: "wait_variation",
    question: "much do waiting times vary",
    title: "Coefficient of variation of the time from request to entry",
  },
  "wait-tail": {
    figure: "wait_tail",
    question: "much longer do the slowest wait than the median",
    title: "95th percentile of the time from request to entry, per median",
  },
  bypasses: {
    figure: "bypasses",
    question: "often is a request overtaken by later ones",
    title: "Entries of others that asked later, in a wait",
  },
  "most-bypassed": {
    figure: "most_bypassed",
    question: "often is any request overtaken by later ones",
    title: "The most entries of others that asked later, in one wait",
  },
  "block-after-death": {
    figure: "blocked_by_dead",
    question: "long is the lock kept from everybody after a client died",
    title: "Longest time without a grant after a client died (ms)",
  },
  "locked-time": {
    figure: "blocked",
    question: "long are keys locked by one transaction",
    title: "Longest time that a transaction had keys locked (ms)",
  },
  "run-time": {
    figure: "run_time",
    question: "long does the computation take",
    title: "Run time of the computation (ms)",
  },
  "work-lost": {
    figure: "work_lost",
    question: "much work is lost",
    title: "Work that is lost and done again (ms)",
  },
  "longest-rollback": {
    figure: "longest_rollback",
    question: "far does a process roll back at most",
    title: "Most work that a process loses in a recovery (ms)",
  },
  "back-to-start": {
    figure: "back_to_start",
    question: "often does a rollback end at the beginning",
    title: "Share of rollbacks to the initial state",
    isShare: true,
  },
  "bytes-stored": {
    figure: "bytes_stored",
    question: "much is written to disks",
    title: "Bytes written for checkpoints and logs",
  },
}

export interface ChartAxis {
  /** The end of a question: ` as more nodes crash`. */
  readonly question: string
  /** The dimensions that it stands for; the first that is swept is shown. */
  readonly dimensions: readonly string[]
  /** In place of the dimension's own title. */
  readonly title?: string
}

/** Numbers of nodes that a fault hits, as specs sweep them. */
const COUNTED = FAULT_KINDS.flatMap(({ counted }) => counted ?? [])

/** Axes of the numbers of nodes that faults hit, if a question is defined for them. */
const COUNT_AXES = Object.fromEntries(
  COUNTED.flatMap(({ name, question }): readonly (readonly [string, ChartAxis])[] =>
    question === undefined ? [] : [[name, { question: ` as ${question}`, dimensions: [name] }]],
  ),
)

/** Axes of fault settings that have a name of their own. */
const SETTING_AXES = Object.fromEntries(
  FAULT_KINDS.flatMap(({ kind, settings }) =>
    Object.entries(settings).flatMap(([key, { axis }]): readonly (readonly [string, ChartAxis])[] =>
      axis === undefined ? [] : [[axis.name, { question: ` as ${axis.question}`, dimensions: [`${kind}.${key}`] }]],
    ),
  ),
)

const AXES: Readonly<Record<string, ChartAxis>> = {
  failures: { question: " as more nodes fail", dimensions: COUNTED.map(({ name }) => name) },
  ...COUNT_AXES,
  nodes: { question: " as the group grows", dimensions: ["nodes"] },
  f: { question: " as it provides for more failures", dimensions: ["f"] },
  latency: { question: " as links get slower", dimensions: ["latency"] },
  loss: { question: " as more messages get lost", dimensions: ["loss"] },
  mtbf: { question: " as nodes fail less often", dimensions: ["mtbf"], title: "Mean time between failures of a node" },
  mttr: { question: " as repairs take longer", dimensions: ["mttr"], title: "Mean time to repair a node" },
  load: { question: " as more is asked for", dimensions: ["workload.rate"], title: "Offered load" },
  rate: { question: " as more is asked for", dimensions: ["workload.rate"], title: "Offered load" },
  clients: { question: " as more clients ask", dimensions: ["workload.clients"], title: "Clients" },
  ...SETTING_AXES,
  duplication: { question: " as more messages arrive twice", dimensions: ["duplication"] },
  bandwidth: { question: " as links carry more", dimensions: ["bandwidth"] },
  serviceTime: { question: " as nodes take longer for a message", dimensions: ["serviceTime", "slow.serviceTime"] },
  syncLatency: { question: " as disks get slower", dimensions: ["syncLatency", "slowDisk.syncLatency"] },
  clientLatency: { question: " as clients are farther away", dimensions: ["clientLatency"] },
  requesters: { question: " as more nodes want to enter", dimensions: ["workload.requesters"], title: "Requesters" },
}

/** The axis with a name; any dimension may be one. */
export function chartAxis(name: string, dimensions: readonly Dimension[]): ChartAxis | undefined {
  const known = Object.hasOwn(AXES, name) ? AXES[name] : undefined
  if (known?.dimensions.some(wanted => dimensions.some(dimension => dimension.name === wanted)) === true) return known
  const dimension = dimensions.find(
    candidate => candidate.name === name || shortName(candidate.name) === name || candidate.name.endsWith(`.${name}`),
  )
  return dimension === undefined ? known : { question: inQuestion(dimension), dimensions: [dimension.name] }
}

/** The axis names of the dimensions of an experiment. */
export function axisNames(dimensions: readonly Dimension[]): readonly string[] {
  const swept = dimensions.map(({ name }) => name)
  const known = Object.entries(AXES).flatMap(([name, axis]) =>
    axis.dimensions.some(d => swept.includes(d)) ? [name] : [],
  )
  return [...new Set([...known, ...swept.map(shortName)])]
}

/** Its title with the unit: `Offered load (per second)`. */
export function axisTitle({ title, unit, zero }: Dimension): string {
  if (zero !== undefined) return title
  const written = unit === "per_s" ? "per second" : unit
  return written === "" ? title : `${title} (${written})`
}
