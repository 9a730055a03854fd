/**
 * The clients of a sharded store. Each caches a map of the shards that it has used, which starts from what other
 * clients know. If a group no longer has a shard, it redirects the client to the group that has, and the client updates
 * its map. Within a group it follows redirects and retries like any client of a replicated log. A transaction goes to
 * the group of its first key, and is retried if it was aborted.
 */
import type { ClientId, NodeId, Tagged } from "../../runtime/contract/algorithm.ts"
import type { ClientHost, Ending, ServiceTimers } from "../../runtime/contract/service.ts"
import type { Micros } from "../../runtime/contract/units.ts"
import { Random } from "../../runtime/lib/random.ts"
import type { KeyValueOperation } from "../machines/key-value.ts"
import { Clients, type ClientSettings, type OperationEnded } from "../replicated-log/client.ts"
import type { Result } from "../replicated-log/command.ts"
import { type Elsewhere, type ShardCommand, type ShardedStore, shardOf, type Transact } from "./shape.ts"

/** An entry in a client's map: the group of a shard. */
interface Place {
  readonly group: number
  readonly number: number
}

interface Session {
  sequence: number
  /** The operation in flight (for a transaction, its first); null between operations. */
  command: ShardCommand | null
  /** All operations of a transaction; null: it is a single operation. */
  operations: readonly KeyValueOperation[] | null
  begun: Micros
  /** The group that is asked; undefined: any node. */
  asked: number | undefined
  /** True if a group asked earlier may still execute the command: the shard may come back, or a key may be unlocked. */
  hasLeftRequests: boolean
  readonly map: Map<number, Place>
}

/** In place of a group: all nodes. */
const ANYBODY = -1

export class ShardClients {
  readonly #host: ClientHost
  readonly #settings: ClientSettings
  readonly #ended: OperationEnded
  /** By group, the sessions of all clients with it. */
  readonly #byGroup = new Map<number, Clients>()
  readonly #sessions: Session[] = []
  /** The latest places that any client has learnt, for clients that have not used a shard yet. */
  readonly #learnt = new Map<number, Place>()
  /** The number of shards, once known. */
  #shards: number | undefined
  #inFlight = 0
  /** The random stream of pauses, derived at the first pause. */
  #pauses: Random | undefined
  stale = 0
  /** The number of aborted transactions, which are retried. */
  aborted = 0

  constructor(host: ClientHost, settings: Omit<ClientSettings, "ask" | "node">, ended: OperationEnded) {
    this.#host = host
    this.#settings = { ...settings, ask: "leader", node: 0 }
    this.#ended = ended
  }

  get inFlight(): number {
    return this.#inFlight
  }

  get size(): number {
    return this.#sessions.length
  }

  get retries(): number {
    return sum(this.#byGroup, ({ retries }) => retries)
  }

  get redirects(): number {
    return sum(this.#byGroup, ({ redirects }) => redirects)
  }

  open(): ClientId {
    return (
      this.#sessions.push({
        sequence: 0,
        command: null,
        operations: null,
        begun: 0,
        asked: undefined,
        hasLeftRequests: false,
        map: new Map(),
      }) - 1
    )
  }

  commandOf(client: ClientId): ShardCommand | null {
    return this.#sessions[client]?.command ?? null
  }

  /** @param operation a single one, or the first of a transaction */
  prepare(client: ClientId, operation: KeyValueOperation): ShardCommand {
    return { type: "Command", session: client, sequence: this.#sessions[client]!.sequence + 1, operation }
  }

  /** @param operations all operations of a transaction */
  send(client: ClientId, command: ShardCommand, operations: readonly KeyValueOperation[] | null = null): void {
    const session = this.#sessions[client]!
    session.operations = operations
    session.sequence = command.sequence
    session.command = command
    session.begun = this.#host.now()
    session.hasLeftRequests = false
    this.#inFlight++
    this.#ask(client, session, command)
  }

  reply(client: ClientId, from: NodeId, reply: ShardedStore["reply"]): void {
    const session = this.#sessions[client]
    if (session === undefined || session.command === null || reply.sequence !== session.sequence) return
    if (reply.type === "Elsewhere") return this.#elsewhere(client, session, session.command, from, reply)
    if (reply.type === "Later") return this.#later(client, session, from, reply.sequence)
    this.#groupOf(session).reply(client, from, reply)
  }

  /**
   * Retries after a pause. Transactions draw theirs, uniformly from 0 to twice the mean: after equal pauses on equal
   * links, two that locked each other's keys would do so again, forever. Compare the backoff after collisions on the
   * Ethernet (Metcalfe and Boggs 1976, §4).
   */
  #later(client: ClientId, session: Session, from: NodeId, sequence: number): void {
    session.hasLeftRequests = true
    let pause = this.#settings.backoff
    if (session.operations !== null) {
      this.aborted++
      this.#pauses ??= new Random(this.#host.random.next())
      pause = this.#pauses.integer(1, 2 * pause)
    }
    this.#groupOf(session).reply(client, from, { type: "Redirect", sequence, leader: null }, pause)
  }

  readonly timeout = { session: (client: ClientId) => this.#due(client) } satisfies ServiceTimers

  #due(client: ClientId): void {
    for (const clients of this.#byGroup.values()) if (client < clients.size) clients.timeout.session(client)
  }

  /** The map is stale: unless the client knows a newer place, it asks the group named. */
  #elsewhere(client: ClientId, session: Session, command: ShardCommand, from: NodeId, reply: Elsewhere): void {
    this.stale++
    this.#shards = reply.shards
    const { shard, group, number, members } = reply
    const known = session.map.get(shard)
    const isNews = known === undefined || known.number < number
    if (isNews) session.map.set(shard, { group, number })
    if ((this.#learnt.get(shard)?.number ?? -1) < number) this.#learnt.set(shard, { group, number })
    if (!this.#byGroup.has(group)) this.#byGroup.set(group, this.#newGroup(members))
    const next = session.map.get(shard)!.group
    // The shard is still moving to the group that was asked, or to a participant.
    if (next === session.asked || (session.operations !== null && !isNews))
      return this.#groupOf(session).reply(client, from, { type: "Redirect", sequence: command.sequence, leader: null })
    this.#groupOf(session).abandon(client)
    session.hasLeftRequests = true
    this.#ask(client, session, command)
  }

  #ask(client: ClientId, session: Session, command: ShardCommand): void {
    const group = this.#groupFor(session, command.operation.key)
    session.asked = group
    const clients = this.#groupOf(session)
    while (clients.size <= client) clients.open()
    clients.refresh(client)
    clients.send(client, group === undefined ? command : { ...command, group }, session.begun)
  }

  /** The group of a key's shard as known to the session; for a shard new to it, as known to others. */
  #groupFor({ map }: Session, key: string): number | undefined {
    if (this.#shards === undefined) return undefined
    const shard = shardOf(key, this.#shards)
    const known = map.get(shard) ?? this.#learnt.get(shard)
    if (known !== undefined) map.set(shard, known)
    return known?.group
  }

  #groupOf({ asked = ANYBODY }: Session): Clients {
    let clients = this.#byGroup.get(asked)
    if (clients === undefined) this.#byGroup.set(asked, (clients = this.#newGroup(this.#host.contacts)))
    return clients
  }

  #newGroup(contacts: readonly NodeId[]): Clients {
    const host = this.#host
    const { warmup, end, random, regions, size } = host
    const own: ClientHost = {
      warmup,
      end,
      random,
      regions,
      size,
      contacts,
      now: () => host.now(),
      request: (client, to, request) => host.request(client, to, this.#whole(client, request)),
      wakeAfter: (delay, timer, subject) => host.wakeAfter(delay, timer, subject),
      colocate: (client, node) => host.colocate(client, node),
      regionOf: client => host.regionOf(client),
    }
    return new Clients(own, this.#settings, (client, ending, result) => this.#end(client, ending, result))
  }

  /** The request to send: for a transaction, with all of its operations. */
  #whole(client: ClientId, request: Tagged): Tagged {
    const session = this.#sessions[client]!
    const { operations, sequence } = session
    if (operations === null) return request
    const groups = operations.map(({ key }) => this.#groupFor(session, key) ?? null)
    const whole: Transact = { type: "Transact", session: client, sequence, operations, groups }
    return whole
  }

  #end(client: ClientId, ending: Ending, result: Result | null): void {
    const session = this.#sessions[client]!
    session.command = null
    this.#inFlight--
    this.#ended(client, ending === "failed" && session.hasLeftRequests ? "unknown" : ending, result)
  }
}

function sum(groups: ReadonlyMap<number, Clients>, of: (clients: Clients) => number): number {
  return [...groups.values()].reduce((all, clients) => all + of(clients), 0)
}
