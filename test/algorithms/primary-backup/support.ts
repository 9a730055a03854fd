// What the tests of primary-backup replication share: clients' requests, and what replicas hold.
import { multiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts"
import { primaryBackup, primaryBackupOn } from "../../../algorithms/primary-backup/primary-backup.ts"
import { raft } from "../../../algorithms/raft/raft.ts"
import { viewstampedReplication } from "../../../algorithms/viewstamped-replication/viewstamped-replication.ts"
import type { PrimaryBackup, Views } from "../../../algorithms/primary-backup/types.ts"
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import type { Command } from "../../../services/replicated-log/command.ts"
import { type Cluster, type ClusterOptions, createCluster } from "../../support/cluster.ts"

/** With all logs that its view service may be kept in. */
export const backupOnLogs = primaryBackupOn([raft, multiPaxos, viewstampedReplication])

export type Group = Cluster<PrimaryBackup>

/** The request of a client that writes `value` to the key "x". */
export function write(value: string, session = 0, sequence = 1): Command {
  return { type: "Command", session, sequence, operation: { op: "put", key: "x", value } }
}

export function read(session = 0, sequence = 1): Command {
  return { type: "Command", session, sequence, operation: { op: "get", key: "x" } }
}

export function group(options: ClusterOptions, algorithm = primaryBackup): Group {
  return createCluster(algorithm, options)
}

/** A group without a view service. */
export function timedGroup(options: ClusterOptions, algorithm = primaryBackup): Group {
  return group({ ...options, parameters: { takeover: "timeouts", ...options.parameters } }, algorithm)
}

/** What a replica holds of key "x". */
export function valueAt(cluster: Group, replica: NodeId): string | undefined {
  return cluster.state(replica).machine.values.get("x")
}

/** The replicas that take themselves for the primary. */
export function primaries(cluster: Group): NodeId[] {
  return Array.from({ length: cluster.size }, (_, id) => id).filter(
    id => cluster.isUp(id) && cluster.state(id).status === "primary",
  )
}

/** The ids of the members of the view that a replica knows of, the primary first. */
export function viewAt(cluster: Group, replica: NodeId): { number: number; members: NodeId[] } {
  const { number, primary, members } = cluster.state(replica).view
  const others = members.map(({ id }) => id).filter(id => id !== primary)
  return { number, members: [primary, ...others] }
}

/** The disk of the view service: its process comes after the replicas. */
export function serviceOf(cluster: Group): Views {
  return cluster.disk(cluster.size) as unknown as Views
}

/** The values that clients were told, in order. */
export function results(cluster: Group): (string | null)[] {
  return cluster.replies.flatMap(({ reply }) => (reply.type === "Result" ? [reply.result.value] : []))
}
