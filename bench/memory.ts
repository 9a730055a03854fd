/** Memory: the bytes that one call of a task allocates, and those that a long run of an algorithm retains. */
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { Simulation } from "../runtime/simulation/simulation.ts"
import { steadyState, type Steady } from "./suites/scenarios.ts"
import type { Task } from "./task.ts"

/** Flags for the process that measures allocations: a young generation so large that nothing is collected. */
export const ALLOCATION_FLAGS = ["--min-semi-space-size=512", "--max-semi-space-size=1024"] as const

const WARM_UP_CALLS = 3

/**
 * Bytes that a call of a task allocates per unit, once the engine has optimized it.
 *
 * @returns undefined if that is unknown, because the collector ran meanwhile or other processes did the work
 */
export async function allocatedPerUnit(task: Task): Promise<number | undefined> {
  const collect = garbageCollector()
  const work = await task.prepare()
  for (let call = 0; call < WARM_UP_CALLS; call++) {
    await work()
    collect()
  }
  const before = process.memoryUsage().heapUsed
  const done = await work()
  const bytes = process.memoryUsage().heapUsed - before
  return bytes < 0 || typeof done !== "number" ? undefined : bytes / done
}

export interface MemorySample {
  /** Messages sent between nodes so far. */
  readonly messages: number
  /** Live data after a full collection, in bytes. */
  readonly heap: number
  /** All memory of the process, in bytes. */
  readonly resident: number
}

/** Runs a scenario until the given number of messages has been sent, with a sample after each of `parts` equal parts. */
export function measureMemory(steady: Steady, messages: number, parts = 10): readonly MemorySample[] {
  const collect = garbageCollector()
  // The workload of instances of agreement is endless here.
  const endless = steady.workload?.["instances"] === undefined ? {} : { instances: 0 }
  const scenario = steadyState({ ...steady, duration: "1000h", workload: { ...steady.workload, ...endless } })
  const simulation = new Simulation({ ...scenario, eventBudget: Infinity }, 1)
  const every = messages / parts
  const samples: MemorySample[] = []
  simulation.begin()
  for (let seconds = 1; samples.length < parts; seconds++) {
    simulation.runUntil(seconds * 1_000_000)
    const { protocol, heartbeat, retransmission } = simulation.meter.messages
    const sent = protocol + heartbeat + retransmission
    if (sent < (samples.length + 1) * every) continue
    collect()
    const { heapUsed, arrayBuffers, rss } = process.memoryUsage()
    samples.push({ messages: sent, heap: heapUsed + arrayBuffers, resident: rss })
  }
  return samples
}

/** Node.js exposes its collector only on request. */
function garbageCollector(): () => void {
  setFlagsFromString("--expose-gc")
  const collect: () => void = runInNewContext("gc")
  return collect
}
