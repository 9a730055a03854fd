/**
 * The submission's side of the wall: a node of the submission's algorithm in a realm of its own, driven by text.
 *
 * This is compiled together with the submission into one script, and every boot of every node runs that script in a
 * new realm (see `worker.ts`). So a node shares nothing with any other, and a crash really loses all that is not on
 * the disk, variables of the module included. Whatever a submission does to the globals of its realm, it does to
 * itself: only text leaves it.
 */
import type { Algorithm, ClientId, LogName, Node, NodeId, Purpose, Shape, Tagged } from "../../runtime/algorithm.ts"
import { decode, encode } from "./codec.ts"
import type { AlgorithmOutline, Answer, Call, Effect, RealmIdentity } from "./protocol.ts"

/** Draws from the node's own stream, on the other side of the wall. */
type Draw = (low: number, high: number) => number

/** Takes a call as text, and returns its answer as text. */
export type Realm = (call: string, draw: Draw) => string

const MOST_LINES = 100
const LONGEST_LINE = 1_000

/** @param exports what the submission's module exports: one of it is the algorithm */
export function openRealm(exports: Readonly<Record<string, unknown>>): Realm {
  forbidWhatDiffersFromRunToRun()
  let effects: Effect[] = []
  let lines: string[] = []
  let node: RealmNode | undefined
  const print = (...values: readonly unknown[]): void => {
    if (lines.length < MOST_LINES) lines.push(values.map(asText).join(" ").slice(0, LONGEST_LINE))
  }
  const levels = { log: print, info: print, debug: print, warn: print, error: print, trace: print }
  Object.defineProperty(globalThis, "console", { value: levels, writable: true, configurable: true })

  return (text, draw) => {
    effects = []
    lines = []
    try {
      const value = perform(asCall(decode(text)), draw)
      return encode({ value, effects, lines } satisfies Answer)
    } catch (error) {
      return encode({ effects: [], lines, error: accountOf(error) } satisfies Answer)
    }
  }

  function perform(call: Call, draw: Draw): unknown {
    const algorithm = algorithmAmong(exports)
    if (call.type === "describe") return outlineOf(algorithm)
    if (call.type === "disk") return algorithm.disk(identify(call.identity))
    if (call.type === "state") {
      node = new RealmNode(call.identity, call.disk, effect => void effects.push(effect))
      node.state = algorithm.state(node)
      return undefined
    }
    if (node === undefined) throw new Error("this node has not booted")
    if (call.type === "show") return node.state
    node.enter(call.now, draw)
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
}

/** What crosses the wall towards the submission comes from the trusted side. */
function asCall(value: unknown): Call {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the trusted side encodes calls
  return value as Call
}

function algorithmAmong(exports: Readonly<Record<string, unknown>>): Algorithm {
  const found = new Set(Object.values(exports).filter(isAlgorithm))
  const [algorithm, another] = found
  if (algorithm === undefined)
    throw new Error("the file exports no algorithm: export const ... = algorithm<...>({ ... })")
  if (another !== undefined) throw new Error("the file exports more than one algorithm")
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

/** The node that handlers see: it keeps the state, mirrors the disk, and writes down what it is to do. */
class RealmNode implements Node<Shape> {
  readonly id: NodeId
  readonly size: number
  readonly peers: readonly NodeId[]
  readonly parameters: object
  readonly disk: Record<string, unknown>
  state: object = {}
  readonly #act: (effect: Effect) => void
  #now = 0
  #draw: Draw = () => 0

  constructor(identity: RealmIdentity, disk: object, act: (effect: Effect) => void) {
    const { id, size, peers, parameters } = identify(identity)
    this.id = id
    this.size = size
    this.peers = peers
    this.parameters = parameters
    this.disk = { ...disk }
    this.#act = act
  }

  enter(now: number, draw: Draw): void {
    this.#now = now
    this.#draw = draw
  }

  now(): number {
    return this.#now
  }

  random(low: number, high: number): number {
    return this.#draw(low, high)
  }

  send(to: NodeId, message: Tagged, purpose: Purpose = "protocol"): void {
    this.#act(["send", to, message, purpose])
  }

  broadcast(message: Tagged, purpose: Purpose = "protocol"): void {
    this.#act(["broadcast", message, purpose])
  }

  setTimer(name: string, delay: number): void {
    this.#act(["setTimer", name, delay])
  }

  cancelTimer(name: string): void {
    this.#act(["cancelTimer", name])
  }

  save(registers: object): void {
    Object.assign(this.disk, registers)
    this.#act(["save", registers])
  }

  append(log: LogName<object>, entry: unknown): void {
    this.#log(log).push(entry)
    this.#act(["append", log, entry])
  }

  truncate(log: LogName<object>, length: number): void {
    const entries = this.#log(log)
    entries.length = Math.min(entries.length, length)
    this.#act(["truncate", log, length])
  }

  discard(log: LogName<object>, count: number): void {
    this.#log(log).splice(0, count)
    this.#act(["discard", log, count])
  }

  reply(client: ClientId, reply: object): void {
    this.#act(["reply", client, reply])
  }

  report(fact: Tagged): void {
    this.#act(["report", fact])
  }

  #log(name: string): unknown[] {
    const log = this.disk[name]
    if (!Array.isArray(log)) throw new Error(`the disk has no log "${name}"`)
    return log
  }
}

function accountOf(thrown: unknown): NonNullable<Answer["error"]> {
  if (!(thrown instanceof Error)) return { message: `it threw ${asText(thrown)}, which is no Error`, stack: "" }
  return { message: asText(thrown.message), stack: asText(thrown.stack) }
}

function asText(value: unknown): string {
  if (typeof value === "string") return value
  try {
    return typeof value === "object" && value !== null ? encode(value) : String(value)
  } catch {
    return "something that cannot be shown"
  }
}

/** A run depends on scenario and seed alone (contract, rule 1): what would break that says so. */
function forbidWhatDiffersFromRunToRun(): void {
  const forbid = (holder: object, name: string, instead: string): void => {
    const refuse = (): never => {
      throw new Error(`${name} is not for algorithms: ${instead}`)
    }
    const value = new Proxy(refuse, { get: refuse, construct: refuse })
    Object.defineProperty(holder, name, { value, writable: true, configurable: true })
  }
  forbid(globalThis, "Date", "take the time from node.now()")
  forbid(Math, "random", "draw with node.random(low, high)")
  for (const name of ["setTimeout", "setInterval", "setImmediate"])
    forbid(globalThis, name, "use node.setTimer(name, delay)")
  for (const name of ["fetch", "require"]) forbid(globalThis, name, "act through the node only")
  for (const name of ["WebAssembly", "SharedArrayBuffer", "Atomics"]) Reflect.deleteProperty(globalThis, name)
}
