/**
 * The thread in which a submission runs: holds its realms, one for each boot of each node, and answers calls to them.
 *
 * A realm is a V8 context with nothing in it but the language: no `process`, no `require`, no timers. Only text goes in
 * and out. An object of this thread may get into a realm anyway: Node.js makes stack traces here, so that a handler
 * that runs out of stack while it asks for one gets an exception of this thread. The second wall is that everything
 * reachable from it is frozen, so that nodes cannot share anything through it ({@link dismantle}). Behind that, Node's
 * permission model denies the process files, children and addons. The thread never returns to the event loop, so that
 * promises in a realm never run.
 */
import { constants, type Context, createContext, Script } from "node:vm"
import { workerData } from "node:worker_threads"
import { fits, Line, TOO_MUCH } from "./channel.ts"
import { dismantle } from "./dismantle.ts"
import { NO_REALM, type Workload } from "./protocol.ts"
import type { Draw, Realm } from "./realm.ts"

const LOOK = new Script('"use strict"; (thrown, part) => String(thrown[part])')
const UNKNOWN = "it threw something that cannot be shown"

function serve({ memory, script }: Workload): never {
  const line = new Line(memory)
  const program = compiled(script)
  const realms = new Map<number, Realm>()
  const draws = new Draws(line)
  dismantle()
  for (;;) {
    const { realm, forget, text } = line.listen()
    realms.delete(forget)
    const answer = realm === NO_REALM ? "{}" : answerOf(realms, realm, text, program, draws)
    if (draws.finish()) line.say("failure", "it recursed without end while it drew a random number")
    else if (typeof answer === "string" && fits(answer)) line.say("answer", answer)
    else line.say("failure", typeof answer === "string" ? TOO_MUCH : "the submission's realm was tampered with")
  }
}

/** @returns the script, or as an answer the engine's complaint about it: about a regular expression, for example */
function compiled(script: string): Script | string {
  try {
    return new Script(script, { filename: "submission.js" })
  } catch (error) {
    const { message, stack = "" } = error instanceof Error ? error : new Error(UNKNOWN)
    return failed(message, stack.replace(/^submission\.js:\d+/, "$&:1"))
  }
}

function failed(message: string, stack: string): string {
  return JSON.stringify({ effects: [], lines: [], error: { message, stack } })
}

/** The answer of a realm to a call: text, unless the submission has tampered with what makes it. */
function answerOf(
  realms: Map<number, Realm>,
  id: number,
  text: string,
  program: Script | string,
  { draw }: Draws,
): unknown {
  if (typeof program === "string") return program
  let realm = realms.get(id)
  if (realm === undefined) {
    const opened = open(program, draw)
    if (typeof opened === "string") return opened
    realm = opened
    realms.set(id, realm)
  }
  try {
    return realm(text)
  } catch {
    // The value thrown may be an object of the submission's: it is not even inspected.
    return undefined
  }
}

/** @returns the realm, or an answer with the reason why its top level threw */
function open(program: Script, draw: Draw): Realm | string {
  const context = createContext(constants.DONT_CONTEXTIFY, { codeGeneration: { strings: false, wasm: false } })
  try {
    const makeRealm: (draw: Draw) => Realm = program.runInContext(context)
    return makeRealm(draw)
  } catch (thrown) {
    return failed(accountOf(thrown, "message", context), accountOf(thrown, "stack", context))
  }
}

/** The account of an exception, made by the realm that threw it. */
function accountOf(thrown: unknown, part: string, context: Context): string {
  try {
    const look: (thrown: unknown, part: string) => unknown = LOOK.runInContext(context)
    const text = look(thrown, part)
    return typeof text === "string" ? text : UNKNOWN
  } catch {
    return UNKNOWN
  }
}

/** Asks the other side for random numbers during a handler. */
class Draws {
  readonly #line: Line
  /** True if a request was sent and its answer not read: the submission ran out of stack meanwhile. */
  #isBroken = false

  constructor(line: Line) {
    this.#line = line
  }

  readonly draw: Draw = (low, high) => {
    this.finish()
    this.#isBroken = true
    this.#line.say("draw", `${low} ${high}`)
    const { text } = this.#line.listen()
    this.#isBroken = false
    return text.startsWith("!") ? text.slice(1) : Number(text)
  }

  /** Reads the pending answer, if any, so that it is this side's turn. @returns whether there was one */
  finish(): boolean {
    if (!this.#isBroken) return false
    this.#line.listen()
    this.#isBroken = false
    return true
  }
}

serve(workerData)
