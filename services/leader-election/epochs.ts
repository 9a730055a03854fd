/** The leaders of every epoch of a run. All are kept, since an old leader may come back to its epoch. */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import { firstWhere } from "../../runtime/lib/search.ts"

/**
 * Consecutive epochs, `to` included, that the same nodes led, in this order: memory does not grow while a leader stays.
 */
export interface EpochsLed {
  readonly from: number
  readonly to: number
  readonly leaders: readonly NodeId[]
}

/** In the order of epochs; those in which nobody led are left out. */
export type LeadersByEpoch = EpochsLed[]

/** The nodes that led in an epoch, the first one first. */
export function leadersIn(all: Readonly<LeadersByEpoch>, epoch: number): readonly NodeId[] {
  const found = all[placeOf(all, epoch)]
  return found !== undefined && found.from <= epoch ? found.leaders : []
}

/** Records that a node leads in an epoch. @returns the nodes that led in it before, the first one first */
export function recordLeader(all: LeadersByEpoch, epoch: number, node: NodeId): readonly NodeId[] {
  const before = leadersIn(all, epoch)
  if (!before.includes(node)) setLeaders(all, epoch, [...before, node])
  return before
}

/** The number of epochs in which more than one node led. */
export function epochsReused(all: Readonly<LeadersByEpoch>): number {
  return all.reduce((sum, { from, to, leaders }) => (leaders.length > 1 ? sum + to - from + 1 : sum), 0)
}

/** All epochs one by one, with the nodes that led in each. */
export function eachEpoch(
  all: Readonly<LeadersByEpoch>,
): readonly (readonly [epoch: number, leaders: readonly NodeId[]])[] {
  return all.flatMap(({ from, to, leaders }) =>
    Array.from({ length: to - from + 1 }, (_, place) => [from + place, leaders] as const),
  )
}

/** The place of the first entry that ends at an epoch or later. */
function placeOf(all: Readonly<LeadersByEpoch>, epoch: number): number {
  return firstWhere(all.length, place => all[place]!.to >= epoch)
}

function setLeaders(all: LeadersByEpoch, epoch: number, leaders: readonly NodeId[]): void {
  const last = all.at(-1)
  if (last !== undefined && last.to + 1 === epoch && areSame(last.leaders, leaders)) {
    all[all.length - 1] = { from: last.from, to: epoch, leaders }
    return
  }
  const place = placeOf(all, epoch)
  const around = all[place]
  const split = around !== undefined && around.from <= epoch ? [around] : []
  const parts = split.flatMap(entry => without(entry, epoch))
  const [before, after] = [parts.filter(({ to }) => to < epoch), parts.filter(({ from }) => from > epoch)]
  all.splice(place, split.length, ...before, { from: epoch, to: epoch, leaders }, ...after)
  join(all, place + before.length)
}

/** The epochs of an entry but for one. */
function without({ from, to, leaders }: EpochsLed, epoch: number): readonly EpochsLed[] {
  const parts = [
    { from, to: epoch - 1, leaders },
    { from: epoch + 1, to, leaders },
  ]
  return parts.filter(part => part.from <= part.to)
}

/** Merges an entry with its neighbours if the same nodes led. */
function join(all: LeadersByEpoch, place: number): void {
  for (const first of [place, place - 1]) {
    const [one, other] = [all[first], all[first + 1]]
    if (one === undefined || other === undefined || one.to + 1 !== other.from || !areSame(one.leaders, other.leaders))
      continue
    all.splice(first, 2, { from: one.from, to: other.to, leaders: one.leaders })
  }
}

function areSame(some: readonly NodeId[], others: readonly NodeId[]): boolean {
  return some.length === others.length && some.every((node, place) => node === others[place])
}
