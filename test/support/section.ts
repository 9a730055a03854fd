/** Directed tests of mutual exclusion: a cluster whose clients, one on each node, the test plays itself. */
import type { Algorithm, NodeId, Shape } from "../../runtime/contract/algorithm.ts"
import type { MutualExclusion } from "../../services/mutual-exclusion/shape.ts"
import type { Micros } from "../../runtime/contract/units.ts"
import { type Cluster, type ClusterOptions, createCluster } from "./cluster.ts"

/** The shape of an algorithm that lets nodes into a critical section. */
export type SectionShape = Shape & { readonly service: MutualExclusion }

export interface SectionCluster<S extends SectionShape> {
  readonly cluster: Cluster<S>
  acquire(node: NodeId): void
  release(node: NodeId): void
  /** Waits until a node is inside, and releases it there and then. */
  pass(node: NodeId): void
  /** Who entered, in order. */
  entries(): NodeId[]
  entryTimes(): Micros[]
  /** Who is inside now. */
  inside(): NodeId[]
}

/** A client lives on its node: what they tell each other takes no time. Links take 1 ms, unless the options say otherwise. */
export function openSection<S extends SectionShape>(
  algorithm: Algorithm<S>,
  options: ClusterOptions,
): SectionCluster<S> {
  const cluster = createCluster(algorithm, { clientLatency: "0ms", ...options })
  const entered = () => cluster.facts.filter(({ fact }) => fact.type === "entered")
  const release = (node: NodeId): void => cluster.request(node, node, { type: "Release" })
  const inside = (): NodeId[] => {
    const nodes = new Set<NodeId>()
    for (const { node, fact } of cluster.facts) {
      if (fact.type === "entered") nodes.add(node)
      else nodes.delete(node)
    }
    return [...nodes]
  }
  return {
    cluster,
    acquire: node => cluster.request(node, node, { type: "Acquire" }),
    release,
    pass(node) {
      cluster.runUntil(() => inside().includes(node))
      release(node)
      cluster.runFor(0)
    },
    entries: () => entered().map(({ node }) => node),
    entryTimes: () => entered().map(({ time }) => time),
    inside,
  }
}
