/** Runs an exploration with a live line, until it is over, a limit is reached, or the user stops it. */
import { Crew } from "../../../checking/parallel/crew.ts"
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
  /** True to report loops in which work is never completed as violations. */
  readonly liveness: boolean
  /** True to count states that differ only by the ids of nodes as one. */
  readonly symmetry: boolean
  /** The number of threads that explore large state spaces together. */
  readonly workers: number
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

type Progress = Pick<Exploration, "states" | "generated" | "depth">

const REDRAW_MS = 100

/** The number of states from which starting threads pays off. */
const HANDED_OVER = 100_000

/**
 * @param outside modules of algorithms from outside
 * @param beat called as long as the search makes progress
 * @throws AlgorithmError if the algorithm fails before anything has happened
 */
export async function explore(
  request: CheckRequest,
  limits: Limits,
  terminal: Terminal,
  outside: readonly string[],
  beat: () => void = () => {},
): Promise<Explored> {
  const search = begun(request, limits)
  const watching = new Watching(limits, terminal, beat)
  try {
    while (watching.stoppedBy === undefined && search.advance()) {
      await watching.look(search.result)
      if (limits.workers > 1 && search instanceof Explorer && search.result.states >= HANDED_OVER) {
        return concluded(await together(search, request, limits, outside, watching), limits, watching.stoppedBy)
      }
    }
  } catch (error) {
    if (error instanceof NotInterchangeable) throw new UsageError(`--symmetry: ${error.message}`)
    throw error
  } finally {
    watching.end()
  }
  const { checkpoint } = limits
  if (checkpoint !== undefined && search instanceof Explorer) keep(search, checkpoint, request, orderOf(limits))
  return concluded(search.result, limits, watching.stoppedBy)
}

/** Continues an exploration on threads. */
async function together(
  explorer: Explorer,
  request: CheckRequest,
  { workers: threads, symmetry: bySymmetry, states: maxStates = Infinity, depth: maxDepth = Infinity }: Limits,
  outside: readonly string[],
  watching: Watching,
): Promise<Exploration> {
  const crew = new Crew(explorer, request, { threads, bySymmetry, outside, maxStates, maxDepth })
  let generated = 0
  const timer = setInterval(() => {
    const { progress } = crew
    void watching.look(progress, progress.generated > generated)
    generated = progress.generated
    if (watching.stoppedBy !== undefined) crew.stop()
  }, REDRAW_MS)
  try {
    return await crew.explore()
  } finally {
    clearInterval(timer)
  }
}

/** Checks limits and draws the live line while an exploration runs. */
class Watching {
  stoppedBy: Stop | undefined
  readonly #limits: Limits
  readonly #err: Output
  readonly #beat: () => void
  readonly #start = performance.now()
  readonly #ignore: () => void
  #drawn = this.#start
  #isInterrupted = false

  constructor(limits: Limits, terminal: Terminal, beat: () => void) {
    this.#limits = limits
    this.#err = terminal.err
    this.#beat = beat
    this.#ignore = terminal.onInterrupt(() => {
      this.#isInterrupted = true
    })
  }

  /** @param hasAdvanced false if nothing has been found since the last look */
  async look(found: Progress, hasAdvanced = true): Promise<void> {
    const { memoryBytes, timeMs = Infinity } = this.#limits
    if (hasAdvanced) this.#beat()
    const now = performance.now()
    if (now - this.#drawn >= REDRAW_MS) {
      this.#drawn = now
      draw(this.#err, found, now - this.#start)
      // Ctrl-C is handled only while nothing runs.
      await new Promise(resolve => setImmediate(resolve))
    }
    if (this.#isInterrupted) this.stoppedBy = "interrupt"
    else if (now - this.#start > timeMs) this.stoppedBy = "time"
    else if (process.memoryUsage.rss() > memoryBytes) this.stoppedBy = "memory"
  }

  end(): void {
    this.#ignore()
    if (this.#err.isTerminal) this.#err.redraw("")
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

/** A key of the options that distinguish explorations of the same request. */
function orderOf({ search, symmetry }: Limits): string {
  return symmetry ? `${search}, by symmetry` : search
}

function draw(err: Output, { states, generated, depth }: Progress, elapsedMs: number): void {
  if (!err.isTerminal) return
  const rate = (generated / elapsedMs / 1_000).toFixed(1)
  const memory = Math.round(process.memoryUsage.rss() / 2 ** 20)
  const line = `${counted(states)} states, ${counted(generated - 1)} transitions, ${depth} deep, ${rate} M/s, ${memory} MiB`
  err.redraw(line.slice(0, err.columns - 1))
}

export function counted(number: number): string {
  return number.toLocaleString("en")
}
