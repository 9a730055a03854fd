/**
 * The form in which a run's record travels from a worker to the store: its measures as numbers, all else as one JSON text. The
 * worker encodes it, so that the single process that stores all runs has little to do for each.
 *
 * Workers import this: nothing here needs Effect or Node.js.
 */
import { type CompletedRecord, type FailedRecord, MEASURES, type RunRecord } from "../../scenarios/measure.ts"

export interface EncodedRun {
  readonly status: RunRecord["status"]
  /** True if a check was violated. */
  readonly violated: boolean
  readonly digest: string | null
  /** In the order of `MEASURES`; null if the run has no value, and everywhere if it failed. */
  readonly values: readonly (number | null)[]
  /** The other fields of the record, as a JSON object. */
  readonly details: string
}

const NO_VALUES: readonly null[] = MEASURES.map(() => null)

export function encodeRun(record: RunRecord): EncodedRun {
  if (record.status === "failed") {
    const { status, ...details } = record
    return { status, violated: false, digest: null, values: NO_VALUES, details: JSON.stringify(details) }
  }
  const { status, values, digest, ...details } = record
  const violated = record.findings.some(({ verdict }) => verdict === "violated")
  return { status, violated, digest, values, details: JSON.stringify(details) }
}

export function decodeRun({ status, digest, values, details }: EncodedRun): RunRecord {
  if (status === "failed") {
    const failure: Omit<FailedRecord, "status"> = JSON.parse(details)
    return { status, ...failure }
  }
  const others: Omit<CompletedRecord, "status" | "values" | "digest"> = JSON.parse(details)
  return { status, values, digest: digest ?? "", ...others }
}

/** True if an untrusted value is an encoded run. */
export function isEncodedRun(value: unknown): value is EncodedRun {
  if (typeof value !== "object" || value === null) return false
  const { status, violated, digest, values, details }: Partial<Record<keyof EncodedRun, unknown>> = value
  return (
    (status === "completed" || status === "failed") &&
    typeof violated === "boolean" &&
    (digest === null || typeof digest === "string") &&
    Array.isArray(values) &&
    values.length === MEASURES.length &&
    values.every(each => each === null || typeof each === "number") &&
    typeof details === "string"
  )
}
