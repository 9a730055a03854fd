/** Messages between groups: each to the leader of one, as far as its sender knows. */
import type { NodeId, Purpose } from "../../runtime/contract/algorithm.ts"
import { membersOf } from "./parameters.ts"
import type { ShardNode, Step } from "./types.ts"

/** Messages are forwarded to a leader this many times: those that believe in each other would not stop. */
const MAX_HOPS = 2

export function leads({ state }: ShardNode, group: number): boolean {
  return state.leads[group] === true
}

/** One that does not answer may not lead any more: any member knows who does. */
export function forgetLeader(node: ShardNode, group: number): void {
  const members = membersOf(node, group)
  recordLeader(node, group, members[node.random(0, members.length - 1)]!)
}

/** The sender of a message leads its group, unless it has forwarded the message only. Members have it from their log who leads. */
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

/** True if this node acts on a message; if another one leads the group, that one gets it. */
export function isForMe(node: ShardNode, message: Step, from: NodeId): boolean {
  if (leads(node, message.to)) return true
  const leader = node.state.leaders[message.to] ?? null
  if (leader !== null && leader !== from && message.hops < MAX_HOPS)
    node.send(leader, { ...message, hops: message.hops + 1 }, "retransmission")
  return false
}
