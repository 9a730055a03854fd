/** An algorithm behind the wall, presented as a local one: each handler is a call, and its effects are applied here. */
import type { Algorithm, Identity, Node, NodeId, Purpose, Shape, Tagged } from "../../runtime/contract/algorithm.ts"
import { carryOut, type Effect, type ProcessEvent, timerNamed } from "../../runtime/process/effect.ts"
import type { Part } from "../../runtime/contract/parts.ts"
import { transcribe } from "../../runtime/process/value.ts"
import { type AlgorithmOutline, type Answer, type Call, NO_REALM, TAMPERED } from "./protocol.ts"

/** The connection of a remote algorithm to the submission's thread. */
export interface Wire {
  open(): number
  /** Drops a realm that is no longer needed. */
  forget(realm: number): void
  call(realm: number, call: Call, node?: Node<Shape>): Answer
}

/** The nodes of an algorithm behind the wall, whose handlers are called there. */
interface Behind {
  disk(self: Omit<Identity<Shape>, "disk">): object
  state(self: Identity<Shape>): object
  /** @returns the effects of the handler */
  handle(node: Node<Shape>, event: ProcessEvent): readonly Effect[]
}

/** Nodes that live behind the wall, each in its own realm, a new one for each boot. A state here stands for one there. */
export function remoteAlgorithm(outline: AlgorithmOutline, wire: Wire): Algorithm {
  return algorithmOf(outline, new NodeRealms(wire))
}

/**
 * Nodes that live here, as values: a handler gets everything that its node knows, and returns the state that it leaves.
 * So a checker can continue from any state. {@link Wire} detects handlers that keep anything elsewhere (`remote.ts`).
 */
export function steppedAlgorithm(outline: AlgorithmOutline, wire: Pick<Wire, "call">, realm: number): Algorithm {
  return algorithmOf(outline, new NodeValues(wire, realm))
}

class NodeRealms implements Behind {
  readonly #wire: Wire
  /** The realm of each node: a new one for each new disk, with which a run begins, and for each boot after that. */
  readonly #realms = new Map<NodeId, number>()
  readonly #isNew = new Set<NodeId>()

  constructor(wire: Wire) {
    this.#wire = wire
  }

  disk(self: Omit<Identity<Shape>, "disk">): object {
    this.#renew(self.id)
    this.#isNew.add(self.id)
    return diskOf(this.#wire.call(this.#realmOf(self.id), { type: "disk", identity: identityOf(self) }))
  }

  state(self: Identity<Shape>): object {
    if (!this.#isNew.delete(self.id)) this.#renew(self.id)
    const call = { type: "state", identity: identityOf(self), disk: self.disk } as const
    valueOf(this.#wire.call(this.#realmOf(self.id), call))
    return new RemoteState(() => this.#wire.call(this.#realmOf(self.id), { type: "show" }).value)
  }

  handle(node: Node<Shape>, event: ProcessEvent): readonly Effect[] {
    const answer = this.#wire.call(this.#realmOf(node.id), { type: "handle", event, now: node.now() }, node)
    valueOf(answer)
    return answer.effects
  }

  #renew(id: NodeId): void {
    const old = this.#realms.get(id)
    if (old !== undefined) this.#wire.forget(old)
    this.#realms.set(id, this.#wire.open())
  }

  #realmOf(id: NodeId): number {
    return this.#realms.get(id) ?? NO_REALM
  }
}

class NodeValues implements Behind {
  readonly #wire: Pick<Wire, "call">
  readonly #realm: number

  constructor(wire: Pick<Wire, "call">, realm: number) {
    this.#wire = wire
    this.#realm = realm
  }

  disk(self: Omit<Identity<Shape>, "disk">): object {
    return diskOf(this.#wire.call(this.#realm, { type: "disk", identity: identityOf(self) }))
  }

  state(self: Identity<Shape>): object {
    valueOf(this.#wire.call(this.#realm, { type: "state", identity: identityOf(self), disk: self.disk }))
    return stateOf(this.#wire.call(this.#realm, { type: "show" }))
  }

  handle(node: Node<Shape>, event: ProcessEvent): readonly Effect[] {
    const { state, disk } = node
    const call = { type: "step", identity: identityOf(node), state, disk, event, now: node.now() } as const
    const answer = this.#wire.call(this.#realm, call, node)
    const next = stateOf(answer)
    for (const field of Object.keys(state)) Reflect.deleteProperty(state, field)
    Object.assign(state, next)
    return answer.effects
  }
}

function identityOf({ id, size, parameters }: Omit<Identity<Shape>, "disk">) {
  return { id, size, parameters }
}

function valueOf({ value, error }: Answer): unknown {
  if (error !== undefined) throw new Error(error.message)
  return value
}

function diskOf(answer: Answer): object {
  const value = valueOf(answer)
  if (typeof value !== "object" || value === null) throw new Error("disk() must return an object")
  return value
}

function stateOf(answer: Answer): object {
  const value = valueOf(answer)
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error("a state is a plain object (contract, rule 2)")
  }
  return value
}

function algorithmOf(outline: AlgorithmOutline, behind: Behind): Algorithm {
  const processes = (size: number): number => size + outline.roles.reduce((sum, { count }) => sum + count, 0)
  const servesClients = ({ id, size }: Node<Shape>): boolean => {
    const roles = outline.roles.flatMap(role => Array.from({ length: role.count }, () => role))
    return id < size || roles[id - size]?.request !== undefined
  }
  const handle = (node: Node<Shape>, event: ProcessEvent): void => {
    for (const effect of behind.handle(node, event)) {
      check(node, effect, processes(node.size), servesClients(node))
      carryOut(node, effect)
    }
  }
  const part = ({ receive, timeout }: Pick<AlgorithmOutline, "receive" | "timeout">): Part => ({
    disk: self => behind.disk(self),
    state: self => behind.state(self),
    start: node => handle(node, { type: "start" }),
    receive: table(receive, () => (node: Node<Shape>, message: Shape["message"], from: NodeId) => {
      handle(node, { type: "receive", from, message })
    }),
    timeout: table(timeout, timer => (node: Node<Shape>, key?: number) => {
      handle(node, { type: "timeout", ...timerNamed(timer, key) })
    }),
  })
  const asked = (requests: readonly string[]) =>
    table(requests, () => (node: Node<Shape>, request: Shape["service"]["request"], client: number) => {
      handle(node, { type: "request", client, request })
    })
  const table = <H>(names: readonly string[], handler: (name: string) => H) =>
    Object.fromEntries(names.map(name => [name, handler(name)]))

  return {
    name: outline.name,
    title: outline.title,
    source: outline.source,
    summary: outline.summary,
    tolerates: { faults: "none", of: () => 0 },
    serves: [],
    parameters: outline.parameters,
    answers: outline.answers,
    ...part(outline),
    ...(outline.recovers ? { recover: (node: Node<Shape>) => handle(node, { type: "recover" }) } : {}),
    roles: Object.fromEntries(
      outline.roles.map(({ name, doc, count, request, ...tables }) => [
        name,
        { doc, count, ...part(tables), ...(request === undefined ? {} : { request: asked(request) }) },
      ]),
    ),
    request: asked(outline.request),
  }
}

/** Stands for a state behind the wall, which it requests when shown. */
class RemoteState {
  readonly #show: () => unknown

  constructor(show: () => unknown) {
    this.#show = show
  }

  toJSON(): unknown {
    try {
      return this.#show()
    } catch {
      return "unknown"
    }
  }
}

/** The effects of handlers; a submission that patches the globals of its realm may make others up. */
const EFFECTS: readonly string[] = [
  "send",
  "broadcast",
  "setTimer",
  "cancelTimer",
  "save",
  "append",
  "truncate",
  "discard",
  "reply",
  "report",
] satisfies Effect["type"][]

/** Refuses effects that a node cannot have and that a simulation assumes away. Other impossible ones throw when applied. */
function check(node: Node<Shape>, effect: Effect, processes: number, servesClients: boolean): void {
  if (!EFFECTS.includes(effect.type)) throw new Error(TAMPERED)
  if (effect.type === "send" && !isBelow(processes, effect.to)) {
    throw new Error(`it sends to node ${effect.to}; ${nodesOf(processes)}`)
  }
  if (effect.type === "reply" && !servesClients) {
    throw new Error("a process of a role that serves no clients replies to one")
  }
  if (effect.type === "report" && node.id >= node.size) {
    throw new Error("a process of a role reports to services, which know the members only")
  }
  if (effect.type === "send" || effect.type === "broadcast") checkPurpose(effect.purpose)
  if (effect.type === "report") checkBelief(node, effect.fact)
}

const PURPOSES: readonly string[] = ["protocol", "heartbeat", "retransmission"] satisfies Purpose[]

function checkPurpose(purpose: unknown): void {
  if (typeof purpose === "string" && PURPOSES.includes(purpose)) return
  throw new Error(`it sends a message for the purpose ${transcribe(purpose)}; expected one of ${PURPOSES.join(", ")}`)
}

/** Services trust facts; this is the one that every algorithm with a leader reports. */
function checkBelief(node: Node<Shape>, fact: Tagged): void {
  if (fact.type !== "believes") return
  const { leader, epoch } = { leader: undefined, epoch: undefined, ...fact }
  if (leader !== null && !isBelow(node.size, leader)) {
    throw new Error(`it reports that it believes in ${transcribe(leader)}; ${nodesOf(node.size)}, and null is nobody`)
  }
  if (typeof epoch !== "number" || Number.isNaN(epoch)) {
    throw new Error(`it reports a leader in epoch ${transcribe(epoch)}, which is not a number`)
  }
}

function isBelow(end: number, id: unknown): boolean {
  return typeof id === "number" && Number.isInteger(id) && id >= 0 && id < end
}

function nodesOf(count: number): string {
  return `the nodes are 0 to ${count - 1}`
}
