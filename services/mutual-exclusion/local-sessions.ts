/**
 * The sessions of clients with the nodes that they live on.
 *
 * A node does not notice its client's death. Until the session expires it behaves as if the client lived: it keeps the
 * section if the client was inside, and continues to wait if the client had requested it. Then it acts on the client's
 * behalf: it releases the section at once, or, since a request cannot be withdrawn, as soon as it is granted. A client
 * that is back has a new session, and requests the section once its node has finished with the old one. If the node
 * dies too, so does the session.
 */
import type { ServiceTimers, World } from "../../runtime/contract/service.ts"
import type { Micros } from "../../runtime/contract/units.ts"

const NEVER: Micros = -1

interface Session {
  /** The remains of a client that died, until they are removed. */
  left: "nothing" | "a request" | "the section"
  expiresAt: Micros
  hasExpired: boolean
  /** Its successor wants the section. */
  isWanted: boolean
}

/** The requests of a client to its node. */
export interface Home {
  acquire(node: number, queued: Micros): void
  release(node: number): void
}

export class LocalSessions {
  readonly #world: World
  readonly #timeoutMicros: Micros
  readonly #home: Home
  readonly #sessions: readonly Session[]

  /** @param timeoutMicros time from a client's death to the end of its session; 0: sessions never end */
  constructor(world: World, timeoutMicros: Micros, clients: number, home: Home) {
    this.#world = world
    this.#timeoutMicros = timeoutMicros
    this.#home = home
    this.#sessions = Array.from({ length: clients }, newSession)
  }

  readonly timeout = { session: node => this.#expire(node) } satisfies ServiceTimers

  /** A living client requests the section. @param queued the time that the operation has queued behind others */
  acquire(node: number, queued: Micros = 0): void {
    const session = this.#sessions[node]!
    if (session.left === "nothing") this.#home.acquire(node, queued)
    else session.isWanted = true
  }

  /** A client died, waiting for the section or in it. */
  died(node: number, left: "a request" | "the section"): void {
    const session = this.#sessions[node]!
    session.isWanted = false
    // A successor that died before the node had asked on its behalf leaves nothing more.
    if (session.left !== "nothing") return
    session.left = left
    if (this.#timeoutMicros === 0) return
    session.expiresAt = this.#world.now() + this.#timeoutMicros
    this.#world.wakeAfter(this.#timeoutMicros, "session", node)
  }

  /** A node is granted the section. @returns whether this is on behalf of a client that has died */
  granted(node: number): boolean {
    const session = this.#sessions[node]!
    if (session.left === "nothing") return false
    session.left = "the section"
    if (session.hasExpired) this.#giveBack(node, session)
    return true
  }

  /** A node had to leave the section. @returns whether it was inside on behalf of a client that has died */
  revoked(node: number): boolean {
    const session = this.#sessions[node]!
    if (session.left !== "the section") return false
    this.#begin(node, session)
    return true
  }

  nodeDown(node: number): void {
    Object.assign(this.#sessions[node]!, newSession())
  }

  #expire(node: number): void {
    const session = this.#sessions[node]!
    if (session.expiresAt !== this.#world.now()) return
    session.hasExpired = true
    if (session.left === "the section") this.#giveBack(node, session)
  }

  #giveBack(node: number, session: Session): void {
    this.#home.release(node)
    this.#begin(node, session)
  }

  /** The old session is over; a successor that waited for this makes its request. */
  #begin(node: number, session: Session): void {
    const { isWanted } = session
    Object.assign(session, newSession())
    if (isWanted) this.#home.acquire(node, 0)
  }
}

function newSession(): Session {
  return { left: "nothing", expiresAt: NEVER, hasExpired: false, isWanted: false }
}
