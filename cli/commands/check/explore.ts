/** Runs an exploration with a live line, until it is over, a limit is reached, or the user stops it. */
import { type CheckRequest, modelOf } from "../../../checking/request.ts"
import type { Exploration } from "../../../runtime/checker/exploration.ts"
import { Explorer } from "../../../runtime/checker/explorer.ts"
import type { Bounds } from "../../../runtime/checker/model.ts"
import { showError } from "../../../runtime/lib/show.ts"
import { AlgorithmError } from "../../exit-codes.ts"
import type { Output, Terminal } from "../../terminal/terminal.ts"

export interface Limits extends Bounds {
  readonly memoryBytes: number
  /** Real time, in milliseconds. */
  readonly timeMs: number | undefined
}

/** The limit at which an exploration stopped. */
export type Stop = "states" | "depth" | "memory" | "time" | "interrupt"

export interface Explored extends Exploration {
  readonly stoppedBy?: Stop
  readonly limits: Limits
}

const REDRAW_MS = 100

/** @throws AlgorithmError if the algorithm fails before anything has happened */
export async function explore(request: CheckRequest, limits: Limits, terminal: Terminal): Promise<Explored> {
  const { memoryBytes, timeMs = Infinity, ...bounds } = limits
  const explorer = new Explorer(modelOf(request))
  const begun = performance.now()
  let isInterrupted = false
  const ignore = terminal.onInterrupt(() => {
    isInterrupted = true
  })
  let stoppedBy: Stop | undefined
  try {
    begin(explorer, bounds, request)
    let drawn = begun
    while (stoppedBy === undefined && explorer.advance()) {
      const now = performance.now()
      if (now - drawn >= REDRAW_MS) {
        drawn = now
        draw(terminal.err, explorer.result, now - begun)
        // Ctrl-C is heard only when nothing runs.
        await new Promise(resolve => setImmediate(resolve))
      }
      if (isInterrupted) stoppedBy = "interrupt"
      else if (now - begun > timeMs) stoppedBy = "time"
      else if (process.memoryUsage.rss() > memoryBytes) stoppedBy = "memory"
    }
  } finally {
    ignore()
    if (terminal.err.isTerminal) terminal.err.redraw("")
  }
  const result = explorer.result
  if (result.isComplete || result.violation !== null) return { ...result, limits }
  return {
    ...result,
    limits,
    stoppedBy: stoppedBy ?? (result.states >= (bounds.states ?? Infinity) ? "states" : "depth"),
  }
}

function begin(explorer: Explorer, bounds: Bounds, { algorithm }: CheckRequest): void {
  try {
    explorer.begin(bounds)
  } catch (error) {
    throw new AlgorithmError(`${algorithm.name} fails as its nodes boot: ${showError(error)}`)
  }
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
