/**
 * The trusted side of the wall: an algorithm whose handlers are calls to the submission's thread.
 *
 * The simulation, the service, the checks and the tests run on this side and take it for an algorithm like any other.
 * A handler's effects come back together and are carried out here in their order, so that a run takes the same course,
 * to the bit, as it would without the wall.
 */
import type { Silent } from "./patience.ts"
import { once } from "node:events"
import { setTimeout as sleep } from "node:timers/promises"
import { SourceMap } from "node:module"
import { Worker } from "node:worker_threads"
import type { Algorithm, Identity, Node, NodeId, Purpose, Shape, Tagged } from "../../runtime/contract/algorithm.ts"
import { sandboxModule } from "../engine/places.ts"
import { plainText } from "../engine/plain-text.ts"
import { Patience, processorMs } from "./patience.ts"
import { Line } from "./channel.ts"
import { carryOut, type Effect, type ProcessEvent, timerNamed } from "../../runtime/process/effect.ts"
import { decode, transcribe } from "../../runtime/process/value.ts"
import { type AlgorithmOutline, type Answer, type Call, NO_REALM, type Workload } from "./protocol.ts"

/** Processor time that one handler may take unless it is said. Handlers take microseconds: this is about loops. */
const PATIENCE_MS = 2_000

/** Random numbers that one handler may draw. */
const MAX_DRAWS = 10_000

/** Processor time that all runs of a test may take: ten times what the slowest of ours takes. */
const TEST_MS = 120_000

/** Calls between two looks at the processor time of the test. */
const CALLS_A_LOOK = 256

/** Printed lines that are kept for one test. */
const MAX_LINES = 100

/** Heap of the submission's thread. */
const HEAP_MB = 256

/** The longest wait for what may never come: the account of a thread that seems to have ended, or its end. */
const ACCOUNT_MS = 2_000

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
  #silent: Silent | undefined
  #realms = 0
  readonly #open = new Set<number>()
  /** Realms that nobody will call again. */
  #forgotten: number[] = []
  #calls = 0
  #testSince = processorMs()
  /** Lines that the submission printed since they were last taken. */
  #lines: string[] = []
  #sources: SourceMap | undefined

  /** @param patienceMs processor time that one handler may take */
  constructor(program: Program, patienceMs = PATIENCE_MS) {
    this.#program = program
    this.#patienceMs = patienceMs
  }

  /** The submission's description of itself; throws what is wrong with it. */
  outline(): AlgorithmOutline {
    const { value: outline, error } = this.#call(this.#openRealm(), { type: "describe" })
    if (error !== undefined) throw new Error(error.message)
    if (!isOutline(outline)) throw new Error("the file exports no algorithm")
    return outline
  }

  /** The submission as an algorithm: each of its runs is one among realms that are new. Earlier ones cannot run on. */
  algorithm(outline: AlgorithmOutline): Algorithm {
    for (const realm of this.#open) this.#forget(realm)
    return remoteAlgorithm(outline, {
      open: () => this.#openRealm(),
      forget: realm => this.#forget(realm),
      call: (realm, call, node) => this.#call(realm, call, node),
    })
  }

  /** True if a handler did not end. */
  get isStuck(): boolean {
    return this.#silent !== undefined
  }

  /** Begins to count the processor time that the runs of one test may take together. */
  beginTest(): void {
    this.#testSince = processorMs()
  }

  /** The lines printed since the last time. */
  takeLines(): readonly string[] {
    const lines = this.#lines
    this.#lines = []
    return lines
  }

  /** Why the thread is silent, if it is; another takes its place. Lets the event loop turn to find out. */
  async revive(): Promise<Silent | undefined> {
    const [silent, thread] = [this.#silent, this.#thread]
    if (silent === undefined || thread === undefined) return undefined
    this.#silent = undefined
    this.#thread = undefined
    void thread.terminate()
    this.#forgotten = []
    // A thread that uses up processor time is there; one that uses none may have ended.
    if (!silent.isMachines) return silent
    const ended = once(thread, "error").then(([error]): Silent => ({ reason: memoryOr(error), isMachines: false }))
    const account = await Promise.race([ended, sleep(ACCOUNT_MS)])
    return account ?? silent
  }

  /** Ends the thread. @returns whether it ended: a loop inside the engine cannot be ended but with the process */
  async close(): Promise<boolean> {
    const thread = this.#thread
    this.#thread = undefined
    if (thread === undefined) return true
    return Promise.race([thread.terminate().then(() => true), sleep(ACCOUNT_MS, false)])
  }

  #openRealm(): number {
    this.#open.add(this.#realms)
    return this.#realms++
  }

  #forget(realm: number): void {
    this.#open.delete(realm)
    this.#forgotten.push(realm)
  }

  #call(realm: number, call: Call, node?: Node<Shape>): Answer {
    if (this.#silent !== undefined) throw new Silence(this.#silent.reason)
    this.#thread ??= this.#startThread()
    if (++this.#calls % CALLS_A_LOOK === 0 && processorMs() - this.#testSince > TEST_MS) {
      this.#fallSilent({ reason: `its runs took more than ${TEST_MS / 1_000} s of processor time`, isMachines: false })
    }
    let text = transcribe(call)
    let draws = 0
    const patience = new Patience(this.#patienceMs)
    for (;;) {
      const heard = this.#line.call(realm, text, this.#forgotten.pop() ?? NO_REALM, patience.goOn)
      if (heard === undefined) this.#fallSilent(patience.silent)
      if (heard.said === "failure") throw new Error(heard.text)
      if (heard.said === "answer") return this.#accept(decoded(heard.text))
      if (++draws > MAX_DRAWS) {
        const reason = `it drew more than ${MAX_DRAWS} random numbers in one handler: a loop without end`
        this.#fallSilent({ reason, isMachines: false })
      }
      text = drawn(node, heard.text)
    }
  }

  #fallSilent(silent: Silent): never {
    this.#silent = silent
    throw new Silence(silent.reason)
  }

  #accept(value: unknown): Answer {
    if (!isAnswer(value)) throw new Error(TAMPERED)
    const lines: readonly unknown[] = value.lines
    for (const line of lines) if (this.#lines.length < MAX_LINES) this.#lines.push(plainText(String(line)))
    const { error } = value
    if (error === undefined) return value
    const { message: said, stack }: { readonly message: unknown; readonly stack: unknown } = error
    const message = plainText(String(said)) + this.#placeOf(String(stack))
    return { ...value, error: { message, stack: "" } }
  }

  /** The place in the student's file at which an exception was thrown. */
  #placeOf(stack: string): string {
    this.#sources ??= new SourceMap(JSON.parse(this.#program.map))
    for (const [, line, column] of stack.matchAll(/submission\.js:(\d+):(\d+)/g)) {
      const found = this.#sources.findEntry(Number(line) - 1, Number(column) - 1)
      if (!("originalSource" in found) || OWN_SOURCE.test(found.originalSource)) continue
      return ` (${found.originalSource.split("/").at(-1)}:${found.originalLine + 1}:${found.originalColumn + 1})`
    }
    return ""
  }

  #startThread(): Worker {
    this.#line = new Line()
    const workerData: Workload = { memory: this.#line.memory, script: this.#program.script }
    const thread = new Worker(sandboxModule("worker"), {
      workerData,
      env: {},
      stdin: true,
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
    })
    // Whoever waits for an answer finds out by its patience that the thread is gone; `revive` asks why.
    thread.on("error", () => {})
    thread.unref()
    this.#thread = thread
    const patience = new Patience(Infinity)
    if (this.#line.call(NO_REALM, "{}", NO_REALM, patience.goOn) === undefined) this.#fallSilent(patience.silent)
    return thread
  }
}

/** Sources in a submission's script that are not the submission's. */
const OWN_SOURCE = /\b(labs\/(sandbox|engine)|runtime\/(contract|process))\b/

const TAMPERED = "the submission's thread was tampered with"

/** Decodes an utterance, if it can be read: a submission that patches the globals of its realm may say anything. */
function decoded(text: string): unknown {
  try {
    return decode(text)
  } catch {
    throw new Error(TAMPERED)
  }
}

/** A random number of the node's, as text; what is wrong with the bounds goes back to whoever asked. */
function drawn(node: Node<Shape> | undefined, bounds: string): string {
  if (node === undefined) return "!random numbers are for handlers only"
  const [low = Number.NaN, high = Number.NaN] = bounds.split(" ").map(Number)
  try {
    return String(node.random(low, high))
  } catch (error) {
    return `!${error instanceof Error ? error.message : String(error)}`
  }
}

function memoryOr(error: unknown): string {
  const isMemory = error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY"
  if (isMemory) return `it needs more than ${HEAP_MB} MB of memory`
  return `its thread came to an end (${plainText(error instanceof Error ? error.message : String(error))})`
}

/** The connection of a remote algorithm to the submission's thread. */
interface Wire {
  open(): number
  /** This realm is not needed any more. */
  forget(realm: number): void
  call(realm: number, call: Call, node?: Node<Shape>): Answer
}

function remoteAlgorithm(outline: AlgorithmOutline, wire: Wire): Algorithm {
  /** The realm of each node: a new one with each new disk, which is how a run begins, and with each boot after that. */
  const realms = new Map<NodeId, number>()
  const isNew = new Set<NodeId>()
  const renew = (id: NodeId): void => {
    const old = realms.get(id)
    if (old !== undefined) wire.forget(old)
    realms.set(id, wire.open())
  }
  const realmOf = (id: NodeId): number => realms.get(id) ?? NO_REALM
  const identityOf = ({ id, size, parameters }: Omit<Identity<Shape>, "disk">) => ({ id, size, parameters })
  const handle = (node: Node<Shape>, event: ProcessEvent): void => {
    const { effects, error } = wire.call(realmOf(node.id), { type: "handle", event, now: node.now() }, node)
    if (error !== undefined) throw new Error(error.message)
    for (const effect of effects) {
      check(node, effect)
      carryOut(node, effect)
    }
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
    answers: outline.answers,
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
    receive: table(outline.receive, () => (node: Node<Shape>, message: Shape["message"], from: NodeId) => {
      handle(node, { type: "receive", from, message })
    }),
    timeout: table(outline.timeout, timer => (node: Node<Shape>, key?: number) => {
      handle(node, { type: "timeout", ...timerNamed(timer, key) })
    }),
    request: table(outline.request, () => (node: Node<Shape>, request: Shape["service"]["request"], client: number) => {
      handle(node, { type: "request", client, request })
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
function check(node: Node<Shape>, effect: Effect): void {
  if (!EFFECTS.includes(effect.type)) throw new Error(TAMPERED)
  if (effect.type === "send" && !isNode(node, effect.to)) {
    throw new Error(`it sends to node ${effect.to}; ${nodesOf(node)}`)
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
  if (leader !== null && !isNode(node, leader)) {
    throw new Error(`it reports that it believes in ${transcribe(leader)}; ${nodesOf(node)}, and null is nobody`)
  }
  if (typeof epoch !== "number" || Number.isNaN(epoch)) {
    throw new Error(`it reports a leader in epoch ${transcribe(epoch)}, which is no number`)
  }
}

function isNode(node: Node<Shape>, id: unknown): boolean {
  return typeof id === "number" && Number.isInteger(id) && id >= 0 && id < node.size
}

function nodesOf(node: Node<Shape>): string {
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
  if (typeof value !== "object" || value === null) return false
  return "receive" in value && Array.isArray(value.receive) && "answers" in value && Array.isArray(value.answers)
}
