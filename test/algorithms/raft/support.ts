// What the tests of Raft share: clusters with a leader, commands of clients, and logs written as their terms.
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import { raft } from "../../../algorithms/raft/raft.ts"
import type { AppendEntries, AppendEntriesReply, Entry, Raft, RequestVote } from "../../../algorithms/raft/types.ts"
import type { Command, Operation } from "../../../services/replicated-log/command.ts"
import type { LogReply } from "../../../services/replicated-log/shape.ts"
import { type Cluster, type ClusterOptions, createCluster } from "../../support/cluster.ts"

export type RaftCluster = Cluster<Raft>

/** A node that never times out by itself, so that a test alone decides who stands for election. */
export const PATIENT = { electionTimeoutMin: "1h", electionTimeoutMax: "1h" }

export function put(session: number, sequence: number, value: string, key = "x"): Command {
  return { type: "Command", session, sequence, operation: { op: "put", key, value } }
}

export function command(session: number, sequence: number, operation: Operation): Command {
  return { type: "Command", session, sequence, operation }
}

/** A patient cluster in which `leader` was elected and everybody knows it; what that cost is forgotten. */
export function ledCluster(options: ClusterOptions, leader: NodeId = 0, algorithm = raft): RaftCluster {
  const cluster = createCluster(algorithm, { ...options, parameters: { ...PATIENT, ...options.parameters } })
  elect(cluster, leader)
  return cluster
}

/** Has a node elected; afterwards all live nodes that it reaches follow it, and nothing is under way. */
export function elect(cluster: RaftCluster, node: NodeId): void {
  cluster.request(99, node, { type: "Elect" })
  cluster.runUntil(() => cluster.state(node).role === "leader")
  cluster.runFor("1s")
  cluster.clearCounts()
}

/** Sends a command and lets it commit. */
export function commit(cluster: RaftCluster, leader: NodeId, sent: Command): void {
  cluster.request(sent.session, leader, sent)
  cluster.runFor("1s")
}

export function resultsOf(cluster: RaftCluster, client: number): Extract<LogReply, { type: "Result" }>[] {
  return cluster.replies.flatMap(({ client: to, reply }) => (to === client && reply.type === "Result" ? [reply] : []))
}

export function redirectsOf(cluster: RaftCluster, client: number): (NodeId | null)[] {
  return cluster.replies.flatMap(({ client: to, reply }) =>
    to === client && reply.type === "Redirect" ? [reply.leader] : [],
  )
}

/** The nodes that lead now, each in its own opinion. */
export function leaders(cluster: RaftCluster): NodeId[] {
  return nodesOf(cluster).filter(node => cluster.isUp(node) && cluster.state(node).role === "leader")
}

export function nodesOf(cluster: RaftCluster): NodeId[] {
  return Array.from({ length: cluster.size }, (_, id) => id)
}

/** The terms of a node's log, as Figure 7 draws them. */
export function terms(cluster: RaftCluster, node: NodeId): number[] {
  return cluster.disk(node).log.map(entry => entry.term)
}

/** Entries with these terms; each term's entries carry commands of a client of that number. */
export function entriesOf(logTerms: readonly number[], from = 1): Entry[] {
  return logTerms.map((term, i) => ({ index: from + i, term, command: put(term, from + i, `${term}.${from + i}`) }))
}

/** Writes a log into a follower, as the leader of `term` would have; `from` is who sends it. */
export function writeLog(cluster: RaftCluster, node: NodeId, logTerms: readonly number[], from: NodeId): void {
  let prevLogTerm = 0
  for (const entry of entriesOf(logTerms)) {
    const { index, term } = entry
    cluster.inject(from, node, appendEntries({ term, prevLogIndex: index - 1, prevLogTerm, entries: [entry] }))
    prevLogTerm = term
  }
}

export function appendEntries(fields: Partial<AppendEntries>): AppendEntries {
  return {
    type: "AppendEntries",
    term: 1,
    prevLogIndex: 0,
    prevLogTerm: 0,
    entries: [],
    leaderCommit: 0,
    round: 0,
    ...fields,
  }
}

export function requestVote(fields: Partial<RequestVote>): RequestVote {
  return { type: "RequestVote", term: 1, lastLogIndex: 0, lastLogTerm: 0, leadershipTransfer: false, ...fields }
}

/** The last message of a type that a node sent. */
export function lastSent<T extends Raft["message"]["type"]>(
  cluster: RaftCluster,
  from: NodeId,
  type: T,
): Extract<Raft["message"], { type: T }> {
  const found = cluster.sent.findLast(sent => sent.from === from && sent.message.type === type)?.message
  if (found === undefined || !isOf(found, type)) throw new Error(`node ${from} sent no ${type}`)
  return found
}

function isOf<T extends Raft["message"]["type"]>(
  message: Raft["message"],
  type: T,
): message is Extract<Raft["message"], { type: T }> {
  return message.type === type
}

export function lastReply(cluster: RaftCluster, from: NodeId): AppendEntriesReply {
  return lastSent(cluster, from, "AppendEntriesReply")
}
