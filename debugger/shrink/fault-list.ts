/**
 * Smaller fault schedules. Faults are treated as plain data, so that a new kind of fault needs no change here: a list
 * of numbers names nodes, `at` is the beginning of a fault and `for` its duration.
 */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import type { Fault, Scenario } from "../../runtime/scenario/scenario.ts"
import { MILLISECOND } from "../../runtime/contract/units.ts"

/** Removes pieces of a list: first all of it, then halves, quarters, down to single elements; within each size, from the end. */
export function* dropPieces<Element, Proposal>(
  whole: readonly Element[],
  propose: (rest: readonly Element[]) => Proposal,
): Generator<Proposal, void, boolean> {
  let current = whole
  for (let size = current.length; size >= 1; size = size >> 1) {
    for (let end = current.length; end > 0; end -= size) {
      const rest = current.filter((_, place) => place < end - size || place >= end)
      if (yield propose(rest)) current = rest
    }
  }
}

/**
 * The scenario without one node: higher nodes are renumbered, it is removed from faults, and faults without a target
 * are dropped.
 */
export function withoutNode(scenario: Scenario, gone: NodeId): Scenario {
  const faults = scenario.faults.flatMap(fault => {
    const isNaming = listsIn(fault).length > 0
    const rest = toldWithout(
      rewritten(fault, list => list.flatMap(member => renumbered(member, gone))),
      gone,
    )
    return isNaming && listsIn(rest).length === 0 ? [] : [rest]
  })
  const { leader, initial, ...rest } = scenario
  return {
    ...rest,
    nodes: scenario.nodes - 1,
    faults,
    ...(leader === undefined || leader === gone ? {} : { leader: leader > gone ? leader - 1 : leader }),
    ...(initial === undefined ? {} : { initial: initial.toSpliced(gone, 1) }),
  }
}

/** The values that a traitor sends to each node are a table rather than a list: its keys are nodes. */
function toldWithout(fault: Fault, gone: NodeId): Fault {
  if (fault.kind !== "byzantine" || typeof fault.behaviour === "string" || !("tells" in fault.behaviour)) return fault
  const tells = Object.entries(fault.behaviour.tells).flatMap(([node, said]) =>
    renumbered(Number(node), gone).map(moved => [String(moved), said] as const),
  )
  return { ...fault, behaviour: { tells: Object.fromEntries(tells) } }
}

/** The new number of a node or link, if it still exists. */
function renumbered(member: Member, gone: NodeId): readonly Member[] {
  const moved = [member].flat().map(node => (node > gone ? node - 1 : node))
  if ([member].flat().includes(gone)) return []
  return typeof member === "number" ? moved : [moved]
}

/** Simpler forms of the same fault, each with one simplification. */
export function simplerForms(fault: Fault): Fault[] {
  const span = fault.for
  return [
    ...(fault.within === undefined ? [] : [changed(fault, "within", undefined)]),
    ...(span === undefined ? [] : [changed(fault, "for", undefined)]),
    ...listsIn(fault).flatMap((list, place) =>
      list.length < 2 ? [] : list.map((_, index) => withoutMember(fault, place, index)),
    ),
    ...(span !== undefined && span >= 2 * MILLISECOND ? [changed(fault, "for", rounded(span / 2))] : []),
    ...(fault.at > 0 && fault.at < 2 * MILLISECOND ? [changed(fault, "at", 0)] : []),
    ...ROUND.flatMap(unit =>
      fault.at % unit === 0 || fault.at < unit ? [] : [changed(fault, "at", Math.round(fault.at / unit) * unit)],
    ),
  ]
}

const ROUND = [100 * MILLISECOND, 10 * MILLISECOND, MILLISECOND]

/** An element of a fault's list: a node, or a link as a pair of nodes. */
type Member = NodeId | readonly NodeId[]

/** Rewrites every list of nodes or links in a fault. */
function rewritten(fault: Fault, rewrite: (list: readonly Member[], place: number) => readonly Member[]): Fault {
  let place = 0
  const rewriteIn = (key: string, value: unknown): unknown => {
    // A traitor's script is also a list of numbers, but of messages rather than nodes.
    if (typeof value !== "object" || value === null || key === "script") return value
    if (isList(key, value)) return rewrite(value, place++)
    if (Array.isArray(value)) return value.map(member => rewriteIn("", member))
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, rewriteIn(name, member)]))
  }
  return asFault(rewriteIn("", fault))
}

function isList(key: string, value: object): value is readonly Member[] {
  if (!Array.isArray(value) || value.length === 0) return false
  return key === "links" || value.every(member => typeof member === "number")
}

/** The non-empty lists of a fault. */
function listsIn(fault: Fault): readonly (readonly Member[])[] {
  const lists: (readonly Member[])[] = []
  rewritten(fault, list => {
    lists.push(list)
    return list
  })
  return lists
}

function withoutMember(fault: Fault, place: number, index: number): Fault {
  return rewritten(fault, (list, at) => (at === place ? list.toSpliced(index, 1) : list))
}

/** The fault with another value for a key, or without the key. */
function changed(fault: Fault, key: string, value: number | undefined): Fault {
  return asFault({ ...fault, [key]: value })
}

/** Plain data derived from a fault by changes that preserve its kind. */
function asFault(data: unknown): Fault {
  const fault: Fault = JSON.parse(JSON.stringify(data))
  return fault
}

function rounded(span: number): number {
  return Math.max(MILLISECOND, Math.round(span / MILLISECOND) * MILLISECOND)
}
