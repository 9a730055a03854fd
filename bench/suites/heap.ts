/**
 * A 4-ary heap of events in typed arrays, ordered by one number: time, then sequence of insertion. As fast as heaps get in
 * JavaScript; only here for comparison.
 */
const SEQUENCES = 2 ** 21

export class Heap {
  time = 0
  slot = 0
  readonly #keys: Float64Array
  readonly #slots: Int32Array
  /** The fields of each slot: kind, source and target. */
  readonly #fields: Int32Array
  readonly #free: number[] = []
  #size = 0
  #sequence = 0

  /** @param capacity the maximal number of events */
  constructor(capacity: number) {
    this.#keys = new Float64Array(capacity)
    this.#slots = new Int32Array(capacity)
    this.#fields = new Int32Array(3 * capacity)
    for (let slot = capacity - 1; slot >= 0; slot--) this.#free.push(slot)
  }

  push(time: number, kind: number, source: number, target: number): void {
    const slot = this.#free.pop()!
    this.#fields[3 * slot] = kind
    this.#fields[3 * slot + 1] = source
    this.#fields[3 * slot + 2] = target
    const key = time * SEQUENCES + (this.#sequence++ & (SEQUENCES - 1))
    const keys = this.#keys
    const slots = this.#slots
    let place = this.#size++
    while (place > 0) {
      const parent = (place - 1) >> 2
      if (keys[parent]! <= key) break
      keys[place] = keys[parent]!
      slots[place] = slots[parent]!
      place = parent
    }
    keys[place] = key
    slots[place] = slot
  }

  pop(): boolean {
    if (this.#size === 0) return false
    this.slot = this.#slots[0]!
    this.time = Math.floor(this.#keys[0]! / SEQUENCES)
    this.#free.push(this.slot)
    const last = --this.#size
    this.#sink(this.#keys[last]!, this.#slots[last]!)
    return true
  }

  /** Puts an event in the place of the one at the root. */
  #sink(key: number, slot: number): void {
    const keys = this.#keys
    const slots = this.#slots
    let place = 0
    for (;;) {
      const first = 4 * place + 1
      if (first >= this.#size) break
      const end = Math.min(first + 4, this.#size)
      let least = first
      for (let child = first + 1; child < end; child++) if (keys[child]! < keys[least]!) least = child
      if (keys[least]! > key) break
      keys[place] = keys[least]!
      slots[place] = slots[least]!
      place = least
    }
    keys[place] = key
    slots[place] = slot
  }
}
