// Closed forms: of a computation without failures, of several processes.
import { expect, test } from "vitest"
import { theory } from "../../../algorithms/causal-logging/theory.ts"
import { figureOf, settingWith } from "../../support/setting.ts"

/** 60 steps in all, of which 30 end with a message, and 12 with output. */
const workload = { steps: 20, messages: 0.5, outputs: 0.2 }

test.each([["control_messages", "0", 0]])("%s", (figure, formula, expected) => {
  const form = figureOf(theory, figure)
  expect(form).toMatchObject({ service: "recovery", formula })
  expect(form.value(settingWith({ workload }))).toBe(expected)
  expect(form.value(settingWith({ workload, failures: { mtbf: 1, mttr: 1 } }))).toBeUndefined()
  expect([1, 2, 3].map(nodes => form.holds?.({}, nodes, {}))).toEqual([false, true, true])
})
