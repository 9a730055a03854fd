/** Manual control of a run: for tests, scripted runs and the playground. */
import type { ClientId, NodeId, Purpose, Tagged } from "../../contract/algorithm.ts"
import type { Micros } from "../../contract/units.ts"
import type { BrokenBroadcast } from "../../faults/run.ts"
import type { Act, Intervention } from "../../scenario/interventions.ts"
import { arrivalOf } from "../events/event-kinds.ts"
import type { Parts } from "../parts.ts"
import type { Interventions } from "./interventions.ts"

export class ByHand {
  /** True once anything was done by hand: scenario and seed alone no longer determine the state of the run. */
  isTouched = false
  readonly #parts: Parts
  /** Runs a step unless the run is over; an error thrown by it ends the run. */
  readonly #advance: (step: () => void) => void

  constructor(parts: Parts, advance: (step: () => void) => void) {
    this.#parts = parts
    this.#advance = advance
  }

  /** Delivers a message now as if `from` had sent it. */
  inject(from: NodeId, to: NodeId, message: Tagged, purpose: Purpose = "protocol"): void {
    const { output, transport } = this.#touch()
    transport.deliverNow(from, to, message, arrivalOf(output.typeOf(message), purpose))
  }

  /** Sends a node a client's request. */
  request(client: ClientId, to: NodeId, request: Tagged): void {
    this.#touch().transport.request(client, to, request)
  }

  /** See {@link FaultyRun.crash}. */
  crash(id: NodeId, kept = 0): void {
    this.#touch().nodes.crash(id, kept)
  }

  /** See {@link FaultyRun.crashInBroadcast}. */
  crashInBroadcast(id: NodeId, broken: BrokenBroadcast): () => void {
    return this.#touch().nodes.crashInBroadcast(id, broken)
  }

  /** See {@link FaultyRun.restart}. */
  restart(id: NodeId): void {
    this.#touch().nodes.restart(id)
  }

  shiftClock(id: NodeId, by: Micros): void {
    this.#touch().nodes.shiftClock(id, by)
  }

  /** Schedules an action, like a fault. */
  schedule(time: Micros, run: () => void): void {
    this.#touch().shared.faults.schedule(time, run)
  }

  /**
   * Performs an act now. Acts planned for later are dropped.
   *
   * @returns the intervention that repeats it in a scenario; undefined if it is impossible now, or the run is over
   * @throws Error if the scenario has no interventions: the events of such a run are not counted
   */
  intervene(act: Act): Intervention | undefined {
    this.#touch()
    const interventions = this.#interventions()
    const { made } = interventions
    this.#advance(() => interventions.make(act))
    return interventions.made > made ? interventions.last : undefined
  }

  /** Replaces the interventions still to come. @param all in order, including those already made */
  plan(all: readonly Intervention[]): void {
    this.#interventions().plan(all)
  }

  #interventions(): Interventions {
    const { interventions } = this.#parts
    if (interventions === undefined) throw new Error("a run without interventions takes none")
    return interventions
  }

  #touch(): Parts {
    this.isTouched = true
    return this.#parts
  }
}
