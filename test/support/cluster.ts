/**
 * A scenario language for directed tests: a cluster of nodes in virtual time whose faults, clients and network the
 * test plays itself, step by step.
 */
import type { Algorithm, ClientId, NodeId, Purpose, Shape, Standing, Tagged } from "../../runtime/contract/algorithm.ts"
import type { Sendable } from "../../runtime/contract/shape.ts"
import { Histogram } from "../../runtime/lib/histogram.ts"
import { delayBound } from "../../runtime/network/latency.ts"
import { resolveParameters } from "../../runtime/contract/parameters.ts"
import type { Latency, Network } from "../../runtime/network/network.ts"
import type { Service, ServiceRun } from "../../runtime/contract/service.ts"
import { Simulation } from "../../runtime/simulation/simulation.ts"
import { POOL } from "./pool.ts"
import type { Interceptor, TraceEvent } from "../../runtime/simulation/trace.ts"
import { type Micros, parseDuration } from "../../runtime/contract/units.ts"

export interface ClusterOptions {
  readonly nodes: number
  readonly seed?: number
  /** A constant delay such as "1ms", or a model. Default 1 ms. */
  readonly latency?: string | Latency
  readonly clientLatency?: string | Latency
  /** Parameters as a user writes them. */
  readonly parameters?: Readonly<Record<string, unknown>>
  readonly loss?: number
  readonly duplication?: number
  readonly fifo?: boolean
  readonly syncLatency?: string
  /** Whether messages are dropped, from the first one on, until `intercept` says otherwise. */
  readonly isMute?: boolean
}

export interface Sent<M> {
  readonly time: Micros
  readonly from: NodeId
  readonly to: NodeId
  readonly message: M
  readonly purpose: Purpose
}

export type Fate = "deliver" | "drop" | { readonly delay: Micros }

/** Far beyond any test: the scenario's clients are played by the test, not by a workload. */
const NEVER: Micros = 2 ** 49

export class Cluster<S extends Shape> {
  readonly #simulation: Simulation
  #intercept: (from: NodeId, to: NodeId, message: Sendable<S>) => Fate = () => "deliver"
  #isolated = new Set<NodeId>()
  #sides: readonly (readonly NodeId[])[] = []
  /** Every message sent between nodes since the last `clearCounts`. */
  sent: Sent<Sendable<S>>[] = []
  /** Every reply that reached a client, every fact reported, and everything else in the order it happened. */
  readonly replies: { time: Micros; client: ClientId; from: NodeId; reply: S["service"]["reply"] }[] = []
  readonly facts: { time: Micros; node: NodeId; fact: S["service"]["fact"] }[] = []
  readonly trace: TraceEvent[] = []

  constructor(algorithm: Algorithm<S>, options: ClusterOptions) {
    const latency = latencyOf(options.latency ?? "1ms")
    const resolved = resolveParameters(algorithm.parameters, options.parameters ?? {}, delayBound(latency))
    if ("problems" in resolved) throw new Error(`wrong parameters: ${JSON.stringify(resolved.problems)}`)
    const network: Network = {
      latency,
      loss: options.loss ?? 0,
      duplication: options.duplication ?? 0,
      ...(options.fifo === undefined ? {} : { fifo: options.fifo }),
      ...(options.clientLatency === undefined ? {} : { clientLatency: latencyOf(options.clientLatency) }),
    }
    const scenario = {
      algorithm,
      service: this.#recorder(),
      nodes: options.nodes,
      parameters: resolved.values,
      workload: {},
      network,
      disk: { syncLatency: duration(options.syncLatency ?? "0ms") },
      faults: [],
      warmup: 0,
      duration: NEVER,
    }
    if (options.isMute === true) this.#intercept = () => "drop"
    const interceptor: Interceptor = (from, to, message) => {
      const fate = this.#intercept(from, to, message)
      return fate === "deliver" ? undefined : fate
    }
    this.#simulation = new Simulation(scenario, options.seed ?? 1, {
      observer: event => this.#record(event),
      interceptor,
      pool: POOL,
    })
    this.#simulation.begin()
  }

  get now(): Micros {
    return this.#simulation.time
  }

  /** Nodes, and processes of roles after them. */
  get processes(): number {
    return this.#simulation.nodes.length
  }

  get size(): number {
    return this.#simulation.size
  }

  runFor(span: string | Micros): void {
    this.#simulation.runUntil(this.now + duration(span))
  }

  /** Runs until something holds, looking every 100 us. */
  runUntil(holds: () => boolean, limit: string | Micros = "10s"): void {
    const end = this.now + duration(limit)
    while (!holds()) {
      if (this.now >= end) throw new Error(`not reached within ${limit}`)
      this.#simulation.runUntil(Math.min(end, this.now + 100))
    }
  }

  /** @param kept the share of the writes under way that survives, 0..1: the earliest (a torn write) */
  crash(node: NodeId | "leader", kept = 0): NodeId {
    const id = this.#named(node)
    this.#simulation.byHand.crash(id, kept)
    return id
  }

  restart(node: NodeId): void {
    this.#simulation.byHand.restart(node)
  }

  /** Sets the clock of a node forward, or back; its timers run on unchanged. */
  shiftClock(node: NodeId, by: Micros): void {
    this.#simulation.byHand.shiftClock(node, by)
  }

  isUp(node: NodeId): boolean {
    return this.#simulation.isUp(node)
  }

  /** Cuts all links between different sides; processes on no side form one of their own. Replaces an earlier partition. */
  partition(sides: readonly (readonly NodeId[])[]): void {
    this.#cutLinks(() => {
      this.#sides = sides
    })
  }

  isolate(node: NodeId | "leader"): NodeId {
    const id = this.#named(node)
    this.#cutLinks(() => this.#isolated.add(id))
    return id
  }

  /** Mends all links. */
  heal(): void {
    this.#cutLinks(() => {
      this.#sides = []
      this.#isolated.clear()
    })
  }

  /** The live node most live nodes believe to lead, or null. */
  leader(): NodeId | null {
    return this.#simulation.leader() ?? null
  }

  state(node: NodeId): S["state"] {
    return this.#simulation.nodes[node]!.state
  }

  disk(node: NodeId): S["disk"] {
    return this.#simulation.nodes[node]!.disk
  }

  /** How a node stands, in its algorithm's own words. */
  standing(node: NodeId): Standing | undefined {
    const process = this.#simulation.nodes[node]!
    return process.part.standing?.(process)
  }

  /** The timers of a node that are armed, in alphabetical order, each with its key if it has one: `retry 7`. */
  armed(node: NodeId): string[] {
    return this.#simulation
      .timersOf(node)
      .map(({ timer, key }) => (key === undefined ? timer : `${timer} ${key}`))
      .toSorted()
  }

  /** Lets an armed timer of a node run out now. */
  fire(node: NodeId, timer: string): void {
    if (!this.armed(node).includes(timer))
      throw new Error(`node ${node} waits for ${this.armed(node).join() || "nothing"}`)
    const fired = this.#simulation.nodes[node]!
    const [name = "", ...keys] = timer.split(" ")
    const [key] = keys.map(Number)
    fired.cancelTimer(name, key)
    fired.part.timeout[name]!(fired, key)
    this.runFor(0)
  }

  request(client: ClientId, node: NodeId, request: S["service"]["request"]): void {
    this.#simulation.byHand.request(client, node, request)
  }

  /** Delivers a message now, as if `from` had sent it. */
  inject(from: NodeId, to: NodeId, message: Sendable<S>, purpose: Purpose = "protocol"): void {
    this.#simulation.byHand.inject(from, to, message, purpose)
    this.runFor(0)
  }

  /** Lets the test decide over every message sent from now on. */
  intercept(decide: (from: NodeId, to: NodeId, message: Sendable<S>) => Fate): void {
    this.#intercept = decide
  }

  /** How many messages were sent between nodes since the last `clearCounts`, of one type or of all. */
  count(type?: Sendable<S>["type"], purpose?: Purpose): number {
    return this.sent.filter(
      ({ message, purpose: p }) =>
        (type === undefined || message.type === type) && (purpose === undefined || p === purpose),
    ).length
  }

  clearCounts(): void {
    this.sent = []
  }

  #named(node: NodeId | "leader"): NodeId {
    if (node !== "leader") return node
    const leader = this.leader()
    if (leader === null) throw new Error("there is no leader")
    return leader
  }

  #cutLinks(change: () => void): void {
    const before = this.#apart()
    change()
    const after = this.#apart()
    for (let from = 0; from < this.processes; from++) {
      for (let to = 0; to < this.processes; to++) {
        if (before(from, to)) this.#simulation.links.mend(from, to)
        if (after(from, to)) this.#simulation.links.cut(from, to)
      }
    }
  }

  #apart(): (from: NodeId, to: NodeId) => boolean {
    const sides = this.#sides
    const isolated = new Set(this.#isolated)
    const sideOf = (node: NodeId): number => sides.findIndex(nodes => nodes.includes(node))
    return (from, to) =>
      from !== to && ((sides.length > 0 && sideOf(from) !== sideOf(to)) || isolated.has(from) || isolated.has(to))
  }

  #record(event: TraceEvent): void {
    this.trace.push(event)
    if (event.type !== "send") return
    const { time, node: from, to, message, purpose } = event
    freeze(message)
    this.sent.push({ time, from, to, message, purpose })
  }

  /** A service without workload or checks, which writes down what it is told. */
  #recorder(): Service {
    const open = (): ServiceRun => ({
      start() {},
      reply: (client, from, reply) => void this.replies.push({ time: this.now, client, from, reply }),
      timeout: {},
      observe: (node, fact: Tagged) => void this.facts.push({ time: this.#simulation.time, node, fact }),
      nodeDown() {},
      nodeUp() {},
      faultOccurred() {},
      isIdle: () => true,
      finish: () => ({
        attempted: 0,
        ok: 0,
        failed: 0,
        unknown: 0,
        completed: 0,
        availability: 1,
        latency: new Histogram(),
        outages: [],
        verdicts: {},
        figures: {},
      }),
    })
    return {
      name: "recorder",
      title: "Recorder",
      availability: "always",
      operation: "none",
      workload: {},
      checks: [],
      figures: {},
      open,
    }
  }
}

/** Boots a cluster at time 0. */
export function createCluster<S extends Shape>(algorithm: Algorithm<S>, options: ClusterOptions): Cluster<S> {
  return new Cluster(algorithm, options)
}

/** Freezes all of a message, so that a node which goes on to change what it has sent fails. */
function freeze(value: unknown): void {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return
  Object.freeze(value)
  for (const part of Object.values(value)) freeze(part)
}

function latencyOf(latency: string | Latency): Latency {
  return typeof latency === "string" ? { model: "constant", delay: duration(latency) } : latency
}

function duration(span: string | Micros): Micros {
  const micros = typeof span === "number" ? span : parseDuration(span)
  if (micros === undefined) throw new Error(`not a duration: ${span}`)
  return micros
}
