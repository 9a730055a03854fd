/**
 * Clients of a lock table on a replicated log: how they ask for the lock, wait for it, keep it and give it back.
 *
 * With a session timeout T they renew their claims every T/3, both in the queue and while they hold the lock. A claim
 * renewed by a command sent at t stays in the table until at least t + T, since nobody expires a claim before seeing it
 * unchanged for T. A client relies on its claim until then, and no longer. A waiting client watches the claim just
 * ahead of its own.
 */
import type { Ending, ServiceTimers, World } from "../../runtime/contract/service.ts"
import type { Micros } from "../../runtime/contract/units.ts"
import { readStanding, type RenewedClaim } from "../machines/lock-table.ts"
import type { Workload } from "../mutual-exclusion/description.ts"
import { Clients } from "../replicated-log/client.ts"
import type { Result } from "../replicated-log/command.ts"
import type { LogReply } from "../replicated-log/shape.ts"

const LOCK = "lock"

const NEVER: Micros = -1

/** Renewals in a session timeout. */
const RENEWALS = 3

/** The state of a client with respect to the lock. It does not give up before it has the answer it needs. */
interface Client {
  wants: "lock" | "to be rid of it" | "nothing"
  /** Its command in flight, and when it was sent. */
  asks: "acquire" | "release" | "renew" | "expire"
  sentAt: Micros
  /** True if it will request the lock again as soon as it has released it. */
  again: boolean
  /** The token with which it waits in the queue, and when it retries; 0 and `NEVER` if it does not wait. */
  token: number
  retriesAt: Micros
  /** The last token that it knows to have been granted. */
  told: number
  isInside: boolean
  /** Counts its deaths: each session is another owner. */
  session: number
  /** The time until which its claim cannot have expired. */
  validUntil: Micros
  /** While it holds the lock: when it renews its claim. */
  renewsAt: Micros
  /** The claim ahead of its own, and since when this client has seen no renewal of it. */
  watched: (RenewedClaim & { readonly since: Micros }) | null
}

/** Receives what happens to clients. */
export interface Owner {
  entered(client: number, token: number): void
  /** Its session may have expired: it leaves, and releases the lock. */
  expired(client: number): void
}

export class LockClients {
  readonly #world: World
  readonly #settings: Workload
  readonly #owner: Owner
  readonly #clients: readonly Client[]
  readonly #commands: Clients

  constructor(world: World, settings: Workload, count: number, owner: Owner) {
    this.#world = world
    this.#settings = settings
    this.#owner = owner
    this.#clients = Array.from({ length: count }, () => newClient(0))
    this.#commands = new Clients(world, { ...settings, ask: "leader", node: 0 }, (client, ending, result) =>
      this.#answered(client, ending, result),
    )
    for (let client = 0; client < count; client++) this.#commands.open()
  }

  /** The timers of its commands, and its own. */
  get commandTimeout(): ServiceTimers {
    return this.#commands.timeout
  }

  readonly timeout = {
    reask: client => this.#retry(client),
    renew: client => this.#renew(client),
    lapse: client => this.#lapse(client),
  } satisfies ServiceTimers

  acquire(client: number): void {
    const state = this.#clients[client]!
    if (state.wants === "to be rid of it") state.again = true
    else this.#want(client, "lock")
  }

  release(client: number): void {
    this.#clients[client]!.isInside = false
    this.#want(client, "to be rid of it")
  }

  /** The client forgets everything; its claim stays where it is. */
  died(client: number): void {
    this.#commands.abandon(client)
    Object.assign(this.#clients[client]!, newClient(this.#clients[client]!.session + 1))
  }

  reply(client: number, from: number, reply: LogReply): void {
    this.#commands.reply(client, from, reply)
  }

  /**
   * A node notifies this client that it is its turn. This may arrive before the answer to the request, or far too late.
   */
  granted(client: number, token: number): void {
    const state = this.#clients[client]
    if (state === undefined) return
    state.told = Math.max(state.told, token)
    if (state.token === token && !this.#mayHaveExpired(state)) this.#enter(client, state, token)
  }

  #want(client: number, wants: "lock" | "to be rid of it"): void {
    this.#clients[client]!.wants = wants
    this.#send(client, wants === "lock" ? "acquire" : "release")
  }

  /** Sends a command in place of the one in flight, if there is one. */
  #send(client: number, asks: Client["asks"]): void {
    const state = this.#clients[client]!
    this.#commands.abandon(client)
    state.asks = asks
    state.sentAt = this.#world.now()
    const { watched } = state
    if (asks !== "expire") this.#commands.begin(client, { op: asks, key: LOCK, owner: this.#nameOf(client) })
    else if (watched !== null) {
      const { owner, token, renewals } = watched
      this.#commands.begin(client, { op: asks, key: LOCK, owner, token, renewals })
    }
  }

  /** Nodes notify only clients that are known by their number. */
  #nameOf(client: number): string {
    const { session } = this.#clients[client]!
    const name = session === 0 ? String(client) : `${client}/${session}`
    return this.#settings.waiting === "watch" ? name : `polling ${name}`
  }

  get #hasSessions(): boolean {
    return this.#settings.sessionTimeout > 0
  }

  #mayHaveExpired({ validUntil }: Client): boolean {
    return this.#hasSessions && this.#world.now() >= validUntil
  }

  /** An answer from the log; if none came in time, the command is resent. */
  #answered(client: number, ending: Ending, result: Result | null): void {
    const state = this.#clients[client]!
    if (ending !== "ok" || result === null) return this.#unanswered(client, state)
    switch (state.asks) {
      case "acquire":
        return this.#queued(client, state, result.done, Number(result.value))
      case "release":
        return this.#released(client, state)
      case "renew":
        return this.#renewed(client, state, result)
      case "expire":
        state.watched = null
        return this.#send(client, "renew")
    }
  }

  #unanswered(client: number, state: Client): void {
    if (state.wants !== "nothing") this.#send(client, state.asks === "expire" ? "renew" : state.asks)
    else if (state.isInside) this.#send(client, "renew")
  }

  /** The client has a place in the queue: the first, or one further back. */
  #queued(client: number, state: Client, isFirst: boolean, token: number): void {
    state.validUntil = state.sentAt + this.#settings.sessionTimeout
    state.token = token
    if ((isFirst || token === state.told) && !this.#mayHaveExpired(state)) return this.#enter(client, state, token)
    const { waiting, poll, reask, sessionTimeout } = this.#settings
    const delay = waiting === "poll" ? poll : reask
    const atMost = this.#hasSessions ? Math.ceil(sessionTimeout / RENEWALS) : Infinity
    state.retriesAt = this.#world.now() + Math.min(delay, atMost)
    this.#world.wakeAfter(state.retriesAt - this.#world.now(), "reask", client)
  }

  /** The client has waited long enough, unless it has been let in meanwhile. */
  #retry(client: number): void {
    const state = this.#clients[client]!
    if (state.retriesAt !== this.#world.now()) return
    state.retriesAt = NEVER
    if (this.#hasSessions) return this.#send(client, "renew")
    state.token = 0
    this.#send(client, "acquire")
  }

  #renewed(client: number, state: Client, { done, value }: Result): void {
    if (value === null) return this.#lost(client, state)
    if (state.isInside) return this.#keep(client, state)
    const { token, ahead } = readStanding(value)
    this.#watch(state, ahead)
    const { watched } = state
    if (watched === null || this.#world.now() < watched.since + this.#settings.sessionTimeout) {
      return this.#queued(client, state, done, token)
    }
    // Its own renewal holds, whatever happens to the other claim.
    state.validUntil = state.sentAt + this.#settings.sessionTimeout
    this.#send(client, "expire")
  }

  /** The claim is gone. A client in the queue requests the lock again; a holder has left before. */
  #lost(client: number, state: Client): void {
    state.token = 0
    if (state.wants === "lock") this.#send(client, "acquire")
  }

  #watch(state: Client, ahead: RenewedClaim | null): void {
    const { watched } = state
    if (ahead === null) state.watched = null
    else if (watched?.owner !== ahead.owner || watched.token !== ahead.token || watched.renewals !== ahead.renewals) {
      state.watched = { ...ahead, since: this.#world.now() }
    }
  }

  #enter(client: number, state: Client, token: number): void {
    this.#commands.abandon(client)
    state.token = 0
    state.retriesAt = NEVER
    state.watched = null
    state.wants = "nothing"
    state.isInside = true
    this.#awaitRenewal(client, state)
    this.#owner.entered(client, token)
  }

  /** The client with the lock has renewed its claim. */
  #keep(client: number, state: Client): void {
    state.validUntil = state.sentAt + this.#settings.sessionTimeout
    this.#awaitRenewal(client, state)
  }

  #awaitRenewal(client: number, state: Client): void {
    if (!this.#hasSessions) return
    const now = this.#world.now()
    const delay = Math.ceil(this.#settings.sessionTimeout / RENEWALS)
    state.renewsAt = now + delay
    this.#world.wakeAfter(delay, "renew", client)
    this.#world.wakeAfter(Math.max(0, state.validUntil - now), "lapse", client)
  }

  #renew(client: number): void {
    const { isInside, renewsAt } = this.#clients[client]!
    if (isInside && renewsAt === this.#world.now()) this.#send(client, "renew")
  }

  /** The client with the lock has not been able to renew its claim. */
  #lapse(client: number): void {
    const state = this.#clients[client]!
    if (state.isInside && this.#mayHaveExpired(state)) this.#owner.expired(client)
  }

  #released(client: number, state: Client): void {
    state.wants = "nothing"
    if (!state.again) return
    state.again = false
    this.#want(client, "lock")
  }
}

function newClient(session: number): Client {
  return {
    wants: "nothing",
    asks: "acquire",
    sentAt: NEVER,
    again: false,
    token: 0,
    retriesAt: NEVER,
    told: NEVER,
    isInside: false,
    session,
    validUntil: NEVER,
    renewsAt: NEVER,
    watched: null,
  }
}
