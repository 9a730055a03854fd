/**
 * A set of fingerprints in memory shared by several threads: a fingerprint belongs to the thread that adds it first.
 *
 * All slots are reserved at the beginning; the number in use grows in place, while nobody adds anything. Memory never
 * written costs nothing.
 */
import type { Seen } from "./fingerprints.ts"

const RANGE = 2 ** 32
/** Initial slots, and the load at which more come into use. */
const MIN_SLOTS = 1 << 18
const FULL = 0.7
const GROWTH = 1.5
/** Slots after those in use. No fingerprint is displaced farther than this. */
const SLACK = 1 << 12
/** Slots moved in one go. */
const BLOCK = 1 << 16
/** More fingerprints than threads add between two checks for room. */
const ROOM = 1 << 18

/** Words of the control block: the number of slots in use, and whether all threads must pause. */
const COUNT = 0
const PAUSE = 1
/** Words per thread, so far apart that threads do not share a cache line: fingerprints it added, and its report. */
const THREAD = 32
const ADDED = 0
const REPORTED = 1

export interface SharedMemory {
  readonly slots: SharedArrayBuffer
  readonly control: SharedArrayBuffer
}

/** @param most the capacity, in fingerprints */
export function sharedMemory(most: number, threads: number): SharedMemory {
  const slots = Math.max(MIN_SLOTS, Math.ceil((most + ROOM) / FULL)) + SLACK
  const memory = {
    slots: new SharedArrayBuffer(slots * 8),
    control: new SharedArrayBuffer((threads + 2) * THREAD * 4),
  }
  new Int32Array(memory.control)[COUNT] = MIN_SLOTS
  return memory
}

export class SharedFingerprints implements Seen {
  /** None are numbered. */
  readonly last = 0
  readonly #slots: Int32Array
  readonly #control: Int32Array
  readonly #place: number
  #scale = 0
  #added = 0
  /** Fingerprints of other threads when last counted. */
  #others = 0

  /** @param thread from 0; -1: the main thread */
  constructor({ slots, control }: SharedMemory, thread: number) {
    this.#slots = new Int32Array(slots)
    this.#control = new Int32Array(control)
    this.#place = (thread + 2) * THREAD
    this.refresh()
  }

  get size(): number {
    return this.#others + this.#added
  }

  hasRoomFor(size: number): boolean {
    return size <= FULL * this.#control[COUNT]!
  }

  get isPaused(): boolean {
    return Atomics.load(this.#control, PAUSE) === 1
  }

  set isPaused(isPaused: boolean) {
    Atomics.store(this.#control, PAUSE, isPaused ? 1 : 0)
  }

  /** The sum of the threads' reports. */
  get reported(): number {
    return this.#sum(REPORTED)
  }

  /** Counts the fingerprints of others, and publishes its own count. @param report a number for observers */
  publish(report: number): void {
    Atomics.store(this.#control, this.#place + ADDED, this.#added)
    Atomics.store(this.#control, this.#place + REPORTED, report)
    this.#others = this.#sum(ADDED) - this.#added
  }

  /** Takes note that more slots may be in use. */
  refresh(): void {
    this.#scale = Atomics.load(this.#control, COUNT) / RANGE
    this.#others = this.#sum(ADDED) - this.#added
  }

  add(low: number, high: number): boolean {
    // 0 marks a free slot, and one that is not completely written yet.
    const first = low === 0 ? 1 : low
    const second = high === 0 ? 1 : high
    const slots = this.#slots
    const start = ((first >>> 0) * this.#scale) | 0
    for (let slot = start; slot < start + SLACK; slot++) {
      const at = 2 * slot
      let taken = slots[at]!
      if (taken === 0) taken = Atomics.compareExchange(slots, at, 0, first)
      if (taken === 0) {
        Atomics.store(slots, at + 1, second)
        this.#added++
        return true
      }
      if (taken === first && this.#secondAt(at + 1) === second) return false
    }
    throw new Error("a set of fingerprints that threads share is full")
  }

  /** Brings more slots into use. Nobody may add anything meanwhile. @returns false if none are left */
  grow(): boolean {
    const control = this.#control
    const [before, most] = [control[COUNT]!, this.#slots.length / 2 - SLACK]
    if (before >= most) return false
    control[COUNT] = Math.min(most, Math.floor(before * GROWTH))
    this.#scale = control[COUNT] / RANGE
    // From the last slot to the first, so that a fingerprint moves behind all those not moved yet: its position grows
    // by half. Near the beginning, it grows by less than the fingerprint's displacement.
    for (let end = before + SLACK; end > 0; ) {
      const start = end - BLOCK < 3 * SLACK ? 0 : end - BLOCK
      this.#move(start, end)
      end = start
    }
    return true
  }

  #move(start: number, end: number): void {
    const slots = this.#slots
    const moving = slots.slice(2 * start, 2 * end)
    slots.fill(0, 2 * start, 2 * end)
    for (let from = 0; from < moving.length; from += 2) {
      const first = moving[from]!
      if (first === 0) continue
      let at = 2 * (((first >>> 0) * this.#scale) | 0)
      while (slots[at] !== 0) at += 2
      slots[at] = first
      slots[at + 1] = moving[from + 1]!
    }
  }

  /** The second half in a taken slot; it is written right after the first. */
  #secondAt(place: number): number {
    const second = this.#slots[place]!
    if (second !== 0) return second
    let later = 0
    while (later === 0) later = Atomics.load(this.#slots, place)
    return later
  }

  #sum(word: number): number {
    let sum = 0
    for (let place = THREAD; place < this.#control.length; place += THREAD) {
      sum += Atomics.load(this.#control, place + word) >>> 0
    }
    return sum
  }
}
