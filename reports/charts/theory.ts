/** Predictions of theory where it has a closed form; charts draw it dashed beside the measured values. */
import { type Algorithm, claimsOf } from "../../runtime/contract/algorithm.ts"
import type { Conditions, Load, Setting, Theory } from "../../runtime/contract/theory.ts"
import { availabilityOf, reliabilityAt } from "../../analysis/k-of-n.ts"
import { isMaintained } from "../../analysis/steadiness.ts"
import { MILLISECOND, SECOND } from "../../runtime/contract/units.ts"
import type { Cell } from "../../scenarios/cell.ts"

/** The prediction of theory for a cell. */
export interface Prediction {
  /** As in the papers: `2(n-1)`. */
  readonly formula: string
  readonly value: number
}

/** The prediction of a metric, or of a service's figure, for a cell; `undefined` where no formula's assumptions hold. */
export function predict(metric: string, cell: Cell, algorithm: Algorithm): Prediction | undefined {
  switch (metric) {
    case "messages_per_operation":
      return predictMessages(cell, algorithm)
    case "messages_total_per_operation":
      return predictTotal(cell, algorithm)
    case "latency_p50_ms":
      return predictLatency(cell, algorithm)
    case "latency_mean_ms":
      return predictWait(cell, algorithm)
    case "availability":
      return predictAvailability(cell, algorithm)
    case "throughput_per_s":
      return predictThroughput(cell, algorithm)
    case "first_leader":
      return predictFailover(cell, algorithm)
    case "heartbeats_per_s":
      return predictHeartbeats(cell, algorithm)
    default:
      return predictFigure(metric, cell, algorithm)
  }
}

type FormOf = { readonly [K in keyof Theory]-?: NonNullable<Theory[K]>[number] }

/** The closed form that holds for a cell. */
function formFor<F extends FormOf[keyof FormOf]>(
  forms: readonly F[] | undefined,
  { scenario: { service, nodes, parameters, workload } }: Cell,
): F | undefined {
  return forms?.find(
    form =>
      form.service === service &&
      agrees(form.parameters ?? {}, parameters) &&
      agrees(form.workload ?? {}, workload) &&
      (form.holds?.(parameters, nodes, workload) ?? true),
  )
}

function agrees(wanted: Conditions, given: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(wanted).every(([name, value]) =>
    typeof value === "object" ? value.includes(String(given[name])) : given[name] === value,
  )
}

/** True if nothing happens to the group; an operator's changes invalidate the closed forms for n nodes. */
function isSteady(cell: Cell): boolean {
  return cell.scenario.faults.length === 0 && !isLossy(cell) && !isMoved(cell)
}

function isMoved({ scenario: { service, workload } }: Cell): boolean {
  return service === "replicated-log" && isMaintained(workload)
}

function isLossy({ scenario: { network } }: Cell): boolean {
  return network.loss > 0 || network.duplication > 0
}

/** Protocol messages per operation in the steady state: no faults, no loss, one operation after the other. */
function predictMessages(cell: Cell, { theory }: Algorithm): Prediction | undefined {
  const { nodes, parameters, workload } = cell.scenario
  if (!isSteady(cell) || nodes < 2) return undefined
  const form = formFor(theory?.messages, cell)
  return form && { formula: form.formula, value: form.messages(nodes, parameters, workload) }
}

/** The time until the next node leads, if the only events are crashes of nodes at random moments. */
function predictFailover(cell: Cell, { theory }: Algorithm): Prediction | undefined {
  const { nodes, network, faults, parameters, disk } = cell.scenario
  const form = formFor(theory?.failover, cell)
  if (form === undefined || nodes < 2 || faults.length === 0) return undefined
  if (isLossy(cell) || !isUniform(cell) || network.latency.model !== "constant" || disk.syncLatency > 0)
    return undefined
  if (faults.some(({ kind, schedule }) => kind !== "crash" || schedule?.kind !== "renewal")) return undefined
  return { formula: form.formula, value: form.mean(network.latency.delay, nodes, parameters) / MILLISECOND }
}

/** A figure of the service, if links have one delay and the only events are random failures of all nodes. */
function predictFigure(figure: string, cell: Cell, { theory }: Algorithm): Prediction | undefined {
  const { nodes, network, faults, parameters, disk, workload } = cell.scenario
  const form = formFor(
    theory?.figures?.filter(each => each.figure === figure),
    cell,
  )
  if (form === undefined || isLossy(cell) || !isUniform(cell) || network.latency.model !== "constant") return undefined
  const failures = failuresOf(cell)
  if (failures === null && faults.length > 0) return undefined
  const { delay } = network.latency
  const value = form.value({ nodes, delay, syncLatency: disk.syncLatency, failures, parameters, workload })
  return value === undefined ? undefined : { formula: form.formula, value }
}

/** The failures of a cell, if all its nodes fail and recover at random times from the beginning; else null. */
function failuresOf({ scenario: { nodes, faults } }: Cell): Setting["failures"] {
  const [crash, ...others] = faults
  if (others.length > 0 || crash?.kind !== "crash" || crash.schedule?.kind !== "renewal") return null
  const { mtbf, mttr, spans, until } = crash.schedule
  const isOfAll = "nodes" in crash.target && crash.target.nodes.length === nodes
  return isOfAll && spans === "exponential" && until === undefined && crash.at === 0 ? { mtbf, mttr } : null
}

/** The heartbeats of a group without any events. */
function predictHeartbeats(cell: Cell, { theory }: Algorithm): Prediction | undefined {
  const { nodes, parameters } = cell.scenario
  const form = formFor(theory?.heartbeats, cell)
  if (form === undefined || !isSteady(cell)) return undefined
  return { formula: form.formula, value: form.perSecond(nodes, parameters) }
}

/** The load of a cell for closed forms; `undefined` if anything but links and slow roles takes time or fails. */
function loadOf(cell: Cell): Load | undefined {
  const { nodes, network, disk, faults, parameters, workload, warmup } = cell.scenario
  if (isLossy(cell) || !isUniform(cell) || network.latency.model !== "constant" || disk.syncLatency > 0)
    return undefined
  let roleServiceTime = 0
  for (const fault of faults) {
    if (fault.kind !== "slow" || !("nodes" in fault.target) || fault.schedule !== undefined) return undefined
    const isOfRoles = fault.target.nodes.every(node => node >= nodes)
    if (!isOfRoles || fault.at > warmup || fault.for !== undefined || roleServiceTime > 0) return undefined
    roleServiceTime = fault.serviceTime
  }
  return { nodes, delay: network.latency.delay, roleServiceTime, parameters, workload }
}

/** The mean latency of an operation under a sustainable load. */
function predictWait(cell: Cell, { theory }: Algorithm): Prediction | undefined {
  const form = formFor(theory?.wait, cell)
  const load = loadOf(cell)
  const mean = load && form?.mean(load)
  if (form === undefined || mean === undefined || !Number.isFinite(mean)) return undefined
  return { formula: form.formula, value: mean / MILLISECOND }
}

/** Messages of all kinds per operation under load. */
function predictTotal(cell: Cell, { theory }: Algorithm): Prediction | undefined {
  const form = formFor(theory?.totals, cell)
  const load = loadOf(cell)
  return form && load && { formula: form.formula, value: form.messages(load) }
}

/** Entries into a critical section: as many as requested, or the maximum possible. */
function predictEntries(cell: Cell, { theory }: Algorithm): Prediction | undefined {
  const form = formFor(theory?.capacity, cell)
  const load = loadOf(cell)
  const { rate, think } = cell.scenario.workload
  if (form === undefined || load === undefined || typeof rate !== "number") return undefined
  const capacity = form.perSecond(load)
  if (rate > 0) return { formula: `all that is asked for, at most ${form.formula}`, value: Math.min(rate, capacity) }
  return think === 0 ? { formula: form.formula, value: capacity } : undefined
}

/** True if all links are equal, and nothing but their delay takes time. */
function isUniform({ scenario: { network } }: Cell): boolean {
  const { links, regions, bandwidth, serviceTime } = network
  return [links, regions, bandwidth, serviceTime].every(setting => setting === undefined)
}

/** The link delays and disk syncs of an operation, if they are all equal and nothing else takes time. */
function predictLatency(cell: Cell, { theory }: Algorithm): Prediction | undefined {
  const { nodes, network, disk, parameters } = cell.scenario
  const client = network.clientLatency ?? network.latency
  const form = formFor(theory?.latency, cell)
  if (form === undefined || !isSteady(cell) || nodes < 2) return undefined
  if (network.latency.model !== "constant" || client.model !== "constant") return undefined
  if (disk.syncLatency > 0 && form.syncs === undefined) return undefined
  if (!isUniform(cell)) return undefined
  const { formula, syncs = 0 } = form
  const { betweenNodes } = form
  const hops = typeof betweenNodes === "number" ? betweenNodes : betweenNodes(nodes, parameters)
  const delay = hops * network.latency.delay + form.withClients * client.delay + syncs * disk.syncLatency
  const isOnDisk = syncs > 0 && disk.syncLatency > 0
  return { formula: isOnDisk ? `${formula} + ${syncs > 1 ? syncs : ""}s` : formula, value: delay / MILLISECOND }
}

/** The algorithm is available as long as no more nodes are down than it claims to tolerate, and unavailable otherwise. */
function predictAvailability(cell: Cell, algorithm: Algorithm): Prediction | undefined {
  const { theory } = algorithm
  const { faults, network, nodes, parameters, warmup, duration, service } = cell.scenario
  const form = formFor(theory?.availability, cell)
  const formula = form?.formula ?? "share of the time with no more than f nodes down"
  const [crash, ...others] = faults
  if (service !== "replicated-log" || others.length > 0 || network.loss > 0 || isMoved(cell)) return undefined
  if (crash === undefined) return { formula, value: 1 }
  if (crash.kind !== "crash") return undefined
  const survives = claimsOf(algorithm, parameters).tolerates.of(nodes)
  if (crash.schedule?.kind === "renewal" && form === undefined) {
    const { mtbf, mttr, crews } = crash.schedule
    const isOfAll = "nodes" in crash.target && crash.target.nodes.length === nodes
    if (!isOfAll || crash.schedule.until !== undefined) return undefined
    if (crews !== undefined) {
      const value = availabilityOf({ parts: nodes, needed: nodes - survives, mtbf, mttr, crews })
      return { formula: `share of time with no more than f down, ${crews} repaired at once (birth-death chain)`, value }
    }
    const value = shareOfTimeWithAtMost(survives, nodes, mttr / (mtbf + mttr))
    return { formula: "Σ C(n,k) pᵏ (1-p)ⁿ⁻ᵏ up to k = f, p = MTTR / (MTBF + MTTR)", value }
  }
  if (crash.schedule !== undefined || crash.for !== undefined || !("random" in crash.target)) return undefined
  const down = crash.target.random
  const serving = form === undefined ? Number(down <= survives) : form.serving(nodes, down, parameters)
  const before = (Math.max(crash.at, warmup) - warmup) / (duration - warmup)
  return { formula, value: serving + (1 - serving) * before }
}

/**
 * R(t) of a cell by theory: the probability that a majority, or as many nodes as the algorithm needs, stays up until a time in
 * seconds.
 */
export function reliabilityOf(
  cell: Cell,
  algorithm: Algorithm,
): { readonly formula: string; readonly at: (seconds: number) => number } | undefined {
  const { theory } = algorithm
  const { faults, network, nodes, parameters, service, warmup } = cell.scenario
  const [crash, ...others] = faults
  if (service !== "replicated-log" || others.length > 0 || network.loss > 0) return undefined
  if (
    crash?.kind !== "crash" ||
    crash.schedule?.kind !== "renewal" ||
    formFor(theory?.availability, cell) !== undefined
  )
    return undefined
  const { mtbf, mttr, spans, crews, until } = crash.schedule
  const isOfAll = "nodes" in crash.target && crash.target.nodes.length === nodes
  if (!isOfAll || until !== undefined || spans !== "exponential" || crash.at > warmup) return undefined
  const repair = { mttr: mttr / SECOND, ...(crews === undefined ? {} : { crews }) }
  const survives = claimsOf(algorithm, parameters).tolerates.of(nodes)
  const group = { parts: nodes, needed: nodes - survives, mtbf: mtbf / SECOND, ...repair }
  const age = (warmup - crash.at) / SECOND
  return {
    formula: "R(t) of a birth-death chain: never more than f of n nodes down",
    at: seconds => reliabilityAt(group, seconds, age),
  }
}

/** The binomial distribution: the probability that at most `most` of n nodes are down, each with probability p. */
function shareOfTimeWithAtMost(most: number, n: number, p: number): number {
  let total = 0
  let choices = 1
  for (let down = 0; down <= most; down++) {
    total += choices * p ** down * (1 - p) ** (n - down)
    choices = (choices * (n - down)) / (down + 1)
  }
  return total
}

/** For clients that do not wait for answers: as long as the group keeps up, throughput equals the load. */
function predictThroughput(cell: Cell, algorithm: Algorithm): Prediction | undefined {
  const { theory } = algorithm
  if (cell.scenario.service === "mutual-exclusion") return predictEntries(cell, algorithm)
  if (cell.scenario.service === "sharded-store") return predictStore(cell, algorithm)
  const { service, nodes, network, workload } = cell.scenario
  const { mode, rate } = workload
  if (service !== "replicated-log" || mode !== "open" || typeof rate !== "number") return undefined
  const { serviceTime = 0 } = network
  if (serviceTime === 0) return { formula: "all that is asked for", value: rate }
  const form = formFor(theory?.load, cell)
  // Without a closed form: a leader handles at least the request and an answer from every other node.
  const capacity = SECOND / ((form?.handled(nodes) ?? nodes) * serviceTime)
  if (form === undefined) return rate > capacity ? undefined : { formula: UP_TO, value: rate }
  const most = form.formula === "1" ? "1/s" : `1/(${form.formula} s)`
  return { formula: `all that is asked for, at most ${most}`, value: Math.min(rate, capacity) }
}

/** The capacity of a store whose nodes take time for messages, with clients that always have a command in flight. */
function predictStore(cell: Cell, { theory }: Algorithm): Prediction | undefined {
  const { nodes, network, parameters, workload } = cell.scenario
  const form = formFor(theory?.capacity, cell)
  const { serviceTime } = network
  if (form === undefined || serviceTime === undefined || !isSteady(cell) || network.latency.model !== "constant")
    return undefined
  const load = { nodes, delay: network.latency.delay, roleServiceTime: 0, serviceTime, parameters, workload }
  return { formula: form.formula, value: form.perSecond(load) }
}

/** For an algorithm that may carry more, with fewer messages per command as the load rises. */
const UP_TO = "all that is asked for, up to 1/(n s) at least"
