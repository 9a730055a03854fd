/**
 * Raft's log replication: your solution. The hand-out is README.md; check it with `quorate lab test`.
 *
 * Handlers run one at a time and to their end, and act only through `node`: `node.send(to, message)`,
 * `node.broadcast(message)` to all others, `node.setTimer(name, delay)` (arming it again replaces the old deadline),
 * `node.cancelTimer(name)`, `node.random(low, high)`, and for the disk `node.save({ currentTerm, votedFor })`,
 * `node.append("log", entry)` and `node.truncate("log", length)`. What a handler wrote is durable before anything sent by
 * it leaves the node. `node.state` is yours to change; a crash loses it, and keeps `node.disk`.
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
  electionTimeoutMin: duration("max(150ms, 10d)", "A follower that hears of no leader for a random time from this ..."),
  electionTimeoutMax: duration("max(300ms, 20d)", "... to this one starts an election."),
  heartbeatInterval: duration("max(75ms, 5d)", "A leader sends AppendEntries to all this often."),
}

/** `node.disk.log[0]` is the entry with index 1. */
interface Entry {
  readonly index: number
  readonly term: number
  readonly command: Command
}

/** Figure 2. Add fields as you need them; the types' names are fixed: tests count messages by them. */
type Message =
  | { readonly type: "RequestVote"; readonly term: number; readonly lastLogIndex: number; readonly lastLogTerm: number }
  | { readonly type: "RequestVoteReply"; readonly term: number; readonly voteGranted: boolean }
  | {
      readonly type: "AppendEntries"
      readonly term: number
      readonly prevLogIndex: number
      readonly prevLogTerm: number
      readonly entries: readonly Entry[]
      readonly leaderCommit: number
    }
  | { readonly type: "AppendEntriesReply"; readonly term: number; readonly success: boolean }

interface Raft {
  readonly parameters: ParameterValues<typeof parameters>
  /** Figure 2, persistent state. */
  readonly disk: { readonly currentTerm: number; readonly votedFor: number | null; readonly log: readonly Entry[] }
  /** Volatile state: change it in place, and add what you need. */
  readonly state: {
    role: "follower" | "candidate" | "leader"
    leader: number | null
    commitIndex: number
    lastApplied: number
    readonly machine: Machine
  }
  readonly message: Message
  readonly timer: "election" | "heartbeat"
  readonly service: ReplicatedLog
}

type Server = Node<Raft>

export const raft = algorithm<Raft>({
  name: "my-raft",
  title: "My Raft",
  source: "Ongaro and Ousterhout 2014",
  summary: "A leader decides the order of the log; entries that a majority has stored are committed.",
  tolerates: { faults: "crash", of: n => Math.floor((n - 1) / 2) },
  serves: [replicatedLog],
  parameters,

  /** The contents of a new disk. */
  disk: () => ({ currentTerm: 0, votedFor: null, log: [] }),

  /** Called at every boot: the machine starts anew, and executes the log again as far as it hears that it is committed. */
  state: () => ({ role: "follower", leader: null, commitIndex: 0, lastApplied: 0, machine: emptyMachine() }),

  start(node) {
    believe(node, null)
    // TODO: your elections.
  },

  receive: {
    RequestVote(_node, _message, _from) {
      // TODO: your elections, and §5.4.1.
    },
    RequestVoteReply(_node, _message, _from) {
      // TODO: your elections. What does a new leader know of the others' logs?
    },
    AppendEntries(_node, _message, _from) {
      // TODO: AppendEntries RPC, receiver implementation, steps 1 to 5.
    },
    AppendEntriesReply(_node, _message, _from) {
      // TODO: what has become of which of the leader's messages?
    },
  },

  timeout: {
    election(_node) {
      // TODO: your elections.
    },
    heartbeat(_node) {
      // TODO
    },
  },

  request: {
    /** A client's command. */
    Command(_node, _command, _client) {
      // TODO: a leader appends it to its log; others name the leader:
      // node.reply(client, { type: "Redirect", sequence: command.sequence, leader: node.state.leader })
    },
  },
})

/** The world learns whom this server takes for the leader of its term; `null`: nobody that it knows of. */
function believe(node: Server, leader: number | null): void {
  node.state.leader = leader
  node.report({ type: "believes", leader, epoch: node.disk.currentTerm })
}

/** Executes a committed entry, the next in the order of the log. A client is answered by the leader only. */
export function apply(node: Server, { index, command }: Entry): void {
  const { state } = node
  const result = execute(state.machine, command)
  state.lastApplied = index
  node.report({ type: "applied", index, command })
  if (state.role === "leader") {
    node.reply(command.session, { type: "Result", sequence: command.sequence, result })
  }
}
