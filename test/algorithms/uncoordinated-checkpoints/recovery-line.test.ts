/** The recovery line of uncoordinated checkpoints: rollback propagation and the domino effect (Randell 1975; Elnozahy et al. §2.2). */
import { describe, expect, test } from "vitest"
import type { Available } from "../../../algorithms/common/recovery/types.ts"
import { recoveryLine } from "../../../algorithms/uncoordinated-checkpoints/recovery-line.ts"

/** A message between two processes, by the times at which it is sent and received. */
interface Message {
  readonly from: number
  readonly sent: number
  readonly received: number
}

/** The states of two processes at the times of their checkpoints, which are their indices. */
function statesOf(checkpoints: readonly (readonly number[])[], messages: readonly Message[]): Available[][] {
  const count = (matches: (message: Message) => boolean): number => messages.filter(matches).length
  return checkpoints.map((times, process) =>
    times.map(time => {
      const sent = count(message => message.from === process && message.sent < time)
      const received = count(message => message.from !== process && message.received < time)
      return {
        index: time,
        sent: process === 0 ? [0, sent] : [sent, 0],
        received: process === 0 ? [0, received] : [received, 0],
      }
    }),
  )
}

/** The minimal domino: P0 checkpoints at 0, 2, .., 2K and P1 at 0, 1, 3, .., 2K-1, with a message after each. */
function domino(k: number, delay: number, hasLast = true) {
  const zero = Array.from({ length: k + 1 }, (_, i) => 2 * i)
  const one = [0, ...Array.from({ length: k }, (_, i) => 2 * i + 1)]
  const fromZero = (hasLast ? zero : zero.slice(0, -1)).map(time => ({ from: 0, sent: time + 0.25 }))
  const fromOne = one.slice(1).map(time => ({ from: 1, sent: time + 0.25 }))
  const failure = 2 * k + 0.75
  const messages = [...fromZero, ...fromOne].map(message => ({ ...message, received: message.sent + delay }))
  // P0 has failed: its checkpoints are left. P1 has the state of this moment, too.
  return recoveryLine(statesOf([zero, [...one, failure]], messages))
}

describe("the minimal domino example", () => {
  test.each([1, 2, 3, 5, 20])("K = %i: both return to the beginning, and all checkpoints are useless", k => {
    expect(domino(k, 0.25)).toEqual([0, 0])
  })

  test.each([1, 5])("K = %i: with delivery after 1.0 the other keeps its state", k => {
    expect(domino(k, 1)).toEqual([2 * k, 2 * k + 0.75])
  })

  test.each([1, 5])("K = %i: without the last message of P0 the other keeps its state", k => {
    expect(domino(k, 0.25, false)).toEqual([2 * k, 2 * k + 0.75])
  })
})

test("without messages the latest states are the line", () => {
  expect(
    recoveryLine(
      statesOf(
        [
          [0, 4],
          [0, 3, 9],
        ],
        [],
      ),
    ),
  ).toEqual([4, 9])
})

test("answers of different times may have no line", () => {
  const early: Available = { index: 1, sent: [0, 1], received: [0, 0] }
  const late: Available = { index: 7, sent: [0, 0], received: [3, 0] }
  expect(recoveryLine([[early], [late]])).toBeNull()
})
