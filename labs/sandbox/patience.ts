/**
 * Limits how long the trusted side waits for a handler: by processor time, so that other load on the machine makes no
 * difference. The waiting thread uses none, so that all that this process uses meanwhile is the handler's.
 */
import { SLICE_MS } from "./channel.ts"

/** The reason why the submission's thread no longer answers. */
export interface Silent {
  readonly reason: string
  /** True if the machine is to blame: nothing is known of the submission then. */
  readonly isMachines: boolean
}

/** The time without processor time after which a handler is dead, or the machine has none to give. */
const STALLED_MS = 3_000

/** Less than this counts as none: it is the waiting thread's own. */
const NEXT_TO_NOTHING_MS = 20

/** Maximum wait for one handler. */
const MAX_MS = 120_000

/** Processor time used by this process, in milliseconds. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/** The limits of one call. */
export class Patience {
  readonly #limitMs: number
  #since: number | undefined
  #waitedMs = 0
  #lastProgress = 0
  #lastProgressAt = 0
  /** The reason why it ran out. */
  silent: Silent = { reason: "the machine is too slow", isMachines: true }

  constructor(limitMs: number) {
    this.#limitMs = limitMs
  }

  /** Called after every {@link SLICE_MS} of waiting. @returns whether to continue waiting */
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
