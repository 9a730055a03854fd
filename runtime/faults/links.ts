/** Helpers for faults of links: they find the links, cut or change them, and undo that at the end. */
import type { NodeId } from "../contract/ids.ts"
import type { Link } from "../network/network.ts"
import type { Ended, Struck } from "./kind.ts"
import type { FaultyRun } from "./run.ts"
import type { Scope } from "./target.ts"
import { nodesInWords } from "./words.ts"

/** All links between a number of processes, each direction separately. */
export function allLinks(size: number): readonly Link[] {
  return linksWhere(size, () => true)
}

/** The links between a number of processes that satisfy a predicate. */
export function linksWhere(size: number, holds: (from: NodeId, to: NodeId) => boolean): Link[] {
  const links: Link[] = []
  for (let from = 0; from < size; from++) {
    for (let to = 0; to < size; to++) if (to !== from && holds(from, to)) links.push([from, to])
  }
  return links
}

/** The short name of a link's end, for lists: a member's number; `server`, `client 3`. */
export function endInWords(run: Pick<FaultyRun, "size" | "nameOf">, end: NodeId): string {
  return end >= 0 && end < run.size ? String(end) : run.nameOf(end)
}

/** Cuts links until the fault is over. */
export function cut(
  { links }: FaultyRun,
  hit: readonly Link[],
  nodes: readonly NodeId[],
  begun: string,
  ended: string,
): Struck {
  for (const [from, to] of hit) links.cut(from, to)
  const end = (): Ended => {
    for (const [from, to] of hit) links.mend(from, to)
    const isCut = hit.some(([from, to]) => !links.works(from, to))
    return { what: isCut ? `${ended}, except for links that other faults cut` : ended, nodes }
  }
  return { begun, nodes, end }
}

/**
 * Disturbs links until the fault is over: changes the fate of messages on them.
 *
 * @param the effect in words, and `over` its end in words
 * @param act changes the links of these numbers, or all (`null`), and returns a function that undoes it
 */
export function disturb(
  host: FaultyRun,
  scope: Scope,
  targets: readonly NodeId[],
  { what, over }: { readonly what: string; readonly over: string },
  act: (links: readonly number[] | null) => () => void,
): Struck | undefined {
  if (scope.target !== undefined && targets.length === 0) return undefined
  const hit = linksOf(host, scope, targets)?.map(([from, to]) => host.links.numberOf(from, to)) ?? null
  const where = hit === null ? "" : ` on ${linksInWords(host, scope, targets)}`
  const undo = act(hit)
  const end = (): Ended => {
    undo()
    return { what: `${over}${where} over`, nodes: targets }
  }
  return { begun: `${what}${where}`, nodes: targets, end }
}

/** The links that a fault hits, each direction separately; `undefined`: all. */
export function linksOf({ nodes }: FaultyRun, scope: Scope, targets: readonly NodeId[]): readonly Link[] | undefined {
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
  return linksWhere(nodes.length, (from, to) => targets.includes(from) || targets.includes(to))
}

/** `link 0-1`, `link 0-server`, `links 0->1, 2->3`, `the links of node 2`, `all links`. */
export function linksInWords(run: FaultyRun, { links, oneWay, target }: Scope, targets: readonly NodeId[]): string {
  if (links === undefined) return target === undefined ? "all links" : `the links of ${nodesInWords(run, targets)}`
  const pairs = links.map(link => link.map(end => endInWords(run, end)).join(oneWay === true ? "->" : "-")).join(", ")
  return `${links.length === 1 ? "link" : "links"} ${pairs}`
}
