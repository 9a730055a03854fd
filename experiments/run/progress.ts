/** Progress of a sweep, reported to a display. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

export interface ProgressState {
  readonly phase: "running" | "writing results" | "drawing charts" | "shrinking violations" | "done"
  /** Finished runs, and all runs. Runs resumed from an interrupted sweep count as finished. */
  readonly done: number
  readonly total: number
  readonly failed: number
  /** Runs in which a check was violated. */
  readonly violated: number
  /** Real time since the sweep began, in milliseconds. */
  readonly elapsedMs: number
  /** Runs per second so far; 0 before the first is finished. */
  readonly perSecond: number
  /** Estimated real time until the runs are done, in milliseconds; `undefined` before the first. */
  readonly remainingMs: number | undefined
  /** The reason for a long wait. */
  readonly note?: string
}

/** Shows progress; called after every batch of runs and at the start of every phase. */
export class Progress extends Context.Service<
  Progress,
  { readonly update: (state: ProgressState) => Effect.Effect<void> }
>()("quorate/experiments/Progress") {
  /** Shows nothing. */
  static readonly silent = Layer.succeed(Progress, Progress.of({ update: () => Effect.void }))
}
