import { expect, it } from "vitest"
import { clocksInWords, disksInWords, nodesInWords, percent } from "../../../runtime/faults/words.ts"

const GROUP = { size: 11, nameOf: (id: number) => `node ${id}` }

it("traces name whom a fault hits in order, and shares without digits that say nothing", () => {
  expect([nodesInWords(GROUP, [3]), nodesInWords(GROUP, [10, 2, 1])]).toEqual(["node 3", "nodes 1, 2, 10"])
  expect([disksInWords(GROUP, [3]), clocksInWords(GROUP, [1, 0])]).toEqual(["disk of node 3", "clock of nodes 0, 1"])
  expect([percent(0.125), percent(0.07), percent(1)]).toEqual(["12.5 %", "7 %", "100 %"])
})
