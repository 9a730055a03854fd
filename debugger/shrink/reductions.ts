/**
 * The reductions of a scenario that shrinking tries, the most profitable first: those that make runs shorter.
 *
 * A reduction proposes smaller scenarios one at a time and learns whether each still violates; it continues from the
 * last one that does. Reductions treat a scenario as data, and know nothing of the algorithm. They change its
 * environment, never its parameters: with other parameters it is another algorithm, which may violate the check for
 * another reason.
 */
import { quantile } from "../../runtime/network/latency.ts"
import type { Parameter } from "../../runtime/contract/parameters.ts"
import { Random } from "../../runtime/lib/random.ts"
import type { Scenario } from "../../runtime/scenario/scenario.ts"
import type { Network } from "../../runtime/network/network.ts"
import { type Micros, MILLISECOND } from "../../runtime/contract/units.ts"
import { dropPieces, simplerForms, withoutNode } from "./fault-list.ts"

/** Proposes scenarios; `next(true)` says that the last proposal still violates. */
export type Proposals = Generator<Scenario, void, boolean>

export interface Reduction {
  readonly propose: (scenario: Scenario) => Proposals
  /** The share of the seeds with which each proposal is tried, 0..1; at least one seed is tried. */
  readonly worth: number
}

export const REDUCTIONS: readonly Reduction[] = [
  { propose: endNow, worth: 0 },
  { propose: dropFaults, worth: 1 },
  { propose: dropInterventions, worth: 1 },
  { propose: drawFaults, worth: 1 },
  { propose: noWarmup, worth: 0.5 },
  { propose: earlier, worth: 1 },
  { propose: fewerNodes, worth: 1 },
  { propose: plainBeginning, worth: 0.5 },
  { propose: shorterLogs, worth: 0.5 },
  { propose: plainNetwork, worth: 1 },
  { propose: lessWork, worth: 0.5 },
  { propose: plainFaults, worth: 0.25 },
]

/** Clients stop at the violation; the run continues until everything in flight has ended. */
export function endWithViolation(scenario: Scenario, at: Micros): Scenario {
  const end = Math.ceil(Math.max(at, scenario.warmup + 1) / MILLISECOND) * MILLISECOND
  const faults = scenario.faults.filter(({ at: begins }) => begins <= end)
  const { interventions } = scenario
  return {
    ...scenario,
    duration: Math.min(scenario.duration, end),
    faults,
    ...(interventions === undefined ? {} : { interventions: interventions.filter(each => each.at <= end) }),
  }
}

/** A proposal without changes: if it is accepted, everything after the violation is cut off. */
function* endNow(scenario: Scenario): Proposals {
  yield scenario
}

/** The fault schedule, in ever smaller pieces down to single faults. */
function* dropFaults(scenario: Scenario): Proposals {
  yield* dropPieces(scenario.faults, faults => ({ ...scenario, faults }))
}

/** The interventions, in ever smaller pieces down to single interventions. */
function* dropInterventions(scenario: Scenario): Proposals {
  const { interventions } = scenario
  if (interventions !== undefined) yield* dropPieces(interventions, rest => ({ ...scenario, interventions: rest }))
}

/** Random halves of the schedule: helps when no single fault can be removed. */
function* drawFaults(scenario: Scenario): Proposals {
  const random = new Random(scenario.faults.length)
  let current = scenario
  for (let draw = 0; draw < DRAWS && current.faults.length > 2; draw++) {
    const size = current.faults.length
    const kept = new Set(random.choose(Math.ceil(size / 2), size))
    const smaller = { ...current, faults: current.faults.filter((_, place) => kept.has(place)) }
    if (yield smaller) current = smaller
  }
}

const DRAWS = 16

/**
 * The group: one node fewer, trying each in turn. Not with interventions, which name nodes and messages of the group as
 * it is.
 */
function* fewerNodes(scenario: Scenario): Proposals {
  if (scenario.interventions !== undefined && scenario.interventions.length > 0) return
  let current = scenario
  for (let node = current.nodes - 1; node >= 0 && current.nodes > 1; node--) {
    const smaller = withoutNode(current, node)
    if (yield smaller) current = smaller
  }
}

/** The beginning: no leader and no logs. */
function* plainBeginning(scenario: Scenario): Proposals {
  const keys = (["leader", "initial"] as const).filter(key => scenario[key] !== undefined)
  yield* together(
    scenario,
    keys.map(key => from => {
      const { [key]: _, ...rest } = from
      return rest
    }),
  )
}

/** The initial logs, each halved. */
function* shorterLogs(scenario: Scenario): Proposals {
  for (let half = halved(scenario); half !== undefined; half = halved(half)) if (!(yield half)) return
}

/** Logs cut to half their length, if that makes them shorter. */
function halved(scenario: Scenario): Scenario | undefined {
  const { initial } = scenario
  if (initial === undefined || initial.every(log => log.length === 0)) return undefined
  return { ...scenario, initial: initial.map(log => log.slice(0, log.length >> 1)) }
}

/** The network: no loss or duplicates, one delay for all, disks that take no time; all of that at once if possible. */
function* plainNetwork(scenario: Scenario): Proposals {
  const { latency, loss, duplication, ...others } = scenario.network
  const constant = { model: "constant", delay: Math.max(1, Math.round(quantile(latency, 0.5))) } as const
  const changes: readonly (readonly [isPlain: boolean, change: (from: Scenario) => Scenario])[] = [
    [loss === 0, from => withNetwork(from, { loss: 0 })],
    [duplication === 0, from => withNetwork(from, { duplication: 0 })],
    [latency.model === "constant", from => withNetwork(from, { latency: constant })],
    ...Object.keys(others).map(key => [false, (from: Scenario) => withoutNetworkKey(from, key)] as const),
    [scenario.disk.syncLatency === 0, from => ({ ...from, disk: { syncLatency: 0 } })],
  ]
  yield* together(
    scenario,
    changes.flatMap(([isPlain, change]) => (isPlain ? [] : [change])),
  )
}

function withNetwork(scenario: Scenario, change: Partial<Network>): Scenario {
  return { ...scenario, network: { ...scenario.network, ...change } }
}

/** All keys are optional except the three settings of every network. */
function withoutNetworkKey(scenario: Scenario, key: string): Scenario {
  const { latency, loss, duplication, ...others } = scenario.network
  const kept = Object.fromEntries(Object.entries(others).filter(([name]) => name !== key))
  return { ...scenario, network: { latency, loss, duplication, ...kept } }
}

/** Settings that limit the number of operations; 0 means no limit. */
const LIMITS = new Set(["operations", "entries", "instances"])
/** Settings for the number of participants in them. */
const COUNTS = new Set(["clients", "requesters", "keys", "values", "count", "concurrent", "proposers"])

/** The warm-up of the run: clients from the beginning. */
function* noWarmup(scenario: Scenario): Proposals {
  for (const cold of withoutWarmup(scenario)) if (yield cold) return
}

/** The workload: few operations, clients and keys, and shares of 0 or 1. */
function* lessWork(scenario: Scenario): Proposals {
  let current = scenario
  const declared = current.service.workload
  const change = (name: string, value: unknown): Scenario => ({
    ...current,
    workload: { ...current.workload, [name]: value },
  })
  for (const [name, parameter] of Object.entries(declared)) {
    for (const value of simplerValues(name, parameter, current.workload[name])) {
      const simpler = change(name, value)
      if (!(yield simpler)) continue
      current = simpler
      break
    }
  }
}

/** No warm-up: everything after it moves earlier by its length, or clients start at the beginning. */
function withoutWarmup({ warmup, duration, faults, ...rest }: Scenario): readonly Scenario[] {
  if (warmup === 0) return []
  const moved = faults.map(fault => ({ ...fault, at: Math.max(0, fault.at - warmup) }))
  return [
    { ...rest, warmup: 0, duration: duration - warmup, faults: moved },
    { ...rest, warmup: 0, duration, faults },
  ]
}

/** Smaller values of a setting, the least first. */
function simplerValues(name: string, parameter: Parameter, value: unknown): readonly unknown[] {
  if (typeof value !== "number") return []
  if (parameter.kind === "share") return value === 0 || value === 1 ? [] : [0, 1]
  if (!LIMITS.has(name) && !COUNTS.has(name)) return []
  const unlimited = LIMITS.has(name) && value === 0
  const least = Math.max(1, parameter.min ?? 0)
  const halves = unlimited ? [1, 2, 4, 8, 16, 32, 64] : [least, 2, value >> 2, value >> 1, value - 1]
  return [...new Set(halves)].filter(v => v >= least && (unlimited || v < value))
}

/** Each fault separately: for good rather than temporary, fewer nodes, shorter, at a rounder time. */
function* plainFaults(scenario: Scenario): Proposals {
  let current = scenario
  for (let place = 0; place < current.faults.length; place++) {
    let forms = simplerForms(current.faults[place]!)
    for (let form = forms.shift(); form !== undefined; form = forms.shift()) {
      const simpler = { ...current, faults: current.faults.with(place, form) }
      if (!(yield simpler)) continue
      current = simpler
      forms = simplerForms(form)
    }
  }
}

/** Less time before the faults, and then between them; the time after the last one stays the same. */
function* earlier(scenario: Scenario): Proposals {
  let current = scenario
  for (const sooner of [advanced, denser]) {
    for (let next = sooner(current); next !== undefined && (yield next); next = sooner(current)) current = next
  }
}

/** The whole schedule, moved earlier by half the time before it. */
function advanced(scenario: Scenario): Scenario | undefined {
  const { faults, duration } = scenario
  const shift = roundTo(Math.min(...faults.map(({ at }) => at)) / 2)
  if (faults.length === 0 || shift < 2 * MILLISECOND) return undefined
  return lasting({ ...scenario, faults: faults.map(fault => ({ ...fault, at: fault.at - shift })) }, duration - shift)
}

/** All faults at half their times. */
function denser(scenario: Scenario): Scenario | undefined {
  const { faults, duration } = scenario
  const last = Math.max(0, ...faults.map(({ at }) => at))
  if (last < 2 * MILLISECOND) return undefined
  const sooner = faults.map(fault => ({ ...fault, at: roundTo(fault.at / 2) }))
  return lasting({ ...scenario, faults: sooner }, duration - last + roundTo(last / 2))
}

/** The scenario with another duration, if that is longer than its warm-up. */
function lasting(scenario: Scenario, duration: Micros): Scenario {
  return { ...scenario, duration: Math.max(scenario.warmup + MILLISECOND, duration) }
}

function roundTo(time: Micros): Micros {
  return Math.ceil(time / MILLISECOND) * MILLISECOND
}

/** All changes at once; if that fails, one after the other. */
function* together(scenario: Scenario, changes: readonly ((from: Scenario) => Scenario)[]): Proposals {
  if (changes.length === 0) return
  if (yield changes.reduce((from, change) => change(from), scenario)) return
  if (changes.length === 1) return
  let current = scenario
  for (const change of changes) {
    const changed = change(current)
    if (yield changed) current = changed
  }
}
