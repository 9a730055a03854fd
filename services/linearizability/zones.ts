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

type Tracing<State, Input, Output> = NonNullable<Model<State, Input, Output>["traceOf"]>

/** @param operations the operations of one part */
export function judgeZones<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly HistoryOperation<Input, Output>[],
): Finding<Input, Output> {
  const { traceOf } = model
  if (traceOf === undefined) return UNKNOWN
  // Traces are recomputed whenever needed: kept, they would take more memory than the operations.
  if (operations.some(({ input, output }) => traceOf(input, output).lengthens)) return UNKNOWN
  const clusters = clustersOf(model, traceOf, operations)
  const forward: number[] = []
  const backward: number[] = []
  for (let cluster = 0; cluster < clusters.size; cluster++) {
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
  return isPlain(model, traceOf, operations, clusters) ? { verdict: "holds" } : UNKNOWN
}

/** Stands for the place of an operation that does not exist. */
const NONE = -1

/**
 * For each value of a part, by number, a summary of the operations that write or mention it: in columns, since there
 * may be a million of them. The initial value counts as written; it has number 0.
 */
class Clusters<Input, Output> {
  /** By cluster, the number of writes: 2 stands for any more. */
  readonly writes: Uint8Array
  /** By cluster, 1 if any answer mentions it. */
  readonly isRead: Uint8Array
  readonly #operations: readonly HistoryOperation<Input, Output>[]
  readonly #clusters = new Map<Name, number>()
  /** By cluster, the places of operations: of its last write, of the first that returned, of the last that was called. */
  readonly #write: Int32Array
  readonly #first: Int32Array
  readonly #last: Int32Array

  constructor(operations: readonly HistoryOperation<Input, Output>[], initial: Name) {
    // Each operation mentions at most one value and leaves at most one; unused pages of the arrays take no memory.
    const most = 2 * operations.length + 1
    this.#operations = operations
    this.writes = new Uint8Array(most)
    this.isRead = new Uint8Array(most)
    this.#write = new Int32Array(most)
    this.#first = new Int32Array(most)
    this.#last = new Int32Array(most)
    this.writes[this.#clusterOf(initial)] = 1
  }

  get size(): number {
    return this.#clusters.size
  }

  /** @param place the place of an operation that leaves a value */
  addWrite(value: Name, place: number): void {
    const cluster = this.#clusterOf(value)
    this.writes[cluster] = Math.min(2, this.writes[cluster]! + 1)
    this.#write[cluster] = place
    this.#widen(cluster, place)
  }

  /** @param place the place of an operation whose answer mentions a value */
  addRead(value: Name, place: number): void {
    const cluster = this.#clusterOf(value)
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
    const names = [...this.#clusters.keys()]
    const known = operations.filter(operation => operation?.output !== undefined)
    return {
      verdict: "violated",
      values: clusters.map(cluster => names[cluster]!),
      operations: [...new Set(known)].filter(operation => operation !== undefined),
    }
  }

  #clusterOf(value: Name): number {
    const known = this.#clusters.get(value)
    if (known !== undefined) return known
    const cluster = this.#clusters.size
    this.#clusters.set(value, cluster)
    this.#write[cluster] = this.#first[cluster] = this.#last[cluster] = NONE
    return cluster
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

function clustersOf<State, Input, Output>(
  model: Model<State, Input, Output>,
  traceOf: Tracing<State, Input, Output>,
  operations: readonly HistoryOperation<Input, Output>[],
): Clusters<Input, Output> {
  const clusters = new Clusters(operations, model.identify(model.init()))
  for (const [place, { input, output }] of operations.entries()) {
    const { mentions, isBound, leaves } = traceOf(input, output)
    if (leaves !== undefined) clusters.addWrite(model.identify(leaves), place)
    if (mentions !== undefined && isBound) clusters.addRead(model.identify(mentions), place)
  }
  return clusters
}

/**
 * Two zones in conflict: of all such pairs examined, one that ends first. Operations that touch in one instant may take
 * effect in either order.
 */
function conflictOf(
  clusters: Clusters<unknown, unknown>,
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
  traceOf: Tracing<State, Input, Output>,
  operations: readonly HistoryOperation<Input, Output>[],
  { size, writes }: Clusters<Input, Output>,
): boolean {
  for (let cluster = 0; cluster < size; cluster++) if (writes[cluster]! > 1) return false
  return operations.every(({ input, output }) => {
    const { mentions, isBound, leaves, isBlind } = traceOf(input, output)
    if (leaves !== undefined) return isBlind && mentions === undefined
    if (mentions === undefined) return true
    // An answer may contradict itself, and fit no state.
    return isBound && model.step(mentions, input, output) !== undefined
  })
}
