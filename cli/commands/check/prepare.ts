/** Reads the options of `quorate check`. */
import * as bundled from "../../../algorithms/registry.ts"
import type { CheckRequest } from "../../../checking/request.ts"
import type { Budgets, ClockModel } from "../../../runtime/checker/model.ts"
import { claimedCrashes } from "../../../checking/claims.ts"
import { didYouMean } from "../../../lib/problems.ts"
import { own } from "../../../runtime/lib/own.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { expectedOf, resolveParameters } from "../../../runtime/contract/parameters.ts"
import type { Service } from "../../../runtime/contract/service.ts"
import { MILLISECOND } from "../../../runtime/contract/units.ts"
import { handlerNames } from "../../../runtime/contract/parts.ts"
import { isInRounds } from "../../../runtime/scenario/script.ts"
import { shown } from "../../../lib/suggestions.ts"
import { UsageError } from "../../exit-codes.ts"

/** The options that bound what may happen on a path; the others have defaults. */
export interface CheckOptions {
  readonly target: string
  readonly service?: string | undefined
  readonly nodes?: number | undefined
  readonly operations?: number | undefined
  readonly timeouts?: string | undefined
  readonly crashes?: number | undefined
  /** `none`: crashes are permanent. */
  readonly restarts?: "immediate" | "none" | undefined
  readonly amnesias?: number | undefined
  readonly losses?: number | undefined
  readonly duplicates?: number | undefined
  readonly retries?: number | undefined
  /** `1..2` or `0..`, in ticks. If given, there is a clock. */
  readonly delays?: string | undefined
  readonly drift?: number | undefined
  readonly ticks?: number | undefined
  readonly traitors?: string | undefined
  readonly set?: readonly string[] | undefined
  readonly algorithms?: readonly string[] | undefined
}

/** The group that is checked. */
export type Group = Pick<CheckRequest, "algorithm" | "service" | "nodes" | "parameters" | "clock">

/** Default bounds that replace the usual ones. */
export interface Usual {
  readonly operations?: number
  readonly budgets?: Budgets
  readonly traitors?: readonly number[]
}

/** The service whose checks reveal most about clocks: nobody may act on an expired lease. */
const EXCLUSION = "mutual-exclusion"

const NODES = 3
const OPERATIONS = 2
const TIMEOUTS = 2
const DELAYS: ClockModel = { minDelay: 0, maxDelay: 1 }

/** The group given by an algorithm's name and the options. @throws UsageError */
export async function groupNamed(options: CheckOptions, outside: readonly string[]): Promise<Group> {
  const { nodes = NODES } = options
  const { algorithm } = await algorithmNamed(options.target, outside)
  const problem = whyNotChecked(algorithm)
  if (problem !== undefined) throw new UsageError(problem)
  const usual = algorithm.assumes?.clocks === undefined ? undefined : EXCLUSION
  const service = serviceAmong(untimedServicesOf(algorithm), options.service ?? usual)
  const clock = clockFor(algorithm, options)
  const few = clock === undefined ? {} : algorithm.times?.parameters
  const parameters = parametersOf(algorithm, options.set ?? [], few)
  const conflict = algorithm.conflict?.(parameters, nodes)
  if (conflict !== undefined) throw new UsageError(`--set ${conflict.parameter}: ${conflict.message}`)
  return { algorithm, service, nodes, parameters, ...(clock === undefined ? {} : { clock }) }
}

/** A group with its bounds: those of the options, or else the usual ones. @throws UsageError */
export function requestFor(group: Group, options: CheckOptions, usual: Usual = {}): CheckRequest {
  const { algorithm, nodes, clock } = group
  const { operations = algorithm.tolerates.faults === "byzantine" ? 1 : OPERATIONS, budgets } = usual
  const { timeouts } = options
  return {
    ...group,
    operations: options.operations ?? operations,
    traitors: options.traitors === undefined ? (usual.traitors ?? []) : readTraitors(options.traitors, nodes),
    budgets: {
      timeouts:
        timeouts === undefined
          ? (budgets?.timeouts ?? (clock === undefined ? { all: timeoutsWithin(algorithm) } : {}))
          : readTimeouts(timeouts, algorithm),
      ...crashesOf(group, options, budgets),
      amnesias: options.amnesias ?? budgets?.amnesias ?? 0,
      losses: options.losses ?? budgets?.losses ?? 0,
      duplicates: options.duplicates ?? budgets?.duplicates ?? 0,
      retries: options.retries ?? budgets?.retries ?? 0,
      ...(clock === undefined ? {} : timeOf(algorithm, options, budgets)),
    },
  }
}

/**
 * The numbers of crashes with an immediate restart, and of permanent ones. Algorithms in rounds have only `crashes`, all
 * permanent.
 */
function crashesOf({ algorithm, nodes, parameters }: Group, { crashes, restarts }: CheckOptions, usual?: Budgets) {
  const claimed = Math.min(1, claimedCrashes(algorithm, nodes, parameters))
  if (restarts === undefined && crashes === undefined && usual !== undefined) {
    return { crashes: usual.crashes, stops: usual.stops ?? 0 }
  }
  const count = crashes ?? (usual === undefined ? claimed : usual.crashes + (usual.stops ?? 0))
  return restarts === "none" && !isInRounds(algorithm) ? { crashes: 0, stops: count } : { crashes: count, stops: 0 }
}

/** Clock errors, and the limit of ticks that pass, if any. */
function timeOf({ assumes }: Algorithm, options: CheckOptions, usual?: Budgets): Pick<Budgets, "drift" | "ticks"> {
  const ticks = options.ticks ?? usual?.ticks
  const drift = options.drift ?? usual?.drift ?? (assumes?.clocks === undefined ? 0 : 1)
  return { drift, ...(ticks === undefined ? {} : { ticks }) }
}

/**
 * The clock that the options ask for, or that an algorithm needs because it relies on clocks; undefined: nothing has a
 * duration.
 *
 * @throws UsageError
 */
export function clockFor({ name, assumes, times }: Algorithm, options: CheckOptions): ClockModel | undefined {
  const { delays } = options
  if (delays === undefined && assumes?.clocks === undefined) {
    const needless = (["drift", "ticks"] as const).find(option => options[option] !== undefined)
    if (needless !== undefined) throw new UsageError(`--${needless}: there is no clock; add --delays 0..1`)
    return undefined
  }
  if (times === undefined)
    throw new UsageError(`--delays: ${name} does not declare its time fields (\`times\`), which a clock needs`)
  if (delays === undefined) return DELAYS
  const [, least, , most] = /^(\d{1,3})(\.\.(\d{1,3})?)?$/.exec(delays) ?? []
  const minDelay = Number(least)
  const maxDelay = delays.endsWith("..") ? undefined : Number(most ?? least)
  if (least === undefined || minDelay > (maxDelay ?? minDelay)) {
    throw new UsageError(`--delays: expected ticks such as 1, 0..2, or 0.. for no limit, found ${shown(delays)}`)
  }
  return maxDelay === undefined ? { minDelay } : { minDelay, maxDelay }
}

/** The reason that an algorithm cannot be checked, if any. */
export function whyNotChecked(algorithm: Algorithm): string | undefined {
  const { name, assumes, times } = algorithm
  if (assumes?.clocks !== undefined && times === undefined) {
    return `${name} relies on clocks but does not declare its time fields (\`times\`): it cannot be checked`
  }
  if (untimedServicesOf(algorithm).length > 0) return undefined
  return `${name}: none of its services can be checked without time`
}

function untimedServicesOf(algorithm: Algorithm): readonly Service[] {
  return bundled.servicesOf(algorithm).filter(({ untimed }) => untimed !== undefined)
}

/** @throws UsageError */
export async function algorithmNamed(name: string, outside: readonly string[]) {
  const { loadRegistry } = await import("../../../scenarios/outside/load.ts")
  const loaded = await loadRegistry(outside, bundled)
  if ("problems" in loaded) throw new UsageError(loaded.problems.join("\nquorate: "))
  const { algorithms } = loaded.registry
  const algorithm = own(algorithms, name)
  if (algorithm !== undefined) return { algorithm, registry: { ...loaded.registry, servicesOf: bundled.servicesOf } }
  const names = Object.keys(algorithms)
  throw new UsageError(
    `there is no algorithm ${name}${didYouMean(name, names) || `; expected one of ${names.join(", ")}`}`,
  )
}

/** @param name default: the first @throws UsageError */
export function serviceAmong(served: readonly Service[], name: string | undefined): Service {
  const service = name === undefined ? served[0] : served.find(each => each.name === name)
  if (service !== undefined) return service
  const names = served.map(each => each.name).join(", ")
  throw new UsageError(`--service: found ${name}, expected one of ${names}`)
}

/** @param few values in place of the defaults @throws UsageError */
export function parametersOf(
  { parameters: declared, name }: Algorithm,
  set: readonly string[],
  few: Readonly<Record<string, string>> = {},
) {
  const given = set.map(written => {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(written) ?? []
    if (key === undefined || value === undefined) {
      throw new UsageError(`--set: expected key=value, found ${shown(written)}`)
    }
    return [key, valueOf(value)] as const
  })
  const resolved = resolveParameters(declared, { ...few, ...Object.fromEntries(given) }, MILLISECOND)
  if ("values" in resolved) return resolved.values
  const lines = resolved.problems.map(problem => {
    const parameter = own(declared, problem.name)
    if (parameter === undefined) {
      const hint = didYouMean(problem.name, Object.keys(declared))
      return `--set: ${name} has no parameter ${problem.name}${hint || `; it has ${Object.keys(declared).join(", ")}`}`
    }
    return `--set ${problem.name}: found ${shown(problem.found)}, expected ${expectedOf(parameter)}`
  })
  throw new UsageError(lines.join("\nquorate: "))
}

/** The value as YAML would parse it. */
function valueOf(written: string): string | number | boolean {
  if (written === "true" || written === "false") return written === "true"
  return /^-?\d+(?:\.\d+)?$/.test(written) ? Number(written) : written
}

/** The default number of timeouts: none if an early timeout would break the algorithm's assumptions. */
function timeoutsWithin({ assumes }: Algorithm): number {
  return assumes?.timing === "synchronous" ? 0 : TIMEOUTS
}

function readTimeouts(written: string, algorithm: Algorithm): Readonly<Record<string, number>> {
  if (/^\d{1,2}$/.test(written)) return { all: Number(written) }
  const timers = handlerNames(algorithm, "timeout")
  const named = written.split(",").map(part => {
    const [, timer = "", times] = /^([^=]+)=(\d{1,2})$/.exec(part) ?? []
    if (times === undefined) {
      throw new UsageError(
        `--timeouts: expected a number such as 2, or timers such as ${timers[0] ?? "election"}=1, found ${shown(written)}`,
      )
    }
    if (!timers.includes(timer)) {
      const names = timers.length === 0 ? "; it has none" : `; expected one of ${timers.join(", ")}`
      throw new UsageError(`--timeouts: ${algorithm.name} has no timer ${timer}${didYouMean(timer, timers) || names}`)
    }
    return [timer, Number(times)] as const
  })
  return Object.fromEntries(named)
}

function readTraitors(written: string | undefined, nodes: number): readonly number[] {
  if (written === undefined) return []
  const traitors = written.split(",").map(id => (/^\d+$/.test(id) ? Number(id) : Number.NaN))
  if (traitors.every(id => id < nodes)) return [...new Set(traitors)]
  throw new UsageError(`--traitors: expected node ids from 0 to ${nodes - 1} such as 0,2, found ${shown(written)}`)
}
