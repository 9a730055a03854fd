// What whoever holds a run can see of it, and do to it; and what becomes of messages that somebody intercepts.
import { describe, expect, test } from "vitest"
import { MILLISECOND } from "../../../runtime/contract/units.ts"
import { Simulation, type SimulationOptions } from "../../../runtime/simulation/simulation.ts"
import type { Interceptor, TraceEvent } from "../../../runtime/simulation/trace.ts"
import { algorithm, type Shape } from "../../../runtime/contract/algorithm.ts"
import type { Service } from "../../../runtime/contract/service.ts"
import { chatter, tellingScenario } from "../../support/chatter.ts"

/** A run of the telling service, begun, in which messages take 500 us. */
function begun(changes: Parameters<typeof tellingScenario>[0] = {}, options: SimulationOptions = {}): Simulation {
  const network = { latency: { model: "constant", delay: 500 }, loss: 0, duplication: 0 } as const
  const simulation = new Simulation(tellingScenario({ network, warmup: 0, ...changes }), 1, options)
  simulation.begin()
  return simulation
}

/** Nodes that say nothing, but whom they believe in, when a client tells them. */
interface Believers extends Shape {
  readonly parameters: object
  readonly disk: object
  readonly state: object
  readonly message: { readonly type: "Nothing" }
  readonly timer: "never"
  readonly service: {
    readonly request: { readonly type: "Believe"; readonly leader: number | null }
    readonly reply: object
    readonly fact:
      | { readonly type: "believes"; readonly leader: number | null; readonly epoch: number }
      | { readonly type: "office"; readonly office: string; readonly holder: number | null; readonly epoch: number }
  }
}

const believers = algorithm<Believers>({
  name: "believers",
  title: "Believers",
  source: "none",
  summary: "They believe what they are told.",
  tolerates: { faults: "none", of: () => 0 },
  serves: [],
  parameters: {},
  disk: () => ({}),
  state: () => ({}),
  start() {},
  receive: { Nothing() {} },
  timeout: { never() {} },
  request: {
    Believe(node, { leader }) {
      node.report({ type: "believes", leader, epoch: 1 })
    },
  },
})

/** A service without clients of its own. */
const silence: Service = {
  ...tellingScenario().service,
  open: () => ({
    start() {},
    timeout: {},
    reply() {},
    observe() {},
    nodeDown() {},
    nodeUp() {},
    faultOccurred() {},
    isIdle: () => true,
    finish() {
      throw new Error("nobody asks")
    },
  }),
}

/** Five nodes that were told whom to believe in, from node 0 on; undefined: nothing. */
function believing(...leaders: readonly (number | null | undefined)[]): Simulation {
  const simulation = begun({ algorithm: believers, service: silence, nodes: 5 })
  for (const [node, leader] of leaders.entries()) {
    if (leader !== undefined) simulation.byHand.request(9, node, { type: "Believe", leader } as { type: "Believe" })
  }
  simulation.runUntil(MILLISECOND)
  return simulation
}

describe("the leader", () => {
  test.each<[string, readonly (number | null | undefined)[], number | undefined]>([
    ["nobody", [], undefined],
    ["nobody, when those who believe believe in nobody", [null, null], undefined],
    ["whom one believes in", [undefined, 3], 3],
    ["whom most believe in", [1, 1, 2, 2, 2], 2],
    ["the lowest of several", [4, 4, 1, 1], 1],
    ["whom a node believed in last, not before", [2, undefined, undefined], 2],
  ])("is %s", (_, leaders, leader) => {
    expect(believing(...leaders).leader()).toBe(leader)
  })

  test("is believed in by live nodes, is alive, and is forgotten by those that crash", () => {
    const simulation = believing(1, 1, 2, 2, 2)
    expect([...simulation.believed]).toEqual([1, 1, 2, 2, 2])
    simulation.byHand.crash(3)
    simulation.byHand.crash(4)
    expect(simulation.leader()).toBe(1)
    expect([...simulation.believed]).toEqual([1, 1, 2, -1, -1])
    simulation.byHand.crash(1)
    expect(simulation.leader()).toBe(2)
    simulation.byHand.restart(3)
    expect([...simulation.believed]).toEqual([1, -1, 2, -1, -1])
    simulation.byHand.crash(2)
    expect(simulation.leader()).toBeUndefined()
  })
})

describe("what there is to see", () => {
  test("who is up, and who reaches whom", () => {
    const simulation = begun()
    expect([0, 1, 2].map(id => simulation.isUp(id))).toEqual([true, true, true])
    expect([simulation.isConnected(0, 1), simulation.isConnected(2, 2)]).toEqual([true, true])
    simulation.byHand.crash(1)
    simulation.links.cut(0, 2)
    expect([0, 1, 2].map(id => simulation.isUp(id))).toEqual([true, false, true])
    expect([
      simulation.isConnected(0, 2),
      simulation.isConnected(2, 0),
      simulation.isConnected(0, 1),
      simulation.isConnected(2, 2),
    ]).toEqual([false, true, true, true])
    simulation.byHand.restart(1)
    expect(simulation.isUp(1)).toBe(true)
  })

  test("messages and answers under way, with both ends and in the order in which they arrive", () => {
    const simulation = begun()
    simulation.byHand.inject(2, 1, { type: "Thanks", number: 8 } as { type: "Thanks" })
    simulation.runUntil(400)
    // Client 0 told node 0 the number 0, at once, and node 0 tells node 1 and the client.
    simulation.runUntil(800)
    expect(simulation.underWay.map(({ message, from, to, nth, arrives }) => [message, from, to, nth, arrives])).toEqual(
      [
        ["Note", { node: 0 }, { node: 1 }, 1, 1_000],
        ["reply", { node: 0 }, { client: 0 }, 1, 1_000],
      ],
    )
    expect(simulation.underWay.map(({ content }) => content)).toEqual([{ type: "Note", number: 0 }, { told: 0 }])
  })

  test("when the next event comes, up to which time can pass without one, and no further", () => {
    const simulation = begun()
    expect([simulation.time, simulation.nextTime]).toEqual([0, 0])
    simulation.runUntil(499)
    const next = simulation.nextTime
    expect(next).toBe(500)
    simulation.wait(200)
    expect(simulation.time).toBe(499)
    simulation.wait(10_000)
    expect([simulation.time, simulation.nextTime]).toEqual([500, 500])
  })

  test("that nothing happens any more unless somebody does something", () => {
    const simulation = believing()
    expect(simulation.isQuiet).toBe(true)
    simulation.byHand.inject(0, 1, { type: "Nothing" })
    expect(simulation.isQuiet).toBe(false)
    simulation.runUntil(simulation.time + 1)
    expect(simulation.isQuiet).toBe(true)
    simulation.nodes[2]!.setTimer("never", 5_000)
    expect(simulation.timersOf(2)).toEqual([{ timer: "never", at: simulation.time + 5_000 }])
    expect(simulation.isQuiet).toBe(false)
    // The timers of a node that is down are gone, and those of others have nothing to do with it.
    simulation.byHand.crash(2)
    expect([simulation.timersOf(2), simulation.isQuiet]).toEqual([[], true])
  })

  test("that a service has nothing to say of itself before the end, and takes no operations by hand", () => {
    const simulation = begun()
    expect([simulation.canAsk, simulation.soFar]).toEqual([false, undefined])
    expect(simulation.interventions).toEqual({ made: 0, impossible: [] })
    expect(() => simulation.byHand.intervene({ type: "crash", node: 0 } as never)).toThrow("takes none")
    expect(() => simulation.byHand.plan([])).toThrow("takes none")
  })
})

describe("a run that something was done to is not saved any more:", () => {
  const acts: Readonly<Record<string, (simulation: Simulation) => void>> = {
    inject: simulation => simulation.byHand.inject(0, 1, { type: "Thanks" }),
    request: simulation => simulation.byHand.request(3, 0, { type: "Tell", to: 1, number: 1 } as { type: "Tell" }),
    crash: simulation => simulation.byHand.crash(0),
    restart: simulation => simulation.byHand.restart(0),
    shiftClock: simulation => simulation.byHand.shiftClock(0, 5),
    schedule: simulation => simulation.byHand.schedule(5, () => {}),
    crashInBroadcast: simulation =>
      void simulation.byHand.crashInBroadcast(0, {
        after: 0,
        kept: 0,
        random: { share: () => 0 },
        reached: 0,
      } as never),
  }

  test.each(Object.entries(acts))("%s", (_, act) => {
    const simulation = begun()
    expect(simulation.save()).toMatchObject({ seed: 1, time: 0 })
    act(simulation)
    expect(() => simulation.save()).toThrow("something was done to this run that its scenario does not say")
  })
})

describe("what is done from outside", () => {
  test("a message arrives as if it had been sent, and nobody has counted it", () => {
    const events: TraceEvent[] = []
    const simulation = begun({}, { observer: event => events.push(event) })
    simulation.byHand.inject(2, 1, { type: "Note", number: 42 } as { type: "Note" })
    simulation.runUntil(0)
    expect(events.filter(({ type }) => type === "send" || type === "deliver")).toEqual([
      { type: "deliver", time: 0, node: 1, from: 2, message: { type: "Note", number: 42 } },
      // And is answered.
      { type: "send", time: 0, node: 1, to: 2, message: expect.anything(), purpose: "protocol" },
    ])
  })

  test("a client that nobody plays asks a node", () => {
    const events: TraceEvent[] = []
    const simulation = begun({}, { observer: event => events.push(event) })
    simulation.byHand.request(7, 2, { type: "Tell", to: 1, number: 5 } as { type: "Tell" })
    simulation.runUntil(MILLISECOND)
    const asked = events.filter(event => "client" in event && event.client === 7)
    expect(asked.map(({ type, time }) => [type, time])).toEqual([
      ["ask", 0],
      ["request", 500],
      ["reply", 500],
      ["answer", 1_000],
    ])
  })

  test("something is done at its time", () => {
    const simulation = begun()
    const times: number[] = []
    for (const time of [700, 300]) simulation.byHand.schedule(time, () => times.push(simulation.time))
    simulation.runUntil(699)
    expect(times).toEqual([300])
    simulation.runUntil(700)
    expect(times).toEqual([300, 700])
  })
})

describe("whoever intercepts messages", () => {
  /** Times at which node 1 got notes, and what was dropped, in the first milliseconds. */
  function intercepted(interceptor: Interceptor) {
    const events: TraceEvent[] = []
    begun({}, { interceptor, observer: event => events.push(event) }).runUntil(3_000)
    const notes = events.filter(event => event.type === "deliver" && event.message.type === "Note")
    return {
      arrivals: notes.map(({ time }) => time),
      drops: events.flatMap(event => (event.type === "drop" ? [[event.time, event.reason]] : [])),
    }
  }

  test("leaves them to the network, drops them, or has them take longer", () => {
    expect(intercepted(() => undefined)).toEqual({ arrivals: [1_000, 2_000, 3_000], drops: [] })
    const isNote = (message: { readonly type: string }) => message.type === "Note"
    expect(intercepted((_from, _to, message) => (isNote(message) ? "drop" : undefined))).toEqual({
      arrivals: [],
      drops: [500, 1_500, 2_500].map(time => [time, "intercepted"]),
    })
    expect(intercepted((_from, _to, message) => (isNote(message) ? { delay: 1_200 } : undefined))).toEqual({
      arrivals: [1_700, 2_700],
      drops: [],
    })
  })

  test("is asked with both ends and the message", () => {
    const seen: unknown[] = []
    intercepted((from, to, message) => void seen.push([from, to, message.type]))
    expect(seen.slice(0, 2)).toEqual([
      [0, 1, "Note"],
      [1, 0, "Thanks"],
    ])
  })
})

describe("a message that does not arrive is dropped, and why is told:", () => {
  function reasons(changes: Parameters<typeof tellingScenario>[0], act: (simulation: Simulation) => void = () => {}) {
    const events: TraceEvent[] = []
    const simulation = begun(changes, { observer: event => events.push(event) })
    act(simulation)
    simulation.runUntil(1_400)
    return events.flatMap(event => (event.type === "drop" ? [[event.time, event.from, event.node, event.reason]] : []))
  }
  const lossy = { latency: { model: "constant", delay: 500 }, loss: 1, duplication: 0 } as const

  test("lost on the way, as it is sent", () => {
    expect(reasons({ network: lossy })).toEqual([[500, 0, 1, "lost"]])
  })

  test("its link was cut before it was sent, or while it was on its way", () => {
    expect(reasons({}, simulation => simulation.links.cut(0, 1))).toEqual([[500, 0, 1, "cut"]])
    expect(reasons({}, simulation => simulation.byHand.schedule(700, () => simulation.links.cut(0, 1)))).toEqual([
      [1_000, 0, 1, "cut"],
    ])
  })

  test("its receiver is down", () => {
    expect(reasons({}, simulation => simulation.byHand.crash(1))).toEqual([[1_000, 0, 1, "down"]])
  })

  test("nothing is, where all is well", () => {
    expect(reasons({})).toEqual([])
  })
})

test("a message that is duplicated arrives twice, and was sent once", () => {
  const events: TraceEvent[] = []
  const network = { latency: { model: "uniform", min: 200, max: 400 }, loss: 0, duplication: 1 } as const
  begun({ network, algorithm: chatter }, { observer: event => events.push(event) }).runUntil(1_000)
  const count = (type: "send" | "deliver") =>
    events.filter(event => event.type === type && "message" in event && event.message.type === "Note").length
  expect([count("send"), count("deliver")]).toEqual([1, 2])
})
