/** The content of a report. */
import type { AlongDifference } from "../../analysis/along.ts"
import type { Registry } from "../../scenarios/cell.ts"
import type { Look } from "../charts/palette.ts"
import type { Difference } from "../../analysis/comparisons.ts"
import type { Plan } from "../../experiments/model/plan.ts"
import type { Summary } from "../summary.ts"
import type { PageChart, ReportChart } from "./charts.ts"
import type { RunsShown } from "./runs.ts"

export interface ReportContent {
  readonly plan: Plan
  readonly summary: Summary
  readonly differences: readonly Difference[]
  /** Differences along the sweep, if the spec asks for them. */
  readonly along: readonly AlongDifference[]
  readonly charts: readonly (ReportChart & PageChart)[]
  /** Colour and shape of each of the experiment's algorithms, as in its charts. */
  readonly looks: readonly Look[]
  readonly runs: RunsShown
  readonly registry: Registry
  readonly version: string
  /** The drawing library and the page's own code, as JavaScript to inline. */
  readonly vegaCode: string
  readonly pageCode: string
}
