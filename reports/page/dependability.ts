/** The dependability of each point: downtime per year, mean times, safety and durability. */
import type { VNode } from "preact"
import type { CellSummary } from "../../analysis/aggregate.ts"
import type { WritesKept } from "../../analysis/dependability.ts"
import { percent, type Write } from "../../analysis/format.ts"
import type { OpenEstimate } from "../../analysis/rates.ts"
import { downAYear, spanInWords } from "../../analysis/year.ts"
import type { Estimate } from "../../analysis/statistics.ts"
import { inNines } from "../../lib/percent.ts"
import type { ReportContent } from "./content.ts"
import { type CellContent, folded, table, type TableRow } from "./html.ts"
import { coordinates, cutNote, MAX_ROWS, titles } from "./tables.ts"

/** One row per cell; nothing if no run had faults or outages. */
export function dependabilityPart({ plan, summary }: Pick<ReportContent, "plan" | "summary">): VNode | null {
  const { dimensions } = plan.experiment
  const { cells } = summary
  if (!cells.some(({ cell, dependability }) => cell.scenario.faults.length > 0 || dependability.firstOutages > 0))
    return null
  const hasLevels = cells.some(({ metrics }) => (metrics.all_served_share?.value ?? 1) < 1)
  const hasWrites = cells.some(({ dependability }) => dependability.writes !== null)
  const rows = cells.slice(0, MAX_ROWS).map((found): TableRow => {
    const { cell, metrics, dependability } = found
    const { runs, firstOutages, mttfMs, cycles, violated, writes } = dependability
    return {
      cells: [
        ...coordinates(cell, dimensions),
        cell.variant.label,
        sorted(metrics.availability, nines),
        sorted(metrics.majority_up_share, nines),
        metrics.availability ? ofYear(metrics.availability.value) : "-",
        cycles === null ? { text: `${firstOutages} of ${runs}`, sort: firstOutages } : "-",
        mttfMs === null ? "-" : ofOpen(mttfMs),
        sorted(cycles === null ? metrics.mtbf_ms : cycles.mtbfMs, spanOfMs),
        sorted(cycles === null ? metrics.mttr_ms : cycles.mttrMs, spanOfMs),
        ...(hasLevels ? [ofLevels(metrics)] : []),
        violated === null ? "-" : ofViolated(violated),
        ...(hasWrites ? [writes === null ? "-" : ofWrites(writes)] : []),
      ],
      data: { algorithm: cell.variant.label },
    }
  })
  const header = [
    ...titles(dimensions),
    "Algorithm",
    "Availability",
    "Majority up",
    "Out in a year",
    "With an outage",
    "MTTF",
    "MTBF",
    "MTTR",
    ...(hasLevels ? ["Degraded"] : []),
    "Violated",
    ...(hasWrites ? ["Writes lost"] : []),
  ]
  const caption =
    "Dependability, 95 % intervals below; out in a year if nodes fail as often as here. MTTF: mean time to the first outage, if " +
    "outages come at a constant rate; MTBF: time in service for each outage; MTTR: time out for each outage that ended; degraded: share " +
    "of time in which less than all was served " +
    `(all: dependability.csv; R(t) and M(t): reliability.csv)${cutNote(cells.length)}`
  return folded("Dependability", table(caption, header, rows, { words: dimensions.length + 1, isSortable: true }))
}

function ofYear(availability: number): CellContent {
  return { text: availability === 1 ? "none" : downAYear(availability), sort: -availability }
}

const nines: Write = share => `${inNines(share, 1e-3)}\u00a0%`

/** Shorter spans are written as 0: they are lower ends of intervals that extend to 0. */
const SHORTEST_MS = 0.01

const spanOfMs: Write = ms => (ms < SHORTEST_MS ? "0\u00a0ms" : spanInWords(ms / 1_000))

/** A value with its interval below it, since the table has many columns. */
function sorted(estimate: Estimate | null | undefined, write: Write): CellContent {
  if (!estimate) return "-"
  const { value, low, high } = estimate
  return { text: write(value), sort: value, notes: low === high ? [] : interval(low, high, write) }
}

/** An interval on two lines, which keeps columns narrow. */
function interval(low: number | null, high: number | null, write: Write): readonly string[] {
  const [from, to] = [low, high].map(end => (end === null ? "?" : write(end).replace(/\u00a0%$/, "")))
  return [`${from} to`, to!]
}

function ofOpen({ value, low, high }: OpenEstimate): CellContent {
  if (value === null) return { text: `over ${spanOfMs(low)}`, sort: low }
  return { text: spanOfMs(value), sort: value, notes: interval(low, high, spanOfMs) }
}

/** The share of time at reduced levels, and those levels. */
function ofLevels(metrics: CellSummary["metrics"]): CellContent {
  const {
    all_served_share: all,
    reads_only_share: reads,
    stale_reads_share: stale,
    nothing_served_share: none,
  } = metrics
  if (!all) return "-"
  const parts = [["reads only", reads] as const, ["stale reads", stale] as const, ["nothing", none] as const]
  const notes = parts.flatMap(([level, share]) =>
    share && share.value > 0 ? [`${percent(share.value)} ${level}`] : [],
  )
  return { text: percent(1 - all.value), sort: 1 - all.value, notes }
}

/** If there were none, the upper bound. */
function ofViolated({ value, high, runs }: Estimate): CellContent {
  const count = Math.round(value * runs)
  const most = count === 0 && high !== null ? [`at most ${percent(high)}`] : []
  return { text: `${count} of ${runs}`, sort: value, notes: most }
}

function ofWrites({ lost, ok, mostLost }: WritesKept): CellContent {
  const worst = lost > 0 ? [`up to ${mostLost.toLocaleString("en")} a run`] : []
  return { text: lost.toLocaleString("en"), sort: lost, notes: [`of ${ok.toLocaleString("en")}`, ...worst] }
}
