// Networks: delays of each link, order, bandwidth, and nodes that take time for each message.
import { describe, expect, it } from "vitest"
import { delayTable, delayBound, linkDelayBound } from "../../../runtime/network/latency.ts"
import { Random } from "../../../runtime/lib/random.ts"
import type { Latency, Network } from "../../../runtime/network/network.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import type { TraceEvent } from "../../../runtime/simulation/trace.ts"
import { chatter, tellingScenario } from "../../support/chatter.ts"

const constant = (delay: number): Latency => ({ model: "constant", delay })
const network = (changes: Partial<Network> = {}): Network => ({
  latency: constant(100),
  clientLatency: constant(0),
  loss: 0,
  duplication: 0,
  ...changes,
})

/** When node 1 heard the numbers that it is told every millisecond, from 10 ms on: number and time in us. */
function heard(settings: Partial<Network>): readonly (readonly [number: number, time: number])[] {
  const found: [number, number][] = []
  const observer = (event: TraceEvent): void => {
    if (event.type === "fact" && "number" in event.fact) found.push([Number(event.fact.number), event.time])
  }
  expect(simulate(tellingScenario({ network: network(settings) }), 1, { observer }).status).toBe("completed")
  return found
}

const late = (settings: Partial<Network>): readonly number[] =>
  heard(settings).map(([number, time]) => time - 10_000 - number * 1_000)

describe("measured latency", () => {
  const quantiles = [
    [0, 1_000],
    [0.5, 2_000],
    [0.9, 10_000],
    [1, 50_000],
  ] as const

  it("has the quantiles that were measured, and is linear between them", () => {
    const latency: Latency = { model: "empirical", quantiles }
    const table = delayTable(latency)
    const random = new Random(5)
    const drawn = Array.from({ length: 100_000 }, () => table.draw(random.next())).toSorted((a, b) => a - b)
    const at = (share: number): number => drawn[Math.floor(share * drawn.length)]!
    for (const [share, delay] of [
      [0.25, 1_500],
      [0.5, 2_000],
      [0.7, 6_000],
      [0.95, 30_000],
    ] as const) {
      expect(Math.abs(at(share) / delay - 1)).toBeLessThan(0.02)
    }
    expect(drawn[0]).toBeGreaterThanOrEqual(1_000)
    expect(drawn.at(-1)).toBeLessThanOrEqual(50_000)
    expect(delayBound(latency)).toBe(49_600)
  })
})

describe("links that differ", () => {
  it("have their own latency, in both directions or one", () => {
    const slow = { between: [0, 1], latency: constant(700) } as const
    expect(new Set(late({ links: [slow] }))).toEqual(new Set([700]))
    expect(new Set(late({ links: [{ ...slow, between: [1, 0] }] }))).toEqual(new Set([700]))
    expect(new Set(late({ links: [{ ...slow, between: [1, 0], oneWay: true }] }))).toEqual(new Set([100]))
    expect(new Set(late({ links: [{ ...slow, between: [0, 2] }] }))).toEqual(new Set([100]))
    expect(linkDelayBound(network({ links: [slow] }))).toBe(700)
  })

  it("lose and carry as much as they do", () => {
    expect(heard({ links: [{ between: [0, 1], loss: 1 }] })).toEqual([])
    expect(heard({ loss: 1, links: [{ between: [0, 1], loss: 0 }] }).length).toBe(100)
  })
})

describe("regions", () => {
  const delays = [
    [50, 20_000, 70_000],
    [20_000, 60, 90_000],
    [70_000, 90_000, 70],
  ]
  const regions = { delays, nodes: [0, 2, 2], clients: [1, 0], jitter: 0 }

  it("give each link its distance, and each client the distance to each node", () => {
    expect(new Set(late({ regions }))).toEqual(new Set([70_000]))
    const { clientLatency: _, ...placed } = network({ regions })
    const times: number[] = []
    const observer = (event: TraceEvent): void => {
      if (event.type === "request") times.push(event.time)
    }
    simulate(tellingScenario({ network: placed }), 1, { observer })
    expect(times[0]).toBe(10_000 + 20_000)
    expect(linkDelayBound(network({ regions }))).toBe(70_000)
  })

  it("vary by the jitter", () => {
    const varied = late({ regions: { ...regions, jitter: 0.1 } })
    expect(Math.min(...varied)).toBeGreaterThanOrEqual(63_000)
    expect(Math.max(...varied)).toBeLessThanOrEqual(77_000)
    expect(new Set(varied).size).toBeGreaterThan(80)
    expect(linkDelayBound(network({ regions: { ...regions, jitter: 0.1 } }))).toBe(77_000)
  })
})

describe("FIFO links", () => {
  const latency: Latency = { model: "uniform", min: 100, max: 10_000 }

  it("deliver in the order of sending; what is late holds up what comes behind it", () => {
    const numbers = (fifo: boolean): readonly number[] => heard({ latency, fifo }).map(([number]) => number)
    const inOrder = Array.from({ length: 100 }, (_, number) => number)
    expect(numbers(true)).toEqual(inOrder)
    expect(numbers(false)).not.toEqual(inOrder)
    const free = new Map(heard({ latency }))
    for (const [number, time] of heard({ latency, fifo: true })) {
      const since = Math.max(...inOrder.slice(0, number + 1).map(earlier => free.get(earlier)!))
      expect(time).toBe(since)
    }
  })
})

describe("bandwidth", () => {
  it("makes a message take its time on the link, and those behind it wait", () => {
    // A note is 24 bytes: 600 us at 40 kB/s, and 1.2 ms at 20 kB/s, with one every millisecond.
    expect(new Set(late({ bandwidth: 40_000 }))).toEqual(new Set([700]))
    expect(late({ bandwidth: 20_000 }).slice(0, 4)).toEqual([1_300, 1_500, 1_700, 1_900])
    expect(late({ links: [{ between: [0, 1], bandwidth: 20_000 }] }).slice(0, 3)).toEqual([1_300, 1_500, 1_700])
    expect(new Set(late({ links: [{ between: [0, 2], bandwidth: 1 }] }))).toEqual(new Set([100]))
  })
})

describe("nodes that take time for each message", () => {
  it("handle one after the other: throughput saturates at one message a service time", () => {
    // A request at node 0, 100 us on the way, and the note at node 1.
    expect(new Set(late({ serviceTime: 200 }))).toEqual(new Set([500]))
    const saturated = heard({ serviceTime: 2_000 })
    const gaps = saturated.slice(1).map(([, time], index) => time - saturated[index]![1])
    // A thousand a second are asked for. In 100 ms node 0 can handle 50 requests and answers together.
    expect(saturated.filter(([, time]) => time < 110_000).length).toBeLessThanOrEqual(50)
    expect(Math.min(...gaps)).toBe(2_000)
  })

  it("do not let a timer that ran out overtake the messages that came before it", () => {
    const order: string[] = []
    const algorithm: typeof chatter = {
      ...chatter,
      start: node => node.setTimer("alarm", 10_500),
      receive: { ...chatter.receive, Note: (node, { number }) => void (node.id === 1 && order.push(`note ${number}`)) },
      timeout: { alarm: node => void (node.id === 1 && order.push(`alarm at ${node.now()}`)) },
    }
    // Number 0 reaches node 1 at 10.5 ms less a bit; node 1 is busy with it until 10.8 ms.
    simulate(tellingScenario({ algorithm, network: network({ serviceTime: 350 }) }), 1)
    expect(order.slice(0, 2)).toEqual(["note 0", "alarm at 10800"])
  })
})
