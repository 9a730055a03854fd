/**
 * Types of Raft: the state and the messages of the extended paper's Figure 2, with its field names.
 *
 * The paper's RPCs are pairs of messages here: a call, and a reply that identifies the call, since either may be lost,
 * duplicated or overtaken. The paper's candidateId and leaderId are the sender of the message.
 */
import type { ClientId, Node, NodeId, Shape } from "../../runtime/contract/algorithm.ts"
import type { Micros } from "../../runtime/contract/units.ts"
import type { LeaderElection } from "../../services/leader-election/shape.ts"
import type { Administration } from "../../services/replicated-log/administration.ts"
import type { Machine } from "../../services/replicated-log/machine.ts"
import type { Command } from "../../services/replicated-log/command.ts"
import type { ReplicatedLog } from "../../services/replicated-log/shape.ts"
import type { RaftParameters } from "./parameters.ts"

export interface Raft extends Shape {
  readonly parameters: RaftParameters
  readonly disk: Disk
  readonly state: State
  readonly message: Message
  readonly timer: "election" | "heartbeat" | "retry" | "transfer" | "catchUp"
  readonly service: ReplicatedLog | LeaderElection | Administration
}

export type RaftNode = Node<Raft>

// --- The log -------------------------------------------------------------------------------------------------------

export interface Entry {
  /** Place in the log, from 1. */
  readonly index: number
  /** Term in which a leader received it. */
  readonly term: number
  /** A command for the machine, a change of membership, or nothing: the entry a leader begins its term with. */
  readonly command: Command | Configuration | null
}

/**
 * The voters. Joint (C_old,new of §6) while `next` is set: agreement then needs a majority of `members` and a majority of
 * `next`.
 */
export interface Configuration {
  readonly type: "Configuration"
  readonly members: readonly NodeId[]
  readonly next: readonly NodeId[] | null
  /** Non-voting members (thesis §4.2.1), once the change is over if it is joint: they get entries, and do not count. Absent: none. */
  readonly learners?: readonly NodeId[]
}

/** The machine after the entry at `lastIncludedIndex`, in place of the log up to there (§7, Figure 12). */
export interface Snapshot {
  readonly lastIncludedIndex: number
  readonly lastIncludedTerm: number
  readonly configuration: Configuration
  readonly machine: Machine
}

// --- State ---------------------------------------------------------------------------------------------------------

/** Persistent state on all servers. */
export interface Disk {
  /** Latest term this server has seen. */
  readonly currentTerm: number
  /** Who received its vote in that term. */
  readonly votedFor: NodeId | null
  /** The entries after the snapshot. */
  readonly log: readonly Entry[]
  readonly snapshot: Snapshot
}

/** A `preCandidate` asks whether it would be elected (thesis §9.6). */
export type Role = "follower" | "preCandidate" | "candidate" | "leader"

/** Volatile state. Arrays are indexed by node id. */
export interface State {
  role: Role
  /** The leader of the current term, if known: followers send clients there. */
  leaderId: NodeId | null
  /** When this server last heard from a leader, by its own clock. */
  heardAt: Micros
  /** Index of the highest entry known to be committed. */
  commitIndex: number
  /** Index of the highest entry applied to the machine. */
  lastApplied: number
  machine: Machine

  /** The latest configuration in the log, committed or not, and its index; servers use it at once (§6). */
  configuration: Configuration
  configurationIndex: number
  /** Whom this server talks to: the others of the configuration, and as leader those about to join. */
  peers: readonly NodeId[]

  /** On candidates: what it asks, and who granted (true), refused (false) or has not answered (null). */
  voteRequest: RequestVote | PreVote | null
  /** Set by a leader that loses its majority: until it has one again, or hears a leader, it asks before it stands. */
  asksFirst: boolean
  votes: (boolean | null)[]

  /** On leaders: index of the next entry to send to each server. */
  nextIndex: number[]
  /** On leaders: index of the highest entry known to be replicated on each server. */
  matchIndex: number[]
  /** On leaders: index of the highest entry sent to each server in this term; what is sent below it is sent again. */
  sentIndex: number[]
  /** On leaders: index of the first entry of their own term. */
  termStart: number
  /** On leaders: whether their term, and their vote for themselves, are known to be on their disk. */
  isTermDurable: boolean

  quorum: QuorumCheck
  reads: ReadState
  /** On leaders: the server that is to take over (thesis §3.10). */
  transferee: NodeId | null
  /** When it may next try to hand over to the preferred leader. */
  handOverAt: Micros
  /** On leaders: the change of membership that waits for new servers to catch up, or to be committed. */
  change: MembershipChange | null
}

/** On leaders: the servers that still answer (thesis §6.2). */
export interface QuorumCheck {
  /** The time it has led, and the reading of its clock when that was last added up. */
  time: Micros
  clock: Micros
  /** When each server answered last, by `time`. */
  answered: Micros[]
}

/** On leaders: reads that go round the log (thesis §6.4). */
export interface ReadState {
  /** Number of the latest round in which the leader asks whether it still leads. */
  round: number
  /** The latest round each server has answered, and the one a majority has. */
  answered: number[]
  confirmed: number
  /** The round that will renew the lease, and when it began. */
  leaseRound: number
  leaseStart: Micros
  /** When the lease ends; null while there is none. */
  leaseUntil: Micros | null
  /** True if there is to be none for the rest of the term. */
  leasesForgone: boolean
  /** Reads that wait, oldest first. */
  waiting: PendingRead[]
}

export interface PendingRead {
  readonly client: ClientId
  readonly sequence: number
  readonly key: string
  /** The index that must be applied, and the round that must be confirmed, before it is answered. */
  readonly readIndex: number
  readonly round: number
}

export interface MembershipChange {
  readonly client: ClientId
  readonly sequence: number
  readonly members: readonly NodeId[]
  readonly learners: readonly NodeId[]
  /** Set once the new servers have the log: they get their vote (thesis §4.2.1). */
  hasCaughtUp: boolean
  /** The present round of catching up, from 1: what new servers must have at its end, and when it began. */
  round: number
  roundEnd: number
  roundStart: Micros
  /** The leader's `matchIndex` when it last checked the progress of the new servers. */
  matchIndexBefore: readonly number[]
}

// --- Messages ------------------------------------------------------------------------------------------------------

export interface RequestVote {
  readonly type: "RequestVote"
  readonly term: number
  readonly lastLogIndex: number
  readonly lastLogTerm: number
  /** The present leader itself asked for this election: not to be ignored for its sake (thesis §4.2.3). */
  readonly leadershipTransfer: boolean
}

export interface RequestVoteReply {
  readonly type: "RequestVoteReply"
  readonly term: number
  readonly voteGranted: boolean
}

export interface PreVote {
  readonly type: "PreVote"
  /** The term it would ask for votes in. */
  readonly term: number
  readonly lastLogIndex: number
  readonly lastLogTerm: number
}

export interface PreVoteReply {
  readonly type: "PreVoteReply"
  /** The term asked about if granted; the sender's own if refused. */
  readonly term: number
  readonly voteGranted: boolean
}

export interface AppendEntries {
  readonly type: "AppendEntries"
  readonly term: number
  readonly prevLogIndex: number
  readonly prevLogTerm: number
  readonly entries: readonly Entry[]
  readonly leaderCommit: number
  /** The reply repeats it: by this the leader knows who followed it since it opened that round (thesis §6.4). */
  readonly round: number
}

export interface AppendEntriesReply {
  readonly type: "AppendEntriesReply"
  readonly term: number
  readonly success: boolean
  /** Success: the log agrees with the leader's up to here. Refusal: the prevLogIndex that was refused. */
  readonly index: number
  /** Refusal: term of the conflicting entry (0 if the log ends before it), and its first index (§5.3). */
  readonly conflictTerm: number
  readonly conflictIndex: number
  readonly round: number
}

/** The paper sends a snapshot in chunks; here it is one message, whose size in bytes is counted. */
export interface InstallSnapshot {
  readonly type: "InstallSnapshot"
  readonly term: number
  readonly snapshot: Snapshot
}

export interface InstallSnapshotReply {
  readonly type: "InstallSnapshotReply"
  readonly term: number
  /** The log agrees with the leader's up to here. */
  readonly index: number
}

/** Asks a server to start an election without waiting for its timeout (thesis §3.10). */
export interface TimeoutNow {
  readonly type: "TimeoutNow"
  readonly term: number
}

export type Message =
  | RequestVote
  | RequestVoteReply
  | AppendEntries
  | AppendEntriesReply
  | InstallSnapshot
  | InstallSnapshotReply
  | PreVote
  | PreVoteReply
  | TimeoutNow
