/**
 * Moments of a run that it can be taken back to. A run cannot be copied (`runtime/simulation/snapshot.ts`), only executed
 * again; so besides the run that is shown, one that lags behind it is kept to begin from.
 */
import { Recorder } from "../../../debugger/tracing/recorder.ts"
import type { Intervention } from "../../../runtime/scenario/interventions.ts"
import type { Scenario } from "../../../runtime/scenario/scenario.ts"

/** The run that lags is between one and two strides behind. */
const STRIDE = 4_000
/** Events that are executed in a moment at which nothing else is to be done: some milliseconds. */
const SLICE = 1_000

export class Checkpoints {
  readonly #seed: number
  #scenario: Scenario
  #lagging: Recorder | undefined

  constructor(scenario: Scenario, seed: number) {
    this.#scenario = scenario
    this.#seed = seed
  }

  /** A run at its beginning, its nodes booted. */
  fresh(): Recorder {
    const recorder = new Recorder(this.#scenario, this.#seed, {})
    recorder.simulation.begin()
    return recorder
  }

  /** Other interventions are planned. The run that lags is one of them too, as long as it is not past the first difference. */
  plan(interventions: readonly Intervention[]): void {
    const before = this.#scenario.interventions ?? []
    const place = interventions.findIndex((each, index) => each !== before[index])
    const different = place < 0 ? interventions.length : place
    const at = Math.min(interventions[different]?.at ?? Infinity, before[different]?.at ?? Infinity)
    this.#scenario = { ...this.#scenario, interventions }
    if (this.#lagging === undefined) return
    if (this.#lagging.simulation.time < at) this.#lagging.simulation.byHand.plan(interventions)
    else this.#lagging = undefined
  }

  /** The run when this number of events has happened. */
  at(events: number): Recorder {
    const lagging = this.#lagging
    const recorder = lagging !== undefined && lagging.simulation.events <= events ? lagging : this.fresh()
    // Whoever asks will run it: it lags no more.
    this.#lagging = undefined
    runTo(recorder, events)
    return recorder
  }

  /** The run that is shown has come this far: lets the other one follow, a stride at a time. */
  follow(events: number): void {
    const behind = events - (this.#lagging?.simulation.events ?? 0)
    if (behind < 2 * STRIDE) return
    this.#lagging ??= this.fresh()
    runTo(this.#lagging, this.#lagging.simulation.events + STRIDE)
  }

  /**
   * Makes a run to begin from where the last step back has taken it, a slice at a time. To be called while the run that is shown,
   * which has come this far, rests.
   */
  rest(events: number): void {
    const goal = events - STRIDE
    if (goal <= 0) return
    this.#lagging ??= this.fresh()
    const { events: done } = this.#lagging.simulation
    if (done < goal) runTo(this.#lagging, Math.min(goal, done + SLICE))
  }
}

function runTo({ simulation }: Recorder, events: number): void {
  while (simulation.events < events && simulation.step());
}
