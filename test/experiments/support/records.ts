// Records of runs that never were, for tests of what is made of them.
import { type CompletedRecord, MEASURES, type MeasureName, ONLY_KIND } from "../../../scenarios/measure.ts"
import { Histogram } from "../../../runtime/lib/histogram.ts"

export function completedRecord(
  values: Partial<Record<MeasureName, number>>,
  more: Partial<CompletedRecord> = {},
): CompletedRecord {
  return {
    status: "completed",
    values: MEASURES.map(({ name }) => values[name] ?? null),
    byType: {},
    figures: {},
    findings: [],
    outages: [],
    latencies: {},
    digest: "",
    ...more,
  }
}

/** The latencies of a run's operations, as records have them. */
export function latencies(micros: readonly number[], kind: string = ONLY_KIND): CompletedRecord["latencies"] {
  const histogram = new Histogram()
  for (const value of micros) histogram.record(value)
  return { [kind]: histogram.encode() }
}
