/** Resolves the cycles of a spec with `rare` at one point of the sweep. */
import type { CellScenario } from "../../../scenarios/cell.ts"
import type { RareEvents } from "../../../scenarios/rare-events.ts"
import { claimsOf } from "../../../runtime/contract/algorithm.ts"
import { formatDuration, type Micros } from "../../../runtime/contract/units.ts"
import type { Fault } from "../../../runtime/faults/fault.ts"
import type { Path } from "../../../lib/source.ts"
import { EVERY } from "../schema/behaviour-schema.ts"
import { shareOf } from "../schema/scalars.ts"
import type { Spec } from "../schema/schema.ts"
import type { ResolvedVariant } from "./variants.ts"

type Report = (path: Path, message: string) => void

/**
 * The default probability of a further failure before a repair. For groups of 3 to 9, the error is then at most two thirds of
 * that with 0.5.
 */
const BIAS = 0.8

/**
 * The settings of the cycles that a cell's runs simulate.
 *
 * @param time a duration of the spec in microseconds
 * @returns `undefined` without `rare`, and after reporting why the availability cannot be estimated from cycles
 */
export function rareEventsAt(
  spec: Spec,
  { definition }: ResolvedVariant,
  scenario: CellScenario,
  time: (written: string, path: Path) => Micros,
  report: Report,
): RareEvents | undefined {
  if (spec.rare === undefined) return undefined
  const unfit = unfitIn(spec, scenario)
  if (unfit !== undefined) {
    report(unfit.path, unfit.message)
    return undefined
  }
  const { bias = BIAS } = spec.rare
  const settle = time(spec.rare.settle, ["rare", "settle"])
  const often = scenario.faults.find(fault => failsOften(fault, settle))
  if (often?.schedule?.kind === "renewal") {
    const found = `a node fails every ${formatDuration(often.schedule.mtbf)}`
    report(
      ["rare"],
      `${found}: hardly ever are all up for ${formatDuration(settle)}; such failures can be simulated without rare`,
    )
    return undefined
  }
  return {
    settle,
    bias: shareOf(bias),
    enough: claimsOf(definition, scenario.parameters).tolerates.of(scenario.nodes) + 1,
  }
}

/** True if another node usually fails before the failed ones are repaired and the group has settled. */
function failsOften(fault: Fault, settle: Micros): boolean {
  const { schedule } = fault
  if (schedule?.kind !== "renewal" || !("target" in fault) || fault.target === undefined) return false
  if (!("nodes" in fault.target)) return false
  return fault.target.nodes.length * (schedule.mttr + settle) > schedule.mtbf
}

function unfitIn(spec: Spec, { service, workload, network, faults }: CellScenario) {
  if (spec.repeat === EVERY) return { path: ["repeat"], message: "every does not go with rare, whose runs are drawn" }
  if (spec.duration !== undefined)
    return { path: ["duration"], message: "does not go with rare: a cycle ends once all nodes have been up for settle" }
  if (faults.length === 0) return { path: ["faults"], message: `missing; ${RENEWED}` }
  const other = faults.findIndex(
    fault =>
      fault.schedule?.kind !== "renewal" ||
      fault.schedule.spans !== "exponential" ||
      fault.schedule.until !== undefined ||
      fault.schedule.crews !== undefined ||
      !("target" in fault && fault.target !== undefined && "nodes" in fault.target),
  )
  if (other >= 0) return { path: ["faults", Math.min(other, (spec.faults?.length ?? 1) - 1)], message: RENEWED }
  if (network.loss > 0 || network.duplication > 0)
    return {
      path: ["network"],
      message: "loses or doubles messages; with rare nothing may be lost while all nodes are up",
    }
  const isByTime = service === "leader-election"
  const isOpen = service === "replicated-log" && workload["mode"] === "open" && workload["rate"] !== 0
  if (isByTime || isOpen) return undefined
  const message =
    "expected leader-election, or replicated-log in open mode: clients that wait for answers would ask less in an outage"
  return { path: ["rare"], message }
}

const RENEWED =
  "rare expects faults of nodes with mtbf and mttr, exponential, without crews and without an end, and no others: their course is what is drawn"
