/** The checks of the `recovery` service, each with a history that violates it and one that does not. */
import { describe, expect, test } from "vitest"
import type { Check } from "../../../runtime/contract/service.ts"
import { consistentRecoveryLine } from "../../../services/recovery/checks/consistent-recovery-line.ts"
import { noOrphanMessage } from "../../../services/recovery/checks/no-orphan-message.ts"
import { outputOnce } from "../../../services/recovery/checks/output-once.ts"
import { sameResult } from "../../../services/recovery/checks/same-result.ts"
import type { ComputationContext, ComputationEvent } from "../../../services/recovery/events.ts"
import type { Fact } from "../../../services/recovery/shape.ts"

const CONTEXT: ComputationContext = {
  processes: 2,
  expected: () => ({ results: [7, 8], received: [], outputs: [0, 2], work: [] }),
}

/** Folds the events, with a copy of the state before each. */
function judge<State>(check: Check<State, ComputationEvent, ComputationContext>, events: readonly ComputationEvent[]) {
  let state = check.initial(CONTEXT)
  for (const event of events) {
    const next = structuredClone(state)
    check.observe(next, event, CONTEXT)
    state = next
  }
  const verdict = check.verdict(state, CONTEXT)
  return verdict.verdict === "violated" ? verdict.witness : verdict.verdict
}

let at = 0
const reported = (process: number, fact: Fact): ComputationEvent => ({ type: "reported", process, fact, at: ++at })
const sent = (process: number, number: number, digest: number, interval = 0) =>
  reported(process, { type: "sent", to: 1 - process, number, digest, interval, isSuppressed: false })
const received = (process: number, number: number, digest: number, interval = 0) =>
  reported(process, { type: "received", from: 1 - process, number, digest, interval })
const crashed = (process: number): ComputationEvent => ({ type: "crashed", process, at: ++at })
const restored = (process: number, sentCount: number, receivedCount: number) => {
  const counts = (count: number) => (process === 0 ? [0, count] : [count, 0])
  return reported(process, {
    type: "restored",
    sent: counts(sentCount),
    received: counts(receivedCount),
    progress: 0,
    discarded: 0,
    isInitial: sentCount + receivedCount === 0,
  })
}
const recovered = (process: number, replaysTo: number | null) => reported(process, { type: "recovered", replaysTo })
/** As where orphans roll back once they know: `settled` follows. */
const continued = (process: number, replaysTo: number) =>
  reported(process, { type: "recovered", replaysTo, mayLeaveOrphans: true })
const settled = (process: number) => reported(process, { type: "settled" })
const committed = (process: number, number: number, digest: number): ComputationEvent => ({
  type: "committed",
  process,
  output: { type: "Output", number, digest },
  at: ++at,
})
const ended = (): ComputationEvent => ({ type: "ended", at: ++at })

describe("no-orphan-message", () => {
  const lost = [sent(0, 0, 11), received(1, 0, 11), crashed(0), restored(0, 0, 0)]

  test("holds where the sender sends the same again, or the receiver undoes the receipt", () => {
    expect(judge(noOrphanMessage, [...lost, recovered(0, 0), sent(0, 0, 11), ended()])).toBe("holds")
    expect(judge(noOrphanMessage, [...lost, restored(1, 0, 0), sent(0, 0, 12), received(1, 0, 12), ended()])).toBe(
      "holds",
    )
  })

  test("is violated where the sender sends another, or nothing, in its place", () => {
    expect(judge(noOrphanMessage, [...lost, sent(0, 0, 12)])).toContain("has sent another in its place")
    expect(judge(noOrphanMessage, [...lost, ended()])).toContain("never sent it")
  })

  test("leaves an orphan its message until all know of the failure, and not longer", () => {
    const asynchronous = [...lost, continued(0, 0), sent(0, 0, 12)]
    expect(judge(noOrphanMessage, [...asynchronous, settled(0)])).toContain("has sent another in its place")
    expect(judge(noOrphanMessage, [...asynchronous, restored(1, 0, 0), settled(0), received(1, 0, 12), ended()])).toBe(
      "holds",
    )
    expect(judge(noOrphanMessage, [...asynchronous, ended()])).toContain("never sent it")
  })

  test("is violated by a message of an execution that was undone, and by one received twice or out of order", () => {
    expect(judge(noOrphanMessage, [sent(0, 0, 11), restored(0, 0, 0), sent(0, 0, 12), received(1, 0, 11)])).toContain(
      "had been undone",
    )
    expect(judge(noOrphanMessage, [sent(0, 0, 11), received(1, 0, 11), received(1, 0, 11)])).toContain("in place of 1")
    expect(judge(noOrphanMessage, [sent(0, 0, 1), sent(0, 1, 2), received(1, 1, 2)])).toContain("in place of 0")
  })
})

describe("consistent-recovery-line", () => {
  const inconsistent = [received(0, 0, 5), sent(0, 0, 11, 1), received(1, 0, 11, 1), crashed(0), restored(0, 0, 0)]

  test("is violated where a process keeps what the restored sender has not sent", () => {
    expect(judge(consistentRecoveryLine, [...inconsistent, recovered(0, null)])).toContain(
      "whose state is from before it",
    )
  })

  test("holds where it is given up, too", () => {
    expect(judge(consistentRecoveryLine, [...inconsistent, restored(1, 1, 0), recovered(0, null)])).toBe("holds")
  })

  test("with a log, holds if it has all that the sender had received when it sent", () => {
    expect(judge(consistentRecoveryLine, [sent(1, 0, 5), ...inconsistent, recovered(0, 1)])).toBe("holds")
    expect(judge(consistentRecoveryLine, [sent(1, 0, 5), ...inconsistent, recovered(0, 0)])).toContain("from before it")
  })

  test("does not judge processes that are yet to recover", () => {
    expect(judge(consistentRecoveryLine, [...inconsistent, crashed(1), recovered(0, 0)])).toBe("holds")
  })

  test("where orphans roll back once they know of the failure, judges when all do", () => {
    const lost = [...inconsistent, continued(0, 0)]
    expect(judge(consistentRecoveryLine, lost)).toBe("holds")
    expect(judge(consistentRecoveryLine, [...lost, settled(0)])).toContain("from before it")
    expect(judge(consistentRecoveryLine, [...lost, restored(1, 1, 0), continued(1, 0), settled(0), settled(1)])).toBe(
      "holds",
    )
  })
})

describe("same-result", () => {
  const finished = (process: number, result: number) =>
    reported(process, { type: "finished", result, received: [0, 0] })

  test("holds where all end as undisturbed, is violated otherwise, and undecided as long as it is not over", () => {
    expect(judge(sameResult, [finished(0, 7), finished(1, 8), ended()])).toBe("holds")
    expect(judge(sameResult, [finished(0, 7), finished(1, 9), ended()])).toBe(
      "process 1 ended with 9, and undisturbed with 8",
    )
    expect(judge(sameResult, [finished(0, 7)])).toBe("undecided")
  })
})

describe("output-once", () => {
  test("holds where output comes in order, and is repeated as it was", () => {
    expect(judge(outputOnce, [committed(1, 0, 3), committed(1, 0, 3), committed(1, 1, 4), ended()])).toBe("holds")
  })

  test("is violated by another in its place, a gap, and output that never comes", () => {
    expect(judge(outputOnce, [committed(1, 0, 3), committed(1, 0, 5)])).toContain("another in its place")
    expect(judge(outputOnce, [committed(1, 1, 3)])).toContain("before output 0")
    expect(judge(outputOnce, [committed(1, 0, 3), ended()])).toContain("1 of its 2 outputs")
  })
})
