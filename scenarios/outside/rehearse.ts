/** Imports an outside module in a separate process first: it may exit, loop, or wait for ever. */
import { fork } from "node:child_process"
import { showError } from "../../runtime/lib/show.ts"
import { entryFile } from "../../lib/assets.ts"

/** The maximum time for loading a module, in milliseconds: many times what any needs on a busy machine. */
const LIMIT_MS = 20_000

/** The exit code of Node.js if nothing is left to do although the module is not loaded. */
const AWAITS_FOR_EVER = 13

/** Modules loaded before, with the outcome. */
const rehearsed = new Map<string, Promise<string | undefined>>()

/** The reason why a module must not be imported; `undefined` if its import ends. */
export function whyNotLoadable(path: string, limitMs = LIMIT_MS): Promise<string | undefined> {
  const known = rehearsed.get(path) ?? rehearse(path, limitMs)
  rehearsed.set(path, known)
  return known
}

function rehearse(path: string, limitMs: number): Promise<string | undefined> {
  return new Promise(resolve => {
    const child = fork(entryFile("scenarios/outside/probe"), [path], {
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      execArgv: [],
    })
    let isLate = false
    let answer: object | undefined
    const limit = setTimeout(() => {
      isLate = true
      child.kill("SIGKILL")
    }, limitMs)
    child.on("message", message => {
      if (typeof message === "object") answer = message
    })
    child.on("error", error => resolve(`it cannot be loaded: ${showError(error)}`))
    child.on("close", (code, signal) => {
      clearTimeout(limit)
      if (answer !== undefined && "rejection" in answer) {
        resolve(`it leaves a rejected promise behind while it loads: ${showError(answer.rejection)}`)
      } else if (answer !== undefined) resolve(undefined)
      else if (isLate) resolve(`it has not loaded after ${limitMs / 1_000} s: it loops, or waits for something`)
      else if (code === AWAITS_FOR_EVER) resolve("it never finishes loading: a top-level await does not settle")
      else resolve(`it ends the process that loads it (${signal ?? `exit code ${String(code)}`})`)
    })
  })
}
