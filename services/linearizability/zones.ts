/**
 * Conditions on values that were written once, by Gibbons and Korach (SIAM J. Comput. 1997): checked in the time that
 * sorting takes, however hard a search would be.
 *
 * A value written once is present from its write to the next, so all operations that mention it take effect in one
 * stretch. Its zone lies between the first return and the last call among them. If the first return precedes the last
 * call, the zone is forward: the value is present throughout. So no two forward zones may overlap, no other zone may
 * lie within a forward one, and no read may return before its value's write is called.
 *
 * For registers that are only read and written, with each value written once, these conditions are also sufficient.
 */
import { firstWhere } from "../../runtime/lib/search.ts"
import type { HistoryOperation, Model } from "./model.ts"
import type { States } from "./states.ts"
import { NONE, type Traces, tracesOf } from "./traces.ts"

/** The identity of a value. */
export type Name = string | number | boolean | null

/** The verdict of the conditions on one part. */
export type Finding<Input, Output> =
  | { readonly verdict: "holds" }
  | {
      readonly verdict: "violated"
      /** The values that are out of place. */
      readonly values: readonly Name[]
      /** The operations that are impossible, whatever the outcomes of all others. */
      readonly operations: readonly HistoryOperation<Input, Output>[]
    }
  | { readonly verdict: "unknown" }

const UNKNOWN = { verdict: "unknown" } as const

/** @param operations the operations of one part, in the order of their calls */
export function judgeZones<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly HistoryOperation<Input, Output>[],
  traces: Traces<State> | undefined = tracesOf(model, operations),
): Finding<Input, Output> {
  if (traces === undefined || traces.anyLengthens) return UNKNOWN
  const clusters = new Clusters(operations, traces)
  const forward: number[] = []
  const backward: number[] = []
  for (let cluster = 0; cluster < traces.stateCount; cluster++) {
    const firstReturn = clusters.firstReturnOf(cluster)
    const [write, first] = [clusters.writeOf(cluster), clusters.firstOf(cluster)]
    const isRead = clusters.isRead[cluster] === 1
    if (isRead && clusters.writes[cluster] === 0) return clusters.violated([cluster], [first])
    if (clusters.writes[cluster] !== 1) continue
    // A write of unknown outcome that nobody saw may never have happened.
    if (!isRead && write?.output === undefined) continue
    if (write !== undefined && first !== write && firstReturn < write.call) return clusters.violated([cluster], [first])
    if (firstReturn < clusters.lastCallOf(cluster)) forward.push(cluster)
    else backward.push(cluster)
  }
  const conflict = conflictOf(clusters, forward, backward)
  if (conflict !== undefined) {
    const bounds = conflict.flatMap(cluster => [clusters.firstOf(cluster), clusters.lastOf(cluster)])
    return clusters.violated(conflict, bounds)
  }
  return isPlain(model, operations, traces, clusters) ? { verdict: "holds" } : UNKNOWN
}

/**
 * For each value of a part, by number, a summary of the operations that write or mention it: in columns, since there
 * may be a million of them. The initial value counts as written; it has number 0.
 */
class Clusters<State, Input, Output> {
  /** By cluster, the number of writes: 2 stands for any more. */
  readonly writes: Uint8Array
  /** By cluster, 1 if any answer mentions it. */
  readonly isRead: Uint8Array
  readonly #operations: readonly HistoryOperation<Input, Output>[]
  readonly #states: States<State>
  /** By cluster, the places of operations: of its last write, of the first that returned, of the last that was called. */
  readonly #write: Int32Array
  readonly #first: Int32Array
  readonly #last: Int32Array

  constructor(operations: readonly HistoryOperation<Input, Output>[], traces: Traces<State>) {
    const count = traces.stateCount
    this.#operations = operations
    this.#states = traces.states
    this.writes = new Uint8Array(count)
    this.isRead = new Uint8Array(count)
    this.#write = new Int32Array(count).fill(NONE)
    this.#first = new Int32Array(count).fill(NONE)
    this.#last = new Int32Array(count).fill(NONE)
    this.writes[0] = 1
    for (let place = 0; place < operations.length; place++) {
      if (traces.leaves[place] !== NONE) this.#addWrite(traces.leaves[place]!, place)
      if (traces.mentions[place] !== NONE && traces.isBound(place)) this.#addRead(traces.mentions[place]!, place)
    }
  }

  #addWrite(cluster: number, place: number): void {
    this.writes[cluster] = Math.min(2, this.writes[cluster]! + 1)
    this.#write[cluster] = place
    this.#widen(cluster, place)
  }

  #addRead(cluster: number, place: number): void {
    this.isRead[cluster] = 1
    this.#widen(cluster, place)
  }

  /** The write of a value; `undefined` for the initial value, unless it was written again. */
  writeOf(cluster: number): HistoryOperation<Input, Output> | undefined {
    return this.#at(this.#write[cluster]!)
  }

  /** The operation that returned first; `undefined` as long as there is none. */
  firstOf(cluster: number): HistoryOperation<Input, Output> | undefined {
    return this.#at(this.#first[cluster]!)
  }

  /** The operation that was called last; `undefined` as long as there is none. */
  lastOf(cluster: number): HistoryOperation<Input, Output> | undefined {
    return this.#at(this.#last[cluster]!)
  }

  #at(place: number): HistoryOperation<Input, Output> | undefined {
    return place === NONE ? undefined : this.#operations[place]
  }

  firstReturnOf(cluster: number): number {
    return cluster === 0 ? -Infinity : (this.firstOf(cluster)?.return ?? Infinity)
  }

  lastCallOf(cluster: number): number {
    return this.lastOf(cluster)?.call ?? -Infinity
  }

  /**
   * @param operations those that are impossible; any of unknown outcome are left out, as they may never have happened
   */
  violated(
    clusters: readonly number[],
    operations: readonly (HistoryOperation<Input, Output> | undefined)[],
  ): Finding<Input, Output> {
    const known = operations.filter(operation => operation?.output !== undefined)
    return {
      verdict: "violated",
      values: clusters.map(cluster => this.#states.identityOf(cluster)),
      operations: [...new Set(known)].filter(operation => operation !== undefined),
    }
  }

  #widen(cluster: number, place: number): void {
    const operation = this.#operations[place]!
    const firstReturn = this.firstReturnOf(cluster)
    if (operation.return < firstReturn || firstReturn === Infinity) this.#first[cluster] = place
    if (operation.call > this.lastCallOf(cluster)) this.#last[cluster] = place
  }
}

/**
 * The operations on the given values, each written at most once, if they are independent of all others: then no order
 * of the others makes them possible or impossible. All operations, if they involve other values.
 */
export function concerning<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly HistoryOperation<Input, Output>[],
  values: readonly Name[],
): readonly HistoryOperation<Input, Output>[] {
  const { traceOf } = model
  if (traceOf === undefined) return operations
  const isOne = (state: State): boolean => values.includes(model.identify(state))
  const concerned: HistoryOperation<Input, Output>[] = []
  for (const operation of operations) {
    const { mentions, leaves, isBlind } = traceOf(operation.input, operation.output)
    const states = [mentions, leaves].filter(state => state !== undefined)
    if (!states.some(isOne)) continue
    if (!states.every(isOne) || (leaves !== undefined && !isBlind)) return operations
    concerned.push(operation)
  }
  return concerned
}

/**
 * Two zones in conflict: of all such pairs examined, one that ends first. Operations that touch in one instant may take
 * effect in either order.
 */
function conflictOf<State, Input, Output>(
  clusters: Clusters<State, Input, Output>,
  forward: readonly number[],
  backward: readonly number[],
): readonly number[] | undefined {
  const startOf = (zone: number): number => clusters.firstReturnOf(zone)
  const endOf = (zone: number): number => clusters.lastCallOf(zone)
  const sorted = forward.toSorted((a, b) => startOf(a) - startOf(b) || endOf(a) - endOf(b))
  let first: { readonly pair: readonly number[]; readonly end: number } | undefined
  const consider = (...pair: readonly [number, number]): void => {
    const end = Math.max(...pair.map(endOf))
    if (first === undefined || end < first.end) first = { pair, end }
  }
  for (let place = 1; place < sorted.length; place++) {
    const [before, zone] = [sorted[place - 1]!, sorted[place]!]
    if (startOf(zone) < endOf(before)) consider(before, zone)
  }
  for (const zone of backward) {
    const place = firstWhere(sorted.length, index => startOf(sorted[index]!) >= endOf(zone))
    const around = sorted[place - 1]
    if (around !== undefined && startOf(zone) < endOf(around)) consider(around, zone)
  }
  return first?.pair
}

/** True if the part is a register that is only read and written, and no value is written twice. */
function isPlain<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly HistoryOperation<Input, Output>[],
  traces: Traces<State>,
  { writes }: Clusters<State, Input, Output>,
): boolean {
  if (writes.includes(2)) return false
  const { states, mentions, leaves } = traces
  return operations.every(({ input, output }, place) => {
    const mentioned = mentions[place]!
    if (leaves[place] !== NONE) return traces.isBlind(place) && mentioned === NONE
    if (mentioned === NONE) return true
    // An answer may contradict itself, and fit no state.
    return traces.isBound(place) && model.step(states.stateOf(mentioned), input, output) !== undefined
  })
}
