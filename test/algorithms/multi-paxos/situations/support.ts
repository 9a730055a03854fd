// What the tests of single situations of Multi-Paxos share: nodes that are told what others say, one message after the other.
import { expect } from "vitest"
import { multiPaxos } from "../../../../algorithms/multi-paxos/multi-paxos.ts"
import type { Ballot, History, Message, Slot, Value } from "../../../../algorithms/multi-paxos/types.ts"
import type { ClientId, NodeId } from "../../../../runtime/contract/algorithm.ts"
import { muteCluster, said as saidBy } from "../../../support/situations.ts"
import { type PaxosCluster, proposal, write } from "../support.ts"

export const HEARTBEAT = 75_000

/** Nodes whose messages all get lost, and who stand for leader only when asked: each meets what the test tells it. */
export function alone(parameters = {}, nodes = 3, syncLatency = "0ms"): PaxosCluster {
  return muteCluster(multiPaxos, {
    nodes,
    syncLatency,
    parameters: { electionTimeoutMin: "1h", electionTimeoutMax: "1h", heartbeatInterval: "75ms", ...parameters },
  })
}

export function stand(cluster: PaxosCluster, node: NodeId = 0): void {
  cluster.request(99, node, { type: "Elect" })
  cluster.runFor(0)
}

/** Node 0 of three leads in ballot 3, by its own promise and that of node 1. */
export function leading(parameters = {}): PaxosCluster {
  const cluster = alone(parameters)
  stand(cluster)
  cluster.inject(1, 0, promise(3))
  expect(cluster.state(0).proposer.role).toBe("leader")
  return cluster
}

export function ask(cluster: PaxosCluster, value: string, client: ClientId, sequence = 1): void {
  cluster.request(client, 0, write(value, client, sequence))
  cluster.runFor(0)
}

export const NOTHING: History = { snapshot: null, from: 1, values: [] }

export function promise(ballot: Ballot): Message {
  return { type: "Promise", ballot, accepted: [], chosen: NOTHING }
}

export function prepare(ballot: Ballot, firstUnchosen: Slot = 1): Message {
  return { type: "Prepare", ballot, firstUnchosen }
}

export function accept(ballot: Ballot, slot: Slot, firstUnchosen: Slot = 1): Message {
  return { type: "Accept", proposal: proposal(ballot, slot, `v${slot}`), firstUnchosen }
}

export function accepted(ballot: Ballot, slot: Slot): Message {
  return { type: "Accepted", ballot, slot }
}

export function heartbeat(ballot: Ballot, firstUnchosen: Slot = 1): Message {
  return { type: "Heartbeat", ballot, firstUnchosen }
}

export function success(ballot: Ballot, slot: Slot, value: Value = write(`v${slot}`, slot, ballot)): Message {
  return { type: "Success", proposal: { ballot, slot, value } }
}

export function catchUp(ballot: Ballot, chosen: Partial<History>): Message {
  return { type: "CatchUp", ballot, chosen: { ...NOTHING, ...chosen } }
}

/** What a node sent: `Accept 1 to 2, protocol`. */
export function said(cluster: PaxosCluster, node: NodeId): string[] {
  return saidBy(cluster, node, message =>
    message.type === "Accept" || message.type === "Success" ? ` ${message.proposal.slot}` : "",
  )
}
