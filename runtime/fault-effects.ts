/** What each kind of fault does to a run when it strikes, and what its end takes back. */
import type { NodeId } from "./algorithm.ts"
import type { Direction, Fault, Link, Scope, Side } from "./fault.ts"
import { allLinks } from "./fault-timeline.ts"
import { linkNumber } from "./links.ts"
import type { Simulation } from "./simulation.ts"
import { formatDuration } from "./units.ts"

/** A fault that has struck. */
export interface Struck {
  /** What happened, in words. */
  readonly begun: string
  /** The nodes it happened to. */
  readonly nodes: readonly NodeId[]
  /** Ends the fault. @returns what happened then, in words, and to which nodes; `undefined` if nothing did */
  readonly end?: () => Ended | undefined
}

export interface Ended {
  readonly what: string
  readonly nodes: readonly NodeId[]
}

/**
 * Lets a fault strike now.
 *
 * @param targets the nodes that its target stands for now
 * @returns `undefined` if it hits nobody
 */
export function strike(simulation: Simulation, fault: Fault, targets: readonly NodeId[]): Struck | undefined {
  switch (fault.kind) {
    case "crash":
      return bringDown(simulation, targets, "crash", id => simulation.crash(id))
    case "tornWrite":
      return bringDown(simulation, targets, "crash in the middle of writing", id => simulation.crash(id, fault.kept))
    case "amnesia":
      return amnesia(simulation, targets)
    case "restart":
      return restart(simulation, targets)
    case "pause":
      return pause(simulation, targets)
    case "failingDisk":
      return failDisks(simulation, targets)
    case "slow": {
      const words = `${formatDuration(fault.serviceTime)} a message`
      return during(targets, `${nodesInWords(targets)} slow: ${words}`, `${nodesInWords(targets)} at full speed`, () =>
        simulation.slowNodes(targets, fault.serviceTime),
      )
    }
    case "slowDisk": {
      const words = `${formatDuration(fault.syncLatency)} a sync`
      const disks = `disk of ${nodesInWords(targets)}`
      return during(targets, `${disks} slow: ${words}`, `${disks} at full speed`, () =>
        simulation.slowDisks(targets, fault.syncLatency),
      )
    }
    case "clockOffset": {
      const by = `${fault.by < 0 ? "-" : "+"}${formatDuration(Math.abs(fault.by))}`
      const clocks = `clock of ${nodesInWords(targets)}`
      return forEach(targets, `${clocks} off by ${by}`, `${clocks} right again`, (id, sign) =>
        simulation.shiftClock(id, sign * fault.by),
      )
    }
    case "clockDrift": {
      const clocks = `clock of ${nodesInWords(targets)}`
      const by = percent(fault.by)
      return forEach(targets, `${clocks} drifting by ${by}`, `${clocks} no longer drifting`, (id, sign) =>
        simulation.driftClock(id, sign > 0 ? fault.by : 1 / (1 + fault.by) - 1),
      )
    }
    case "byzantine": {
      const { behaviour } = fault
      for (const id of targets) simulation.corruptNode(id, behaviour)
      const how = typeof behaviour === "string" ? behaviour : "scripted"
      return { begun: `${nodesInWords(targets)} turned traitor (${how})`, nodes: targets }
    }
    case "isolate":
      return isolate(simulation, targets, fault.direction)
    case "partition": {
      const sides = definiteSides(fault.sides)
      const words = sides.map(side => side.join(",")).join(" | ")
      const bridge = fault.bridge === undefined ? "" : `, bridge ${fault.bridge.join(",")}`
      const oneWay = fault.oneWay === true ? "one-way partition" : "partition"
      const links = linksBetween(simulation.size, sides, fault.bridge ?? [], fault.oneWay === true)
      return cut(simulation, links, sides.flat(), `${oneWay} ${words}${bridge}`, "partition healed")
    }
    case "cut": {
      const links = linksOf(simulation, fault, targets) ?? allLinks(simulation.size)
      const names = linksInWords(fault, targets)
      return cut(simulation, links, targets, `${names} cut`, `${names} mended`)
    }
    default:
      return disturb(simulation, fault, targets)
  }
}

/** Faults of links that change the fate of single messages. */
function disturb(
  simulation: Simulation,
  fault: Fault & { kind: "loss" | "corruption" | "duplication" | "reordering" | "delay" },
  targets: readonly NodeId[],
): Struck | undefined {
  const { size, links } = simulation
  if (fault.target !== undefined && targets.length === 0) return undefined
  const hit = linksOf(simulation, fault, targets)?.map(([from, to]) => linkNumber(from, to, size)) ?? null
  const where = hit === null ? "" : ` on ${linksInWords(fault, targets)}`
  const begin = (what: string, over: string, act: () => () => void): Struck => {
    const undo = act()
    const end = (): Ended => {
      undo()
      return { what: `${over}${where} over`, nodes: targets }
    }
    return { begun: `${what}${where}`, nodes: targets, end }
  }
  switch (fault.kind) {
    case "loss":
      return begin(`loss of ${percent(fault.share)} of messages`, "loss", () => links.lose(fault.share, hit))
    case "corruption":
      return begin(`corruption of ${percent(fault.share)} of messages`, "corruption", () =>
        links.corrupt(fault.share, hit),
      )
    case "duplication":
      return begin(`duplication of ${percent(fault.share)} of messages`, "duplication", () =>
        links.duplicate(fault.share, hit),
      )
    case "reordering":
      return begin(`reordering of ${percent(fault.share)} of messages`, "reordering", () =>
        links.reorder(fault.share, fault.by, hit),
      )
    case "delay":
      return begin(`delay of ${formatDuration(fault.by)} a message`, "delay", () => links.delayBy(fault.by, hit))
  }
}

/** Nodes that are up go down. */
function bringDown(
  simulation: Simulation,
  targets: readonly NodeId[],
  what: string,
  act: (id: NodeId) => void,
): Struck | undefined {
  const nodes = targets.filter(id => simulation.nodes[id]!.up)
  return nodes.length === 0 ? undefined : untilRestart(simulation, nodes, what, act)
}

/** Also nodes that are down already lose their disks. */
function amnesia(simulation: Simulation, nodes: readonly NodeId[]): Struck | undefined {
  if (nodes.length === 0) return undefined
  return untilRestart(simulation, nodes, "crash and loss of the disk", id => {
    simulation.crash(id)
    simulation.loseDisk(id)
  })
}

/** Nodes are down now, and come up again at the end unless something else brought them up meanwhile. */
function untilRestart(
  simulation: Simulation,
  nodes: readonly NodeId[],
  what: string,
  act: (id: NodeId) => void,
): Struck {
  const incarnations = nodes.map(id => simulation.nodes[id]!.incarnation)
  for (const id of nodes) act(id)
  const end = (): Ended | undefined => {
    const still = nodes.filter((id, index) => simulation.nodes[id]!.incarnation === incarnations[index])
    return bringUp(simulation, still)
  }
  return { begun: `${what} of ${nodesInWords(nodes)}`, nodes, end }
}

function bringUp(simulation: Simulation, targets: readonly NodeId[]): Ended | undefined {
  const nodes = targets.filter(id => !simulation.nodes[id]!.up)
  if (nodes.length === 0) return undefined
  for (const id of nodes) simulation.restart(id)
  return { what: `restart of ${nodesInWords(nodes)}`, nodes }
}

function restart(simulation: Simulation, targets: readonly NodeId[]): Struck | undefined {
  const restarted = bringUp(simulation, targets)
  return restarted && { begun: restarted.what, nodes: restarted.nodes }
}

function pause(simulation: Simulation, targets: readonly NodeId[]): Struck | undefined {
  const nodes = targets.filter(id => simulation.isUp(id))
  if (nodes.length === 0) return undefined
  const incarnations = nodes.map(id => simulation.nodes[id]!.incarnation)
  for (const id of nodes) simulation.pause(id)
  const end = (): Ended | undefined => {
    const resumed = nodes.filter((id, index) => {
      const { paused, incarnation } = simulation.nodes[id]!
      return paused && incarnation === incarnations[index]
    })
    if (resumed.length === 0) return undefined
    for (const id of resumed) simulation.resume(id)
    return { what: `${nodesInWords(resumed)} resumed`, nodes: resumed }
  }
  return { begun: `pause of ${nodesInWords(nodes)}`, nodes, end }
}

function failDisks(simulation: Simulation, targets: readonly NodeId[]): Struck | undefined {
  if (targets.length === 0) return undefined
  for (const id of targets) simulation.failDisk(id)
  const disks = `disk of ${nodesInWords(targets)}`
  const end = (): Ended => {
    const crashed = targets.filter(id => simulation.mendDisk(id))
    for (const id of crashed) simulation.restart(id)
    const restarted = crashed.length === 0 ? "" : `, restart of ${nodesInWords(crashed)}`
    return { what: `${disks} works again${restarted}`, nodes: targets }
  }
  return { begun: `${disks} fails`, nodes: targets, end }
}

/** A state of nodes that is entered together and left together. */
function during(nodes: readonly NodeId[], begun: string, ended: string, enter: () => () => void): Struck | undefined {
  if (nodes.length === 0) return undefined
  const leave = enter()
  const end = (): Ended => {
    leave()
    return { what: ended, nodes }
  }
  return { begun, nodes, end }
}

/** A change of each node, done (1) and taken back (-1). */
function forEach(
  nodes: readonly NodeId[],
  begun: string,
  ended: string,
  change: (id: NodeId, sign: 1 | -1) => void,
): Struck | undefined {
  return during(nodes, begun, ended, () => {
    for (const id of nodes) change(id, 1)
    return () => {
      for (const id of nodes) change(id, -1)
    }
  })
}

function isolate(
  simulation: Simulation,
  nodes: readonly NodeId[],
  direction: Direction | undefined,
): Struck | undefined {
  if (nodes.length === 0) return undefined
  const links = allLinks(simulation.size).filter(
    ([from, to]) => (direction !== "in" && nodes.includes(from)) || (direction !== "out" && nodes.includes(to)),
  )
  const names = nodesInWords(nodes)
  const way = direction === undefined ? "" : ` (${direction === "in" ? "hears nothing" : "is not heard"})`
  return cut(simulation, links, nodes, `isolation of ${names}${way}`, `${names} reconnected`)
}

function cut(
  { links }: Simulation,
  hit: readonly Link[],
  nodes: readonly NodeId[],
  begun: string,
  ended: string,
): Struck {
  for (const [from, to] of hit) links.cut(from, to)
  const end = (): Ended => {
    for (const [from, to] of hit) links.mend(from, to)
    return { what: ended, nodes }
  }
  return { begun, nodes, end }
}

/** The links between different sides; of those between the others, if `oneWay`, only from earlier sides to later. */
function linksBetween(
  size: number,
  sides: readonly (readonly NodeId[])[],
  bridge: readonly NodeId[],
  oneWay: boolean,
): readonly Link[] {
  // Nodes in no side form the last one.
  const sideOf = new Int32Array(size).fill(sides.length)
  for (const [side, nodes] of sides.entries()) for (const id of nodes) sideOf[id] = side
  return allLinks(size).filter(([from, to]) => {
    if (bridge.includes(from) || bridge.includes(to)) return false
    return oneWay ? sideOf[from]! < sideOf[to]! : sideOf[from] !== sideOf[to]
  })
}

/** By the time a partition strikes, the timeline has drawn its sides. */
function definiteSides(sides: readonly Side[]): readonly (readonly NodeId[])[] {
  return sides.map(side => ("random" in side ? [] : side))
}

/** The links a fault hits, each direction by itself; `undefined`: all. */
function linksOf({ size }: Simulation, scope: Scope, targets: readonly NodeId[]): readonly Link[] | undefined {
  const { links, oneWay } = scope
  if (links !== undefined)
    return oneWay === true
      ? links
      : links.flatMap(
          ([from, to]) =>
            [
              [from, to],
              [to, from],
            ] as const,
        )
  if (scope.target === undefined) return undefined
  return allLinks(size).filter(([from, to]) => targets.includes(from) || targets.includes(to))
}

/** `link 0-1`, `links 0->1, 2->3`, `the links of node 2`, `all links`. */
function linksInWords({ links, oneWay, target }: Scope, targets: readonly NodeId[]): string {
  if (links === undefined) return target === undefined ? "all links" : `the links of ${nodesInWords(targets)}`
  const pairs = links.map(link => link.join(oneWay === true ? "->" : "-")).join(", ")
  return `${links.length === 1 ? "link" : "links"} ${pairs}`
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(6))} %`
}

/** `node 3`, `nodes 1, 3`. */
export function nodesInWords(nodes: readonly NodeId[]): string {
  return nodes.length === 1 ? `node ${nodes[0]}` : `nodes ${nodes.toSorted((a, b) => a - b).join(", ")}`
}
