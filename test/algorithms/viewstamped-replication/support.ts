// What the tests of Viewstamped Replication share: clients' requests, and what replicas have in their logs.
import { opNumber } from "../../../algorithms/viewstamped-replication/log.ts"
import type { Vsr } from "../../../algorithms/viewstamped-replication/types.ts"
import { viewstampedReplication } from "../../../algorithms/viewstamped-replication/viewstamped-replication.ts"
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import type { Command } from "../../../services/replicated-log/command.ts"
import { type Cluster, type ClusterOptions, createCluster } from "../../support/cluster.ts"

export type VsrCluster = Cluster<Vsr>

/** Replicas that notice nothing by themselves, so that a test alone decides when a view ends. */
export const PATIENT = { viewChangeTimeout: "1h" }

/** The request of a client that writes `value` to the key "x". */
export function write(value: string, session = 0, sequence = 1): Command {
  return { type: "Command", session, sequence, operation: { op: "put", key: "x", value } }
}

/** A patient group in its first view: replica 0 is the primary. */
export function patientGroup(options: ClusterOptions, algorithm = viewstampedReplication): VsrCluster {
  return createCluster(algorithm, { ...options, parameters: { ...PATIENT, ...options.parameters } })
}

/** Has replicas notice at the same moment that their primary is gone. */
export function missPrimary(cluster: VsrCluster, ...replicas: readonly NodeId[]): void {
  for (const replica of replicas) cluster.fire(replica, "viewChange")
}

export function liveReplicas(cluster: VsrCluster): NodeId[] {
  return Array.from({ length: cluster.size }, (_, id) => id).filter(id => cluster.isUp(id))
}

/** Whether all live replicas are in normal operation in this view. */
export function areNormalIn(cluster: VsrCluster, view: number): boolean {
  return liveReplicas(cluster).every(replica => {
    const { status, viewNumber } = cluster.state(replica)
    return status === "normal" && viewNumber === view
  })
}

/** The values in a replica's log that the checkpoint does not cover, in order. */
export function logOf(cluster: VsrCluster, replica: NodeId): string[] {
  return cluster.state(replica).requests.map(request => {
    if (request.type !== "Command") return request.type
    const { operation } = request
    return "value" in operation ? operation.value : operation.op
  })
}

/** What a replica holds of key "x". */
export function valueAt(cluster: VsrCluster, replica: NodeId): string | undefined {
  return cluster.state(replica).machine.values.get("x")
}

export function opNumberAt(cluster: VsrCluster, replica: NodeId): number {
  return opNumber(cluster.state(replica))
}
