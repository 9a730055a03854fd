/** Times a single task with tinybench, in processor time, which other load affects little. */
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
  /** Units per second of wall-clock time in the fastest stretch: an estimate of the speed without other load. */
  readonly best: number
  /** Units that one call of the task does. */
  readonly units: number
  /** Processor time of one call, in milliseconds. */
  readonly milliseconds: number
  /** Rate relative to that of the reference loop in the same process. */
  readonly ratio: number
}

/** Shortest processor time of a sample, in milliseconds: Linux measures that of a thread in steps of 4 ms. */
export const SLICE_MS = 150
const SAMPLES = 10
/**
 * Shortest wall-clock time of a stretch that may be the fastest, in milliseconds: short enough to be undisturbed by other
 * processes often.
 */
const STRETCH_MS = 25

/** Times a task and, in the same process, the reference loop. */
export async function measureRate(task: Task): Promise<Rate> {
  const bench = new Bench({ time: 0, iterations: SAMPLES, warmupTime: 0, warmupIterations: 4 })
  const standard = addTo(bench, reference.name, await reference.prepare())
  const own = addTo(bench, task.name, await task.prepare())
  await bench.run()
  const [standardTimes, times] = bench.tasks.map(({ name, result }) => {
    if (!("latency" in result)) throw new Error(`${name}: ${result.state}`)
    return result.latency
  })
  const perSecond = (1_000 * own.units) / times!.p50
  const standardPerSecond = (1_000 * standard.units) / standardTimes!.p50
  return {
    name: task.name,
    unit: task.unit,
    perSecond,
    error: Number.isFinite(times!.rme) ? times!.rme / 100 : 0,
    best: own.best,
    units: own.units,
    milliseconds: times!.p50,
    ratio: perSecond / standardPerSecond,
  }
}

/** Records of a task besides the times of its samples. */
interface Noted {
  /** Units that a call did. */
  units: number
  /** Units per second of wall-clock time, in the fastest stretch. */
  best: number
}

/** Adds work under a name; a sample is the mean of as many calls as fill a slice. */
function addTo(bench: Bench, name: string, work: Work): Readonly<Noted> {
  const noted: Noted = { units: 0, best: 0 }
  bench.add(name, async () => {
    const { calls, units, cpuMs, best } = await workFor(work, SLICE_MS)
    noted.units = units / calls
    noted.best = Math.max(noted.best, best)
    return { overriddenDuration: cpuMs / calls }
  })
  return noted
}

/** The work that several calls did together, and the processor time they took. */
interface Done {
  readonly calls: number
  readonly units: number
  readonly cpuMs: number
  /** Units per second of wall-clock time, in the fastest stretch of calls. */
  readonly best: number
}

/** Calls work until the calls have taken a given processor time. */
export async function workFor(work: Work, atLeastMs: number): Promise<Done> {
  let [calls, units, cpuMs, best] = [0, 0, 0, 0]
  let [stretchUnits, stretchMs] = [0, 0]
  do {
    const [began, clock] = [threadMs(), performance.now()]
    const done = await work()
    const unitsDone = typeof done === "number" ? done : done.units
    units += unitsDone
    cpuMs += typeof done === "number" ? threadMs() - began : done.cpuMs
    calls++
    stretchUnits += unitsDone
    // Work that reports its own time has waited for another process.
    stretchMs += typeof done === "number" ? performance.now() - clock : done.cpuMs
    if (stretchMs < STRETCH_MS) continue
    best = Math.max(best, (1_000 * stretchUnits) / stretchMs)
    stretchUnits = 0
    stretchMs = 0
  } while (cpuMs < atLeastMs)
  return { calls, units, cpuMs, best }
}

/** Processor time of this thread, in milliseconds. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}
