/** Times tasks with tinybench, in processor time of this thread: what else the machine does counts little. */
import { Bench } from "tinybench"
import { reference } from "./reference.ts"
import type { Task } from "./suites.ts"

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

/** Shortest time spent on each task, in milliseconds. */
const TIME_MS = 1_500

/** Times the tasks and, in the same process, the reference loop. */
export function measure(tasks: readonly Task[]): readonly Rate[] {
  const bench = new Bench({ now: threadMs, time: TIME_MS, iterations: 8, warmupTime: 300, warmupIterations: 4 })
  const units = new Map<string, number>()
  for (const task of [reference, ...tasks]) {
    bench.add(task.name, () => {
      units.set(task.name, task.run())
    })
  }
  bench.runSync()
  const timed = bench.tasks.map(({ name, result }, index) => {
    if (!("latency" in result)) throw new Error(`${name}: ${result.state}`)
    const { p50, rme } = result.latency
    const done = units.get(name)!
    const unit = [reference, ...tasks][index]!.unit
    return {
      name,
      unit,
      perSecond: (1_000 * done) / p50,
      error: Number.isFinite(rme) ? rme / 100 : 0,
      units: done,
      milliseconds: p50,
    }
  })
  const standard = timed[0]!.perSecond
  return timed.map(rate => ({ ...rate, ratio: rate.perSecond / standard }))
}

/** Processor time of this thread, in milliseconds. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}
