/**
 * The workload: requesters that want the critical section, stay in it for a while, and leave it.
 *
 * An operation asks for one entry. A requester has one request outstanding at a time; operations that arrive meanwhile
 * queue behind it. A request cannot be withdrawn: if its operation times out, it serves the next one, or, if there is
 * none when it is granted, the section is released at once.
 */
import type { Histogram } from "../../runtime/lib/histogram.ts"
import type { Random } from "../../runtime/lib/random.ts"
import type {
  ClientState,
  DeadClient,
  Ending,
  MortalClients,
  ServiceTimers,
  World,
} from "../../runtime/contract/service.ts"
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import type { Micros } from "../../runtime/contract/units.ts"
import type { Ledger } from "../ledger.ts"
import { LatencyGroups } from "../latency-groups.ts"
import { Arrivals, Spans, streamsOf } from "../timing.ts"
import type { Workload } from "./description.ts"
import { Owners } from "./owners.ts"

/** The requesters' interface to the lock; grants come back through {@link Requesters.granted}. */
export interface Lock {
  /**
   * Begins a request of a requester that has none outstanding.
   *
   * @param queued time since its operation began, spent behind the requester's earlier ones
   */
  acquire(requester: number, queued: Micros): void
  release(requester: number): void
  /** True if a requester can make requests now. */
  isUp(requester: number): boolean
  /** The node on which a requester lives; null if it lives on none. */
  homeOf(requester: number): NodeId | null
  /** A requester died; it leaves behind what it held or waited for. */
  died(requester: number, state: ClientState): void
}

/** An operation that waits. */
interface Waiting {
  /** Its number in the ledger. */
  readonly number: number
  readonly beganAt: Micros
  /** The duration of its stay in the critical section. */
  readonly hold: Micros
}

interface Requester {
  /** Operations that wait. */
  readonly queue: Waiting[]
  /** `idle`: no request; `asked`: a request is outstanding; `inside`: in the critical section. */
  phase: "idle" | "asked" | "inside"
  /** When its stay in the critical section ends. */
  leavesAt: Micros
  /** Closed loop: when its next operation begins; `NEVER` while it has one, or is down. */
  beginsAt: Micros
  /** When it made its last request. */
  askedAt: Micros
  isDead: boolean
}

/** The first requester to reach a given state is to die. */
interface Condemned {
  readonly state: ClientState
  readonly died: (dead: DeadClient) => void
}

/** A time that never comes. */
const NEVER = -1

/** A requester's operation, for traces. */
const ENTRY = { type: "Acquire" } as const

export class Requesters {
  readonly #world: World
  readonly #settings: Workload
  readonly #ledger: Ledger
  readonly #groups: LatencyGroups
  readonly #lock: Lock
  readonly #requesters: readonly Requester[]
  /** The owner of each operation that is waiting for its deadline. */
  readonly #owners = new Owners()
  /** Open loop: when operations arrive; null in a closed one. */
  readonly #arrivals: Arrivals | null
  /**
   * The random streams of operations: in an open loop one, in the order of arrivals; in a closed loop one per
   * requester.
   */
  readonly #streams: readonly Random[]
  readonly #holds: Spans
  readonly #pauses: Spans
  readonly #condemned: Condemned[] = []
  #inFlight = 0
  #inside = 0

  constructor(world: World, settings: Workload, count: number, ledger: Ledger, lock: Lock) {
    this.#world = world
    this.#settings = settings
    this.#ledger = ledger
    this.#groups = new LatencyGroups(world, count)
    this.#lock = lock
    const { rate, arrivals } = settings
    this.#arrivals = rate === 0 ? null : new Arrivals(world.warmup, rate, arrivals, world.random)
    this.#streams = streamsOf(world.random, this.#arrivals === null ? count : 1)
    this.#holds = new Spans(settings.hold, settings.holdTimes)
    this.#pauses = new Spans(settings.think, settings.thinkTimes)
    this.#requesters = Array.from({ length: count }, () => ({
      queue: [],
      phase: "idle",
      leavesAt: NEVER,
      beginsAt: NEVER,
      askedAt: NEVER,
      isDead: false,
    }))
  }

  start(): void {
    if (this.#arrivals !== null) return this.#awaitArrival(this.#arrivals)
    for (const requester of this.#requesters.keys()) this.#think(requester)
  }

  /** Latencies of each requester, and of each region's requesters. */
  get latencyByGroup(): Readonly<Record<string, Histogram>> {
    return this.#groups.histograms
  }

  /** True if operations arrive independently of earlier ones. */
  get isOpenLoop(): boolean {
    return this.#arrivals !== null
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
    this.#end(operation.number, "ok")
    state.leavesAt = this.#world.now() + operation.hold
    this.#world.wakeAfter(operation.hold, "leave", requester)
    if (this.#condemned.length > 0) this.#execute(requester, "holder")
  }

  /** The requester may no longer hold the section, and has to leave even if it is not finished. */
  expired(requester: number): void {
    if (this.#requesters[requester]!.phase === "inside") this.#leave(requester)
  }

  /** The requester crashed with its node: its operations are lost. */
  crashed(requester: number): void {
    const state = this.#requesters[requester]!
    const asked = state.phase === "asked"
    if (state.phase === "inside") this.#inside--
    state.phase = "idle"
    state.beginsAt = NEVER
    for (const [place, { number }] of state.queue.splice(0).entries()) {
      this.#end(number, asked && place === 0 ? "unknown" : "failed")
    }
  }

  /** The node of a requester that had crashed is up again. */
  recovered(requester: number): void {
    if (this.#arrivals === null && !this.#requesters[requester]!.isDead) this.#think(requester)
  }

  /** Requesters that die lose their operations, but leave their requests with the lock. */
  readonly mortals: MortalClients = {
    kill: (state, died) => {
      const condemned: Condemned = { state, died }
      const victim = this.#inState(state)
      if (victim === undefined) this.#condemned.push(condemned)
      else this.#die(victim, condemned)
      return () => {
        const place = this.#condemned.indexOf(condemned)
        if (place >= 0) this.#condemned.splice(place, 1)
      }
    },
    revive: requester => {
      this.#requesters[requester]!.isDead = false
      if (this.#lock.isUp(requester)) this.recovered(requester)
    },
  }

  readonly timeout = {
    arrival: () => this.#arrive(),
    think: requester => this.#thought(requester),
    leave: requester => this.#stayed(requester),
    deadline: operation => this.#timedOut(operation),
  } satisfies ServiceTimers

  /** Adds an operation to a requester. @returns false if the requester cannot have any */
  ask(requester: number): boolean {
    const state = this.#requesters[requester]
    const isAble = state !== undefined && !state.isDead && this.#lock.isUp(requester) && this.#mayBegin()
    if (isAble) this.#begin(requester, this.#drawHold(this.#streams[requester % this.#streams.length]!))
    return isAble
  }

  // --- When operations begin ---------------------------------------------------------------------------------------

  #awaitArrival(arrivals: Arrivals): void {
    this.#world.wakeAfter(arrivals.next() - this.#world.now(), "arrival")
  }

  /** Open loop: an operation arrives, for a random requester. */
  #arrive(): void {
    if (this.#arrivals === null || !this.#mayBegin()) return
    this.#awaitArrival(this.#arrivals)
    const count = this.#requesters.length
    const [random] = this.#streams
    const drawn = random!.integer(0, count - 1)
    const hold = this.#drawHold(random!)
    // No requester begins operations at a node that is down: the next one takes its place.
    for (let i = 0; i < count; i++) {
      const requester = (drawn + i) % count
      if (this.#lock.isUp(requester) && !this.#requesters[requester]!.isDead) return this.#begin(requester, hold)
    }
  }

  /** Closed loop: a requester thinks, then begins its next operation. */
  #think(requester: number): void {
    const span = this.#pauses.draw(this.#streams[requester]!)
    this.#requesters[requester]!.beginsAt = this.#world.now() + span
    this.#world.wakeAfter(span, "think", requester)
  }

  #thought(requester: number): void {
    const state = this.#requesters[requester]!
    if (state.beginsAt !== this.#world.now()) return
    state.beginsAt = NEVER
    if (this.#mayBegin()) this.#begin(requester, this.#drawHold(this.#streams[requester]!))
  }

  #mayBegin(): boolean {
    const { entries } = this.#settings
    return this.#world.now() < this.#world.end && (entries === 0 || this.#ledger.counts.attempted < entries)
  }

  /** Every stay takes some time. */
  #drawHold(random: Random): Micros {
    return Math.max(1, this.#holds.draw(random))
  }

  #begin(requester: number, hold: Micros): void {
    const number = this.#ledger.begin(this.#world.now())
    this.#inFlight++
    this.#world.observeOperation({ type: "begun", client: requester, operation: ENTRY })
    this.#owners.begin(number, requester)
    this.#world.wakeAfter(this.#settings.deadline, "deadline", number)
    const state = this.#requesters[requester]!
    state.queue.push({ number, beganAt: this.#world.now(), hold })
    if (state.phase === "idle") this.#ask(requester)
  }

  // --- How they continue ----------------------------------------------------------------------------------------------

  #ask(requester: number): void {
    const state = this.#requesters[requester]!
    state.phase = "asked"
    const now = this.#world.now()
    state.askedAt = now
    this.#lock.acquire(requester, now - (state.queue[0]?.beganAt ?? now))
    if (this.#condemned.length > 0) this.#execute(requester, "waiter")
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
    else {
      if (this.#arrivals === null && state.beginsAt === NEVER) this.#think(requester)
      if (this.#condemned.length > 0) this.#execute(requester, "bystander")
    }
  }

  // --- How they die ------------------------------------------------------------------------------------------------

  /** A requester in a state: of the waiting ones the first that asked, of bystanders the last. */
  #inState(wanted: ClientState): number | undefined {
    let found: number | undefined
    for (const [requester, { phase, queue, isDead, askedAt }] of this.#requesters.entries()) {
      if (isDead || !this.#lock.isUp(requester)) continue
      if (wanted === "holder" && phase === "inside") return requester
      if (wanted === "bystander" && phase === "idle" && queue.length === 0) found = requester
      if (wanted !== "waiter" || phase !== "asked") continue
      if (found === undefined || askedAt < this.#requesters[found]!.askedAt) found = requester
    }
    return found
  }

  /** Kills the requester that reaches a state, if one was to die there. */
  #execute(requester: number, state: ClientState): void {
    const place = this.#condemned.findIndex(condemned => condemned.state === state)
    if (place >= 0) this.#die(requester, this.#condemned.splice(place, 1)[0]!)
  }

  #die(requester: number, { state, died }: Condemned): void {
    this.crashed(requester)
    this.#requesters[requester]!.isDead = true
    this.#lock.died(requester, state)
    died({ client: requester, node: this.#lock.homeOf(requester) })
  }

  #timedOut(number: number): void {
    const requester = this.#owners.of(number)
    if (requester === undefined) return
    const { queue, phase } = this.#requesters[requester]!
    const place = queue.findIndex(operation => operation.number === number)
    queue.splice(place, 1)
    this.#end(number, phase === "asked" && place === 0 ? "unknown" : "failed")
    if (this.#arrivals === null) this.#think(requester)
  }

  #end(number: number, ending: Ending): void {
    const requester = this.#owners.of(number)!
    this.#world.observeOperation({ type: "ended", client: requester, ending })
    this.#owners.end(number)
    this.#inFlight--
    const took = this.#ledger.end(number, ending, this.#world.now())
    this.#groups.record(requester, ending === "ok" ? took : null)
  }
}

/** The number of requesters for a setting. */
export function requestersOf(world: World, settings: Workload): number {
  return settings.requesters === 0 ? world.size : settings.requesters
}
