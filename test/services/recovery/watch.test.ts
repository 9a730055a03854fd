// Recovery without time, its facts told by hand: what clients ask, when a computation is over, and what is found wrong.
import { describe, expect, test } from "vitest"
import { CRASHED } from "../../../runtime/contract/untimed.ts"
import type { Tagged } from "../../../runtime/contract/algorithm.ts"
import { undisturbed } from "../../../services/recovery/program.ts"
import type { Begin } from "../../../services/recovery/shape.ts"
import { untimedRecovery } from "../../../services/recovery/untimed.ts"

const GROUP = { size: 2, contacts: [0, 1], operations: 6, oneLeaderPerEpoch: false, inRounds: false, traitors: [] }

/** The computation of a group, and everything that an undisturbed run reports of it. */
function open() {
  const { clients, watch } = untimedRecovery(GROUP)
  const { program } = clients[0]!.started!(null).requests![0]!.request as Begin
  const { results, received, outputs } = undisturbed(program)
  let state = watch.initial
  const tell = (node: number, fact: object): void => {
    state = watch.observe(structuredClone(state), { node, fact: fact as Tagged })
  }
  const finish = (process: number, result = results[process]): void =>
    tell(process, { type: "finished", result, received: received[process] })
  return {
    clients,
    watch,
    program,
    outputs,
    tell,
    finish,
    /** All messages and outputs of all processes. */
    work(): void {
      for (const [to, counts] of received.entries()) {
        for (const [from, count] of counts.entries()) {
          for (let number = 0; number < count; number++) {
            tell(from, { type: "sent", to, number, digest: number, interval: 0, isSuppressed: false })
            tell(to, { type: "received", from, number, digest: number, interval: 0 })
          }
        }
      }
      for (const [process, count] of outputs.entries()) {
        for (let number = 0; number < count; number++) {
          tell(process, { type: "committed", output: { type: "Output", number, digest: number } })
        }
      }
    },
    ended: () => watch.ended(state),
    isDone: () => watch.isDone!(state),
    problem: () => watch.problem(state),
    verdicts: () => watch.verdicts(state),
    reached: () => Object.values(watch.goals!).map(isReached => isReached(state)),
  }
}

describe("a client of each node", () => {
  test("has its process begin, at first and after each crash, and tells of what it commits", () => {
    const { clients, program } = open()
    expect(clients.map(({ id, home, initial, moves }) => [id, home, initial, moves(null)])).toEqual([
      [0, 0, null, []],
      [1, 1, null, []],
    ])
    const begun = { state: null, requests: [{ to: 1, request: { type: "Begin", program } }] }
    expect([clients[1]!.started!(null), clients[1]!.crashed(null)]).toEqual([begun, begun])
    const output = { type: "Output", number: 0, digest: 5 }
    expect(clients[0]!.reply(null, 0, output)).toEqual({ state: null, facts: [{ type: "committed", output }] })
    expect(clients[0]!.reply(null, 0, { type: "Other" })).toEqual({ state: null })
    expect(program).toMatchObject({ processes: 2, steps: 6, stepTimes: "constant", messages: 0.8, outputs: 0.2 })
  })
})

describe("a computation", () => {
  test("is over when all have finished, with all that they were to receive and to commit", () => {
    const run = open()
    expect(run.outputs.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0)
    run.work()
    run.finish(0)
    expect([run.ended(), run.isDone(), run.reached()]).toEqual([0, false, [false, false]])
    run.finish(1)
    expect([run.ended(), run.isDone(), run.reached(), run.problem()]).toEqual([1, true, [false, true], null])
    expect(Object.values(run.verdicts()).map(({ verdict }) => verdict)).toEqual(["holds", "holds", "holds", "holds"])
    // What comes later is of no consequence.
    run.finish(0, 99)
    expect(run.problem()).toBe(null)
  })

  test("is not over without its output, nor while one that crashed or rolled back has not finished again", () => {
    const early = open()
    for (const process of [0, 1]) early.finish(process)
    expect(early.ended()).toBe(0)
    early.work()
    expect(early.ended()).toBe(1)
    for (const fact of [
      { type: CRASHED },
      { type: "restored", sent: [9, 9], received: [0, 0], progress: 0, discarded: 0, isInitial: true },
    ]) {
      const run = open()
      run.finish(0)
      run.tell(0, fact)
      run.work()
      run.finish(1)
      expect([run.ended(), run.reached()[0]]).toEqual([0, fact.type === "restored"])
      run.finish(0)
      expect(run.ended()).toBe(1)
    }
  })

  test("that ends with other results, or commits something else in the place of an output, is wrong", () => {
    const wrong = open()
    wrong.work()
    wrong.finish(0)
    wrong.finish(1, 1)
    expect(wrong.problem()).toMatch(/^same-result: process 1 ended with 1/)
    const twice = open()
    for (const digest of [1, 2]) twice.tell(0, { type: "committed", output: { type: "Output", number: 0, digest } })
    expect(twice.problem()).toBe("output-once: process 0 committed output 0 and later another in its place")
    const other = open()
    other.tell(0, { type: "nothing of the kind" })
    expect(other.problem()).toBe(null)
  })
})
