// What the tests of chain replication share: clients' requests, and what servers know.
import { chainReplication, chainReplicationOn } from "../../../algorithms/chain-replication/chain-replication.ts"
import { multiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts"
import { raft } from "../../../algorithms/raft/raft.ts"
import { viewstampedReplication } from "../../../algorithms/viewstamped-replication/viewstamped-replication.ts"
import type { ChainReplication } from "../../../algorithms/chain-replication/types.ts"
import type { Algorithm, NodeId } from "../../../runtime/contract/algorithm.ts"
import type { Command } from "../../../services/replicated-log/command.ts"
import { type Cluster, type ClusterOptions, createCluster } from "../../support/cluster.ts"

export type ChainCluster = Cluster<ChainReplication>

/** With all logs that its master may be kept in. */
export const chainOnLogs = chainReplicationOn([raft, multiPaxos, viewstampedReplication])

/** CRAQ. */
export const ANY = { reads: "any" }

/** The update of a client that writes `value` to the key "x". */
export function write(value: string, session = 0, sequence = 1): Command {
  return { type: "Command", session, sequence, operation: { op: "put", key: "x", value } }
}

/** A query of the key "x". */
export function query(session = 0, sequence = 1): Command {
  return { type: "Command", session, sequence, operation: { op: "get", key: "x" } }
}

/** A group whose servers have their first lease. */
export function chainOf(
  options: ClusterOptions,
  algorithm: Algorithm<ChainReplication> = chainReplication,
): ChainCluster {
  const cluster = createCluster(algorithm, options)
  cluster.runFor("30ms")
  cluster.clearCounts()
  return cluster
}

/** The chain as a server knows it, from head to tail. */
export function chainAt(cluster: ChainCluster, server: NodeId): readonly NodeId[] {
  return cluster.state(server).configuration?.chain.map(({ id }) => id) ?? []
}

/** What a server holds of the key "x", as far as the tail has it. */
export function valueAt(cluster: ChainCluster, server: NodeId): string | undefined {
  return cluster.state(server).machine.values.get("x")
}

/** The value that a client was answered last; undefined: nothing yet. */
export function answered(cluster: ChainCluster, client: number): string | null | undefined {
  const replies = cluster.replies.flatMap(({ client: to, reply }) =>
    to === client && reply.type === "Result" ? [reply.result.value] : [],
  )
  return replies.at(-1)
}
