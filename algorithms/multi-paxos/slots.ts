/** A window of the log: something for each slot from `first` on, or nothing yet. */

export interface Slots<T> {
  /** The first slot of the window; what was below is dropped. */
  first: number
  readonly entries: (T | undefined)[]
}

export function emptySlots<T>(first: number): Slots<T> {
  return { first, entries: [] }
}

/** The content of a slot; `undefined` if there is none, or the slot is below the window. */
export function at<T>(slots: Slots<T>, slot: number): T | undefined {
  return slots.entries[slot - slots.first]
}

/** Sets what is there for a slot, unless it is below the window. Slots may come in any order. */
export function put<T>(slots: Slots<T>, slot: number, value: T): void {
  const index = slot - slots.first
  const { entries } = slots
  if (index < 0) return
  while (entries.length < index) entries.push(undefined)
  entries[index] = value
}

/** Takes away what is there for a slot, if anything is. */
export function clear<T>(slots: Slots<T>, slot: number): void {
  if (at(slots, slot) !== undefined) slots.entries[slot - slots.first] = undefined
}

/** The slot after the last one that has ever been set. */
export function end<T>(slots: Slots<T>): number {
  return slots.first + slots.entries.length
}

/** Moves the beginning of the window up to `slot`. Costs what is left in it. */
export function dropBelow<T>(slots: Slots<T>, slot: number): void {
  if (slot <= slots.first) return
  slots.entries.splice(0, slot - slots.first)
  slots.first = slot
}
