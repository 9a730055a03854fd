/** Directed tests of mutual exclusion: a cluster whose clients, one on each node, the test plays itself. */
import { expect } from "vitest"
import type { Algorithm, NodeId, Shape, Standing } from "../../runtime/contract/algorithm.ts"
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

const OUTSIDE: Standing = { role: "outside", rank: 0, epoch: null }

/** Node 1 of three takes a turn: how it stands before, while it asks, inside, and at the end (default: outside again). */
export function expectStandings<S extends SectionShape>(
  { cluster, acquire, release }: SectionCluster<S>,
  atTheEnd: Standing = OUTSIDE,
): void {
  expect(cluster.standing(1)).toEqual(OUTSIDE)
  acquire(1)
  cluster.runFor(0)
  expect(cluster.standing(1)).toEqual({ role: "requesting", rank: 1, epoch: 1 })
  cluster.runFor("5ms")
  expect(cluster.standing(1)).toEqual({ role: "critical section", rank: 2, epoch: 1 })
  release(1)
  cluster.runFor(0)
  expect(cluster.standing(1)).toEqual(atTheEnd)
}

/** Node 1 of three asks the two others once, though its client asks twice, and answers the client when it is in. */
export function expectOneRequest<S extends SectionShape>({ cluster, acquire }: SectionCluster<S>): void {
  acquire(1)
  acquire(1)
  cluster.runFor("5ms")
  expect(cluster.count("Request")).toBe(2)
  expect(cluster.replies.map(({ client, reply }) => [client, reply])).toEqual([[1, { type: "Granted" }]])
}

/** Node 1 of three is released before it asks, and while it waits: it enters, and stays. */
export function expectNoEarlyRelease<S extends SectionShape>({ cluster, acquire, release }: SectionCluster<S>): void {
  release(1)
  acquire(1)
  cluster.runFor(0)
  release(1)
  cluster.runFor("5ms")
  expect(cluster.facts.map(({ fact }) => fact.type)).toEqual(["entered"])
}
