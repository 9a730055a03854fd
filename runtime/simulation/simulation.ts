/**
 * The simulation: one host of algorithms, in virtual time.
 *
 * A run is a loop over the event queue; an event is a message, request, reply, timer, fault or wake-up of a client.
 * Handlers act instantaneously. The same scenario and seed give the same events, to the bit.
 *
 * This file is the interface to a run; `parts.ts` assembles it: `meter` and `transport` (messages counted and in
 * flight), `facts`, `output` (effects of handlers), `departures` (output that waits for disks), `handlers`,
 * `dispatcher` (paused and busy nodes), `processes`, `nodes` and `halting` (faults of nodes), `world` (the service's
 * view), and `loop`. `judge` makes the result.
 */
import type { NodeId } from "../contract/algorithm.ts"
import type { Micros } from "../contract/units.ts"
import type { SoFar } from "../contract/service.ts"
import { ByHand } from "./by-hand/by-hand.ts"
import { isQuiet, type MessageUnderWay, messagesUnderWay } from "./by-hand/under-way.ts"
import type { Links } from "../network/links.ts"
import type { RunResult, Scenario } from "../scenario/scenario.ts"
import { Judge } from "./judge.ts"
import type { Meter } from "./meter.ts"
import { assemble, type Parts, type SimulationOptions } from "./parts.ts"
import type { SimulatedNode } from "./nodes/simulated-node.ts"
import type { Snapshot } from "./snapshot.ts"
import type { ArmedTimer } from "./nodes/timers.ts"

export { INVARIANTS, LEADER } from "./judge.ts"
export type { SimulationOptions } from "./parts.ts"

/** Runs a scenario from beginning to end: a pure function of scenario and seed (and of the interceptor). */
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
  /** The operations on the run from outside. */
  readonly byHand: ByHand
  readonly #parts: Parts
  #hasBegun = false
  readonly #judge: Judge
  #result: RunResult | undefined

  /** @throws Error if the algorithm cannot begin as the scenario says */
  constructor(scenario: Scenario, seed: number, options: SimulationOptions = {}) {
    this.scenario = scenario
    this.#parts = assemble(scenario, seed, options, () => this.#judge.measuringBegins())
    this.#judge = new Judge(this.#parts)
    this.byHand = new ByHand(this.#parts, go => this.#advance(go))
  }

  /** Runs to the end of the scenario, from the present moment. */
  run(): RunResult {
    this.#advance(() => this.#parts.loop.run())
    return this.#result!
  }

  /**
   * Handles the next event. Stepping through a run gives the same counts and digest as running it.
   *
   * @returns false once the run is over, with its {@link result}
   */
  step(): boolean {
    this.#advance(() => this.#parts.loop.step())
    return this.#result === undefined
  }

  /** Advances the run. An error thrown by a handler ends it. */
  #advance(go: () => void): void {
    if (this.#result !== undefined) return
    try {
      if (!this.#hasBegun) this.begin()
      go()
      if (this.#parts.loop.isOver) this.#result = this.#judge.completed()
    } catch (error) {
      this.#result = this.#judge.failed(error)
    }
  }

  /**
   * Boots all nodes, and schedules the faults, the clients' start and the end. The first step does this if it was not
   * called before.
   */
  begin(): void {
    this.#hasBegun = true
    this.#parts.processes.bootAll(this.#parts.beginning?.leader ?? null)
    this.#parts.shared.faults.begin()
    this.#parts.loop.begin()
  }

  /**
   * Handles all events up to and including a time, and advances time to it.
   *
   * @throws whatever a handler throws
   */
  runUntil(time: Micros): void {
    const { queue } = this.#parts.shared
    const { loop } = this.#parts
    while (loop.nextTime <= time && !loop.isOver) loop.step()
    queue.time = Math.max(queue.time, time)
  }

  /**
   * The present moment of the run, for {@link restore}.
   *
   * @throws Error if the run was changed from outside: scenario and seed no longer lead here
   */
  save(): Snapshot {
    if (this.byHand.isTouched) throw new Error("something was done to this run that its scenario does not say")
    const { events, text: digest } = this.#parts.digest
    return { seed: this.#parts.shared.seed, events: this.#hasBegun ? events : null, time: this.time, digest }
  }

  /**
   * A run of the scenario at the saved moment. An observer sees only later events.
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
    simulation.#parts.shared.queue.time = snapshot.time
    if (simulation.#parts.digest.text !== snapshot.digest) throw new Error("this run is not the one that was saved")
    isThere = true
    return simulation
  }

  #repeat(events: number): void {
    this.#advance(() => {
      while (this.#parts.digest.events < events && !this.#parts.loop.isOver) this.#parts.loop.step()
    })
  }

  /** Returns reusable resources to its pool. The simulation must not be used afterwards. */
  release(): void {
    this.#parts.pool.putQueue(this.#parts.shared.queue)
  }

  // --- The state of the run ----------------------------------------------------------------------------------------

  /** The result of the run; undefined until it has ended. */
  get result(): RunResult | undefined {
    return this.#result
  }

  /** Virtual time, in microseconds. */
  get time(): Micros {
    return this.#parts.shared.queue.time
  }

  /** By id, the processes of roles after the {@link size} members. */
  get nodes(): readonly SimulatedNode[] {
    return this.#parts.nodes.nodes
  }

  get size(): number {
    return this.#parts.nodes.size
  }

  get links(): Links {
    return this.#parts.transport.links
  }

  get meter(): Meter {
    return this.#parts.meter
  }

  /** The believed leader of each node (-1: none), from the facts that nodes report. */
  get believed(): Int32Array {
    return this.#parts.facts.believed
  }

  /** The live node that most live nodes believe to lead, the lowest in a tie; undefined: none. */
  leader(): NodeId | undefined {
    return this.#parts.nodes.leader()
  }

  /** True if a node is up and not paused. */
  isUp(node: NodeId): boolean {
    return this.#parts.world.isUp(node)
  }

  isConnected(from: NodeId, to: NodeId): boolean {
    return this.#parts.transport.isConnected(from, to)
  }

  /** The armed timers of a node, with their deadlines. */
  timersOf(id: NodeId): readonly ArmedTimer[] {
    return this.#parts.timers.armed(id)
  }

  /** The messages in flight, in the order of arrival. */
  get underWay(): readonly MessageUnderWay[] {
    return messagesUnderWay(this.#parts.shared.queue, this.#parts.meter.types)
  }

  /** True if nothing more happens at any node without an action of a client or a fault. */
  get isQuiet(): boolean {
    const isIdle = this.nodes.every(
      ({ id, up, backlog }) => !up || (backlog.size === 0 && this.timersOf(id).length === 0),
    )
    return isIdle && isQuiet(this.#parts.shared.queue)
  }

  /** Events handled so far, including interventions. */
  get events(): number {
    return this.#parts.digest.events
  }

  /** The time of the next event or planned intervention; Infinity if there is none. */
  get nextTime(): Micros {
    return this.#parts.loop.nextTime
  }

  /** The number of interventions whose time has come, and the places of the impossible ones among them. */
  get interventions(): { readonly made: number; readonly impossible: readonly number[] } {
    return this.#parts.interventions ?? { made: 0, impossible: [] }
  }

  /** Advances time without an event. @param time not after the next event */
  wait(time: Micros): void {
    const { queue } = this.#parts.shared
    queue.time = Math.max(queue.time, Math.min(time, this.nextTime))
  }

  /** True if clients can be made to begin operations by hand. */
  get canAsk(): boolean {
    return this.#parts.shared.service.ask !== undefined
  }

  /** The service's judgement on the run so far; undefined if it has none before the end. */
  get soFar(): SoFar | undefined {
    return this.#parts.shared.service.soFar?.()
  }
}
