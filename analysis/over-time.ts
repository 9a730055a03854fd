/**
 * The course of runs over their measured time: operations per second, latency, operations in flight, leaders and epochs, and
 * faults.
 *
 * Records of runs do not contain it. If a chart asks for it, the first runs of a cell are simulated again under observation,
 * which does not change them; experiments that do not ask are not slowed.
 */
import type { NodeId } from "../runtime/contract/algorithm.ts"
import type { Outage } from "../runtime/contract/service.ts"
import { type Micros, MILLISECOND, SECOND } from "../runtime/contract/units.ts"
import { RunPool } from "../runtime/simulation/pool.ts"
import { simulate } from "../runtime/simulation/simulation.ts"
import type { TraceEvent } from "../runtime/simulation/trace.ts"
import { type Cell, type Registry, toScenario } from "../scenarios/cell.ts"

/** The maximum number of runs of a cell that are observed. */
export const MAX_OBSERVED = 20
/** The number of spans that the measured time is divided into. */
export const SPANS = 60

/** The course of a cell's runs: for each span of the measured time, the mean over the runs and the value of the first run. */
export interface OverTime {
  /** Runs that were observed. */
  readonly runs: number
  /** Seconds of virtual time at which spans begin, and their length. */
  readonly starts: readonly number[]
  readonly length: number
  readonly mean: Course
  readonly first: Course
  /** Terms of leaders in the first run, in seconds. */
  readonly leaders: readonly Span[]
  /** Faults of the first run, in seconds and words. */
  readonly faults: readonly (Pick<Span, "start" | "end"> & { readonly what: string })[]
}

export interface Span {
  readonly start: number
  readonly end: number
  readonly node: NodeId
}

/** One number for each span of time; null if it has no value. */
export interface Course {
  /** Successful operations per second; null without operations. */
  readonly rate: Numbers
  /** Median latency of successful operations, in milliseconds. */
  readonly latency: Numbers
  /** Operations in flight, on average over the span. */
  readonly inFlight: Numbers
  /** Share of the span with a leader; null if nodes report none. */
  readonly led: Numbers
  /** The highest epoch that a node has reported by the end of the span. */
  readonly epoch: Numbers
}

type Numbers = readonly (number | null)[]

/** Observes the first runs of a cell; undefined for cells whose runs are cycles instead of spans of time. */
export function overTimeOf(cell: Cell, seeds: readonly number[], registry: Registry): OverTime | undefined {
  const { scenario } = cell
  if (scenario.rare !== undefined || scenario.every !== undefined || seeds.length === 0) return undefined
  const definite = toScenario(scenario, registry)
  const times = { from: scenario.warmup, to: scenario.duration }
  const pool = new RunPool()
  const watched = seeds.slice(0, MAX_OBSERVED).flatMap(seed => {
    const watch = new RunWatch(times)
    const result = simulate(definite, seed, { pool, observer: event => watch.observe(event) })
    if (result.status === "failed") return []
    watch.finish(result.outcome.leaderless)
    return [watch]
  })
  const [first] = watched
  if (first === undefined) return undefined
  const length = (times.to - times.from) / SPANS
  return {
    runs: watched.length,
    starts: Array.from({ length: SPANS }, (_, k) => (times.from + k * length) / SECOND),
    length: length / SECOND,
    mean: courseOf(watched, length),
    first: courseOf([first], length),
    leaders: first.leaders.map(inSeconds),
    faults: first.faults.map(inSeconds),
  }
}

function inSeconds<T extends { readonly start: Micros; readonly end: Micros }>(span: T): T {
  return { ...span, start: span.start / SECOND, end: span.end / SECOND }
}

/** The average over the runs, span by span. */
function courseOf(runs: readonly RunWatch[], length: Micros): Course {
  const each = (of: (span: number) => number | null): Numbers => Array.from({ length: SPANS }, (_, k) => of(k))
  const mean = (of: (run: RunWatch) => number): number => runs.reduce((sum, run) => sum + of(run), 0) / runs.length
  const operations = runs.some(run => run.hasOperations)
  const isLed = runs.some(run => run.unled !== undefined)
  return {
    rate: each(k => (operations ? (mean(run => run.latencies[k]!.length) * SECOND) / length : null)),
    latency: each(k => median(runs.flatMap(run => run.latencies[k]!))),
    inFlight: each(k => (operations ? mean(run => run.inFlight[k]!) / length : null)),
    led: each(k => (isLed ? whole(1 - mean(run => run.unled?.[k] ?? 0) / length) : null)),
    epoch: each(k => (isLed ? mean(run => run.epochs[k]!) : null)),
  }
}

/** A share of which rounding has left almost nothing, or almost all, as 0 or 1. */
function whole(share: number): number {
  const nearest = Math.round(share)
  return Math.abs(share - nearest) < 1e-9 ? nearest : share
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)]! / MILLISECOND
}

/** The course of one run as it is observed. Times are microseconds. */
class RunWatch {
  readonly #from: Micros
  readonly #to: Micros
  readonly #length: Micros
  /** By span, the latencies of the operations that succeeded in it. */
  readonly latencies: readonly number[][] = Array.from({ length: SPANS }, () => [])
  /** By span, the total time in flight of all operations. */
  readonly inFlight = new Float64Array(SPANS)
  /** By span, the time without a leader; undefined if nodes report none. */
  unled: Float64Array | undefined
  readonly epochs = new Float64Array(SPANS)
  readonly leaders: Span[] = []
  readonly faults: { start: Micros; end: Micros; what: string }[] = []
  hasOperations = false
  readonly #begun = new Map<number, Micros>()
  /** Faults under way, by what they are. */
  readonly #lasting = new Map<string, { start: Micros; end: Micros; what: string }>()
  /** By node, the epoch in which it believes itself the leader. */
  readonly #claims = new Map<NodeId, number>()
  #epoch = 0
  #epochSince = 0
  #leader: { readonly node: NodeId; readonly since: Micros } | null = null

  constructor({ from, to }: { readonly from: Micros; readonly to: Micros }) {
    this.#from = from
    this.#to = to
    this.#length = (to - from) / SPANS
  }

  observe(event: TraceEvent): void {
    const { type, time } = event
    if (type === "operation") this.#operation(event)
    else if (type === "fault") this.#fault(event)
    else if (type === "boot") this.#claim(event.node, null, time)
    else if (type === "fact" && event.fact.type === "believes") this.#believed(event.node, event.fact, time)
  }

  #operation({ client, phase, time }: Extract<TraceEvent, { type: "operation" }>): void {
    this.hasOperations = true
    const since = this.#begun.get(client)
    if (phase === "begun") {
      this.#begun.set(client, time)
      return
    }
    if (since === undefined) return
    this.#begun.delete(client)
    this.#add(this.inFlight, since, time)
    if (phase === "ok" && time >= this.#from && time <= this.#to) this.latencies[this.#spanAt(time)]!.push(time - since)
  }

  #believed(node: NodeId, fact: object, time: Micros): void {
    const [leader, epoch]: readonly unknown[] = [Reflect.get(fact, "leader"), Reflect.get(fact, "epoch")]
    if (typeof epoch === "number" && epoch > this.#epoch) {
      this.#fillEpochs(time)
      this.#epoch = epoch
    }
    this.#claim(node, leader === node && typeof epoch === "number" ? epoch : null, time)
  }

  /** Records that a node becomes leader or steps down; of several leaders, the one in the highest epoch counts. */
  #claim(node: NodeId, epoch: number | null, time: Micros): void {
    if (epoch === null) this.#claims.delete(node)
    else this.#claims.set(node, epoch)
    const [leads] = [...this.#claims].reduce<readonly [NodeId | null, number]>(
      (best, other) => (other[1] > best[1] ? other : best),
      [null, -1],
    )
    if (leads === (this.#leader?.node ?? null)) return
    this.#closeLeader(time)
    this.#leader = leads === null ? null : { node: leads, since: time }
  }

  #closeLeader(time: Micros): void {
    if (this.#leader === null) return
    const { node, since } = this.#leader
    const [start, end] = [Math.max(since, this.#from), Math.min(time, this.#to)]
    if (end > start) this.leaders.push({ start, end, node })
  }

  #fault({ what, phase, time, kind, nodes }: Extract<TraceEvent, { type: "fault" }>): void {
    const key = `${kind} ${nodes.join(" ")}`
    if (phase === "ends") {
      const fault = this.#lasting.get(key)
      if (fault !== undefined) fault.end = Math.min(time, this.#to)
      this.#lasting.delete(key)
      return
    }
    if (time >= this.#to) return
    const fault = { start: Math.max(time, this.#from), end: this.#to, what }
    this.#lasting.set(key, fault)
    this.faults.push(fault)
    if (kind === "crash" || kind === "amnesia") for (const node of nodes) this.#claim(node, null, time)
  }

  /** @param leaderless the run's spans without a leader */
  finish(leaderless: readonly Outage[] | undefined): void {
    for (const since of this.#begun.values()) this.#add(this.inFlight, since, this.#to)
    this.#fillEpochs(this.#to)
    this.#closeLeader(this.#to)
    if (leaderless === undefined) return
    const unled = new Float64Array(SPANS)
    for (const { start, end } of leaderless) this.#add(unled, start, end)
    this.unled = unled
  }

  /** Gives the current epoch to all spans that end before a time. */
  #fillEpochs(until: Micros): void {
    for (; this.#epochSince < SPANS; this.#epochSince++) {
      if (this.#from + (this.#epochSince + 1) * this.#length > until) return
      this.epochs[this.#epochSince] = this.#epoch
    }
  }

  #spanAt(time: Micros): number {
    return Math.min(SPANS - 1, Math.floor((time - this.#from) / this.#length))
  }

  /** Adds a duration to the spans that it overlaps. */
  #add(into: Float64Array, since: Micros, until: Micros): void {
    const [start, end] = [Math.max(since, this.#from), Math.min(until, this.#to)]
    if (end <= start) return
    for (let k = this.#spanAt(start); k < SPANS; k++) {
      const from = this.#from + k * this.#length
      if (from >= end) return
      into[k]! += Math.min(end, from + this.#length) - Math.max(start, from)
    }
  }
}
