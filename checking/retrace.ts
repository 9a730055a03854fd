/** Replays a path step by step, to see the effect of each step and the message in flight that it is about. */
import type { NodeId, Tagged } from "../runtime/contract/algorithm.ts"
import type { Reported } from "../runtime/contract/untimed.ts"
import { type Actor, Actors } from "../runtime/checker/actors.ts"
import { Draws } from "../runtime/checker/draws.ts"
import type { Transition } from "../runtime/checker/exploration.ts"
import type { Happening, Occurrence } from "../runtime/checker/happening.ts"
import { passedBy } from "../runtime/checker/ticks.ts"
import type { Model } from "../runtime/checker/model.ts"
import { copied, encode } from "../runtime/process/value.ts"
import type { Addressed, Party, ScriptStep } from "../runtime/scenario/script.ts"

/** One step of a path. */
export interface Retraced {
  /** Undefined at the end of a round. */
  readonly step: ScriptStep | undefined
  /** The message, request or reply that the step is about. */
  readonly content: object | undefined
  readonly reported: readonly Reported[]
}

export interface Retracing {
  readonly steps: readonly Retraced[]
  /** The messages still in flight at the end. */
  readonly underWay: readonly Addressed[]
  /** The problem that the watch reports at the end, described for this path. */
  readonly problem: string | null
}

/** A message in flight. */
interface Sent {
  /** Its type, sender and receiver. */
  readonly key: string
  /** From 1, among those with the same key. */
  readonly nth: number
  occurrence: Occurrence
  readonly address: Omit<Addressed, "nth">
}

/** @param path its last step may have a handler that throws */
export function retrace(model: Model, path: readonly Transition[]): Retracing {
  return new Path(model).take(path)
}

class Path {
  readonly #model: Model
  readonly #cast: Actors
  readonly #actors: Actor[]
  readonly #sent: Sent[] = []
  readonly #counts = new Map<string, number>()
  #watched: unknown

  constructor(model: Model) {
    this.#model = model
    this.#cast = new Actors(model)
    this.#watched = copied(model.watch.initial)
    this.#actors = Array.from({ length: this.#cast.count }, (_, id) => this.#cast.fresh(id, model.parameters))
    for (let id = 0; id < this.#cast.processes; id++) this.#act(id, { type: "start" }, 0)
  }

  take(path: readonly Transition[]): Retracing {
    const steps = path.map(transition => this.#step(transition))
    const underWay = this.#sent.map(sent => this.#addressOf(sent))
    return { steps, underWay, problem: this.#model.watch.problem(this.#watched) }
  }

  #step({ choice, to, happening, outcome }: Transition): Retraced {
    if (choice === "round") return { step: undefined, content: undefined, reported: [] }
    if (happening.type === "tick") return this.#tick(happening)
    if (choice === "crash" || choice === "amnesia") {
      const isForGood = happening.type === "stop" || this.#model.inRounds === true
      const and = isForGood ? "stop" : choice === "crash" ? "restart" : "amnesia"
      return { step: { type: "crash", node: to, and }, content: undefined, reported: this.#act(to, happening, 0) }
    }
    if (happening.type === "timeout") {
      const { timer, key } = happening
      const step: ScriptStep = { type: "timeout", node: to, timer, ...(key === undefined ? {} : { key }) }
      return { step, content: undefined, reported: this.#act(to, happening, outcome) }
    }
    if (happening.type === "move") {
      const { id } = this.#cast.clientAt(to)!
      const step: ScriptStep = { type: "move", client: id, move: happening.name }
      return { step, content: undefined, reported: this.#act(to, happening, outcome) }
    }
    return this.#message(choice === "lose" || choice === "duplicate" ? choice : "deliver", to, happening, outcome)
  }

  #tick(tick: Happening & { readonly type: "tick" }): Retraced {
    const passed = passedBy(tick)
    for (const [id, actor] of this.#actors.entries()) this.#actors[id] = this.#cast.later(actor, passed)
    for (const sent of this.#sent) {
      const { to, happening } = sent.occurrence
      sent.occurrence = { to, happening: this.#cast.clocks!.aged(happening, passed) }
    }
    const { clock: node, counts } = tick
    const step: ScriptStep = { type: "tick", ...(node === undefined || counts === undefined ? {} : { node, counts }) }
    return { step, content: undefined, reported: [] }
  }

  #message(type: "deliver" | "lose" | "duplicate", to: NodeId, happening: Happening, outcome: number): Retraced {
    const sent = this.#sent.find(each => encode(each.occurrence) === encode({ to, happening }))!
    const address = this.#addressOf(sent)
    if (type !== "duplicate") this.#sent.splice(this.#sent.indexOf(sent), 1)
    const content = this.#shown(contentOf(happening))
    if (type === "lose") return { step: { type, ...address }, content, reported: [] }
    const said = this.#said(happening, outcome)
    const reported = this.#act(to, happening, outcome)
    if (type === "duplicate") return { step: { type, ...address }, content, reported }
    return {
      step: { type, ...address, ...(said === undefined ? {} : { as: said }) },
      content: this.#shown(said) ?? content,
      reported,
    }
  }

  /** With a clock, all times relative to the current one: 0 is now, and -1 a tick ago. */
  #shown(content: object | undefined): object | undefined {
    return content && (this.#cast.clocks?.shown(content) ?? content)
  }

  /** The message that a traitor sent instead of the correct one; undefined if it sent the correct one. */
  #said(happening: Happening, outcome: number): Tagged | undefined {
    if (happening.type !== "receive") return undefined
    const said = this.#cast.said(happening, drawsOf(outcome, draw => this.#cast.said(happening, draw)).draw)
    return encode(said) === encode(happening.message) ? undefined : said
  }

  #act(to: NodeId, happening: Happening, outcome: number): readonly Reported[] {
    const before = this.#actors[to]!
    const act = (draw: Draws["draw"]) => this.#cast.act(before, happening, draw)
    const acted = attempted(() => act(drawsOf(outcome, act).draw))
    if (acted === undefined) return []
    const { next, sent, reported } = acted
    this.#actors[to] = next
    for (const each of sent) this.#send(each)
    for (const each of reported) this.#watched = this.#model.watch.observe(copied(this.#watched), each)
    return reported
  }

  #send({ to, happening }: Occurrence): void {
    const address = this.#addressIn(to, happening)
    const key = encode(address)
    const nth = (this.#counts.get(key) ?? 0) + 1
    this.#counts.set(key, nth)
    this.#sent.push({ key, nth, occurrence: { to, happening }, address })
  }

  #addressIn(to: NodeId, happening: Happening): Omit<Addressed, "nth"> {
    const message = typeOf(contentOf(happening))
    if (happening.type === "receive") return { message, from: { node: happening.from }, to: { node: to } }
    if (happening.type === "request") return { message, from: { client: happening.client }, to: { node: to } }
    const from: Party = { node: happening.type === "answer" ? happening.from : to }
    return { message, from, to: { client: this.#cast.clientAt(to)!.id } }
  }

  /** With its number only if an equal one was sent earlier and is still in flight. */
  #addressOf(sent: Sent): Addressed {
    const isFirst = this.#sent.find(({ key }) => key === sent.key) === sent
    return isFirst ? sent.address : { ...sent.address, nth: sent.nth }
  }
}

/** Undefined if a handler throws: the path leads to that. */
function attempted<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}

/** The draws of one outcome of an action that draws. */
function drawsOf(outcome: number, act: (draw: Draws["draw"]) => unknown): Draws {
  const draws = new Draws()
  for (let place = 0; place < outcome; place++) {
    act(draws.draw)
    draws.next()
  }
  return draws
}

function contentOf(happening: Happening): object | undefined {
  switch (happening.type) {
    case "receive":
      return happening.message
    case "request":
      return happening.request
    case "answer":
      return happening.reply
    default:
      return undefined
  }
}

function typeOf(content: object | undefined): string {
  return content !== undefined && "type" in content ? String(content.type) : "reply"
}
