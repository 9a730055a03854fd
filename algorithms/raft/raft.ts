/**
 * Raft, in the order and with the names of the extended paper's Figure 2.
 *
 * Section numbers (§) are those of the extended paper (Ongaro and Ousterhout 2014) unless they say "thesis" (Ongaro
 * 2014). Where to find what:
 *
 * | Figure 2                       | file                                                             |
 * |--------------------------------|------------------------------------------------------------------|
 * | State                          | types.ts (with the RPCs' arguments and results), log.ts          |
 * | RequestVote RPC                | election.ts                                                      |
 * | AppendEntries RPC              | replication.ts                                                   |
 * | Rules for Servers: all         | terms.ts, apply.ts                                               |
 * | Rules for Servers: followers   | the tables below: whoever gets a message or a timeout handles it |
 * | Rules for Servers: candidates  | election.ts                                                      |
 * | Rules for Servers: leaders     | replication.ts, and commands below                               |
 *
 * Beyond it: snapshot.ts (§7), membership.ts (§6), reads.ts (§8, thesis §6.4), transfer.ts (thesis §3.10), own-disk.ts
 * (thesis §10.2.1).
 */
import { algorithm, type ClientId, type Identity } from "../../runtime/contract/algorithm.ts"
import type { ChangeMembership } from "../../runtime/contract/membership.ts"
import { leaderElection } from "../../services/leader-election/service.ts"
import { answerCommand } from "../../services/replicated-log/answers.ts"
import { copyOfMachine, execute } from "../../services/replicated-log/machine.ts"
import type { Command } from "../../services/replicated-log/command.ts"
import { replicatedLog } from "../../services/replicated-log/service.ts"
import { preferenceConflict } from "../common/preferred-leader.ts"
import { wrongReplies } from "../common/wrong-results.ts"
import { beginningProblem, initialDisk, startUnder } from "./beginning.ts"
import { beginCatchUp, catchUpTimedOut } from "./catch-up.ts"
import { checkQuorum } from "./check-quorum.ts"
import { newQuorumCheck } from "./quorum-check.ts"
import { answerOperator, redirect, takesRequests } from "./clients.ts"
import {
  electionTimedOut,
  handleElect,
  handlePreVote,
  handlePreVoteReply,
  handleRequestVote,
  handleRequestVoteReply,
  handleTimeoutNow,
  sendVoteRequests,
} from "./election.ts"
import { lies } from "./lies.ts"
import { lastLogIndex } from "./log.ts"
import { adoptLatestConfiguration, isInForce, learnersOf, mayChange, peersOf } from "./membership.ts"
import { parameters } from "./parameters.ts"
import { holdsLease, noReads, openRound, queueRead } from "./reads.ts"
import {
  appendEntry,
  broadcastAppendEntries,
  continueChange,
  handleAppendEntries,
  handleAppendEntriesReply,
  handleInstallSnapshot,
  handleInstallSnapshotReply,
  heartbeatTimedOut,
  sendAppendEntries,
} from "./replication.ts"
import { dropCovered, emptySnapshot } from "./snapshot.ts"
import { believe, resetElectionTimer } from "./terms.ts"
import { abortTransfer, handleTransferLeadership } from "./transfer.ts"
import { theory } from "./theory.ts"
import type { Disk, Raft, RaftNode, State } from "./types.ts"

export const raft = algorithm<Raft>({
  name: "raft",
  title: "Raft",
  source:
    "Ongaro and Ousterhout 2014, In Search of an Understandable Consensus Algorithm (extended version), " +
    "USENIX ATC; Ongaro 2014, Consensus: Bridging Theory and Practice, PhD thesis, Stanford",
  summary:
    "A leader elected by a majority for a numbered term decides the order of the log; entries that a majority " +
    "has stored are committed.",
  tolerates: { faults: "crash", of: n => Math.floor((n - 1) / 2) },
  offices: ["leader", "follower"],
  hasLearners: true,
  colour: "#0072B2",
  theory,
  serves: [replicatedLog, leaderElection],
  oneLeaderPerEpoch: true,
  interchangeable: {
    ids: ["votedFor", "leaderId", "leader", "transferee"],
    groups: ["members", "next", "learners", "peers"],
    byId: ["votes", "nextIndex", "matchIndex", "sentIndex", "answered", "matchIndexBefore"],
  },
  times: {
    readings: ["heardAt", "leaseStart", "roundStart", "clock"],
    deadlines: ["leaseUntil", "handOverAt"],
    parameters: { electionTimeoutMin: "4us", electionTimeoutMax: "5us", heartbeatInterval: "2us" },
  },
  parameters,
  conflict: preferenceConflict,
  disk: newDisk,
  state: newState,
  start,
  begins: { disk: initialDisk, start: startUnder, problem: beginningProblem },
  receive: {
    RequestVote: handleRequestVote,
    RequestVoteReply: handleRequestVoteReply,
    AppendEntries: handleAppendEntries,
    AppendEntriesReply: handleAppendEntriesReply,
    InstallSnapshot: handleInstallSnapshot,
    InstallSnapshotReply: handleInstallSnapshotReply,
    PreVote: handlePreVote,
    PreVoteReply: handlePreVoteReply,
    TimeoutNow: handleTimeoutNow,
  },
  answers: ["RequestVoteReply", "PreVoteReply", "AppendEntriesReply", "InstallSnapshotReply"],
  standing: ({ state: { role }, disk }) => ({
    role,
    rank: role === "leader" ? 2 : role === "follower" ? 0 : 1,
    epoch: disk.currentTerm,
  }),
  timeout: {
    election: electionTimedOut,
    retry: node => sendVoteRequests(node, "retransmission"),
    heartbeat: heartbeatTimedOut,
    transfer: abortTransfer,
    catchUp: catchUpTimedOut,
  },
  request: {
    Command: handleCommand,
    Elect: handleElect,
    ChangeMembership: handleChangeMembership,
    TransferLeadership: handleTransferLeadership,
  },
  lies,
  liesToClients: wrongReplies,
})

// --- State -----------------------------------------------------------------------------------------------------------

function newDisk(self: Omit<Identity<Raft>, "disk">): Disk {
  return { currentTerm: 0, votedFor: null, log: [], snapshot: emptySnapshot(self) }
}

function newState(self: Identity<Raft>): State {
  const { disk, size } = self
  const { lastIncludedIndex, configuration, machine } = disk.snapshot
  return {
    role: "follower",
    leaderId: null,
    heardAt: 0,
    commitIndex: lastIncludedIndex,
    lastApplied: lastIncludedIndex,
    machine: copyOfMachine(machine),
    configuration,
    configurationIndex: lastIncludedIndex,
    peers: peersOf(self.id, configuration),
    voteRequest: null,
    asksFirst: false,
    votes: Array<null>(size).fill(null),
    nextIndex: Array<number>(size).fill(1),
    matchIndex: Array<number>(size).fill(0),
    sentIndex: Array<number>(size).fill(0),
    termStart: 0,
    isTermDurable: false,
    quorum: newQuorumCheck(size, 0),
    reads: noReads(size),
    transferee: null,
    handOverAt: 0,
    change: null,
  }
}

/** Servers start up as followers (§5.2), as if they had just heard from a leader, which may hold a lease that rests on them. */
function start(node: RaftNode): void {
  const { disk, state } = node
  state.heardAt = node.now()
  dropCovered(node)
  adoptLatestConfiguration(node)
  if (state.lastApplied > 0) node.report({ type: "restored", index: disk.snapshot.lastIncludedIndex })
  believe(node, null)
  resetElectionTimer(node)
}

// --- Clients (§8) ----------------------------------------------------------------------------------------------------

function handleCommand(node: RaftNode, command: Command, client: ClientId): void {
  const { state } = node
  checkQuorum(node)
  if (!takesRequests(node)) return redirect(node, client, command.sequence)
  if (command.operation.op === "get" && node.parameters.reads !== "log") return read(node, command, client)
  const last = state.machine.sessions[command.session]
  if (last !== undefined && command.sequence <= last.sequence) {
    // Executed before; its reply was lost, or came from a leader that died.
    return answerCommand(node, command, execute(state.machine, command))
  }
  appendEntry(node, command)
}

function read(node: RaftNode, command: Command, client: ClientId): void {
  const leased = holdsLease(node)
  if (!leased) openRound(node)
  queueRead(node, client, command)
  if (!leased) broadcastAppendEntries(node, false)
}

function handleChangeMembership(node: RaftNode, request: ChangeMembership, client: ClientId): void {
  const { disk, state } = node
  const { sequence, members } = request
  if (!takesRequests(node)) return redirect(node, client, sequence)
  const learners = request.learners ?? learnersOf(state.configuration).filter(server => !members.includes(server))
  const all = [...members, ...learners]
  const possible = members.length > 0 && all.every((server, i) => isServer(node, server) && all.indexOf(server) === i)
  if (!possible || !mayChange(state)) return answerOperator(node, client, sequence, false)
  if (isInForce({ members, learners }, state.configuration)) return answerOperator(node, client, sequence, true)
  state.change = {
    client,
    sequence,
    members,
    learners,
    hasCaughtUp: !node.parameters.catchUp,
    round: 1,
    roundEnd: lastLogIndex(disk),
    roundStart: node.now(),
    matchIndexBefore: [],
  }
  for (const server of peersOf(node.id, state.configuration, all)) {
    if (state.peers.includes(server)) continue
    state.sentIndex[server] = 0
    sendAppendEntries(node, server, false)
  }
  state.peers = peersOf(node.id, state.configuration, all)
  if (node.parameters.catchUp) beginCatchUp(node)
  continueChange(node)
}

function isServer({ size }: RaftNode, id: number): boolean {
  return Number.isInteger(id) && id >= 0 && id < size
}
