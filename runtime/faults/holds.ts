/** Helpers for faults of nodes: they hold nodes down or in a state, and release them at the end. */
import type { NodeId } from "../contract/ids.ts"
import type { Ended, Struck } from "./kind.ts"
import type { FaultyRun } from "./run.ts"
import { nodesInWords } from "./words.ts"

/**
 * Takes nodes down now and brings them up at the end, unless a restart has brought them up meanwhile or another fault
 * keeps them down: overlapping crashes are counted, like cuts of a link.
 */
export function holdDown(
  host: FaultyRun,
  targets: readonly NodeId[],
  what: string,
  act: (id: NodeId) => void,
): Struck | undefined {
  if (targets.length === 0) return undefined
  const hold = {}
  const down = targets.filter(id => !host.nodes[id]!.up)
  for (const id of targets) {
    act(id)
    host.nodes[id]!.downBy.add(hold)
  }
  const begun = `${what} of ${nodesInWords(host, targets)}${already(host, down, targets, "down")}`
  return { begun, nodes: targets, end: () => liftHold(host, targets, hold) }
}

/** Releases the nodes that a hold keeps down; those that nothing else keeps down come up. */
export function liftHold(host: FaultyRun, targets: readonly NodeId[], hold: object): Ended | undefined {
  const held = targets.filter(id => host.nodes[id]!.downBy.delete(hold))
  const [up, still] = divide(held, id => host.nodes[id]!.downBy.size === 0)
  for (const id of up) host.restart(id)
  return endedOf(host, held, up.length === 0 ? "" : `restart of ${nodesInWords(host, up)}`, still, "down")
}

/** Partitions nodes by a predicate, which is called once for each. */
export function divide(nodes: readonly NodeId[], holds: (id: NodeId) => boolean) {
  const answers = nodes.map(holds)
  return [nodes.filter((_, index) => answers[index]), nodes.filter((_, index) => answers[index] !== true)] as const
}

/** ` (down already)`, ` (node 2 down already)`, or nothing. */
export function already(host: FaultyRun, nodes: readonly NodeId[], targets: readonly NodeId[], how: string): string {
  if (nodes.length === 0) return ""
  return nodes.length === targets.length ? ` (${how} already)` : ` (${nodesInWords(host, nodes)} ${how} already)`
}

/**
 * The end of a fault that held nodes, some of which another fault may still hold; undefined if it no longer held any.
 */
export function endedOf(
  host: FaultyRun,
  held: readonly NodeId[],
  ended: string,
  still: readonly NodeId[],
  how: "down" | "paused",
): Ended | undefined {
  if (held.length === 0) return undefined
  const stays =
    still.length === 0 ? [] : [`${nodesInWords(host, still)} ${still.length === 1 ? "stays" : "stay"} ${how}`]
  return { what: [...(ended === "" ? [] : [ended]), ...stays].join(", "), nodes: held }
}

/**
 * A state that nodes enter and leave together.
 *
 * @param named the nodes, or the affected part of them, in words
 */
export function during(
  host: FaultyRun,
  kind: string,
  nodes: readonly NodeId[],
  named: (host: FaultyRun, nodes: readonly NodeId[]) => string,
  words: { readonly begun: string; readonly over: string; readonly still: string },
  enter: () => () => void,
): Struck | undefined {
  if (nodes.length === 0) return undefined
  const leave = enter()
  const { underWay } = host
  for (const id of nodes) underWay.begin(kind, id)
  const end = (): Ended => {
    leave()
    const [over, still] = divide(nodes, id => underWay.end(kind, id) === 0)
    const what = [
      ...(over.length === 0 ? [] : [`${named(host, over)} ${words.over}`]),
      ...(still.length === 0 ? [] : [`${named(host, still)} still ${words.still}`]),
    ]
    return { what: what.join(", "), nodes }
  }
  return { begun: `${named(host, nodes)} ${words.begun}`, nodes, end }
}
