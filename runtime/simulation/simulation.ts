/**
 * The simulation: one host of algorithms, in virtual time.
 *
 * A run is a loop over the event queue; an event is a message, request, reply, timer, fault or wake-up of a client.
 * Handlers act at once and without taking time. The same scenario and seed give the same events, to the bit.
 *
 * This file puts the parts together, and is how others take hold of a run. Each part has a file and knows only those
 * before it: `meter` and `transport` (messages counted and under way), `facts`, `output` (what handlers do), `handlers`,
 * `attention` (paused and busy nodes), `nodes` and `halting` (what becomes of nodes), `world` (what the service sees),
 * `loop` and `result`.
 */
import type { Beginning, ClientId, NodeId, Purpose, Tagged } from "../contract/algorithm.ts"
import type { Verdict } from "../contract/service.ts"
import type { Micros } from "../contract/units.ts"
import { FaultInjector } from "../faults/faults.ts"
import type { BrokenBroadcast } from "../faults/run.ts"
import type { Links } from "../network/links.ts"
import { beginningOf, problemOf } from "../scenario/beginning.ts"
import type { RunResult, Scenario } from "../scenario/scenario.ts"
import { Course } from "./course.ts"
import { Facts } from "./facts.ts"
import { Halting } from "./halting.ts"
import { Handlers } from "./handlers.ts"
import { Loop } from "./loop.ts"
import { Meter } from "./meter.ts"
import { Nodes } from "./nodes.ts"
import { Output } from "./output.ts"
import { RunPool } from "./pool.ts"
import { completedRun, failedRun } from "./result.ts"
import { Shared } from "./shared.ts"
import type { SimulatedNode } from "./simulated-node.ts"
import type { Snapshot } from "./snapshot.ts"
import { Timers } from "./timers.ts"
import type { Interceptor, Observer } from "./trace.ts"
import { Transport } from "./transport.ts"
import { SimulatedWorld } from "./world.ts"

/** The check that is undecided if another node than the scenario says leads when measuring begins. */
export const LEADER = "leader-when-measured"

/** The check that is violated when a node finds its own invariant broken and halts. */
export const INVARIANTS = "invariants"

export interface SimulationOptions {
  /** Is told every event; for traces and tests. A run takes the same course with and without. */
  readonly observer?: Observer
  /** Decides over messages in place of the network; for tests and adversaries. */
  readonly interceptor?: Interceptor
  /** What earlier runs hand on to this one, and this one to later ones: for whoever makes many. */
  readonly pool?: RunPool
  /** Leaves out the fingerprint and the record of the last events: to measure what they cost. */
  readonly unnoted?: boolean
}

/** Runs a scenario from beginning to end: a pure function of scenario and seed (and of what an interceptor does). */
export function simulate(scenario: Scenario, seed: number, options: SimulationOptions = {}): RunResult {
  const simulation = new Simulation(scenario, seed, options)
  try {
    return simulation.run()
  } finally {
    simulation.release()
  }
}

export class Simulation {
  readonly scenario: Scenario
  readonly #pool: RunPool
  readonly #shared: Shared
  readonly #beginning: Beginning | undefined
  readonly #course: Course
  readonly #meter: Meter
  readonly #transport: Transport
  readonly #timers: Timers
  readonly #facts: Facts
  readonly #output: Output
  readonly #nodes: Nodes
  readonly #halting: Halting
  readonly #world: SimulatedWorld
  readonly #loop: Loop
  #hasBegun = false
  /** Whether something was done to it from outside. */
  #isTouched = false
  /** The judgement on the leader that the scenario names, if another one leads when measuring begins. */
  #deposed: Verdict | undefined
  #result: RunResult | undefined

  /** @throws Error if the algorithm cannot begin as the scenario says */
  constructor(scenario: Scenario, seed: number, options: SimulationOptions = {}) {
    const { algorithm, service, workload } = scenario
    this.scenario = scenario
    this.#beginning = beginningOf(scenario)
    const impossible = problemOf(algorithm, scenario, scenario.parameters)
    if (impossible !== undefined) throw new Error(`a scenario that cannot begin: ${impossible.message}`)
    const pool = options.pool ?? new RunPool()
    this.#pool = pool
    const shared = new Shared(scenario, seed, pool.takeQueue(), options)
    const course = new Course(options.unnoted !== true)
    const meter = new Meter(Object.keys(algorithm.receive), course, pool)
    const transport = new Transport(shared, meter, pool)
    const timers = new Timers(Object.keys(algorithm.timeout), scenario.nodes, shared.queue)
    const facts = new Facts(shared)
    const output = new Output(shared, { transport, meter, facts, timers, course })
    const handlers = new Handlers(shared, this.#beginning, meter, output, timers)
    const nodes = new Nodes(shared, this.#beginning, { transport, timers, facts, output, handlers })
    this.#halting = new Halting(shared, nodes)
    handlers.warden = this.#halting
    this.#world = new SimulatedWorld(shared, transport, meter, nodes)
    shared.faults = new FaultInjector(nodes, seed)
    shared.service = service.open(this.#world, workload)
    const measures = (): void => this.#measure()
    const { attention } = nodes
    const parts = { course, meter, output, attention, nodes: nodes.nodes }
    this.#loop = new Loop(shared, parts, measures)
    this.#shared = shared
    this.#course = course
    this.#meter = meter
    this.#transport = transport
    this.#timers = timers
    this.#facts = facts
    this.#output = output
    this.#nodes = nodes
  }

  /** Runs to the end of the scenario, from wherever the run is. */
  run(): RunResult {
    this.#advance(() => this.#loop.run())
    return this.#result!
  }

  /**
   * Handles the next event. To step through a run is to run it: all counts, and the digest, are the same.
   *
   * @returns false once the run is over, with its {@link result}
   */
  step(): boolean {
    this.#advance(() => this.#loop.step())
    return this.#result === undefined
  }

  /** Takes the run forward. What a handler throws ends it. */
  #advance(go: () => void): void {
    if (this.#result !== undefined) return
    try {
      if (!this.#hasBegun) this.begin()
      go()
      if (this.#loop.isOver) this.#result = this.#completed()
    } catch (error) {
      this.#result = this.#failed(error)
    }
  }

  /** Boots all nodes, and schedules the faults, the clients' start and the end: the first step does, unless it was done. */
  begin(): void {
    this.#hasBegun = true
    this.#nodes.bootAll(this.#beginning?.leader ?? null)
    this.#shared.faults.begin()
    this.#loop.begin()
  }

  /**
   * Handles all events up to and including a time, and lets time go on to it.
   *
   * @throws whatever a handler throws
   */
  runUntil(time: Micros): void {
    const { queue } = this.#shared
    while (queue.nextTime <= time && !this.#loop.isOver) this.#loop.step()
    queue.time = Math.max(queue.time, time)
  }

  /**
   * The moment of the run that it is now, to {@link restore} it.
   *
   * @throws Error if something was done to the run from outside: scenario and seed do not lead here
   */
  save(): Snapshot {
    if (this.#isTouched) throw new Error("something was done to this run that its scenario does not say")
    const { events, digest } = this.#course
    return { seed: this.#shared.seed, events: this.#hasBegun ? events : null, time: this.time, digest }
  }

  /**
   * A run of the scenario at the moment that was saved. An observer is told what comes after it.
   *
   * @throws Error if the scenario, or the code, leads elsewhere
   */
  static restore(scenario: Scenario, snapshot: Snapshot, options: SimulationOptions = {}): Simulation {
    let isThere = false
    const { observer } = options
    const watched: SimulationOptions =
      observer === undefined ? options : { ...options, observer: event => void (isThere && observer(event)) }
    const simulation = new Simulation(scenario, snapshot.seed, watched)
    if (snapshot.events !== null) simulation.#repeat(snapshot.events)
    simulation.#shared.queue.time = snapshot.time
    if (simulation.#course.digest !== snapshot.digest) throw new Error("this run is not the one that was saved")
    isThere = true
    return simulation
  }

  #repeat(events: number): void {
    this.#advance(() => {
      while (this.#course.events < events && !this.#loop.isOver) this.#loop.step()
    })
  }

  /** Hands on to its pool what the next run can use. Nothing of this simulation may be called afterwards. */
  release(): void {
    this.#pool.putQueue(this.#shared.queue)
  }

  // --- What there is to see ----------------------------------------------------------------------------------------

  /** How the run ended; undefined as long as it goes on. */
  get result(): RunResult | undefined {
    return this.#result
  }

  /** Virtual time, in microseconds. */
  get time(): Micros {
    return this.#shared.queue.time
  }

  get nodes(): readonly SimulatedNode[] {
    return this.#nodes.nodes
  }

  get size(): number {
    return this.#nodes.size
  }

  get links(): Links {
    return this.#transport.links
  }

  get meter(): Meter {
    return this.#meter
  }

  /** Whom each node believes to lead (-1: nobody), from the facts nodes report. */
  get believed(): Int32Array {
    return this.#facts.believed
  }

  /** The live node that most live nodes believe to lead, the lowest of several; undefined if there is none. */
  leader(): NodeId | undefined {
    return this.#nodes.leader()
  }

  /** Whether a node is up and not paused. */
  isUp(node: NodeId): boolean {
    return this.#world.isUp(node)
  }

  isConnected(from: NodeId, to: NodeId): boolean {
    return this.#transport.isConnected(from, to)
  }

  /** The timers of a node that are armed, and when each runs out. */
  timersOf(id: NodeId): readonly { readonly timer: string; readonly at: Micros }[] {
    return this.#timers.names.flatMap((timer, index) => {
      const at = this.#timers.deadline(id, index)
      return at === Infinity ? [] : [{ timer, at }]
    })
  }

  // --- What can be done to it from outside -------------------------------------------------------------------------

  /** Delivers a message now as if `from` had sent it. */
  inject(from: NodeId, to: NodeId, message: Tagged, purpose: Purpose = "protocol"): void {
    this.#isTouched = true
    this.#transport.deliverNow(from, to, message, this.#output.typeOf(message), purpose)
  }

  /** Sends a node a client's request. */
  request(client: ClientId, to: NodeId, request: Tagged): void {
    this.#isTouched = true
    this.#transport.request(client, to, request)
  }

  /** See {@link Nodes.crash}. */
  crash(id: NodeId, kept = 0): void {
    this.#isTouched = true
    this.#nodes.crash(id, kept)
  }

  /** See {@link FaultyRun.crashInBroadcast}. */
  crashInBroadcast(id: NodeId, broken: BrokenBroadcast): () => void {
    this.#isTouched = true
    return this.#nodes.crashInBroadcast(id, broken)
  }

  /** See {@link Nodes.restart}. */
  restart(id: NodeId): void {
    this.#isTouched = true
    this.#nodes.restart(id)
  }

  shiftClock(id: NodeId, by: Micros): void {
    this.#isTouched = true
    this.#nodes.shiftClock(id, by)
  }

  /** Has something done at a time, as faults are. */
  schedule(time: Micros, run: () => void): void {
    this.#isTouched = true
    this.#shared.faults.schedule(time, run)
  }

  // --- Measuring ---------------------------------------------------------------------------------------------------

  /** Measuring begins: whether the leader that the scenario names leads still, and nothing is counted yet. */
  #measure(): void {
    const named = this.#beginning?.leader ?? null
    const leader = this.leader()
    if (named !== null && leader !== named) {
      const found = leader === undefined ? "nobody does" : `node ${leader} does`
      this.#deposed = { verdict: "undecided", reason: `node ${named} was to lead when measuring begins, but ${found}` }
    }
    // Without a warm-up, what nodes said at boot counts.
    if (this.scenario.warmup > 0) this.#meter.reset()
  }

  #completed(): RunResult {
    const { broken } = this.#halting
    const deposed = this.#deposed
    return completedRun(
      this.#shared,
      { meter: this.#meter, course: this.#course, upTime: this.#nodes.upTime },
      {
        ...(broken === undefined ? {} : { [INVARIANTS]: broken }),
        ...(deposed === undefined ? {} : { [LEADER]: deposed }),
      },
    )
  }

  #failed(error: unknown): RunResult {
    return failedRun(error, this.#shared, {
      course: this.#course,
      names: { types: this.#meter.types, timers: this.#timers.names },
      node: this.#halting.culprit ?? this.nodes[this.#shared.queue.target],
    })
  }
}
