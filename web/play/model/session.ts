/**
 * A run in the playground: it advances by events or by time, returns by being repeated, and adds the user's acts to its
 * scenario, so that the scenario alone leads to its current state.
 */
import * as registry from "../../../algorithms/registry.ts"
import type { Recorder } from "../../../debugger/tracing/recorder.ts"
import type { Trace } from "../../../debugger/tracing/trace.ts"
import { quantile } from "../../../runtime/network/latency.ts"
import { type RolePlace, rolePlaces } from "../../../runtime/process/parts.ts"
import type { Micros } from "../../../runtime/contract/units.ts"
import { type Act, type Intervention, inOrder } from "../../../runtime/scenario/interventions.ts"
import type { Scenario } from "../../../runtime/scenario/scenario.ts"
import type { Simulation } from "../../../runtime/simulation/simulation.ts"
import { toScenario } from "../../../scenarios/cell.ts"
import type { RunnableScenario } from "../../../scenarios/scenario-file.ts"
import { Checkpoints } from "./checkpoints.ts"

/** The state of a run before an act, or before an undo. */
interface Moment {
  readonly interventions: readonly Intervention[]
  readonly events: number
}

export class Session {
  readonly #run: RunnableScenario
  readonly #scenario: Scenario
  readonly roles: readonly RolePlace[]
  readonly #checkpoints: Checkpoints
  /** All interventions, in order; those from {@link made} on are still to come. */
  #interventions: readonly Intervention[]
  #recorder: Recorder
  readonly #undone: Moment[] = []
  readonly #done: Moment[] = []

  /** @throws Error if the scenario cannot begin */
  constructor(run: RunnableScenario) {
    this.#run = run
    this.#interventions = inOrder(run.scenario.interventions ?? [])
    this.#scenario = { ...toScenario(run.scenario, registry), interventions: this.#interventions }
    const { algorithm, nodes, parameters } = this.#scenario
    this.roles = rolePlaces(algorithm, nodes, parameters)
    this.#checkpoints = new Checkpoints(this.#scenario, run.seed)
    this.#recorder = this.#checkpoints.fresh()
  }

  get scenario(): Scenario {
    return this.#scenario
  }

  get seed(): number {
    return this.#run.seed
  }

  get simulation(): Simulation {
    return this.#recorder.simulation
  }

  get recorder(): Recorder {
    return this.#recorder
  }

  /** True for a scripted run, which allows no acts by hand. */
  get isScripted(): boolean {
    return this.#scenario.script !== undefined
  }

  get isOver(): boolean {
    return this.simulation.result !== undefined
  }

  // --- Forward and back ----------------------------------------------------------------------------------------------

  /** Runs one step of the trace: a visible event with its immediate effects. @returns whether there was one */
  step(): boolean {
    const { steps } = this.#recorder
    while (this.#recorder.steps === steps && this.simulation.step());
    this.#checkpoints.follow(this.simulation.events)
    return this.#recorder.steps > steps
  }

  /**
   * Lets time pass.
   *
   * @param most maximum events on the way; it stops after these
   */
  advance(time: Micros, most = 20_000): void {
    const { simulation } = this
    let left = most
    while (simulation.nextTime <= time && left-- > 0 && simulation.step());
    if (left > 0 && !this.isOver) simulation.wait(time)
    this.#checkpoints.follow(simulation.events)
  }

  /** Makes the next step back cheap, a little at a time. Call it while nothing is played. */
  rest(): void {
    this.#checkpoints.rest(this.simulation.events)
  }

  /** Goes back by a number of steps of the trace. */
  back(steps = 1): void {
    const last = this.#recorder.steps - 1
    let step = Math.max(0, last - steps)
    // Steps caused by one event count as one.
    while (step > 0 && this.#recorder.placeOf(step) === this.#recorder.placeOf(last)) step--
    this.goTo(this.#recorder.placeOf(step) ?? 0)
  }

  /** Goes to the moment after a step of the trace. */
  goToStep(step: number): void {
    const place = this.#recorder.placeOf(step)
    if (place !== undefined) this.goTo(place)
  }

  /** Goes to the moment after this number of events, back or forward. */
  goTo(events: number): void {
    if (events >= this.simulation.events) {
      while (this.simulation.events < events && this.simulation.step());
      return
    }
    this.#recorder = this.#checkpoints.at(events)
  }

  // --- What is done by hand ------------------------------------------------------------------------------------------

  /** All interventions in order: those before {@link made} belong to what has happened. */
  get interventions(): readonly Intervention[] {
    return this.#interventions
  }

  get made(): number {
    return this.simulation.interventions.made
  }

  /** True if an intervention, by its place, was impossible when its time came. */
  isImpossible(place: number): boolean {
    return this.simulation.interventions.impossible.includes(place)
  }

  /** Performs an act now. Later interventions are discarded. @returns whether it was possible */
  act(act: Act): boolean {
    if (this.isScripted || this.isOver) return false
    const before = this.#now()
    const made = this.simulation.byHand.intervene(act)
    if (made === undefined) return false
    this.#plan([...this.#interventions.slice(0, this.made - 1), made])
    this.#done.push(before)
    this.#undone.length = 0
    return true
  }

  #plan(interventions: readonly Intervention[]): void {
    this.#interventions = interventions
    this.#checkpoints.plan(interventions)
  }

  get canUndo(): boolean {
    return this.#done.length > 0
  }

  get canRedo(): boolean {
    return this.#undone.length > 0
  }

  /** Undoes the last act: the run returns to the moment of the act. */
  undo(): void {
    const before = this.#done.pop()
    if (before === undefined) return
    this.#undone.push(this.#now())
    this.#restore(before)
  }

  /** Redoes the act undone last. */
  redo(): void {
    const after = this.#undone.pop()
    if (after === undefined) return
    this.#done.push(this.#now())
    this.#restore(after)
  }

  /** Removes one intervention; the run is executed again up to now. */
  remove(place: number): void {
    const now = this.#now()
    this.#done.push(now)
    this.#undone.length = 0
    const { time } = this.simulation
    this.#plan(this.#interventions.toSpliced(place, 1))
    this.#recorder = this.#checkpoints.fresh()
    this.advance(time, Infinity)
  }

  #now(): Moment {
    return { interventions: this.#interventions, events: this.simulation.events }
  }

  #restore({ interventions, events }: Moment): void {
    this.#plan(interventions)
    this.#recorder = this.#checkpoints.at(events)
  }

  // --- What it is ----------------------------------------------------------------------------------------------------

  /** The trace up to a time, for the diagram. */
  traceUntil(time: Micros): Trace {
    const trace = this.#recorder.traceUntil(time)
    return { ...trace, typicalDelay: Math.max(1, Math.round(quantile(this.#scenario.network.latency, 0.5))) }
  }

  /** The same run at its beginning, without any acts. */
  anew(): Session {
    return new Session({ ...this.#run, scenario: { ...this.#run.scenario, interventions: [] } })
  }

  /** The run as a scenario, from its beginning to its planned end. */
  get run(): RunnableScenario {
    return { ...this.#run, scenario: { ...this.#run.scenario, interventions: this.#interventions } }
  }
}
