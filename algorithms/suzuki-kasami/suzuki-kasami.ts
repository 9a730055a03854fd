/**
 * Suzuki and Kasami's mutual exclusion: the holder of the PRIVILEGE, a token, may enter the critical section. A node without
 * it asks all others; the holder sends it to the next requester when it no longer needs it, first come, first served.
 *
 * Source: I. Suzuki, T. Kasami, "A Distributed Mutual Exclusion Algorithm", ACM Transactions on Computer Systems 3(4),
 * 1985. Messages and variables have the names of the paper's listing.
 *
 * Not in the paper: the PRIVILEGE counts its hops, so that duplicates are recognised; and the disk records that the node has
 * booted, so that only one PRIVILEGE is ever created.
 */
import {
  algorithm,
  type ClientId,
  invariant,
  type Node,
  type NodeId,
  type Shape,
} from "../../runtime/contract/algorithm.ts"
import { mutualExclusion } from "../../services/mutual-exclusion/service.ts"
import type { MutualExclusion } from "../../services/mutual-exclusion/shape.ts"
import { theory } from "./theory.ts"

export interface SuzukiKasami extends Shape {
  readonly parameters: object
  readonly disk: { readonly hasBooted: boolean }
  readonly state: State
  readonly message: Request | Privilege
  readonly timer: never
  readonly service: MutualExclusion
}

/** REQUEST(j, n): node j asks for its n-th entry. */
interface Request {
  readonly type: "Request"
  readonly n: number
}

/** PRIVILEGE(Q, LN): the token. */
interface Privilege {
  readonly type: "Privilege"
  /** The nodes that get it next, in this order. */
  readonly Q: readonly NodeId[]
  /** For each node, the number of its request granted last. */
  readonly LN: readonly number[]
  /** Its hops so far. */
  readonly passes: number
}

export interface State {
  /** For each node, the highest number of its requests that this node knows. */
  readonly RN: number[]
  /** The PRIVILEGE as it was received (the paper's HavePrivilege, Q and LN); null: another node has it. */
  privilege: Privilege | null
  /** The hops of the PRIVILEGE when this node last received it. */
  passes: number
  /** True while this node waits for the critical section or is in it. */
  requesting: boolean
  inCriticalSection: boolean
  /** The client for which this node requests. */
  client: ClientId
}

type Self = Node<SuzukiKasami>

export const suzukiKasami = algorithm<SuzukiKasami>({
  name: "suzuki-kasami",
  title: "Suzuki-Kasami",
  source: "Suzuki and Kasami 1985, ACM Transactions on Computer Systems 3(4)",
  colour: "#BF7C7C",
  theory,
  summary: "A token admits to the critical section; whoever wants in asks everybody, and the holder passes it on.",
  tolerates: { faults: "none", of: () => 0 },
  assumes: { links: "reliable" },
  serves: [mutualExclusion],
  parameters: {},

  disk: () => ({ hasBooted: false }),
  state: ({ size }) => ({
    RN: Array.from({ length: size }, () => 0),
    privilege: null,
    passes: 0,
    requesting: false,
    inCriticalSection: false,
    client: 0,
  }),
  start(node) {
    const { disk, state } = node
    if (node.id === 0 && !disk.hasBooted) {
      state.privilege = { type: "Privilege", Q: [], LN: state.RN.slice(), passes: 0 }
    }
    if (!disk.hasBooted) node.save({ hasBooted: true })
  },

  receive: {
    /** Procedure P2: an idle holder sends the PRIVILEGE to the requester, unless it has granted the request before. */
    Request(node, { n }, from) {
      const { state } = node
      state.RN[from] = Math.max(state.RN[from]!, n)
      const { privilege, requesting } = state
      if (privilege !== null && !requesting && isOutstanding(state.RN, privilege.LN, from)) {
        passPrivilege(node, privilege, from)
      }
    },

    Privilege(node, privilege) {
      const { state } = node
      if (privilege.passes <= state.passes) return
      state.passes = privilege.passes
      state.privilege = privilege
      invariant(state.requesting, "the PRIVILEGE goes to a node that has asked for it")
      enterCriticalSection(node)
    },
  },

  standing: ({ id, state: { inCriticalSection, requesting, privilege, RN } }) => ({
    role: inCriticalSection
      ? "critical section"
      : requesting
        ? "requesting"
        : privilege === null
          ? "outside"
          : "holder",
    rank: inCriticalSection ? 2 : requesting ? 1 : 0,
    epoch: requesting ? RN[id]! : null,
  }),

  timeout: {},

  request: {
    /** Procedure P1, up to the critical section. */
    Acquire(node, _, client) {
      const { state } = node
      if (state.requesting) return
      state.requesting = true
      state.client = client
      if (state.privilege !== null) return enterCriticalSection(node)
      const n = state.RN[node.id]! + 1
      state.RN[node.id] = n
      node.broadcast({ type: "Request", n })
    },

    /** Procedure P1, from the critical section on. */
    Release(node) {
      const { state } = node
      const { privilege } = state
      if (!state.inCriticalSection) return
      invariant(privilege !== null, "a node in the critical section has the PRIVILEGE")
      node.report({ type: "left" })
      state.inCriticalSection = false
      state.requesting = false
      const LN = privilege.LN.with(node.id, state.RN[node.id]!)
      const waiting = node.peers.filter(j => isOutstanding(state.RN, LN, j) && !privilege.Q.includes(j))
      const [next, ...Q] = [...privilege.Q, ...waiting]
      state.privilege = { ...privilege, Q, LN }
      if (next !== undefined) passPrivilege(node, state.privilege, next)
    },
  },
})

/** True if node j waits: its latest request is the one after its last granted one. */
function isOutstanding(RN: readonly number[], LN: readonly number[], j: NodeId): boolean {
  return RN[j] === LN[j]! + 1
}

function enterCriticalSection(node: Self): void {
  const { state } = node
  invariant(!state.inCriticalSection, "a node enters once for each request")
  state.inCriticalSection = true
  node.report({ type: "entered", timestamp: null })
  node.reply(state.client, { type: "Granted" })
}

function passPrivilege(node: Self, privilege: Privilege, to: NodeId): void {
  node.state.privilege = null
  node.send(to, { ...privilege, passes: privilege.passes + 1 })
}
