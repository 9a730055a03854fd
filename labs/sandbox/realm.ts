/**
 * The submission's side of the wall: a node of the submission's algorithm in a realm of its own, driven by text.
 *
 * This is compiled together with the submission into one script, and every boot of every node runs that script in a
 * new realm (see `worker.ts`). So a node shares nothing with any other, and a crash really loses all that is not on
 * the disk, variables of the module included. Whatever a submission does to the globals of its realm, it does to
 * itself: only text leaves it.
 *
 * One function of the outer realm is needed here, to draw random numbers. It stays in the variable `outer` below: what
 * submissions call is a function of this realm, which hands over numbers, takes primitives, and lets no exception of
 * the outer realm through.
 */
import type {
  Algorithm,
  ClientId,
  LogName,
  Node,
  NodeId,
  Purpose,
  Shape,
  Tagged,
} from "../../runtime/contract/algorithm.ts"
import { decode, encode } from "./codec.ts"
import { leaveLanguage } from "./language.ts"
import type { AlgorithmOutline, Answer, Call, RealmIdentity } from "./protocol.ts"

// This module is loaded before the submission's.
leaveLanguage()

/** Draws from the node's own stream, on the other side of the wall; a text says why that is not possible. */
export type Draw = (low: number, high: number) => number | string

/** Takes a call as text, and returns its answer as text. */
export type Realm = (call: string) => string

const MOST_LINES = 100
const LONGEST_LINE = 1_000

/** Characters of an exception's text, and of its stack's end, that are passed on. */
const LONGEST_ACCOUNT = 10_000

/**
 * Opens the realm.
 *
 * @param exports what the submission's module exports: one of it is the algorithm
 * @param outer a function of the outer realm
 */
export function openRealm(exports: Readonly<Record<string, unknown>>, outer: Draw): Realm {
  /** What the handler did, each effect encoded when it was done: what is changed afterwards does not change it. */
  let effects: string[] = []
  let lines: string[] = []
  let node: RealmNode | undefined
  const clock = { now: 0 }
  const print = (...values: readonly unknown[]): void => {
    if (lines.length < MOST_LINES) lines.push(values.map(asText).join(" ").slice(0, LONGEST_LINE))
  }
  const levels = { log: print, info: print, debug: print, warn: print, error: print, trace: print }
  Object.defineProperty(globalThis, "console", { value: levels, writable: true, configurable: true })

  return text => {
    effects = []
    lines = []
    try {
      const value = encode(perform(asCall(decode(text))))
      return `{"value":${value},"effects":[${effects.join()}],"lines":${encode(lines)}}`
    } catch (error) {
      return encode({ effects: [], lines, error: accountOf(error) } satisfies Answer)
    }
  }

  function perform(call: Call): unknown {
    const algorithm = algorithmAmong(exports)
    if (call.type === "describe") return outlineOf(algorithm)
    if (call.type === "disk") return algorithm.disk(identify(call.identity))
    if (call.type === "state") {
      node = new RealmNode(call.identity, call.disk, { clock, draw, act: effect => void effects.push(encode(effect)) })
      node.state = algorithm.state(node)
      return undefined
    }
    if (node === undefined) throw new Error("this node has not booted")
    if (call.type === "show") return node.state
    clock.now = call.now
    const returned: unknown = handle(algorithm, node, call)
    if (typeof returned === "object" && returned !== null && "then" in returned) {
      throw new Error("a handler returned a promise: handlers run to their end, without async (contract, rule 1)")
    }
    return undefined
  }

  function draw(low: unknown, high: unknown): number {
    const bounds = [Number(low), Number(high)] as const
    let drawn: number | string
    try {
      drawn = outer(bounds[0], bounds[1])
    } catch {
      drawn = "Maximum call stack size exceeded"
    }
    if (typeof drawn === "string") throw new RangeError(drawn)
    return drawn
  }
}

type HandlerCall = Exclude<Call, { readonly type: "describe" | "disk" | "state" | "show" }>

function handle(algorithm: Algorithm, node: RealmNode, call: HandlerCall): unknown {
  switch (call.type) {
    case "start":
      return algorithm.start(node)
    case "receive":
      return algorithm.receive[call.message.type]!(node, call.message, call.from)
    case "timeout":
      return algorithm.timeout[call.timer]!(node)
    case "request":
      return algorithm.request[call.request.type]!(node, call.request, call.client)
  }
}

/** What crosses the wall towards the submission comes from the trusted side. */
function asCall(value: unknown): Call {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the trusted side encodes calls
  return value as Call
}

function algorithmAmong(exports: Readonly<Record<string, unknown>>): Algorithm {
  const names = Object.keys(exports).filter(name => isAlgorithm(exports[name]))
  const [algorithm, another] = new Set(names.map(name => exports[name]).filter(isAlgorithm))
  if (algorithm === undefined)
    throw new Error("the file exports no algorithm: export const ... = algorithm<...>({ ... })")
  if (another !== undefined) {
    throw new Error(`the file exports ${names.length} algorithms (${names.join(", ")}); expected one`)
  }
  return algorithm
}

function isAlgorithm(value: unknown): value is Algorithm {
  return typeof value === "object" && value !== null && "receive" in value && "timeout" in value && "request" in value
}

function outlineOf({ name, title, source, summary, parameters, ...tables }: Algorithm): AlgorithmOutline {
  return {
    name,
    title,
    source,
    summary,
    parameters,
    receive: Object.keys(tables.receive),
    timeout: Object.keys(tables.timeout),
    request: Object.keys(tables.request),
  }
}

function identify({ id, size, parameters }: RealmIdentity) {
  const peers = Array.from({ length: size }, (_, peer) => peer).filter(peer => peer !== id)
  return { id, size, peers, parameters }
}

/** What a node acts through. */
interface Hands {
  readonly clock: { readonly now: number }
  readonly draw: (low: number, high: number) => number
  /** Takes note of an effect, as it is now. */
  readonly act: (effect: readonly [type: string, ...rest: readonly unknown[]]) => void
}

/** The node that handlers see: it keeps the state, mirrors the disk, and writes down what it is to do. */
class RealmNode implements Node<Shape> {
  readonly id: NodeId
  readonly size: number
  readonly peers: readonly NodeId[]
  readonly parameters: object
  readonly disk: Record<string, unknown>
  state: object = {}
  readonly #hands: Hands

  constructor(identity: RealmIdentity, disk: object, hands: Hands) {
    const { id, size, peers, parameters } = identify(identity)
    this.id = id
    this.size = size
    this.peers = peers
    this.parameters = parameters
    this.disk = { ...disk }
    this.#hands = hands
  }

  now(): number {
    return this.#hands.clock.now
  }

  random(low: number, high: number): number {
    return this.#hands.draw(low, high)
  }

  send(to: NodeId, message: Tagged, purpose: Purpose = "protocol"): void {
    this.#hands.act(["send", to, frozen(message), purpose])
  }

  broadcast(message: Tagged, purpose: Purpose = "protocol"): void {
    this.#hands.act(["broadcast", frozen(message), purpose])
  }

  setTimer(name: string, delay: number): void {
    this.#hands.act(["setTimer", name, delay])
  }

  cancelTimer(name: string): void {
    this.#hands.act(["cancelTimer", name])
  }

  save(registers: object): void {
    Object.assign(this.disk, registers)
    this.#hands.act(["save", registers])
  }

  append(log: LogName<object>, entry: unknown): void {
    this.#log(log).push(entry)
    this.#hands.act(["append", log, entry])
  }

  truncate(log: LogName<object>, length: number): void {
    const entries = this.#log(log)
    entries.length = Math.min(entries.length, length)
    this.#hands.act(["truncate", log, length])
  }

  discard(log: LogName<object>, count: number): void {
    this.#log(log).splice(0, count)
    this.#hands.act(["discard", log, count])
  }

  reply(client: ClientId, reply: object): void {
    this.#hands.act(["reply", client, frozen(reply)])
  }

  report(fact: Tagged): void {
    this.#hands.act(["report", frozen(fact)])
  }

  #log(name: string): unknown[] {
    const log = this.disk[name]
    if (!Array.isArray(log)) throw new Error(`the disk has no log "${name}"`)
    return log
  }
}

/** Freezes what goes out, and all that is in it: it is immutable once sent (contract, rule 3). */
function frozen<T extends object>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) return value
  Object.freeze(value)
  for (const content of Object.values(value)) frozen(content)
  return value
}

/** What engines say of a change to something frozen. */
const CHANGED = /read only property|object is not extensible|Cannot delete property/
const RULE = "; what was sent is immutable, and so is what is in it (contract, rule 3): send a copy"

function accountOf(thrown: unknown): NonNullable<Answer["error"]> {
  if (!(thrown instanceof Error)) return { message: `it threw ${asText(thrown)}, which is no Error`, stack: "" }
  const message = asText(thrown.message).slice(0, LONGEST_ACCOUNT)
  return {
    message: CHANGED.test(message) ? message + RULE : message,
    stack: asText(thrown.stack).slice(-LONGEST_ACCOUNT),
  }
}

function asText(value: unknown): string {
  if (typeof value === "string") return value
  try {
    return typeof value === "object" && value !== null ? encode(value) : String(value)
  } catch {
    return "something that cannot be shown"
  }
}
