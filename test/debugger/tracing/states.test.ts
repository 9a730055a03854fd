import { expect, it } from "vitest"
import { ReplayedStates } from "../../../debugger/tracing/states.ts"
import { chatter, tellingScenario } from "../../support/chatter.ts"

it("a replay goes no further than it has to in order to show a step", () => {
  let heard = 0
  const counting: typeof chatter = {
    ...chatter,
    receive: {
      ...chatter.receive,
      Note(node, message, from) {
        heard++
        chatter.receive.Note(node, message, from)
      },
    },
  }
  const states = new ReplayedStates(tellingScenario({ algorithm: counting, duration: 10_000_000 }), 1)
  expect(states.at(300).nodes[1]!.size).toBeGreaterThan(0)
  expect(heard).toBeGreaterThan(10)
  // Nearly ten thousand are sent in all; a step has one handler.
  expect(heard).toBeLessThan(1_000)
})
