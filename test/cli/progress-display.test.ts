// Progress: redrawn in place for a person, a line now and then for a log (and nothing on the output that is piped on).
import { describe, expect, test } from "vitest"
import { createProgressDisplay, describeProgress } from "../../cli/commands/sweep/progress-display.ts"
import { widthOf } from "../../cli/terminal/terminal.ts"
import type { ProgressState } from "../../experiments/run/progress.ts"
import { createTerminal } from "../support/terminal.ts"

const HALFWAY: ProgressState = {
  phase: "running",
  done: 50,
  total: 100,
  failed: 0,
  violated: 0,
  elapsedMs: 10_000,
  perSecond: 5,
  remainingMs: 10_000,
}

describe("the line", () => {
  test("tells runs, rate and time left", () => {
    expect(describeProgress(HALFWAY)).toBe("[##########----------] 50/100 runs  5.0/s  10 s left")
  })

  test("has no rate and no time left before the first run is done", () => {
    const start: ProgressState = { ...HALFWAY, done: 0, perSecond: 0, remainingMs: undefined }
    expect(describeProgress(start)).toBe("[--------------------] 0/100 runs")
  })

  test("tells what went wrong as soon as it did", () => {
    const line = describeProgress({ ...HALFWAY, failed: 1, violated: 2 })
    expect(line).toContain("50/100 runs (1 failed, 2 violated)")
  })

  test.each([
    [900, "1 s left"],
    [59_001, "1 min 00 s left"],
    [185_000, "3 min 05 s left"],
    [7_800_000, "2 h 10 min left"],
  ])("%d ms left are %s", (remainingMs, expected) => {
    expect(describeProgress({ ...HALFWAY, remainingMs })).toContain(expected)
  })
})

describe("on a terminal", () => {
  test("one line is redrawn, at most ten times a second, and cleared at the end", () => {
    const { err, written } = createTerminal({ isTerminal: true })
    const display = createProgressDisplay(err)
    for (let ms = 0; ms <= 1_000; ms += 10) display.update({ ...HALFWAY, elapsedMs: ms, done: ms / 20 })
    const drawn = written.err.split("\r").length - 1
    expect(drawn).toBeGreaterThan(5)
    expect(drawn).toBeLessThanOrEqual(11)
    display.close()
    expect(written.err.endsWith("\r\u001B[2K")).toBe(true)
    expect(written.err).not.toContain("\n")
  })

  test("the line is cut to the width", () => {
    const { err, written } = createTerminal({ isTerminal: true, columns: 20 })
    createProgressDisplay(err).update(HALFWAY)
    expect(written.err).toBe("\r\u001B[2K[##########--------")
  })
})

describe("in a log", () => {
  test("a line every five seconds, each whole", () => {
    const { err, written } = createTerminal()
    const display = createProgressDisplay(err)
    for (let ms = 0; ms <= 20_000; ms += 100) display.update({ ...HALFWAY, elapsedMs: ms, done: ms / 1_000 })
    display.close()
    expect(written.err.split("\n")).toHaveLength(6)
    expect(written.err).not.toContain("\r")
  })

  test("every phase is told once", () => {
    const { err, written } = createTerminal()
    const display = createProgressDisplay(err)
    for (const phase of ["running", "writing results", "drawing charts", "done"] as const) {
      display.update({ ...HALFWAY, phase, done: 100 })
    }
    expect(written.err.split("\n").map(line => line.replace(/^.*runs,? */, ""))).toEqual([
      "5.0/s  10 s left",
      "writing results",
      "drawing charts",
      "",
    ])
  })
})

test("a terminal that was given no size is as wide as one that says nothing", () => {
  expect([widthOf(0), widthOf(undefined), widthOf(72)]).toEqual([100, 100, 72])
})
