// What the tests of Multi-Paxos share: clients' commands, and what nodes have executed.
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import type { Command } from "../../../services/replicated-log/command.ts"
import { multiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts"
import type { MultiPaxos, Proposal, Value } from "../../../algorithms/multi-paxos/types.ts"
import { type Cluster, type ClusterOptions, createCluster } from "../../support/cluster.ts"

export type PaxosCluster = Cluster<MultiPaxos>

/** The command of one client that writes `value` to the key "x". */
export function write(value: string, session = 0, sequence = 1): Command {
  return { type: "Command", session, sequence, operation: { op: "put", key: "x", value } }
}

/** A cluster with a leader, and nothing under way. */
export function ledCluster(options: ClusterOptions, algorithm = multiPaxos): { cluster: PaxosCluster; leader: NodeId } {
  const cluster = createCluster(algorithm, options)
  const leader = elect(cluster, 0)
  return { cluster, leader }
}

/** Makes a node stand for leader, waits until all live nodes follow it, and forgets what that cost. */
export function elect(cluster: PaxosCluster, node: NodeId): NodeId {
  cluster.request(99, node, { type: "Elect" })
  cluster.runUntil(() => followersOf(cluster, node) === liveNodes(cluster).length)
  cluster.runFor("1s")
  cluster.clearCounts()
  return node
}

export function followersOf(cluster: PaxosCluster, leader: NodeId): number {
  return liveNodes(cluster).filter(node => cluster.state(node).detector.leader === leader).length
}

export function liveNodes(cluster: PaxosCluster): NodeId[] {
  return Array.from({ length: cluster.size }, (_, id) => id).filter(id => cluster.isUp(id))
}

/** What a node has executed since its last boot, in order: values written, and "no-op". */
export function executedBy(cluster: PaxosCluster, node: NodeId): string[] {
  return cluster.facts
    .flatMap(({ node: at, fact }) => (at === node && fact.type === "applied" ? [fact.command] : []))
    .map(nameOf)
}

export function nameOf(value: Value): string {
  return value === null ? "no-op" : "value" in value.operation ? value.operation.value : value.operation.op
}

export function proposal(ballot: number, slot: number, value: string): Proposal {
  return { ballot, slot, value: write(value, slot, ballot) }
}
