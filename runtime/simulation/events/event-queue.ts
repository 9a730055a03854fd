/**
 * The event queue: future events in the order (time, sequence of insertion).
 *
 * A hierarchical timing wheel. Level 0 has a slot for each microsecond of the current block of 8192; a slot of level k
 * + 1 covers a whole turn of level k. Slots are first-in-first-out lists. When its time comes, a slot of level 0 is
 * removed as a whole, and becomes the list of present events; a slot above moves down a level. So the order of
 * insertion within a microsecond is kept by construction. Bitmaps find the next used slot in a few instructions,
 * however sparse the time axis is.
 *
 * Events are stored in a pool of typed arrays, never as objects. A list is a ring: its tail points to its head.
 */
import type { Micros } from "../../contract/units.ts"

/** Level 0 is wide, 8 ms, so that most messages are filed only once. */
const LEVEL0_BITS = 13
const LEVEL0_WIDTH = 1 << LEVEL0_BITS
const LEVEL0_WORDS = LEVEL0_WIDTH >> 5
/** The levels above it. */
const LEVEL_BITS = 10
const WIDTH = 1 << LEVEL_BITS
const WORDS = WIDTH >> 5
const LEVELS = 5
const NONE = -1

/** Integer fields of an event in the pool: a quarter of a cache line for each event. */
const FIELDS_BITS = 2
const KIND = 0
const SOURCE = 1
const TARGET = 2
const NEXT = 3

/** The span of one slot of each level, in microseconds. */
const SPANS = Float64Array.from({ length: LEVELS + 1 }, (_, level) =>
  level === 0 ? 1 : 2 ** (LEVEL0_BITS + LEVEL_BITS * (level - 1)),
)

/** Times from 0 to this one (285 years) fit into the queue. */
export const LATEST: Micros = SPANS[LEVELS]! - 1

const INITIAL_CAPACITY = 256
/** A limit that no sane run reaches; beyond it a flood of messages would exhaust memory. */
const MAX_WAITING = 1 << 24

/** An event in the queue, and its place there while it waits. */
export interface WaitingEvent<Payload> {
  readonly place: number
  readonly time: Micros
  readonly kind: number
  readonly source: number
  readonly target: number
  readonly payload: Payload | null
}

export class EventQueue<Payload> {
  /** The time of the event that `pop` removed last. It may be advanced as long as no event is skipped. */
  time: Micros = 0
  /** The kind of the last popped event; 0 before the first. */
  kind = 0
  source = 0
  target = 0

  /** Times of events above level 0, where slots are wider than a microsecond. */
  #times = new Float64Array(INITIAL_CAPACITY)
  #fields = new Int32Array(INITIAL_CAPACITY << FIELDS_BITS)
  readonly #payloads: (Payload | null)[] = Array.from({ length: INITIAL_CAPACITY }, () => null)
  #free = NONE
  /**
   * Events taken from the pool so far. The first is a sentinel, a list of its own, that serves as the last popped event
   * at the start.
   */
  #used = 1
  /**
   * The last popped event, and the last one of the present list: those after the former up to the latter are still to
   * happen.
   */
  #popped = 0
  #last = 0
  /**
   * The last event of each slot of level 0, and bitmaps in three levels: a bit for each used slot, for each nonzero
   * word of these bits, and for each nonzero word of those.
   */
  readonly #tails0 = new Int32Array(LEVEL0_WIDTH)
  readonly #bitmap0 = new Int32Array(LEVEL0_WORDS)
  readonly #summary0 = new Int32Array(LEVEL0_WORDS >> 5)
  #top0 = 0
  /** The same for the levels above, level 1 first. */
  readonly #tails = new Int32Array((LEVELS - 1) * WIDTH)
  readonly #bitmap = new Int32Array((LEVELS - 1) * WORDS)
  readonly #summary = new Int32Array(LEVELS)
  /** The start of each level's current turn: a multiple of the turn's length. */
  readonly #bases = new Float64Array(LEVELS)
  /** Bases and ends of the levels used by nearly every insertion. */
  #base0 = 0
  #base1 = 0
  #end1 = WIDTH * LEVEL0_WIDTH

  /**
   * Inserts an event.
   *
   * @param time an integer, not before the time of the last popped event
   */
  push(time: Micros, kind: number, source: number, target: number, payload: Payload | null): void {
    let event = this.#free
    if (event === NONE) event = this.#allocate()
    else this.#free = this.#fields[(event << FIELDS_BITS) | NEXT]!
    const fields = this.#fields
    const place = event << FIELDS_BITS
    fields[place | KIND] = kind
    fields[place | SOURCE] = source
    fields[place | TARGET] = target
    this.#payloads[event] = payload
    const ahead = time - this.#base0
    if (ahead < LEVEL0_WIDTH) this.#link0(event, ahead)
    else this.#fileAhead(event, time)
  }

  /** Removes the next event, which `time`, `kind` etc. describe until the next call. False if there is none. */
  pop(): boolean {
    if (this.#popped !== this.#last) this.#popped = this.#fields[(this.#popped << FIELDS_BITS) | NEXT]!
    else if (!this.#advance()) return false
    const fields = this.#fields
    const place = this.#popped << FIELDS_BITS
    this.kind = fields[place | KIND]!
    this.source = fields[place | SOURCE]!
    this.target = fields[place | TARGET]!
    return true
  }

  /**
   * The payload of the last popped event; null before the first. It is read from the pool instead of kept in a field:
   * storing an object in an older one costs a write barrier of the garbage collector.
   */
  get payload(): Payload | null {
    return this.#payloads[this.#popped]!
  }

  /**
   * The time of the next event; Infinity if there is none. Read-only: nothing is moved, so it takes longer than `pop`.
   */
  get nextTime(): Micros {
    if (this.#popped !== this.#last) return this.time
    if (this.#top0 !== 0) {
      const group = lowestBit(this.#top0)
      const word = (group << 5) + lowestBit(this.#summary0[group]!)
      return this.#base0 + (word << 5) + lowestBit(this.#bitmap0[word]!)
    }
    const level = this.#summary.findIndex((summary, at) => at > 0 && summary !== 0)
    return level < 0 ? Infinity : this.#earliestOf(this.#tails[((level - 1) << LEVEL_BITS) + this.#firstUsed(level)]!)
  }

  /** The waiting events, in the order in which they will happen. Read-only; visits each of them. */
  waiting(): readonly WaitingEvent<Payload>[] {
    const found: WaitingEvent<Payload>[] = []
    if (this.#popped !== this.#last) {
      for (let event = this.#after(this.#popped); ; event = this.#after(event)) {
        found.push(this.#eventAt(event, this.time))
        if (event === this.#last) break
      }
    }
    for (const word of this.#bitmap0.keys()) {
      for (let bits = this.#bitmap0[word]!; bits !== 0; bits &= bits - 1) {
        const slot = (word << 5) + lowestBit(bits)
        this.#addList(found, this.#tails0[slot]!, this.#base0 + slot)
      }
    }
    for (const word of this.#bitmap.keys()) {
      for (let bits = this.#bitmap[word]!; bits !== 0; bits &= bits - 1) {
        this.#addList(found, this.#tails[(word << 5) + lowestBit(bits)]!, undefined)
      }
    }
    return found.toSorted((a, b) => a.time - b.time)
  }

  /** Changes the kind of a waiting event. @param place as given by {@link waiting} */
  alter(place: number, kind: number): void {
    this.#fields[(place << FIELDS_BITS) | KIND] = kind
  }

  #addList(found: WaitingEvent<Payload>[], tail: number, time: Micros | undefined): void {
    for (let event = this.#after(tail); ; event = this.#after(event)) {
      found.push(this.#eventAt(event, time ?? this.#times[event]!))
      if (event === tail) return
    }
  }

  #eventAt(place: number, time: Micros): WaitingEvent<Payload> {
    const at = place << FIELDS_BITS
    return {
      place,
      time,
      kind: this.#fields[at | KIND]!,
      source: this.#fields[at | SOURCE]!,
      target: this.#fields[at | TARGET]!,
      payload: this.#payloads[place]!,
    }
  }

  /** The earliest time in the list of a slot above level 0. */
  #earliestOf(tail: number): Micros {
    let earliest = this.#times[tail]!
    for (let event = this.#after(tail); event !== tail; event = this.#after(event)) {
      earliest = Math.min(earliest, this.#times[event]!)
    }
    return earliest
  }

  #after(event: number): number {
    return this.#fields[(event << FIELDS_BITS) | NEXT]!
  }

  /** Removes all events and restarts at time 0, as if new; the pool keeps its memory. */
  clear(): void {
    this.time = 0
    this.#payloads.fill(null, 0, this.#used)
    this.#fields.fill(0, 0, 1 << FIELDS_BITS)
    this.#free = NONE
    this.#used = 1
    this.#popped = 0
    this.#last = 0
    this.kind = 0
    this.source = 0
    this.target = 0
    this.#bitmap0.fill(0)
    this.#summary0.fill(0)
    this.#top0 = 0
    this.#bitmap.fill(0)
    this.#summary.fill(0)
    this.#bases.fill(0)
    this.#base0 = 0
    this.#base1 = 0
    this.#end1 = WIDTH * LEVEL0_WIDTH
  }

  /** The capacity of the pool, in events. */
  get capacity(): number {
    return this.#times.length
  }

  /** Advances time to the next used slot, whose list becomes the present one. False if there is none. */
  #advance(): boolean {
    while (this.#top0 === 0) if (!this.#turn()) return false
    this.#release(this.#last)
    const top = this.#top0
    const group = 31 - Math.clz32(top & -top)
    const summary = this.#summary0[group]!
    const word = (group << 5) + (31 - Math.clz32(summary & -summary))
    const bits = this.#bitmap0[word]!
    const rest = bits & (bits - 1)
    const slot = (word << 5) + (31 - Math.clz32(bits ^ rest))
    this.#bitmap0[word] = rest
    if (rest === 0) {
      const others = summary & (summary - 1)
      this.#summary0[group] = others
      if (others === 0) this.#top0 = top & (top - 1)
    }
    const last = this.#tails0[slot]!
    this.#last = last
    this.#popped = this.#fields[(last << FIELDS_BITS) | NEXT]!
    this.time = this.#base0 + slot
    return true
  }

  /** Returns the events of a list, all of them popped, to the pool. */
  #release(last: number): void {
    const next = (last << FIELDS_BITS) | NEXT
    const first = this.#fields[next]!
    this.#fields[next] = this.#free
    this.#free = first
  }

  /** Files an event that lies beyond the current turn of level 0. */
  #fileAhead(event: number, time: Micros): void {
    this.#times[event] = time
    if (time < this.#end1) {
      this.#link(event, 1, (time - this.#base1) >>> LEVEL0_BITS)
      return
    }
    let level = 2
    while (level < LEVELS - 1 && time >= this.#bases[level]! + SPANS[level + 1]!) level++
    const slot = Math.floor((time - this.#bases[level]!) / SPANS[level]!)
    if (!(slot < WIDTH)) throw new RangeError(`virtual time ${time} us is beyond the latest one, ${LATEST} us`)
    this.#link(event, level, slot)
  }

  /** Appends an event to the list of a slot of level 0. */
  #link0(event: number, slot: number): void {
    const fields = this.#fields
    const word = slot >>> 5
    const bits = this.#bitmap0[word]!
    const bit = 1 << (slot & 31)
    if ((bits & bit) !== 0) {
      const tail = this.#tails0[slot]!
      fields[(event << FIELDS_BITS) | NEXT] = fields[(tail << FIELDS_BITS) | NEXT]!
      fields[(tail << FIELDS_BITS) | NEXT] = event
    } else {
      fields[(event << FIELDS_BITS) | NEXT] = event
      this.#bitmap0[word] = bits | bit
      if (bits === 0) {
        this.#summary0[word >>> 5]! |= 1 << (word & 31)
        this.#top0 |= 1 << (word >>> 5)
      }
    }
    this.#tails0[slot] = event
  }

  /** Appends an event to the list of a slot of a level above. */
  #link(event: number, level: number, slot: number): void {
    const fields = this.#fields
    const place = ((level - 1) << LEVEL_BITS) + slot
    const word = (level - 1) * WORDS + (slot >>> 5)
    const bit = 1 << (slot & 31)
    if ((this.#bitmap[word]! & bit) !== 0) {
      const tail = this.#tails[place]!
      fields[(event << FIELDS_BITS) | NEXT] = fields[(tail << FIELDS_BITS) | NEXT]!
      fields[(tail << FIELDS_BITS) | NEXT] = event
    } else {
      fields[(event << FIELDS_BITS) | NEXT] = event
      this.#bitmap[word]! |= bit
      this.#summary[level]! |= 1 << (slot >>> 5)
    }
    this.#tails[place] = event
  }

  /**
   * Moves the events of the next used slot above level 0 down, which starts a new turn of the levels below it. False if
   * no slot is used.
   */
  #turn(): boolean {
    let level = 1
    while (this.#summary[level] === 0) level++
    if (level === LEVELS) return false
    const slot = this.#takeFirstUsed(level)
    const start = this.#bases[level]! + slot * SPANS[level]!
    for (let below = 0; below < level; below++) this.#bases[below] = start
    this.#base0 = asSmallInteger(start)
    this.#base1 = asSmallInteger(this.#bases[1]!)
    this.#end1 = this.#base1 + WIDTH * LEVEL0_WIDTH
    const tail = this.#tails[((level - 1) << LEVEL_BITS) + slot]!
    let event = this.#fields[(tail << FIELDS_BITS) | NEXT]!
    for (;;) {
      const following = this.#fields[(event << FIELDS_BITS) | NEXT]!
      const time = this.#times[event]!
      const ahead = time - start
      if (ahead < LEVEL0_WIDTH) this.#link0(event, ahead)
      else this.#fileAhead(event, time)
      if (event === tail) return true
      event = following
    }
  }

  /** The first used slot of the lowest level above level 0 that has one. Slots before the present are unused. */
  #firstUsed(level: number): number {
    const word = lowestBit(this.#summary[level]!)
    return (word << 5) + lowestBit(this.#bitmap[(level - 1) * WORDS + word]!)
  }

  /** Finds the first used slot of a level above level 0 and marks it unused. */
  #takeFirstUsed(level: number): number {
    const slot = this.#firstUsed(level)
    const place = (level - 1) * WORDS + (slot >>> 5)
    const bits = this.#bitmap[place]!
    const rest = bits & (bits - 1)
    this.#bitmap[place] = rest
    const summary = this.#summary[level]!
    if (rest === 0) this.#summary[level] = summary & (summary - 1)
    return slot
  }

  /** Takes a fresh event from the pool, which doubles when it is full. */
  #allocate(): number {
    if (this.#used === this.#times.length) {
      if (this.#used >= MAX_WAITING) throw new RangeError(`more than ${MAX_WAITING} events are waiting to happen`)
      const times = new Float64Array(this.#used * 2)
      times.set(this.#times)
      this.#times = times
      const fields = new Int32Array(times.length << FIELDS_BITS)
      fields.set(this.#fields)
      this.#fields = fields
      while (this.#payloads.length < times.length) this.#payloads.push(null)
    }
    return this.#used++
  }
}

/** The number of the lowest set bit, from 0. */
function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits)
}

/**
 * The same number, in the form that engines store unboxed. Otherwise numbers from a float array are boxed, as is every
 * time computed from them.
 */
function asSmallInteger(value: number): number {
  const integer = value | 0
  return integer === value ? integer : value
}
