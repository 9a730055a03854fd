// Sweeps over a queue: whatever dies or fails on the way, the CSVs are those of one undisturbed run, byte for byte.
import { Worker } from "bullmq"
import { type ChildProcess, execFile } from "node:child_process"
import { writeFileSync } from "node:fs"
import { createServer, type Server } from "node:net"
import { join } from "node:path"
import { beforeAll, describe, expect, test } from "vitest"
import { csvDigests } from "../experiments/support/running.ts"
import { BUILT_MAIN, quorateBuilt } from "../support/built.ts"
import { byNight } from "../support/effort.ts"
import { temporaryFolder } from "../support/folder.ts"
import { startRedis, type TestRedis } from "../support/redis.ts"
import { end, runsIn, specOf, start, untilRuns } from "../support/sweeps.ts"

const RUNS = byNight(600, 200)
/** Runs that go to a worker together. */
const CHUNK = 100
/** Tests that use a queue at the same time, each of its own: mostly they wait for what the others do. */
const SERVERS = 3
const folder = temporaryFolder()
const spec = join(folder, "spec.yaml")
let digests: Readonly<Record<string, string>>
const servers: TestRedis[] = []

/** Runs a command line, without quotes, to its end. */
const quorate = (line: string) => quorateBuilt(line.split(" "))

beforeAll(async () => {
  writeFileSync(spec, specOf(RUNS))
  const undisturbed = join(folder, "undisturbed")
  const { code } = await quorate(`run ${spec} --out ${undisturbed} --quiet`)
  if (code !== 0) throw new Error(`the undisturbed run ended with ${String(code)}`)
  digests = csvDigests(undisturbed)
  // One after the other, lest two of them get the same port.
  while (servers.length < SERVERS) servers.push(await startRedis(folder))
})

/** A server that no other test uses until this one is finished, and that knows nothing. */
function ownServer(whenDone: (giveBack: () => void) => void): TestRedis {
  const redis = servers.pop()
  if (redis === undefined) throw new Error(`more than ${SERVERS} tests at once`)
  whenDone(() => servers.push(redis))
  redis.flush()
  return redis
}

function serve({ url }: TestRedis): ChildProcess {
  return start(["worker", "--queue", url, "--workers", "1", "--patience", "1500ms"])
}

describe.concurrent("while others fail, and answer nothing:", () => {
  test("shares the runs among workers, one of which is killed and the gatherer started again", async ({
    onTestFinished,
  }) => {
    const redis = ownServer(onTestFinished)
    const out = join(folder, "queued")
    const store = join(out, "runs.sqlite")
    const [first, second] = [serve(redis), serve(redis)]
    const gatherer = start(["run", spec, "--out", out, "--queue", redis.url])
    await untilRuns(store, RUNS / 6, gatherer)
    gatherer.kill("SIGKILL")
    await end(gatherer)
    const again = start(["run", spec, "--out", out, "--queue", redis.url])
    await untilRuns(store, RUNS / 2, again)
    first.kill("SIGKILL")
    expect(await end(again)).toBe(0)
    expect(csvDigests(out)).toEqual(digests)
    second.kill("SIGTERM")
    expect(await end(second)).toBe(130)
  })

  test("puts runs aside that fail three times, keeps the others, and tries again when told to", async ({
    onTestFinished,
  }) => {
    const redis = ownServer(onTestFinished)
    const out = join(folder, "put-aside")
    const command = `run ${spec} --out ${out} --queue ${redis.url} --quiet`
    const connection = { host: "127.0.0.1", port: redis.port, maxRetriesPerRequest: null }
    const failing = quorate(command)
    const broken = new Worker(await redis.queue(), () => Promise.reject(new Error("out of order")), {
      connection,
      concurrency: 10,
    })
    const failed = await failing
    await broken.close()
    expect(failed.err).toBe(
      `quorate: ${RUNS / CHUNK} of ${RUNS / CHUNK} chunks of runs failed 3 times (out of order); run the same again to retry\n`,
    )
    expect(failed.code).toBe(2)
    expect(runsIn(join(out, "runs.sqlite"))).toBe(0)

    const worker = serve(redis)
    expect(await quorate(command)).toMatchObject({ code: 0, err: "" })
    expect(csvDigests(out)).toEqual(digests)
    worker.kill("SIGTERM")
    expect(await end(worker)).toBe(130)
  })

  test("a server that accepts connections and says nothing is given up", async () => {
    const mute: Server = createServer().listen(0, "127.0.0.1")
    await new Promise(resolve => {
      mute.on("listening", resolve)
    })
    const address = mute.address()
    const silent = `redis://127.0.0.1:${typeof address === "object" ? address?.port : 0}`
    const told = `quorate: ${silent}: this queue cannot be reached: no answer within 5 s\n`
    const [gatherer, worker] = await Promise.all([
      quorate(`run ${spec} --out ${join(folder, "mute")} --queue ${silent} --quiet`),
      quorate(`worker --queue ${silent}`),
    ])
    expect([gatherer, worker]).toMatchObject([
      { code: 2, err: told },
      { code: 2, err: told },
    ])
    mute.close()
  })
})

test("two processes gather the same runs from one queue: both end with the right bytes", async ({ onTestFinished }) => {
  const redis = ownServer(onTestFinished)
  const [one, other] = [join(folder, "one"), join(folder, "other")]
  const gatherers = [one, other].map(out => start(["run", spec, "--out", out, "--queue", redis.url]))
  const worker = serve(redis)
  expect(await Promise.all(gatherers.map(end))).toEqual([0, 0])
  expect([csvDigests(one), csvDigests(other)]).toEqual([digests, digests])
  worker.kill("SIGTERM")
  await end(worker)
})

describe.concurrent("what a queue has lost, or was told wrong:", () => {
  test.for(["flushed", "started again"])(
    "a queue that is %s meanwhile: what it lost is queued again",
    async (how, { onTestFinished }) => {
      const redis = ownServer(onTestFinished)
      const out = join(folder, how.replace(" ", "-"))
      const gatherer = start(["run", spec, "--out", out, "--queue", redis.url])
      const early = serve(redis)
      await untilRuns(join(out, "runs.sqlite"), RUNS / 6, gatherer)
      early.kill("SIGKILL")
      await end(early)
      await (how === "flushed" ? redis.flush() : redis.restart())
      const late = serve(redis)
      expect(await end(gatherer)).toBe(0)
      expect(csvDigests(out)).toEqual(digests)
      late.kill("SIGTERM")
      expect(await end(late)).toBe(130)
    },
  )

  test("a worker that gives back something else: its runs are run again", async ({ onTestFinished }) => {
    const redis = ownServer(onTestFinished)
    const out = join(folder, "nonsense")
    const connection = { host: "127.0.0.1", port: redis.port, maxRetriesPerRequest: null }
    const answers = [undefined, [], [[1]], "x"]
    const gatherer = start(["run", spec, "--out", out, "--queue", redis.url])
    const liar = new Worker(await redis.queue(), async () => answers.pop(), { connection })
    await new Promise(resolve => {
      liar.on("completed", () => answers.length === 0 && resolve(undefined))
    })
    await liar.close()
    const worker = serve(redis)
    expect(await end(gatherer)).toBe(0)
    expect(csvDigests(out)).toEqual(digests)
    worker.kill("SIGTERM")
    await end(worker)
  })
})

test("that is not there, or is none: one line, exit code 2", async () => {
  const nowhere = await quorate(`run ${spec} --out ${join(folder, "nowhere")} --queue redis://127.0.0.1:1`)
  expect(nowhere.err).toContain("quorate: redis://127.0.0.1:1: this queue cannot be reached: connect ECONNREFUSED")
  expect(nowhere.code).toBe(2)
  const wrong = await quorate(`worker --queue localhost:6379`)
  expect(wrong.err).toContain('--queue: expected an address such as redis://localhost:6379, found "localhost:6379"')
  expect(wrong.code).toBe(2)
})

test.each([
  ["run", "spec.yaml", "--queue"],
  ["worker", "--queue"],
])("without the optional packages `%s` says which to install: exit code 2", async (...args) => {
  const hideBullMq = `import { registerHooks } from "node:module"
    const resolve = (name, context, next) => next(name === "bullmq" ? "bullmq-is-not-installed" : name, context)
    registerHooks({ resolve })`
  const hook = `data:text/javascript,${encodeURIComponent(hideBullMq)}`
  const ended = new Promise(resolve => {
    execFile(
      process.execPath,
      ["--import", hook, BUILT_MAIN, ...args, "redis://127.0.0.1:1"],
      { cwd: folder },
      (error, _out, err) => {
        resolve([error?.code, err])
      },
    )
  })
  const told = "quorate: --queue needs the packages bullmq and ioredis: npm install bullmq ioredis\n"
  expect(await ended).toEqual([2, told])
})
