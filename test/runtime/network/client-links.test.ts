// Links to clients: faults name clients as ends of links, and those that name none leave clients alone.
import { describe, expect, test } from "vitest"
import { endOf } from "../../../runtime/contract/ids.ts"
import type { Fault } from "../../../runtime/faults/fault.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import type { Scenario } from "../../../runtime/scenario/scenario.ts"
import { tellingScenario } from "../../support/chatter.ts"

const CLIENT = endOf(0)

/** Which of a client's 100 requests, one a millisecond from 10 ms on, node 0 had, which it was answered, and when. */
function run(faults: readonly Fault[], changes: Partial<Scenario> = {}, seed = 1) {
  const asked: number[] = []
  const answered: number[] = []
  const delays: number[] = []
  const told: string[] = []
  const network = {
    latency: { model: "constant", delay: 100 },
    clientLatency: { model: "constant", delay: 300 },
    loss: 0,
    duplication: 0,
  } as const
  const result = simulate(tellingScenario({ faults, network, ...changes }), seed, {
    observer: event => {
      if (event.type === "request") {
        const { number } = event.request as { number?: number }
        asked.push(number!)
        delays.push(event.time - (10_000 + 1_000 * number!))
      }
      if (event.type === "answer") answered.push((event.reply as { told: number }).told)
      if (event.type === "fault") told.push(event.what)
    },
  })
  if (result.status === "failed") throw new Error(result.reason)
  return { asked, answered, delays, told, result }
}

const ALL = Array.from({ length: 100 }, (_, number) => number)
const without = (from: number, to: number) => ALL.filter(number => number < from || number >= to)
/** From when number 20 is sent until number 30 is. */
const SPAN = { at: 30_000, for: 10_000 } as const

describe("a link to a client", () => {
  test("that is cut takes neither requests nor replies, nor what was on its way", () => {
    const { asked, answered, told } = run([{ kind: "cut", links: [[0, CLIENT]], at: 30_100, for: 9_900 }])
    // Number 20 is on its way when the link is cut.
    expect(asked).toEqual(without(20, 30))
    expect(answered).toEqual(without(20, 30))
    expect(told).toEqual(["link 0-client 0 cut", "link 0-client 0 mended"])
  })

  test("that is cut one way takes what goes the other", () => {
    const towards = run([{ kind: "cut", links: [[CLIENT, 0]], oneWay: true, ...SPAN }])
    expect([towards.asked, towards.answered]).toEqual([without(20, 30), without(20, 30)])
    const back = run([{ kind: "cut", links: [[0, CLIENT]], oneWay: true, ...SPAN }])
    expect([back.asked, back.answered]).toEqual([ALL, without(20, 30)])
  })

  test("to another node, or of another client, does not matter", () => {
    const elsewhere = run([
      {
        kind: "cut",
        links: [
          [1, CLIENT],
          [0, endOf(1)],
        ],
        ...SPAN,
      },
    ])
    expect(elsewhere.answered).toEqual(ALL)
  })

  test("works again when the last fault that cut it is over", () => {
    const { answered } = run([
      { kind: "cut", links: [[0, CLIENT]], ...SPAN },
      { kind: "cut", links: [[0, CLIENT]], at: 35_000, for: 15_000 },
    ])
    expect(answered).toEqual(without(20, 40))
  })

  test("that is lossy loses a share of what it carries, the same for every algorithm", () => {
    const loss = { kind: "loss", share: 0.5, links: [[0, CLIENT]], at: 0 } as const
    const { asked, answered } = run([loss])
    expect(asked.length).toBeGreaterThan(30)
    expect(asked.length).toBeLessThan(70)
    expect(answered.length).toBeGreaterThan(10)
    expect(answered.length).toBeLessThan(asked.length)
    expect(run([loss]).asked).toEqual(asked)
    expect(run([loss], {}, 2).asked).not.toEqual(asked)
    expect(run([{ ...loss, kind: "corruption" }]).asked).toEqual(asked)
  })

  test("that is slow takes so much longer, and others do not", () => {
    const { delays } = run([{ kind: "delay", by: 250, links: [[0, CLIENT]], ...SPAN }])
    expect(delays).toEqual(ALL.map(number => (number >= 20 && number < 30 ? 550 : 300)))
  })
})

describe("a partition", () => {
  test("leaves a client that it does not name every node", () => {
    const { answered, told } = run([{ kind: "partition", sides: [[0], [1, 2]], ...SPAN }])
    expect([answered, told[0]]).toEqual([ALL, "partition 0 | 1,2"])
  })

  test("leaves a client the nodes of its own side", () => {
    const own = run([
      {
        kind: "partition",
        sides: [
          [0, CLIENT],
          [1, 2],
        ],
        ...SPAN,
      },
    ])
    expect([own.answered, own.told[0]]).toEqual([ALL, "partition 0,client 0 | 1,2"])
    expect(run([{ kind: "partition", sides: [[0], [1, 2, CLIENT]], ...SPAN }]).answered).toEqual(without(20, 30))
  })

  test("leaves a client the nodes on no side only if it is on none", () => {
    expect(run([{ kind: "partition", sides: [[1, CLIENT]], ...SPAN }]).answered).toEqual(without(20, 30))
  })

  test("leaves a client the bridge", () => {
    expect(run([{ kind: "partition", sides: [[1, CLIENT], [2]], bridge: [0], ...SPAN }]).answered).toEqual(ALL)
  })

  test("of one way takes to a client, or from it, what it takes to a node on its side", () => {
    const later = run([{ kind: "partition", sides: [[0], [CLIENT]], oneWay: true, ...SPAN }])
    expect([later.asked, later.answered]).toEqual([ALL, without(20, 30)])
    const earlier = run([{ kind: "partition", sides: [[CLIENT], [0]], oneWay: true, ...SPAN }])
    expect([earlier.asked, earlier.answered]).toEqual([without(20, 30), without(20, 30)])
  })
})

test("Faults that name no client change nothing for clients, and faults of clients nothing between nodes", () => {
  const lossy = { kind: "loss", share: 0.3, at: 0 } as const
  const { asked, answered } = run([lossy, { kind: "isolate", target: { nodes: [0] }, ...SPAN }])
  expect([asked, answered]).toEqual([ALL, ALL])
  const calm = run([])
  const ofClients = run([{ kind: "loss", share: 1, links: [[1, CLIENT]], at: 0 }])
  expect(ofClients.result.messagesByType).toEqual(calm.result.messagesByType)
  expect(ofClients.result.messages).toEqual(calm.result.messages)
})
