/** What traitors say instead of the truth. */
import { describe, expect, it } from "vitest"
import type { Lies } from "../../../runtime/contract/lies.ts"
import { type Behaviour, corrupt, recruit } from "../../../runtime/faults/byzantine.ts"
import { clocksInWords, disksInWords, nodesInWords, percent } from "../../../runtime/faults/words.ts"

interface Vote {
  readonly type: "Vote"
  readonly value: number
}

/** One of three values. */
const lies: Lies<Vote> = { Vote: (vote, tell) => ({ ...vote, value: tell(vote.value, 3) }) }
const vote = (value: number): Vote => ({ type: "Vote", value })

/** What a traitor tells nodes 0 to 3 in place of a vote for a value. */
function told(behaviour: Behaviour, value: number, seed = 1, node = 5): (number | null)[] {
  const traitor = recruit(behaviour, node, seed)
  return [0, 1, 2, 3].map(to => {
    const said = corrupt(traitor, lies, vote(value), to)
    return said === null ? null : (said as Vote).value
  })
}

describe("a traitor that is", () => {
  it("silent sends nothing", () => {
    expect(told("silent", 1)).toEqual([null, null, null, null])
  })

  it("lying says the same other thing to all", () => {
    expect([0, 1, 2].map(value => told("lying", value))).toEqual([
      [1, 1, 1, 1],
      [2, 2, 2, 2],
      [0, 0, 0, 0],
    ])
  })

  it("equivocating tells every second node the truth", () => {
    expect([1, 2].map(value => told("equivocating", value))).toEqual([
      [1, 2, 1, 2],
      [2, 0, 2, 0],
    ])
  })

  it("colluding says what all traitors of the run say, whatever the truth", () => {
    const plots = new Set<string>()
    for (let seed = 1; seed <= 20; seed++) {
      const said = told("colluding", 2, seed)
      expect(told("colluding", 0, seed, 6)).toEqual(said)
      plots.add(said.join(""))
    }
    expect(plots).toEqual(new Set(["0101", "1010"]))
  })

  it("random withholds one message in four, and says all there is in the others, as its own stream has it", () => {
    const traitor = recruit("random", 5, 1)
    const said = Array.from({ length: 4_000 }, () => corrupt(traitor, lies, vote(0), 0))
    const share = (is: (message: Vote | null) => boolean): number =>
      said.filter(message => is(message as Vote | null)).length / said.length
    expect(share(message => message === null)).toBeCloseTo(0.25, 1)
    for (const value of [0, 1, 2]) expect(share(message => message?.value === value)).toBeCloseTo(0.25, 1)
    expect(told("random", 0, 1, 5)).toEqual(told("random", 0, 1, 5))
    const streams = [5, 6, 7, 8].map(node => told("random", 0, 1, node).join(" "))
    expect(new Set(streams).size).toBeGreaterThan(1)
  })

  it("scripted says what is written, message by message, and then the truth", () => {
    expect(told({ script: [2, null, 1] }, 0)).toEqual([2, null, 1, 0])
    expect(told({ tells: { 1: 2, 3: null } }, 0)).toEqual([0, 2, 0, null])
  })
})

it("messages that declare no lie are true, and count as no occasion", () => {
  const traitor = recruit({ script: [2] }, 0, 1)
  const other = { type: "Other" }
  expect(corrupt(traitor, lies, other, 1)).toBe(other)
  expect(traitor.occasions).toBe(0)
  expect(corrupt(traitor, lies, vote(0), 1)).toEqual(vote(2))
})

it("an algorithm that declares no lies has its yes and no turned round, and nothing else", () => {
  const answer = { type: "Answer", granted: true, refused: false, term: 7 }
  const traitor = recruit("lying", 0, 1)
  expect(corrupt(traitor, undefined, answer, 1)).toEqual({ ...answer, granted: false, refused: true })
  expect(answer.granted).toBe(true)
  expect(corrupt(recruit("equivocating", 0, 1), undefined, answer, 2)).toEqual(answer)
})

it("traces name whom a fault hits in order, and shares without digits that say nothing", () => {
  const group = { size: 11, nameOf: (id: number) => `node ${id}` }
  expect([nodesInWords(group, [3]), nodesInWords(group, [10, 2, 1])]).toEqual(["node 3", "nodes 1, 2, 10"])
  expect([disksInWords(group, [3]), clocksInWords(group, [1, 0])]).toEqual(["disk of node 3", "clock of nodes 0, 1"])
  expect([percent(0.125), percent(0.07), percent(1)]).toEqual(["12.5 %", "7 %", "100 %"])
})
