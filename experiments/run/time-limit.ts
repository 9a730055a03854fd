/** Limits the processor time of a batch, so that other load on the machine makes no difference. */
import type { Worker } from "node:worker_threads"
import type { Watch } from "./watch.ts"

export interface TimeLimit {
  /** Aborts once the time is up. */
  readonly exceeded: AbortSignal
  release(): void
}

/** The minimum interval between two checks of a thread, in milliseconds. */
const PAUSE_MS = 10

/**
 * Limits the time of a batch that is about to run: the processor time of its thread if Node.js reports it (from 24.6),
 * otherwise real time. A thread that uses no processor time for the whole interval is blocked forever.
 *
 * @param threadOf the thread that runs the batch, once it has started
 */
export function limitTime(limitMs: number, watch: Watch, threadOf: () => Worker | undefined): TimeLimit {
  const controller = new AbortController()
  let timer = setTimeout(look, limitMs)
  let before = -1
  function look(): void {
    void processorMs(threadOf()).then(total => {
      const taken = total - watch.begunAt
      // NaN if Node.js does not report it.
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

/** The processor time of a thread, in milliseconds; 0 before it has started, NaN if Node.js does not report it. */
async function processorMs(thread: (Worker & { readonly cpuUsage?: Worker["cpuUsage"] }) | undefined): Promise<number> {
  if (thread === undefined) return 0
  try {
    const taken = await thread.cpuUsage?.()
    return taken === undefined ? Number.NaN : (taken.user + taken.system) / 1_000
  } catch {
    // The thread has just ended, and the batch with it.
    return Number.NaN
  }
}
