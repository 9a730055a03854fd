/**
 * Raft's disk: your solution. The hand-out is README.md; check it with `quorate lab test`.
 *
 * Handlers run one at a time and to their end, and act only through `node`: `node.send(to, message)`,
 * `node.broadcast(message)` to all others, `node.setTimer(name, delay)` (arming it again replaces the old deadline),
 * `node.cancelTimer(name)`, `node.random(low, high)`, and for the disk `node.save({ currentTerm, votedFor })`,
 * `node.append("log", entry)`, `node.truncate("log", length)`, which keeps the first entries, and `node.discard("log", count)`,
 * which drops them. What one handler wrote becomes durable together, before anything sent by it leaves the node.
 * `node.state` is yours to change; a crash loses it, and keeps `node.disk`.
 */
import {
  algorithm,
  type Command,
  copyOfMachine,
  duration,
  emptyMachine,
  execute,
  integer,
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
  snapshotEvery: integer(
    20,
    "A server takes a snapshot after executing this number of entries since the last. 0: never.",
  ),
}

/** `node.disk.log[0]` is the entry after the snapshot. */
interface Entry {
  readonly index: number
  readonly term: number
  readonly command: Command
}

/** Stands for the log up to an entry: what the machine was after executing it (§7). Never changes once it is taken. */
interface Snapshot {
  readonly lastIncludedIndex: number
  readonly lastIncludedTerm: number
  readonly machine: Machine
}

/** Figures 2 and 13. Add fields as you need them; these, and the types' names, are what tests read. */
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
  | { readonly type: "InstallSnapshot"; readonly term: number; readonly snapshot: Snapshot }
  | { readonly type: "InstallSnapshotReply"; readonly term: number }

interface Raft {
  readonly parameters: ParameterValues<typeof parameters>
  /** Figure 2, persistent state, and the snapshot. Lose one of them in a crash, and see which test fails. */
  readonly disk: {
    readonly currentTerm: number
    readonly votedFor: number | null
    readonly log: readonly Entry[]
    readonly snapshot: Snapshot
  }
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
  disk: () => ({
    currentTerm: 0,
    votedFor: null,
    log: [],
    snapshot: { lastIncludedIndex: 0, lastIncludedTerm: 0, machine: emptyMachine() },
  }),

  /** Called at every boot. */
  state: () => ({
    role: "follower",
    leader: null,
    // TODO: what does a server know that has a snapshot?
    commitIndex: 0,
    lastApplied: 0,
    machine: emptyMachine(),
  }),

  start(node) {
    believe(node, null)
    // TODO: what you have built, and if there is a snapshot: restored(node)
  },

  receive: {
    RequestVote(_node, _message, _from) {
      // TODO: what you have built. Where does a log end that has been cut short?
    },
    RequestVoteReply(_node, _message, _from) {
      // TODO: what you have built.
    },
    AppendEntries(_node, _message, _from) {
      // TODO: what you have built. What if it speaks of entries that the snapshot stands for?
    },
    AppendEntriesReply(_node, _message, _from) {
      // TODO: what you have built. What if the follower lacks entries that are gone?
    },
    InstallSnapshot(_node, _message, _from) {
      // TODO: §7, Figure 13.
    },
    InstallSnapshotReply(_node, _message, _from) {
      // TODO
    },
  },

  timeout: {
    election(_node) {
      // TODO: what you have built.
    },
    heartbeat(_node) {
      // TODO
    },
  },

  request: {
    /** A client's command. */
    Command(_node, _command, _client) {
      // TODO: what you have built:
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

/** The world learns that the machine stands where the snapshot on the disk says; `lastApplied` + 1 is executed next. */
export function restored(node: Server): void {
  const { disk } = node
  node.report({ type: "restored", index: disk.snapshot.lastIncludedIndex })
}

/** The machine as it is now, for a snapshot: it shares nothing with the machine that continues executing. */
export function machineNow({ state }: Server): Machine {
  return copyOfMachine(state.machine)
}
