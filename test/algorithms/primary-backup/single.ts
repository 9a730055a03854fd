/** A group whose processes hear only what a test hands them, and whose timers run out only if it says so. */
import type {
  Member,
  ServiceState,
  ToReplica,
  ToService,
  View,
  Views,
} from "../../../algorithms/primary-backup/types.ts"
import type { NodeId, Purpose } from "../../../runtime/contract/algorithm.ts"
import type { Command } from "../../../services/replicated-log/command.ts"
import { type Group, group, write } from "./support.ts"

/** The process of the view service, after three replicas. */
export const SERVICE = 3

/** Three replicas in their first view: 0 is the primary. */
export function alone(parameters: Readonly<Record<string, unknown>> = {}, nodes = 3): Group {
  const cluster = group({
    nodes,
    isMute: true,
    parameters: { heartbeatInterval: "1h", detectionTimeout: "3h", ...parameters },
  })
  cluster.runFor("1ms")
  forget(cluster)
  return cluster
}

/** Forgets what was sent, reported and answered so far. */
export function forget(cluster: Group): void {
  for (const list of [cluster.sent, cluster.facts, cluster.replies]) list.splice(0)
}

interface Said {
  readonly from: NodeId
  readonly to: NodeId
  readonly message: object
  readonly purpose: Purpose
}

/** What was sent since the last look, without heartbeats. */
export function said(cluster: Group): readonly Said[] {
  return cluster.sent
    .splice(0)
    .filter(({ purpose }) => purpose !== "heartbeat")
    .map(({ from, to, message, purpose }) => ({ from, to, message, purpose }))
}

/** What one process has said, as the table of a test has it. */
export function by(from: NodeId, to: NodeId, message: object, purpose: Purpose = "protocol"): Said {
  return { from, to, message, purpose }
}

/** What was reported since the last look. */
export function facts(cluster: Group): readonly object[] {
  return cluster.facts.splice(0).map(({ node, fact }) => ({ node, ...fact }))
}

/** What clients were answered since the last look. */
export function answered(cluster: Group): readonly object[] {
  cluster.runFor("2ms")
  return cluster.replies.splice(0).map(({ client, reply }) => ({ client, ...reply }))
}

/** Hands a process a message. It must not halt at that, as it does at a broken assertion where the parameters claim nothing. */
export function tell(cluster: Group, from: NodeId, to: NodeId, message: ToReplica | ToService): void {
  cluster.inject(from, to, message)
  if (!cluster.isUp(to)) throw new Error(`process ${to} has halted at ${message.type}`)
}

/** A client asks a replica, which handles that now. */
export function ask(cluster: Group, node: NodeId, command: Command): void {
  cluster.request(command.session, node, command)
  cluster.runFor("1ms")
}

export function members(...ids: readonly NodeId[]): Member[] {
  return ids.map(id => ({ id, life: 0, count: 0 }))
}

/** A view under the first of its members. */
export function viewOf(number: number, since: number, ids: readonly NodeId[]): View {
  return { number, primary: ids[0]!, since, members: members(...ids) }
}

/** The update of the write of a client with the same number, as a primary ships it. @param before what the key held */
export function updateOf(number: number, value: string, before: string | null = null) {
  return { number, request: write(value, number), change: { result: { done: true, value: before }, value } }
}

/** The state of the view service, of three replicas. */
export function service(cluster: Group): ServiceState {
  return cluster.state(SERVICE) as unknown as ServiceState
}

export function viewsOf(cluster: Group): Views {
  return cluster.disk(SERVICE) as unknown as Views
}
