/** The simulation's own checks of a run, in addition to its service's, and the result of the run. */
import type { Verdict } from "../contract/service.ts"
import type { CompletedRun, FailedRun } from "../scenario/scenario.ts"
import type { Parts } from "./parts.ts"
import { completedRun, failedRun } from "./result.ts"

/** The check that is undecided if another node than the scenario's leader leads when measuring begins. */
export const LEADER = "leader-when-measured"

/** The check that is violated when a node finds its own invariant broken and halts. */
export const INVARIANTS = "invariants"

export class Judge {
  readonly #parts: Parts
  /** The verdict if another node than the scenario's leader leads when measuring begins. */
  #deposed: Verdict | undefined

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Checks that the scenario's leader still leads, and resets the counts. */
  measuringBegins(): void {
    const { beginning, nodes, shared, meter, roleMeter } = this.#parts
    const named = beginning?.leader ?? null
    const leader = nodes.leader()
    if (named !== null && leader !== named) {
      const found = leader === undefined ? "nobody does" : `node ${leader} does`
      this.#deposed = { verdict: "undecided", reason: `node ${named} was to lead when measuring begins, but ${found}` }
    }
    // Without a warm-up, messages sent at boot count.
    if (shared.scenario.warmup === 0) return
    meter.reset()
    roleMeter?.reset()
  }

  completed(): CompletedRun {
    const { shared, meter, roleMeter, digest, processes, halting } = this.#parts
    return completedRun(
      shared,
      { meter, roleMeter, digest, upTime: processes.upTime },
      {
        ...(halting.broken === undefined ? {} : { [INVARIANTS]: halting.broken }),
        ...(this.#deposed === undefined ? {} : { [LEADER]: this.#deposed }),
      },
    )
  }

  failed(error: unknown): FailedRun {
    const { shared, meter, digest, timers, halting, nodes } = this.#parts
    return failedRun(error, shared, {
      digest,
      names: { types: meter.types, timers: timers.names },
      node: halting.culprit ?? nodes.nodes[shared.queue.target],
    })
  }
}
