/** Runs a run and records its trace. */
import type { NodeId, Standing, Tagged } from "../../runtime/contract/algorithm.ts"
import type { Micros } from "../../runtime/contract/units.ts"
import type { RunResult, Scenario } from "../../runtime/scenario/scenario.ts"
import { processCount, rolePlaces } from "../../runtime/process/parts.ts"
import { Simulation } from "../../runtime/simulation/simulation.ts"
import type { TraceEvent } from "../../runtime/simulation/trace.ts"
import { type Arrival, MessageBook, type Sending } from "./messages.ts"
import { type NodeChanges, StateDiffs } from "./states.ts"
import { actingNode, StepCounter } from "./steps.ts"
import { emptyTrace, meanDelay } from "./columns.ts"
import { type Band, EVENT_KINDS, type EventKind, type Trace, type Trouble } from "./trace.ts"

export interface Recording {
  readonly trace: Trace
  readonly result: RunResult
  /** The changes that each step made to the state of its node, if requested. */
  readonly changes: readonly NodeChanges[]
}

export interface RecordOptions {
  /** Also records what each step changes in the state of its node; for pages that cannot run the algorithm. */
  readonly withStates?: boolean
  /** The maximum number of events; later ones are left out. */
  readonly mostEvents?: number
}

/** More than anybody looks at, and about as many as a browser holds with ease. */
const MAX_EVENTS = 1_000_000
const NUMBER_OF = new Map<EventKind, number>(EVENT_KINDS.map((kind, index) => [kind, index]))

/** Runs a run to its end. Recording does not affect the run. */
export function recordRun(scenario: Scenario, seed: number, options: RecordOptions = {}): Recording {
  return new Recorder(scenario, seed, options).run()
}

/** A run that is recorded while it executes. */
export class Recorder {
  readonly #simulation: Simulation
  /** Events of the simulation handled before each step. */
  readonly #places: number[] = []
  #hasBegun = false
  readonly #trace: Trace
  readonly #book: MessageBook
  readonly #counter = new StepCounter()
  readonly #diffs: StateDiffs | undefined
  readonly #mostEvents: number
  readonly #timers = new Map<string, number>()
  /** The operation in flight of each client. */
  readonly #underWay = new Map<number, number>()
  readonly #bands: (Band | undefined)[]
  readonly #troubles = new Map<string, Trouble>()
  /** The nodes that report to be in the critical section. */
  readonly #inside = new Set<NodeId>()
  /** The node whose handler the current step calls. */
  #acting: NodeId | undefined

  constructor(scenario: Scenario, seed: number, options: RecordOptions) {
    const { algorithm, warmup, duration } = scenario
    const nodes = processCount(algorithm, scenario.nodes, scenario.parameters)
    const roles = rolePlaces(algorithm, scenario.nodes, scenario.parameters)
    this.#mostEvents = options.mostEvents ?? MAX_EVENTS
    this.#trace = { ...emptyTrace(nodes, warmup, duration), ...(roles.length === 0 ? {} : { roles }) }
    this.#book = new MessageBook(this.#trace.messages, this.#trace.types)
    this.#bands = Array.from({ length: nodes }, () => undefined)
    if (options.withStates === true) this.#diffs = new StateDiffs(() => this.#simulation)
    // A service may send nodes requests before the first of them starts.
    this.#simulation = new Simulation(scenario, seed, { observer: event => this.#take(event) })
    this.#hasBegun = true
  }

  run(): Recording {
    const result = this.#simulation.run()
    const end = Math.max(this.#trace.end, this.#simulation.time, this.#trace.duration)
    const trace = this.traceUntil(end)
    trace.typicalDelay = meanDelay(trace)
    return { trace, result, changes: this.#diffs?.changes ?? [] }
  }

  /** The run itself, for stepping. */
  get simulation(): Simulation {
    return this.#simulation
  }

  /** Steps recorded so far. */
  get steps(): number {
    return this.#places.length
  }

  /** The number of events that the simulation had handled when a step began. */
  placeOf(step: number): number | undefined {
    return this.#places[step]
  }

  /** The trace so far; open spans end at `end`. It shares its columns with later ones. */
  traceUntil(end: Micros): Trace {
    this.#settle()
    for (const band of this.#bands) if (band !== undefined) band.to = end
    for (const trouble of this.#troubles.values()) trouble.to = end
    const ended = <T extends { readonly to: Micros }>(span: T): T => (span.to < 0 ? { ...span, to: end } : span)
    const { divisions, faultSpans } = this.#trace
    return { ...this.#trace, end, divisions: divisions.map(ended), faultSpans: faultSpans.map(ended) }
  }

  /** The standing of a node after its last handler; undefined if it is down. */
  standingOf(node: NodeId): Band | undefined {
    return this.#bands[node]
  }

  /** The nodes that report to be in the critical section. */
  get inside(): ReadonlySet<NodeId> {
    return this.#inside
  }

  /** The changes that each step made, if they are recorded. */
  get changes(): readonly NodeChanges[] {
    return this.#diffs?.changes ?? []
  }

  #take(event: TraceEvent): void {
    const { events, steps } = this.#trace
    if (events.time.length >= this.#mostEvents) {
      this.#trace.isCut = true
      return
    }
    if (this.#counter.take(event)) {
      this.#settle()
      steps.push(events.time.length)
      this.#places.push(this.#hasBegun ? this.#simulation.events : 0)
      this.#acting = actingNode(event)
      this.#diffs?.begin(this.#acting, event.type === "boot")
    }
    this.#trace.end = event.time
    events.time.push(event.time)
    events.kind.push(NUMBER_OF.get(event.type)!)
    events.node.push(subjectNode(event))
    events.step.push(this.#counter.step)
    events.about.push(this.#subjectOf(event))
  }

  /** Files the subject of an event, and returns its number there. */
  #subjectOf(event: TraceEvent): number {
    const { step } = this.#counter
    const { time } = event
    switch (event.type) {
      case "send":
        return this.#book.send(sendingOf(event), time, step)
      case "deliver":
        return this.#book.arrive(arrivalOf(event), time, step)
      case "drop":
        return this.#book.drop(arrivalOf(event), event.reason, time, step)
      case "ask":
        return this.#book.send({ ...requestOf(event), operation: this.#underWay.get(event.client) }, time, step)
      case "request":
        return this.#book.arrive(requestOf(event), time, step)
      case "reply":
        return this.#book.send({ ...replyOf(event), operation: this.#underWay.get(event.client) }, time, step)
      case "answer":
        return this.#book.arrive(replyOf(event), time, step)
      case "timeout":
        return this.#numberOfTimer(event.timer)
      case "fact":
        return this.#fact(event.node, event.fact, event.time)
      case "fault":
        return this.#fault(event)
      case "intervention":
        return this.#intervention(event)
      case "operation":
        return this.#operation(event)
      case "boot":
      case "write":
        return -1
    }
  }

  #numberOfTimer(timer: string): number {
    let index = this.#timers.get(timer)
    if (index === undefined) {
      index = this.#trace.timers.push(timer) - 1
      this.#timers.set(timer, index)
    }
    return index
  }

  #fact(node: NodeId, fact: Tagged, time: number): number {
    const kind = milestoneOf(node, fact, this.#bands[node]?.leader ?? null)
    if (kind !== undefined) this.#milestone(kind.kind, time, node, kind.text)
    if (fact.type === "entered") this.#inside.add(node)
    else if (fact.type === "left") this.#inside.delete(node)
    return this.#trace.facts.push(fact) - 1
  }

  #milestone(kind: "leader" | "entered" | "decided" | "fault", time: number, node: NodeId, text: string): void {
    this.#trace.milestones.push({ kind, time, step: this.#counter.step, node, text })
  }

  #fault(event: EventOf<"fault">): number {
    const { time, what, nodes } = event
    for (const { id, up, paused, traitor } of this.#simulation.nodes) {
      this.#watch("down", id, !up, time)
      this.#watch("paused", id, up && paused, time)
      this.#watch("traitor", id, traitor !== null, time)
      if (up) continue
      this.#endBand(id, time)
      this.#inside.delete(id)
    }
    this.#watchLinks(time)
    this.#watchSpan(event)
    this.#milestone("fault", time, nodes[0] ?? -1, what)
    return this.#trace.faults.push({ time, what, nodes, step: this.#counter.step }) - 1
  }

  #intervention({ time, what }: EventOf<"intervention">): number {
    this.#milestone("fault", time, -1, what)
    return this.#trace.faults.push({ time, what, nodes: [], step: this.#counter.step }) - 1
  }

  /** Opens or closes a span of trouble of a node. */
  #watch(kind: Trouble["kind"], node: NodeId, isSo: boolean, time: number): void {
    const key = `${kind} ${node}`
    const open = this.#troubles.get(key)
    if (isSo && open === undefined) {
      const trouble: Trouble = { kind, node, from: time, to: -1 }
      this.#troubles.set(key, trouble)
      this.#trace.troubles.push(trouble)
    } else if (!isSo && open !== undefined) {
      open.to = time
      this.#troubles.delete(key)
    }
  }

  /** Pairs the end of a fault with its beginning. */
  #watchSpan({ kind, phase, what, nodes, time }: EventOf<"fault">): void {
    const { faultSpans } = this.#trace
    if (phase === "begins") {
      faultSpans.push({ kind, what, nodes, from: time, to: -1 })
      return
    }
    const open = faultSpans.filter(span => span.kind === kind && span.to < 0)
    const ended = open.find(span => span.nodes.length > 0 && span.nodes.every(node => nodes.includes(node))) ?? open[0]
    if (ended !== undefined) ended.to = time
  }

  #watchLinks(time: number): void {
    const { divisions, nodes } = this.#trace
    const groups = groupsOf(nodes, (from, to) => this.#simulation.isConnected(from, to))
    const last = divisions.at(-1)
    const isOpen = last !== undefined && last.to < 0
    if (isOpen && JSON.stringify(last.groups) === JSON.stringify(groups)) return
    if (isOpen) last.to = time
    if (groups.length > 1) divisions.push({ from: time, to: -1, groups })
  }

  #operation({ client, phase, what, time }: EventOf<"operation">): number {
    const { operations } = this.#trace
    if (phase === "begun") {
      const number = operations.push({ client, begun: time, ended: -1, ending: null, content: what }) - 1
      this.#underWay.set(client, number)
      return number
    }
    const number = this.#underWay.get(client)
    const operation = number === undefined ? undefined : operations[number]
    if (number === undefined || operation === undefined) return -1
    this.#underWay.delete(client)
    operation.ended = time
    operation.ending = phase
    return -2 - number
  }

  /** Ends the handler of the current step: reads the standing of its node. */
  #settle(): void {
    const node = this.#acting
    this.#diffs?.end()
    this.#acting = undefined
    if (node === undefined || !this.#simulation.nodes[node]!.up) return
    const { standing } = this.#simulation.nodes[node]!.part
    const believed = this.#simulation.believed[node] ?? -1
    const leader = believed < 0 ? null : believed
    const { role, rank, epoch } = standing?.(this.#simulation.nodes[node]!) ?? this.#standingByFacts(node, leader)
    const last = this.#bands[node]
    if (last?.role === role && last.rank === rank && last.epoch === epoch && last.leader === leader) return
    const time = this.#trace.end
    this.#endBand(node, time)
    const band: Band = { node, from: time, to: -1, role, rank, epoch, leader }
    this.#bands[node] = band
    this.#trace.bands.push(band)
  }

  /** The standing of a node whose algorithm does not report one. */
  #standingByFacts(node: NodeId, leader: NodeId | null): Standing {
    if (this.#inside.has(node)) return { role: "critical section", rank: 2, epoch: null }
    return leader === node ? { role: "leader", rank: 2, epoch: null } : { role: "", rank: 0, epoch: null }
  }

  #endBand(node: NodeId, time: number): void {
    const band = this.#bands[node]
    if (band !== undefined) band.to = time
    this.#bands[node] = undefined
  }
}

/** The node at which an event happens; for an operation, the client; -1: none. */
function subjectNode(event: TraceEvent): number {
  if (event.type === "operation") return event.client
  return event.type === "fault" || event.type === "intervention" ? -1 : event.node
}

type EventOf<K extends EventKind> = Extract<TraceEvent, { readonly type: K }>

function sendingOf({ node, to, message, purpose }: EventOf<"send">): Sending {
  return { from: node, to, content: message, type: message.type, purpose }
}

function arrivalOf({ node, from, message }: EventOf<"deliver" | "drop">): Arrival {
  return { from, to: node, content: message, type: message.type }
}

function requestOf({ client, node, request }: EventOf<"ask" | "request">): Sending {
  return { from: -1 - client, to: node, content: request, type: request.type, purpose: "client" }
}

function replyOf({ client, node, reply }: EventOf<"reply" | "answer">): Sending {
  const type = "type" in reply && typeof reply.type === "string" ? reply.type : "reply"
  return { from: node, to: -1 - client, content: reply, type, purpose: "client" }
}

/** The facts of services that a user may want to jump to. */
function milestoneOf(node: NodeId, fact: Tagged, before: NodeId | null) {
  if (fact.type === "believes" && "leader" in fact && fact.leader === node && before !== node) {
    const epoch = "epoch" in fact ? ` (${String(fact.epoch)})` : ""
    return { kind: "leader", text: `node ${node} leads${epoch}` } as const
  }
  if (fact.type === "entered") return { kind: "entered", text: `node ${node} enters the critical section` } as const
  if (fact.type === "decided") {
    const value = "value" in fact ? ` ${String(fact.value)}` : ""
    return { kind: "decided", text: `node ${node} decides${value}` } as const
  }
  return undefined
}

/** The sets of nodes that can reach each other in both directions, directly or through others. */
function groupsOf(size: number, isConnected: (from: NodeId, to: NodeId) => boolean): readonly (readonly NodeId[])[] {
  const groupOf = Array.from({ length: size }, () => -1)
  const groups: NodeId[][] = []
  for (let first = 0; first < size; first++) {
    if (groupOf[first]! >= 0) continue
    const group = [first]
    groupOf[first] = groups.push(group) - 1
    for (const node of group) {
      for (let other = 0; other < size; other++) {
        if (groupOf[other]! >= 0 || !isConnected(node, other) || !isConnected(other, node)) continue
        groupOf[other] = groups.length - 1
        group.push(other)
      }
    }
  }
  return groups.map(group => group.toSorted((a, b) => a - b))
}
