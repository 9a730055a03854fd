/** An algorithm behind the wall as one of this side: each handler is a call, and what it did is done here. */
import type { Algorithm, Identity, Node, NodeId, Purpose, Shape, Tagged } from "../../runtime/contract/algorithm.ts"
import { carryOut, type Effect, type ProcessEvent, timerNamed } from "../../runtime/process/effect.ts"
import type { Part } from "../../runtime/contract/parts.ts"
import { transcribe } from "../../runtime/process/value.ts"
import { type AlgorithmOutline, type Answer, type Call, NO_REALM, TAMPERED } from "./protocol.ts"

/** The connection of a remote algorithm to the submission's thread. */
export interface Wire {
  open(): number
  /** This realm is not needed any more. */
  forget(realm: number): void
  call(realm: number, call: Call, node?: Node<Shape>): Answer
}

export function remoteAlgorithm(outline: AlgorithmOutline, wire: Wire): Algorithm {
  /** The realm of each node: a new one with each new disk, which is how a run begins, and with each boot after that. */
  const realms = new Map<NodeId, number>()
  const isNew = new Set<NodeId>()
  const renew = (id: NodeId): void => {
    const old = realms.get(id)
    if (old !== undefined) wire.forget(old)
    realms.set(id, wire.open())
  }
  const realmOf = (id: NodeId): number => realms.get(id) ?? NO_REALM
  const processes = (size: number): number => size + outline.roles.reduce((sum, { count }) => sum + count, 0)
  const servesClients = ({ id, size }: Node<Shape>): boolean => {
    const roles = outline.roles.flatMap(role => Array.from({ length: role.count }, () => role))
    return id < size || roles[id - size]?.request !== undefined
  }
  const identityOf = ({ id, size, parameters }: Omit<Identity<Shape>, "disk">) => ({ id, size, parameters })
  const handle = (node: Node<Shape>, event: ProcessEvent): void => {
    const { effects, error } = wire.call(realmOf(node.id), { type: "handle", event, now: node.now() }, node)
    if (error !== undefined) throw new Error(error.message)
    for (const effect of effects) {
      check(node, effect, processes(node.size), servesClients(node))
      carryOut(node, effect)
    }
  }
  const part = ({ receive, timeout }: Pick<AlgorithmOutline, "receive" | "timeout">): Part => ({
    disk(self) {
      renew(self.id)
      isNew.add(self.id)
      const { value, error } = wire.call(realmOf(self.id), { type: "disk", identity: identityOf(self) })
      if (error !== undefined) throw new Error(error.message)
      if (typeof value !== "object" || value === null) throw new Error("disk() must return an object")
      return value
    },
    state(self) {
      if (!isNew.delete(self.id)) renew(self.id)
      const call = { type: "state", identity: identityOf(self), disk: self.disk } as const
      const { error } = wire.call(realmOf(self.id), call)
      if (error !== undefined) throw new Error(error.message)
      return new RemoteState(() => wire.call(realmOf(self.id), { type: "show" }).value)
    },
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

/** Stands for a state behind the wall; shown, it asks for it. */
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

/** The effects of handlers, which a submission that patches the globals of its realm may make up. */
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

/** Refuses what a node cannot do and a simulation takes for granted. What else is not possible throws when it is done. */
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

/** Services take facts at their word; this is the one that every algorithm with a leader reports. */
function checkBelief(node: Node<Shape>, fact: Tagged): void {
  if (fact.type !== "believes") return
  const { leader, epoch } = { leader: undefined, epoch: undefined, ...fact }
  if (leader !== null && !isBelow(node.size, leader)) {
    throw new Error(`it reports that it believes in ${transcribe(leader)}; ${nodesOf(node.size)}, and null is nobody`)
  }
  if (typeof epoch !== "number" || Number.isNaN(epoch)) {
    throw new Error(`it reports a leader in epoch ${transcribe(epoch)}, which is no number`)
  }
}

function isBelow(end: number, id: unknown): boolean {
  return typeof id === "number" && Number.isInteger(id) && id >= 0 && id < end
}

function nodesOf(count: number): string {
  return `the nodes are 0 to ${count - 1}`
}
