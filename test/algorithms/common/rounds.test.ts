// Rounds of the synchronous model: begun, followed by the next, ended.
import { expect, test } from "vitest"
import { beginRounds, endRounds, nextRound, type Rounds, standingInRounds } from "../../../algorithms/common/rounds.ts"

function node() {
  const done: string[] = []
  const state: Rounds = { instance: 0, round: 0 }
  return {
    state,
    parameters: { roundLength: 7 },
    setTimer: (timer: string, delay: number) => void done.push(`${timer} in ${delay}`),
    cancelTimer: (timer: string) => void done.push(`no ${timer}`),
    done,
  }
}

test("a timer a round; a node that takes part in nothing is idle", () => {
  const self = node()
  expect(standingInRounds(self)).toEqual({ role: "idle", rank: 0, epoch: null })
  beginRounds(self, 4)
  expect([self.state, self.done]).toEqual([{ instance: 4, round: 1 }, ["round in 7"]])
  nextRound(self)
  expect(standingInRounds(self)).toEqual({ role: "round 2", rank: 1, epoch: 4 })
  expect(self.done).toEqual(["round in 7", "round in 7"])
  endRounds(self)
  expect([self.state.instance, self.done.at(-1)]).toEqual([0, "no round"])
})
