/** What each kind of fault does to a run when it strikes, and what its end takes back. */
import type { NodeId } from "../contract/algorithm.ts"
import type { Direction, Fault, FaultKind, Scope, Side } from "./fault.ts"
import type { Link } from "../network/network.ts"
import { allLinks } from "./fault-timeline.ts"
import { linkNumber } from "../network/links.ts"
import type { FaultHost } from "./host.ts"
import { formatDuration } from "../contract/units.ts"

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

/** Faults that nobody has to be asked for. */
type Strike = Exclude<Fault, { readonly kind: "membership" }>

/**
 * Lets a fault strike now.
 *
 * @param targets the nodes that its target stands for now
 * @returns `undefined` if it hits nobody
 */
export function strike(host: FaultHost, fault: Strike, targets: readonly NodeId[]): Struck | undefined {
  switch (fault.kind) {
    case "crash":
      return bringDown(host, targets, "crash", id => host.crash(id))
    case "tornWrite":
      return bringDown(host, targets, "crash in the middle of writing", id => host.crash(id, fault.kept))
    case "amnesia":
      return amnesia(host, targets)
    case "restart":
      return restart(host, targets)
    case "pause":
      return pause(host, targets)
    case "failingDisk":
      return failDisks(host, targets)
    case "slow": {
      const words = {
        begun: `slow: ${formatDuration(fault.serviceTime)} a message`,
        over: "at full speed",
        still: "slow",
      }
      return during(host, fault.kind, targets, nodesInWords, words, () => host.slowNodes(targets, fault.serviceTime))
    }
    case "slowDisk": {
      const words = { begun: `slow: ${formatDuration(fault.syncLatency)} a sync`, over: "at full speed", still: "slow" }
      return during(host, fault.kind, targets, disksInWords, words, () => host.slowDisks(targets, fault.syncLatency))
    }
    case "clockOffset": {
      const by = `${fault.by < 0 ? "-" : "+"}${formatDuration(Math.abs(fault.by))}`
      const words = { begun: `off by ${by}`, over: "right again", still: "off" }
      return during(host, fault.kind, targets, clocksInWords, words, () => {
        for (const id of targets) host.shiftClock(id, fault.by)
        return () => {
          for (const id of targets) host.shiftClock(id, -fault.by)
        }
      })
    }
    case "clockDrift": {
      const words = { begun: `drifting by ${percent(fault.by)}`, over: "no longer drifting", still: "drifting" }
      return during(host, fault.kind, targets, clocksInWords, words, () => {
        for (const id of targets) host.driftClock(id, fault.by)
        return () => {
          for (const id of targets) host.driftClock(id, 1 / (1 + fault.by) - 1)
        }
      })
    }
    case "byzantine": {
      const { behaviour } = fault
      for (const id of targets) host.corruptNode(id, behaviour)
      const how = typeof behaviour === "string" ? behaviour : "scripted"
      return { begun: `${nodesInWords(targets)} turned traitor (${how})`, nodes: targets }
    }
    case "isolate":
      return isolate(host, targets, fault.direction)
    case "partition": {
      const sides = definiteSides(fault.sides)
      const words = sides.map(side => side.join(",")).join(" | ")
      const bridge = fault.bridge === undefined ? "" : `, bridge ${fault.bridge.join(",")}`
      const oneWay = fault.oneWay === true ? "one-way partition" : "partition"
      const links = linksBetween(host.size, sides, fault.bridge ?? [], fault.oneWay === true)
      return cut(host, links, sides.flat(), `${oneWay} ${words}${bridge}`, "partition healed")
    }
    case "cut": {
      const links = linksOf(host, fault, targets) ?? allLinks(host.size)
      const names = linksInWords(fault, targets)
      return cut(host, links, targets, `${names} cut`, `${names} mended`)
    }
    default:
      return disturb(host, fault, targets)
  }
}

/** Faults of links that change the fate of single messages. */
function disturb(
  host: FaultHost,
  fault: Fault & { kind: "loss" | "corruption" | "duplication" | "reordering" | "delay" },
  targets: readonly NodeId[],
): Struck | undefined {
  const { size, links } = host
  if (fault.target !== undefined && targets.length === 0) return undefined
  const hit = linksOf(host, fault, targets)?.map(([from, to]) => linkNumber(from, to, size)) ?? null
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

/** Also nodes that are down already lose their disks. */
function amnesia(host: FaultHost, nodes: readonly NodeId[]): Struck | undefined {
  return bringDown(host, nodes, "crash and loss of the disk", id => {
    host.crash(id)
    host.loseDisk(id)
  })
}

/**
 * Nodes are down now, and come up again at the end, unless a restart has brought them up meanwhile or another fault keeps
 * them down: crashes count, like cuts of a link.
 */
function bringDown(
  host: FaultHost,
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
  const end = (): Ended | undefined => {
    const held = targets.filter(id => host.nodes[id]!.downBy.delete(hold))
    const [up, still] = divide(held, id => host.nodes[id]!.downBy.size === 0)
    for (const id of up) host.restart(id)
    return endedOf(held, up.length === 0 ? "" : `restart of ${nodesInWords(up)}`, still, "down")
  }
  return { begun: `${what} of ${nodesInWords(targets)}${already(down, targets, "down")}`, nodes: targets, end }
}

function restart(host: FaultHost, targets: readonly NodeId[]): Struck | undefined {
  const nodes = targets.filter(id => !host.nodes[id]!.up)
  if (nodes.length === 0) return undefined
  for (const id of nodes) host.restart(id)
  return { begun: `restart of ${nodesInWords(nodes)}`, nodes }
}

/** Processes are stopped, and go on when no pause holds them any more. One that was killed meanwhile is none of these. */
function pause(host: FaultHost, targets: readonly NodeId[]): Struck | undefined {
  const nodes = targets.filter(id => host.nodes[id]!.up)
  if (nodes.length === 0) return undefined
  const hold = {}
  const paused = nodes.filter(id => host.nodes[id]!.paused)
  for (const id of nodes) {
    host.pause(id)
    host.nodes[id]!.pausedBy.add(hold)
  }
  const end = (): Ended | undefined => {
    const held = nodes.filter(id => host.nodes[id]!.pausedBy.delete(hold))
    const [resumed, still] = divide(held, id => host.nodes[id]!.pausedBy.size === 0)
    for (const id of resumed) host.resume(id)
    return endedOf(held, resumed.length === 0 ? "" : `${nodesInWords(resumed)} resumed`, still, "paused")
  }
  return { begun: `pause of ${nodesInWords(nodes)}${already(paused, nodes, "paused")}`, nodes, end }
}

function failDisks(host: FaultHost, targets: readonly NodeId[]): Struck | undefined {
  if (targets.length === 0) return undefined
  const fault = {}
  for (const id of targets) host.failDisk(id, fault)
  const end = (): Ended | undefined => {
    const crashed = targets.filter(id => host.mendDisk(id, fault))
    const [mended, failing] = divide(targets, id => host.nodes[id]!.diskFailures.size === 0)
    for (const id of crashed) host.restart(id)
    const parts = [
      ...(mended.length === 0 ? [] : [`${disksInWords(mended)} works again`]),
      ...(crashed.length === 0 ? [] : [`restart of ${nodesInWords(crashed)}`]),
      ...(failing.length === 0 ? [] : [`${disksInWords(failing)} keeps failing`]),
    ]
    return { what: parts.join(", "), nodes: targets }
  }
  return { begun: `${disksInWords(targets)} fails`, nodes: targets, end }
}

/** Tells nodes of which something holds from the others; asks once for each. */
function divide(nodes: readonly NodeId[], holds: (id: NodeId) => boolean) {
  const answers = nodes.map(holds)
  return [nodes.filter((_, index) => answers[index]), nodes.filter((_, index) => answers[index] !== true)] as const
}

/** ` (down already)`, ` (node 2 down already)`, or nothing. */
function already(nodes: readonly NodeId[], targets: readonly NodeId[], how: string): string {
  if (nodes.length === 0) return ""
  return nodes.length === targets.length ? ` (${how} already)` : ` (${nodesInWords(nodes)} ${how} already)`
}

/** The end of a fault that held nodes, of which some are held by another one still; nothing if it held none any more. */
function endedOf(
  held: readonly NodeId[],
  ended: string,
  still: readonly NodeId[],
  how: "down" | "paused",
): Ended | undefined {
  if (held.length === 0) return undefined
  const stays = still.length === 0 ? [] : [`${nodesInWords(still)} ${still.length === 1 ? "stays" : "stay"} ${how}`]
  return { what: [...(ended === "" ? [] : [ended]), ...stays].join(", "), nodes: held }
}

/**
 * A state of nodes that is entered together and left together.
 *
 * @param named nodes, or what of them it is about, in words
 */
function during(
  { underWay }: FaultHost,
  kind: FaultKind,
  nodes: readonly NodeId[],
  named: (nodes: readonly NodeId[]) => string,
  words: { readonly begun: string; readonly over: string; readonly still: string },
  enter: () => () => void,
): Struck | undefined {
  if (nodes.length === 0) return undefined
  const leave = enter()
  for (const id of nodes) underWay.begin(kind, id)
  const end = (): Ended => {
    leave()
    const [over, still] = divide(nodes, id => underWay.end(kind, id) === 0)
    const what = [
      ...(over.length === 0 ? [] : [`${named(over)} ${words.over}`]),
      ...(still.length === 0 ? [] : [`${named(still)} still ${words.still}`]),
    ]
    return { what: what.join(", "), nodes }
  }
  return { begun: `${named(nodes)} ${words.begun}`, nodes, end }
}

function isolate(host: FaultHost, nodes: readonly NodeId[], direction: Direction | undefined): Struck | undefined {
  if (nodes.length === 0) return undefined
  const links = allLinks(host.size).filter(
    ([from, to]) => (direction !== "in" && nodes.includes(from)) || (direction !== "out" && nodes.includes(to)),
  )
  const names = nodesInWords(nodes)
  const way = direction === undefined ? "" : ` (${direction === "in" ? "hears nothing" : "is not heard"})`
  return cut(host, links, nodes, `isolation of ${names}${way}`, `${names} reconnected`)
}

function cut(
  { links }: FaultHost,
  hit: readonly Link[],
  nodes: readonly NodeId[],
  begun: string,
  ended: string,
): Struck {
  for (const [from, to] of hit) links.cut(from, to)
  const end = (): Ended => {
    for (const [from, to] of hit) links.mend(from, to)
    const isCut = hit.some(([from, to]) => !links.isConnected(from, to))
    return { what: isCut ? `${ended}, except for links that other faults cut` : ended, nodes }
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
function linksOf({ size }: FaultHost, scope: Scope, targets: readonly NodeId[]): readonly Link[] | undefined {
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

function disksInWords(nodes: readonly NodeId[]): string {
  return `disk of ${nodesInWords(nodes)}`
}

function clocksInWords(nodes: readonly NodeId[]): string {
  return `clock of ${nodesInWords(nodes)}`
}
