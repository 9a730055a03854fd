/** The findings of a benchmark in the forms that people and other tools read. */
import { type JUnitCase, junitXml } from "../reports/junit.ts"
import type { CostChange } from "./baseline.ts"
import type { Costs } from "./costs.ts"
import type { Rate } from "./measure.ts"
import type { MemorySample } from "./memory.ts"
import type { SpeedComparison } from "./paired.ts"
import { STANDING_COLUMNS, STANDING_TITLE, standingOf, standingRows } from "./standing.ts"

/** A timed task with what it allocates. */
export interface Timing extends Rate {
  /** Bytes per unit; null if unknown. */
  readonly allocated: number | null
}

/** Everything that a benchmark found; parts not asked for are empty. */
export interface Findings {
  readonly costs: readonly Costs[]
  /** Compared with a baseline; undefined without one. */
  readonly changes: readonly CostChange[] | undefined
  readonly timings: readonly Timing[]
  /** Compared with another revision. */
  readonly speed: readonly SpeedComparison[]
  readonly memory: readonly { readonly task: string; readonly samples: readonly MemorySample[] }[]
}

/** The place and time of the measurement. */
export interface Circumstances {
  /** Seconds since 1970. */
  readonly timestamp: number
  readonly commit: string
  readonly branch: string
}

const MEBIBYTE = 1_048_576

/** `messages_protocol of raft in log-steady/nodes=5: 8106, was 8000 (+1.33 %)`. */
export function describeChange({ scenario, algorithm, metric, old, new: now }: CostChange): string {
  const share =
    typeof old === "number" && typeof now === "number" && old !== 0
      ? ` (${now > old ? "+" : ""}${((100 * (now - old)) / old).toFixed(2)} %)`
      : ""
  return `${metric} of ${algorithm} in ${scenario}: ${written(now)}, was ${written(old)}${share}`
}

function written(value: number | null | undefined): string {
  return value === undefined ? "not measured" : value === null ? "none" : String(value)
}

/** `+3.1 % [-0.9, +7.2]`: the additional time of a task. */
export function describeRatio({ ratio: { value, low, high } }: SpeedComparison): string {
  const percent = (ratio: number): string => `${ratio >= 1 ? "+" : ""}${(100 * (ratio - 1)).toFixed(1)}`
  return `${percent(value)} % [${percent(low)}, ${percent(high)}]`
}

/** A summary for a pull request. */
export function markdown({ costs, changes, timings, speed, memory }: Findings): string {
  const parts: string[] = ["# Benchmarks\n"]
  if (changes !== undefined) {
    parts.push(
      changes.length === 0
        ? `Exact costs: no change in ${costs.length} scenarios.\n`
        : `Exact costs: **${changes.length} changes**.\n\n${rows(
            ["algorithm", "scenario", "metric", "old", "new"],
            changes.map(change => [
              change.algorithm,
              change.scenario,
              change.metric,
              written(change.old),
              written(change.new),
            ]),
          )}`,
    )
  }
  if (speed.length > 0) {
    const table = speed.map(one => [one.task, describeRatio(one), one.verdict === "same" ? "" : `**${one.verdict}**`])
    parts.push(rows(["task", "time against the base, with 95 % interval", ""], table))
  }
  if (timings.length > 0) {
    const table = timings.map(timing => [
      timing.name,
      `${perSecond(timing)} ± ${(100 * timing.error).toFixed(1)} %`,
      inShort(timing.best),
      timePerUnit(timing),
      timing.allocated === null ? "" : `${Math.round(timing.allocated)} B`,
    ])
    parts.push(rows(["task", "rate", "at best", "time a unit", "allocated a unit"], table))
  }
  const standing = standingOf(timings)
  if (standing !== undefined) parts.push(`${STANDING_TITLE}\n\n${rows(STANDING_COLUMNS, standingRows(standing))}`)
  for (const { task, samples } of memory) {
    const table = samples.map(({ messages, heap, resident }) => [
      String(messages),
      (heap / MEBIBYTE).toFixed(1),
      (resident / MEBIBYTE).toFixed(1),
    ])
    parts.push(`Memory of one run of ${task}\n\n${rows(["messages", "live MiB", "resident MiB"], table)}`)
  }
  return parts.join("\n")
}

function rows(header: readonly string[], cells: readonly (readonly string[])[]): string {
  const line = (row: readonly string[]): string => `| ${row.map(cell => cell.replaceAll("|", "\\|")).join(" | ")} |\n`
  return line(header) + line(header.map(() => "---")) + cells.map(line).join("")
}

/** `2.89 M messages/s`. */
export function perSecond({ perSecond: rate, unit }: Rate): string {
  return `${inShort(rate)} ${unit}/s`
}

/** `2.89 M`. */
export function inShort(rate: number): string {
  if (rate >= 1e6) return `${(rate / 1e6).toFixed(2)} M`
  return rate >= 1e3 ? `${(rate / 1e3).toFixed(2)} k` : rate.toFixed(2)
}

/** `304 ns`, `1.27 ms`: the time that a unit takes. */
export function timePerUnit({ perSecond: rate }: Rate): string {
  const ns = 1e9 / rate
  if (ns < 1e3) return `${ns.toPrecision(3)} ns`
  return ns < 1e6 ? `${(ns / 1e3).toPrecision(3)} us` : `${(ns / 1e6).toPrecision(3)} ms`
}

/** JUnit XML: a test for each scenario of each algorithm, and one for each task that was compared. */
export function junit({ costs, changes = [], speed }: Findings): string {
  const costCases = pairsIn(costs, changes).map(({ scenario, algorithm }) => {
    const own = changes.filter(change => change.scenario === scenario && change.algorithm === algorithm)
    return { name: scenario, classname: `costs.${algorithm}`, ...failed(own.map(describeChange)) }
  })
  const speedCases = speed.map(one => ({
    name: one.task,
    classname: "speed",
    ...failed(one.verdict === "slower" ? [`${one.task} takes ${describeRatio(one)} more time`] : []),
  }))
  const suites = [
    { name: "exact costs", cases: costCases },
    { name: "speed", cases: speedCases },
  ]
  return junitXml(
    "quorate bench",
    suites.filter(({ cases }) => cases.length > 0),
  )
}

function failed(lines: readonly string[]): Pick<JUnitCase, "failure"> {
  return lines.length === 0 ? {} : { failure: { message: lines[0]!, type: "regression", text: lines.join("\n") } }
}

/** The scenarios of each algorithm, measured now or only in the baseline. */
function pairsIn(
  costs: readonly Costs[],
  changes: readonly CostChange[],
): readonly Pick<Costs, "scenario" | "algorithm">[] {
  const all = [...costs, ...changes].map(
    ({ scenario, algorithm }) => [`${scenario} ${algorithm}`, { scenario, algorithm }] as const,
  )
  return [...new Map(all).values()]
}

/** An entry of the files that github-action-benchmark reads. */
export interface Entry {
  readonly name: string
  readonly unit: string
  readonly value: number
  readonly range?: string
  readonly extra?: string
}

/** The costs of each algorithm that are tracked over time, with their units. */
const FOLLOWED: Readonly<Record<string, string>> = {
  messages_protocol: "messages",
  bytes_protocol: "bytes",
  latency_p99_ms: "ms",
  recovery_ms: "ms",
}

/** Rates, for `customBiggerIsBetter`. */
export function biggerIsBetter({ timings }: Findings): readonly Entry[] {
  return timings.map(({ name, unit, perSecond: value, error, best, ratio }) => ({
    name,
    unit: `${unit}/s`,
    value,
    range: `± ${(100 * error).toFixed(1)} %`,
    extra: `${ratio.toPrecision(3)} of the reference loop; ${inShort(best)} at best`,
  }))
}

/** Costs and memory, for `customSmallerIsBetter`. Never 0, since it cannot compare with 0. */
export function smallerIsBetter({ costs, timings, memory }: Findings): readonly Entry[] {
  const entries = [
    ...costs.flatMap(({ scenario, algorithm, metrics }) =>
      Object.entries(FOLLOWED).map(([metric, unit]) => ({
        name: `${algorithm}, ${scenario}: ${metric}`,
        unit,
        value: metrics[metric] ?? 0,
        extra: "exact",
      })),
    ),
    ...timings.flatMap(({ name, unit, allocated }) =>
      allocated === null ? [] : [{ name: `${name}: allocated`, unit: `bytes/${unit}`, value: allocated }],
    ),
    ...memory.map(({ task, samples }) => ({
      name: `${task}: live memory after ${samples.at(-1)!.messages} messages`,
      unit: "bytes",
      value: samples.at(-1)!.heap,
    })),
  ]
  return entries.filter(({ value }) => value !== 0)
}

/** A line of the history: one JSON object, all numbers of one benchmark. */
export function historyLine(findings: Findings, { timestamp, commit, branch }: Circumstances): string {
  const metrics = [...biggerIsBetter(findings), ...smallerIsBetter(findings)].map(({ name, unit, value }) => ({
    name,
    unit,
    value,
  }))
  return `${JSON.stringify({ timestamp, metrics, attributes: { git_branch: branch, git_commit: commit } })}\n`
}
