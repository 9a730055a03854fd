/** Messages between groups: each goes to the node that the sender believes to lead the receiving group. */
import type { NodeId, Purpose } from "../../runtime/contract/algorithm.ts"
import { membersOf } from "./parameters.ts"
import type { ShardNode, Step } from "./types.ts"

/**
 * The maximal number of times that a message is forwarded to a leader: two nodes that believe each other to lead would never
 * stop.
 */
const MAX_HOPS = 2

export function leads({ state }: ShardNode, group: number): boolean {
  return state.leads[group] === true
}

/** A node that does not answer may not lead any more: tries a random member, which knows the leader. */
export function forgetLeader(node: ShardNode, group: number): void {
  const members = membersOf(node, group)
  recordLeader(node, group, members[node.random(0, members.length - 1)]!)
}

/** The sender of a message leads its group, unless it has only forwarded it. Members know their leader from their log. */
export function recordSender(node: ShardNode, group: number, { hops }: Step, from: NodeId): void {
  if (hops === 0) recordLeader(node, group, from)
}

function recordLeader(node: ShardNode, group: number, leader: NodeId): void {
  if (!membersOf(node, group).includes(node.id)) node.state.leaders[group] = leader
}

export function send(node: ShardNode, message: Step, purpose?: Purpose): void {
  const { to } = message
  node.send(node.state.leaders[to] ?? membersOf(node, to)[0]!, message, purpose)
}

/** True if this node handles a message; otherwise forwards it to the leader of the group, if known. */
export function isForMe(node: ShardNode, message: Step, from: NodeId): boolean {
  if (leads(node, message.to)) return true
  const leader = node.state.leaders[message.to] ?? null
  if (leader !== null && leader !== from && message.hops < MAX_HOPS)
    node.send(leader, { ...message, hops: message.hops + 1 }, "retransmission")
  return false
}
