/**
 * Sharded groups for directed tests. Where groups are of one node each, their logs take no messages: node 0 is the controller, and
 * nodes 1, 2, ... lead the groups of their numbers.
 */
import type { ShardedGroups, Step } from "../../../algorithms/sharded-groups/types.ts"
import { algorithms } from "../../../algorithms/registry.ts"
import type { Algorithm, NodeId } from "../../../runtime/contract/algorithm.ts"
import type { ShardAction } from "../../../services/machines/shard-actions.ts"
import { isShardOperation } from "../../../services/machines/shard-actions.ts"
import type { ShardAnswer } from "../../../services/machines/shard-types.ts"
import { isExecuted, shardOf } from "../../../services/sharded-store/shape.ts"
import { type Cluster, createCluster, type Sent } from "../../support/cluster.ts"

export const registered = algorithms["sharded-groups"]!
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the registry does not tell algorithms apart
export const shardedGroups = registered as Algorithm<ShardedGroups>

export type Groups = Cluster<ShardedGroups>
type Parameters = Readonly<Record<string, unknown>>

const AT_ONCE = {
  retry: "1h",
  raftElectionTimeoutMin: "1ms",
  raftElectionTimeoutMax: "2ms",
  raftHeartbeatInterval: "1h",
}

/** Every group has elected its only node, which has learnt what its log knows. */
export function groupsOf(groups: number, shards: number, parameters: Parameters = {}, nodes = groups + 1): Groups {
  const cluster = createCluster(shardedGroups, {
    nodes,
    parameters: { ...AT_ONCE, replicas: 1, groups, shards, ...parameters },
  })
  cluster.runFor("10ms")
  cluster.clearCounts()
  cluster.facts.splice(0)
  return cluster
}

/** Two groups of three nodes, 3 to 5 and 6 to 8, and the controller on nodes 0 to 2; each has a leader. */
export function groupsOfThree(parameters: Parameters = {}): Groups {
  const cluster = createCluster(shardedGroups, {
    nodes: 9,
    parameters: { groups: 2, shards: 2, retry: "1h", ...parameters },
  })
  cluster.runFor("2s")
  cluster.clearCounts()
  cluster.facts.splice(0)
  return cluster
}

/** The node that leads a group, and one that follows in it. */
export function leaderAndFollower(cluster: Groups, group: number): readonly [leader: NodeId, follower: NodeId] {
  const members = [0, 1, 2].map(place => 3 * group + place)
  const leader = members.find(node => cluster.state(node).leads[group] === true)
  const follower = members.find(node => cluster.state(node).leads[group] !== true)
  if (leader === undefined || follower === undefined) throw new Error(`group ${group} has no leader`)
  return [leader, follower]
}

/** Messages between groups of these types, in the order in which they were sent, and forgets them. */
export function steps(cluster: Groups): readonly Pick<Sent<object>, "from" | "to" | "message" | "purpose">[] {
  return cluster.sent
    .splice(0)
    .filter(({ message: { type } }) => !type.startsWith("log/") && type !== "Leads" && type !== "Answered")
    .map(({ from, to, message, purpose }) => ({ from, to, message, purpose }))
}

/** Messages of a type, in the order in which they were sent. */
export function sent(cluster: Groups, type: string, purpose?: string) {
  return cluster.sent.filter(each => each.message.type === type && (purpose === undefined || each.purpose === purpose))
}

/** Has all messages of a type lost. */
export function lose(cluster: Groups, lost: string): void {
  cluster.intercept((_, __, { type }) => (type === lost ? "drop" : "deliver"))
}

/** The actions that logs of groups have executed, each by the first node that did. */
export function executed(cluster: Groups) {
  const found: { group: number; session: number; sequence: number; action: ShardAction }[] = []
  for (const { fact } of cluster.facts) {
    if (!isExecuted(fact) || fact.command === null) continue
    const { session, sequence, operation } = fact.command
    if (isShardOperation(operation)) found.push({ group: fact.group, session, sequence, action: operation.action })
  }
  return found
}

/** The actions of a kind that a cluster of groups of one node has executed. */
export function actions<Kind extends ShardAction["kind"]>(cluster: Groups, kind: Kind) {
  return executed(cluster).flatMap(({ action }) =>
    action.kind === kind ? [action as Extract<ShardAction, { readonly kind: Kind }>] : [],
  )
}

/** The replies that reached clients, and forgets them. */
export function replies(cluster: Groups): readonly object[] {
  cluster.runFor("1ms")
  return cluster.replies.splice(0).map(({ client, reply }) => ({ client, ...reply }))
}

/** Hands a message of another group to a node. */
export function hand(cluster: Groups, from: NodeId, to: NodeId, message: Step): void {
  cluster.inject(from, to, message)
}

/** Hands a node the answer of a log. */
export function answer(cluster: Groups, node: NodeId, group: number, given: ShardAnswer): void {
  cluster.inject(node, node, { type: "Answered", group, answer: given })
}

export function moveShard(cluster: Groups, shard: number, to: number): void {
  cluster.request(9, 0, { type: "MoveShard", sequence: 1, shard, to })
  cluster.runFor("3ms")
}

/** A key of the first shard that begins on each of these groups, there being as many shards as groups. */
export function keysIn(groups: readonly number[], shards: number): string[] {
  return groups.map(group => keysOf(group - 1, shards, 1)[0]!)
}

/** Keys of a shard. */
export function keysOf(shard: number, shards: number, count: number): string[] {
  const found: string[] = []
  for (let number = 0; found.length < count; number++) {
    if (shardOf(`k${number}`, shards) === shard) found.push(`k${number}`)
  }
  return found
}

/** Client 7 has a transaction write to a key of each of these groups. */
export function transact(cluster: Groups, groups: readonly number[], shards: number): void {
  const operations = keysIn(groups, shards).map(key => ({ op: "put", key, value: "v" }) as const)
  cluster.request(7, groups[0]!, { type: "Transact", session: 7, sequence: 1, operations, groups })
  cluster.runFor("2ms")
}
