/**
 * Limits how long the trusted side waits for a handler: by processor time, so that it makes no difference what else the
 * machine has to do. The thread that waits uses none, so that what this process uses meanwhile is the handler's.
 */
import { SLICE_MS } from "./channel.ts"

/** Why the submission's thread does not answer any more. */
export interface Silent {
  readonly reason: string
  /** True if the machine is to blame: nothing is known of the submission then. */
  readonly isMachines: boolean
}

/** The time without processor time after which a handler is either dead, or on a machine that has none to give. */
const STALLED_MS = 3_000

/** Less than this counts as none: the waiting thread's own. */
const NEXT_TO_NOTHING_MS = 20

/** Nobody waits longer than this for one handler. */
const MAX_MS = 120_000

/** Processor time that this process has used, in milliseconds. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/** The patience with one call. */
export class Patience {
  readonly #limitMs: number
  #since: number | undefined
  #waitedMs = 0
  #lastProgress = 0
  #lastProgressAt = 0
  /** Why it came to an end. */
  silent: Silent = { reason: "the machine is too slow", isMachines: true }

  constructor(limitMs: number) {
    this.#limitMs = limitMs
  }

  /** Called after every {@link SLICE_MS} of waiting. @returns whether to wait on */
  readonly goOn = (): boolean => {
    const now = processorMs()
    this.#since ??= now
    this.#waitedMs += SLICE_MS
    const used = now - this.#since
    if (used > this.#limitMs) {
      const seconds = `${this.#limitMs / 1_000} s of processor time`
      this.silent = { reason: `it did not end within ${seconds}: a loop without end`, isMachines: false }
      return false
    }
    if (used - this.#lastProgress > NEXT_TO_NOTHING_MS) {
      this.#lastProgress = used
      this.#lastProgressAt = this.#waitedMs
    }
    return this.#waitedMs - this.#lastProgressAt < STALLED_MS && this.#waitedMs < MAX_MS
  }
}
