// Groups that an operator replaces, message by message: what the tests of reconfigurations (§7) and their mutants share.
import { firstView } from "../../../algorithms/viewstamped-replication/configuration.ts"
import type { Message, Vsr } from "../../../algorithms/viewstamped-replication/types.ts"
import { viewstampedReplication } from "../../../algorithms/viewstamped-replication/viewstamped-replication.ts"
import type { Algorithm, NodeId } from "../../../runtime/contract/algorithm.ts"
import { Post } from "./post.ts"
import type { VsrCluster } from "./support.ts"

export const OPERATOR = 50

export function ask(cluster: VsrCluster, to: NodeId, members: readonly NodeId[], sequence = 1): void {
  cluster.request(OPERATOR, to, { type: "ChangeMembership", sequence, members })
}

/** A group of three that has executed one request, and two spares. */
export function group(
  nodes = 5,
  parameters: Readonly<Record<string, unknown>> = {},
  algorithm: Algorithm<Vsr> = viewstampedReplication,
): Post {
  const post = new Post(algorithm, nodes, { initialMembers: 3, ...parameters })
  post.put(0, "a")
  post.settle(0, 1, 2)
  return post
}

export function reconfigure(post: Post, members: readonly NodeId[], at = 0): void {
  ask(post.cluster, at, members)
  post.cluster.runFor("2ms")
}

/** `primary 1.0`: the role of each node, its epoch, and its view in that. */
export function standings({ cluster }: Post): string[] {
  return Array.from({ length: cluster.size }, (_, id) => {
    const { role, epoch } = cluster.standing(id)!
    return `${role} ${Math.floor(epoch! / firstView(1))}.${epoch! % firstView(1)}`
  })
}

/** Who believes in a leader in the first view of epoch 1, in the order in which they came to. */
export function believers({ cluster }: Post): NodeId[] {
  return cluster.facts.flatMap(({ node, fact }) =>
    fact.type === "believes" && fact.leader !== null && fact.epoch === firstView(1) ? [node] : [],
  )
}

export function typesOf(post: Post, from: NodeId, to: NodeId): Message["type"][] {
  return post.takeAll(from, to).map(({ message }) => message.type)
}

export function answersTo({ cluster }: Post, client: number): unknown[] {
  return cluster.replies.filter(reply => reply.client === client).map(({ from, reply }) => [from, reply])
}

export const done = (sequence = 1) => ({ type: "Result", sequence, result: { done: true, value: null } })
export const refused = (sequence = 1) => ({ type: "Result", sequence, result: { done: false, value: null } })
export const to = (leader: NodeId | null, sequence = 1) => ({ type: "Redirect", sequence, leader })
