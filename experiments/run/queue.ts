/**
 * An experiment on an elastic pool of machines: one process queues its runs in Redis (or Valkey) and collects the results; any
 * number of others take runs from the queue. BullMQ manages the queue: it reassigns the jobs of a crashed worker, and sets
 * aside jobs that fail repeatedly.
 *
 * A job is a chunk of runs, named by its contents: queued twice it is one job, and a restarted collector finds the results that
 * are waiting. Workers serve only the queue of their own code's version.
 */
import type * as BullMq from "bullmq"
import type { Redis } from "ioredis"
import * as Effect from "effect/Effect"
import { createHash } from "node:crypto"
import { setTimeout as sleep } from "node:timers/promises"
import * as bundledRegistry from "../../algorithms/registry.ts"
import { codeVersion } from "../../lib/assets.ts"
import type { CellScenario } from "../../scenarios/cell.ts"
import type { Plan } from "../model/plan.ts"
import { BatchQueue } from "./batches.ts"
import { Progress } from "./progress.ts"
import { experimentLayer, type RunOptions } from "./prepare.ts"
import { finish } from "./run.ts"
import { refuseUnlessFixed } from "./shards.ts"
import { type EncodedRun, isEncodedRun } from "../store/encoding.ts"
import { StoreError, storeError } from "../../lib/errors.ts"
import { Store } from "../store/service.ts"
import type { PendingRuns } from "../store/store.ts"
import { keep, ProgressTracker } from "./sweep.ts"
import { runSurely } from "./watchdog.ts"
import { Workers } from "./workers.ts"

/** Runs in a chunk: enough to amortize the round trip through Redis, few enough for load balancing. */
const MIN_RUNS = 100
const MAX_RUNS = 1_000
const CHUNKS = 1_000
/** The number of attempts at a chunk. */
const ATTEMPTS = 3
const POLL_MS = 250
const PAGE = 20
/** The interval at which the queue is checked for lost chunks. */
const ROLL_CALL_MS = 2_000
/** The number of times that the queue may lose a chunk before the experiment fails. */
const MAX_LOSSES = 10
/** The time within which a queue must answer, when connecting and later (it may be restarted meanwhile). */
const CONNECT_MS = 5_000
const ANSWER_MS = 30_000
/** The time within which closing the queue must finish; the server may be gone. */
const CLOSE_MS = 3_000
const SLICE_MS = 100

/** Runs of one scenario, as a worker gets them. */
interface QueuedBatch {
  readonly scenario: CellScenario
  readonly seeds: readonly number[]
}

/** Runs that form one job. */
interface Chunk {
  readonly id: string
  readonly batches: readonly QueuedBatch[]
  /** The indices of each batch's runs in the plan. */
  readonly targets: readonly Omit<PendingRuns, "cell">[]
}

type Queue = BullMq.Queue<readonly QueuedBatch[], readonly (readonly EncodedRun[])[]>
type Job = BullMq.Job<readonly QueuedBatch[], readonly (readonly EncodedRun[])[]>

/** Runs an experiment on the workers of a queue, and writes its results. */
export const runQueued = Effect.fn("runQueued")(
  function* (plan: Plan, options: RunOptions, url: string) {
    const work = (yield* Store).work()
    const tracker = new ProgressTracker(work, Date.now())
    yield* gather(chunksOf(plan, work.pending), tracker, url)
    const state = tracker.state(Date.now())
    return yield* finish(plan, options, { state, resumed: work.earlier.done })
  },
  Effect.scoped,
  (run, plan, options) =>
    refuseUnlessFixed(plan).pipe(
      Effect.andThen(refuseOutside(plan)),
      Effect.andThen(Effect.provide(run, experimentLayer(plan, options))),
    ),
)

function refuseOutside({ experiment }: Plan): Effect.Effect<void, StoreError> {
  if (experiment.outside.length === 0) return Effect.void
  const message = "algorithms from outside are not known to the workers of a queue; use --shard"
  return Effect.fail(new StoreError({ message }))
}

/**
 * Queues the chunks and stores the results, until all chunks have finished or failed permanently.
 *
 * Does not rely on the queue: chunks that it has lost (it was restarted, flushed, or short of memory), or that another process
 * with the same chunks has removed, are queued again.
 */
const gather = Effect.fnUntraced(function* (chunks: readonly Chunk[], tracker: ProgressTracker, url: string) {
  const progress = yield* Progress
  const waiting = new Map(chunks.map(chunk => [chunk.id, chunk]))
  if (waiting.size === 0) return
  const queue = yield* openQueue(url)
  yield* talk(url, () => enqueue(queue, chunks))
  const failed = new Map<string, string>()
  const losses = new Map<string, number>()
  let calledAt = Date.now()
  while (waiting.size > failed.size) {
    for (const job of yield* talk(url, () => jobsIn(queue, "completed", waiting))) {
      const chunk = waiting.get(job.id!)!
      if (isResultOf(chunk, job.returnvalue)) {
        for (const [index, runs] of job.returnvalue.entries()) {
          yield* keep([chunk.targets[index]!], runs)
          for (const run of runs) tracker.count(run, chunk.targets[index]!.places.length)
        }
        waiting.delete(chunk.id)
        failed.delete(chunk.id)
      }
      yield* talk(url, () => job.remove())
    }
    for (const job of yield* talk(url, () => jobsIn(queue, "failed", waiting))) failed.set(job.id!, job.failedReason)
    if (Date.now() - calledAt >= ROLL_CALL_MS) {
      const open = [...waiting.values()].filter(({ id }) => !failed.has(id))
      yield* talk(url, () => requeueLost(queue, open, losses))
      calledAt = Date.now()
    }
    const workers = yield* talk(url, () => queue.getWorkersCount())
    const note = workers === 0 ? { note: `waiting for workers: quorate worker --queue ${url}` } : {}
    yield* progress.update({ ...tracker.state(Date.now()), ...note })
    if (waiting.size > failed.size) yield* Effect.sleep(POLL_MS)
  }
  const [reason] = failed.values()
  if (reason !== undefined) {
    const message = `${failed.size} of ${chunks.length} chunks of runs failed ${ATTEMPTS} times (${reason}); run the same again to retry`
    return yield* new StoreError({ message })
  }
})

async function enqueue(queue: Queue, chunks: readonly Chunk[]): Promise<void> {
  const ids = new Map(chunks.map(chunk => [chunk.id, chunk]))
  // Jobs that failed permanently are retried.
  for (const job of await jobsIn(queue, "failed", ids)) await job.retry("failed", { resetAttemptsMade: true })
  await addJobs(queue, chunks)
}

async function addJobs(queue: Queue, chunks: readonly Chunk[]): Promise<void> {
  await queue.addBulk(
    chunks.map(({ id, batches }) => ({
      name: "runs",
      data: batches,
      opts: { jobId: id, attempts: ATTEMPTS, backoff: { type: "exponential", delay: 1_000 } },
    })),
  )
}

/** Requeues the chunks that the queue does not know, or has in none of its lists. */
async function requeueLost(queue: Queue, chunks: readonly Chunk[], losses: Map<string, number>): Promise<void> {
  const lost: Chunk[] = []
  for (let from = 0; from < chunks.length; from += PAGE) {
    const page = chunks.slice(from, from + PAGE)
    const states = await Promise.all(page.map(({ id }) => queue.getJobState(id)))
    lost.push(...page.filter((_, index) => states[index] === "unknown"))
  }
  for (const { id } of lost) {
    const times = (losses.get(id) ?? 0) + 1
    if (times > MAX_LOSSES) throw new Error(`it has lost the same runs ${MAX_LOSSES} times (is it short of memory?)`)
    losses.set(id, times)
    await queue.remove(id)
  }
  if (lost.length > 0) await addJobs(queue, lost)
}

/** True if a worker's result has a run for each seed of the chunk; results are untrusted. */
function isResultOf({ batches }: Chunk, result: unknown): result is readonly (readonly EncodedRun[])[] {
  if (!Array.isArray(result) || result.length !== batches.length) return false
  return batches.every(({ seeds }, index) => {
    const runs: unknown = result[index]
    return Array.isArray(runs) && runs.length === seeds.length && runs.every(isEncodedRun)
  })
}

/** Our jobs among those that have finished or failed. */
async function jobsIn(queue: Queue, state: "completed" | "failed", ours: ReadonlyMap<string, unknown>) {
  const found: Job[] = []
  for (let from = 0; ; from += PAGE) {
    const page = await queue.getJobs([state], from, from + PAGE - 1)
    found.push(...page.filter(job => job !== undefined && ours.has(job.id ?? "")))
    // Return early, so that only a few results are in memory at a time.
    if (page.length < PAGE || found.length >= PAGE) return found
  }
}

function chunksOf(plan: Plan, pending: readonly PendingRuns[]): readonly Chunk[] {
  const most = Math.min(MAX_RUNS, Math.max(MIN_RUNS, Math.ceil(plan.runs / CHUNKS)))
  const chunks: Chunk[] = []
  let parts: PendingRuns[] = []
  let room = most
  const close = (): void => {
    if (parts.length > 0) chunks.push(chunkOf(plan, parts))
    parts = []
    room = most
  }
  for (const { cell, places, repeats } of pending) {
    for (let next = 0; next < repeats.length; ) {
      const part = repeats.slice(next, next + room)
      parts.push({ cell, places, repeats: part })
      next += part.length
      room -= part.length
      if (room === 0) close()
    }
  }
  close()
  return chunks
}

function chunkOf({ seeds }: Plan, parts: readonly PendingRuns[]): Chunk {
  const batches = parts.map(({ cell, repeats }) => ({
    scenario: cell.scenario,
    seeds: repeats.map(repeat => seeds[repeat]!),
  }))
  const id = createHash("sha256").update(JSON.stringify(batches)).digest("hex").slice(0, 32)
  return { id, batches, targets: parts }
}

/** Runs a chunk, in pieces that keep a thread busy only briefly. @returns the runs of each of its batches */
export const runChunk = Effect.fnUntraced(function* (batches: readonly QueuedBatch[]) {
  const found = batches.map((): EncodedRun[] => [])
  const queue = new BatchQueue(
    batches.map(({ scenario, seeds }, index) => ({ cell: { scenario }, index, repeats: seeds })),
  )
  for (let parts = queue.next(); parts !== undefined; parts = queue.next()) {
    const tasks = parts.map(({ cell: { scenario }, repeats }) => ({ scenario, seeds: repeats }))
    const { runs, elapsedMs } = yield* runSurely(tasks)
    let next = 0
    for (const { index, repeats } of parts) for (const _ of repeats) found[index]!.push(runs[next++]!)
    queue.finished(parts, elapsedMs)
  }
  return found
})

export interface ServeOptions {
  /** The silence of a worker after which its job is reassigned, in milliseconds. */
  readonly patienceMs: number
  /** Called when the queue has answered. */
  readonly onReady: () => void
  /** Called with the reason when the queue becomes unreachable; it is retried until it answers. */
  readonly onTrouble: (reason: string) => void
}

/** Takes chunks from a queue and runs them until interrupted; finishes chunks in progress. */
export const serveQueue = Effect.fn("serveQueue")(function* (url: string, options: ServeOptions) {
  const { patienceMs, onReady, onTrouble } = options
  const workers = yield* Workers
  const services = yield* Effect.context<Workers>()
  const { Worker } = yield* loadBullMq
  yield* probe(url)
  const running = new Set<Promise<unknown>>()
  const process = (job: Job): Promise<readonly (readonly EncodedRun[])[]> => {
    const result = Effect.runPromiseWith(services)(runChunk(job.data))
    running.add(result)
    return result.finally(() => running.delete(result))
  }
  let isReachable = true
  yield* Effect.acquireRelease(
    Effect.sync(() => {
      const worker = new Worker(queueName(), process, {
        connection: connectionTo(url),
        concurrency: workers.size,
        lockDuration: patienceMs,
        stalledInterval: patienceMs / 2,
        maxStalledCount: 2,
      })
      // The client reconnects automatically.
      worker.on("error", error => {
        if (isReachable) onTrouble(error.message)
        isReachable = false
      })
      worker.on("ready", () => {
        isReachable = true
      })
      return worker
    }),
    worker =>
      Effect.promise(async () => {
        const closed = worker.close()
        await Promise.allSettled(running)
        await within(CLOSE_MS, closed).catch(() => worker.disconnect())
      }),
  )
  onReady()
  return yield* Effect.never
}, Effect.scoped)

/** The queue of this version of the code, which workers of other versions do not use. */
export function queueName(): string {
  const hash = createHash("sha256")
  for (const name of Object.keys(bundledRegistry.algorithms).toSorted()) hash.update(codeVersion(name))
  return `quorate-${hash.digest("hex").slice(0, 12)}`
}

const openQueue = Effect.fnUntraced(function* (url: string) {
  const bull = yield* loadBullMq
  yield* probe(url)
  return yield* Effect.acquireRelease(
    Effect.sync((): Queue => {
      const queue: Queue = new bull.Queue(queueName(), { connection: connectionTo(url) })
      queue.on("error", () => {})
      return queue
    }),
    queue => Effect.promise(() => within(CLOSE_MS, queue.close()).catch(() => queue.disconnect())),
  )
})

/** The library is optional: only experiments with a queue need it. */
const loadBullMq = Effect.tryPromise({
  try: () => import("bullmq"),
  catch: () => new StoreError({ message: "--queue needs the packages bullmq and ioredis: npm install bullmq ioredis" }),
})

/** Checks that the server answers, before starting a client that retries forever. */
const probe = (url: string) =>
  Effect.tryPromise({
    try: async () => {
      let trouble = `no answer within ${CONNECT_MS / 1_000} s`
      let client: Redis | undefined
      try {
        const ioredis = await import("ioredis")
        client = new ioredis.Redis(addressOf(url), { lazyConnect: true, retryStrategy: () => null })
        client.on("error", error => (trouble = error.message))
        await within(CONNECT_MS, client.connect())
        await within(CONNECT_MS, client.ping())
      } catch (error) {
        if (client === undefined) trouble = error instanceof Error ? error.message : String(error)
        throw new StoreError({ message: `${url}: this queue cannot be reached: ${trouble}` })
      } finally {
        client?.disconnect()
        await sleep(0)
      }
    },
    catch: error => storeError(url, error),
  })

/** Sends a request to the queue. */
const talk = <A>(url: string, ask: () => Promise<A>) =>
  Effect.tryPromise({
    try: () => within(ANSWER_MS, ask()),
    catch: error => {
      const reason = error instanceof Error ? error.message : String(error)
      return new StoreError({ message: `${url}: the queue fails: ${reason}; finished runs are kept` })
    },
  })

/** The value of a promise, or an error on timeout: the client would wait forever for a server that is gone. */
async function within<A>(milliseconds: number, answer: Promise<A>): Promise<A> {
  const late = new AbortController()
  const limit = silence(milliseconds, late.signal).then(() => {
    throw new Error(`no answer within ${milliseconds / 1_000} s`)
  })
  try {
    return await Promise.race([answer, limit])
  } finally {
    limit.catch(() => {})
    late.abort()
  }
}

/** Waits in slices, so that time in which this process is too busy to receive an answer hardly counts. */
async function silence(milliseconds: number, signal: AbortSignal): Promise<void> {
  for (let waited = 0; waited < milliseconds; waited += SLICE_MS) await sleep(SLICE_MS, undefined, { signal })
}

function connectionTo(url: string) {
  return { url: addressOf(url), maxRetriesPerRequest: null }
}

/** The address with Redis's scheme, since Valkey speaks the same protocol. */
function addressOf(url: string): string {
  return url.replace(/^valkey/, "redis")
}
