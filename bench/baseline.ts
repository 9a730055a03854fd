/** The baseline: accepted exact costs, in a committed file, and the changes since. */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { whyNotWritten } from "../lib/errors.ts"
import { IS_DEVICE, isDevice } from "../lib/device.ts"
import { own } from "../runtime/lib/own.ts"
import type { Costs } from "./costs.ts"

const FORMAT = "quorate/bench-baseline/v1"

/** A cost that differs from the baseline. `undefined`: that side lacks the metric. */
export interface CostChange {
  readonly scenario: string
  readonly algorithm: string
  readonly metric: string
  readonly old: number | null | undefined
  readonly new: number | null | undefined
}

/** The file cannot be read or written, or is not a baseline. */
export class BaselineError extends Error {
  override readonly name = "BaselineError"
}

type Metrics = Costs["metrics"]
/** By scenario, then by algorithm. */
type Baseline = Readonly<Record<string, Readonly<Record<string, Metrics>>>>

/** Writes a baseline, and the folder that it goes to. */
export function saveBaseline(file: string, costs: readonly Costs[]): void {
  const byScenario: Record<string, Record<string, Metrics>> = {}
  for (const { scenario, algorithm, metrics } of costs) (byScenario[scenario] ??= {})[algorithm] = metrics
  writing(file, () => writeFileSync(file, `${JSON.stringify({ format: FORMAT, costs: byScenario }, null, 2)}\n`))
}

/** Makes the folder of a baseline. @throws BaselineError if the file cannot be written there */
export function refuseUnwritable(file: string): void {
  const isNew = !existsSync(file)
  writing(file, () => closeSync(openSync(file, "a")))
  if (isNew) rmSync(file)
}

function writing(file: string, write: () => void): void {
  try {
    mkdirSync(dirname(file), { recursive: true })
    write()
  } catch (error) {
    throw new BaselineError(`${file}: the baseline cannot be written: ${whyNotWritten(file, error)}`)
  }
}

export function readBaseline(file: string): Baseline {
  if (isDevice(file)) throw new BaselineError(`${file}: the baseline cannot be read: ${IS_DEVICE}`)
  let text: string
  try {
    text = readFileSync(file, "utf8")
  } catch (error) {
    throw new BaselineError(`${file}: the baseline cannot be read: ${reasonOf(error)}`)
  }
  try {
    const { format, costs }: { readonly format?: unknown; readonly costs?: unknown } = JSON.parse(text)
    if (format === FORMAT && isBaseline(costs)) return costs
  } catch {
    // Reported below.
  }
  throw new BaselineError(`${file}: not a baseline; expected JSON with "format": "${FORMAT}", as --save writes it`)
}

function isBaseline(costs: unknown): costs is Baseline {
  const isNumber = (value: unknown): boolean => value === null || typeof value === "number"
  return isTable(costs, algorithms => isTable(algorithms, metrics => isTable(metrics, isNumber)))
}

function isTable(value: unknown, isEntry: (entry: unknown) => boolean): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(isEntry)
}

/** All differences, in the order of the measured scenarios; those only in the baseline come last. */
export function changesSince(baseline: Baseline, costs: readonly Costs[]): readonly CostChange[] {
  const changed = costs.flatMap(({ scenario, algorithm, metrics }) =>
    differences(scenario, algorithm, own(own(baseline, scenario) ?? {}, algorithm) ?? {}, metrics),
  )
  const measured = new Set(costs.map(({ scenario, algorithm }) => `${scenario} ${algorithm}`))
  const gone = Object.entries(baseline).flatMap(([scenario, algorithms]) =>
    Object.entries(algorithms)
      .filter(([algorithm]) => !measured.has(`${scenario} ${algorithm}`))
      .flatMap(([algorithm, metrics]) => differences(scenario, algorithm, metrics, {})),
  )
  return [...changed, ...gone]
}

/** Algorithms of a baseline that were not measured: their module was not named, or they no longer exist. */
export function unmeasuredIn(baseline: Baseline, measured: ReadonlySet<string>): readonly string[] {
  const kept = new Set(Object.values(baseline).flatMap(algorithms => Object.keys(algorithms)))
  return [...kept].filter(algorithm => !measured.has(algorithm))
}

function differences(scenario: string, algorithm: string, old: Metrics, now: Metrics): readonly CostChange[] {
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter(metric => old[metric] !== now[metric])
    .map(metric => ({ scenario, algorithm, metric, old: old[metric], new: now[metric] }))
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined
  if (code === "ENOENT") return "there is no such file"
  if (code === "EACCES" || code === "EPERM") return "permission denied"
  return error instanceof Error ? error.message : String(error)
}
