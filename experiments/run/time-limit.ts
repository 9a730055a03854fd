/** Limits the processor time of a batch, so that what else the machine has to do makes no difference. */
import type { Worker } from "node:worker_threads"
import type { Watch } from "./watch.ts"

export interface TimeLimit {
  /** Aborts once the time is up. */
  readonly exceeded: AbortSignal
  release(): void
}

/** The shortest time after which a thread is looked at again, in milliseconds. */
const PAUSE_MS = 10

/**
 * Limits the time of a batch that is about to run: the processor time of its thread, where Node.js tells that (from 24.6),
 * and real time elsewhere. A thread that takes none in all of that time waits for something that never comes.
 *
 * @param threadOf the thread that runs the batch, once it has begun
 */
export function limitTime(limitMs: number, watch: Watch, threadOf: () => Worker | undefined): TimeLimit {
  const controller = new AbortController()
  let timer = setTimeout(look, limitMs)
  let before = -1
  function look(): void {
    void processorMs(threadOf()).then(total => {
      const taken = total - watch.begunAt
      // Not a number where nobody tells.
      if (!(taken > before && taken < limitMs)) controller.abort()
      if (controller.signal.aborted || released) return
      before = taken
      timer = setTimeout(look, Math.max(PAUSE_MS, limitMs - taken))
    })
  }
  let released = false
  return {
    exceeded: controller.signal,
    release() {
      released = true
      clearTimeout(timer)
    },
  }
}

/** The processor time of a thread, in milliseconds; 0 before it has begun, not a number where Node.js does not tell. */
async function processorMs(thread: (Worker & { readonly cpuUsage?: Worker["cpuUsage"] }) | undefined): Promise<number> {
  if (thread === undefined) return 0
  try {
    const taken = await thread.cpuUsage?.()
    return taken === undefined ? Number.NaN : (taken.user + taken.system) / 1_000
  } catch {
    // It has just ended, which ends the batch as well.
    return Number.NaN
  }
}
