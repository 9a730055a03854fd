// Sweeps over a queue: whatever dies or fails on the way, the CSVs are those of one undisturbed run, byte for byte.
import { Worker } from "bullmq"
import { type ChildProcess, execFile } from "node:child_process"
import { writeFileSync } from "node:fs"
import { createServer, type Server } from "node:net"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { promisify } from "node:util"
import { beforeAll, describe, expect, test } from "vitest"
import { csvDigests } from "../experiments/support/running.ts"
import { BUILT_COMMANDS } from "../support/built.ts"
import { byNight } from "../support/effort.ts"
import { temporaryFolder } from "../support/folder.ts"
import { startRedis, type TestRedis } from "../support/redis.ts"
import { end, expectEnd, runsIn, specOf, start, untilRuns } from "../support/sweeps.ts"
import { createTerminal, quorate } from "../support/terminal.ts"

const RUNS = byNight(600, 200)
/** Runs that go to a worker together. */
const CHUNK = 100
/** Tests that use a queue at the same time, each of its own: mostly they wait for what the others do. */
const SERVERS = 3
const folder = temporaryFolder()
const spec = join(folder, "spec.yaml")
let digests: Readonly<Record<string, string>>
const servers: TestRedis[] = []

beforeAll(async () => {
  writeFileSync(spec, specOf(RUNS))
  const undisturbed = join(folder, "undisturbed")
  const { code } = await quorate(`run ${spec} --out ${undisturbed} --workers 1 --quiet`)
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

/** Starts a worker in a process of its own, which may be killed. */
function serve({ url }: TestRedis): ChildProcess {
  return start(["worker", "--queue", url, "--workers", "1", "--patience", "1500ms"])
}

/** Starts a worker in this process, which is a thread less to load; what is returned stops it as Ctrl-C does. */
function serveHere({ url }: TestRedis): () => Promise<void> {
  const terminal = createTerminal()
  const served = quorate(`worker --queue ${url} --workers 1 --patience 1500ms`, terminal)
  return async () => {
    terminal.interrupt()
    expect(await served).toMatchObject({ code: 130, out: "" })
  }
}

describe.concurrent("while others fail, and answer nothing:", () => {
  test("shares the runs among workers, one of which is killed and the gatherer started again; then two gather the same", async ({
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
    await expectEnd(again, 0)
    expect(csvDigests(out)).toEqual(digests)

    redis.flush()
    const [one, other] = [join(folder, "one"), join(folder, "other")]
    const elsewhere = start(["run", spec, "--out", one, "--queue", redis.url])
    const here = await quorate(`run ${spec} --out ${other} --queue ${redis.url} --quiet`)
    expect(here).toMatchObject({ code: 0, err: "" })
    await expectEnd(elsewhere, 0)
    expect([csvDigests(one), csvDigests(other)]).toEqual([digests, digests])
    second.kill("SIGTERM")
    await expectEnd(second, 130)
  })

  test("a worker that gives back something else, and then fails three times: its runs are put aside, and tried again when told to", async ({
    onTestFinished,
  }) => {
    const redis = ownServer(onTestFinished)
    const out = join(folder, "put-aside")
    const command = `run ${spec} --out ${out} --queue ${redis.url} --quiet`
    const connection = { host: "127.0.0.1", port: redis.port, maxRetriesPerRequest: null }
    const failing = quorate(command)
    const answers = [undefined, [], [[1]], "x"]
    const answer = async () => {
      if (answers.length === 0) throw new Error("out of order")
      return answers.pop()
    }
    const broken = new Worker(await redis.queue(), answer, { connection, concurrency: 10 })
    const failed = await failing
    await broken.close()
    expect(failed.err).toBe(
      `quorate: ${RUNS / CHUNK} of ${RUNS / CHUNK} chunks of runs failed 3 times (out of order); run the same again to retry\n`,
    )
    expect(failed.code).toBe(2)
    expect(answers).toEqual([])
    expect(runsIn(join(out, "runs.sqlite"))).toBe(0)

    const stop = serveHere(redis)
    expect(await quorate(command)).toMatchObject({ code: 0, err: "" })
    expect(csvDigests(out)).toEqual(digests)
    await stop()
  })

  test("a queue that is flushed, and later started again: what it lost is queued again", async ({ onTestFinished }) => {
    const redis = ownServer(onTestFinished)
    const out = join(folder, "lost")
    const gatherer = start(["run", spec, "--out", out, "--queue", redis.url])
    while ((await redis.waiting()) < RUNS / CHUNK) await sleep(100)
    redis.flush()
    // Takes a chunk, and neither answers nor gives it back before the server is gone.
    const taken = Promise.withResolvers<void>()
    const mute = new Worker(await redis.queue(), () => new Promise(() => taken.resolve()), {
      connection: { host: "127.0.0.1", port: redis.port, maxRetriesPerRequest: null },
    })
    mute.on("error", () => {})
    await taken.promise
    expect(runsIn(join(out, "runs.sqlite"))).toBe(0)
    await redis.restart()
    await mute.close(true)
    const stop = serveHere(redis)
    await expectEnd(gatherer, 0)
    expect(csvDigests(out)).toEqual(digests)
    await stop()
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

test("that is not there, or is none: one line, exit code 2", async () => {
  const nowhere = await quorate(`run ${spec} --out ${join(folder, "nowhere")} --queue redis://127.0.0.1:1`)
  expect(nowhere.err).toContain("quorate: redis://127.0.0.1:1: this queue cannot be reached: connect ECONNREFUSED")
  expect(nowhere.code).toBe(2)
  const wrong = await quorate("worker --queue localhost:6379")
  expect(wrong.err).toContain('--queue: expected an address such as redis://localhost:6379, found "localhost:6379"')
  expect(wrong.code).toBe(2)
})

test("without the optional packages `run` and `worker` say which to install: exit code 2", async () => {
  const hideBullMq = `import { registerHooks } from "node:module"
    const resolve = (name, context, next) => next(name === "bullmq" ? "bullmq-is-not-installed" : name, context)
    registerHooks({ resolve })`
  const hook = `data:text/javascript,${encodeURIComponent(hideBullMq)}`
  const lines = [
    ["run", spec, "--queue", "redis://127.0.0.1:1"],
    ["worker", "--queue", "redis://127.0.0.1:1"],
  ]
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", hook, BUILT_COMMANDS, JSON.stringify(lines)],
    { cwd: folder },
  )
  const told = "quorate: --queue needs the packages bullmq and ioredis: npm install bullmq ioredis\n"
  expect(JSON.parse(stdout)).toEqual(lines.map(() => ({ code: 2, out: "", err: told })))
})
