/** Times a task by itself with tinybench, in processor time: what else the machine does counts little. */
import { Bench } from "tinybench"
import { reference } from "./suites/reference.ts"
import type { Task, Work } from "./task.ts"

/** A timed task; plain data, so that processes can send it. */
export interface Rate {
  readonly name: string
  readonly unit: string
  /** Units in a second of processor time: the median of the samples. */
  readonly perSecond: number
  /** Half the width of the 95 % confidence interval of the mean time, relative to it. */
  readonly error: number
  /** Units that one call of the task does. */
  readonly units: number
  /** Processor time of one call, in milliseconds. */
  readonly milliseconds: number
  /** Rate relative to that of the reference loop in the same process. */
  readonly ratio: number
}

/** Shortest processor time of a sample, in milliseconds: Linux accounts for that of a thread in steps of 4 ms. */
export const SLICE_MS = 150
const SAMPLES = 10

/** Times a task and, in the same process, the reference loop. */
export async function measureRate(task: Task): Promise<Rate> {
  const bench = new Bench({ time: 0, iterations: SAMPLES, warmupTime: 0, warmupIterations: 4 })
  const standardUnits = addTo(bench, reference.name, await reference.prepare())
  const units = addTo(bench, task.name, await task.prepare())
  await bench.run()
  const [standard, own] = bench.tasks.map(({ name, result }) => {
    if (!("latency" in result)) throw new Error(`${name}: ${result.state}`)
    return result.latency
  })
  const perSecond = (1_000 * units()) / own!.p50
  const standardPerSecond = (1_000 * standardUnits()) / standard!.p50
  return {
    name: task.name,
    unit: task.unit,
    perSecond,
    error: Number.isFinite(own!.rme) ? own!.rme / 100 : 0,
    units: units(),
    milliseconds: own!.p50,
    ratio: perSecond / standardPerSecond,
  }
}

/**
 * Adds work under a name; a sample is the mean of as many calls as fill a slice.
 *
 * @returns a function that tells how many units a call did
 */
function addTo(bench: Bench, name: string, work: Work): () => number {
  let units = 0
  bench.add(name, async () => {
    const done = await workFor(work, SLICE_MS)
    units = done.units / done.calls
    return { overriddenDuration: done.cpuMs / done.calls }
  })
  return () => units
}

/** What calls of some work did together, and the processor time they took. */
interface Done {
  readonly calls: number
  readonly units: number
  readonly cpuMs: number
}

/** Calls work until the calls have taken so much processor time. */
export async function workFor(work: Work, atLeastMs: number): Promise<Done> {
  let [calls, units, cpuMs] = [0, 0, 0]
  do {
    const began = threadMs()
    const done = await work()
    units += typeof done === "number" ? done : done.units
    cpuMs += typeof done === "number" ? threadMs() - began : done.cpuMs
    calls++
  } while (cpuMs < atLeastMs)
  return { calls, units, cpuMs }
}

/** Processor time of this thread, in milliseconds. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}
