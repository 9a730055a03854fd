/**
 * Ends a command whose algorithm does not return from a handler. The handler keeps the main thread, which hears neither
 * Ctrl-C nor timers then; so another thread watches it.
 */
import { Worker } from "node:worker_threads"
import { endEarly } from "../early-end.ts"

/**
 * Plain JavaScript, since it has no file of its own. It ends what the main thread executes, if that makes no progress, and
 * stays: the end of a thread makes the main thread do things that an algorithm under check may not do.
 */
const WATCH = `
const { Session } = require("node:inspector")
const { workerData } = require("node:worker_threads")
const progress = new Int32Array(workerData.progress)
const processorMs = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
let [last, since] = [-1, 0]
setInterval(() => {
  const now = Atomics.load(progress, 0)
  if (now !== last) [last, since] = [now, processorMs()]
  else if (processorMs() - since > workerData.limitMs) {
    if (Atomics.compareExchange(progress, 1, 0, 1) !== 0) return
    const session = new Session()
    session.connectToMainThread()
    session.post("Runtime.terminateExecution", () => {
      session.disconnect()
      Atomics.store(progress, 1, 2)
      Atomics.notify(progress, 1)
    })
  }
}, workerData.checkMs)
`

/** The interval at which progress is checked, in milliseconds. */
const CHECK_MS = 200

export interface Sentry {
  /** Reports progress: the time limit begins anew. */
  beat(): void
  release(): void
}

const UNWATCHED: Sentry = { beat: () => {}, release: () => {} }

/**
 * Watches the main thread if it executes algorithms from outside: those of the workbench return from their handlers.
 *
 * @param outside the modules of algorithms from outside
 * @param limitMs processor time without progress after which the process ends
 * @param current returns the name of the algorithm that is executed; called at the end
 * @param keep keeps what is needed to do it again. @returns how to do that
 */
export async function watchOutside(
  outside: readonly string[],
  limitMs: number,
  current: () => string,
  keep: () => string = () => "",
): Promise<Sentry> {
  if (outside.length === 0) return UNWATCHED
  const memory = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)
  const progress = new Int32Array(memory)
  const thread = new Worker(WATCH, { eval: true, workerData: { progress: memory, limitMs, checkMs: CHECK_MS } })
  await new Promise(resolve => thread.once("online", resolve))
  thread.unref()
  const end = (): void => {
    if (progress[1] === 0) return
    // As long as the other thread is connected, Node.js would say on exit that it waits for a debugger.
    Atomics.wait(progress, 1, 1, CHECK_MS)
    const what = `a handler did not return within ${limitMs / 1_000} s of processor time`
    endEarly([`${current()}: ${what}`, keep()].filter(Boolean).join("; "))
  }
  // What the main thread was executing is gone; it continues with its timers, or has nothing left to do.
  const timer = setInterval(end, CHECK_MS).unref()
  process.once("beforeExit", end)
  return {
    beat: () => void Atomics.add(progress, 0, 1),
    release: () => {
      clearInterval(timer)
      process.off("beforeExit", end)
      void thread.terminate()
    },
  }
}
