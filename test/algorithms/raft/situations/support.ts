// What the tests of single situations of Raft share: servers that are told what others say, one message after the other.
import { expect } from "vitest"
import { raft } from "../../../../algorithms/raft/raft.ts"
import type { AppendEntriesReply, Message } from "../../../../algorithms/raft/types.ts"
import type { ClientId, NodeId } from "../../../../runtime/contract/algorithm.ts"
import { muteCluster, said as saidBy } from "../../../support/situations.ts"
import { PATIENT, put, type RaftCluster } from "../support.ts"

export const HEARTBEAT = 75_000

/** Servers whose messages all get lost, and who stand for election only when asked: each meets what the test tells it. */
export function alone(parameters = {}, nodes = 3): RaftCluster {
  return muteCluster(raft, { nodes, parameters: { ...PATIENT, heartbeatInterval: "75ms", ...parameters } })
}

export function stand(cluster: RaftCluster, node: NodeId = 0): void {
  cluster.request(99, node, { type: "Elect" })
  cluster.runFor(0)
}

export function vote(term: number, voteGranted = true): Message {
  return { type: "RequestVoteReply", term, voteGranted }
}

export function preVote(term: number, voteGranted = true): Message {
  return { type: "PreVoteReply", term, voteGranted }
}

/** Server 0 leads in term 1, by the votes of as few as needed. */
export function leading(parameters = {}, nodes = 3): RaftCluster {
  const cluster = alone(parameters, nodes)
  // An election that those who hear a leader take part in as well.
  cluster.inject(1, 0, { type: "TimeoutNow", term: 0 })
  for (let from = 1; from <= nodes / 2; from++) cluster.inject(from, 0, vote(1))
  expect(cluster.state(0).role).toBe("leader")
  return cluster
}

export function ask(cluster: RaftCluster, value: string, client: ClientId, sequence = 1): void {
  cluster.request(client, 0, put(client, sequence, value))
  cluster.runFor(0)
}

/** A reply of success in term 1, unless something else is said. */
export function reply(index: number, fields: Partial<AppendEntriesReply> = {}): AppendEntriesReply {
  return {
    type: "AppendEntriesReply",
    term: 1,
    success: true,
    index,
    conflictTerm: 0,
    conflictIndex: 0,
    round: 0,
    ...fields,
  }
}

/** What a server sent: `AppendEntries 2,3 to 1, protocol` for entries 2 and 3. */
export function said(cluster: RaftCluster, node: NodeId): string[] {
  return saidBy(cluster, node, message =>
    message.type === "AppendEntries" ? ` ${message.entries.map(({ index }) => index).join()}` : "",
  )
}
