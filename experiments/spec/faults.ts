/** Faults of a spec, made definite for one point of the sweep. */
import type { Fault, Target } from "../../runtime/scenario.ts"
import { formatDuration, type Micros, parseDuration, parseShare } from "../../runtime/units.ts"
import { evaluate, parseFormula, type Sizes } from "./formula.ts"
import type { FaultSpec, Written } from "./schema.ts"
import type { Path } from "./source.ts"

/** What is known where a fault is made definite. */
export interface FaultSetting {
  readonly nodes: number
  readonly sizes: Sizes
  readonly linkDelay: Micros
  readonly warmup: Micros
  readonly end: Micros
  /** The count that the sweep gives this fault here, if it sweeps it. */
  readonly count?: number
  /** Where the spec speaks of the fault. */
  readonly path: Path
  report(path: Path, message: string): void
}

/** The fault as the runtime takes it, or `undefined` if it hits nobody here or is not well formed. */
export function definiteFault(spec: FaultSpec, setting: FaultSetting): Fault | undefined {
  const { crash, isolate, partition, loss, byzantine } = spec
  const kinds = Object.keys(spec)
  if (kinds.length !== 1) {
    setting.report(
      setting.path,
      `found ${kinds.length} kinds of faults, expected one: begin each with a "-" of its own`,
    )
    return undefined
  }
  const within = { ...setting, path: [...setting.path, kinds[0]!] }
  const span = spanOf(crash ?? isolate ?? partition ?? loss ?? byzantine, within)
  if (span === undefined) return undefined
  if (crash !== undefined) {
    const target = targetOf(crash, within)
    return target && { kind: "crash", target, ...span }
  }
  if (isolate !== undefined) {
    const target = targetOf(isolate, within)
    return target && { kind: "isolate", target, ...span }
  }
  if (byzantine !== undefined) {
    const target = targetOf(byzantine, within)
    return target && { kind: "byzantine", target, behaviour: byzantine.behaviour, at: span.at }
  }
  if (partition !== undefined) {
    const sides = sidesOf(partition.sides, within)
    return sides && { kind: "partition", sides, ...span }
  }
  return loss && { kind: "loss", share: shareOf(loss.share), ...span }
}

interface Span {
  readonly at: Micros
  readonly for?: Micros
}

function spanOf(
  written: { readonly at: string; readonly for?: string } | undefined,
  { linkDelay, warmup, end, path, report }: FaultSetting,
): Span | undefined {
  if (written === undefined) return undefined
  const at = parseDuration(written.at, linkDelay)!
  if (at >= end) {
    report([...path, "at"], `found ${written.at}, which is not before the end of the run at ${formatDuration(end)}`)
    return undefined
  }
  if (written.for === undefined) return { at }
  const span = { at, for: parseDuration(written.for, linkDelay)! }
  if (at + span.for <= warmup) {
    report(
      [...path, "at"],
      `over before the warm-up ends at ${formatDuration(warmup)}, so that nothing of it is measured`,
    )
  }
  return span
}

type TargetSpec = Pick<NonNullable<FaultSpec["crash"]>, "count" | "nodes" | "leader">

function targetOf(spec: TargetSpec, setting: FaultSetting): Target | undefined {
  const { count, nodes, leader } = spec
  if ([count, nodes, leader].filter(part => part !== undefined).length !== 1) {
    setting.report(setting.path, "expected one of count (so many random nodes), nodes (a list) or leader: true")
    return undefined
  }
  if (leader !== undefined) return { leader }
  if (nodes !== undefined) {
    const outside = nodes.findIndex(node => node >= setting.nodes)
    if (outside < 0) return { nodes }
    const path = [...setting.path, "nodes", outside]
    setting.report(
      path,
      `found node ${nodes[outside]}, but with n = ${setting.nodes} the last node is ${setting.nodes - 1}`,
    )
    return undefined
  }
  const random = setting.count ?? countOf([count].flat()[0]!, [...setting.path, "count"], setting)
  if (random === undefined || random === 0) return undefined
  if (random > 0 && random <= setting.nodes) return { random }
  setting.report([...setting.path, "count"], `${random} of n = ${setting.nodes} nodes; expected 0 to ${setting.nodes}`)
  return undefined
}

/** A partition's sides as nodes; sides given by their number of nodes take them in order of id. */
function sidesOf(sides: NonNullable<FaultSpec["partition"]>["sides"], setting: FaultSetting) {
  const path = [...setting.path, "sides"]
  const taken: number[] = []
  const definite = sides.map((side, index) => {
    const next = taken.length === 0 ? 0 : Math.max(...taken) + 1
    const nodes =
      typeof side === "object"
        ? side
        : Array.from({ length: countOf(side, [...path, index], setting) ?? 0 }, (_, i) => next + i)
    taken.push(...nodes)
    return nodes
  })
  const outside = taken.find(node => node >= setting.nodes)
  if (outside !== undefined) {
    setting.report(
      path,
      `the sides reach node ${outside}, but with n = ${setting.nodes} the last node is ${setting.nodes - 1}`,
    )
    return undefined
  }
  const twice = taken.find((node, index) => taken.indexOf(node) < index)
  if (twice !== undefined) {
    setting.report(path, `node ${twice} is on two sides`)
    return undefined
  }
  return definite
}

function countOf(written: Written, path: Path, setting: FaultSetting): number | undefined {
  const value = evaluate(parseFormula(written)!, setting.sizes)
  if (value === undefined) setting.report(path, `found ${written}, but f is not given; sweep it or say f: 2`)
  else if (value < 0) setting.report(path, `${written} is ${value} with n = ${setting.nodes}; expected 0 or more`)
  return value === undefined || value < 0 ? undefined : value
}

/** A share that the schema has checked. */
export function shareOf(written: Written): number {
  return typeof written === "number" ? written : parseShare(String(written))!
}
