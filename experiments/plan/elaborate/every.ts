/** Resolves the cases of a spec with `repeat: every` at one point of the sweep: each run takes one case. */
import { settingsOf } from "../schema/fault-schema.ts"
import { type Cases, MAX_SET_NODES, type NodeSets } from "../../../scenarios/case-space.ts"
import { countCases } from "../../../scenarios/cases.ts"
import type { CellScenario } from "../../../scenarios/cell.ts"
import type { Micros } from "../../../runtime/contract/units.ts"
import { descriptorOf } from "../../../runtime/faults/registry.ts"
import type { Path } from "../../../lib/source.ts"
import { EVERY, isBehaviour } from "../schema/behaviour-schema.ts"
import { type FaultSettings, type FaultSpec, isEvery } from "../schema/fault-schema.ts"
import { evaluate, parseFormula } from "../schema/formula.ts"
import { MAX_REPEATS, type Spec } from "../schema/schema.ts"
import { countOf, type FaultSetting, valueOf } from "./fault-setting.ts"
import { timingOf } from "./fault-timing.ts"
import { distinctNodes } from "./fault-values.ts"
import type { ResolvedVariant } from "./variants.ts"

type Report = (path: Path, message: string) => void

/** A fault whose cases are all enumerated, as far as it is the same for all algorithms. */
export interface EveryFault {
  readonly kind: string
  readonly path: Path
  readonly sets: NodeSets
  readonly at: Micros
  /** The values that a traitor's message can carry. */
  readonly says: readonly (number | null)[]
  /** The number of a traitor's messages that can lie, if the spec gives it. */
  readonly messages?: number
}

/** A fault that stands for all cases of its kind, or `undefined` after reporting what is wrong with it. */
export function everyFaultAt(fault: FaultSpec, setting: FaultSetting): EveryFault | undefined {
  const found = settingsOf(fault)
  if (found === undefined) return undefined
  const [descriptor, settings] = found
  const within = { ...setting, path: [...setting.path, descriptor.kind] }
  const { path, report } = within
  const timing = timingOf(descriptor, settings, within)
  const sets = setsAt(settings, within)
  if (timing === undefined || sets === undefined) return undefined
  const { at, ...more } = timing
  if (Object.keys(more).length > 0 || settings["broadcast"] !== undefined) {
    const key = settings["broadcast"] === undefined ? "" : " and without broadcast"
    report(path, `expected one time, at${key}: every case begins there`)
    return undefined
  }
  const { behaviour } = settings
  const { says = [0, 1], messages } = isBehaviour(behaviour) && typeof behaviour === "object" ? behaviour : {}
  const length = messages === undefined ? undefined : lengthOf(messages, within)
  if (length === null) return undefined
  return {
    kind: descriptor.kind,
    path,
    sets,
    at,
    says: [...new Set(says)],
    ...(length === undefined ? {} : { messages: length }),
  }
}

/** The number of messages that can lie, or null after reporting what is wrong with it. */
function lengthOf(messages: string | number | boolean, { sizes, path, report }: FaultSetting): number | null {
  const formula = parseFormula(messages)!
  const length = evaluate(formula, sizes)
  if (length !== undefined && length >= 1) return length
  const found = length === undefined ? "but f is not given" : `which is ${length}`
  report([...path, "behaviour"], `found messages: ${formula.text}, ${found}; expected at least one`)
  return null
}

function setsAt(settings: FaultSettings, setting: FaultSetting): NodeSets | undefined {
  const { count, upTo, nodes } = settings
  const { path, report, nodes: size } = setting
  const all = Array.from({ length: size }, (_, node) => node)
  if (
    [count, upTo, nodes].filter(given => given !== undefined).length !== 1 ||
    settings.leader !== undefined ||
    settings.office !== undefined ||
    settings.region !== undefined
  ) {
    report(path, "expected one of count (that number of nodes, any of them), upTo (no more than that) or nodes (these)")
    return undefined
  }
  if (nodes === "all") return { among: all, from: size, to: size }
  if (nodes !== undefined) {
    const ids = distinctNodes(typeof nodes === "string" ? [nodes] : nodes, "nodes", setting)
    if (ids === undefined) return undefined
    if (ids.every(id => id < size)) return { among: ids, from: ids.length, to: ids.length }
    report([...path, "nodes"], "names a role; only nodes are gone through")
    return undefined
  }
  const key = count === undefined ? "upTo" : "count"
  const most = countOf(valueOf(key, settings, setting) ?? 0, [...path, key], setting)
  if (most === undefined) return undefined
  if (most <= size) return { among: all, from: key === "count" ? most : 0, to: most }
  report([...path, key], `${most} of n = ${size} nodes; expected 0 to ${size}`)
  return undefined
}

/**
 * The cases that the runs of a cell enumerate.
 *
 * @returns `undefined` after reporting why they cannot all be enumerated
 */
export function casesAt(
  { faults = [] }: Spec,
  every: readonly EveryFault[],
  variant: ResolvedVariant,
  scenario: Pick<CellScenario, "nodes" | "parameters" | "workload">,
  report: Report,
): Cases | undefined {
  const crashes = every.filter(({ kind }) => kind === "brokenBroadcast")
  const traitors = every.filter(({ kind }) => kind === "byzantine")
  const twice = crashes[1] ?? traitors[1]
  if (twice !== undefined) {
    report(twice.path, "there is one like it already: let one fault hit more nodes (upTo: 2)")
    return undefined
  }
  if (scenario.nodes > MAX_SET_NODES) {
    report(["repeat"], `n = ${scenario.nodes} nodes have too many cases; expected at most ${MAX_SET_NODES} nodes`)
    return undefined
  }
  const inputs = inputsOf(scenario.workload)
  const found = { ...crashCases(crashes[0], variant, scenario, report), ...inputs }
  const cases: Cases = { ...found, ...traitorCases(traitors[0], variant, scenario, report) }
  if (Object.keys(cases).length === 0) {
    if (!faults.some(isEvery)) {
      report(
        ["repeat"],
        "there is nothing to go through: say workload: { proposal: every }, or reaches: every or behaviour: every of a fault",
      )
    }
    return undefined
  }
  const count = countCases(cases, scenario.nodes)
  if (count <= MAX_REPEATS) return cases
  const many = Number.isSafeInteger(count) ? count.toLocaleString("en") : count.toExponential(1)
  report(
    ["repeat"],
    `${many} cases with n = ${scenario.nodes}, expected at most ${MAX_REPEATS.toLocaleString("en")}: take fewer nodes`,
  )
  return undefined
}

/** The workload with the first of its enumerated inputs, which is then checked like any other. */
export function withOneInput(workload: CellScenario["workload"]): CellScenario["workload"] {
  const { inputs } = inputsOf(workload)
  return inputs === undefined ? workload : { ...workload, proposal: Array(inputs.proposers).fill(0).join("_") }
}

function inputsOf({ proposal, proposers, values }: CellScenario["workload"]): Pick<Cases, "inputs"> {
  if (proposal !== EVERY || typeof proposers !== "number" || typeof values !== "number") return {}
  return { inputs: { proposers, values } }
}

function crashCases(
  fault: EveryFault | undefined,
  variant: ResolvedVariant,
  scenario: Pick<CellScenario, "nodes" | "parameters" | "workload">,
  report: Report,
): Pick<Cases, "crashes"> {
  if (fault === undefined) return {}
  const { sets, at, path } = fault
  const broadcasts = boundsOf(variant, scenario)?.broadcasts
  if (broadcasts !== undefined) return { crashes: { sets, broadcasts, at } }
  report(
    path,
    `${variant.algorithm} does not say how many broadcasts of a node an instance has, so that they cannot all be gone through`,
  )
  return {}
}

function traitorCases(
  fault: EveryFault | undefined,
  variant: ResolvedVariant,
  scenario: Pick<CellScenario, "nodes" | "parameters" | "workload">,
  report: Report,
): Pick<Cases, "traitors"> {
  if (fault === undefined) return {}
  const { sets, at, says, path, messages: given } = fault
  const messages = given === undefined ? boundsOf(variant, scenario)?.lies : { proposer: given, other: given }
  if (messages !== undefined) return { traitors: { sets, messages, says, at } }
  report(
    path,
    `${variant.algorithm} does not say how many messages of a traitor can lie; say it: behaviour: { strategies: all, messages: n-1 }`,
  )
  return {}
}

function boundsOf(
  { definition, service }: ResolvedVariant,
  { nodes, parameters, workload }: Pick<CellScenario, "nodes" | "parameters" | "workload">,
) {
  const { values } = workload
  if (service !== "agreement" || typeof values !== "number" || Object.keys(parameters).length === 0) return undefined
  return definition.bounds?.({ size: nodes, parameters, values })
}

/** Rejects anything random where all cases are enumerated: the cases would then not be all. */
export function refuseChance({ network, faults, workload }: CellScenario, report: Report): void {
  const { latency, loss, duplication, links = [], regions } = network
  const refuse = (path: Path, found: string, expected: string): void =>
    report(path, `found ${found}, expected ${expected}: with repeat: ${EVERY} nothing is left to chance`)
  const delays = [latency, ...links.flatMap(link => link.latency ?? [])]
  if (delays.some(({ model }) => model !== "constant") || (regions?.jitter ?? 0) > 0)
    refuse(["network"], "delays that are drawn", "constant ones")
  if (loss > 0 || duplication > 0 || links.some(link => (link.loss ?? 0) + (link.duplication ?? 0) > 0))
    refuse(["network"], "messages that are lost or doubled at random", "none")
  for (const fault of faults)
    if (isDrawn(fault)) refuse(["faults"], `a ${descriptorOf(fault).name} that is drawn`, "none")
  for (const [setting, drawn, expected] of DRAWN) {
    const value = String(workload[setting])
    if (drawn.includes(value)) refuse(["workload", setting], value, expected)
  }
  if (workload["instances"] !== 1) refuse(["workload", "instances"], String(workload["instances"]), "1")
}

/** Settings of the agreement workload whose values may be drawn. */
const DRAWN: readonly (readonly [setting: string, drawn: readonly string[], expected: string])[] = [
  ["proposal", ["random", "same", "different"], "every, retreat, attack, or values such as 1_0_0"],
  ["commander", ["random"], "lowest"],
]

/** True if a fault draws whom it hits, when, or how. */
function isDrawn(fault: CellScenario["faults"][number]): boolean {
  const { settings } = descriptorOf(fault)
  const target = "target" in fault ? fault.target : undefined
  const byChance = Object.entries(settings).some(([, { kind }]) => kind === "share")
  const isSettled = fault.kind === "brokenBroadcast" && fault.reaches !== undefined
  const says = fault.kind === "byzantine" ? fault.behaviour : ""
  return (
    (target !== undefined && ("random" in target || ("region" in target && !("nodes" in target)))) ||
    fault.within !== undefined ||
    fault.schedule?.kind === "renewal" ||
    (byChance && !isSettled) ||
    says === "random" ||
    says === "colluding"
  )
}
