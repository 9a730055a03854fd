/** Groups of actively or semi-actively replicated machines, for directed tests: front ends are the two processes after the replicas. */
import { activeReplication, activeReplicationOn } from "../../../algorithms/active-replication/active-replication.ts"
import type { OnLog } from "../../../algorithms/common/sequenced/logged-types.ts"
import { multiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts"
import { raft } from "../../../algorithms/raft/raft.ts"
import {
  semiActiveReplication,
  semiActiveReplicationOn,
} from "../../../algorithms/semi-active-replication/semi-active-replication.ts"
import type { SemiActive } from "../../../algorithms/semi-active-replication/types.ts"
import type { Replica } from "../../../algorithms/common/sequenced/types.ts"
import { viewstampedReplication } from "../../../algorithms/viewstamped-replication/viewstamped-replication.ts"
import type { Operation } from "../../../services/replicated-log/command.ts"
import { type Cluster, type ClusterOptions, createCluster } from "../../support/cluster.ts"

/** With all logs that its order may come from. */
export const activeOnLogs = activeReplicationOn([raft, multiPaxos, viewstampedReplication])

export const semiActiveOnLogs = semiActiveReplicationOn([raft, multiPaxos, viewstampedReplication])

export type Group = Cluster<OnLog>
export type SemiActiveGroup = Cluster<SemiActive>

export function activeGroup(options: Partial<ClusterOptions> = {}): Group {
  return createCluster(activeReplication, { nodes: 3, ...options })
}

export function semiActiveGroup(options: Partial<ClusterOptions> = {}): SemiActiveGroup {
  return createCluster(semiActiveReplication, { nodes: 3, ...options })
}

/** A client asks the front end of a number, 0 or 1. */
export function ask(
  group: Group | SemiActiveGroup,
  operation: Operation,
  { client = 1, sequence = 1, frontEnd = 0 } = {},
): void {
  group.request(client, group.size + frontEnd, { type: "Command", session: client, sequence, operation })
}

export const put = (value: string): Operation => ({ op: "put", key: "x", value })
export const get: Operation = { op: "get", key: "x" }

/** The values that clients were answered with, and when, in milliseconds from a time on. */
export function answers(group: Group | SemiActiveGroup, from = 0): (readonly [value: string | null, at: number])[] {
  return group.replies.flatMap(({ time, reply }) =>
    reply.type === "Result" ? [[reply.result.value, (time - from) / 1_000] as const] : [],
  )
}

/** What each replica holds at x, and how many requests it has executed; null if it is down. */
export function contents(
  group: Group | SemiActiveGroup,
): (readonly [value: string | undefined, executed: number] | null)[] {
  return Array.from({ length: group.size }, (_, id) => {
    if (!group.isUp(id)) return null
    const state: Replica["state"] = group.state(id)
    return [state.machine.values.get("x"), state.executed] as const
  })
}

/** The requests that each replica has executed, in its order, by client and sequence number. */
export function executedBy(group: Group | SemiActiveGroup): string[][] {
  return Array.from({ length: group.size }, (_, id) =>
    group.facts.flatMap(({ node, fact }) =>
      node === id && fact.type === "applied" && fact.command !== null
        ? [`${fact.index}: ${fact.command.session}.${fact.command.sequence}`]
        : [],
    ),
  )
}
