/**
 * Viewstamped Replication by the letter of Liskov and Cowling, "Viewstamped Replication Revisited", 2012, §4 and §5.2, as a student
 * may write it: without checkpoints and crash vectors; whoever lacks anything gets the whole log.
 */
import {
  algorithm,
  type Command,
  duration,
  emptyMachine,
  execute,
  type Machine,
  type Node,
  type NodeId,
  type ParameterValues,
  type ReplicatedLog,
  replicatedLog,
} from "quorate"

const parameters = {
  viewChangeTimeout: duration("max(150ms, 10d)", "A backup that hears nothing for this long starts a view change.", {
    min: 1,
  }),
  heartbeatInterval: duration("max(75ms, 5d)", "The primary sends Commit this often.", { min: 1 }),
}

interface Log {
  readonly view: number
  readonly log: readonly Command[]
  readonly commit: number
}

type Message =
  | {
      readonly type: "Prepare"
      readonly view: number
      readonly op: number
      readonly command: Command
      readonly commit: number
    }
  | { readonly type: "PrepareOk"; readonly view: number; readonly op: number }
  | { readonly type: "Commit"; readonly view: number; readonly commit: number }
  | { readonly type: "StartViewChange"; readonly view: number }
  | ({ readonly type: "DoViewChange"; readonly lastNormal: number } & Log)
  | ({ readonly type: "StartView" } & Log)
  | { readonly type: "GetState"; readonly view: number }
  | ({ readonly type: "NewState" } & Log)
  | { readonly type: "Recovery"; readonly nonce: number }
  | { readonly type: "RecoveryResponse"; readonly nonce: number; readonly view: number; readonly state: Log | null }

interface Vsr {
  readonly parameters: ParameterValues<typeof parameters>
  readonly disk: object
  readonly state: {
    status: "normal" | "view-change" | "recovering"
    view: number
    lastNormal: number
    log: Command[]
    commit: number
    machine: Machine
    readonly prepared: Map<NodeId, number>
    readonly startViewChanges: Set<NodeId>
    readonly doViewChanges: Map<NodeId, Log & { readonly lastNormal: number }>
    hasDone: boolean
    nonce: number
    readonly responses: Map<NodeId, { readonly view: number; readonly state: Log | null }>
  }
  readonly message: Message
  readonly timer: "viewChange" | "beat"
  readonly service: ReplicatedLog
}

type Self = Node<Vsr>

export const solution = algorithm<Vsr>({
  name: "my-vsr",
  title: "My Viewstamped Replication",
  source: "Liskov and Cowling 2012",
  summary: "Replicas take turns as primaries.",
  tolerates: { faults: "crash", of: n => (n - 1) >> 1 },
  assumes: { storage: "none" },
  serves: [replicatedLog],
  parameters,

  disk: () => ({}),
  state: () => ({
    status: "normal",
    view: 0,
    lastNormal: 0,
    log: [],
    commit: 0,
    machine: emptyMachine(),
    prepared: new Map(),
    startViewChanges: new Set(),
    doViewChanges: new Map(),
    hasDone: false,
    nonce: 0,
    responses: new Map(),
  }),

  start(node) {
    becomeNormal(node, 0)
    beat(node)
  },

  recover(node) {
    const { state } = node
    state.status = "recovering"
    state.nonce = node.now() + 1
    node.report({ type: "believes", leader: null, epoch: 0 })
    beat(node)
  },

  receive: {
    Prepare(node, { view, op, command, commit }, from) {
      const { state } = node
      if (!isCurrent(node, view, from)) return
      awaitPrimary(node)
      if (op > state.log.length + 1) return node.send(from, { type: "GetState", view })
      if (op === state.log.length + 1) state.log.push(command)
      node.send(from, { type: "PrepareOk", view, op: state.log.length })
      executeUpTo(node, commit)
    },

    PrepareOk(node, { view, op }, from) {
      const { state } = node
      if (!isPrimary(node) || view !== state.view) return
      state.prepared.set(from, Math.max(op, state.prepared.get(from) ?? 0))
      commitPrepared(node)
    },

    Commit(node, { view, commit }, from) {
      const { state } = node
      if (!isCurrent(node, view, from)) return
      awaitPrimary(node)
      if (commit > state.log.length) node.send(from, { type: "GetState", view })
      executeUpTo(node, commit)
    },

    StartViewChange(node, { view }, from) {
      const { state } = node
      if (state.status === "recovering" || view < state.view) return
      if (view === state.view && state.status === "normal") {
        if (isPrimary(node)) node.send(from, { type: "StartView", view, log: [...state.log], commit: state.commit })
        return
      }
      if (view > state.view) startViewChange(node, view)
      state.startViewChanges.add(from)
      doViewChange(node)
    },

    DoViewChange(node, message, from) {
      const { state } = node
      if (state.status === "recovering" || message.view < state.view) return
      if (message.view === state.view && state.status === "normal") return
      if (message.view > state.view) startViewChange(node, message.view)
      state.doViewChanges.set(from, message)
      startView(node)
    },

    StartView(node, { view, log, commit }, from) {
      const { state } = node
      if (state.status === "recovering" || view < state.view) return
      if (view === state.view && state.status === "normal") return
      state.log = [...log]
      becomeNormal(node, view)
      node.send(from, { type: "PrepareOk", view, op: log.length })
      executeUpTo(node, commit)
    },

    GetState(node, { view }, from) {
      const { state } = node
      if (state.status !== "normal" || state.view !== view) return
      node.send(from, { type: "NewState", view, log: [...state.log], commit: state.commit })
    },

    NewState(node, { view, log, commit }, from) {
      const { state } = node
      if (state.status === "recovering" || view < state.view) return
      if (view === state.view && state.status === "normal") {
        if (log.length <= state.log.length || isPrimary(node)) return
        state.log = [...log]
      } else {
        state.log = [...log]
        becomeNormal(node, view)
      }
      node.send(from, { type: "PrepareOk", view, op: state.log.length })
      executeUpTo(node, commit)
    },

    Recovery(node, { nonce }, from) {
      const { state } = node
      if (state.status !== "normal") return
      const known = isPrimary(node) ? { view: state.view, log: [...state.log], commit: state.commit } : null
      node.send(from, { type: "RecoveryResponse", nonce, view: state.view, state: known })
    },

    RecoveryResponse(node, { nonce, view, state: known }, from) {
      const { state } = node
      if (state.status !== "recovering" || nonce !== state.nonce) return
      state.responses.set(from, { view, state: known })
      if (state.responses.size < ((node.size - 1) >> 1) + 1) return
      const latest = Math.max(...[...state.responses.values()].map(response => response.view))
      const primary = state.responses.get(latest % node.size)
      if (primary?.view !== latest || primary.state === null) return
      state.log = [...primary.state.log]
      becomeNormal(node, latest)
      executeUpTo(node, primary.state.commit)
    },
  },

  timeout: {
    viewChange(node) {
      startViewChange(node, node.state.view + 1)
      doViewChange(node)
    },
    beat(node) {
      beat(node)
    },
  },

  request: {
    Command(node, command, client) {
      const { state } = node
      const { session, sequence } = command
      if (!isPrimary(node)) {
        const leader = state.status === "normal" ? state.view % node.size : null
        return node.reply(client, { type: "Redirect", sequence, leader })
      }
      if (sequence <= (state.machine.sessions[session]?.sequence ?? 0)) {
        return node.reply(client, { type: "Result", sequence, result: execute(state.machine, command) })
      }
      if (state.log.slice(state.commit).some(other => other.session === session && other.sequence === sequence)) return
      state.log.push(command)
      node.broadcast({ type: "Prepare", view: state.view, op: state.log.length, command, commit: state.commit })
      commitPrepared(node)
    },
  },
})

function isPrimary({ id, size, state: { status, view } }: Self): boolean {
  return status === "normal" && view % size === id
}

/** True of a message of the replica's view; one of a later view has it ask for the state of that. */
function isCurrent(node: Self, view: number, from: NodeId): boolean {
  const { state } = node
  if (state.status === "recovering" || view < state.view) return false
  if (view === state.view && state.status === "normal") return true
  node.send(from, { type: "GetState", view })
  return false
}

function majority({ size }: Self): number {
  return (size >> 1) + 1
}

/** Waits for the primary, or for the end of a view change. */
function awaitPrimary(node: Self): void {
  node.setTimer("viewChange", node.parameters.viewChangeTimeout)
}

function becomeNormal(node: Self, view: number): void {
  const { state } = node
  state.status = "normal"
  state.view = view
  state.lastNormal = view
  state.prepared.clear()
  node.report({ type: "believes", leader: view % node.size, epoch: view })
  if (isPrimary(node)) node.cancelTimer("viewChange")
  else awaitPrimary(node)
}

function startViewChange(node: Self, view: number): void {
  const { state } = node
  state.status = "view-change"
  state.view = view
  state.startViewChanges.clear()
  state.doViewChanges.clear()
  state.hasDone = false
  node.report({ type: "believes", leader: null, epoch: view })
  node.broadcast({ type: "StartViewChange", view })
  awaitPrimary(node)
}

/** Once a majority, itself included, has started the view change. */
function doViewChange(node: Self): void {
  const { state } = node
  if (state.startViewChanges.size + 1 < majority(node) || state.hasDone) return
  state.hasDone = true
  sayDone(node)
}

function sayDone(node: Self): void {
  const { view, log, commit, lastNormal } = node.state
  const primary = view % node.size
  if (primary !== node.id) return node.send(primary, { type: "DoViewChange", view, log: [...log], commit, lastNormal })
  node.state.doViewChanges.set(node.id, { view, log: [...log], commit, lastNormal })
  startView(node)
}

function startView(node: Self): void {
  const { state } = node
  const { view, doViewChanges } = state
  if (doViewChanges.size < majority(node) || !doViewChanges.has(node.id)) return
  const all = [...doViewChanges.values()]
  const best = all.reduce((a, b) =>
    b.lastNormal > a.lastNormal || (b.lastNormal === a.lastNormal && b.log.length > a.log.length) ? b : a,
  )
  const commit = Math.max(...all.map(each => each.commit))
  state.log = [...best.log]
  becomeNormal(node, view)
  node.broadcast({ type: "StartView", view, log: [...state.log], commit })
  executeUpTo(node, commit)
  commitPrepared(node)
}

function commitPrepared(node: Self): void {
  const { state } = node
  const ops = [state.log.length, ...state.prepared.values()].toSorted((a, b) => b - a)
  executeUpTo(node, ops[majority(node) - 1] ?? 0)
}

function executeUpTo(node: Self, commit: number): void {
  const { state } = node
  while (state.commit < Math.min(commit, state.log.length)) {
    const command = state.log[state.commit]!
    state.commit++
    const result = execute(state.machine, command)
    node.report({ type: "applied", index: state.commit, command })
    if (isPrimary(node)) node.reply(command.session, { type: "Result", sequence: command.sequence, result })
  }
}

/** What is due once in an interval: a primary says that it lives, and all say again what was not answered. */
function beat(node: Self): void {
  const { state } = node
  node.setTimer("beat", node.parameters.heartbeatInterval)
  if (state.status === "recovering") node.broadcast({ type: "Recovery", nonce: state.nonce })
  else if (state.status === "view-change") {
    node.broadcast({ type: "StartViewChange", view: state.view }, "retransmission")
    if (state.hasDone) sayDone(node)
  } else if (isPrimary(node)) {
    const { view, commit, log } = state
    node.broadcast({ type: "Commit", view, commit }, "heartbeat")
    for (const peer of node.peers) {
      for (let op = Math.max(commit, state.prepared.get(peer) ?? 0) + 1; op <= log.length; op++) {
        node.send(peer, { type: "Prepare", view, op, command: log[op - 1]!, commit }, "retransmission")
      }
    }
  }
}
