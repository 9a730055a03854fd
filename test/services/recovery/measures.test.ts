// The figures of computations, event by event: work, rollbacks, what was stored, and the time of recoveries.
import { expect, test } from "vitest"
import { MILLISECOND } from "../../../runtime/contract/units.ts"
import { Measures } from "../../../services/recovery/measures.ts"
import { OutsideWorld } from "../../../services/recovery/outside-world.ts"
import type { Fact, Restored } from "../../../services/recovery/shape.ts"

const ms = (time: number): number => time * MILLISECOND

/** Measures of two processes from time 5 on, and events in milliseconds. */
function measured() {
  const measures = new Measures(2, ms(5))
  const report = (at: number, process: number, fact: Fact): void =>
    measures.observe({ type: "reported", process, fact, at: ms(at) })
  return {
    report,
    progress: (at: number, process: number, type: "working" | "standing", progress: number): void =>
      report(at, process, { type, progress: ms(progress) }),
    restore(at: number, process: number, progress: number, more: Partial<Restored> = {}): void {
      const counts = { sent: [0, 0], received: [0, 0] }
      report(at, process, {
        type: "restored",
        ...counts,
        progress: ms(progress),
        discarded: 0,
        isInitial: false,
        ...more,
      })
    },
    crash: (at: number, process: number): void => measures.observe({ type: "crashed", process, at: ms(at) }),
    end: (at: number): void => measures.observe({ type: "ended", at: ms(at) }),
    figures: (elapsed: number) => measures.figures(ms(elapsed)),
  }
}

test("an undisturbed computation loses nothing, and its processes stand only before they have finished", () => {
  const run = measured()
  run.progress(5, 0, "working", 0)
  run.progress(7, 1, "working", 0)
  run.progress(15, 0, "standing", 10)
  run.progress(18, 0, "working", 10)
  run.report(18, 0, { type: "produced", number: 0 })
  run.report(20, 0, { type: "finished", result: 1, received: [0, 0] })
  run.progress(20, 0, "standing", 12)
  // It has finished, and works no more but for a message that comes late.
  run.progress(24, 0, "working", 12)
  run.progress(25, 0, "standing", 13)
  run.end(27)
  run.progress(40, 0, "working", 90)
  run.crash(41, 0)
  expect(run.figures(22)).toEqual({
    work_done: 13 + 20,
    work_lost: 0,
    work_lost_per_failure: Number.NaN,
    failures: 0,
    rollbacks: 0,
    untouched: Number.NaN,
    longest_rollback: Number.NaN,
    rollback_depth: 0,
    back_to_start: Number.NaN,
    recovery_time: Number.NaN,
    standing_share: (2 + 3) / 44,
    checkpoints: 0,
    forced_checkpoints: 0,
    log_writes: 0,
    bytes_stored: 0,
  })
})

test("what is stored is counted by its kind, and its bytes together", () => {
  const run = measured()
  for (const what of ["checkpoint", "log", "forced checkpoint", "log", "log"] as const) {
    run.report(6, 0, { type: "stored", what, bytes: what === "log" ? 7 : 100 })
  }
  expect(run.figures(1)).toMatchObject({ checkpoints: 2, forced_checkpoints: 1, log_writes: 3, bytes_stored: 221 })
})

test("a failed process loses what it had done, however often it fails before it restores; others roll back", () => {
  const run = measured()
  run.progress(5, 0, "working", 0)
  run.progress(5, 1, "working", 0)
  run.crash(30, 0)
  run.crash(32, 0)
  run.progress(38, 0, "standing", 0)
  run.restore(39, 0, 15, { discarded: 1 })
  run.progress(40, 1, "standing", 35)
  run.restore(40, 1, 0, { discarded: 2, isInitial: true })
  run.report(45, 0, { type: "recovered", replaysTo: null })
  run.progress(46, 0, "working", 15)
  run.progress(47, 1, "working", 0)
  run.end(50)
  expect(run.figures(45)).toMatchObject({
    work_done: 15 + 4 + 3 + 10 + 35,
    work_lost: 10 + 35,
    work_lost_per_failure: 22.5,
    failures: 2,
    rollbacks: 1,
    untouched: 0,
    longest_rollback: 35,
    rollback_depth: 2,
    back_to_start: 1 / 2,
    recovery_time: 15,
    standing_share: (8 + 7) / 90,
  })
})

test("a process that repeats its execution recovers alone; a recovery is over when all have recovered and all is settled", () => {
  const run = measured()
  run.progress(5, 0, "working", 0)
  run.progress(5, 1, "working", 0)
  run.crash(20, 0)
  run.crash(22, 1)
  run.restore(24, 1, 13)
  run.report(26, 1, { type: "recovered", replaysTo: 3 })
  run.restore(30, 0, 10, { discarded: 1 })
  run.report(32, 0, { type: "recovered", replaysTo: 1, mayLeaveOrphans: true })
  // A failure before that is settled is part of the same recovery.
  run.crash(33, 1)
  run.restore(34, 1, 13)
  run.report(36, 1, { type: "recovered", replaysTo: 3 })
  run.report(40, 0, { type: "settled" })
  expect(run.figures(100)).toMatchObject({
    failures: 3,
    rollbacks: 0,
    untouched: 1,
    recovery_time: (4 + 12 + 3) / 3,
    longest_rollback: 5,
    rollback_depth: 1,
    back_to_start: 0,
    work_lost: 5 + 4,
  })
  // The next is one of its own, which a process that had not failed is drawn into, and the end closes it.
  run.crash(50, 0)
  run.restore(52, 0, 4, { discarded: 4 })
  run.restore(52, 1, 3)
  expect(run.figures(100)).toMatchObject({ untouched: 1, longest_rollback: 5 })
  run.end(60)
  expect(run.figures(100)).toMatchObject({ untouched: 1 / 2, rollbacks: 1, longest_rollback: (5 + 10) / 2 })
  expect(run.figures(100)).toMatchObject({ rollback_depth: 4, work_lost: 9 + 6 + 10 })
})

test("as many that are yet to settle as are yet to recover leave a recovery open", () => {
  const run = measured()
  for (const process of [0, 1]) {
    run.progress(5, process, "working", 0)
    run.crash(20, process)
  }
  run.restore(24, 1, 13)
  run.report(26, 1, { type: "recovered", replaysTo: 3, mayLeaveOrphans: true })
  run.restore(30, 0, 5)
  run.report(32, 0, { type: "recovered", replaysTo: 1, mayLeaveOrphans: true })
  run.crash(33, 1)
  // One is yet to settle, and one to recover.
  run.report(34, 1, { type: "settled" })
  run.restore(35, 1, 1)
  run.report(36, 1, { type: "recovered", replaysTo: 3 })
  expect(run.figures(100)["untouched"]).toBe(Number.NaN)
  run.report(37, 0, { type: "settled" })
  expect(run.figures(100)).toMatchObject({ untouched: 1, longest_rollback: 12, work_lost: 2 + 10 + 12 })
})

test("a rollback without a failure belongs to no recovery", () => {
  const run = measured()
  run.progress(5, 0, "working", 8)
  run.restore(9, 0, 2, { discarded: 9 })
  run.end(10)
  expect(run.figures(5)).toMatchObject({ rollbacks: 1, work_lost: 6, rollback_depth: 0, longest_rollback: Number.NaN })
})

test("the outside world takes each output once, and knows how long it waited since it was produced for the last time", () => {
  const world = new OutsideWorld(2)
  const commit = (process: number, number: number, at: number): void =>
    world.commit(process, { type: "Output", number, digest: 1 }, ms(at))
  expect(world.figures()).toEqual({ outputs: 0, repeated_outputs: 0, output_delay: Number.NaN })
  world.produced(0, 0, ms(1))
  world.produced(0, 0, ms(3))
  world.produced(1, 0, ms(2))
  commit(0, 0, 5)
  commit(0, 0, 50)
  world.produced(0, 0, ms(60))
  commit(1, 0, 12)
  // Committed without having been seen to be produced.
  commit(0, 1, 70)
  expect([world.taken(0), world.taken(1)]).toEqual([2, 1])
  expect(world.figures()).toEqual({ outputs: 3, repeated_outputs: 1, output_delay: (2 + 10 + 0) / 3 })
})
