/** Shows the progress of a sweep: a redrawn line for a person, occasional lines for a log file. */
import type { ProgressState } from "../../../experiments/run/progress.ts"
import type { Output } from "../../terminal/terminal.ts"

/** Real time between two lines for a person and for a log, in milliseconds. */
const REDRAW_MS = 100
const LOG_MS = 5_000
const BAR_WIDTH = 20

/** Shows nothing. */
export const quietDisplay: ProgressDisplay = { update() {}, close() {} }

/** Real time between two events of progress for other programs, in milliseconds. */
const EVENT_MS = 1_000

/** Writes progress as events, one JSON object a line: at the start and end of every phase, and periodically in between. */
export function createEventDisplay(out: Output): ProgressDisplay {
  let last: ProgressState | undefined
  return {
    update(state) {
      const isNews = last?.phase !== state.phase || (state.done === state.total && last.done < state.done)
      if (!isNews && last !== undefined && state.elapsedMs - last.elapsedMs < EVENT_MS) return
      last = state
      writeEvent(out, "progress", state)
    },
    close() {},
  }
}

/** Writes an event for other programs. */
export function writeEvent(out: Output, type: string, content: object): void {
  out.write(`${JSON.stringify({ type, ...content })}\n`)
}

export interface ProgressDisplay {
  update(state: ProgressState): void
  /** Clears the line, so that what follows starts on an empty one. */
  close(): void
}

/** @param err where to write; results go elsewhere, so that they can be piped */
export function createProgressDisplay(err: Output): ProgressDisplay {
  const every = err.isTerminal ? REDRAW_MS : LOG_MS
  let last: ProgressState | undefined
  return {
    update(state) {
      if (state.phase === "done") return
      if (last?.phase === state.phase && state.elapsedMs - last.elapsedMs < every && state.done < state.total) return
      if (last !== undefined && last.phase === state.phase && last.done === state.done && !err.isTerminal) return
      last = state
      const line = describeProgress(state)
      if (err.isTerminal) err.redraw(line.slice(0, err.columns - 1))
      else err.write(`${line}\n`)
    },
    close() {
      if (err.isTerminal && last !== undefined) err.redraw("")
    },
  }
}

/** `[#####---------------] 50/200 runs (1 failed)  444/s  12 s left`. */
export function describeProgress(state: ProgressState): string {
  if (state.phase !== "running") return `${state.done}/${state.total} runs, ${state.phase}`
  const { done, total, perSecond, remainingMs } = state
  const filled = total === 0 ? BAR_WIDTH : Math.floor((BAR_WIDTH * done) / total)
  const bar = `[${"#".repeat(filled)}${"-".repeat(BAR_WIDTH - filled)}]`
  const rate = perSecond > 0 ? `  ${writeRate(perSecond)}/s` : ""
  const left = remainingMs === undefined ? "" : `  ${writeSpan(remainingMs)} left`
  const note = state.note === undefined ? "" : `  ${state.note}`
  return `${bar} ${done}/${total} runs${describeTrouble(state)}${rate}${left}${note}`
}

function describeTrouble({ failed, violated }: ProgressState): string {
  const troubles = [failed > 0 ? `${failed} failed` : "", violated > 0 ? `${violated} violated` : ""].filter(Boolean)
  return troubles.length === 0 ? "" : ` (${troubles.join(", ")})`
}

function writeRate(perSecond: number): string {
  return perSecond >= 10 ? String(Math.round(perSecond)) : perSecond.toFixed(1)
}

/** A span of real time, to the second: `7 s`, `3 min 05 s`, `2 h 10 min`. */
function writeSpan(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1_000)
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`
  return `${Math.floor(seconds / 3_600)} h ${String(Math.floor((seconds % 3_600) / 60)).padStart(2, "0")} min`
}
