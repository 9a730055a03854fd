/** Which links a fault hits, and what they are called. */
import { expect, it } from "vitest"
import { allLinks, endInWords } from "../../../runtime/faults/links.ts"

it("there is a link from each process to each other one, and none to itself", () => {
  expect(allLinks(3)).toEqual([
    [0, 1],
    [0, 2],
    [1, 0],
    [1, 2],
    [2, 0],
    [2, 1],
  ])
})

it("an end of a link is called by its number if it is a member, else by its name", () => {
  const run = { size: 3, nameOf: (id: number) => (id < 0 ? `client ${-1 - id}` : "server") }
  expect([0, 2, 3, -1, -4].map(end => endInWords(run, end))).toEqual(["0", "2", "server", "client 0", "client 3"])
})
