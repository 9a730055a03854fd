// Sweeps over a queue: whatever dies or fails on the way, the CSVs are those of one undisturbed run, byte for byte.
import { Worker } from "bullmq"
import { type ChildProcess, execFile, spawnSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { beforeAll, expect, test } from "vitest"
import { queueName } from "../../experiments/queue.ts"
import { csvDigests } from "../experiments/support/running.ts"
import { temporaryFolder } from "../support/folder.ts"
import { end, MAIN, runsIn, specOf, start, startProgram, untilRuns } from "../support/sweeps.ts"
import { quorate } from "../support/terminal.ts"

const RUNS = 1_000
const folder = temporaryFolder()
const spec = join(folder, "spec.yaml")
let digests: Readonly<Record<string, string>>
let port: number
let url: string

beforeAll(async () => {
  writeFileSync(spec, specOf(RUNS))
  const undisturbed = join(folder, "undisturbed")
  const { code } = await quorate(`run ${spec} --out ${undisturbed} --quiet`)
  if (code !== 0) throw new Error(`the undisturbed run ended with ${code}`)
  digests = csvDigests(undisturbed)
  port = await freePort()
  url = `redis://127.0.0.1:${port}`
  const settings = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"]
  const redis = startProgram("redis-server", ["--port", String(port), "--dir", folder, ...settings])
  await new Promise((resolve, reject) => {
    redis.on("error", () => reject(new Error("this test needs redis-server (Debian: apt-get install redis-server)")))
    redis.on("spawn", resolve)
  })
  while (spawnSync("redis-cli", ["-p", String(port), "ping"]).status !== 0) await sleep(20)
}, 60_000)

/** A port that nobody listens on. */
function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0))
    })
  })
}

function serve(): ChildProcess {
  return start(["worker", "--queue", url, "--workers", "1", "--patience", "1500ms"])
}

test("shares the runs among workers, one of which is killed and the gatherer started again", async () => {
  const out = join(folder, "queued")
  const store = join(out, "runs.sqlite")
  const [first, second] = [serve(), serve()]
  const gatherer = start(["run", spec, "--out", out, "--queue", url])
  await untilRuns(store, 200, gatherer)
  gatherer.kill("SIGKILL")
  await end(gatherer)
  const again = start(["run", spec, "--out", out, "--queue", url])
  await untilRuns(store, 500, again)
  first.kill("SIGKILL")
  expect(await end(again)).toBe(0)
  expect(csvDigests(out)).toEqual(digests)
  second.kill("SIGTERM")
  expect(await end(second)).toBe(130)
}, 120_000)

test("puts runs aside that fail three times, keeps the others, and tries again when told to", async () => {
  // The queue may still hold results of the same runs, which their gatherer had stored when it was killed.
  expect(spawnSync("redis-cli", ["-p", String(port), "flushall"]).status).toBe(0)
  const out = join(folder, "put-aside")
  const command = `run ${spec} --out ${out} --queue ${url} --quiet`
  const connection = { host: "127.0.0.1", port, maxRetriesPerRequest: null }
  const broken = new Worker(queueName(), () => Promise.reject(new Error("out of order")), {
    connection,
    concurrency: 10,
  })
  const failed = await quorate(command)
  await broken.close()
  expect(failed.err).toBe(
    "quorate: 10 of 10 chunks of runs failed 3 times (out of order); run the same again to retry\n",
  )
  expect(failed.code).toBe(2)
  expect(runsIn(join(out, "runs.sqlite"))).toBe(0)

  const worker = serve()
  expect(await quorate(command)).toMatchObject({ code: 0, err: "" })
  expect(csvDigests(out)).toEqual(digests)
  worker.kill("SIGTERM")
  expect(await end(worker)).toBe(130)
}, 60_000)

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
    execFile(process.execPath, ["--import", hook, MAIN, ...args, url], { cwd: folder }, (error, _out, err) => {
      resolve([error?.code, err])
    })
  })
  const told = "quorate: --queue needs the packages bullmq and ioredis: npm install bullmq ioredis\n"
  expect(await ended).toEqual([2, told])
})
