/**
 * Leases as a student may write them. Unlike the workbench's store, this one keeps those that wait in a queue, and offers a
 * lease that is free to the first of them only; one that does not come for it goes to the end.
 */
import {
  algorithm,
  duration,
  mutualExclusion,
  type MutualExclusion,
  type Node,
  type NodeId,
  type ParameterValues,
  type RoleNode,
  share,
} from "quorate"

const parameters = {
  lease: duration("max(500ms, 50d)", "The length L of a lease, by the store's clock.", { min: 1 }),
  renewInterval: duration("max(150ms, 15d)", "The holder renews its lease this often.", { min: 1 }),
  maxDrift: share("1%", "Every clock runs at 1 - rho to 1 + rho of the true rate."),
  retryAfter: duration("max(100ms, 10d)", "A message without an answer for this long is sent again.", { min: 1 }),
}

type ToStore =
  | { readonly type: "Acquire"; readonly attempt: number; readonly sentAt: number }
  | { readonly type: "Renew"; readonly token: number; readonly sentAt: number }
  | { readonly type: "Release"; readonly token: number }

type ToNode =
  | { readonly type: "Granted"; readonly attempt: number; readonly token: number; readonly sentAt: number }
  | { readonly type: "Held"; readonly attempt: number }
  | { readonly type: "Free" }
  | { readonly type: "Renewed"; readonly token: number; readonly sentAt: number }
  | { readonly type: "Expired"; readonly token: number }
  | { readonly type: "Released"; readonly token: number }
  | { readonly type: "Written"; readonly token: number; readonly after: number }
  | { readonly type: "Rejected"; readonly token: number }

interface Lease {
  readonly parameters: ParameterValues<typeof parameters>
  readonly disk: object
  readonly state: {
    phase: "out" | "asking" | "in" | "writing" | "giving"
    client: number
    wantsMore: boolean
    attempt: number
    token: number
    until: number
  }
  readonly message: ToNode
  readonly timer: "retry" | "renew" | "lapse"
  readonly service: MutualExclusion
  readonly roles: {
    readonly store: {
      readonly disk: { readonly token: number; readonly holder: NodeId | null; readonly attempt: number }
      readonly state: { queue: NodeId[] }
      readonly message: ToStore
      readonly timer: "expiry" | "offer"
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
type Store = RoleNode<Lease, "store">

export const solution = algorithm<Lease>({
  name: "my-lease",
  title: "My leases",
  source: "Gray and Cheriton 1989",
  summary: "Whoever writes a key first leads until the lease is over.",
  tolerates: { faults: "crash", of: n => n - 1 },
  serves: [mutualExclusion],
  parameters,

  disk: () => ({}),
  state: () => ({ phase: "out", client: 0, wantsMore: false, attempt: 0, token: 0, until: 0 }),
  start(node) {
    // Above all attempts that it made before it died.
    node.state.attempt = node.now()
  },

  receive: {
    Granted(node, { attempt, token, sentAt }) {
      const { state } = node
      if (isIn(node) && state.token === token) return prolong(node, sentAt)
      if (state.phase !== "asking" || state.attempt !== attempt) return toStore(node, { type: "Release", token })
      state.token = token
      state.until = sentAt + usable(node)
      if (node.isOver(state.until)) {
        toStore(node, { type: "Release", token })
        return contend(node)
      }
      state.phase = "in"
      node.cancelTimer("retry")
      node.setTimer("lapse", state.until - node.now())
      node.setTimer("renew", node.parameters.renewInterval)
      node.report({ type: "entered", timestamp: token })
      node.reply(state.client, { type: "Granted" })
    },

    /** The store will send word; if that gets lost, this node asks again. */
    Held(node, { attempt }) {
      if (node.state.phase !== "asking" || node.state.attempt !== attempt) return
      node.setTimer("retry", 5 * node.parameters.retryAfter)
    },

    Free(node) {
      if (node.state.phase === "asking") ask(node)
    },

    Renewed(node, { token, sentAt }) {
      if (isIn(node) && node.state.token === token) prolong(node, sentAt)
    },

    Expired(node, { token }) {
      if (isIn(node) && node.state.token === token) lose(node)
    },

    Released(node, { token }) {
      if (node.state.phase === "giving" && node.state.token === token) getOut(node)
    },

    Written(node, { token, after }) {
      node.report({ type: "wrote", token, after })
      const { state } = node
      if (state.phase !== "writing" || state.token !== token) return
      stop(node)
      state.phase = "giving"
      toStore(node, { type: "Release", token })
      node.setTimer("retry", node.parameters.retryAfter)
    },

    Rejected(node, { token }) {
      if (node.state.phase === "writing" && node.state.token === token) lose(node)
    },
  },

  timeout: {
    retry(node) {
      const { phase, token } = node.state
      if (phase === "asking") return ask(node)
      if (phase === "writing") write(node)
      else if (phase === "giving") toStore(node, { type: "Release", token })
      node.setTimer("retry", node.parameters.retryAfter)
    },

    renew(node) {
      toStore(node, { type: "Renew", token: node.state.token, sentAt: node.now() })
      node.setTimer("renew", node.parameters.renewInterval)
    },

    lapse(node) {
      if (isIn(node)) lose(node)
      else getOut(node)
    },
  },

  request: {
    Acquire(node, _request, client) {
      const { state } = node
      state.client = client
      if (state.phase === "out") contend(node)
      else if (!isIn(node) || state.phase === "writing") state.wantsMore = true
    },

    Release(node) {
      const { state } = node
      if (state.phase !== "in") return
      if (node.isOver(state.until)) return lose(node)
      state.phase = "writing"
      write(node)
      node.setTimer("retry", node.parameters.retryAfter)
    },
  },

  roles: {
    store: {
      doc: "grants the lease",
      count: 1,
      disk: () => ({ token: 0, holder: null, attempt: 0 }),
      state: () => ({ queue: [] }),
      start(store) {
        if (store.disk.holder !== null) store.setTimer("expiry", store.parameters.lease)
      },
      receive: {
        Acquire(store, { attempt, sentAt }, from) {
          const { disk, state } = store
          const isAgain = disk.holder === from && disk.attempt === attempt
          if (disk.holder !== null && !isAgain) {
            if (!state.queue.includes(from)) state.queue.push(from)
            return store.send(from, { type: "Held", attempt })
          }
          if (!isAgain) store.save({ token: disk.token + 1, holder: from, attempt })
          state.queue = state.queue.filter(other => other !== from)
          store.cancelTimer("offer")
          store.setTimer("expiry", store.parameters.lease)
          store.send(from, { type: "Granted", attempt, token: store.disk.token, sentAt })
        },
        Renew(store, { token, sentAt }, from) {
          if (!isCurrent(store, token)) return store.send(from, { type: "Expired", token })
          store.setTimer("expiry", store.parameters.lease)
          store.send(from, { type: "Renewed", token, sentAt })
        },
        Release(store, { token }, from) {
          if (isCurrent(store, token)) free(store)
          store.send(from, { type: "Released", token })
        },
      },
      timeout: {
        expiry(store) {
          free(store)
        },
        offer(store) {
          offer(store)
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
        Write(resource, { token }, from) {
          const { latest } = resource.disk
          if (token < latest) return resource.send(from, { type: "Rejected", token })
          resource.save({ latest: token })
          resource.send(from, { type: "Written", token, after: latest })
        },
      },
      timeout: {},
    },
  },
})

function usable({ parameters: { lease, maxDrift } }: Self): number {
  return Math.floor((lease * (1 - maxDrift)) / (1 + maxDrift))
}

function isIn({ state: { phase } }: Self): boolean {
  return phase === "in" || phase === "writing"
}

function contend(node: Self): void {
  const { state } = node
  state.phase = "asking"
  state.wantsMore = false
  state.attempt++
  ask(node)
}

function ask(node: Self): void {
  toStore(node, { type: "Acquire", attempt: node.state.attempt, sentAt: node.now() })
  node.setTimer("retry", node.parameters.retryAfter)
}

function prolong(node: Self, sentAt: number): void {
  const { state } = node
  state.until = Math.max(state.until, sentAt + usable(node))
  node.setTimer("lapse", Math.max(0, state.until - node.now()))
}

function write(node: Self): void {
  node.send(node.role("resource")[0]!, { type: "Write", token: node.state.token })
}

/** It has the lease no longer, without having given it back. */
function lose(node: Self): void {
  const wasIn = node.state.phase === "in"
  stop(node)
  if (wasIn) node.reply(node.state.client, { type: "Revoked" })
  getOut(node)
}

function stop(node: Self): void {
  node.cancelTimer("renew")
  node.report({ type: "left" })
}

function getOut(node: Self): void {
  const { state } = node
  node.cancelTimer("retry")
  node.cancelTimer("lapse")
  state.phase = "out"
  if (state.wantsMore) contend(node)
}

function toStore(node: Self, message: ToStore): void {
  node.send(node.role("store")[0]!, message)
}

function isCurrent({ disk }: Store, token: number): boolean {
  return disk.holder !== null && disk.token === token
}

function free(store: Store): void {
  store.save({ holder: null })
  store.cancelTimer("expiry")
  offer(store)
}

/** To the first in the queue, which is then the last. */
function offer(store: Store): void {
  const { state, disk } = store
  const first = state.queue.shift()
  if (first === undefined || disk.holder !== null) return
  state.queue.push(first)
  store.send(first, { type: "Free" })
  store.setTimer("offer", store.parameters.retryAfter)
}
