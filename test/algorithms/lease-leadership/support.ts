/** Directed tests of lease leadership: contenders, the store and the resource, with times in milliseconds. */
import { leaseLeadershipOn } from "../../../algorithms/lease-leadership/lease-leadership.ts"
import type { LeaseLeadership } from "../../../algorithms/lease-leadership/types.ts"
import { multiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts"
import { raft } from "../../../algorithms/raft/raft.ts"
import { viewstampedReplication } from "../../../algorithms/viewstamped-replication/viewstamped-replication.ts"
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import { createCluster, type Cluster } from "../../support/cluster.ts"

/** With all logs that its store may be kept in. */
export const leaseLeadership = leaseLeadershipOn([raft, multiPaxos, viewstampedReplication])

/** Links take 1 ms, a lease 100 ms, and no clock drifts, unless a test says otherwise. */
const PARAMETERS = {
  lease: "100ms",
  renewInterval: "30ms",
  maxDrift: "0%",
  retryAfter: "20ms",
  watchTimeout: "1h",
  pollInterval: "10ms",
}

export interface LeaseCluster {
  readonly cluster: Cluster<LeaseLeadership>
  readonly store: NodeId
  readonly resource: NodeId
  acquire(node: NodeId): void
  release(node: NodeId): void
  /** Has nodes contend for leadership: all of them by default, in the order of their ids. */
  campaign(...nodes: readonly NodeId[]): void
  /** Who entered or began to lead, in order, and the tokens with which they did. */
  holders(): NodeId[]
  tokens(): number[]
  /** Who has the lease now, as far as they know themselves. */
  inside(): NodeId[]
  /** When a node last had to stop, or left; in ms. */
  stoppedAt(node: NodeId): number
}

export function openLease(nodes: number, parameters: Readonly<Record<string, unknown>> = {}, seed = 1): LeaseCluster {
  const cluster = createCluster(leaseLeadership, {
    nodes,
    seed,
    clientLatency: "0ms",
    parameters: { ...PARAMETERS, ...parameters },
  })
  const own = () =>
    cluster.facts.flatMap(({ node, time, fact }) => (fact.type === "believes" ? [{ node, time, fact }] : []))
  const begun = () => own().filter(({ node, fact }) => fact.leader === node)
  return {
    cluster,
    store: nodes,
    resource: nodes + 1,
    acquire: node => cluster.request(node, node, { type: "Acquire" }),
    release: node => cluster.request(node, node, { type: "Release" }),
    campaign(...chosen) {
      const all = Array.from({ length: nodes }, (_, id) => id)
      for (const node of chosen.length === 0 ? all : chosen) cluster.request(node, node, { type: "Campaign" })
    },
    holders: () => begun().map(({ node }) => node),
    tokens: () => begun().map(({ fact }) => fact.epoch),
    inside: () => {
      const inside = new Set<NodeId>()
      for (const { node, fact } of own()) {
        if (fact.leader === node) inside.add(node)
        else inside.delete(node)
      }
      return [...inside]
    },
    stoppedAt: node => {
      const last = own().findLast(each => each.node === node && each.fact.leader === null)
      if (last === undefined) throw new Error(`node ${node} never stopped`)
      return last.time / 1_000
    },
  }
}
