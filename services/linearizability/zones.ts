/**
 * Conditions on values that were written once, by Gibbons and Korach (SIAM J. Comput. 1997): found in the time that
 * sorting takes, however hard a search would be.
 *
 * A value that was written once is there from its write to the next, so all operations that mention it take effect in one
 * stretch. Its zone lies between the first return and the last call among them. Where the first return comes before the
 * last call the zone is forward: the value is there all through it. So no two forward zones may overlap, no other zone
 * may lie within a forward one, and no read may return before its value's write is called.
 *
 * For registers that are only read and written, each value once, that is all there is to linearizability.
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
      /** The operations that cannot be, whatever became of all others. */
      readonly operations: readonly HistoryOperation<Input, Output>[]
    }
  | { readonly verdict: "unknown" }

/** All operations that mention a value, and the one that wrote it: in few fields, since there may be a million clusters. */
interface Cluster<Input, Output> {
  readonly value: Name
  /** True of the value that was there before all operations, which counts as a write. */
  readonly isInitial: boolean
  writes: number
  write: HistoryOperation<Input, Output> | undefined
  /** True if any answer mentions it. */
  isRead: boolean
  /** The operation that returned first, and the one that was called last; undefined as long as there is none. */
  first: HistoryOperation<Input, Output> | undefined
  last: HistoryOperation<Input, Output> | undefined
}

function firstReturnOf({ isInitial, first }: Cluster<unknown, unknown>): number {
  return isInitial ? -Infinity : (first?.return ?? Infinity)
}

function lastCallOf({ last }: Cluster<unknown, unknown>): number {
  return last?.call ?? -Infinity
}

const UNKNOWN = { verdict: "unknown" } as const

type Tracing<State, Input, Output> = NonNullable<Model<State, Input, Output>["traceOf"]>

/** @param operations the operations of one part */
export function judgeZones<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly HistoryOperation<Input, Output>[],
): Finding<Input, Output> {
  const { traceOf } = model
  if (traceOf === undefined) return UNKNOWN
  // Traces are made as often as they are needed: of a million operations they take more room than the operations.
  if (operations.some(({ input, output }) => traceOf(input, output).lengthens)) return UNKNOWN
  const clusters = clustersOf(model, traceOf, operations)
  const forward: Cluster<Input, Output>[] = []
  const backward: Cluster<Input, Output>[] = []
  for (const cluster of clusters.values()) {
    const { writes, write, isRead, first } = cluster
    const firstReturn = firstReturnOf(cluster)
    if (isRead && writes === 0) return violated([cluster], [first])
    if (writes !== 1) continue
    // One of unknown outcome that nobody saw may never have happened.
    if (!isRead && write?.output === undefined) continue
    if (write !== undefined && first !== write && firstReturn < write.call) return violated([cluster], [first])
    if (firstReturn < lastCallOf(cluster)) forward.push(cluster)
    else backward.push(cluster)
  }
  const conflict = conflictOf(forward, backward)
  if (conflict !== undefined) {
    return violated(
      conflict,
      conflict.flatMap(({ first, last }) => [first, last]),
    )
  }
  return isPlain(model, traceOf, operations, clusters) ? { verdict: "holds" } : UNKNOWN
}

function violated<Input, Output>(
  clusters: readonly Cluster<Input, Output>[],
  operations: readonly (HistoryOperation<Input, Output> | undefined)[],
): Finding<Input, Output> {
  const known = operations.filter(operation => operation !== undefined && operation.output !== undefined)
  return {
    verdict: "violated",
    values: clusters.map(({ value }) => value),
    operations: [...new Set(known)].filter(operation => operation !== undefined),
  }
}

/**
 * The operations on values, each written once at most, that hang on no other: in no order are the others in their way,
 * nor do they help. All operations, if these have to do with other values.
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
): Map<Name, Cluster<Input, Output>> {
  const clusters = new Map<Name, Cluster<Input, Output>>()
  const begin = (value: Name, isInitial: boolean): Cluster<Input, Output> => {
    const writes = isInitial ? 1 : 0
    const cluster = { value, isInitial, writes, write: undefined, isRead: false, first: undefined, last: undefined }
    clusters.set(value, cluster)
    return cluster
  }
  const clusterOf = (state: State): Cluster<Input, Output> => {
    const name = model.identify(state)
    return clusters.get(name) ?? begin(name, false)
  }
  begin(model.identify(model.init()), true)
  for (const operation of operations) {
    const { mentions, isBound, leaves } = traceOf(operation.input, operation.output)
    if (leaves !== undefined) {
      const cluster = clusterOf(leaves)
      cluster.writes++
      cluster.write = operation
      widen(cluster, operation)
    }
    if (mentions !== undefined && isBound) {
      const cluster = clusterOf(mentions)
      cluster.isRead = true
      widen(cluster, operation)
    }
  }
  return clusters
}

function widen<Input, Output>(cluster: Cluster<Input, Output>, operation: HistoryOperation<Input, Output>): void {
  const firstReturn = firstReturnOf(cluster)
  if (operation.return < firstReturn || firstReturn === Infinity) cluster.first = operation
  if (operation.call > lastCallOf(cluster)) cluster.last = operation
}

/**
 * Two zones that cannot both be: of all such pairs that are looked at, one that is over first. Operations that touch in one
 * instant may take effect in either order.
 */
function conflictOf<Input, Output>(
  forward: readonly Cluster<Input, Output>[],
  backward: readonly Cluster<Input, Output>[],
): readonly Cluster<Input, Output>[] | undefined {
  const sorted = forward.toSorted((a, b) => firstReturnOf(a) - firstReturnOf(b) || lastCallOf(a) - lastCallOf(b))
  let first: readonly Cluster<Input, Output>[] | undefined
  const consider = (...pair: readonly Cluster<Input, Output>[]): void => {
    if (first === undefined || endOf(pair) < endOf(first)) first = pair
  }
  for (let place = 1; place < sorted.length; place++) {
    const [before, zone] = [sorted[place - 1]!, sorted[place]!]
    if (firstReturnOf(zone) < lastCallOf(before)) consider(before, zone)
  }
  for (const zone of backward) {
    const place = firstWhere(sorted.length, index => firstReturnOf(sorted[index]!) >= lastCallOf(zone))
    const around = sorted[place - 1]
    if (around !== undefined && firstReturnOf(zone) < lastCallOf(around)) consider(around, zone)
  }
  return first
}

/** The time at which the last of the operations that bound the zones is called. */
function endOf(zones: readonly Cluster<unknown, unknown>[]): number {
  return Math.max(...zones.map(lastCallOf))
}

/** True if the part is a register that is only read and written, and no value is written twice. */
function isPlain<State, Input, Output>(
  model: Model<State, Input, Output>,
  traceOf: Tracing<State, Input, Output>,
  operations: readonly HistoryOperation<Input, Output>[],
  clusters: ReadonlyMap<Name, Cluster<Input, Output>>,
): boolean {
  for (const { writes } of clusters.values()) if (writes > 1) return false
  return operations.every(({ input, output }) => {
    const { mentions, isBound, leaves, isBlind } = traceOf(input, output)
    if (leaves !== undefined) return isBlind && mentions === undefined
    if (mentions === undefined) return true
    // An answer may be at odds with itself, and fit no state.
    return isBound && model.step(mentions, input, output) !== undefined
  })
}
