/**
 * The actors of a group as values: first the processes of the algorithm, each with the client that lives on it, if any,
 * then the clients outside. A step is a function of the actor's state and of the event.
 */
import type { Algorithm, ClientId, NodeId, Tagged } from "../contract/algorithm.ts"
import { type ClientStep, CRASHED, type Reported, STOPPED, type UntimedClient } from "../contract/untimed.ts"
import { type Effect, type ProcessEvent, timerNamed } from "../process/effect.ts"
import { peersOf } from "../contract/parts.ts"
import type { Micros } from "../contract/units.ts"
import { processCount } from "../process/parts.ts"
import { SECRET } from "../process/recording-node.ts"
import { signatureOf } from "../process/signature.ts"
import { copied } from "../process/value.ts"
import { booted, handle, newProcess, type Process, rebootOf } from "../process/process.ts"
import { Clocks } from "./clocks.ts"
import type { Happening, Occurrence } from "./happening.ts"
import type { Model } from "./model.ts"

/** A process, with the state of the client that lives on it; or the state of a client outside the group. */
export type Actor = Process | LivedOn | Outside | Dead

/** The time between two boots: longer than any duration that a process waits for. */
const BOOT: Micros = 1_000

interface LivedOn extends Process {
  readonly client: unknown
}

interface Outside {
  readonly id: NodeId
  readonly client: unknown
}

/** A process that has stopped for good. */
interface Dead {
  readonly id: NodeId
  readonly isDead: true
}

export function isDead(actor: Actor): actor is Dead {
  return "isDead" in actor
}

/** The outcome of an actor's step. */
export interface Acted<Next extends Actor = Actor> {
  readonly next: Next
  readonly sent: readonly Occurrence[]
  readonly reported: readonly Reported[]
}

/** Draws an integer from `low` to `high`, both included. */
export type Draw = (low: number, high: number) => number

type Received = Extract<Happening, { readonly type: "receive" }>

/** The events of one step of a node and of its client: they exchange everything at once. */
type Inner = ProcessEvent | { readonly type: "answer"; readonly from: NodeId; readonly reply: object }

type Cast = Pick<Model, "algorithm" | "size" | "parameters" | "clients" | "inRounds" | "traitors" | "clock">

export class Actors {
  /** Processes come first, then the clients outside. */
  readonly count: number
  /** Number of processes. */
  readonly processes: number
  /** Null: the model has no time. */
  readonly clocks: Clocks | null
  readonly #algorithm: Algorithm
  readonly #size: number
  /** By actor: the client that it is, or that lives on it. */
  readonly #clients: readonly (UntimedClient | undefined)[]
  /** By client, the actor that it is; absent if it lives on a node. */
  readonly #places: ReadonlyMap<ClientId, NodeId>
  /** A process that crashes stays down. */
  readonly #isForGood: boolean
  readonly #traitors: readonly NodeId[]
  /** True if the clock distinguishes boots: without a disk, only the clock tells a process that it ran before. */
  readonly #countsBoots: boolean
  /** The offset by which all clocks are set forward while a step is confirmed. */
  #later: Micros = 0

  constructor({ algorithm, size, parameters, clients = [], inRounds = false, traitors = [], clock }: Cast) {
    this.#algorithm = algorithm
    this.#size = size
    this.#isForGood = inRounds
    this.#traitors = traitors
    this.processes = processCount(algorithm, size, parameters)
    this.clocks = clock === undefined ? null : new Clocks(algorithm, parameters, this.processes)
    this.#countsBoots = this.clocks !== null || algorithm.assumes?.storage === "none"
    const outside = clients.filter(({ home }) => home === null)
    const lodgers = Array.from({ length: this.processes }, (_, id) => clients.find(({ home }) => home === id))
    this.#clients = [...lodgers, ...outside]
    this.#places = new Map(outside.map(({ id }, place) => [id, this.processes + place]))
    this.count = this.#clients.length
  }

  /** The client that an actor is, or that lives on it. */
  clientAt(id: NodeId): UntimedClient | undefined {
    return this.#clients[id]
  }

  /** An actor before anything has happened to it. */
  fresh(id: NodeId, parameters: object): Actor {
    const client = this.#clients[id]
    if (id >= this.processes) return { id, client: client?.initial }
    const process = newProcess(this.#algorithm, { id, size: this.#size, parameters })
    return client === undefined ? process : { ...process, client: client.initial }
  }

  /** The events that the actor may initiate: timers that may fire, and moves of clients. */
  movesOf(actor: Actor): readonly Happening[] {
    if (isDead(actor)) return []
    const client = this.#clients[actor.id]
    const armed = "timers" in actor ? [...actor.timers.values()] : []
    const timers = this.clocks === null ? armed : armed.filter(({ delay }) => delay <= 0)
    return [
      ...timers.map(({ timer, key }) => ({ type: "timeout", ...timerNamed(timer, key) }) as const),
      ...(client !== undefined && "client" in actor ? client.moves(actor.client) : []).map(
        move => ({ type: "move", ...move }) as const,
      ),
    ]
  }

  /** True if one of its timers has expired, by the clock. */
  isDue(actor: Actor): boolean {
    return "timers" in actor && [...actor.timers.values()].some(({ delay }) => delay <= 0)
  }

  /** The same actor a tick later. @param passed by process, the ticks that its clock counts */
  later(actor: Actor, passed: (owner: NodeId) => number): Actor {
    if (!("timers" in actor)) return actor
    const [state, disk] = [this.clocks!.aged(actor.state, passed), this.clocks!.aged(actor.disk, passed)]
    const timers = [...actor.timers].map(([id, timer]) => {
      return [id, { ...timer, delay: Math.max(0, timer.delay - passed(actor.id)) }] as const
    })
    return { ...actor, state, disk, timers: new Map(timers) }
  }

  /** The step of an actor. With a clock, it is repeated at another time and must have the same outcome. */
  act(actor: Actor, happening: Happening, draw: Draw): Acted {
    if (this.clocks === null) return this.#act(actor, happening, draw)
    const drawn: number[] = []
    const acted = this.#act(actor, happening, (low, high) => {
      const value = draw(low, high)
      drawn.push(value)
      return value
    })
    this.clocks.confirm({ actor, happening }, acted, (before, later) => {
      const again = [...drawn]
      this.#later = later
      try {
        return this.#act(before.actor, before.happening, () => again.shift()!)
      } finally {
        this.#later = 0
      }
    })
    return acted
  }

  #act(actor: Actor, happening: Happening, draw: Draw): Acted {
    if (isDead(actor)) return { next: actor, sent: [], reported: [] }
    if (!("timers" in actor)) return this.#actOutside(actor, happening)
    switch (happening.type) {
      case "stop":
        return this.#stop(actor)
      case "crash":
      case "amnesia":
        return this.#crash(actor, happening.type, draw)
      case "move": {
        const step = this.#clients[actor.id]!.move(clientOf(actor), happening.name)
        return this.#run({ ...actor, client: step.state }, this.#asked(actor.id, step), factsOf(actor.id, step), draw)
      }
      case "answer":
        throw new Error("a client that lives on a node has its answers at once")
      case "tick":
        throw new Error("a tick is no event of one actor")
      case "start":
        return this.#boot(actor, draw)
      case "receive":
        return this.#run(actor, [{ ...happening, message: this.said(happening, draw) }], [], draw)
      default:
        return this.#run(actor, [happening], [], draw)
    }
  }

  /** The message that arrives. A traitor's lie is drawn at delivery. */
  said({ from, message }: Received, draw: Draw): Tagged {
    const { lies } = this.#algorithm
    const lie = this.#traitors.includes(from) && lies !== undefined ? lies[message.type] : undefined
    if (lie === undefined) return message
    const liar = { sign: (content: unknown) => signatureOf(SECRET, from, content) }
    return lie(copied(message), (_, alternatives) => draw(0, alternatives - 1), liar)
  }

  /** Boots a process for the first time, then starts the client that lives on it. */
  #boot(process: Process | LivedOn, draw: Draw): Acted {
    const up = this.#run(process, [{ type: "start" }], [], draw)
    const step = this.#clients[process.id]?.started?.(clientOf(process))
    if (step === undefined) return up
    const begun = { ...up.next, client: step.state }
    const { next, sent, reported } = this.#run(begun, this.#asked(process.id, step), factsOf(process.id, step), draw)
    return { next, sent: [...up.sent, ...sent], reported: [...up.reported, ...reported] }
  }

  #actOutside(actor: Outside, happening: Happening): Acted {
    const client = this.#clients[actor.id]!
    const step = stepOf(client, actor.client, happening)
    const sent = (step.requests ?? []).map(({ to, request }): Occurrence => {
      return { to, happening: { type: "request", client: client.id, request } }
    })
    return { next: { id: actor.id, client: step.state }, sent, reported: factsOf(actor.id, step) }
  }

  /** Stops the process for good, and the client that lives on it. */
  #stop(process: Process | LivedOn): Acted {
    const { id } = process
    const client = this.#clients[id]
    const crashed = client?.crashed(clientOf(process))
    const stopped = crashed && client?.stopped?.(crashed.state)
    const facts = [{ type: CRASHED }, ...(crashed?.facts ?? []), { type: STOPPED }, ...(stopped?.facts ?? [])]
    return { next: { id, isDead: true }, sent: [], reported: facts.map(fact => ({ node: id, fact })) }
  }

  /** Crashes the process and reboots it at once, together with the client that lives on it. */
  #crash(before: Process | LivedOn, type: "crash" | "amnesia", draw: Draw): Acted {
    const { id, size, parameters, incarnation } = before
    const crashed: Reported = { node: id, fact: { type: CRASHED } }
    if (this.#isForGood) return { next: { id, isDead: true }, sent: [], reported: [crashed] }
    const fresh =
      type === "crash" ? booted(this.#algorithm, before) : newProcess(this.#algorithm, { id, size, parameters })
    const again = { ...before, ...fresh, incarnation: this.#countsBoots ? incarnation + 1 : incarnation }
    const client = this.#clients[id]
    if (client === undefined) return this.#run(again, [rebootOf(this.#algorithm)], [crashed], draw)
    const step = client.crashed(clientOf(before))
    const events = [rebootOf(this.#algorithm), ...this.#asked(id, step)]
    return this.#run({ ...again, client: step.state }, events, [crashed, ...factsOf(id, step)], draw)
  }

  /** Hands events to a node and to its client, and then all events that these cause in each other and in the node. */
  #run(
    process: Process | LivedOn,
    first: readonly Inner[],
    before: readonly Reported[],
    draw: Draw,
  ): Acted<Process | LivedOn> {
    const { id } = process
    const client = this.#clients[id]
    const sent: Occurrence[] = []
    const reported = [...before]
    const events = [...first]
    let next = process
    for (const event of events) {
      if (event.type === "answer") {
        if (client === undefined) continue
        const step = client.reply(clientOf(next), id, event.reply)
        next = { ...next, client: step.state }
        reported.push(...factsOf(id, step))
        events.push(...this.#asked(id, step))
        continue
      }
      const [after, effects] = handle(this.#algorithm, next, event, { now: this.#clockOf(next), random: draw })
      next = after
      for (const effect of effects) {
        if (effect.type === "report") reported.push({ node: id, fact: effect.fact })
        else if (effect.type === "send" && effect.to === id && effect.release !== "durable") {
          events.push({ type: "receive", from: id, message: effect.message })
        } else if (effect.type === "reply" && client?.id === effect.client) {
          events.push({ type: "answer", from: id, reply: effect.reply })
        } else sent.push(...this.#sendsOf(effect, id))
      }
    }
    return { next, sent, reported }
  }

  #clockOf(process: Process): Micros {
    return this.clocks === null ? clockOf(process) : this.clocks.reading(process) + this.#later
  }

  /** The requests of a client to the node that it lives on. */
  #asked(id: NodeId, { requests = [] }: ClientStep): readonly ProcessEvent[] {
    const client = this.#clients[id]!.id
    return requests.map(({ request }) => ({ type: "request", client, request }))
  }

  #sendsOf(effect: Effect, from: NodeId): readonly Occurrence[] {
    switch (effect.type) {
      case "send":
        return [{ to: effect.to, happening: { type: "receive", from, message: effect.message } }]
      case "broadcast":
        return peersOf(from, this.#size).map(to => ({
          to,
          happening: { type: "receive", from, message: effect.message },
        }))
      case "reply": {
        const place = this.#places.get(effect.client)
        return place === undefined ? [] : [{ to: place, happening: { type: "answer", from, reply: effect.reply } }]
      }
      default:
        return []
    }
  }
}

/** Without time: constant between two boots, and later at each boot if boots are distinguished. */
function clockOf({ incarnation }: Process): Micros {
  return (incarnation - 1) * BOOT
}

function stepOf(client: UntimedClient, state: unknown, happening: Happening): ClientStep {
  if (happening.type === "move") return client.move(state, happening.name)
  if (happening.type === "answer") return client.reply(state, happening.from, happening.reply)
  return { state }
}

function clientOf(actor: Process | LivedOn): unknown {
  return "client" in actor ? actor.client : undefined
}

function factsOf(node: NodeId, { facts = [] }: ClientStep): readonly Reported[] {
  return facts.map(fact => ({ node, fact }))
}
