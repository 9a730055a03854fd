/** The trusted side of the wall: starts the submission's thread, calls it, and limits the resources of its handlers. */
import type { Silent } from "./patience.ts"
import { once } from "node:events"
import { setTimeout as sleep } from "node:timers/promises"
import { SourceMap } from "node:module"
import { Worker } from "node:worker_threads"
import type { Algorithm, Node, Shape } from "../../runtime/contract/algorithm.ts"
import { sandboxModule } from "../engine/places.ts"
import { plainText } from "../engine/plain-text.ts"
import { Patience, processorMs } from "./patience.ts"
import { Line } from "./channel.ts"
import { decode, transcribe } from "../../runtime/process/value.ts"
import { type AlgorithmOutline, type Answer, type Call, NO_REALM, TAMPERED, type Workload } from "./protocol.ts"
import { remoteAlgorithm, steppedAlgorithm } from "./remote-algorithm.ts"

/** Default processor time limit of one handler call. Handlers take microseconds: this is about loops. */
const PATIENCE_MS = 2_000

/** Maximum number of random numbers that one handler may draw. */
const MAX_DRAWS = 10_000

/** Processor time limit of all runs of a test: ten times what the slowest of ours takes. */
const TEST_MS = 120_000

/** Calls between two checks of the processor time of the test. */
const CALLS_A_LOOK = 256

/** Maximum printed lines kept per test. */
const MAX_LINES = 100

/** Heap of the submission's thread. */
const HEAP_MB = 256

/** The longest wait for something that may never come: the error of a thread that seems to have ended, or its end. */
const ACCOUNT_MS = 2_000

/** A compiled submission. */
export interface Program {
  readonly script: string
  /** Source map of the script, as JSON. */
  readonly map: string
}

/** The source of a handler's random numbers. */
type Drawing = Pick<Node<Shape>, "random">

/** A step of a node that is a value. */
interface Taken {
  readonly call: string
  readonly draws: readonly number[]
  readonly answer: string
}

/** The number of steps that are repeated: memory outside of a node's state shows soon. */
const MAX_TAKEN = 2_000

/** Thrown if the submission's thread no longer answers. */
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
  /** Realms that will not be called again. */
  #forgotten: number[] = []
  #calls = 0
  /** Recorded steps of nodes that are values, to be repeated. */
  #taken: Taken[] = []
  #testSince = processorMs()
  /** Lines that the submission has printed since they were last taken. */
  #lines: string[] = []
  #sources: SourceMap | undefined

  /** @param patienceMs processor time limit of one handler call */
  constructor(program: Program, patienceMs = PATIENCE_MS) {
    this.#program = program
    this.#patienceMs = patienceMs
  }

  /** The submission's description of itself. @throws if it is invalid */
  outline(): AlgorithmOutline {
    const { value: outline, error } = this.#call(this.#openRealm(), { type: "describe" })
    if (error !== undefined) throw new Error(error.message)
    if (!isOutline(outline)) throw new Error("the file exports no algorithm")
    return outline
  }

  /** The submission as an algorithm: each of its runs uses new realms. Earlier runs cannot continue. */
  algorithm(outline: AlgorithmOutline): Algorithm {
    for (const realm of this.#open) this.#forget(realm)
    return remoteAlgorithm(outline, {
      open: () => this.#openRealm(),
      forget: realm => this.#forget(realm),
      call: (realm, call, node) => this.#call(realm, call, node),
    })
  }

  /** The submission as an algorithm whose nodes are values. Earlier runs cannot continue. */
  steppedAlgorithm(outline: AlgorithmOutline): Algorithm {
    for (const realm of this.#open) this.#forget(realm)
    this.#taken = []
    return steppedAlgorithm(
      outline,
      { call: (realm, call, node) => this.#accept(this.#take(realm, transcribe(call), node)) },
      this.#openRealm(),
    )
  }

  /**
   * Repeats the steps of such an algorithm, the last ones first, in a new realm.
   *
   * @returns whether any outcome differed: handlers knew something that is neither in a state nor on a disk
   */
  hasOtherMemory(): boolean {
    const realm = this.#openRealm()
    return this.#taken.toReversed().some(({ call, draws, answer }) => {
      const left = [...draws]
      return this.#say(realm, call, { random: () => left.shift() ?? 0 }) !== answer
    })
  }

  #take(realm: number, call: string, node?: Drawing): string {
    if (node === undefined || this.#taken.length >= MAX_TAKEN) return this.#say(realm, call, node)
    const draws: number[] = []
    const random = (low: number, high: number): number => {
      const number = node.random(low, high)
      draws.push(number)
      return number
    }
    const answer = this.#say(realm, call, { random })
    this.#taken.push({ call, draws, answer })
    return answer
  }

  /** True if a handler did not end. */
  get isStuck(): boolean {
    return this.#silent !== undefined
  }

  /** Starts counting the processor time of all runs of one test. */
  beginTest(): void {
    this.#testSince = processorMs()
  }

  /** The lines printed since the last time. */
  takeLines(): readonly string[] {
    const lines = this.#lines
    this.#lines = []
    return lines
  }

  /** The reason why the thread is silent, if it is; it is then replaced. Lets the event loop turn to find out. */
  async revive(): Promise<Silent | undefined> {
    const [silent, thread] = [this.#silent, this.#thread]
    if (silent === undefined || thread === undefined) return undefined
    this.#silent = undefined
    this.#thread = undefined
    void thread.terminate()
    this.#forgotten = []
    // A thread that uses processor time is alive; one that uses none may have ended.
    if (!silent.isMachines) return silent
    const ended = once(thread, "error").then(([error]): Silent => ({ reason: memoryOr(error), isMachines: false }))
    const account = await Promise.race([ended, sleep(ACCOUNT_MS)])
    return account ?? silent
  }

  /** Ends the thread. @returns whether it ended: a loop inside the engine ends only with the process */
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

  #call(realm: number, call: Call, node?: Drawing): Answer {
    return this.#accept(this.#say(realm, transcribe(call), node))
  }

  /** @returns the answer as text */
  #say(realm: number, call: string, node?: Drawing): string {
    if (this.#silent !== undefined) throw new Silence(this.#silent.reason)
    this.#thread ??= this.#startThread()
    if (++this.#calls % CALLS_A_LOOK === 0 && processorMs() - this.#testSince > TEST_MS) {
      this.#fallSilent({ reason: `its runs took more than ${TEST_MS / 1_000} s of processor time`, isMachines: false })
    }
    let text = call
    let draws = 0
    const patience = new Patience(this.#patienceMs)
    for (;;) {
      const heard = this.#line.call(realm, text, this.#forgotten.pop() ?? NO_REALM, patience.goOn)
      if (heard === undefined) this.#fallSilent(patience.silent)
      if (heard.said === "failure") throw new Error(heard.text)
      if (heard.said === "answer") return heard.text
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

  #accept(text: string): Answer {
    const value = decoded(text)
    if (!isAnswer(value)) throw new Error(TAMPERED)
    const lines: readonly unknown[] = value.lines
    for (const line of lines) if (this.#lines.length < MAX_LINES) this.#lines.push(plainText(String(line)))
    const { error } = value
    if (error === undefined) return value
    const { message: said, stack }: { readonly message: unknown; readonly stack: unknown } = error
    const message = plainText(String(said)) + this.#placeOf(String(stack))
    return { ...value, error: { message, stack: "" } }
  }

  /** The place in the student's file where an exception was thrown. */
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
    // A caller waiting for an answer notices by its time limit that the thread is gone; `revive` finds the reason.
    thread.on("error", () => {})
    thread.unref()
    this.#thread = thread
    const patience = new Patience(Infinity)
    if (this.#line.call(NO_REALM, "{}", NO_REALM, patience.goOn) === undefined) this.#fallSilent(patience.silent)
    return thread
  }
}

/** Sources in a submission's script that do not belong to the submission. */
const OWN_SOURCE = /\b(labs\/(sandbox|engine)|runtime\/(contract|process))\b/

/** Decodes a message, if it is readable: a submission that patches the globals of its realm may send anything. */
function decoded(text: string): unknown {
  try {
    return decode(text)
  } catch {
    throw new Error(TAMPERED)
  }
}

/** A random number of the node's, as text; a problem with the bounds is returned to the caller. */
function drawn(node: Drawing | undefined, bounds: string): string {
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
  const isList = (key: keyof AlgorithmOutline): boolean => Array.isArray(Reflect.get(value, key))
  return isList("receive") && isList("answers") && isList("roles")
}
