/**
 * Raft's leader election: your solution. The hand-out is README.md; check it with `quorate lab test`.
 *
 * Handlers run one at a time and to their end, and act only through `node`: `node.send(to, message)`,
 * `node.broadcast(message)` to all others, `node.setTimer(name, delay)` (arming it again replaces the old deadline),
 * `node.cancelTimer(name)`, `node.random(low, high)`, and `node.save({ ... })`, which is durable before anything sent by
 * the same handler leaves the node. `node.state` is yours to change; a crash loses it, and keeps `node.disk`.
 */
import { algorithm, duration, leaderElection, type LeaderElection, type Node, type ParameterValues } from "quorate"

/** Fixed by the lab: tests set them. */
const parameters = {
  electionTimeoutMin: duration("max(150ms, 10d)", "A follower that hears of no leader for a random time from this ..."),
  electionTimeoutMax: duration("max(300ms, 20d)", "... to this one starts an election."),
  heartbeatInterval: duration("max(75ms, 5d)", "A leader sends AppendEntries to all this often."),
}

/** Figure 2 without the log. Add fields as you need them; these, and the types' names, are what tests read. */
type Message =
  | { readonly type: "RequestVote"; readonly term: number }
  | { readonly type: "RequestVoteReply"; readonly term: number; readonly voteGranted: boolean }
  | { readonly type: "AppendEntries"; readonly term: number }
  | { readonly type: "AppendEntriesReply"; readonly term: number }

interface Raft {
  readonly parameters: ParameterValues<typeof parameters>
  /** Figure 2, persistent state: written by `node.save({ currentTerm, votedFor })`. */
  readonly disk: { readonly currentTerm: number; readonly votedFor: number | null }
  /** Volatile state: change it in place, and add what you need. */
  readonly state: { role: "follower" | "candidate" | "leader"; leader: number | null }
  readonly message: Message
  readonly timer: "election" | "heartbeat"
  readonly service: LeaderElection
}

type Server = Node<Raft>

export const raft = algorithm<Raft>({
  name: "my-raft",
  title: "My Raft",
  source: "Ongaro and Ousterhout 2014",
  summary: "A majority elects a leader for a numbered term.",
  tolerates: { faults: "crash", of: n => Math.floor((n - 1) / 2) },
  serves: [leaderElection],
  parameters,

  /** The contents of a new disk. */
  disk: () => ({ currentTerm: 0, votedFor: null }),

  /** Called at every boot. */
  state: () => ({ role: "follower", leader: null }),

  start(node) {
    believe(node, null)
    // TODO: servers start up as followers (§5.2).
  },

  receive: {
    RequestVote(_node, _message, _from) {
      // TODO: RequestVote RPC, receiver implementation. Without a log, every log is up-to-date.
    },
    RequestVoteReply(_node, _message, _from) {
      // TODO
    },
    AppendEntries(_node, _message, _from) {
      // TODO: a heartbeat.
    },
    AppendEntriesReply(_node, _message, _from) {
      // TODO: what can a leader learn from it?
    },
  },

  timeout: {
    election(_node) {
      // TODO: no leader was heard of, or nobody won.
    },
    heartbeat(_node) {
      // TODO
    },
  },

  request: {
    /** Somebody asks this server to start an election now. */
    Elect(_node) {
      // TODO
    },
  },
})

/** The world learns whom this server takes for the leader of its term; `null`: nobody that it knows of. */
function believe(node: Server, leader: number | null): void {
  node.state.leader = leader
  node.report({ type: "believes", leader, epoch: node.disk.currentTerm })
}
