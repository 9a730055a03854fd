/**
 * The trusted side of the wall: an algorithm whose handlers are calls to the submission's thread.
 *
 * The simulation, the service, the checks and the tests run on this side and take it for an algorithm like any other.
 * A handler's effects come back together and are carried out here in their order, so that a run takes the same course,
 * to the bit, as it would without the wall.
 */
import { once } from "node:events"
import { setTimeout as sleep } from "node:timers/promises"
import { SourceMap } from "node:module"
import { Worker } from "node:worker_threads"
import type { Algorithm, Identity, Node, NodeId, Shape, Tagged } from "../../runtime/algorithm.ts"
import { WORKER } from "../places.ts"
import { Line } from "./channel.ts"
import { decode, encode } from "./codec.ts"
import { type AlgorithmOutline, type Answer, type Call, type Effect, FORGET, type Workload } from "./protocol.ts"

/** How long one handler may take unless it is said. Handlers take microseconds: this is about loops without end. */
const PATIENCE_MS = 4_000

/** How long a thread may take to start, on a machine that has much else to do. */
const START_MS = 30_000

/** Heap of the submission's thread. */
const HEAP_MB = 256

/** A compiled submission. */
export interface Program {
  readonly script: string
  /** Source map of the script, as JSON. */
  readonly map: string
}

/** The submission's thread does not answer any more. */
export class Silence extends Error {
  override readonly name = "Silence"
}

export class Sandbox {
  readonly #program: Program
  readonly #patienceMs: number
  #line = new Line()
  #thread: Worker | undefined
  #died: string | undefined
  #realms = 0
  /** What the submission printed since it was last asked for. */
  #lines: string[] = []
  #sources: SourceMap | undefined

  /** @param patienceMs how long one handler may take */
  constructor(program: Program, patienceMs = PATIENCE_MS) {
    this.#program = program
    this.#patienceMs = patienceMs
  }

  /** What the submission says of itself; throws what is wrong with it. */
  outline(): AlgorithmOutline {
    const outline: unknown = this.#call(this.#newRealm(), { type: "describe" }).value
    if (!isOutline(outline)) throw new Error("the file exports no algorithm")
    return outline
  }

  /** The submission as an algorithm, for one run. */
  algorithm(outline: AlgorithmOutline): Algorithm {
    this.#forget()
    return remoteAlgorithm(outline, {
      open: () => this.#newRealm(),
      call: (realm, call, node) => this.#call(realm, call, node),
    })
  }

  /** What was printed since the last time. */
  takeLines(): readonly string[] {
    const lines = this.#lines
    this.#lines = []
    return lines
  }

  /** Why the thread is silent, if it is; a new one takes its place. Lets the event loop turn to find out. */
  async revive(): Promise<string | undefined> {
    if (this.#died === undefined || this.#thread === undefined) return undefined
    const reason = this.#died
    const thread = this.#thread
    this.#died = undefined
    this.#thread = undefined
    const error: unknown = await Promise.race([once(thread, "error").then(([first]) => first), sleep(100)])
    await thread.terminate()
    return error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY"
      ? `it needs more than ${HEAP_MB} MB of memory`
      : reason
  }

  async close(): Promise<void> {
    await this.#thread?.terminate()
  }

  #newRealm(): number {
    return this.#realms++
  }

  #forget(): void {
    if (this.#thread !== undefined && this.#died === undefined) this.#line.call(FORGET, "", this.#patienceMs)
  }

  #call(realm: number, call: Call, node?: Node<Shape>): Answer {
    if (this.#died !== undefined) throw new Silence(this.#died)
    this.#thread ??= this.#startThread()
    let text = encode(call)
    for (;;) {
      const heard = this.#line.call(realm, text, this.#patienceMs)
      if (heard === undefined) {
        this.#died = `it did not come to an end within ${this.#patienceMs / 1_000} s: a loop without end`
        throw new Silence(this.#died)
      }
      if (heard.said === "failure") throw new Error(heard.text)
      if (heard.said === "answer") return this.#accept(decode(heard.text))
      if (node === undefined) throw new Error("random numbers are for handlers only")
      const [low = Number.NaN, high = Number.NaN] = heard.text.split(" ").map(Number)
      text = String(node.random(low, high))
    }
  }

  #accept(value: unknown): Answer {
    if (!isAnswer(value)) throw new Error("the submission's thread was tampered with")
    this.#lines.push(...value.lines)
    return value.error === undefined
      ? value
      : { ...value, error: { ...value.error, message: value.error.message + this.#placeOf(value.error.stack) } }
  }

  /** Where in the student's file an exception was thrown. */
  #placeOf(stack: string): string {
    this.#sources ??= new SourceMap(JSON.parse(this.#program.map))
    for (const [, line, column] of stack.matchAll(/submission\.js:(\d+):(\d+)/g)) {
      const found = this.#sources.findEntry(Number(line) - 1, Number(column) - 1)
      if (!("originalSource" in found) || /realm\.ts$|codec\.ts$/.test(found.originalSource)) continue
      return ` (${found.originalSource.split("/").at(-1)}:${found.originalLine + 1}:${found.originalColumn + 1})`
    }
    return ""
  }

  #startThread(): Worker {
    this.#line = new Line()
    const workerData: Workload = { memory: this.#line.memory, script: this.#program.script }
    const thread = new Worker(WORKER, {
      workerData,
      env: {},
      stdin: true,
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
    })
    // Whoever waits for an answer finds out by its patience that the thread is gone; `revive` asks why.
    thread.on("error", () => {})
    if (this.#line.call(FORGET, "", START_MS) === undefined) throw new Error("the submission's thread does not start")
    return thread
  }
}

/** How a remote algorithm reaches the submission's thread. */
interface Wire {
  open(): number
  call(realm: number, call: Call, node?: Node<Shape>): Answer
}

function remoteAlgorithm(outline: AlgorithmOutline, wire: Wire): Algorithm {
  /** The realm of each node; a boot other than the first opens a new one. */
  const realms = new Map<NodeId, number>()
  const booted = new Set<NodeId>()
  const realmOf = (id: NodeId): number => {
    const realm = realms.get(id) ?? wire.open()
    realms.set(id, realm)
    return realm
  }
  const identityOf = ({ id, size, parameters }: Omit<Identity<Shape>, "disk">) => ({ id, size, parameters })
  const handle = (node: Node<Shape>, call: Call): void => {
    const { effects, error } = wire.call(realmOf(node.id), call, node)
    if (error !== undefined) throw new Error(error.message)
    for (const effect of effects) carryOut(node, effect)
  }
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
    disk(self) {
      const { value, error } = wire.call(realmOf(self.id), { type: "disk", identity: identityOf(self) })
      if (error !== undefined) throw new Error(error.message)
      if (typeof value !== "object" || value === null) throw new Error("disk() must return an object")
      return value
    },
    state(self) {
      if (booted.has(self.id)) realms.set(self.id, wire.open())
      booted.add(self.id)
      const call = { type: "state", identity: identityOf(self), disk: self.disk } as const
      const { error } = wire.call(realmOf(self.id), call)
      if (error !== undefined) throw new Error(error.message)
      return new RemoteState(() => wire.call(realmOf(self.id), { type: "show" }).value)
    },
    start: node => handle(node, { type: "start", now: node.now() }),
    receive: table(outline.receive, () => (node: Node<Shape>, message: Shape["message"], from: NodeId) => {
      handle(node, { type: "receive", now: node.now(), message, from })
    }),
    timeout: table(outline.timeout, timer => (node: Node<Shape>) => {
      handle(node, { type: "timeout", now: node.now(), timer })
    }),
    request: table(outline.request, () => (node: Node<Shape>, request: Shape["service"]["request"], client: number) => {
      handle(node, { type: "request", now: node.now(), request, client })
    }),
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

/** A node as one acts through it who does not know its types: which registers are logs is known behind the wall only. */
interface Hands extends Omit<Node<Shape>, "append" | "truncate" | "discard"> {
  append(log: string, entry: unknown): void
  truncate(log: string, length: number): void
  discard(log: string, count: number): void
}

/** Does what a handler wanted done. What is not possible (an unknown message, a node that is not there) throws here. */
function carryOut(node: Hands, effect: Effect): void {
  switch (effect[0]) {
    case "send":
      if (!isNode(node, effect[1])) throw new Error(`it sends to node ${effect[1]}; ${nodesOf(node)}`)
      return node.send(effect[1], effect[2], effect[3])
    case "broadcast":
      return node.broadcast(effect[1], effect[2])
    case "setTimer":
      return node.setTimer(effect[1], effect[2])
    case "cancelTimer":
      return node.cancelTimer(effect[1])
    case "save":
      return node.save(effect[1])
    case "append":
      return node.append(effect[1], effect[2])
    case "truncate":
      return node.truncate(effect[1], effect[2])
    case "discard":
      return node.discard(effect[1], effect[2])
    case "reply":
      return node.reply(effect[1], effect[2])
    case "report":
      checkBelief(node, effect[1])
      return node.report(effect[1])
    default:
      throw new Error("the submission's thread was tampered with")
  }
}

/** Services take facts at their word; this is the one that every algorithm with a leader reports. */
function checkBelief(node: Hands, fact: Tagged): void {
  if (fact.type !== "believes") return
  const { leader, epoch } = { leader: undefined, epoch: undefined, ...fact }
  if (leader !== null && !isNode(node, leader)) {
    throw new Error(`it reports that it believes in ${encode(leader)}; ${nodesOf(node)}, and null is nobody`)
  }
  if (typeof epoch !== "number" || Number.isNaN(epoch)) {
    throw new Error(`it reports a leader in epoch ${encode(epoch)}, which is no number`)
  }
}

function isNode(node: Hands, id: unknown): boolean {
  return typeof id === "number" && Number.isInteger(id) && id >= 0 && id < node.size
}

function nodesOf(node: Hands): string {
  return `the nodes are 0 to ${node.size - 1}`
}

function isAnswer(value: unknown): value is Answer {
  return (
    typeof value === "object" &&
    value !== null &&
    "effects" in value &&
    Array.isArray(value.effects) &&
    "lines" in value &&
    Array.isArray(value.lines)
  )
}

function isOutline(value: unknown): value is AlgorithmOutline {
  return typeof value === "object" && value !== null && "receive" in value && Array.isArray(value.receive)
}
