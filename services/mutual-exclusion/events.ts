/** The events at a critical section, as its checks and measures see them. */
import type { Micros } from "../../runtime/contract/units.ts"

export type SectionEvent =
  /** Begins to wait. */
  | { readonly type: "requested"; readonly who: number; readonly at: Micros }
  /** `timestamp`: the key by which the algorithm orders entries; null if it promises no order. */
  | { readonly type: "entered"; readonly who: number; readonly timestamp: number | null; readonly at: Micros }
  | { readonly type: "left"; readonly who: number; readonly at: Micros }
  /** A resource accepted its write; `token` and `after`: see `Wrote` in `shape.ts`. */
  | {
      readonly type: "wrote"
      readonly who: number
      readonly token: number
      readonly after: number
      readonly at: Micros
    }
  /** Gone while waiting or inside: its node crashed, or became a traitor. */
  | { readonly type: "vanished"; readonly who: number; readonly at: Micros }
  /**
   * A client died. If it lives on a node, the node may hold the lock for a while, or get it, on behalf of the dead
   * client.
   */
  | { readonly type: "died"; readonly who: number; readonly at: Micros }
  /** A fault struck or ended: of nodes and links, or, if `ofClients`, only of clients. */
  | { readonly type: "fault"; readonly ofClients: boolean; readonly at: Micros }
  /** The run is over. */
  | { readonly type: "finished"; readonly at: Micros }

/** The ground truth that the checks of a critical section may use in addition to the events. */
export interface SectionContext {
  /** The number of grants to others during one wait that counts as starvation. */
  readonly starvation: number
  /** True if only unfairness explains that one entered while the other waited; null: always. */
  readonly isUnfair: ((waits: number, entered: number) => boolean) | null
  /** True if the process inside can act: it is running, and not paused; null: always. */
  readonly isRunning: ((who: number) => boolean) | null
  /** The guarantees of the service when clients die. */
  readonly sessions: Sessions
}

export interface Sessions {
  /** The time after which a dead client's session expires; 0: never. */
  readonly timeout: Micros
  /** The maximum time of a grant itself. */
  readonly deadline: Micros
  /** True if the network loses messages, which may be the reason why nobody is granted. */
  readonly areLinksLossy: boolean
}
