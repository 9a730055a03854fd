/**
 * The thread in which a submission runs: holds its realms, one for each boot of each node, and answers calls to them.
 *
 * A realm is a V8 context with nothing in it but the language: no `process`, no `require`, no timers. Only text goes in
 * and out, so there is no object by which a submission could reach this thread's own globals; should one get there all
 * the same, {@link dismantle} has left it little, and Node's permission model keeps the process from files, children
 * and addons. It never returns to the event loop, so that promises in a realm never run.
 */
import { constants, createContext, Script } from "node:vm"
import { workerData } from "node:worker_threads"
import { Line } from "./channel.ts"
import { dismantle } from "./dismantle.ts"
import { FORGET, type Workload } from "./protocol.ts"
import type { Realm } from "./realm.ts"

function serve({ memory, script }: Workload): never {
  const line = new Line(memory)
  const program = new Script(script, { filename: "submission.js" })
  const realms = new Map<number, Realm>()
  dismantle()
  for (;;) {
    const { realm, text } = line.listen()
    if (realm === FORGET) {
      realms.clear()
      line.say("answer", "{}")
      continue
    }
    try {
      const known = realms.get(realm) ?? open(program)
      realms.set(realm, known)
      line.say(
        "answer",
        known(text, (low, high) => draw(line, low, high)),
      )
    } catch (error) {
      line.say("failure", (error instanceof Error ? error.message : "it threw what is no error").slice(0, 10_000))
    }
  }
}

function open(program: Script): Realm {
  const context = createContext(constants.DONT_CONTEXTIFY, { codeGeneration: { strings: false, wasm: false } })
  const makeRealm: () => Realm = program.runInContext(context)
  return makeRealm()
}

/** Asks the other side for a random number. */
function draw(line: Line, low: number, high: number): number {
  line.say("draw", `${low} ${high}`)
  return Number(line.listen().text)
}

serve(workerData)
