import { expect, it } from "vitest"
import { Reach } from "../../../services/mutual-exclusion/reach.ts"

/** All pairs of nodes, who waits and who entered, for which the answer is yes. */
function servable(reach: Reach, size: number): string[] {
  const nodes = Array.from({ length: size }, (_, node) => node)
  return nodes.flatMap(waits =>
    nodes.filter(entered => reach.couldHaveBeenServed(waits, entered)).map(entered => `${waits} for ${entered}`),
  )
}

function reachOf(world: { cuts: readonly string[]; down: readonly number[]; traitors: readonly number[] }) {
  return new Reach({
    size: 4,
    processes: 4,
    isUp: node => !world.down.includes(node),
    isLoyal: node => !world.traitors.includes(node),
    isConnected: (from, to) => !world.cuts.includes(`${from}-${to}`),
  })
}

it("each pair has an answer of its own, the first time and from then on", () => {
  // 3 hears nothing from 0; 1 is a traitor; 2 is down.
  const reach = reachOf({ cuts: ["0-3"], down: [2], traitors: [1] })
  const expected = ["0 for 0", "3 for 3"]
  expect(servable(reach, 4)).toEqual(expected)
  expect(servable(reach, 4)).toEqual(expected)
})

it("whoever waits reaches all live nodes that the other one does", () => {
  // 3 cannot reach 0, whom 1 and 2 reach.
  const reach = reachOf({ cuts: ["3-0"], down: [], traitors: [] })
  const could = [
    "0 for 0",
    "1 for 0",
    "1 for 1",
    "1 for 2",
    "1 for 3",
    "2 for 0",
    "2 for 1",
    "2 for 2",
    "2 for 3",
    "3 for 3",
  ]
  expect(servable(reach, 4)).toEqual(could)
})

it("answers hold until a fault changes who reaches whom", () => {
  const world = { cuts: [] as string[], down: [] as number[], traitors: [] as number[] }
  const reach = reachOf(world)
  expect(servable(reach, 4)).toHaveLength(16)
  world.down.push(0)
  expect(servable(reach, 4)).toHaveLength(16)
  reach.changed()
  expect(servable(reach, 4)).toHaveLength(12)
})
