/**
 * The workload: requesters that want the critical section, stay in it for a while, and leave it.
 *
 * An operation asks for one entry. A requester has one request outstanding at a time; operations that come meanwhile
 * queue up behind it. A request cannot be taken back, so one whose operation has timed out serves the next operation,
 * or, if there is none by the time it is granted, is released at once.
 */
import type { World } from "../../runtime/service.ts"
import { type Micros, SECOND } from "../../runtime/units.ts"
import type { Ending, Ledger } from "../ledger.ts"
import type { Workload } from "./description.ts"

/** How requesters reach what grants them the section; the grant comes back through {@link Requesters.granted}. */
export interface Lock {
  /** Begins a request of a requester that has none outstanding. */
  acquire(requester: number): void
  release(requester: number): void
  /** Whether a requester can ask at all now. */
  isUp(requester: number): boolean
  /** A wake-up that the lock asked for with {@link lockToken}. */
  wake(requester: number): void
}

interface Requester {
  /** Operations that wait, by their numbers in the ledger. */
  readonly queue: number[]
  /** `idle`: nothing asked for; `asked`: a request is outstanding; `inside`: in the critical section. */
  phase: "idle" | "asked" | "inside"
  /** When its stay in the critical section ends. */
  leavesAt: Micros
  /** Closed loop: when its next operation begins; `NEVER` while it has one, or is down. */
  beginsAt: Micros
}

/** A time that does not come. */
const NEVER = -1

/** What a wake-up is for: an operation begins, has reached its deadline, the stay in the section ends, or the lock's. */
const ARRIVAL = 0
const DEADLINE = 1
const LEAVE = 2
const LOCK = 3
const KINDS = 4

/** Tokens of wake-ups are negative; those from 0 up are left to the sessions of a lock service's clients. */
function tokenFor(kind: number, subject: number): number {
  return -1 - (subject * KINDS + kind)
}

/** The token with which a lock has itself woken for a requester. */
export function lockToken(requester: number): number {
  return tokenFor(LOCK, requester)
}

/** What a requester's operation is, for traces. */
const ENTRY = { type: "Acquire" } as const

export class Requesters {
  readonly #world: World
  readonly #settings: Workload
  readonly #ledger: Ledger
  readonly #lock: Lock
  readonly #requesters: readonly Requester[]
  /** Whose each operation is that is waiting for its deadline. */
  readonly #ownerOf = new Map<number, number>()
  #arrivals = 0
  #inFlight = 0
  #inside = 0

  constructor(world: World, settings: Workload, count: number, ledger: Ledger, lock: Lock) {
    this.#world = world
    this.#settings = settings
    this.#ledger = ledger
    this.#lock = lock
    this.#requesters = Array.from({ length: count }, () => ({
      queue: [],
      phase: "idle",
      leavesAt: NEVER,
      beginsAt: NEVER,
    }))
  }

  start(): void {
    if (this.#settings.rate > 0) return this.#nextArrival()
    for (const requester of this.#requesters.keys()) this.#think(requester)
  }

  get isIdle(): boolean {
    return this.#inFlight === 0 && this.#inside === 0
  }

  /** The requester is in the critical section. */
  granted(requester: number): void {
    const state = this.#requesters[requester]!
    if (state.phase !== "asked") return
    state.phase = "inside"
    this.#inside++
    const operation = state.queue.shift()
    if (operation === undefined) return this.#leave(requester)
    this.#end(operation, "ok")
    state.leavesAt = this.#world.now() + this.#settings.hold
    this.#world.wakeAfter(this.#settings.hold, tokenFor(LEAVE, requester))
  }

  /** The requester crashed with its node: its operations are lost. */
  crashed(requester: number): void {
    const state = this.#requesters[requester]!
    const asked = state.phase === "asked"
    if (state.phase === "inside") this.#inside--
    state.phase = "idle"
    state.beginsAt = NEVER
    for (const [place, operation] of state.queue.splice(0).entries()) {
      this.#end(operation, asked && place === 0 ? "unknown" : "failed")
    }
  }

  /** The node of a requester that had crashed is up again. */
  recovered(requester: number): void {
    if (this.#settings.rate === 0) this.#think(requester)
  }

  /** A wake-up with a negative token. */
  wake(token: number): void {
    const kind = (-1 - token) % KINDS
    const subject = (-1 - token - kind) / KINDS
    if (kind === DEADLINE) return this.#timedOut(subject)
    if (kind === LEAVE) return this.#stayed(subject)
    if (kind === LOCK) return this.#lock.wake(subject)
    if (this.#settings.rate > 0) this.#arrival()
    else this.#thought(subject)
  }

  // --- When operations begin ---------------------------------------------------------------------------------------

  /** Open loop: operations come at a constant rate, each for a random requester. */
  #nextArrival(): void {
    const due = this.#world.warmup + Math.round((this.#arrivals * SECOND) / this.#settings.rate)
    this.#arrivals++
    this.#world.wakeAfter(due - this.#world.now(), tokenFor(ARRIVAL, 0))
  }

  #arrival(): void {
    if (!this.#mayBegin()) return
    this.#nextArrival()
    const count = this.#requesters.length
    const drawn = this.#world.random.integer(0, count - 1)
    // Nobody asks at a node that is down: the next requester does in its place.
    for (let i = 0; i < count; i++) {
      const requester = (drawn + i) % count
      if (this.#lock.isUp(requester)) return this.#begin(requester)
    }
  }

  /** Closed loop: a requester thinks, then begins its next operation. */
  #think(requester: number): void {
    const { think } = this.#settings
    const span = think === 0 ? 0 : this.#world.random.integer(0, 2 * think)
    this.#requesters[requester]!.beginsAt = this.#world.now() + span
    this.#world.wakeAfter(span, tokenFor(ARRIVAL, requester))
  }

  #thought(requester: number): void {
    const state = this.#requesters[requester]!
    if (state.beginsAt !== this.#world.now()) return
    state.beginsAt = NEVER
    if (this.#mayBegin()) this.#begin(requester)
  }

  #mayBegin(): boolean {
    const { entries } = this.#settings
    return this.#world.now() < this.#world.end && (entries === 0 || this.#ledger.counts.attempted < entries)
  }

  #begin(requester: number): void {
    const operation = this.#ledger.begin(this.#world.now())
    this.#inFlight++
    this.#world.noteOperation(requester, "begun", ENTRY)
    this.#ownerOf.set(operation, requester)
    this.#world.wakeAfter(this.#settings.deadline, tokenFor(DEADLINE, operation))
    const state = this.#requesters[requester]!
    state.queue.push(operation)
    if (state.phase === "idle") this.#ask(requester)
  }

  // --- How they go on ----------------------------------------------------------------------------------------------

  #ask(requester: number): void {
    this.#requesters[requester]!.phase = "asked"
    this.#lock.acquire(requester)
  }

  /** The stay is over, unless a crash ended it before. */
  #stayed(requester: number): void {
    const { phase, leavesAt } = this.#requesters[requester]!
    if (phase === "inside" && leavesAt === this.#world.now()) this.#leave(requester)
  }

  #leave(requester: number): void {
    const state = this.#requesters[requester]!
    state.phase = "idle"
    this.#inside--
    this.#lock.release(requester)
    if (state.queue.length > 0) this.#ask(requester)
    else if (this.#settings.rate === 0 && state.beginsAt === NEVER) this.#think(requester)
  }

  #timedOut(operation: number): void {
    const requester = this.#ownerOf.get(operation)
    if (requester === undefined) return
    const { queue, phase } = this.#requesters[requester]!
    const place = queue.indexOf(operation)
    queue.splice(place, 1)
    this.#end(operation, phase === "asked" && place === 0 ? "unknown" : "failed")
    if (this.#settings.rate === 0) this.#think(requester)
  }

  #end(operation: number, ending: Ending): void {
    this.#world.noteOperation(this.#ownerOf.get(operation)!, ending)
    this.#ownerOf.delete(operation)
    this.#inFlight--
    this.#ledger.end(operation, ending, this.#world.now())
  }
}

/** The number of requesters that a setting means. */
export function requestersOf(world: World, settings: Workload): number {
  return settings.requesters === 0 ? world.size : settings.requesters
}
