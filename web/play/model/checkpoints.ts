/**
 * Moments to which a run can return. A run cannot be copied (`runtime/simulation/snapshot.ts`), only executed again; so
 * a second run is kept that lags behind the one shown, to start from.
 */
import { Recorder } from "../../../debugger/tracing/recorder.ts"
import type { Intervention } from "../../../runtime/scenario/interventions.ts"
import type { Scenario } from "../../../runtime/scenario/scenario.ts"

/** The lagging run is between one and two strides behind. */
const STRIDE = 4_000
/** Events executed in one idle slice: some milliseconds. */
const SLICE = 1_000

export class Checkpoints {
  readonly #seed: number
  #scenario: Scenario
  #lagging: Recorder | undefined

  constructor(scenario: Scenario, seed: number) {
    this.#scenario = scenario
    this.#seed = seed
  }

  /** A run at its beginning, with its nodes booted. */
  fresh(): Recorder {
    const recorder = new Recorder(this.#scenario, this.#seed, {})
    recorder.simulation.begin()
    return recorder
  }

  /** Changes the planned interventions. The lagging run is kept if it has not passed the first difference. */
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

  /** The run after this number of events. */
  at(events: number): Recorder {
    const lagging = this.#lagging
    const recorder = lagging !== undefined && lagging.simulation.events <= events ? lagging : this.fresh()
    // The caller will run it further, so that it no longer lags.
    this.#lagging = undefined
    runTo(recorder, events)
    return recorder
  }

  /** The run shown has come this far: the other one follows, a stride at a time. */
  follow(events: number): void {
    const behind = events - (this.#lagging?.simulation.events ?? 0)
    if (behind < 2 * STRIDE) return
    this.#lagging ??= this.fresh()
    runTo(this.#lagging, this.#lagging.simulation.events + STRIDE)
  }

  /**
   * Rebuilds the lagging run after a step back has used it up, a slice at a time. Call it while the run shown, which
   * has come this far, is idle.
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
