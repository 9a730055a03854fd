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

/** Shortest time spent on the task and on the reference loop, in milliseconds. */
const TIME_MS = 1_000

/** Times a task and, in the same process, the reference loop. */
export async function measureRate(task: Task): Promise<Rate> {
  const bench = new Bench({ now: threadMs, time: TIME_MS, iterations: 8, warmupTime: 300, warmupIterations: 4 })
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

/** Adds work under a name. @returns a function that tells how many units a call did */
function addTo(bench: Bench, name: string, work: Work): () => number {
  let units = 0
  bench.add(name, async () => {
    const done = await work()
    if (typeof done === "number") {
      units = done
      return undefined
    }
    units = done.units
    return { overriddenDuration: done.cpuMs }
  })
  return () => units
}

/** Processor time of this thread, in milliseconds. */
export function threadMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}
