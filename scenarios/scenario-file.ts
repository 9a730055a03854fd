/**
 * Scenario files: one run, complete, as a JSON (or YAML) document that can be kept, shared and repeated.
 *
 * A file contains what a cell of an experiment contains (algorithm and service by name, nodes, parameters, workload,
 * network, disk, faults, spans) and the seed. Times are written with their unit. Reading and writing are pure functions
 * that run in a browser too; files and positions in them are `scenario-source.ts`'s business.
 */
import type { Algorithm } from "../runtime/contract/algorithm.ts"
import { problemOf } from "../runtime/scenario/beginning.ts"
import { linkDelayBound } from "../runtime/network/latency.ts"
import { TRANSFER_LEADERSHIP } from "../runtime/contract/transfer.ts"
import { membershipProblem } from "../runtime/faults/kinds/group/membership.ts"
import { CHANGE_MEMBERSHIP } from "../runtime/contract/membership.ts"
import { own } from "../runtime/lib/own.ts"
import { expectedOf, type Parameter, type Parameters, readParameter } from "../runtime/contract/parameters.ts"
import type { DiskSettings, Fault } from "../runtime/scenario/scenario.ts"
import type { Network } from "../runtime/network/network.ts"
import type { Intervention } from "../runtime/scenario/interventions.ts"
import type { Script } from "../runtime/scenario/script.ts"
import { type RolePlace, rolePlaces } from "../runtime/process/parts.ts"
import type { CellScenario, Registry } from "./cell.ts"
import { formatLog, MAX_ENTRIES, parseLog } from "./logs.ts"
import {
  type Codec,
  type Fields,
  type FileProblem,
  integer,
  isMapping,
  list,
  literal,
  member,
  notOneOf,
  optional,
  type Path,
  type Reading,
  record,
  reportUnknownKeys,
  scalar,
  text,
  time,
  writeTime,
} from "./file/codec.ts"
import { fault } from "./file/faults.ts"
import { intervention } from "./file/interventions.ts"
import { network } from "./file/network.ts"
import { script } from "./file/script.ts"
import { shown } from "../lib/suggestions.ts"

export type { FileProblem } from "./file/codec.ts"

/** The value of the key `format` of a scenario file. */
export const SCENARIO_FORMAT = "quorate/scenario/v1"

/** One run, complete: what a scenario file holds. */
export interface RunnableScenario {
  /** One line: the point of the run. */
  readonly title?: string
  /** The check that this run is known to violate. */
  readonly violates?: string
  readonly scenario: CellScenario
  readonly seed: number
}

const MAX_NODES = 1_000

const disk: Codec<DiskSettings> = record<DiskSettings>({ syncLatency: time })

/** The part of a file that does not depend on the algorithm, in the order in which it is written. */
interface Document {
  readonly format: typeof SCENARIO_FORMAT
  readonly title?: string
  readonly violates?: string
  readonly algorithm: string
  readonly service: string
  readonly nodes: number
  readonly parameters: Readonly<Record<string, unknown>>
  readonly workload: Readonly<Record<string, unknown>>
  readonly network: Network
  readonly disk: DiskSettings
  readonly faults: readonly Fault[]
  readonly script?: Script
  readonly interventions?: readonly Intervention[]
  readonly leader?: number
  readonly initial?: readonly (readonly number[])[]
  readonly warmup: number
  readonly duration: number
  readonly eventBudget?: number
  readonly seed: number
}

const log: Codec<readonly number[]> = scalar(
  `a log of at most ${MAX_ENTRIES} entries: a list of epochs, with 1x500 for a run of them`,
  written => (Array.isArray(written) ? parseLog(written) : undefined),
  formatLog,
)
const anyLogs = list(log)

/** A log for each node. */
const logs: Codec<readonly (readonly number[])[]> = {
  ...anyLogs,
  read: (written, path, reading) => {
    const read = anyLogs.read(written, path, reading)
    if (read === undefined || read.length === reading.nodes) return read
    reading.report({ path, message: `found ${read.length} logs, expected one for each of ${reading.nodes} nodes` })
    return undefined
  },
}

/** Read in a first pass, because everything else depends on them. */
const mapping: Codec<Readonly<Record<string, unknown>>> = scalar("a mapping (key: value)", written =>
  isMapping(written) ? written : undefined,
)

const document: Fields<Document> = {
  format: literal(SCENARIO_FORMAT),
  title: optional(text),
  violates: optional(text),
  algorithm: text,
  service: text,
  nodes: integer(1, MAX_NODES),
  parameters: optional(mapping, {}),
  workload: optional(mapping, {}),
  network,
  disk: optional(disk, { syncLatency: 0 }),
  faults: optional(list(fault), []),
  script: optional(script),
  interventions: optional(list(intervention)),
  leader: optional(member),
  initial: optional(logs),
  warmup: optional(time, 0),
  duration: time,
  eventBudget: optional(integer(1, Number.MAX_SAFE_INTEGER)),
  seed: integer(-(2 ** 53 - 1), 2 ** 53 - 1),
}

/**
 * Checks a scenario document and completes it: missing parameters get their defaults.
 *
 * @param written the document as plain data (parsed JSON or YAML)
 * @returns the run it describes, or all problems with it
 */
export function decodeScenario(
  written: unknown,
  registry: Registry,
): RunnableScenario | { readonly problems: readonly FileProblem[] } {
  const problems: FileProblem[] = []
  const report = (problem: FileProblem): void => void problems.push(problem)
  const otherVersion = isMapping(written) ? otherVersionOf(written["format"]) : undefined
  if (otherVersion !== undefined) return { problems: [otherVersion] }
  const reading: Reading = { ...settingOf(written, registry), report }
  const read = record(document).read(written, [], reading)
  const parts = isMapping(written) ? partsOf(written, registry, reading) : undefined
  if (read !== undefined) reportWrongFaults(read.faults, registry.algorithms[read.algorithm], reading)
  if (read === undefined || parts === undefined || problems.length > 0) return { problems }
  const { format: _, title, violates, seed, ...scenario } = read
  if (scenario.warmup >= scenario.duration) {
    return { problems: [{ path: ["duration"], message: "nothing of the run is left after its warm-up" }] }
  }
  const service = registry.serviceFor(registry.algorithms[scenario.algorithm]!, scenario.service)
  if (scenario.script !== undefined && service?.untimed === undefined) {
    return {
      problems: [{ path: ["script"], message: `${scenario.service} of ${scenario.algorithm} cannot follow a script` }],
    }
  }
  const unfit = service?.problem?.(parts.workload, scenario.nodes)
  if (unfit !== undefined) return { problems: [{ path: ["workload", unfit.setting], message: unfit.message }] }
  const conflict = registry.algorithms[scenario.algorithm]!.conflict?.(parts.parameters, scenario.nodes)
  if (conflict !== undefined) {
    return { problems: [{ path: ["parameters", conflict.parameter], message: conflict.message }] }
  }
  const immortal =
    service?.hasMortalClients === true ? -1 : scenario.faults.findIndex(({ kind }) => kind === "clientCrash")
  if (immortal >= 0) {
    return { problems: [{ path: ["faults", immortal], message: `clients of ${scenario.service} do not die` }] }
  }
  const impossible = problemOf(registry.algorithms[scenario.algorithm]!, scenario, parts.parameters)
  if (impossible !== undefined) return { problems: [{ path: [impossible.about], message: impossible.message }] }
  return {
    ...(title === undefined ? {} : { title }),
    ...(violates === undefined ? {} : { violates }),
    scenario: { ...scenario, ...parts },
    seed,
  }
}

/** Reports a file of another version of the format; the rest of it cannot be judged then. */
function otherVersionOf(format: unknown): FileProblem | undefined {
  if (typeof format !== "string" || format === SCENARIO_FORMAT || !/^quorate\/scenario\/v\d+$/.test(format))
    return undefined
  const message = `found "${format}", of another version of quorate; this one reads "${SCENARIO_FORMAT}"`
  return { path: ["format"], message }
}

/** The values on which the reading of other parts depends, if they are valid: the number of nodes, and the link delay. */
function settingOf(written: unknown, registry: Registry): Omit<Reading, "report"> {
  const silent: Reading = { nodes: MAX_NODES, roles: [], linkDelay: Number.NaN, report: () => {} }
  if (!isMapping(written)) return silent
  const nodes = document.nodes.read(written["nodes"], [], silent) ?? MAX_NODES
  const name = written["algorithm"]
  const roles = rolesNamed(
    typeof name === "string" ? own(registry.algorithms, name) : undefined,
    nodes,
    written["parameters"],
  )
  const known = network.read(written["network"], [], { ...silent, nodes, roles })
  return { nodes, roles, linkDelay: known === undefined ? Number.NaN : linkDelayBound(known) }
}

/** @param written the parameters in the file, which determine the number of processes of some roles */
function rolesNamed(algorithm: Algorithm | undefined, nodes: number, written: unknown): readonly RolePlace[] {
  if (algorithm === undefined) return []
  const defaults = Object.entries(algorithm.parameters).map(([name, parameter]) => [name, parameter.default] as const)
  return rolePlaces(algorithm, nodes, { ...Object.fromEntries(defaults), ...(isMapping(written) ? written : {}) })
}

/** Algorithm, service, and the values that depend on their declarations. */
function partsOf(
  written: Readonly<Record<string, unknown>>,
  registry: Registry,
  reading: Reading,
): Pick<CellScenario, "parameters" | "workload"> | undefined {
  const { algorithm: algorithmName, service: serviceName } = written
  // A missing name, or one that is not a string, has already been reported.
  if (typeof algorithmName !== "string") return undefined
  const algorithm = own(registry.algorithms, algorithmName)
  if (algorithm === undefined) {
    reading.report({ path: ["algorithm"], message: notOneOf(algorithmName, Object.keys(registry.algorithms)) })
    return undefined
  }
  if (typeof serviceName !== "string") return undefined
  const service = registry.serviceFor(algorithm, serviceName)
  if (service === undefined) {
    reading.report({ path: ["service"], message: notOneOf(serviceName, servicesOf(algorithm, registry)) })
    return undefined
  }
  return {
    parameters: readValues(algorithm.parameters, written["parameters"], ["parameters"], reading),
    workload: readValues(service.workload, written["workload"], ["workload"], reading),
  }
}

/** Reports faults that need something that the algorithm does not do. */
function reportWrongFaults(
  faults: readonly Fault[],
  algorithm: Algorithm | undefined,
  { nodes, report }: Reading,
): void {
  if (algorithm === undefined) return
  const handOver = faults.findIndex(each => each.kind === "rollingRestart" && each.transfer === true)
  if (handOver >= 0 && !(TRANSFER_LEADERSHIP in algorithm.request)) {
    report({ path: ["faults", handOver, "transfer"], message: `leaders of ${algorithm.name} do not hand over` })
  }
  const index = faults.findIndex(({ kind }) => kind === "membership")
  if (index < 0) return
  for (const [place, each] of faults.entries()) {
    if (each.kind !== "membership") continue
    const problem = membershipProblem(each, nodes)
    if (problem !== undefined) report({ path: ["faults", place, problem.key], message: problem.message })
    if (each.learners !== undefined && algorithm.hasLearners === undefined) {
      report({ path: ["faults", place, "learners"], message: `${algorithm.name} has no learners` })
    }
  }
  if (CHANGE_MEMBERSHIP in algorithm.request) return
  report({ path: ["faults", index], message: `${algorithm.name} has no way to change its membership` })
}

function servicesOf(algorithm: Algorithm, registry: Registry): readonly string[] {
  return Object.keys(registry.services).filter(name => registry.serviceFor(algorithm, name) !== undefined)
}

function readValues(
  declared: Parameters,
  written: unknown,
  path: Path,
  reading: Reading,
): Readonly<Record<string, unknown>> {
  const given = isMapping(written) ? written : {}
  reportUnknownKeys(given, Object.keys(declared), path, reading)
  return Object.fromEntries(
    Object.entries(declared).map(([name, parameter]) => {
      const found = own(given, name) ?? parameter.default
      const value = readValue(parameter, found, reading.linkDelay)
      // Without a valid network there is no link delay to compare with; the network's own problem suffices.
      if (value === undefined && !Number.isNaN(reading.linkDelay)) {
        reading.report({ path: [...path, name], message: `found ${shown(found)}, expected ${expectedOf(parameter)}` })
      }
      return [name, value]
    }),
  )
}

/** As in a spec; a bare number is in the parameter's own unit: microseconds, count, share, 1/s or bytes. */
function readValue(parameter: Parameter, written: unknown, linkDelay: number): unknown {
  if (typeof written !== "number" || parameter.kind === "choice" || parameter.kind === "flag") {
    return readParameter(parameter, written, linkDelay)
  }
  const { kind, min = 0, max = Infinity } = parameter
  const isWhole = kind === "rate" || kind === "share" || Number.isSafeInteger(written)
  return isWhole && written >= min && written <= max ? written : undefined
}

/** Writes a run as a scenario document: plain data, for `JSON.stringify` or for a page. */
export function encodeScenario({ title, violates, scenario, seed }: RunnableScenario, registry: Registry): object {
  const algorithm = own(registry.algorithms, scenario.algorithm)
  const service = algorithm && registry.serviceFor(algorithm, scenario.service)
  const said: Document = {
    format: SCENARIO_FORMAT,
    ...(title === undefined ? {} : { title }),
    ...(violates === undefined ? {} : { violates }),
    ...scenario,
    parameters: writeValues(algorithm?.parameters ?? {}, scenario.parameters),
    workload: writeValues(service?.workload ?? {}, scenario.workload),
    seed,
  }
  const written = record(document).write(said, { roles: rolesNamed(algorithm, scenario.nodes, scenario.parameters) })
  return isMapping(written) ? written : {}
}

/** A scenario file's text: JSON with a line for each value. */
export function scenarioText(run: RunnableScenario, registry: Registry): string {
  return `${JSON.stringify(encodeScenario(run, registry), undefined, 2)}\n`
}

function writeValues(declared: Parameters, values: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, writeValue(own(declared, name), value)]),
  )
}

/** With its unit if that loses no precision. */
function writeValue(parameter: Parameter | undefined, value: unknown): unknown {
  if (typeof value !== "number" || parameter === undefined) return value
  if (parameter.kind === "duration") return writeTime(value)
  const written = parameter.kind === "rate" ? `${value}/s` : parameter.kind === "size" ? `${value}B` : value
  return readParameter(parameter, written, 0) === value ? written : value
}
