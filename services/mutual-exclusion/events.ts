/** The events at a critical section, as its checks and measures see them. */
import type { Micros } from "../../runtime/contract/units.ts"

export type SectionEvent =
  /** Begins to wait. */
  | { readonly type: "requested"; readonly who: number; readonly at: Micros }
  /** `timestamp`: what the algorithm orders entries by; null if it promises no order. */
  | { readonly type: "entered"; readonly who: number; readonly timestamp: number | null; readonly at: Micros }
  | { readonly type: "left"; readonly who: number; readonly at: Micros }
  /** A resource took its write; `token` and `after`: as of `Wrote` in `shape.ts`. */
  | {
      readonly type: "wrote"
      readonly who: number
      readonly token: number
      readonly after: number
      readonly at: Micros
    }
  /** Gone, waiting or inside: its node crashed, or became a traitor. */
  | { readonly type: "vanished"; readonly who: number; readonly at: Micros }
  /** A client died. Where it lives on a node, that may have the lock for a while, or get it, on behalf of the dead. */
  | { readonly type: "died"; readonly who: number; readonly at: Micros }
  /** A fault struck or ended, of nodes and links or `ofClients` alone. */
  | { readonly type: "fault"; readonly ofClients: boolean; readonly at: Micros }
  /** The run is over. */
  | { readonly type: "finished"; readonly at: Micros }

/** The truth that the checks of a critical section may see beside the events. */
export interface SectionContext {
  /** Grants to others while one waits that are called starvation. */
  readonly starvation: number
  /** True if one that waits can have been overtaken for no other reason than unfairness; null: always. */
  readonly isUnfair: ((waits: number, entered: number) => boolean) | null
  /** True if one that is inside can act: its process runs, and is not paused; null: always. */
  readonly isRunning: ((who: number) => boolean) | null
  /** The promise of the service where clients die. */
  readonly sessions: Sessions
}

export interface Sessions {
  /** The time after which a client that died is given up; 0: never. */
  readonly timeout: Micros
  /** The time that a grant alone may take. */
  readonly deadline: Micros
  /** True if the network loses messages, so that it may be these that nobody is granted for. */
  readonly areLinksLossy: boolean
}
