/** Rings: the order in which their members follow each other. */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import { Random } from "../../runtime/lib/random.ts"

export const ORDERS = ["increasing", "decreasing", "shuffled", "numbered"] as const

export interface Arrangement {
  /** The order of the ids along the ring, in the direction in which messages travel. */
  readonly order: (typeof ORDERS)[number]
  /** With `shuffled`, a seed; with `numbered`, a place in the lexicographic order of all n! arrangements. */
  readonly arrangement: number
}

/** All members in the direction of travel. The same for all members of a run. */
export function arrangeRing(size: number, { order, arrangement }: Arrangement): NodeId[] {
  const increasing = Array.from({ length: size }, (_, id) => id)
  switch (order) {
    case "increasing":
      return increasing
    case "decreasing":
      return increasing.toReversed()
    case "shuffled":
      return new Random(arrangement).choose(size, size)
    case "numbered":
      return nthArrangement(arrangement, increasing)
  }
}

/** The members from the one after `id` round to `id` itself. */
export function successorsOf(id: NodeId, ring: readonly NodeId[]): NodeId[] {
  const next = ring.indexOf(id) + 1
  return [...ring.slice(next), ...ring.slice(0, next)]
}

/** Arrangement `number` (modulo n!) in lexicographic order: the digits of `number` in the factorial number system. */
function nthArrangement(number: number, ids: readonly NodeId[]): NodeId[] {
  const left = [...ids]
  const digits = left.map((_, index) => {
    const digit = number % (index + 1)
    number = Math.floor(number / (index + 1))
    return digit
  })
  return digits.toReversed().map(digit => left.splice(digit, 1)[0]!)
}
