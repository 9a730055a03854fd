/**
 * Leading by a lease: your solution. The hand-out is README.md; check it with `quorate lab test`.
 *
 * Handlers run one at a time and to their end, and act only through `node`: `node.send(to, message)`, `node.setTimer(name, delay)`
 * (arming it again replaces the old deadline), `node.cancelTimer(name)`, `node.now()` and `node.isOver(deadline)` by its own clock,
 * `node.reply(client, ...)`, `node.report(...)`, by which the world learns who leads, and, in store and resource,
 * `store.save({ ... })` for what must survive a crash. `node.state` is yours to change; a crash loses it, and all timers.
 * `node.role("store")` and `node.role("resource")` are the ids of those processes, one each.
 */
import {
  algorithm,
  duration,
  mutualExclusion,
  type MutualExclusion,
  type Node,
  type ParameterValues,
  type RoleNode,
  share,
} from "quorate"

/** Fixed by the lab: tests set them. d is the longest delay of a message. */
const parameters = {
  lease: duration("max(500ms, 50d)", "The length L of a lease, by the store's clock.", { min: 1 }),
  renewInterval: duration("max(150ms, 15d)", "The holder renews its lease this often.", { min: 1 }),
  maxDrift: share("1%", "Every clock runs at 1 - rho to 1 + rho of the true rate."),
  retryAfter: duration("max(100ms, 10d)", "A message without an answer for this long is sent again.", { min: 1 }),
}

/** Messages to the store. The names are fixed; add fields, and messages, as you need them. */
type ToStore =
  | { readonly type: "Acquire" }
  | { readonly type: "Renew"; readonly token: number }
  | { readonly type: "Release"; readonly token: number }

/** From the store, and the last two from the resource. `token` of Written is fixed as well: tests read it. */
type ToNode =
  | { readonly type: "Granted"; readonly token: number }
  /** Somebody else has the lease. */
  | { readonly type: "Held" }
  /** Nobody has it any more. */
  | { readonly type: "Free" }
  | { readonly type: "Renewed"; readonly token: number }
  /** The lease of that token is over. */
  | { readonly type: "Expired"; readonly token: number }
  | { readonly type: "Released"; readonly token: number }
  /** The resource took the write; `after`: the token of the one before, 0 for the first. */
  | { readonly type: "Written"; readonly token: number; readonly after: number }
  | { readonly type: "Rejected"; readonly token: number }

interface Lease {
  readonly parameters: ParameterValues<typeof parameters>
  readonly disk: object
  /** `client`: for whom this node wants the lease; `token`: of the lease that it has. */
  readonly state: { client: number; token: number }
  readonly message: ToNode
  readonly timer: "retry" | "renew" | "lapse"
  readonly service: MutualExclusion
  readonly roles: {
    readonly store: {
      readonly disk: { readonly token: number; readonly holder: number | null }
      readonly state: { waiting: number[] }
      readonly message: ToStore
      readonly timer: "expiry"
    }
    readonly resource: {
      readonly disk: { readonly latest: number }
      readonly state: object
      readonly message: { readonly type: "Write"; readonly token: number }
      readonly timer: never
    }
  }
}

type Self = Node<Lease>
export type Store = RoleNode<Lease, "store">
export type Resource = RoleNode<Lease, "resource">

export const lease = algorithm<Lease>({
  name: "my-lease",
  title: "My leases",
  source: "Gray and Cheriton 1989",
  summary: "Whoever writes a key first leads until the lease is over.",
  tolerates: { faults: "crash", of: n => n - 1 },
  serves: [mutualExclusion],
  parameters,

  disk: () => ({}),
  state: () => ({ client: 0, token: 0 }),
  start() {},

  receive: {
    // TODO: what the store and the resource answer
    Granted(_node, _message) {},
    Held(_node, _message) {},
    Free(_node, _message) {},
    Renewed(_node, _message) {},
    Expired(_node, _message) {},
    Released(_node, _message) {},
    Written(_node, _message) {
      // TODO: node.report({ type: "wrote", token, after })
    },
    Rejected(_node, _message) {},
  },

  timeout: {
    /** An answer is missing. */
    retry(_node) {
      // TODO
    },
    /** It is time to renew the lease. */
    renew(_node) {
      // TODO
    },
    /** By this node's clock, the lease may be over. */
    lapse(_node) {
      // TODO
    },
  },

  request: {
    /** This node's client wants to lead. Its next Acquire comes, at the earliest, when it has left, or heard that it had to. */
    Acquire(node, _request, client) {
      node.state.client = client
      // TODO
    },
    /** The client leaves: one write to the resource, and the lease can go. */
    Release(_node) {
      // TODO
    },
  },

  roles: {
    store: {
      doc: "grants the lease",
      count: 1,
      disk: () => ({ token: 0, holder: null }),
      state: () => ({ waiting: [] }),
      /** Called at every boot; `disk` holds what survived. */
      start(_store) {
        // TODO
      },
      receive: {
        // TODO
        Acquire(_store, _message, _from) {},
        Renew(_store, _message, _from) {},
        Release(_store, _message, _from) {},
      },
      timeout: {
        /** The lease is over. */
        expiry(_store) {
          // TODO
        },
      },
    },

    resource: {
      doc: "takes the writes of holders",
      count: 1,
      disk: () => ({ latest: 0 }),
      state: () => ({}),
      start() {},
      receive: {
        Write(_resource, _message, _from) {
          // TODO: take it, or refuse it
        },
      },
      timeout: {},
    },
  },
})

/** This node leads from now on, by the lease of `node.state.token`; its client says when it leaves. */
export function enter(node: Self): void {
  node.report({ type: "entered", timestamp: node.state.token })
  node.reply(node.state.client, { type: "Granted" })
}

/** This node leads no more, since its client has left and its write is taken. */
export function leave(node: Self): void {
  node.report({ type: "left" })
}

/** This node has to stop leading before its client has left, who learns of it. */
export function giveUp(node: Self): void {
  node.report({ type: "left" })
  node.reply(node.state.client, { type: "Revoked" })
}
