/** A chain whose processes hear only what a test hands them, and whose timers run out only if it says so. */
import type {
  Configuration,
  MasterState,
  Member,
  ToMaster,
  ToServer,
} from "../../../algorithms/chain-replication/types.ts"
import type { NodeId, Purpose } from "../../../runtime/contract/algorithm.ts"
import type { Command } from "../../../services/replicated-log/command.ts"
import { createCluster } from "../../support/cluster.ts"
import { chainReplication } from "../../../algorithms/chain-replication/chain-replication.ts"
import type { ChainCluster } from "./support.ts"

/** The master, after three servers. */
export const MASTER = 3

/** Three servers in their first chain; none of them needs a lease. */
export function alone(parameters: Readonly<Record<string, unknown>> = {}, nodes = 3): ChainCluster {
  const cluster = createCluster(chainReplication, {
    nodes,
    isMute: true,
    parameters: {
      heartbeatInterval: "1h",
      lease: "1h",
      detectionTimeout: "3h",
      resendAfter: "2h",
      suspicions: "trusted",
      ...parameters,
    },
  })
  cluster.runFor("1ms")
  forget(cluster)
  return cluster
}

/** Forgets what was sent, reported and answered so far. */
export function forget(cluster: ChainCluster): void {
  for (const list of [cluster.sent, cluster.facts, cluster.replies]) list.splice(0)
}

interface Said {
  readonly from: NodeId
  readonly to: NodeId
  readonly message: object
  readonly purpose: Purpose
}

/** All that was sent since the last look. */
export function said(cluster: ChainCluster): readonly Said[] {
  return cluster.sent.splice(0).map(({ from, to, message, purpose }) => ({ from, to, message, purpose }))
}

/** What one process has said, as the table of a test has it. */
export function by(from: NodeId, to: NodeId, message: object, purpose: Purpose = "protocol"): Said {
  return { from, to, message, purpose }
}

/** What was reported since the last look. */
export function facts(cluster: ChainCluster): readonly object[] {
  return cluster.facts.splice(0).map(({ node, fact }) => ({ node, ...fact }))
}

/** What clients were answered since the last look. */
export function replies(cluster: ChainCluster): readonly object[] {
  cluster.runFor("2ms")
  return cluster.replies.splice(0).map(({ client, reply }) => ({ client, ...reply }))
}

/** Hands a process a message. It must not halt at that, as it does at a broken assertion where the parameters claim nothing. */
export function tell(cluster: ChainCluster, from: NodeId, to: NodeId, message: ToServer | ToMaster): void {
  cluster.inject(from, to, message)
  if (!cluster.isUp(to)) throw new Error(`process ${to} has halted at ${message.type}`)
}

/** A client asks a server, which handles that now. */
export function ask(cluster: ChainCluster, node: NodeId, command: Command): void {
  cluster.request(command.session, node, command)
  cluster.runFor("1ms")
}

export function membersOf(...ids: readonly NodeId[]): Member[] {
  return ids.map(id => ({ id, life: 0 }))
}

/** A chain of servers in their first life, in which nobody is new but by these fields. */
export function chainOf(number: number, ids: readonly NodeId[], changes: Partial<Configuration> = {}): Configuration {
  return { number, chain: membersOf(...ids), joining: null, headSince: 1, tailSince: 1, ...changes }
}

/** The master has a server know another chain. */
export function change(cluster: ChainCluster, to: NodeId, configuration: Configuration): void {
  tell(cluster, cluster.size, to, { type: "Reconfigure", configuration })
}

/** The master, of three servers. */
export function master(cluster: ChainCluster): MasterState {
  return cluster.state(MASTER) as unknown as MasterState
}
