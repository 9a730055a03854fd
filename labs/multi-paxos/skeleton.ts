/**
 * Multi-Paxos: your solution. The hand-out is README.md; check it with `quorate lab test`.
 *
 * Handlers run one at a time and to their end, and act only through `node`: `node.send(to, message)`,
 * `node.broadcast(message)` to all others, `node.setTimer(name, delay)` (arming it again replaces the old deadline),
 * `node.cancelTimer(name)`, `node.random(low, high)`, and for the disk `node.save({ promised })` and
 * `node.append("journal", proposal)`. What a handler wrote is durable before anything sent by it leaves the node. A message
 * to oneself arrives, too, and costs nothing. `node.state` is yours to change; a crash loses it, and keeps `node.disk`.
 */
import {
  algorithm,
  type Command,
  duration,
  emptyMachine,
  execute,
  type Machine,
  type Node,
  type ParameterValues,
  type ReplicatedLog,
  replicatedLog,
} from "quorate"

/** Fixed by the lab: tests set them. */
const parameters = {
  electionTimeoutMin: duration("max(150ms, 10d)", "A node that hears of no leader for a random time from this ..."),
  electionTimeoutMax: duration("max(300ms, 20d)", "... to this one tries to lead."),
  heartbeatInterval: duration("max(75ms, 5d)", "A leader sends Heartbeat to all this often."),
}

/** One proposal for one slot of the log; slots are numbered from 1. `null` is a no-op. */
interface Proposal {
  readonly ballot: number
  readonly slot: number
  readonly value: Command | null
}

/**
 * Add fields, and messages, as you need them; the names of these types are fixed, and so is the field `ballot` of the
 * acceptors' answers: tests read them.
 */
type Message =
  /** Phase 1a and 1b, for all slots at once. */
  | { readonly type: "Prepare"; readonly ballot: number }
  | { readonly type: "Promise"; readonly ballot: number }
  /** Phase 2a and 2b, for one slot. */
  | { readonly type: "Accept"; readonly proposal: Proposal }
  | { readonly type: "Accepted"; readonly ballot: number; readonly slot: number }
  /** The leader of the ballot lives. */
  | { readonly type: "Heartbeat"; readonly ballot: number }
  | { readonly type: "HeartbeatReply"; readonly ballot: number }

interface MultiPaxos {
  readonly parameters: ParameterValues<typeof parameters>
  /** The state that an acceptor must not forget: the highest ballot promised, and all that it has accepted, in that order. */
  readonly disk: { readonly promised: number; readonly journal: readonly Proposal[] }
  /** Volatile state: change it in place, and add what you need. */
  readonly state: {
    role: "follower" | "candidate" | "leader"
    leader: number | null
    ballot: number
    /** The learner: what is known to be chosen, by slot, and the first slot that is not executed. */
    readonly chosen: Map<number, Command | null>
    next: number
    readonly machine: Machine
  }
  readonly message: Message
  readonly timer: "election" | "heartbeat" | "prepare"
  readonly service: ReplicatedLog
}

type PaxosNode = Node<MultiPaxos>

export const multiPaxos = algorithm<MultiPaxos>({
  name: "my-multi-paxos",
  title: "My Multi-Paxos",
  source: "Lamport 2001",
  summary: "A leader wins a ballot for all slots at once, and then has each command accepted by a majority.",
  tolerates: { faults: "crash", of: n => Math.floor((n - 1) / 2) },
  serves: [replicatedLog],
  parameters,

  /** The contents of a new disk. */
  disk: () => ({ promised: 0, journal: [] }),

  /** Called at every boot: the machine starts anew. */
  state: () => ({ role: "follower", leader: null, ballot: 0, chosen: new Map(), next: 1, machine: emptyMachine() }),

  start(_node) {
    // TODO: wait for a leader.
  },

  receive: {
    Prepare(_node, _message, _from) {
      // TODO: acceptor.
    },
    Promise(_node, _message, _from) {
      // TODO: proposer. With a majority of them it leads; what does it have to propose first?
    },
    Accept(_node, _message, _from) {
      // TODO: acceptor.
    },
    Accepted(_node, _message, _from) {
      // TODO: learner, on the leader. With a majority of them a value is chosen: `learn`.
    },
    Heartbeat(_node, _message, _from) {
      // TODO: there is a leader. What has it got chosen that this node does not know?
    },
    HeartbeatReply(_node, _message, _from) {
      // TODO: what does that node lack?
    },
  },

  timeout: {
    election(_node) {
      // TODO: no leader was heard of: phase 1.
    },
    heartbeat(_node) {
      // TODO
    },
    prepare(_node) {
      // TODO: no majority has promised yet.
    },
  },

  request: {
    /** A client's command. */
    Command(_node, _command, _client) {
      // TODO: a leader proposes it for the next slot; others name the leader:
      // node.reply(client, { type: "Redirect", sequence: command.sequence, leader: node.state.leader })
    },
  },
})

/** The world learns whom this node takes for the leader, and of which ballot; `null`: nobody that it knows of. */
export function believe(node: PaxosNode, leader: number | null, ballot: number): void {
  node.state.leader = leader
  node.report({ type: "believes", leader, epoch: ballot })
}

/** A value is known to be chosen. Executes all that is chosen without a gap. A client is answered by the leader only. */
export function learn(node: PaxosNode, slot: number, value: Command | null): void {
  const { state } = node
  if (!state.chosen.has(slot)) state.chosen.set(slot, value)
  for (let command = state.chosen.get(state.next); command !== undefined; command = state.chosen.get(state.next)) {
    node.report({ type: "applied", index: state.next++, command })
    if (command === null) continue
    const result = execute(state.machine, command)
    if (state.role !== "leader") continue
    node.reply(command.session, { type: "Result", sequence: command.sequence, result })
  }
}
