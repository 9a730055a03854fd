/** Parameters, messages and state of lease leadership. */
import type { Algorithm, ClientId, Node, NodeId, RoleNode, Shape } from "../../runtime/contract/algorithm.ts"
import { type Carried, type CarriedTimer, parametersOf } from "../../runtime/contract/composition/composition.ts"
import { choice, duration, flag, integer, type ParameterValues, share } from "../../runtime/contract/parameters.ts"
import type { Micros } from "../../runtime/contract/units.ts"
import type { CampaignedElection } from "../../services/leader-election/shape.ts"
import type { MutualExclusion } from "../../services/mutual-exclusion/shape.ts"
import type { RegisterDisk, RegisterMessage, RegisterState } from "../common/logged-register.ts"

/** The parameters, with those of the logs that may replicate the store. */
export function parametersOn(among: readonly Algorithm[]) {
  return { ...parameters, store: storeIn(among), ...parametersOf(among) }
}

function storeIn(among: readonly Algorithm[]) {
  return choice(
    ["process", ...among.map(({ name }) => name)],
    "process",
    "What the store is. `process`: one process with a disk. Else `storeNodes` processes that keep it in a replicated log of that " +
      "algorithm: each acquisition, renewal and release is then a command of the log, and the store outlives a minority of them.",
  )
}

const parameters = {
  storeNodes: integer(3, "Number of processes of a store in a replicated log.", { min: 1, max: 15 }),
  lease: duration(
    "max(500ms, 50d)",
    "Lease length L: the store takes the lease away when L has passed by its own clock since it granted or last " +
      "renewed it. Longer: fewer renewals are needed; shorter: whoever comes next waits less for a holder that died.",
    { min: 1, title: "Length of a lease" },
  ),
  renewInterval: duration(
    "0s",
    "The holder renews its lease this often; 0: three times in a lease, as clients of etcd do. Longer: fewer messages, " +
      "and fewer of them may be lost before the lease is.",
  ),
  maxDrift: share(
    "1%",
    "Declared bound of clock drift, rho: every clock runs at 1 - rho to 1 + rho of the true rate. A holder stops " +
      "L(1 - rho)/(1 + rho) after it sent what granted or renewed its lease. A clock beyond the bound breaks safety.",
  ),
  waiting: choice(
    ["watch", "poll"],
    "watch",
    "How one that found the lease taken learns that it is free. `watch`: the store notifies all that wait, and the " +
      "first of them to write wins. `poll`: it tries to acquire it again and again.",
  ),
  pollInterval: duration(
    "max(50ms, 5d)",
    "`poll` only: time from one attempt to the next; the first comes at random.",
    {
      min: 1,
    },
  ),
  watchTimeout: duration(
    "max(10s, 1000d)",
    "`watch` only: one that has heard nothing from the store for this long tries again, since the store may have forgotten it.",
    { min: 1 },
  ),
  retryAfter: duration("max(100ms, 10d)", "A message without an answer for this long is sent again.", { min: 1 }),
  lockDelay: duration(
    "0s",
    "Time for which the store grants nothing after a lease has expired (not after a release): what its holder had sent " +
      "may arrive meanwhile.",
  ),
  durable: flag(
    true,
    "Leases and the number of the last one survive a restart of the store, on its disk; each is then as good as renewed. " +
      "false: it forgets them, which assumes a store that never restarts.",
  ),
  writes: flag(
    false,
    "`mutual-exclusion` only: before a holder releases the lease it writes to a resource, a process of its own, and waits " +
      "for the answer.",
  ),
  checksLease: flag(
    true,
    "A holder looks at its clock before it writes. false: it relies on its timer, which a pause delays as well, like a " +
      "program that trusts its lock.",
  ),
  fencing: flag(
    true,
    "The resource refuses a write with a lower token than one that it has seen. false: it takes every write.",
  ),
} as const

export interface LeaseLeadership extends Shape {
  readonly parameters: ParameterValues<typeof parameters> & { readonly store: string }
  readonly disk: object
  readonly state: ContenderState
  readonly message: ToContender
  readonly timer: "retry" | "watch" | "poll" | "renew" | "renewAgain" | "lapse"
  readonly service: MutualExclusion | CampaignedElection
  readonly roles: {
    readonly store: {
      readonly disk: StoreDisk
      readonly state: StoreState
      readonly message: ToStore | RegisterMessage | Carried<"log">
      readonly timer: "expiry" | "resendCommand" | CarriedTimer<"log">
    }
    readonly resource: {
      readonly disk: ResourceDisk
      readonly state: object
      readonly message: Write
      readonly timer: never
    }
  }
}

export type Contender = Node<LeaseLeadership>
export type LeaseParameters = LeaseLeadership["parameters"]
export type Store = RoleNode<LeaseLeadership, "store">
export type Resource = RoleNode<LeaseLeadership, "resource">

export interface ContenderState {
  /** `writing` and `releasing`: its client has left, and it has yet to write, or to give the lease back. */
  phase: "outside" | "waiting" | "holding" | "writing" | "releasing"
  /** True if it contends for leadership: it wants the lease whenever that is free. */
  isCampaigning: boolean
  /** The client that it acquires the lease for, unless it campaigns. */
  client: ClientId
  /** True if that client wants the lease again while the node is still writing or releasing. */
  isWantedAgain: boolean
  /** The number of its last attempt. Each boot starts at the clock's reading, so that numbers are unique. */
  attempt: number
  /** `poll` only: this attempt found the lease taken, and is being repeated. */
  isPolling: boolean
  /** The token of the lease that it has or had last; 0: none. */
  token: number
  /** The end of its lease, by its own clock. */
  validUntil: Micros
  /** The node that it believes to lead, and the highest token that it has heard of. */
  leader: NodeId | null
  epoch: number
  /** The process of the store that it believes to act, and the epoch of the store's log in which that does. */
  store: NodeId
  storeEpoch: number
  /** True if its last attempt to acquire the lease has not been answered. */
  isUnanswered: boolean
}

/** A lease as the store keeps it. */
export interface Lease {
  readonly holder: NodeId
  readonly attempt: number
  /** Fencing token: the number of the lease, 1, 2, 3, ... */
  readonly token: number
}

/** The key of the store, with what the store knows about its lease. */
export interface Table {
  readonly lastToken: number
  readonly lease: Lease | null
  /** The number of changes and renewals so far: an expiry names the one after which it was decided. */
  readonly renewal: number
  /** True if the lease has expired, and the lock delay is running. */
  readonly isDelayed: boolean
}

/** Kept by a store of one process; processes of a log keep their log. */
export type StoreDisk = RegisterDisk & {
  readonly lastToken?: number
  /** Kept until it is released, or it has expired and the lock delay is over. Its expiry time is not on disk. */
  readonly lease?: Lease | null
}

export interface StoreState {
  table: Table
  /** True if the holder knows of its lease: it has renewed or confirmed it. */
  isConfirmed: boolean
  /** The nodes that watch the lease, in the order in which they found it taken. */
  waiters: NodeId[]
  /** The key in a replicated log; null: the store is one process. */
  readonly register: RegisterState | null
  /** In a log: requests that wait, and those submitted to the log. */
  queue: Asked[]
  underWay: Asked[]
}

export interface Asked {
  readonly request: Request
  readonly from: NodeId
}

export interface ResourceDisk {
  /** The token of the last write that it accepted; 0: none. */
  readonly latest: number
}

export type ToStore =
  | { readonly type: "Acquire"; readonly attempt: number; readonly sentAt: Micros; readonly watches: boolean }
  | { readonly type: "Renew"; readonly token: number; readonly sentAt: Micros }
  | Confirm
  | { readonly type: "Release"; readonly token: number }

/** A new leader has learnt that it leads; the store notifies those that watch. */
export interface Confirm {
  readonly type: "Confirm"
  readonly token: number
}

export interface Write {
  readonly type: "Write"
  readonly token: number
}

/** `sentAt` is echoed: the lease counts from then on, by the clock of its holder. */
export type ToContender =
  | { readonly type: "Granted"; readonly attempt: number; readonly token: number; readonly sentAt: Micros }
  /** The lease is taken: by `holder`, or by one that may not know it yet (null). */
  | { readonly type: "Held"; readonly attempt: number; readonly token: number; readonly holder: NodeId | null }
  | { readonly type: "Renewed"; readonly token: number; readonly sentAt: Micros }
  /** The lease of that token is over. */
  | { readonly type: "Expired"; readonly token: number }
  | { readonly type: "Released"; readonly token: number }
  /** The store notifies those that watch: the lease of that token is over, and nobody has it. */
  | { readonly type: "Free"; readonly token: number }
  /** The store notifies those that watch: `holder` leads. */
  | { readonly type: "Leads"; readonly token: number; readonly holder: NodeId }
  /** The resource accepted a write; the previous one had the token `after`. */
  | { readonly type: "Written"; readonly token: number; readonly after: number }
  | { readonly type: "Rejected"; readonly token: number }
  /** From a store in a log: the sender acts from now on; or, as far as it knows, another process does. */
  | { readonly type: "Acts"; readonly epoch: number }
  | { readonly type: "Elsewhere"; readonly store: NodeId; readonly epoch: number }

/**
 * A contender's request for the store to decide; or the store's own, to expire the lease unless it was renewed after
 * `renewal`.
 */
export type Request =
  | Extract<ToStore, { readonly type: "Acquire" | "Renew" | "Release" }>
  | { readonly type: "Expire"; readonly renewal: number }
