/** Starts the processes that time tasks. */
import { execFile, spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { promisify } from "node:util"
import { PACKAGE_ROOT, RUNS_FROM_SOURCE } from "../lib/assets.ts"
import type { Sample } from "./child.ts"
import type { Rate } from "./measure.ts"
import { ALLOCATION_FLAGS, type MemorySample } from "./memory.ts"

/** The module that times tasks, built or as source, like this one. */
const CHILD = join(PACKAGE_ROOT, RUNS_FROM_SOURCE ? "bench/child.ts" : "dist/bench/child.js")

/**
 * The module that times tasks as source, in this checkout or in one of another revision: a comparison must not be between a
 * built and an unbuilt side.
 *
 * @returns undefined if that revision has none
 */
export function childSource(root = PACKAGE_ROOT): string | undefined {
  const path = join(root, "bench/child.ts")
  return existsSync(path) ? path : undefined
}

export async function rateOf(task: string, signal: AbortSignal): Promise<Rate> {
  const rate: Rate = JSON.parse(await outputOf(["rate", task], signal))
  return rate
}

/** Bytes that a task allocates per unit; null if unknown. */
export async function allocationsOf(task: string, signal: AbortSignal): Promise<number | null> {
  const bytes: number | null = JSON.parse(await outputOf(["allocations", task], signal, ALLOCATION_FLAGS))
  return bytes
}

export async function memoryOf(task: string, messages: number, signal: AbortSignal): Promise<readonly MemorySample[]> {
  const samples: readonly MemorySample[] = JSON.parse(await outputOf(["memory", task, String(messages)], signal))
  return samples
}

async function outputOf(args: readonly string[], signal: AbortSignal, flags: readonly string[] = []): Promise<string> {
  const command = [...flags, CHILD, ...args]
  const { stdout } = await promisify(execFile)(process.execPath, command, { signal, maxBuffer: 1 << 26 })
  return stdout
}

/** A warmed-up process that takes samples on request. */
export interface Sampler extends AsyncDisposable {
  sample(): Promise<Sample>
}

/**
 * Starts a process that takes samples of a task.
 *
 * @returns the sampler, once it is warm; undefined if its revision has no such task
 */
export async function startSampler(module: string, task: string, signal: AbortSignal): Promise<Sampler | undefined> {
  const child = spawn(process.execPath, [module, "samples", task], { stdio: ["pipe", "pipe", "pipe"], signal })
  let complaint = ""
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint += text
  })
  // An abort ends the child; the error comes from waiting for its next line.
  child.on("error", () => {})
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<Sample | undefined> => {
    const { value, done } = await lines.next()
    signal.throwIfAborted()
    if (done === true) return undefined
    const sample: Sample = JSON.parse(value)
    return sample
  }
  if ((await next()) === undefined) {
    if (complaint.includes(`no task ${task}`)) return undefined
    throw new Error(`${module} samples ${task}:\n${complaint}`)
  }
  return {
    async sample() {
      child.stdin.write("\n")
      const taken = await next()
      if (taken === undefined) throw new Error(`${module} samples ${task}:\n${complaint}`)
      return taken
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      child.kill()
    },
  }
}
