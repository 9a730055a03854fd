// The check that replicas execute with the same choice what leaves something to chance.
import { expect, test } from "vitest"
import { sameChoices } from "../../../services/replicated-log/checks/same-choices.ts"
import type { Executed } from "../../../services/replicated-log/record.ts"
import { newRecord } from "../../../services/replicated-log/record.ts"

const context = { log: newRecord(3) }
const executed = (index: number, chosen: string | undefined, node = 0, standing: Executed["standing"] = "same") =>
  ({
    type: "executed",
    node,
    index,
    chosen,
    standing,
    at: 7,
    expected: index,
    isNewest: false,
    command: { type: "Command", session: 1, sequence: index, operation: { op: "draw", key: "d" } },
  }) satisfies Executed

function judged(...events: readonly Executed[]) {
  const state = sameChoices.initial(context)
  for (const event of events) sameChoices.observe(state, event, context)
  return sameChoices.verdict(state, context)
}

test("the same choice at an index holds, also when only some leave anything to chance", () => {
  expect(judged(executed(1, "a"), executed(1, "a", 1), executed(2, "b"), executed(1, undefined, 2))).toEqual({
    verdict: "holds",
  })
})

test("another choice is told, with both nodes", () => {
  expect(judged(executed(1, "a"), executed(1, "a", 1), executed(1, "b", 2))).toEqual({
    verdict: "violated",
    at: 7,
    witness: "node 2 executed command 1 of client 1 at index 1 with the choice b, where node 0 had chosen a",
  })
})

test("another entry at the index is for another check", () => {
  expect(judged(executed(1, "a"), executed(1, "b", 1, "different"))).toEqual({ verdict: "holds" })
})

test("what only somebody far behind could compare is left open", () => {
  const most = 2 ** 16
  const all = Array.from({ length: most }, (_, place) => executed(place + 1, "a"))
  expect(judged(...all, executed(1, "b", 1))).toMatchObject({ verdict: "violated" })
  const open = { verdict: "undecided", reason: "a node was so far behind that its choices were not compared" }
  expect(judged(...all, executed(most + 1, "a"), executed(1, "b", 1))).toEqual(open)
  expect(judged(...all, executed(most + 1, "a"), executed(2, "a", 1))).toEqual({ verdict: "holds" })
  expect(judged(...all, executed(most + 1, "a"), executed(2, "b", 1))).toMatchObject({ verdict: "violated" })
})
