/** When the group counts as settled, so that the end of what it executed is the end of its log. */
import { describe, expect, test } from "vitest"
import { Settled } from "../../../services/replicated-log/settled.ts"
import { handWorld } from "./world.ts"

const DEADLINE = 1_000

/** Three nodes that follow node 1 in epoch 3, which has executed an entry while it leads. */
function group() {
  const faulty = { down: new Set<number>(), traitors: new Set<number>(), cuts: new Set<string>() }
  const world = {
    ...handWorld(3),
    isUp: (node: number) => !faulty.down.has(node),
    isLoyal: (node: number) => !faulty.traitors.has(node),
    isConnected: (from: number, to: number) => !faulty.cuts.has(`${from} ${to}`),
  }
  const settled = new Settled(world, DEADLINE)
  const pass = (until: number) => world.pass(until, {})
  pass(100)
  for (const node of [1, 0, 2]) settled.believes(node, { type: "believes", leader: 1, epoch: 3 })
  settled.applied(1)
  return { settled, faulty, pass }
}

const QUIET = 100 + 4 * DEADLINE

describe("a group has settled", () => {
  test("four deadlines after the last entry, belief, crash or fault, and no earlier", () => {
    const { settled, pass } = group()
    pass(QUIET - 1)
    expect(settled.isSettled()).toBe(false)
    pass(QUIET)
    expect(settled.isSettled()).toBe(true)
    for (const happens of [
      () => settled.applied(0),
      () => settled.believes(2, { type: "believes", leader: 1, epoch: 3 }),
      () => settled.faultOccurred(),
    ]) {
      const since = QUIET
      happens()
      expect(settled.isSettled()).toBe(false)
      pass(since + 4 * DEADLINE)
    }
  })

  test.each<[string, (faulty: ReturnType<typeof group>["faulty"]) => void]>([
    ["a node is down", ({ down }) => down.add(2)],
    ["a node is a traitor", ({ traitors }) => traitors.add(0)],
    ["the leader does not reach a node", ({ cuts }) => cuts.add("1 2")],
    ["a node does not reach the leader", ({ cuts }) => cuts.add("0 1")],
  ])("not while %s", (_, happens) => {
    const { settled, faulty, pass } = group()
    pass(QUIET)
    expect(settled.isSettled()).toBe(true)
    happens(faulty)
    expect(settled.isSettled()).toBe(false)
  })

  test("not while a node follows another leader, none, or the same one in another epoch", () => {
    for (const [leader, epoch] of [
      [2, 3],
      [null, 3],
      [1, 2],
    ] as const) {
      for (const node of [0, 2]) {
        const { settled, pass } = group()
        settled.believes(node, { type: "believes", leader, epoch })
        pass(10 * QUIET)
        expect(settled.isSettled(), `node ${node} follows ${leader} in ${epoch}`).toBe(false)
      }
    }
  })

  test("not if the leader has executed nothing since it began to lead, or since it crashed", () => {
    const { settled, pass } = group()
    pass(200)
    for (const node of [0, 1, 2]) settled.believes(node, { type: "believes", leader: 2, epoch: 4 })
    settled.applied(1)
    pass(10 * QUIET)
    expect(settled.isSettled()).toBe(false)
    settled.applied(2)
    pass(20 * QUIET)
    expect(settled.isSettled()).toBe(true)
    settled.nodeDown(2)
    for (const node of [0, 1, 2]) settled.believes(node, { type: "believes", leader: 2, epoch: 4 })
    pass(30 * QUIET)
    expect(settled.isSettled()).toBe(false)
  })
})
