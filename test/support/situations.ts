/**
 * Nodes that are told one message after the other, and what each of them says, believes and waits for: their own messages
 * all get lost.
 */
import type { Algorithm, NodeId, Shape } from "../../runtime/contract/algorithm.ts"
import { isBelief } from "../../services/replicated-log/shape.ts"
import { type Cluster, type ClusterOptions, createCluster } from "./cluster.ts"

/** A cluster whose messages all get lost, and whose clients are answered at once. */
export function muteCluster<S extends Shape>(algorithm: Algorithm<S>, options: ClusterOptions): Cluster<S> {
  return createCluster(algorithm, { ...options, clientLatency: "0ms", isMute: true })
}

/**
 * What a node sent: `Prepare to 1, protocol`.
 *
 * @param about what else is told of a message, after its type
 */
export function said<S extends Shape>(
  cluster: Cluster<S>,
  node: NodeId,
  about: (message: S["message"]) => string = () => "",
): string[] {
  return cluster.sent
    .filter(({ from }) => from === node)
    .map(({ to, message, purpose }) => `${message.type}${about(message)} to ${to}, ${purpose}`)
}

/** Whom a node said it believes to lead, each time with the epoch. */
export function beliefs<S extends Shape>(cluster: Cluster<S>, node: NodeId): (number | null)[][] {
  return cluster.facts.flatMap(({ node: by, fact }) =>
    by === node && isBelief(fact) ? [[fact.leader, fact.epoch]] : [],
  )
}
