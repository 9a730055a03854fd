/**
 * The process that times one task: in a process of its own, so that no task spoils the engine's optimizations for another.
 *
 *     child.ts rate <task>              how fast it is, as JSON
 *     child.ts allocations <task>       bytes a unit, as JSON; needs ALLOCATION_FLAGS
 *     child.ts memory <run> <number>    memory of a run of <number> messages, as JSON
 *     child.ts samples <task>           a sample for each line on the standard input, as lines of JSON
 *
 * This protocol is also used with another revision's child: what `samples` reads and writes must not change.
 */
import { createInterface } from "node:readline"
import { inlineMore } from "../lib/inlining.ts"
import { measureRate, SLICE_MS, workFor } from "./measure.ts"
import { allocatedPerUnit, measureMemory } from "./memory.ts"
import { taskNamed } from "./suites.ts"
import { endlessNamed } from "./suites/endless.ts"
import type { Task } from "./task.ts"

/** One sample of a task; what `samples` writes. */
export interface Sample {
  readonly units: number
  readonly cpuMs: number
}

/** Shortest processor time of the warm-up, in milliseconds. */
const WARM_UP_MS = 400

inlineMore()

const [mode, name = "", messages] = process.argv.slice(2)
if (mode === "rate") print(await measureRate(taskNamed(name)))
else if (mode === "allocations") print((await allocatedPerUnit(taskNamed(name))) ?? null)
else if (mode === "memory") print(measureMemory(endlessNamed(name), Number(messages)))
else if (mode === "samples") await serveSamples(taskNamed(name))

/** Reports readiness after the warm-up, then answers every line with a sample. */
async function serveSamples(task: Task): Promise<void> {
  const work = await task.prepare()
  const sample = async (atLeastMs: number): Promise<Sample> => {
    const { units, cpuMs } = await workFor(work, atLeastMs)
    return { units, cpuMs }
  }
  print(await sample(WARM_UP_MS))
  for await (const _ of createInterface({ input: process.stdin })) print(await sample(SLICE_MS))
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}
