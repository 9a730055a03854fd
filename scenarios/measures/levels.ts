/** Degradation of a store: the time at full service, and the time below it. */
import { SECOND } from "../../runtime/contract/units.ts"
import type { ServiceLevel } from "../../runtime/contract/service.ts"
import type { Measure } from "./measure.ts"
import type { Measured } from "./measured.ts"

export const LEVELS = [
  {
    name: "all_served_share",
    doc: "share of the measured time in which reads and writes were served, no read from the past, 0..1",
    of: run => 1 - spentAt(run, "writes only", "reads only", "stale reads", "nothing"),
    estimate: "share",
    isOnRequest: true,
    chart: {
      name: "all-served",
      question: "long is all served",
      title: "Time in which all is served",
      isShare: true,
      isMoreBetter: true,
    },
  },
  {
    name: "reads_only_share",
    doc: "share of the measured time in which reads were served and writes were not, no read from the past, 0..1",
    of: run => spentAt(run, "reads only"),
    estimate: "share",
    isOnRequest: true,
    chart: {
      name: "reads-only",
      question: "long are reads served alone",
      title: "Time in which reads alone are served",
      isShare: true,
    },
  },
  {
    name: "stale_reads_share",
    doc: "share of the measured time in which reads were answered from the past, 0..1",
    of: run => spentAt(run, "stale reads"),
    estimate: "share",
    isOnRequest: true,
    chart: {
      name: "stale-reads",
      question: "long are reads answered from the past",
      title: "Time in which reads are answered from the past",
      isShare: true,
    },
  },
  {
    name: "nothing_served_share",
    doc: "share of the measured time in which neither reads nor writes were served, 0..1",
    of: run => spentAt(run, "nothing"),
    estimate: "share",
    isOnRequest: true,
    chart: {
      name: "nothing-served",
      question: "long is nothing served",
      title: "Time in which nothing is served",
      isShare: true,
    },
  },
] as const satisfies readonly Measure[]

/** The share of the measured time spent at some levels; NaN for services that have none. */
function spentAt({ outcome, measuredSeconds }: Measured, ...levels: readonly ServiceLevel[]): number {
  if (outcome.degraded === undefined) return Number.NaN
  const spans = outcome.degraded.spans.filter(({ level }) => levels.includes(level))
  return spans.reduce((sum, { start, end }) => sum + (end - start), 0) / SECOND / measuredSeconds
}
