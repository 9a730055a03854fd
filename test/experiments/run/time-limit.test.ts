// The limit on a batch's time: what else the machine has to do makes no difference, and what waits for ever ends, too.
import type { Worker } from "node:worker_threads"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { limitTime } from "../../../experiments/run/time-limit.ts"
import { Watch } from "../../../experiments/run/watch.ts"

const LIMIT_MS = 1_000

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A thread that began its batch at 5 s of its processor time, and has since been given a share of a core. */
function threadWith(share: number, system = 0) {
  const watch = new Watch()
  watch.enter(1, 5_000)
  const began = Date.now()
  const cpuUsage = () =>
    Promise.resolve({ user: 1_000 * (5_000 + share * (Date.now() - began)), system: 1_000 * system })
  return { watch, thread: { cpuUsage } as unknown as Worker }
}

/** The real time after which the limit is exceeded, in milliseconds; `undefined`: not within an hour. */
async function exceededAfter(watch: Watch, threadOf: () => Worker | undefined): Promise<number | undefined> {
  const began = Date.now()
  const limit = limitTime(LIMIT_MS, watch, threadOf)
  let at: number | undefined
  limit.exceeded.addEventListener("abort", () => (at = Date.now() - began))
  await vi.advanceTimersByTimeAsync(3_600_000)
  limit.release()
  return at
}

test.each([
  ["alone", 1, 1_000],
  ["a core for four", 0.25, 4_000],
  ["a core for fifty", 0.02, 50_000],
])("processor time is what counts: %s", async (_, share, after) => {
  const { watch, thread } = threadWith(share)
  const at = await exceededAfter(watch, () => thread)
  expect(at).toBeGreaterThanOrEqual(after)
  expect(at).toBeLessThan(after * 1.02)
})

test("what the system does for it counts, too", async () => {
  const { watch, thread } = threadWith(0.5, LIMIT_MS)
  expect(await exceededAfter(watch, () => thread)).toBe(LIMIT_MS)
})

test.each([
  ["waits for something", threadWith(0)],
  ["has not begun", { watch: new Watch(), thread: undefined }],
])("a thread that %s has the time twice", async (_, { watch, thread }) => {
  expect(await exceededAfter(watch, () => thread)).toBe(2 * LIMIT_MS)
})

test.each([
  ["does not tell", {}],
  ["has just ended", { cpuUsage: () => Promise.reject(new Error("not running")) }],
])("where a thread %s, real time counts", async (_, thread) => {
  expect(await exceededAfter(threadWith(0).watch, () => thread as unknown as Worker)).toBe(LIMIT_MS)
})

test("a batch that has ended is not looked at any more", async () => {
  const { watch, thread } = threadWith(1)
  const limit = limitTime(LIMIT_MS, watch, () => thread)
  limit.release()
  await vi.advanceTimersByTimeAsync(10 * LIMIT_MS)
  expect(limit.exceeded.aborted).toBe(false)
})
