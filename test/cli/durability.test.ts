// Sweeps that lose nothing: killed at random moments, in shards, over a queue, on a full disk; the CSVs are always those
// of one undisturbed run, byte for byte.
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { parse } from "yaml"
import { RunStore } from "../../experiments/store/store.ts"
import { Random } from "../../runtime/random.ts"
import { csvDigests } from "../experiments/support/running.ts"
import { temporaryFolder } from "../support/folder.ts"
import { quorate } from "../support/terminal.ts"

const ROOT = join(import.meta.dirname, "../..")
const MAIN = join(ROOT, "cli/main.ts")
const RUNS = 2_000
const folder = temporaryFolder()
const spec = join(folder, "spec.yaml")
const undisturbed = join(folder, "undisturbed")
const running = new Set<ChildProcess>()
let digests: Readonly<Record<string, string>>

/** Starts the executable. */
function start(args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: "ignore" })
  running.add(child)
  child.on("close", () => running.delete(child))
  return child
}

/** How a process ended: its exit code, or the signal that killed it. */
function end(child: ChildProcess): Promise<number | string | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode ?? child.signalCode)
  return new Promise(resolve => {
    child.on("close", (code, signal) => resolve(code ?? signal))
  })
}

/** Runs in a store, as another program sees them. */
function runsIn(path: string): number {
  if (!existsSync(path)) return 0
  const database = new DatabaseSync(path, { readOnly: true, timeout: 1_000 })
  try {
    return Number(database.prepare("SELECT count(*) AS runs FROM run").get()?.["runs"])
  } catch {
    return 0
  } finally {
    database.close()
  }
}

/** Waits until so many runs are in a store, or its process has ended. */
async function untilRuns(path: string, runs: number, child: ChildProcess): Promise<void> {
  while (runsIn(path) < runs && running.has(child)) await sleep(5)
}

beforeAll(async () => {
  const lines = [
    "question: Is anything lost?",
    "algorithms: [raft, multi-paxos]",
    "service: replicated-log",
    "nodes: 3",
    "network: { latency: { model: uniform, min: 5ms, max: 15ms } }",
    "warmup: 200ms",
    "duration: 300ms",
    `repeat: ${RUNS / 2}`,
    "charts: []",
  ]
  writeFileSync(spec, lines.join("\n"))
  const code = await end(start(["run", spec, "--out", undisturbed]))
  if (code !== 0) throw new Error(`the undisturbed run ended with ${code}`)
  digests = csvDigests(undisturbed)
}, 60_000)

afterAll(() => {
  for (const child of running) child.kill("SIGKILL")
})

test("kill -9 at ten random moments: nothing is lost, nothing is run twice, and the bytes are the same", async () => {
  const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 31)
  console.log(`random moments; again: SEED=${seed} npx vitest run test/cli/durability.test.ts`)
  const random = new Random(seed)
  const out = join(folder, "killed")
  const store = join(out, "runs.sqlite")
  const moments = Array.from({ length: 10 }, () => random.integer(1, RUNS - 100)).toSorted((one, other) => one - other)
  let kept = 0
  for (const moment of moments) {
    const child = start(["run", spec, "--out", out])
    await untilRuns(store, Math.min(RUNS, Math.max(moment, kept + 1)), child)
    await sleep(random.integer(0, 20))
    child.kill("SIGKILL")
    expect(await end(child)).toBe("SIGKILL")
    const there = runsIn(store)
    expect(there).toBeGreaterThanOrEqual(kept)
    kept = there
  }
  expect(kept).toBeGreaterThan(0)
  const last = await quorate(`run ${spec} --out ${out} --json`)
  expect(last.code).toBe(0)
  const { runs }: { runs: object } = JSON.parse(last.out.trimEnd().split("\n").at(-1)!)
  expect(runs).toMatchObject({ total: RUNS, resumed: kept })
  expect(csvDigests(out)).toEqual(digests)
  const database = new DatabaseSync(store, { readOnly: true })
  expect(database.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }])
  expect(runsIn(store)).toBe(RUNS)
  database.close()
}, 120_000)

/** The shards of a Slurm array and of a Kubernetes Indexed Job, as these start them. */
function startShard(index: number, count: number, out: string): ChildProcess {
  const command = `${process.execPath} ${MAIN}`
  const task = { SLURM_ARRAY_TASK_ID: String(index), SLURM_ARRAY_TASK_MIN: "1", SLURM_ARRAY_TASK_COUNT: String(count) }
  if (index % 2 === 0) {
    const env = { ...process.env, QUORATE: command, ...task }
    return spawn(join(ROOT, "deploy/slurm.sh"), [spec, "--out", out], { env, stdio: "ignore" })
  }
  const manifest: {
    spec: {
      template: { spec: { containers: readonly [{ command: readonly [string, string]; args: readonly [string] }] } }
    }
  } = parse(readFileSync(join(ROOT, "deploy/kubernetes.yaml"), "utf8"))
  const [{ command: shell, args }] = manifest.spec.template.spec.containers
  const bin = join(folder, "bin")
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, "quorate"), `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 })
  const pod = { JOB_COMPLETION_INDEX: String(index - 1), SHARDS: String(count), SPEC: spec, OUT: out }
  const env = { ...process.env, PATH: `${bin}:${process.env["PATH"]}`, ...pod }
  return spawn(shell[0], [shell[1], args[0]], { env, stdio: "ignore" })
}

test("four shards, of a Slurm array and of a Kubernetes job, one of them killed and started again", async () => {
  const out = join(folder, "sharded")
  const shards = [1, 2, 3].map(index => startShard(index, 4, out))
  // On another machine, by hand.
  const elsewhere = join(folder, "elsewhere")
  const killed = start(["run", spec, "--out", elsewhere, "--shard", "4/4"])
  await untilRuns(join(elsewhere, "shards/4-of-4.sqlite"), 50, killed)
  killed.kill("SIGKILL")
  expect(await Promise.all(shards.map(end))).toEqual([0, 0, 0])
  const merge = `merge ${spec} ${join(out, "shards")} ${join(elsewhere, "shards")} --out ${out}`
  const partly = await quorate(merge)
  expect(partly.code).toBe(2)
  expect(partly.err).toMatch(/^quorate: \d+ of 2000 runs are missing, such as \S+; run their shards to the end/)
  expect((await quorate(`run ${spec} --out ${elsewhere} --shard 4/4 --quiet`)).code).toBe(0)
  expect((await quorate(merge)).code).toBe(0)
  expect(csvDigests(out)).toEqual(digests)
}, 120_000)

/** A port that nobody listens on. */
function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0))
    })
  })
}

describe("a queue", () => {
  let redis: ChildProcess
  let url: string
  beforeAll(async () => {
    const port = await freePort()
    url = `redis://127.0.0.1:${port}`
    const settings = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"]
    redis = spawn("redis-server", ["--port", String(port), "--dir", folder, ...settings], { stdio: "ignore" })
    running.add(redis)
    await new Promise((resolve, reject) => {
      redis.on("error", () => reject(new Error("this test needs redis-server (Debian: apt-get install redis-server)")))
      redis.on("spawn", resolve)
    })
    while (spawnSync("redis-cli", ["-p", String(port), "ping"]).status !== 0) await sleep(20)
  })
  afterAll(() => redis.kill("SIGKILL"))

  test("shares the runs among workers, one of which is killed and the gatherer started again", async () => {
    const out = join(folder, "queued")
    const serve = (): ChildProcess => start(["worker", "--queue", url, "--workers", "1", "--patience", "1500ms"])
    const [first, second] = [serve(), serve()]
    const gatherer = start(["run", spec, "--out", out, "--queue", url])
    await untilRuns(join(out, "runs.sqlite"), 300, gatherer)
    gatherer.kill("SIGKILL")
    await end(gatherer)
    const again = start(["run", spec, "--out", out, "--queue", url])
    await untilRuns(join(out, "runs.sqlite"), 900, again)
    first.kill("SIGKILL")
    expect(await end(again)).toBe(0)
    expect(csvDigests(out)).toEqual(digests)
    second.kill("SIGTERM")
    expect(await end(second)).toBe(130)
  }, 120_000)

  test("that is not there, or is none: one line, exit code 2", async () => {
    const nowhere = await quorate(`run ${spec} --out ${join(folder, "nowhere")} --queue redis://127.0.0.1:1`)
    expect(nowhere.err).toContain("quorate: redis://127.0.0.1:1: this queue cannot be reached: connect ECONNREFUSED")
    expect(nowhere.code).toBe(2)
    const wrong = await quorate(`worker --queue localhost:6379`)
    expect(wrong.err).toContain('--queue: expected an address such as redis://localhost:6379, found "localhost:6379"')
    expect(wrong.code).toBe(2)
  })
})

describe("a folder that cannot be written to", () => {
  test("because another process has it", async () => {
    const store = new RunStore(join(undisturbed, "runs.sqlite"))
    const second = await quorate(`run ${spec} --out ${undisturbed}`)
    store.close()
    expect(second.err).toMatch(
      /^quorate: \S+runs\.sqlite: in use by process \d+ on \S+ since \S+; wait for it, or stop it\n$/,
    )
    expect(second.code).toBe(2)
  })

  test("because its disk is full, or read-only: a clear word, and the same command goes on when there is room", async context => {
    const disk = join(folder, "disk")
    mkdirSync(disk)
    if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=600k", "tmpfs", disk]).status !== 0) context.skip("needs root")
    const remount = (options: string): void => {
      expect(spawnSync("mount", ["-o", `remount,${options}`, disk]).status).toBe(0)
    }
    try {
      const out = join(disk, "results")
      const full = await quorate(`run ${spec} --out ${out}`)
      expect(full.err).toMatch(/\nquorate: \S+: the disk is full, or failed\n$/)
      expect(full.code).toBe(2)
      remount("size=64m,ro")
      const readOnly = await quorate(`run ${spec} --out ${out}`)
      expect(readOnly.err).toMatch(/^quorate: \S+: .*read-only\n$/)
      expect(readOnly.code).toBe(2)
      remount("size=64m,rw")
      const kept = runsIn(join(out, "runs.sqlite"))
      expect(kept).toBeGreaterThan(0)
      const rest = await quorate(`run ${spec} --out ${out}`)
      expect(rest.out).toContain(`${RUNS} runs, ${kept} of them from before: no check was violated`)
      expect(csvDigests(out)).toEqual(digests)
    } finally {
      spawnSync("umount", [disk])
    }
  }, 60_000)
})
