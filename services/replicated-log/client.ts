/**
 * The client side of services on a replicated log: sessions that ask a node, follow redirects, retry under the same
 * sequence number, and give up at a deadline.
 *
 * Clients are outside the group and know only the nodes that they may ask: those of the group, or the processes of a
 * role that serves clients, such as front ends. "Node" means either here. A session has one operation in flight at a
 * time. The service that owns the sessions forwards the runtime's replies to them, and includes their timers in its
 * own.
 */
import type { ClientId, NodeId } from "../../runtime/contract/algorithm.ts"
import type { ClientHost, Ending, ServiceTimers } from "../../runtime/contract/service.ts"
import type { Micros } from "../../runtime/contract/units.ts"
import type { Command, Operation, Result } from "./command.ts"
import type { ByKind, LogReply } from "./shape.ts"

/**
 * The node that a session asks first: the believed leader, a node believed not to lead (to show the cost of a
 * redirect), the node with the session's own number (modulo the number of nodes), or always number `node`. For queries
 * that have dedicated nodes, one of those takes the leader's place.
 */
export const FIRST_ASKED = ["leader", "follower", "own", "fixed"] as const

export interface ClientSettings {
  /** An operation without a result this long after it began has timed out. */
  readonly deadline: Micros
  /** After this long without an answer from a node, the next one is asked. */
  readonly retryAfter: Micros
  /** Pause before the next node is asked, after a node answered that it knows no leader. */
  readonly backoff: Micros
  readonly ask: (typeof FIRST_ASKED)[number]
  /** The number, from 0, of the node to ask under `ask: fixed`. */
  readonly node: number
}

/** Called once for each operation when it ends; `result` is null unless it ended well. */
export type OperationEnded = (client: ClientId, ending: Ending, result: Result | null) => void

/** Time of a wake-up that is not set. */
const NEVER = -1

/** No node is suspected. */
const NOBODY = -1

interface Session {
  readonly client: ClientId
  /** Sequence number of the last operation begun. */
  sequence: number
  /** The operation in flight, null between operations. */
  command: Command | null
  begun: Micros
  /** The node that this session believes to lead. */
  leader: NodeId
  /** The nodes that it believes to answer queries; null: the leader does. */
  readers: readonly NodeId[] | null
  /** The node asked last. */
  asked: NodeId
  /**
   * The node asked last in the rotation, not by redirect: following redirects alone, the rotation might never reach
   * some node.
   */
  turn: NodeId
  /** The node whose silence made the session ask another one, during this operation. */
  silent: NodeId
  /** Requests of this operation that no node has rejected: each of them may still take effect. */
  outstanding: number
  /**
   * Redirects followed at once since the last pause; limited, so that nodes that point at each other cause no endless
   * loop.
   */
  hops: number
  /** True if the session is waiting for an answer, rather than pausing before it asks the next node. */
  waiting: boolean
  /** When it asks the next node, or gives up. */
  due: Micros
  /** When its live wake-up fires: there is one per session, re-armed only if it fires before `due`. */
  wakeAt: Micros
}

export class Clients {
  readonly #host: ClientHost
  readonly #settings: ClientSettings
  readonly #ended: OperationEnded
  readonly #sessions: Session[] = []
  #leader: NodeId
  #readers: readonly NodeId[] | null = null
  #inFlight = 0
  #retries = 0
  #redirects = 0

  /**
   * @param host the run as clients see it
   * @param settings deadline, patience and nodes to ask
   * @param ended called when an operation ends; it may begin the session's next one
   */
  constructor(host: ClientHost, settings: ClientSettings, ended: OperationEnded) {
    this.#host = host
    this.#settings = settings
    this.#ended = ended
    this.#leader = this.#contact(settings.node)
  }

  /** Operations begun and not ended. */
  get inFlight(): number {
    return this.#inFlight
  }

  /** Sessions opened so far. */
  get size(): number {
    return this.#sessions.length
  }

  /** Requests resent because a node had not answered or knew no leader. */
  get retries(): number {
    return this.#retries
  }

  /** Answers that named another node to ask. */
  get redirects(): number {
    return this.#redirects
  }

  /**
   * Sets the nodes that sessions opened from now on initially believe to lead, and to answer queries. Ignores nodes
   * that clients do not ask.
   */
  introduce(leader: NodeId, reader?: NodeId): void {
    if (this.#host.contacts.includes(leader)) this.#leader = leader
    if (reader !== undefined) this.#readers = [reader]
  }

  /** Opens a session. It starts with the latest leader that any session has learnt. */
  open(): ClientId {
    const client = this.#sessions.length
    this.#sessions.push({
      client,
      sequence: 0,
      command: null,
      begun: 0,
      leader: this.#leader,
      readers: this.#readers,
      asked: 0,
      turn: 0,
      silent: NOBODY,
      outstanding: 0,
      hops: 0,
      waiting: false,
      due: 0,
      wakeAt: NEVER,
    })
    return client
  }

  /** Updates a session with the latest leader that any session has learnt: they share one connection pool. */
  refresh(client: ClientId): void {
    const session = this.#sessions[client]!
    session.leader = this.#leader
    session.readers = this.#readers
  }

  /**
   * Begins the session's next operation: sends it to the first node.
   *
   * @param client a session without an operation in flight
   * @returns the command, which every retry resends unchanged
   */
  begin(client: ClientId, operation: Operation): Command {
    const command = this.prepare(client, operation)
    this.send(client, command)
    return command
  }

  /** The command of the session's next operation, for {@link send}. */
  prepare<O extends Operation>(client: ClientId, operation: O): Command<O> {
    return { type: "Command", session: client, sequence: this.#sessions[client]!.sequence + 1, operation }
  }

  /**
   * Begins the operation of a command that was prepared: see {@link begin}.
   *
   * @param begun the time since which its deadline counts
   */
  send(client: ClientId, command: Command, begun = this.#host.now()): void {
    const session = this.#sessions[client]!
    session.sequence = command.sequence
    session.command = command
    session.begun = begun
    session.silent = NOBODY
    session.outstanding = 0
    session.hops = 0
    session.turn = this.#firstAsked(session, command)
    this.#inFlight++
    this.#ask(session, command, session.turn)
  }

  /** Abandons the operation in flight, if any: it is not resent, and its end is not reported. */
  abandon(client: ClientId): void {
    const session = this.#sessions[client]
    if (session === undefined || session.command === null) return
    session.command = null
    this.#inFlight--
  }

  /** The operation the session has in flight, or null. */
  commandOf(client: ClientId): Command | null {
    return this.#sessions[client]?.command ?? null
  }

  /** The sequence number of the last operation the session began; 0 if there is none, or no such session. */
  lastSequence(client: ClientId): number {
    return this.#sessions[client]?.sequence ?? 0
  }

  /**
   * A node's answer to the session; answers to operations that have ended are ignored.
   *
   * @param backoff pause before the next node is asked, if this one names none; default: that of the settings
   */
  reply(client: ClientId, from: NodeId, reply: LogReply, backoff = this.#settings.backoff): void {
    const session = this.#sessions[client]
    if (session === undefined || session.command === null || reply.sequence !== session.sequence) return
    if (reply.ask !== undefined) this.#learn(session, reply.ask)
    if (reply.type === "Redirect") return this.#redirected(session, session.command, from, reply.leader, backoff)
    if (reply.ask === undefined) {
      session.leader = from
      this.#leader = from
    }
    this.#end(session, "ok", reply.result)
  }

  /** Learns the nodes to ask by kind of operation. */
  #learn(session: Session, { updates, queries }: ByKind): void {
    session.leader = updates
    session.readers = queries
    this.#leader = updates
    this.#readers = queries
  }

  readonly timeout = { session: (client: ClientId) => this.#due(client) } satisfies ServiceTimers

  /** The retry timeout, the pause or the operation's deadline may have passed. */
  #due(client: ClientId): void {
    const session = this.#sessions[client]!
    const now = this.#host.now()
    if (now !== session.wakeAt) return
    session.wakeAt = NEVER
    if (session.command === null) return
    if (now < session.due) return this.#armWake(session)
    if (now >= session.begun + this.#settings.deadline) {
      return this.#end(session, session.outstanding === 0 ? "failed" : "unknown", null)
    }
    if (session.waiting) this.#suspect(session)
    session.hops = 0
    this.#retries++
    session.turn = this.#next(session.waiting ? session.asked : session.turn)
    this.#ask(session, session.command, session.turn)
  }

  /** The node asked has been silent: this session and new ones will not ask it first. */
  #suspect(session: Session): void {
    const { asked } = session
    session.silent = asked
    if (session.leader === asked) session.leader = this.#next(asked)
    if (this.#leader === asked) this.#leader = this.#next(asked)
    if (session.readers !== null) session.readers = without(session.readers, asked)
    if (this.#readers !== null) this.#readers = without(this.#readers, asked)
  }

  #firstAsked(session: Session, command: Command): NodeId {
    switch (this.#settings.ask) {
      case "leader":
        return this.#answering(session, command)
      case "follower":
        return this.#next(this.#answering(session, command))
      case "own":
        return this.#contact(session.client)
      case "fixed":
        return this.#contact(this.#settings.node)
    }
  }

  /** The node with a number, modulo the number of nodes. */
  #contact(number: number): NodeId {
    const { contacts } = this.#host
    return contacts[number % contacts.length]!
  }

  /** The node that the session believes to answer an operation. */
  #answering({ leader, readers, client }: Session, { operation: { op } }: Command): NodeId {
    return readers === null || op !== "get" ? leader : readers[client % readers.length]!
  }

  /** The node after another one. */
  #next(node: NodeId): NodeId {
    return this.#contact(this.#host.contacts.indexOf(node) + 1)
  }

  #ask(session: Session, command: Command, node: NodeId): void {
    session.asked = node
    session.outstanding++
    session.waiting = true
    this.#host.request(session.client, node, command)
    this.#wait(session, this.#settings.retryAfter)
  }

  /** A node that redirects the request will not act on it. The leader it names is asked, unless that is hopeless. */
  #redirected(session: Session, command: Command, from: NodeId, leader: NodeId | null, backoff: Micros): void {
    session.outstanding--
    if (from !== session.asked || !session.waiting) return
    this.#redirects++
    const hopeless = leader === null || leader === from || leader === session.silent
    if (hopeless || session.hops >= this.#host.contacts.length) {
      session.waiting = false
      this.#wait(session, backoff)
      return
    }
    session.hops++
    if (session.readers === null) session.leader = leader
    this.#ask(session, command, leader)
  }

  #wait(session: Session, delay: Micros): void {
    session.due = Math.min(this.#host.now() + delay, session.begun + this.#settings.deadline)
    this.#armWake(session)
  }

  /** Keeps one live wake-up per session: one earlier than `due` re-arms itself, a later one is superseded. */
  #armWake(session: Session): void {
    if (session.wakeAt !== NEVER && session.wakeAt <= session.due) return
    session.wakeAt = session.due
    this.#host.wakeAfter(session.due - this.#host.now(), "session", session.client)
  }

  #end(session: Session, ending: Ending, result: Result | null): void {
    session.command = null
    this.#inFlight--
    this.#ended(session.client, ending, result)
  }
}

/** The nodes without a silent one; null: none is left. */
function without(nodes: readonly NodeId[], silent: NodeId): readonly NodeId[] | null {
  const others = nodes.filter(node => node !== silent)
  return others.length === 0 ? null : others
}
