/**
 * All links between different sides are cut. Nodes on no side form one more side; clients on no side reach all nodes.
 */
import { flag, optional, type Setting } from "../../../contract/settings.ts"
import type { NodeId } from "../../../contract/ids.ts"
import type { FaultyRun } from "../../run.ts"
import type { Random } from "../../../lib/random.ts"
import type { Link } from "../../../network/network.ts"
import { faultKind } from "../../kind.ts"
import { cut, endInWords, linksWhere } from "../../links.ts"
import type { Side } from "../../target.ts"

const sides: Setting<readonly Side[]> = { kind: "sides", doc: "the nodes of each side" }
const bridge: Setting<readonly NodeId[]> = {
  kind: "nodes",
  doc: "nodes that reach everybody, and are reached by everybody",
}

export const partition = faultKind({
  kind: "partition",
  name: "partition",
  doc:
    "Nodes of different sides do not reach each other. A side is a list of nodes, or how many it has: in order of " +
    "their numbers, or with `random: true` any. Nodes on no side form one of their own; those of `bridge` reach " +
    "everybody. `oneWay: true`: a side does not reach those listed after it, but hears them. Clients reach every node, unless a " +
    "list names them: `[0, client 0]`.",
  target: "group",
  settings: {
    sides,
    bridge: optional(bridge),
    oneWay: optional(flag("nodes of a side do not reach those of later sides; the way back works")),
  },
  breaks: "links",
  cutsLinks: true,
  reachesClients: true,
  drawTarget: (fault, size, random) => ({ ...fault, sides: drawSides(fault.sides, fault.bridge ?? [], size, random) }),
  strike: (run, fault) => {
    const oneWay = fault.oneWay === true
    // The timeline has drawn the sides before the partition strikes.
    const definite = fault.sides.map(side => ("random" in side ? [] : side))
    const words = definite.map(side => listed(run, side)).join(" | ")
    const across = fault.bridge === undefined ? "" : `, bridge ${listed(run, fault.bridge)}`
    const links = linksBetween(run.nodes.length, definite, fault.bridge ?? [], oneWay)
    const begun = `${oneWay ? "one-way partition" : "partition"} ${words}${across}`
    const nodes = definite.flat().filter(end => end >= 0)
    return cut(run, links, nodes, begun, "partition healed")
  },
})

/** `0,1,client 0` */
function listed(run: FaultyRun, ends: readonly NodeId[]): string {
  return ends.map(end => endInWords(run, end)).join(",")
}

/** The links between different sides; if `oneWay`, only those from earlier to later sides. */
function linksBetween(
  size: number,
  definite: readonly (readonly NodeId[])[],
  across: readonly NodeId[],
  oneWay: boolean,
): readonly Link[] {
  // Nodes on no side form the last side.
  const last = definite.length
  const sideOfNode = new Int32Array(size).fill(last)
  const sideOfClient = new Map<NodeId, number>()
  for (const [side, ends] of definite.entries()) {
    for (const end of ends) {
      if (end >= 0) sideOfNode[end] = side
      else sideOfClient.set(end, side)
    }
  }
  for (const node of across) sideOfNode[node] = ACROSS
  const sideOf = (end: NodeId): number => (end >= 0 ? sideOfNode[end]! : (sideOfClient.get(end) ?? last))
  const isCut = (from: NodeId, to: NodeId): boolean => {
    const own = sideOf(from)
    const other = sideOf(to)
    if (own === ACROSS || other === ACROSS) return false
    return oneWay ? own < other : own !== other
  }
  const ofClients = linksOfClients(definite.flat(), size).filter(([from, to]) => isCut(from, to))
  return [...linksWhere(size, isCut), ...ofClients]
}

/** Stands for the side of a bridge. */
const ACROSS = -1

/** The links between nodes and the clients among some ends. */
function linksOfClients(ends: readonly NodeId[], size: number): readonly Link[] {
  const nodes = Array.from({ length: size }, (_, node) => node)
  return ends.flatMap(client =>
    client < 0
      ? nodes.flatMap((node): readonly Link[] => [
          [client, node],
          [node, client],
        ])
      : [],
  )
}

/** Random sides divide the nodes that are neither on another side nor a bridge. */
function drawSides(given: readonly Side[], across: readonly NodeId[], size: number, random: Random): readonly Side[] {
  if (!given.some(side => "random" in side)) return given
  const taken = new Set([...across, ...given.flatMap(side => ("random" in side ? [] : side))])
  const free = random.choose(size, size).filter(node => !taken.has(node))
  return given.map(side => ("random" in side ? free.splice(0, side.random).toSorted((a, b) => a - b) : side))
}
