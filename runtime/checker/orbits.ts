/**
 * States that differ only in the ids of nodes, for an algorithm that declares its nodes interchangeable. The claim is
 * verified: each computed step is also computed under all other ids, and has to be the same.
 *
 * Then renaming is an automorphism of the state graph: states that differ only by it have the same successors, and it
 * is enough to expand one of them (Ip and Dill, *Better Verification Through Symmetry*, 1996).
 */
import type { NodeId } from "../contract/ids.ts"
import { type NodeFields, renamed, type Renaming } from "../contract/symmetry.ts"
import { encode } from "../process/value.ts"
import { type Actor, type Actors, isDead } from "./actors.ts"
import type { Happening, Occurrence } from "./happening.ts"
import type { Model, Reported } from "./model.ts"
import { COUNT, FAILED, NEWS, NEXT, OTHERWISE, SENT, type Steps } from "./steps.ts"
import type { Watching } from "./watching.ts"

/** Maximum number of nodes: six have 720 orders. */
const MAX_NODES = 6

/** Thrown if nodes are not interchangeable: though the algorithm says so, or because it does not. */
export class NotInterchangeable extends Error {
  override readonly name = "NotInterchangeable"
}

export class Orbits {
  /** The renamings that leave the initial state unchanged; the first is the identity. */
  readonly count: number
  readonly #model: Model
  readonly #actors: Actors
  readonly #steps: Steps
  readonly #watching: Watching
  readonly #fields: NodeFields
  readonly #renamings: readonly (readonly NodeId[])[]
  /** By number and renaming, the number of the renamed value, plus 1; 0: not computed yet. */
  readonly #processes = new Images()
  readonly #events = new Images()
  readonly #news = new Images()
  readonly #watched = new Images()

  /** @throws NotInterchangeable */
  constructor(model: Model, actors: Actors, steps: Steps, watching: Watching) {
    this.#model = model
    this.#actors = actors
    this.#steps = steps
    this.#watching = watching
    this.#fields = fieldsOf(model)
    this.#renamings = ordersOf(model.size).filter(order => this.#beginsAlike(order))
    this.count = this.#renamings.length
    steps.witness = (process, event, record) => this.#confirmStep(process, event, record)
    watching.witness = (state, news, next) => this.#confirmWatch(state, news, next)
  }

  /** The number of a process once nodes are renamed. @param by the number of the renaming */
  processImage(process: number, by: number): number {
    return this.#processes.of(process * this.count + by, () =>
      this.#steps.numberOf(this.#actorImage(this.#steps.processOf(process), this.#renaming(by))),
    )
  }

  eventImage(event: number, by: number): number {
    return this.#events.of(event * this.count + by, () => {
      const { to, happening } = this.#occurrenceImage(this.#steps.occurrenceOf(event), this.#renaming(by))
      return this.#steps.eventOf(to, happening)
    })
  }

  watchImage(watch: number, by: number): number {
    const { interchangeable = {} } = this.#model.watch
    return this.#watched.of(watch * this.count + by, () => {
      const image = this.#watching.numberOf(renamed(this.#watching.stateOf(watch), interchangeable, this.#renaming(by)))
      const isAlike = (this.#watching.problemOf(watch) === null) === (this.#watching.problemOf(image) === null)
      if (!isAlike || this.#watching.isDone(watch) !== this.#watching.isDone(image)) {
        throw new NotInterchangeable("the checks judge nodes by their ids")
      }
      return image
    })
  }

  #newsImage(news: number, by: number): number {
    const rename = this.#renaming(by)
    return this.#news.of(news * this.count + by, () =>
      this.#steps.newsNumberOf(
        this.#steps.newsOf(news).map(({ node, fact }): Reported => {
          return { node: rename(node), fact: renamed(fact, this.#fields, rename) }
        }),
      ),
    )
  }

  #renaming(by: number): Renaming {
    return renamingOf(this.#renamings[by]!)
  }

  /** True if renaming maps every process before its first boot to the process of its new id. */
  #beginsAlike(order: readonly NodeId[]): boolean {
    const { traitors = [], parameters } = this.#model
    return order.every((to, from) => {
      if (traitors.includes(from) !== traitors.includes(to)) return false
      const image = this.#actorImage(this.#actors.fresh(from, parameters), renamingOf(order))
      return encode(image) === encode(this.#actors.fresh(to, parameters))
    })
  }

  #actorImage(actor: Actor, rename: Renaming): Actor {
    if (isDead(actor)) return { ...actor, id: rename(actor.id) }
    const client = this.#actors.clientAt(actor.id)
    const lodger =
      "client" in actor && client !== undefined
        ? { client: renamed(actor.client, client.interchangeable ?? {}, rename) }
        : {}
    if (!("timers" in actor)) return { id: actor.id, client: actor.client, ...lodger }
    const [state, disk] = [renamed(actor.state, this.#fields, rename), renamed(actor.disk, this.#fields, rename)]
    return { ...actor, id: rename(actor.id), state, disk, ...lodger }
  }

  #occurrenceImage({ to, happening }: Occurrence, rename: Renaming): Occurrence {
    return { to: rename(to), happening: this.#happeningImage(to, happening, rename) }
  }

  #happeningImage(to: NodeId, happening: Happening, rename: Renaming): Happening {
    switch (happening.type) {
      case "receive":
        return { ...happening, from: rename(happening.from), message: renamed(happening.message, this.#fields, rename) }
      case "answer":
        return { ...happening, from: rename(happening.from), reply: renamed(happening.reply, this.#fields, rename) }
      case "request":
        return { ...happening, request: renamed(happening.request, this.#fields, rename) }
      case "move": {
        const move = this.#actors.clientAt(to)?.interchangeable?.move
        return move === undefined ? happening : { ...happening, name: move(happening.name, rename) }
      }
      default:
        return happening
    }
  }

  /** Computes a step under all other ids. @throws NotInterchangeable if its outcome differs */
  #confirmStep(process: number, event: number, first: number): void {
    for (let by = 1; by < this.count; by++) {
      let record = first
      let other = this.#steps.recordOf(this.processImage(process, by), this.eventImage(event, by))
      while (record !== 0 && other !== 0 && this.#isImage(record, other, by)) {
        const { records } = this.#steps
        record = records[record + OTHERWISE]!
        other = records[other + OTHERWISE]!
      }
      if (record === other) continue
      const { to, happening } = this.#steps.occurrenceOf(event)
      const order = this.#renamings[by]!.join(", ")
      throw new NotInterchangeable(
        `the nodes of ${this.#model.algorithm.name} are not interchangeable: node ${to} does something else by ` +
          `${JSON.stringify(happening)} if nodes ${this.#renamings[0]!.join(", ")} are ${order}`,
      )
    }
  }

  /** True if the outcome of a step is the renamed outcome of another, and so are the events possible after it. */
  #isImage(record: number, other: number, by: number): boolean {
    const [from, to] = [this.#outcome(record), this.#outcome(other)]
    if (from.next === FAILED || to.next === FAILED) return from.next === to.next
    const image = this.processImage(from.next, by)
    return (
      image === to.next &&
      this.#newsImage(from.news, by) === to.news &&
      this.#areImages(from.sent, to.sent, by) &&
      this.#areImages(this.#steps.armedOf(from.next), this.#steps.armedOf(image), by)
    )
  }

  #outcome(record: number) {
    const { records } = this.#steps
    const sent = records.subarray(record + SENT, record + SENT + records[record + COUNT]!)
    return { next: records[record + NEXT]!, news: records[record + NEWS]!, sent: Array.from(sent) }
  }

  #areImages(events: readonly number[], others: readonly number[], by: number): boolean {
    const images = events.map(event => this.eventImage(event, by))
    return areSame(images, others)
  }

  #confirmWatch(state: number, news: number, next: number): void {
    if (this.#watching.problemOf(next) !== null) return
    for (let by = 1; by < this.count; by++) {
      const other = this.#watching.after(this.watchImage(state, by), this.#newsImage(news, by))
      if (other !== this.watchImage(next, by)) throw new NotInterchangeable("the checks judge nodes by their ids")
    }
  }
}

/** Numbers by number, each computed once. */
class Images {
  readonly #known: number[] = []

  of(place: number, image: () => number): number {
    return (this.#known[place] ??= image())
  }
}

/** @throws NotInterchangeable */
function fieldsOf({ algorithm, size, network, inRounds, watch, clients = [], clock }: Model): NodeFields {
  const { interchangeable } = algorithm
  if (interchangeable === undefined) throw new NotInterchangeable(`${algorithm.name} tells nodes apart by their ids`)
  if (size > MAX_NODES)
    throw new NotInterchangeable(`${size} nodes have too many orders; expected at most ${MAX_NODES}`)
  if (network === "fifo") throw new NotInterchangeable("links that keep the order are told apart")
  if (inRounds === true) throw new NotInterchangeable("in rounds, nodes have their turns in the order of their ids")
  if (clock !== undefined) throw new NotInterchangeable("with a clock, each node has one of its own")
  if (watch.interchangeable === undefined || clients.some(each => each.interchangeable === undefined)) {
    throw new NotInterchangeable("clients or checks tell nodes apart by their ids")
  }
  return interchangeable
}

function renamingOf(order: readonly NodeId[]): Renaming {
  return node => order[node] ?? node
}

/** All orders of the nodes, the identity first. */
function ordersOf(size: number): readonly (readonly NodeId[])[] {
  let orders: readonly (readonly NodeId[])[] = [[]]
  for (let node = 0; node < size; node++) {
    orders = orders.flatMap(order =>
      Array.from({ length: size }, (_, next) => next).flatMap(next => {
        return order.includes(next) ? [] : [[...order, next]]
      }),
    )
  }
  return orders
}

function areSame(some: readonly number[], others: readonly number[]): boolean {
  const inOrder = [some, others].map(numbers => numbers.toSorted((a, b) => a - b).join())
  return inOrder[0] === inOrder[1]
}
