/** The dependability of each point: nines spelled out, mean times, safety and durability. */
import type { VNode } from "preact"
import type { CellSummary } from "../../analysis/aggregate.ts"
import { percent, withInterval, type Write } from "../../analysis/format.ts"
import { downAYear, spanInWords } from "../../analysis/year.ts"
import type { Estimate } from "../../analysis/statistics.ts"
import type { ReportContent } from "./content.ts"
import { type CellContent, folded, table, type TableRow } from "./html.ts"
import { coordinates, cutNote, MAX_ROWS, titles } from "./tables.ts"

/** One row a cell; nothing where no run had faults or outages. */
export function dependabilityPart({ plan, summary }: ReportContent): VNode | null {
  const { dimensions } = plan.experiment
  const { cells } = summary
  if (!cells.some(({ cell, dependability }) => cell.scenario.faults.length > 0 || dependability.firstOutages > 0))
    return null
  const hasWrites = cells.some(({ dependability }) => dependability.writes !== null)
  const rows = cells.slice(0, MAX_ROWS).map((found): TableRow => {
    const { cell, metrics, dependability } = found
    const { runs, firstOutages, mttfMs, cycles, violated } = dependability
    return {
      cells: [
        ...coordinates(cell, dimensions),
        cell.variant.label,
        sorted(metrics.availability, nines),
        sorted(metrics.majority_up_share, nines),
        metrics.availability ? { text: downAYear(metrics.availability.value), sort: -metrics.availability.value } : "-",
        cycles === null ? { text: `${firstOutages} of ${runs}`, sort: firstOutages } : "-",
        mttfMs === null ? "-" : { text: openInWords(mttfMs), sort: mttfMs.value ?? mttfMs.low },
        sorted(cycles === null ? metrics.mtbf_ms : cycles.mtbfMs, spanOfMs),
        sorted(cycles === null ? metrics.mttr_ms : cycles.mttrMs, spanOfMs),
        violated === null ? "-" : { text: violatedInWords(violated), sort: violated.value },
        ...(hasWrites ? [lostWrites(found)] : []),
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
    "Runs with an outage",
    "MTTF",
    "MTBF",
    "MTTR",
    "Runs violated",
    ...(hasWrites ? ["Writes lost"] : []),
  ]
  const caption =
    "Dependability, with 95 % intervals; out in a year if nodes fail as often as here. MTTF: mean time to the first outage, if " +
    "outages come at a constant rate; MTBF: time in service for each outage; MTTR: time out for each outage that ended " +
    `(all: dependability.csv; R(t) and M(t): reliability.csv)${cutNote(cells.length)}`
  return folded("Dependability", table(caption, header, rows, { words: dimensions.length + 1, isSortable: true }))
}

/** A share with as many digits as its distance to 100 % needs. */
const nines: Write = share => {
  const missing = 1 - share
  if (missing <= 0 || missing >= 0.001) return percent(share)
  const digits = Math.min(12, Math.ceil(-Math.log10(missing)))
  return `${(100 * share).toFixed(digits)}\u00a0%`
}

const spanOfMs: Write = ms => spanInWords(ms / 1_000)

function sorted(estimate: Estimate | null | undefined, write: Write): CellContent {
  return estimate ? { text: withInterval(estimate, write), sort: estimate.value } : "-"
}

function openInWords({ value, low, high }: NonNullable<CellSummary["dependability"]["mttfMs"]>): string {
  if (value === null || high === null) return `at least ${spanOfMs(low)}`
  return `${spanOfMs(value)} [${spanOfMs(low)},\u00a0${spanOfMs(high)}]`
}

/** With none, how many there may be. */
function violatedInWords({ value, high, runs }: Estimate): string {
  const count = Math.round(value * runs)
  return count === 0 && high !== null ? `none of ${runs} (up to ${percent(high)})` : `${count} of ${runs}`
}

function lostWrites({ dependability: { writes } }: CellSummary): CellContent {
  if (writes === null) return "-"
  return { text: `${writes.lost.toLocaleString("en")} of ${writes.ok.toLocaleString("en")}`, sort: writes.lost }
}
