/** Sweeps in processes of their own, which tests may kill. */
import { type ChildProcess, spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, expect } from "vitest"
import { BUILT_MAIN } from "./built.ts"
import { isNight } from "./effort.ts"

const running = new Set<ChildProcess>()
/** What each has written to its error stream. */
const complaints = new WeakMap<ChildProcess, string>()
afterAll(() => {
  for (const child of running) child.kill("SIGKILL")
})

/** Starts a program, which does not outlive the tests of the file. */
export function startProgram(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, ...env } })
  running.add(child)
  child.on("close", () => running.delete(child))
  child.stderr.setEncoding("utf8")
  child.stderr.on("data", text => complaints.set(child, `${complaints.get(child) ?? ""}${text}`))
  return child
}

/** Starts the executable of the built package, whose runs are not those of a checkout: stores tell them apart. */
export function start(args: readonly string[]): ChildProcess {
  return startProgram(process.execPath, [BUILT_MAIN, ...args])
}

/** How a process ended: its exit code, or the signal that killed it. */
export function end(child: ChildProcess): Promise<number | string | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode ?? child.signalCode)
  return new Promise(resolve => {
    child.on("close", (code, signal) => resolve(code ?? signal))
  })
}

/** Expects that a process ends so; shows what it wrote to its error stream if it ends in another way. */
export async function expectEnd(child: ChildProcess, how: number | NodeJS.Signals): Promise<void> {
  const ended = await end(child)
  expect(ended, `${child.spawnargs.join(" ")}\n${complaints.get(child) ?? ""}`).toBe(how)
}

/** Runs in a store, as another program sees them. */
export function runsIn(path: string): number {
  if (!existsSync(path)) return 0
  const database = new DatabaseSync(path, { readOnly: true, timeout: 50 })
  try {
    return Number(database.prepare("SELECT count(*) AS runs FROM run").get()?.["runs"])
  } catch {
    return 0
  } finally {
    database.close()
  }
}

/** Waits until so many runs are in a store, or its process has ended. */
export async function untilRuns(path: string, runs: number, child: ChildProcess): Promise<void> {
  while (runsIn(path) < runs && running.has(child)) await sleep(10)
}

/**
 * A spec of so many short runs, in two cells. By day these are of one algorithm: each process starts threads for every algorithm,
 * which takes longer than the runs.
 */
export function specOf(runs: number): string {
  return `question: Is anything lost?
algorithms: [${isNight ? "raft, multi-paxos" : "raft"}]
service: replicated-log
${isNight ? "nodes: 3" : "sweep: { nodes: [3, 5] }"}
network: { latency: { model: uniform, min: 5ms, max: 15ms } }
warmup: 100ms
duration: 150ms
repeat: ${runs / 2}
charts: []
`
}
