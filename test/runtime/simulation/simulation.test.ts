import { describe, expect, it } from "vitest"
import type { Scenario } from "../../../runtime/scenario/scenario.ts"
import { simulate, Simulation } from "../../../runtime/simulation/simulation.ts"
import { chatter, tellingScenario } from "../../support/chatter.ts"
import { createCluster } from "../../support/cluster.ts"

function completed(scenario: Scenario, seed = 1) {
  const result = simulate(scenario, seed)
  if (result.status === "failed") throw new Error(`${result.reason} (${result.event})`)
  return result
}

describe("a run", () => {
  it("is a pure function of scenario and seed", () => {
    const [first, second] = [completed(tellingScenario(), 5), completed(tellingScenario(), 5)]
    expect(second).toEqual(first)
    expect(completed(tellingScenario(), 6).digest).not.toBe(first.digest)
  })

  it("has another digest where other things are said at the same times", () => {
    const digestWith = (glad: boolean): string => {
      const thank: typeof chatter.receive.Note = (node, { number }, from) =>
        node.send(from, { type: "Thanks", number, glad: glad || number !== 70 })
      return completed(tellingScenario({ algorithm: { ...chatter, receive: { ...chatter.receive, Note: thank } } }))
        .digest
    }
    expect(digestWith(true)).toBe(digestWith(true))
    expect(digestWith(false)).not.toBe(digestWith(true))
  })

  it("takes the same course with and without an observer", () => {
    const events: string[] = []
    const watched = simulate(tellingScenario(), 5, { observer: event => events.push(event.type) })
    expect(watched).toEqual(completed(tellingScenario(), 5))
    expect(events.filter(type => type === "deliver").length).toBe(200)
  })

  it("counts messages by purpose, type and size since the end of the warm-up", () => {
    const run = completed(tellingScenario())
    expect(run.outcome.ok).toBe(100)
    expect(run.messages).toEqual({ protocol: 200, heartbeat: 0, retransmission: 0, client: 200 })
    expect(run.messagesByType).toEqual({ Note: 100, Thanks: 100 })
    // Note: header 16 + one number 8. Thanks: header 16 + two scalars 8.
    expect(run.bytes.protocol).toBe(100 * 24 + 100 * 32)
    expect(run.diskSyncs).toBe(100)
  })

  it("ends only when no operation is in flight and the last messages have arrived", () => {
    const run = completed(
      tellingScenario({ network: { latency: { model: "constant", delay: 40_000 }, loss: 0, duplication: 0 } }),
    )
    expect(run.outcome.unknown).toBe(0)
    // Last request at 109 ms, answered 80 ms later, then twice the link delay for stragglers.
    expect(run.ended).toBe(109_000 + 80_000 + 80_000)
  })

  it("fails with event, time and state when a handler throws, and does not throw itself", () => {
    const broken = { ...chatter, request: { Tell: () => { throw new Error("no such thing") } } } // biome-ignore format: one line
    const run = simulate(tellingScenario({ algorithm: broken }), 1)
    expect(run).toMatchObject({
      status: "failed",
      reason: "no such thing",
      event: expect.stringMatching(/node 0 is asked .*"number":0.* by client 0/),
      state: '{"heard":0,"boots":1,"rang":[],"drawn":[]}',
    })
  })

  it.each([[], [1], [6, 1], [1, Number.NaN]])("fails when a handler draws a random number from %j", (...bounds) => {
    const draw = (node: object): void => void Reflect.apply(Reflect.get(node, "random") as () => void, node, bounds)
    const broken = { ...chatter, request: { Tell: draw } }
    expect(simulate(tellingScenario({ algorithm: broken }), 1)).toMatchObject({
      status: "failed",
      reason: expect.stringMatching(/^node\.random\(.*, .*\): expected two integers, the lower one first/),
    })
  })

  it("fails when it needs more events than its budget", () => {
    expect(simulate(tellingScenario({ eventBudget: 50 }), 1)).toMatchObject({
      status: "failed",
      reason: "more than 50 events",
    })
  })

  it("tells which events came before the failure, the latest last", () => {
    const run = simulate(tellingScenario({ eventBudget: 50 }), 1)
    if (run.status !== "failed") throw new Error("it did not fail")
    expect(run.before).toHaveLength(8)
    const times = run.before.map(line => Number(/^at ([\d.]+)ms, (?:node|client|the service)/.exec(line)?.[1]))
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(times[0]).toBeGreaterThan(0)
  })

  it("is the same whether its events are recorded or not", () => {
    const recorded = simulate(tellingScenario(), 1)
    const unrecorded = simulate(tellingScenario(), 1, { unrecorded: true })
    expect({ ...unrecorded, digest: "" }).toEqual({ ...recorded, digest: "" })
    expect(unrecorded).not.toEqual(recorded)
  })
})

describe("timers", () => {
  it("run out once, at the deadline set last, earlier or later than those before", () => {
    const alarms = [900, 300, 700, 500]
    const cluster = createCluster(
      {
        ...chatter,
        start(node) {
          for (const alarm of alarms) node.setTimer("alarm", alarm)
        },
      },
      { nodes: 1 },
    )
    cluster.runFor("5ms")
    expect(cluster.state(0).rang).toEqual([500])
  })

  it("can be set again by their own handler, and cancelled", () => {
    const cluster = createCluster(
      {
        ...chatter,
        start: node => node.setTimer("alarm", 100),
        timeout: {
          alarm(node) {
            node.state.rang.push(node.now())
            node.setTimer("alarm", 100)
            if (node.state.rang.length === 3) node.cancelTimer("alarm")
          },
        },
      },
      { nodes: 1 },
    )
    cluster.runFor("5ms")
    expect(cluster.state(0).rang).toEqual([100, 200, 300])
  })

  it("do not outlive a crash", () => {
    const cluster = createCluster({ ...chatter, start: node => node.setTimer("alarm", 1_000) }, { nodes: 1 })
    cluster.runFor("500us")
    cluster.crash(0)
    cluster.runFor("200us")
    cluster.restart(0)
    cluster.runFor("5ms")
    expect(cluster.state(0).rang).toEqual([1_700])
  })
})

describe("crash and restart", () => {
  it("lose the volatile state, keep the disk, and boot again from it", () => {
    const cluster = createCluster(chatter, { nodes: 2 })
    cluster.inject(1, 0, { type: "Note", number: 7 })
    cluster.state(0).boots = 99
    cluster.crash(0)
    cluster.restart(0)
    expect(cluster.disk(0)).toEqual({ heard: 1, log: [7] })
    expect(cluster.state(0)).toEqual({ heard: 1, boots: 1, rang: [], drawn: [] })
  })

  it("lose the messages that arrive while the node is down, which still count as sent", () => {
    const cluster = createCluster(chatter, { nodes: 2 })
    cluster.crash(1)
    cluster.request(0, 0, { type: "Tell", to: 1, number: 1 })
    cluster.runFor("10ms")
    cluster.restart(1)
    cluster.runFor("10ms")
    expect(cluster.count("Note")).toBe(1)
    expect(cluster.disk(1).log).toEqual([])
  })
})

describe("disk before network", () => {
  it("holds what a handler sends, before or after its writes, until they are durable", () => {
    const cluster = createCluster(chatter, { nodes: 2, syncLatency: "5ms" })
    cluster.inject(1, 0, { type: "Note", number: 1 })
    expect(cluster.count("Thanks")).toBe(0)
    cluster.runFor("5ms")
    expect(cluster.sent.map(({ time }) => time)).toEqual([5_000])
    expect(cluster.facts.map(({ time }) => time)).toEqual([5_000])
  })

  it("lets a node that crashes before the sync neither keep nor tell what it wrote", () => {
    const cluster = createCluster(chatter, { nodes: 2, syncLatency: "5ms" })
    cluster.inject(1, 0, { type: "Note", number: 1 })
    cluster.runFor("4999us")
    cluster.crash(0)
    cluster.restart(0)
    cluster.runFor("20ms")
    expect(cluster.disk(0)).toEqual({ heard: 0, log: [] })
    expect(cluster.count("Thanks")).toBe(0)
    expect(cluster.facts).toEqual([])
  })

  it("delays a handler that writes nothing only as long as earlier writes are not durable", () => {
    const cluster = createCluster(chatter, { nodes: 2, syncLatency: "5ms" })
    cluster.inject(1, 0, { type: "Note", number: 1 })
    cluster.runFor("1ms")
    cluster.request(3, 0, { type: "Tell", to: 1, number: 9 })
    cluster.runFor("30ms")
    expect(cluster.sent.filter(({ from }) => from === 0).map(({ time }) => time)).toEqual([5_000, 5_000])
  })
})

describe("a crash in the microsecond in which a sync ends", () => {
  const crashed = (syncLatency: number, options: { readonly late?: boolean } = {}) => {
    const crash = { kind: "crash", target: { nodes: [0] }, at: 5_000, for: 1_000 } as const
    const scenario = tellingScenario({ faults: [crash], disk: { syncLatency }, warmup: 80_000 })
    const told: string[] = []
    const simulation = new Simulation(scenario, 1, {
      observer(event) {
        if (event.type === "send" && event.node === 0) told.push(`${event.message.type} at ${event.time}`)
        if (event.type === "fact" && event.node === 0) told.push(`fact at ${event.time}`)
      },
    })
    simulation.begin()
    simulation.byHand.inject(1, 0, { type: "Note", number: 7 } as { type: "Note" })
    // A crash that was put in the queue after the sync's end comes after it anyway.
    if (options.late === true) {
      simulation.runUntil(4_999)
      simulation.byHand.schedule(5_000, () => simulation.byHand.crash(0))
    }
    simulation.runUntil(70_000)
    return { told, log: (simulation.nodes[0]!.disk as { log: number[] }).log }
  }

  it("comes after it: the writes are kept, and what waited for them has left", () => {
    expect(crashed(5_000)).toEqual({ told: ["Thanks at 5000", "fact at 5000"], log: [7] })
    expect(crashed(4_999)).toEqual({ told: ["Thanks at 4999", "fact at 4999"], log: [7] })
    expect(crashed(5_000, { late: true })).toEqual({ told: ["Thanks at 5000", "fact at 5000"], log: [7] })
  })

  it("a microsecond earlier comes before it: neither writes nor output survive", () => {
    expect(crashed(5_001)).toEqual({ told: [], log: [] })
  })
})

describe("the network", () => {
  const latency = { model: "uniform", min: 100, max: 10_000 } as const

  /** Delays of the messages from one node to another, in the order they were sent. */
  function delays(scenario: Scenario, from: number, to: number): number[] {
    const sent = new Map<object, number>()
    const found: number[] = []
    simulate(scenario, 3, {
      observer(event) {
        if (event.type === "send" && event.node === from && event.to === to) sent.set(event.message, event.time)
        if (event.type === "deliver" && event.from === from && event.node === to) {
          found[[...sent.keys()].indexOf(event.message)] = event.time - sent.get(event.message)!
        }
      },
    })
    return found
  }

  it("gives the k-th message of a link the same delay whatever happens on other links", () => {
    const quiet = tellingScenario({ network: { latency, loss: 0, duplication: 0 } })
    const talkative: typeof chatter = {
      ...chatter,
      start(node) {
        if (node.id === 2) for (let number = 0; number < 9; number++) node.broadcast({ type: "Note", number })
      },
    }
    const busy = { ...quiet, algorithm: talkative }
    const [inQuiet, inBusy] = [delays(quiet, 0, 1), delays(busy, 0, 1)]
    expect(inQuiet.length).toBe(100)
    expect(inBusy.slice(0, 100)).toEqual(inQuiet)
  })

  it("never makes a message wait for an earlier one: later messages overtake", () => {
    const order: number[] = []
    simulate(tellingScenario({ network: { latency, loss: 0, duplication: 0 } }), 3, {
      observer: event => event.type === "fact" && order.push((event.fact as unknown as { number: number }).number),
    })
    expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i))
    expect(order).not.toEqual(order.toSorted((a, b) => a - b))
  })

  it("loses and duplicates the given shares of messages", () => {
    const events = { send: 0, deliver: 0, drop: 0 }
    simulate(tellingScenario({ network: { latency, loss: 0.2, duplication: 0.1 }, duration: 5_010_000 }), 1, {
      observer: ({ type }) => type in events && events[type as "send"]++,
    })
    // About 9,000 messages: three standard deviations are 1.3 % of them.
    expect(events.drop / events.send).toBeCloseTo(0.2, 1)
    expect((events.deliver + events.drop) / events.send).toBeCloseTo(1.1, 1)
  })

  it("delivers nothing over a cut link, in flight or sent later, until it is mended", () => {
    const cluster = createCluster(chatter, { nodes: 3 })
    const tell = (number: number): void => cluster.request(0, 0, { type: "Tell", to: 1, number })
    tell(1)
    cluster.runFor("1500us")
    cluster.partition([[0], [1, 2]])
    tell(2)
    cluster.runFor("10ms")
    cluster.heal()
    tell(3)
    cluster.runFor("10ms")
    expect(cluster.disk(1).log).toEqual([3])
  })

  it("delivers to the sender itself after the current handler, without network and without cost", () => {
    const cluster = createCluster(chatter, { nodes: 2 })
    cluster.request(0, 0, { type: "Tell", to: 0, number: 1 })
    cluster.runFor("1001us")
    expect(cluster.disk(0).log).toEqual([1])
    expect(cluster.count()).toBe(0)
  })
})

describe("scheduled faults", () => {
  it("crash random nodes: the same ones for every algorithm of a seed, others for another seed", () => {
    const crashed = (changes: Partial<Scenario>, seed: number): readonly number[] => {
      let nodes: readonly number[] = []
      const faults = [{ kind: "crash", target: { random: 3 }, at: 50_000 }] as const
      simulate(tellingScenario({ nodes: 9, faults, ...changes }), seed, {
        observer(event) {
          if (event.type === "fault") nodes = event.nodes
        },
      })
      return nodes
    }
    const other = { ...chatter, start: () => {}, state: () => ({ heard: 5, boots: 0, rang: [], drawn: [] }) }
    expect(crashed({}, 1).length).toBe(3)
    expect(crashed({ algorithm: other }, 1)).toEqual(crashed({}, 1))
    expect(new Set([1, 2, 3, 4, 5].map(seed => String(crashed({}, seed)))).size).toBeGreaterThan(1)
  })

  it("end after their span", () => {
    const faults = [
      { kind: "isolate", target: { nodes: [1] }, at: 30_000, for: 40_000 },
      { kind: "crash", target: { nodes: [2] }, at: 20_000, for: 5_000 },
    ] as const
    const what: string[] = []
    const heard: number[] = []
    simulate(
      tellingScenario({ faults, network: { latency: { model: "constant", delay: 100 }, loss: 0, duplication: 0 } }),
      1,
      {
        observer(event) {
          if (event.type === "fault") what.push(`${event.time / 1000} ${event.what}`)
          if (event.type === "fact") heard.push((event.fact as unknown as { number: number }).number)
        },
      },
    )
    expect(what).toEqual([
      "20 crash of node 2",
      "25 restart of node 2",
      "30 isolation of node 1",
      "70 node 1 reconnected",
    ])
    // Told every millisecond from 10 ms on: the numbers of 30..69 ms are lost.
    expect(heard).toEqual([...Array.from({ length: 20 }, (_, i) => i), ...Array.from({ length: 40 }, (_, i) => i + 60)])
  })

  it("make a node a traitor that lies as told, without any other change to its course", () => {
    const faults = [{ kind: "byzantine", target: { nodes: [1] }, behaviour: "silent", at: 60_000 }] as const
    const run = completed(
      tellingScenario({ faults, network: { latency: { model: "constant", delay: 100 }, loss: 0, duplication: 0 } }),
    )
    expect(run.messagesByType).toEqual({ Note: 100, Thanks: 50 })
  })
})

describe("clients", () => {
  it("on a node reach it at once and cost nothing", () => {
    const service = {
      ...tellingScenario().service,
      open: (world: Parameters<typeof openTelling>[0], settings: Readonly<Record<string, unknown>>) => {
        world.colocate(0, 0)
        return openTelling(world, settings)
      },
    }
    const { open: openTelling } = tellingScenario().service
    const times: number[] = []
    const run = simulate(tellingScenario({ service }), 1, {
      observer: event => event.type === "request" && times.push(event.time),
    })
    expect(times.slice(0, 3)).toEqual([10_000, 11_000, 12_000])
    expect(run).toMatchObject({ messages: { client: 0, protocol: 200 } })
  })
})
