/** The service of a scripted run: its clients, and its checks, in the form without time. */
import type { ClientId, NodeId, Tagged } from "../../contract/algorithm.ts"
import { Histogram } from "../../lib/histogram.ts"
import type { ServiceOutcome, ServiceRun, Verdict, World } from "../../contract/service.ts"
import {
  type ClientStep,
  CRASHED,
  STALL,
  STOPPED,
  type Untimed,
  type UntimedClient,
  type UntimedWatch,
} from "../../contract/untimed.ts"

/** The check that is violated by a deadlock: nothing can happen any more, though not all is done. */
export const PROGRESS = "progress"

interface Playing {
  readonly client: UntimedClient
  /** The id under which it reports: an external client's follows those of all processes. */
  readonly reporter: NodeId
  state: unknown
}

export class UntimedRun implements ServiceRun {
  readonly timeout = {}
  readonly #world: World
  readonly #watch: UntimedWatch
  readonly #clients: ReadonlyMap<ClientId, Playing>
  readonly #operations: number
  /** True if no message is in flight, and no timer is armed. */
  readonly #isQuiet: () => boolean
  #watched: unknown
  /** The loop of the script, in words; null: it has none. */
  #repeated: string | null = null
  /** The verdicts of violated checks, by name. */
  readonly #violated = new Map<string, Verdict>()

  constructor(world: World, { clients, watch }: Untimed, operations: number, isQuiet: () => boolean) {
    this.#isQuiet = isQuiet
    this.#world = world
    this.#watch = watch
    this.#watched = watch.initial
    this.#operations = operations
    const outside = clients.filter(({ home }) => home === null)
    this.#clients = new Map(
      clients.map(client => {
        const { id, home, initial } = client
        return [id, { client, reporter: home ?? world.processes + outside.indexOf(client), state: initial }]
      }),
    )
    for (const { id, home } of clients) if (home !== null) world.colocate(id, home)
  }

  start(): void {
    for (const playing of this.#clients.values()) {
      const { client, state } = playing
      const step = client.started?.(state)
      if (step !== undefined) this.#adopt(playing, step)
    }
  }

  /** @returns true if the client can do this now */
  move(id: ClientId, name: string): boolean {
    const playing = this.#clients.get(id)
    if (playing?.client.moves(playing.state).some(move => move.name === name) !== true) return false
    this.#adopt(playing, playing.client.move(playing.state, name))
    return true
  }

  reply(id: ClientId, from: NodeId, reply: object): void {
    const playing = this.#clients.get(id)
    if (playing !== undefined) this.#adopt(playing, playing.client.reply(playing.state, from, reply))
  }

  observe(node: NodeId, fact: Tagged): void {
    this.#watched = this.#watch.observe(this.#watched, { node, fact })
    for (const [check, verdict] of Object.entries(this.#watch.verdicts(this.#watched))) {
      if (verdict.verdict !== "violated" || this.#violated.has(check)) continue
      this.#violated.set(check, { ...verdict, at: this.#world.now() })
    }
  }

  nodeDown(node: NodeId): void {
    this.observe(node, { type: CRASHED })
    for (const playing of this.#clients.values()) {
      if (playing.client.home === node) this.#adopt(playing, playing.client.crashed(playing.state))
    }
  }

  /** A node that has crashed never comes back. */
  nodeStopped(node: NodeId): void {
    this.observe(node, { type: STOPPED })
    for (const playing of this.#clients.values()) {
      const { client, state } = playing
      if (client.home === node && client.stopped !== undefined) this.#adopt(playing, client.stopped(state))
    }
  }

  nodeUp(): void {}

  faultOccurred(): void {}

  isIdle(): boolean {
    return true
  }

  finish(): ServiceOutcome {
    const ended = this.#watch.ended(this.#watched)
    return {
      attempted: this.#operations,
      ok: ended,
      failed: 0,
      unknown: this.#operations - ended,
      completed: ended,
      availability: ended / Math.max(1, this.#operations),
      latency: new Histogram(),
      outages: [],
      verdicts: {
        ...this.#watch.verdicts(this.#watched),
        ...Object.fromEntries(this.#violated),
        [PROGRESS]: this.#progress(),
      },
      figures: {},
    }
  }

  /** The states of the clients. */
  get states(): readonly unknown[] {
    return [...this.#clients.values()].map(({ state }) => state)
  }

  /** The given range of the script's steps has led back to its initial state. */
  repeat(from: number, to: number): void {
    this.#repeated = `the steps from ${from} to ${to} can be taken again for ever, and not all is done`
  }

  #progress(): Verdict {
    if (this.#watch.isDone?.(this.#watched) === true) return { verdict: "holds" }
    if (this.#repeated !== null) return { verdict: "violated", at: this.#world.now(), witness: this.#repeated }
    const canAct = [...this.#clients.values()].some(({ client, state }) => client.moves(state).length > 0)
    if (canAct || !this.#isQuiet()) return { verdict: "undecided", reason: "the script ends before all is done" }
    return { verdict: "violated", at: this.#world.now(), witness: STALL }
  }

  #adopt(playing: Playing, { state, requests = [], facts = [] }: ClientStep): void {
    const { client, reporter } = playing
    playing.state = state
    for (const fact of facts) this.observe(reporter, fact)
    for (const { to, request } of requests) this.#world.request(client.id, to, request)
  }
}
