/** Runs an exploration with a live line, until it is over, a limit is reached, or the user stops it. */
import { type CheckRequest, modelOf } from "../../../checking/request.ts"
import type { Exploration } from "../../../runtime/checker/exploration.ts"
import { Explorer } from "../../../runtime/checker/search/explorer.ts"
import type { Bounds } from "../../../runtime/checker/model.ts"
import { NotInterchangeable } from "../../../runtime/checker/orbits.ts"
import { RandomWalks } from "../../../runtime/checker/search/random-walks.ts"
import type { Search } from "../../../runtime/checker/search/search.ts"
import { showError } from "../../../runtime/lib/show.ts"
import { AlgorithmError, UsageError } from "../../exit-codes.ts"
import { keep, restore } from "./checkpoint.ts"
import type { Output, Terminal } from "../../terminal/terminal.ts"

export interface Limits extends Bounds {
  readonly search: "breadth" | "depth" | "random"
  /** True if loops are violations in which not all is ever done. */
  readonly liveness: boolean
  /** True if states that differ by the ids of nodes alone count as one. */
  readonly symmetry: boolean
  /** Of random walks. */
  readonly seed: number
  readonly walks: number
  readonly memoryBytes: number
  /** Real time, in milliseconds. */
  readonly timeMs: number | undefined
  /** The file from which it continues, and which it leaves if it is stopped. */
  readonly checkpoint: string | undefined
}

/** The limit at which an exploration stopped. */
export type Stop = "walks" | "states" | "depth" | "memory" | "time" | "interrupt"

export interface Explored extends Exploration {
  readonly stoppedBy?: Stop
  readonly limits: Limits
}

const REDRAW_MS = 100

/** @throws AlgorithmError if the algorithm fails before anything has happened */
export async function explore(request: CheckRequest, limits: Limits, terminal: Terminal): Promise<Explored> {
  const { memoryBytes, timeMs = Infinity } = limits
  const search = begun(request, limits)
  const start = performance.now()
  let isInterrupted = false
  const ignore = terminal.onInterrupt(() => {
    isInterrupted = true
  })
  let stoppedBy: Stop | undefined
  try {
    let drawn = start
    while (stoppedBy === undefined && advanced(search)) {
      const now = performance.now()
      if (now - drawn >= REDRAW_MS) {
        drawn = now
        draw(terminal.err, search.result, now - start)
        // Ctrl-C is heard only when nothing runs.
        await new Promise(resolve => setImmediate(resolve))
      }
      if (isInterrupted) stoppedBy = "interrupt"
      else if (now - start > timeMs) stoppedBy = "time"
      else if (process.memoryUsage.rss() > memoryBytes) stoppedBy = "memory"
    }
  } finally {
    ignore()
    if (terminal.err.isTerminal) terminal.err.redraw("")
  }
  const { checkpoint } = limits
  if (checkpoint !== undefined && search instanceof Explorer) keep(search, checkpoint, request, orderOf(limits))
  return concluded(search.result, limits, stoppedBy)
}

/** @throws UsageError if nodes turn out not to be interchangeable */
function advanced(search: Search): boolean {
  try {
    return search.advance()
  } catch (error) {
    if (error instanceof NotInterchangeable) throw new UsageError(`--symmetry: ${error.message}`)
    throw error
  }
}

function concluded(result: Exploration, limits: Limits, stoppedBy: Stop | undefined): Explored {
  if (result.isComplete || result.violation !== null) return { ...result, limits }
  if (stoppedBy !== undefined) return { ...result, limits, stoppedBy }
  if (result.states >= (limits.states ?? Infinity)) return { ...result, limits, stoppedBy: "states" }
  return { ...result, limits, stoppedBy: limits.search === "random" ? "walks" : "depth" }
}

function begun(request: CheckRequest, limits: Limits): Search {
  const { search: order, seed, walks, liveness, symmetry, checkpoint, ...bounds } = limits
  const model = modelOf(request)
  try {
    if (order === "random") {
      const walking = new RandomWalks(model, { seed, walks })
      walking.begin(bounds)
      return walking
    }
    const explorer = new Explorer(model, { order, findsLoops: liveness, bySymmetry: symmetry })
    if (checkpoint === undefined || !restore(explorer, checkpoint, request, orderOf(limits), bounds)) {
      explorer.begin(bounds)
    }
    return explorer
  } catch (error) {
    if (error instanceof UsageError) throw error
    if (error instanceof NotInterchangeable) throw new UsageError(`--symmetry: ${error.message}`)
    throw new AlgorithmError(`${request.algorithm.name} fails as its nodes boot: ${showError(error)}`)
  }
}

/** The order, and whatever else makes one exploration of a request another. */
function orderOf({ search, symmetry }: Limits): string {
  return symmetry ? `${search}, by symmetry` : search
}

function draw(err: Output, { states, generated, depth }: Exploration, elapsedMs: number): void {
  if (!err.isTerminal) return
  const rate = (generated / elapsedMs / 1_000).toFixed(1)
  const memory = Math.round(process.memoryUsage.rss() / 2 ** 20)
  const line = `${counted(states)} states, ${counted(generated - 1)} transitions, ${depth} deep, ${rate} M/s, ${memory} MiB`
  err.redraw(line.slice(0, err.columns - 1))
}

export function counted(number: number): string {
  return number.toLocaleString("en")
}
