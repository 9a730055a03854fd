/**
 * Raft by the letter of Figures 2 and 13 of Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm
 * (Extended Version)", 2014, as a student may write it, for all three labs on Raft: elections, the log, and snapshots. What
 * Figure 2 leaves open is chosen unlike the project's own: one call at a time to a follower, found out of order by a count.
 */
import {
  algorithm,
  type Command,
  copyOfMachine,
  duration,
  emptyMachine,
  execute,
  integer,
  leaderElection,
  type LeaderElection,
  type Machine,
  type Node,
  type ParameterValues,
  type ReplicatedLog,
  replicatedLog,
} from "quorate"

const parameters = {
  electionTimeoutMin: duration("max(150ms, 10d)", "Shortest election timeout."),
  electionTimeoutMax: duration("max(300ms, 20d)", "Longest election timeout."),
  heartbeatInterval: duration("max(75ms, 5d)", "Time between two AppendEntries."),
  snapshotEvery: integer(0, "Entries executed between two snapshots. 0: never."),
}

interface Entry {
  readonly index: number
  readonly term: number
  readonly command: Command
}

interface Snapshot {
  readonly lastIncludedIndex: number
  readonly lastIncludedTerm: number
  readonly machine: Machine
}

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
  | {
      readonly type: "AppendEntriesReply"
      readonly term: number
      readonly success: boolean
      readonly prevLogIndex: number
      readonly matchIndex: number
      readonly lastLogIndex: number
    }
  | { readonly type: "InstallSnapshot"; readonly term: number; readonly snapshot: Snapshot }
  | { readonly type: "InstallSnapshotReply"; readonly term: number; readonly matchIndex: number }

interface Raft {
  readonly parameters: ParameterValues<typeof parameters>
  readonly disk: {
    readonly currentTerm: number
    readonly votedFor: number | null
    readonly log: readonly Entry[]
    readonly snapshot: Snapshot
  }
  readonly state: {
    role: "follower" | "candidate" | "leader"
    leader: number | null
    commitIndex: number
    lastApplied: number
    machine: Machine
    votes: Set<number>
    nextIndex: number[]
    matchIndex: number[]
  }
  readonly message: Message
  readonly timer: "election" | "heartbeat"
  readonly service: ReplicatedLog | LeaderElection
}

type Server = Node<Raft>
type Call<T extends Message["type"]> = Message & { type: T }

export const solution = algorithm<Raft>({
  name: "my-raft",
  title: "My Raft",
  source: "Ongaro and Ousterhout 2014",
  summary: "A leader decides the order of the log; entries that a majority has stored are committed.",
  tolerates: { faults: "crash", of: n => Math.floor((n - 1) / 2) },
  serves: [replicatedLog, leaderElection],
  parameters,

  disk: () => ({
    currentTerm: 0,
    votedFor: null,
    log: [],
    snapshot: { lastIncludedIndex: 0, lastIncludedTerm: 0, machine: emptyMachine() },
  }),

  state: ({ disk: { snapshot } }) => ({
    role: "follower",
    leader: null,
    commitIndex: snapshot.lastIncludedIndex,
    lastApplied: snapshot.lastIncludedIndex,
    machine: copyOfMachine(snapshot.machine),
    votes: new Set(),
    nextIndex: [],
    matchIndex: [],
  }),

  start(node) {
    const { lastIncludedIndex } = node.disk.snapshot
    if (lastIncludedIndex > 0) node.report({ type: "restored", index: lastIncludedIndex })
    believe(node, null)
    resetElectionTimer(node)
  },

  receive: {
    RequestVote(node, message, from) {
      heed(node, message.term)
      const { currentTerm, votedFor } = node.disk
      const voteGranted =
        message.term >= currentTerm && (votedFor === null || votedFor === from) && isUpToDate(node, message)
      if (voteGranted) {
        if (votedFor === null) node.save({ votedFor: from })
        resetElectionTimer(node)
      }
      node.send(from, { type: "RequestVoteReply", term: currentTerm, voteGranted })
    },

    RequestVoteReply(node, { term, voteGranted }, from) {
      heed(node, term)
      if (node.state.role !== "candidate" || term !== node.disk.currentTerm || !voteGranted) return
      node.state.votes.add(from)
      countVotes(node)
    },

    AppendEntries(node, message, from) {
      heed(node, message.term)
      const { term, prevLogIndex, entries, leaderCommit } = message
      const success = term >= node.disk.currentTerm && appendTo(node, message, from)
      const matchIndex = success ? prevLogIndex + entries.length : 0
      const lastNew = Math.min(leaderCommit, matchIndex)
      if (lastNew > node.state.commitIndex) commit(node, lastNew)
      const reply = { type: "AppendEntriesReply", term: node.disk.currentTerm, success } as const
      node.send(from, { ...reply, prevLogIndex, matchIndex, lastLogIndex: lastIndex(node) })
    },

    AppendEntriesReply(node, message, from) {
      heed(node, message.term)
      const { state } = node
      if (state.role !== "leader" || message.term !== node.disk.currentTerm) return
      if (message.success) return matched(node, from, message.matchIndex)
      // A refusal of an older call than the last one to this follower says nothing new.
      if (message.prevLogIndex !== state.nextIndex[from]! - 1) return
      const next = Math.min(message.prevLogIndex, message.lastLogIndex + 1)
      state.nextIndex[from] = Math.max(next, state.matchIndex[from]! + 1)
      call(node, from)
    },

    InstallSnapshot(node, { term, snapshot }, from) {
      heed(node, term)
      if (term === node.disk.currentTerm) {
        follow(node, from)
        install(node, snapshot)
      }
      const matchIndex = snapshot.lastIncludedIndex
      node.send(from, { type: "InstallSnapshotReply", term: node.disk.currentTerm, matchIndex })
    },

    InstallSnapshotReply(node, { term, matchIndex }, from) {
      heed(node, term)
      if (node.state.role === "leader" && term === node.disk.currentTerm) matched(node, from, matchIndex)
    },
  },

  timeout: {
    election(node) {
      stand(node)
    },
    heartbeat(node) {
      callAll(node)
    },
  },

  request: {
    Command(node, command, client) {
      const { state, disk } = node
      if (state.role !== "leader") {
        return node.reply(client, { type: "Redirect", sequence: command.sequence, leader: state.leader })
      }
      const last = state.machine.sessions[command.session]
      if (last !== undefined && last.sequence >= command.sequence) {
        const result = execute(state.machine, command)
        return node.reply(client, { type: "Result", sequence: command.sequence, result })
      }
      const index = lastIndex(node) + 1
      node.append("log", { index, term: disk.currentTerm, command })
      state.matchIndex[node.id] = index
      for (const peer of node.peers) if (state.nextIndex[peer] === index) call(node, peer)
      advanceCommitIndex(node)
    },

    Elect(node) {
      if (node.state.role !== "leader") stand(node)
    },
  },
})

// --- Rules for all servers ---

/** If RPC request or response contains term T > currentTerm: set currentTerm = T, convert to follower (§5.1). */
function heed(node: Server, term: number): void {
  if (term <= node.disk.currentTerm) return
  node.save({ currentTerm: term, votedFor: null })
  stepDown(node)
  believe(node, null)
}

function stepDown(node: Server): void {
  if (node.state.role === "leader") {
    node.cancelTimer("heartbeat")
    resetElectionTimer(node)
  }
  node.state.role = "follower"
}

function believe(node: Server, leader: number | null): void {
  node.state.leader = leader
  node.report({ type: "believes", leader, epoch: node.disk.currentTerm })
}

function resetElectionTimer(node: Server): void {
  const { electionTimeoutMin, electionTimeoutMax } = node.parameters
  node.setTimer("election", node.random(electionTimeoutMin, electionTimeoutMax))
}

/** If commitIndex > lastApplied: increment lastApplied, apply log[lastApplied] to state machine (§5.3). */
function commit(node: Server, index: number): void {
  const { state, disk } = node
  state.commitIndex = index
  while (state.lastApplied < state.commitIndex) apply(node, entryAt(node, state.lastApplied + 1)!)
  const { snapshotEvery } = node.parameters
  const { lastIncludedIndex } = disk.snapshot
  if (snapshotEvery === 0 || state.lastApplied - lastIncludedIndex < snapshotEvery) return
  const lastIncludedTerm = termAt(node, state.lastApplied)
  node.save({
    snapshot: { lastIncludedIndex: state.lastApplied, lastIncludedTerm, machine: copyOfMachine(state.machine) },
  })
  node.discard("log", state.lastApplied - lastIncludedIndex)
}

function apply(node: Server, { index, term, command }: Entry): void {
  const { state } = node
  const result = execute(state.machine, command)
  state.lastApplied = index
  node.report({ type: "applied", index, command })
  if (state.role === "leader" && term === node.disk.currentTerm) {
    node.reply(command.session, { type: "Result", sequence: command.sequence, result })
  }
}

// --- The log ---

function lastIndex({ disk: { log, snapshot } }: Server): number {
  return snapshot.lastIncludedIndex + log.length
}

function entryAt({ disk: { log, snapshot } }: Server, index: number): Entry | undefined {
  return log[index - snapshot.lastIncludedIndex - 1]
}

/** The term of an entry; -1 if the log has none there. Entries below the snapshot are committed, and agree with anybody's. */
function termAt(node: Server, index: number): number {
  const { snapshot } = node.disk
  return index === snapshot.lastIncludedIndex ? snapshot.lastIncludedTerm : (entryAt(node, index)?.term ?? -1)
}

/** §5.4.1. */
function isUpToDate(node: Server, { lastLogIndex, lastLogTerm }: Call<"RequestVote">): boolean {
  const ours = termAt(node, lastIndex(node))
  return lastLogTerm > ours || (lastLogTerm === ours && lastLogIndex >= lastIndex(node))
}

// --- Elections ---

function stand(node: Server): void {
  node.save({ currentTerm: node.disk.currentTerm + 1, votedFor: node.id })
  node.state.role = "candidate"
  node.state.votes = new Set([node.id])
  believe(node, null)
  resetElectionTimer(node)
  const { currentTerm: term } = node.disk
  const lastLogIndex = lastIndex(node)
  node.broadcast({ type: "RequestVote", term, lastLogIndex, lastLogTerm: termAt(node, lastLogIndex) })
  countVotes(node)
}

function countVotes(node: Server): void {
  const { state } = node
  if (2 * state.votes.size <= node.size) return
  state.role = "leader"
  state.nextIndex = Array.from({ length: node.size }, () => lastIndex(node) + 1)
  state.matchIndex = Array.from({ length: node.size }, () => 0)
  state.matchIndex[node.id] = lastIndex(node)
  node.cancelTimer("election")
  believe(node, node.id)
  callAll(node)
}

function follow(node: Server, leader: number): void {
  stepDown(node)
  if (node.state.leader !== leader) believe(node, leader)
  resetElectionTimer(node)
}

// --- AppendEntries ---

/** Receiver implementation, steps 2 to 4. */
function appendTo(node: Server, { prevLogIndex, prevLogTerm, entries }: Call<"AppendEntries">, from: number): boolean {
  follow(node, from)
  const { lastIncludedIndex } = node.disk.snapshot
  if (prevLogIndex >= lastIncludedIndex && termAt(node, prevLogIndex) !== prevLogTerm) return false
  for (const entry of entries) {
    if (entry.index <= lastIncludedIndex || termAt(node, entry.index) === entry.term) continue
    if (entry.index <= lastIndex(node)) node.truncate("log", entry.index - lastIncludedIndex - 1)
    node.append("log", entry)
  }
  return true
}

function callAll(node: Server): void {
  for (const peer of node.peers) call(node, peer)
  node.setTimer("heartbeat", node.parameters.heartbeatInterval)
}

function call(node: Server, to: number): void {
  const { disk, state } = node
  const next = state.nextIndex[to]!
  const term = disk.currentTerm
  if (next <= disk.snapshot.lastIncludedIndex) {
    return node.send(to, { type: "InstallSnapshot", term, snapshot: disk.snapshot })
  }
  const entries = disk.log.slice(next - disk.snapshot.lastIncludedIndex - 1)
  const prevLogTerm = termAt(node, next - 1)
  const leaderCommit = state.commitIndex
  node.send(to, { type: "AppendEntries", term, prevLogIndex: next - 1, prevLogTerm, entries, leaderCommit })
}

function matched(node: Server, server: number, index: number): void {
  const { state } = node
  if (index < state.matchIndex[server]!) return
  state.matchIndex[server] = index
  state.nextIndex[server] = index + 1
  advanceCommitIndex(node)
  if (state.role === "leader" && index < lastIndex(node)) call(node, server)
}

/** If there exists an N > commitIndex, a majority of matchIndex[i] >= N, and log[N].term == currentTerm (§5.3, §5.4). */
function advanceCommitIndex(node: Server): void {
  const { state, disk } = node
  for (let n = lastIndex(node); n > state.commitIndex && termAt(node, n) === disk.currentTerm; n--) {
    const having = state.matchIndex.filter(index => index >= n).length
    if (2 * having > node.size) return commit(node, n)
  }
}

// --- Snapshots ---

/** InstallSnapshot RPC, receiver implementation, steps 5 to 8 (Figure 13). */
function install(node: Server, snapshot: Snapshot): void {
  const { state, disk } = node
  const { lastIncludedIndex, lastIncludedTerm } = snapshot
  if (lastIncludedIndex <= state.commitIndex) return
  const covered = lastIncludedIndex - disk.snapshot.lastIncludedIndex
  const agrees = termAt(node, lastIncludedIndex) === lastIncludedTerm
  node.save({ snapshot })
  if (agrees) node.discard("log", covered)
  else node.truncate("log", 0)
  state.machine = copyOfMachine(snapshot.machine)
  state.commitIndex = lastIncludedIndex
  state.lastApplied = lastIncludedIndex
  node.report({ type: "restored", index: lastIncludedIndex })
}
