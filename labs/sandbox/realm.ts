/**
 * The submission's side of the wall: a node of the submission's algorithm in its own realm, driven by text.
 *
 * This is compiled together with the submission into one script, and every boot of every node runs that script in a new
 * realm (see `worker.ts`). So nodes share nothing, and a crash really loses everything that is not on disk, including
 * variables of the module. Whatever a submission does to the globals of its realm affects only itself: only text leaves
 * the realm.
 *
 * One function of the outer realm is needed here, to draw random numbers. It stays in the variable `outer` below:
 * submissions call a function of this realm, which passes numbers, accepts primitives, and lets no exception of the
 * outer realm through.
 */
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import type { Effect, ProcessEvent } from "../../runtime/process/effect.ts"
import { processesOf } from "../../runtime/contract/roles.ts"
import { rolesOf } from "../../runtime/contract/parts.ts"
import { partOf } from "../../runtime/process/parts.ts"
import { among, perform } from "../../runtime/process/process.ts"
import { RecordingNode, writeTo } from "../../runtime/process/recording-node.ts"
import { decode, transcribe } from "../../runtime/process/value.ts"
import { leaveLanguage } from "./language.ts"
import type { AlgorithmOutline, Answer, Call } from "./protocol.ts"

// This module is loaded before the submission's.
leaveLanguage()

/** Draws from the node's own stream, on the other side of the wall; a text gives the reason why that is not possible. */
export type Draw = (low: number, high: number) => number | string

/** Takes a call as text, and returns its answer as text. */
export type Realm = (call: string) => string

const MAX_LINES = 100
const MAX_LINE_LENGTH = 1_000

/** Maximum characters of an exception's text, and of the end of its stack, that are forwarded. */
const MAX_ACCOUNT_LENGTH = 10_000

/**
 * Opens the realm.
 *
 * @param exports the exports of the submission's module, one of which is the algorithm
 * @param outer a function of the outer realm
 */
export function openRealm(exports: Readonly<Record<string, unknown>>, outer: Draw): Realm {
  /** The effects of the handler, each encoded at once, so that later changes to its objects do not affect it. */
  let effects: string[] = []
  let lines: string[] = []
  let node: RecordingNode | undefined
  const circumstances = { now: 0, random: draw }
  const print = (...values: readonly unknown[]): void => {
    if (lines.length < MAX_LINES) lines.push(values.map(asText).join(" ").slice(0, MAX_LINE_LENGTH))
  }
  const levels = { log: print, info: print, debug: print, warn: print, error: print, trace: print }
  Object.defineProperty(globalThis, "console", { value: levels, writable: true, configurable: true })

  return text => {
    effects = []
    lines = []
    try {
      const value = transcribe(answer(asCall(decode(text))))
      return `{"value":${value},"effects":[${effects.join()}],"lines":${transcribe(lines)}}`
    } catch (error) {
      return transcribe({ effects: [], lines, error: accountOf(error) } satisfies Answer)
    }
  }

  function answer(call: Call): unknown {
    const algorithm = algorithmAmong(exports)
    if (call.type === "describe") return outlineOf(algorithm)
    if (call.type === "disk" || call.type === "state") {
      const self = among(algorithm, call.identity)
      const part = partOf(algorithm, self)
      if (call.type === "disk") return part.disk(self)
      const memory = { ...self, state: {}, disk: { ...call.disk } }
      node = new RecordingNode(memory, circumstances, record(memory.disk))
      node.state = part.state(node)
      return undefined
    }
    if (call.type === "step") {
      const memory = { ...among(algorithm, call.identity), state: call.state, disk: call.disk }
      const stepping = new RecordingNode(memory, circumstances, record(memory.disk))
      run(algorithm, stepping, call)
      return stepping.state
    }
    if (node === undefined) throw new Error("this node has not booted")
    if (call.type === "show") return node.state
    run(algorithm, node, call)
    return undefined
  }

  function run(algorithm: Algorithm, on: RecordingNode, { event, now }: Extract<Call, { event: ProcessEvent }>): void {
    circumstances.now = now
    const returned: unknown = perform(algorithm, on, event)
    if (typeof returned === "object" && returned !== null && "then" in returned) {
      throw new Error("a handler returned a promise: handlers run to their end, without async (contract, rule 1)")
    }
  }

  function record(disk: object): (effect: Effect) => void {
    return effect => {
      writeTo(disk, effect)
      effects.push(transcribe(asSent(effect)))
    }
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

/** Reads a call: everything that crosses the wall in this direction comes from the trusted side. */
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

function outlineOf(algorithm: Algorithm): AlgorithmOutline {
  const { name, title, source, summary, parameters, answers = [], ...tables } = algorithm
  return {
    name,
    title,
    source,
    summary,
    parameters,
    answers,
    receive: Object.keys(tables.receive),
    timeout: Object.keys(tables.timeout),
    request: Object.keys(tables.request),
    recovers: tables.recover !== undefined,
    roles: Object.entries(rolesOf(algorithm)).map(([role, { doc, count: declared, receive, timeout, request }]) => {
      const count = processesOf({ count: declared }, {})
      const outline = { name: role, doc, count, receive: Object.keys(receive), timeout: Object.keys(timeout) }
      return request === undefined ? outline : { ...outline, request: Object.keys(request) }
    }),
  }
}

/** An effect whose content is frozen if it leaves the node: it is immutable once sent (contract, rule 3). */
function asSent(effect: Effect): Effect {
  const { type } = effect
  if (type === "send" || type === "broadcast") freeze(effect.message)
  else if (type === "reply") freeze(effect.reply)
  else if (type === "report") freeze(effect.fact)
  return effect
}

/** Freezes a value recursively. */
function freeze(value: unknown): void {
  if (typeof value !== "object" || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) return
  Object.freeze(value)
  for (const content of Object.values(value)) freeze(content)
}

/** The engines' error message for changing a frozen object. */
const CHANGED = /read only property|object is not extensible|Cannot delete property/
const RULE = "; what was sent is immutable, and so is what is in it (contract, rule 3): send a copy"

function accountOf(thrown: unknown): NonNullable<Answer["error"]> {
  if (!(thrown instanceof Error)) return { message: `it threw ${asText(thrown)}, which is not an Error`, stack: "" }
  const message = asText(thrown.message).slice(0, MAX_ACCOUNT_LENGTH)
  return {
    message: CHANGED.test(message) ? message + RULE : message,
    stack: asText(thrown.stack).slice(-MAX_ACCOUNT_LENGTH),
  }
}

function asText(value: unknown): string {
  if (typeof value === "string") return value
  try {
    return typeof value === "object" && value !== null ? transcribe(value) : String(value)
  } catch {
    return "something that cannot be shown"
  }
}
