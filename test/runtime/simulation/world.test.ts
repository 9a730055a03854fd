// What a service is told of the run that it is opened for, and what the run says of the leader that its scenario names.
import { describe, expect, test } from "vitest"
import { raft } from "../../../algorithms/raft/raft.ts"
import type { World } from "../../../runtime/contract/service.ts"
import { endOf } from "../../../runtime/contract/ids.ts"
import type { Scenario } from "../../../runtime/scenario/scenario.ts"
import { LEADER, Simulation } from "../../../runtime/simulation/simulation.ts"
import type { TraceEvent } from "../../../runtime/simulation/trace.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { chatter, telling, tellingScenario } from "../../support/chatter.ts"
import { completeRun } from "../../support/service-run.ts"

/** The world of a run, and the run; the service's clients live on nodes where `homes` says so. */
function opened(changes: Partial<Scenario> = {}, homes: Readonly<Record<number, number>> = {}) {
  let world: World | undefined
  const events: TraceEvent[] = []
  const service = {
    ...telling,
    open(given: World) {
      world = given
      for (const [client, node] of Object.entries(homes)) given.colocate(Number(client), node)
      return telling.open(given, {})
    },
  }
  const simulation = new Simulation(tellingScenario({ service, ...changes }), 1, {
    observer: event => events.push(event),
  })
  simulation.begin()
  return { world: world!, simulation, events }
}

const constant = { latency: { model: "constant", delay: 500 }, loss: 0, duplication: 0 } as const

describe("a service is told", () => {
  test("how many nodes there are, whom clients may ask, and how long is measured", () => {
    expect(opened({ nodes: 5, warmup: 7_000, duration: 90_000 }).world).toMatchObject({
      size: 5,
      processes: 5,
      contacts: [0, 1, 2, 3, 4],
      warmup: 7_000,
      end: 90_000,
    })
  })

  test("whether an epoch has one leader for ever: if the algorithm promises it", () => {
    expect(opened().world.oneLeaderPerEpoch).toBe(false)
    const promising = { ...chatter, oneLeaderPerEpoch: true } as const
    expect(opened({ algorithm: promising }).world.oneLeaderPerEpoch).toBe(true)
  })

  test("whether messages get lost, on any link", () => {
    expect(opened({ network: constant }).world.losesMessages).toBe(false)
    expect(opened({ network: { ...constant, loss: 0.1 } }).world.losesMessages).toBe(true)
    const links = [{ between: [0, 1] }, { between: [1, 2], loss: 0.1 }] as const
    expect(opened({ network: { ...constant, links } }).world.losesMessages).toBe(true)
    expect(opened({ network: { ...constant, links: [{ between: [0, 1] }] } }).world.losesMessages).toBe(false)
  })

  test("who is up, loyal and connected, and what messages there have been", () => {
    const { world, simulation } = opened({ network: constant, warmup: 0 })
    expect([world.isUp(1), world.isLoyal(1), world.isConnected(0, 1), world.protocolMessages()]).toEqual([
      true,
      true,
      true,
      0,
    ])
    simulation.runUntil(1_500)
    // A note, its thanks, and the next note.
    expect([world.now(), world.protocolMessages()]).toEqual([1_500, 3])
    simulation.byHand.crash(1)
    simulation.links.cut(1, 0)
    expect([world.isUp(1), world.isUp(0), world.isConnected(1, 0), world.isConnected(0, 1)]).toEqual([
      false,
      true,
      false,
      true,
    ])
  })

  test("which region its clients are in, by their places or those of their nodes", () => {
    const regions = {
      names: ["east", "west"],
      delays: [
        [100, 5_000],
        [5_000, 100],
      ],
      nodes: [0, 1, 0],
      clients: [1, 0],
      jitter: 0,
    }
    const regionsOf = (world: World) => [0, 1, 2, 3].map(client => world.regionOf(client))
    const near = opened({ network: { ...constant, regions } }, { 3: 1 }).world
    expect([near.regions, regionsOf(near)]).toEqual([
      ["east", "west"],
      ["west", "east", "west", "west"],
    ])
    // Clients with a latency of their own are in no region, but for those on a node.
    const clientLatency = { model: "constant", delay: 300 } as const
    const far = opened({ network: { ...constant, regions, clientLatency } }, { 3: 1 }).world
    expect(regionsOf(far)).toEqual([undefined, undefined, undefined, "west"])
    const nowhere = opened({ network: constant }, { 3: 1 }).world
    expect([nowhere.regions, regionsOf(nowhere)]).toEqual([[], Array(4).fill(undefined)])
  })

  test("of no timer that it does not have", () => {
    expect(() => opened().world.wakeAfter(5, "lunch")).toThrow('telling has no timer "lunch"')
  })

  test("and tells observers of operations as they begin and end", () => {
    const { world, events } = opened()
    world.observeOperation({ type: "begun", client: 3, operation: { op: "get" } } as never)
    world.observeOperation({ type: "ended", client: 3, ending: "unknown" } as never)
    expect(events.filter(({ type }) => type === "operation")).toEqual([
      { type: "operation", time: 0, client: 3, phase: "begun", what: { op: "get" } },
      { type: "operation", time: 0, client: 3, phase: "unknown", what: null },
    ])
  })
})

describe("a client on a node", () => {
  /** When a client's first request arrives at node 0, and how many client messages there were by then. */
  function firstRequest(homes: Readonly<Record<number, number>>, isCut: boolean) {
    const { simulation, events } = opened({ network: constant, warmup: 0 }, homes)
    if (isCut) {
      simulation.links.cut(endOf(0), 0)
      simulation.links.cut(0, endOf(0))
    }
    simulation.runUntil(1_999)
    return {
      requests: events.flatMap(event => (event.type === "request" ? [event.time] : [])),
      answers: events.flatMap(event => (event.type === "answer" ? [event.time] : [])),
      counted: simulation.meter.messages.client,
    }
  }

  test("exchanges everything with it at once, which nobody counts, whatever is cut", () => {
    const close = { requests: [0, 1_000], answers: [0, 1_000], counted: 0 }
    expect(firstRequest({ 0: 0 }, false)).toEqual(close)
    expect(firstRequest({ 0: 0 }, true)).toEqual(close)
  })

  test("is as far from other nodes as any client", () => {
    const far = { requests: [500, 1_500], answers: [1_000], counted: 4 }
    expect(firstRequest({}, false)).toEqual(far)
    expect(firstRequest({ 0: 1 }, false)).toEqual(far)
    expect(firstRequest({}, true)).toMatchObject({ requests: [], answers: [] })
  })
})

describe("the leader that a scenario names", () => {
  const named = (faults: Scenario["faults"]) =>
    completeRun(raft, replicatedLog, { nodes: 3, leader: 0, warmup: "2s", duration: "3s", faults }).outcome.verdicts[
      LEADER
    ]

  test("is said nothing of where it leads when measuring begins", () => {
    expect(named([])).toBeUndefined()
  })

  test("may be another one by then, or nobody: that is open, and said", () => {
    const crash = (nodes: readonly number[]) =>
      [{ kind: "crash", target: { nodes }, at: 500_000 }] as unknown as Scenario["faults"]
    expect(named(crash([0]))).toEqual({
      verdict: "undecided",
      reason: expect.stringMatching(/^node 0 was to lead when measuring begins, but node [12] does$/),
    })
    expect(named(crash([0, 1]))).toEqual({
      verdict: "undecided",
      reason: "node 0 was to lead when measuring begins, but nobody does",
    })
  })
})
