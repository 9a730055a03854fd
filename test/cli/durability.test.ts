// Sweeps that lose nothing: killed at random moments, in shards, on a full disk; the CSVs are always those of one
// undisturbed run, byte for byte. Queues have a file of their own.
import { type ChildProcess, spawnSync } from "node:child_process"
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { setTimeout as sleep } from "node:timers/promises"
import { beforeAll, describe, expect, test } from "vitest"
import { parse } from "yaml"
import { RunStore } from "../../experiments/store/store.ts"
import { Random } from "../../runtime/lib/random.ts"
import { csvDigests } from "../experiments/support/running.ts"
import { BUILT_MAIN, quorateBuilt } from "../support/built.ts"
import { byNight } from "../support/effort.ts"
import { temporaryFolder } from "../support/folder.ts"
import { end, expectEnd, runsIn, specOf, start, startProgram, untilRuns } from "../support/sweeps.ts"
import { quorate } from "../support/terminal.ts"

const ROOT = join(import.meta.dirname, "../..")
const RUNS = byNight(1_000, 300)

/** How often a sweep is killed. */
const KILLS = byNight(10, 3)
const folder = temporaryFolder()
const spec = join(folder, "spec.yaml")
const undisturbed = join(folder, "undisturbed")
let digests: Readonly<Record<string, string>>

beforeAll(async () => {
  writeFileSync(spec, specOf(RUNS))
  const { code, err } = await quorate(`run ${spec} --out ${undisturbed}`)
  if (code !== 0) throw new Error(`the undisturbed run ended with ${code}: ${err}`)
  digests = csvDigests(undisturbed)
})

test("kill -9 at random moments: nothing is lost, nothing is run twice, and the bytes are the same", async () => {
  const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 31)
  console.log(`random moments; again: SEED=${seed} npx vitest run test/cli/durability.test.ts`)
  const random = new Random(seed)
  const out = join(folder, "killed")
  const store = join(out, "runs.sqlite")
  const moments = Array.from({ length: KILLS }, () => random.integer(1, RUNS - 100)).toSorted(
    (one, other) => one - other,
  )
  let kept = 0
  for (const moment of moments) {
    const child = start(["run", spec, "--out", out])
    await untilRuns(store, Math.min(RUNS, Math.max(moment, kept + 1)), child)
    await sleep(random.integer(0, 20))
    child.kill("SIGKILL")
    // Where the machine is busy, it may have come to its end before.
    if ((await end(child)) === 0) break
    await expectEnd(child, "SIGKILL")
    const there = runsIn(store)
    expect(there).toBeGreaterThanOrEqual(kept)
    kept = there
  }
  expect(kept).toBeGreaterThan(0)
  const last = await quorate(`run ${spec} --out ${out} --json`)
  expect(last.code, last.err).toBe(0)
  const { runs }: { runs: object } = JSON.parse(last.out.trimEnd().split("\n").at(-1)!)
  expect(runs).toMatchObject({ total: RUNS, resumed: kept })
  expect(csvDigests(out)).toEqual(digests)
  const database = new DatabaseSync(store, { readOnly: true })
  expect(database.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }])
  expect(runsIn(store)).toBe(RUNS)
  database.close()
})

/** The shards of a Slurm array and of a Kubernetes Indexed Job, as these start them. */
function startShard(index: number, count: number, out: string): ChildProcess {
  const command = `${process.execPath} ${BUILT_MAIN}`
  const task = { SLURM_ARRAY_TASK_ID: String(index), SLURM_ARRAY_TASK_MIN: "1", SLURM_ARRAY_TASK_COUNT: String(count) }
  if (index % 2 === 0) {
    return startProgram(join(ROOT, "deploy/slurm.sh"), [spec, "--out", out], { QUORATE: command, ...task })
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
  return startProgram(shell[0], [shell[1], args[0]], { PATH: `${bin}:${process.env["PATH"]}`, ...pod })
}

test("four shards, of a Slurm array and of a Kubernetes job, one of them killed and started again", async () => {
  const out = join(folder, "sharded")
  const shards = [1, 2, 3].map(index => startShard(index, 4, out))
  // On another machine, by hand.
  const elsewhere = join(folder, "elsewhere")
  for (let ended: unknown = 0; ended === 0; ) {
    // Where the machine is busy, it may come to its end before it is killed.
    rmSync(elsewhere, { recursive: true, force: true })
    const killed = start(["run", spec, "--out", elsewhere, "--workers", "1", "--shard", "4/4"])
    await untilRuns(join(elsewhere, "shards/4-of-4.sqlite"), 10, killed)
    killed.kill("SIGKILL")
    ended = await end(killed)
  }
  for (const shard of shards) await expectEnd(shard, 0)
  const merge = `merge ${spec} ${join(out, "shards")} ${join(elsewhere, "shards")} --out ${out}`
  const partly = await quorate(merge)
  expect(partly.code).toBe(2)
  expect(partly.err).toMatch(
    new RegExp(`^quorate: \\d+ of ${RUNS} runs are missing, such as \\S+; run their shards to the end`),
  )
  expect((await quorate(`run ${spec} --out ${elsewhere} --shard 4/4 --quiet`)).code).toBe(0)
  expect((await quorate(merge)).code).toBe(0)
  expect(csvDigests(out)).toEqual(digests)
})

describe("a folder that cannot be written to", () => {
  test("because another process has it", async () => {
    const store = new RunStore(join(undisturbed, "runs.sqlite"))
    const second = await quorateBuilt(["run", spec, "--out", undisturbed])
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
      expect(full.code).toBe(74)
      remount("size=64m,ro")
      const readOnly = await quorate(`run ${spec} --out ${out}`)
      expect(readOnly.err).toMatch(/^quorate: \S+: .*read-only\n$/)
      expect(readOnly.code).toBe(2)
      remount("size=64m,rw")
      const kept = runsIn(join(out, "runs.sqlite"))
      expect(kept).toBeGreaterThan(0)
      const rest = await quorate(`run ${spec} --out ${out}`)
      expect(rest.out).toContain(`${RUNS} runs (${kept} already stored): no check was violated`)
      expect(csvDigests(out)).toEqual(digests)
    } finally {
      spawnSync("umount", [disk])
    }
  })
})
