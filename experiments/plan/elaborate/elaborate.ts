/** Expands a spec into its cells: every point of the sweep for every algorithm, with all values resolved. */
import { linkDelayBound } from "../../../runtime/network/latency.ts"
import { CHANGE_MEMBERSHIP } from "../../../runtime/contract/membership.ts"
import { TRANSFER_LEADERSHIP } from "../../../runtime/contract/transfer.ts"
import { isComplete } from "../../../runtime/contract/parameters.ts"
import { formatDuration, type Micros, SECOND } from "../../../runtime/contract/units.ts"
import type { Cell, CellScenario, Coordinate } from "../../../scenarios/cell.ts"
import { beginningAt, checkBeginning, type Placed } from "./beginning.ts"
import { coordinateOf, type Swept } from "./dimensions.ts"
import type { FaultSetting } from "./fault-setting.ts"
import { definiteFault } from "./faults.ts"
import { dependsOnF, type Sizes } from "../schema/formula.ts"
import { inOrder, type Problem } from "../../../lib/problems.ts"
import { networkAt } from "./network.ts"
import { forEachRoster, lacksOffice } from "./surroundings.ts"
import { EVERY, isBehaviour } from "../schema/behaviour-schema.ts"
import { casesAt, everyFaultAt, refuseChance, withOneInput } from "./every.ts"
import { checkClients } from "./named-nodes.ts"
import { type FaultSpec, isEvery, settingsOf } from "../schema/fault-schema.ts"
import { type NetworkSpec, placementsIn } from "../schema/network-schema.ts"
import { MAX_NODES } from "../schema/scalars.ts"
import type { Spec } from "../schema/schema.ts"
import { choiceOf, type Point, sizesAt } from "./point.ts"
import { commonNames, GIVE_F, pathOfParameter, type Settings, settingsAt } from "./values/settings.ts"
import { timeFrom } from "./values/times.ts"
import { wordsOf } from "./strategies.ts"
import type { Path, Source } from "../../../lib/source.ts"
import { rareEventsAt } from "./rare.ts"
import { type ResolvedVariant, slug } from "./variants.ts"

/** Values for keys that a spec omits. */
export const DEFAULTS = {
  warmup: "max(1s, 50d)",
  duration: "max(10s, 500d)",
  repeat: 10,
  /** For cells that are extended until they are precise. */
  fewestRuns: 20,
  mostRuns: 1_000,
  seed: 1,
} as const

/** A larger sweep must be a typo. */
const MAX_CELLS = 100_000

/** The longest delay of a link: timeouts of hundreds of delays still fit into a number. */
const MAX_LINK_DELAY: Micros = 1_000_000 * SECOND

interface Elaboration {
  readonly spec: Spec
  readonly source: Source
  readonly variants: readonly ResolvedVariant[]
  readonly problems: Problem[]
  report(path: Path, message: string): void
}

/** All cells in order, the algorithms side by side at each point; or all problems. */
export function elaborate(
  spec: Spec,
  source: Source,
  variants: readonly ResolvedVariant[],
  dimensions: readonly Swept[],
): { readonly cells: readonly Cell[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = []
  const report = (path: Path, message: string): void => {
    problems.push(source.problemAt(path, message))
  }
  const elaboration: Elaboration = { spec, source, variants, problems, report }
  const cells: Cell[] = []
  for (const point of pointsOf(elaboration, dimensions, new Map())) {
    cells.push(...cellsAt(elaboration, point))
    if (cells.length > MAX_CELLS) {
      report(["sweep"], `the sweep has more than ${MAX_CELLS} points; sweep fewer values at once`)
      break
    }
  }
  if (cells.length === 0 && problems.length === 0)
    report(["sweep"], "there is nothing to run: a range of the sweep is empty")
  const ids = new Set<string>()
  for (const { id } of cells) {
    if (ids.has(id)) report(["sweep"], `the point ${id} occurs twice`)
    ids.add(id)
  }
  // Faults are resolved once for each group of algorithms with the same roles, so a problem may be reported once a group.
  return { cells, problems: inOrder(problems) }
}

/** The points of the sweep; the last dimension varies fastest. */
function* pointsOf(elaboration: Elaboration, dimensions: readonly Swept[], outer: Point): Generator<Point> {
  const [dimension, ...inner] = dimensions
  if (dimension === undefined) {
    yield outer
    return
  }
  const sizes = sizesAt(elaboration.spec, outer)
  const choices = dimension.choices(sizes)
  if ("problem" in choices) {
    elaboration.report(dimension.path, choices.problem)
    return
  }
  if ("unknownIn" in choices) {
    if (dependsOnF(choices.unknownIn) && sizes.f === undefined) {
      elaboration.report(dimension.path, `found "${choices.unknownIn.text}", but f is not given; ${GIVE_F}`)
    } else {
      nodesAt(elaboration, outer, sizes)
    }
    return
  }
  const followers = followersOf(elaboration, dimension, choices.length, sizes)
  if (followers === undefined) return
  for (const [place, choice] of choices.entries()) {
    const along = followers.map(([follower, own]) => [follower, own[place]!] as const)
    yield* pointsOf(elaboration, inner, new Map([...outer, [dimension, choice], ...along]))
  }
}

/** The zipped followers of a dimension. @returns `undefined` after reporting that one has a different number of values */
function followersOf({ report }: Elaboration, { name, followers = [] }: Swept, count: number, sizes: Sizes) {
  const found = followers.map(follower => {
    const choices = follower.choices(sizes)
    return [follower, "length" in choices ? choices : []] as const
  })
  const uneven = found.find(([, { length }]) => length !== count)
  if (uneven === undefined) return found
  const [{ name: other, path }, { length }] = uneven
  report(path, `${other} has ${length} values, and ${name}, with which it is zipped, ${count}`)
  return undefined
}

function cellsAt(elaboration: Elaboration, point: Point): readonly Cell[] {
  const { spec, report, variants } = elaboration
  const sizes = sizesAt(spec, point)
  const nodes = nodesAt(elaboration, point, sizes)
  if (nodes === undefined) return []
  const unplaced = { linkDelay: 1, sizes: { ...sizes, n: nodes }, leader: undefined }
  const parametersOf = (variant: ResolvedVariant): object =>
    settingsAt(spec, variant, point, unplaced, () => {})?.parameters ?? {}
  const networks = forEachRoster(variants, nodes, parametersOf, roster =>
    networkAt(networkSpecAt(spec, point), name => choiceOf(point, name), { ...roster, nodes, report }),
  )
  if (!networks.every(network => network !== undefined)) return []
  const linkDelay = Math.max(...networks.map(linkDelayBound))
  if (linkDelay > MAX_LINK_DELAY) {
    const found = `found delays of up to ${formatDuration(linkDelay)}`
    report(["network", "latency"], `${found}, expected at most ${formatDuration(MAX_LINK_DELAY)}`)
    return []
  }
  const placed = placedAt(spec, point, networks[0]?.regions)
  const beginning = beginningAt(spec, { ...sizes, n: nodes }, nodes, placed, report)
  const scale = { linkDelay, sizes: { ...sizes, n: nodes }, leader: beginning.leader }
  const names = commonNames(spec, variants, point, scale)
  const troublesBefore = elaboration.problems.length
  const time = (written: string, path: Path): Micros => timeFrom(written, linkDelay, names, path, report)
  const warmup = time(spec.warmup ?? DEFAULTS.warmup, ["warmup"])
  const duration = time(spec.duration ?? DEFAULTS.duration, ["duration"])
  if (elaboration.problems.length > troublesBefore) return []
  if (warmup >= duration) {
    const path = spec.warmup === undefined && spec.duration !== undefined ? ["duration"] : ["warmup"]
    report(path, `the warm-up of ${formatDuration(warmup)} leaves nothing of a run of ${formatDuration(duration)}`)
  }
  const sync = choiceOf(point, "syncLatency")
  const syncLatency =
    typeof sync === "string"
      ? time(sync, ["sweep", "syncLatency"])
      : time(spec.disk?.syncLatency ?? "0ms", ["disk", "syncLatency"])
  const homes = { regions: networks[0]?.regions, homes: homesIn(spec) }
  const setting = { nodes, sizes, linkDelay, names, ...homes, warmup, end: duration, syncLatency }
  const isEveryOne = (fault: FaultSpec): boolean => spec.repeat === EVERY && isEvery(fault)
  const hits = forEachRoster(variants, nodes, parametersOf, roster => ({
    faults: faultsAt(elaboration, point, { ...roster, ...setting }, (fault, at) =>
      isEveryOne(fault) ? undefined : definiteFault(fault, at),
    ),
    every: faultsAt(elaboration, point, { ...roster, ...setting }, (fault, at) =>
      isEveryOne(fault) ? everyFaultAt(fault, at) : undefined,
    ),
  }))
  const budget = spec.eventBudget === undefined ? {} : { eventBudget: spec.eventBudget }
  const disk = { syncLatency }
  const settingsOfAll = variants.map(variant => settingsAt(spec, variant, point, scale, report))
  const coordinates = coordinatesAt(point, settingsOfAll, report)
  return variants.flatMap((variant, index) => {
    // The fault hits nobody at this point: comparing the office here would be comparing it without the fault.
    if (lacksOffice(variant, point)) return []
    const { faults, every } = hits[index]!
    const around = { network: networks[index]!, disk, faults }
    const settings = { ...budget, nodes, ...around, ...beginning, warmup, duration }
    const { parameters, workload, worked } = settingsOfAll[index]!
    checkParameters(elaboration, variant, parameters, nodes, point)
    checkBeginning(variant, { nodes, ...beginning, parameters }, report)
    const goesThrough = spec.repeat === EVERY
    checkWorkload(variant, goesThrough ? withOneInput(workload) : workload, nodes, point, report)
    checkWords(spec, variant, workload, report)
    checkClients(spec, workload, report)
    const { algorithm, service } = variant
    const scenario: CellScenario = { algorithm, service, parameters, workload, ...settings }
    if (goesThrough) refuseChance(scenario, report)
    const cases = goesThrough ? casesAt(spec, every, variant, scenario, report) : undefined
    const rare = rareEventsAt(spec, variant, scenario, time, report)
    return {
      id: idOf(variant, coordinates),
      variant: { key: variant.key, label: variant.label, algorithm: variant.algorithm, service: variant.service },
      point: coordinates,
      linkDelay,
      given: givenParameters(elaboration, variant, point),
      ...(Object.keys(worked).length === 0 ? {} : { worked: shownIn(worked) }),
      scenario: { ...scenario, ...(cases && { every: cases }), ...(rare && { rare }) },
    }
  })
}

/** The network of the spec, with the swept regions of nodes and clients at this point. */
function networkSpecAt({ network = {}, sweep = {} }: Spec, point: Point): NetworkSpec {
  const listOf = (name: "regions" | "clientRegions") => {
    const chosen = choiceOf(point, name)
    return placementsIn(sweep[name] ?? {}).find(([label]) => label === chosen)?.[1]
  }
  const [nodes, clients] = [listOf("regions"), listOf("clientRegions")]
  if (nodes === undefined && clients === undefined) return network
  const regions = { ...network.regions, ...(nodes && { nodes }), ...(clients && { clients }) }
  return { ...network, regions }
}

/** The regions of the nodes at any point of the sweep. */
function homesIn({ network, sweep = {} }: Spec): readonly string[] {
  const swept = placementsIn(sweep.regions ?? {}).flatMap(([, regions]) => regions)
  return [...new Set([...(sweep.regions === undefined ? (network?.regions?.nodes ?? []) : []), ...swept])]
}

/** The initial leader that the spec names at this point, and the regions of the nodes. */
function placedAt(spec: Spec, point: Point, regions: Placed["regions"]): Placed {
  const chosen = choiceOf(point, "leader")
  return typeof chosen === "object" || chosen === undefined
    ? { leader: spec.leader, path: ["leader"], regions }
    : { leader: chosen, path: ["sweep", "leader"], regions }
}

/** The coordinates of a point; an expression is replaced by its value, which must be the same for all algorithms. */
function coordinatesAt(point: Point, settings: readonly Settings[], report: Elaboration["report"]) {
  const entries = [...point].map(([dimension, { coordinate }]) => {
    const { name, path } = dimension
    const found = settings.flatMap(({ worked }) => {
      const value = worked[name]
      return value === undefined
        ? []
        : [coordinateOf(dimension, value.kind, value.value, coordinate.rule ?? value.text)]
    })
    const texts = [...new Set(found.map(({ text }) => text))]
    if (texts.length > 1)
      report(
        path,
        `found ${coordinate.text}, which is ${texts.join(" and ")} for different algorithms; expected one value for all`,
      )
    return [name, found[0] ?? coordinate] as const
  })
  return Object.fromEntries(entries)
}

/** Expressions with their values: `2 * electionTimeoutMin` and `300ms`. */
function shownIn(worked: Settings["worked"]): NonNullable<Cell["worked"]> {
  return Object.fromEntries(
    Object.entries(worked).map(([name, { text, kind, value }]) => {
      const { text: shown } = coordinateOf({ name, title: "", unit: "" }, kind, value, text)
      return [name, { expression: text, value: shown }]
    }),
  )
}

/** E.g. `raft/nodes=5/crashes=2`. */
function idOf(variant: ResolvedVariant, point: Readonly<Record<string, Coordinate>>): string {
  const sign = (text: string): string => (text.startsWith("-") ? "-" : "")
  const parts = Object.entries(point).map(([name, { text }]) => `${name}=${sign(text)}${slug(text)}`)
  return [variant.key, ...parts].join("/")
}

function nodesAt({ spec, report }: Elaboration, point: Point, { n, f }: Sizes): number | undefined {
  const swept = choiceOf(point, "nodes") !== undefined
  if (n === undefined) {
    if (spec.nodes === undefined) report([], "nodes: missing; say nodes: 5, or sweep nodes")
    else report(["nodes"], `found "${spec.nodes}", but f is not given; ${GIVE_F}`)
    return undefined
  }
  if (n >= 1 && n <= MAX_NODES) return n
  const given = f === undefined ? "" : ` with f = ${f}`
  report(swept ? ["sweep", "nodes"] : ["nodes"], `found ${n} nodes${given}, expected an integer from 1 to ${MAX_NODES}`)
  return undefined
}

/** @param make resolves a fault of the spec, or omits it */
function faultsAt<F>(
  { spec, report, variants }: Elaboration,
  point: Point,
  setting: Omit<
    FaultSetting,
    "swept" | "disksTakeTime" | "fixedGroups" | "learnerless" | "unyielding" | "immortals" | "path" | "report"
  > & {
    readonly syncLatency: Micros
  },
  make: (fault: FaultSpec, setting: FaultSetting) => F | undefined,
): readonly F[] {
  const faults = spec.faults ?? []
  const disksTakeTime = setting.syncLatency > 0 || faults.some(fault => fault["slowDisk"] !== undefined)
  const fixedGroups = variants.flatMap(({ algorithm, definition: { request } }) =>
    CHANGE_MEMBERSHIP in request ? [] : [algorithm],
  )
  const learnerless = variants.flatMap(({ algorithm, definition }) => (definition.hasLearners ? [] : [algorithm]))
  const unyielding = variants.flatMap(({ algorithm, definition: { request } }) =>
    TRANSFER_LEADERSHIP in request ? [] : [algorithm],
  )
  const immortals = variants.flatMap(({ servedBy }) => (servedBy.hasMortalClients === true ? [] : [servedBy.name]))
  return faults.flatMap((fault, index) => {
    const swept = Object.fromEntries(
      [...point].flatMap(([dimension, { written }]) =>
        dimension.setting?.fault === index && typeof written !== "object" ? [[dimension.setting.key, written]] : [],
      ),
    )
    return (
      make(fault, {
        ...setting,
        disksTakeTime,
        fixedGroups,
        learnerless,
        unyielding,
        immortals,
        swept,
        path: ["faults", index],
        report,
      }) ?? []
    )
  })
}

/** Rejects parameters that are incompatible with each other, or with the number of nodes. */
function checkParameters(
  { report }: Elaboration,
  variant: ResolvedVariant,
  parameters: Readonly<Record<string, unknown>>,
  nodes: number,
  point: Point,
): void {
  if (!isComplete(variant.definition.parameters, parameters)) return
  const conflict = variant.definition.conflict?.(parameters, nodes)
  if (conflict === undefined) return
  const name = `parameters.${conflict.parameter}`
  const isSwept = choiceOf(point, name) !== undefined
  report(
    isSwept ? ["sweep", name] : pathOfParameter(variant, conflict.parameter),
    `${conflict.message} (${variant.label})`,
  )
}

/** The names of the parameters of a variant that the spec sets: for the variant, for all algorithms, or in the sweep. */
function givenParameters({ spec }: Elaboration, variant: ResolvedVariant, point: Point): readonly string[] {
  return Object.keys(variant.definition.parameters).filter(
    name =>
      Object.hasOwn(variant.parameters, name) ||
      Object.hasOwn(spec.parameters ?? {}, name) ||
      choiceOf(point, `parameters.${name}`) !== undefined,
  )
}

/** Rejects a workload that the service would silently reduce, which would make the comparison unfair. */
function checkWorkload(
  { label, servedBy }: ResolvedVariant,
  workload: Readonly<Record<string, unknown>>,
  nodes: number,
  point: Point,
  report: Elaboration["report"],
): void {
  if (!isComplete(servedBy.workload, workload)) return
  const problem = servedBy.problem?.(workload, nodes)
  if (problem === undefined) return
  const name = `workload.${problem.setting}`
  const path = choiceOf(point, name) === undefined ? ["workload", problem.setting] : ["sweep", name]
  report(path, `${problem.message} (${label})`)
}

/** Rejects values sent by traitors that are not among those to agree on. */
function checkWords(
  { faults = [] }: Spec,
  { service }: ResolvedVariant,
  { values }: Readonly<Record<string, unknown>>,
  report: Elaboration["report"],
): void {
  if (service !== "agreement" || typeof values !== "number") return
  for (const [index, fault] of faults.entries()) {
    const [{ kind }, settings] = settingsOf(fault) ?? [{ kind: "" }, {}]
    const [key, behaviour] = Object.entries(settings).find(([, setting]) => isBehaviour(setting)) ?? ["", undefined]
    const wrong = isBehaviour(behaviour) ? wordsOf(behaviour).find(word => word >= values) : undefined
    if (wrong === undefined) continue
    const expected = `one of the ${values} values, from 0 to ${values - 1} (workload.values), or null`
    report(["faults", index, kind, key], `says ${wrong}, expected ${expected}`)
  }
}
