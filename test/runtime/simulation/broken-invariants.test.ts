// A node that finds its invariant broken: where it is beyond what the algorithm claims, that is a verdict and no failure.
import { describe, expect, it } from "vitest"
import { invariant } from "../../../runtime/contract/algorithm.ts"
import type { Fault } from "../../../runtime/faults/fault.ts"
import type { RunResult, Scenario } from "../../../runtime/scenario/scenario.ts"
import { INVARIANTS, Simulation, simulate } from "../../../runtime/simulation/simulation.ts"
import { chatter, tellingScenario } from "../../support/chatter.ts"

const MS = 1_000
const LIMIT = 30

/** Node 1 breaks when it has heard of a number: by a message. */
const byMessage: typeof chatter = {
  ...chatter,
  receive: {
    ...chatter.receive,
    Note(node, message, from) {
      invariant(message.number < LIMIT, "no large numbers")
      chatter.receive.Note(node, message, from)
    },
  },
}

/** Node 0 breaks at a client's request. */
const byRequest: typeof chatter = {
  ...chatter,
  request: {
    Tell(node, request, client) {
      invariant(request.number < LIMIT, "no large numbers")
      chatter.request.Tell(node, request, client)
    },
  },
}

/** Node 1 breaks when its alarm rings, which it sets with the number before the limit. */
const byTimer: typeof chatter = {
  ...chatter,
  receive: {
    ...chatter.receive,
    Note(node, message, from) {
      chatter.receive.Note(node, message, from)
      if (message.number === LIMIT) node.setTimer("alarm", 100)
    },
  },
  timeout: { alarm: () => invariant(false, "no large numbers") },
}

/** Node 1 breaks as it boots for the second time. */
const byBoot: typeof chatter = {
  ...chatter,
  disk: () => ({ heard: 0, log: [] }),
  start(node) {
    invariant(node.id !== 1 || node.disk.log.length === 0, "no large numbers")
  },
}
const byState: typeof chatter = {
  ...chatter,
  state(self) {
    invariant(self.id !== 1 || self.disk.log.length === 0, "no large numbers")
    return chatter.state(self)
  },
}

/** More than any of them claims, and harmless here. */
const BEYOND: Fault = { kind: "amnesia", target: { nodes: [2] }, at: 11 * MS, for: MS }
const REBOOT: Fault = { kind: "crash", target: { nodes: [1] }, at: 35 * MS, for: 5 * MS }
const PAUSE: Fault = { kind: "pause", target: { nodes: [0, 1] }, at: 38 * MS, for: 20 * MS }

type Way = readonly [name: string, scenario: Partial<Scenario>, node: number]
const network = (serviceTime: number): Scenario["network"] => ({
  latency: { model: "constant", delay: 100 },
  clientLatency: { model: "constant", delay: 0 },
  loss: 0,
  duplication: 0,
  serviceTime,
})

/** Survives crashes, and so breaks by itself when there are no others. */
const enduring = { tolerates: { faults: "crash", of: () => 1 } } as const

const WAYS: readonly Way[] = [
  ["a message", { algorithm: { ...byMessage, ...enduring } }, 1],
  ["a request", { algorithm: { ...byRequest, ...enduring } }, 0],
  ["a timer", { algorithm: { ...byTimer, ...enduring } }, 1],
  ["a start", { algorithm: { ...byBoot, ...enduring }, faults: [REBOOT] }, 1],
  ["the state at a start", { algorithm: { ...byState, ...enduring }, faults: [REBOOT] }, 1],
]
const CONDITIONS: readonly (readonly [name: string, change: (scenario: Scenario) => Scenario])[] = [
  ["at once", scenario => ({ ...scenario, network: network(0) })],
  ["of a busy node", scenario => ({ ...scenario, network: network(300) })],
  ["of a node whose messages take a microsecond", scenario => ({ ...scenario, network: network(1) })],
  [
    "of a node that was paused",
    scenario => ({ ...scenario, network: network(0), faults: [...scenario.faults, PAUSE] }),
  ],
  [
    "of a paused and busy node",
    scenario => ({ ...scenario, network: network(300), faults: [...scenario.faults, PAUSE] }),
  ],
  ["while output waits for a disk", scenario => ({ ...scenario, network: network(0), disk: { syncLatency: 700 } })],
]
const cases = WAYS.flatMap(way => CONDITIONS.map(([name, change]) => [`${way[0]}, ${name}`, way, change] as const))

function runOf([, scenario]: Way, change: (scenario: Scenario) => Scenario, faults: readonly Fault[]): RunResult {
  const whole = tellingScenario(scenario)
  // Nobody waits for what a node that has halted will never answer.
  const service: Scenario["service"] = {
    ...whole.service,
    open: (world, settings) => ({ ...whole.service.open(world, settings), isIdle: () => true }),
  }
  return simulate(change({ ...whole, service, faults: [...whole.faults, ...faults] }), 1)
}

describe("an invariant broken in a handler", () => {
  it.each(cases)("of %s: a violated check beyond the claims, a failure within them", (_, way, change) => {
    const beyond = runOf(way, change, [BEYOND])
    if (beyond.status === "failed") throw new Error(beyond.reason)
    expect(beyond.outcome.verdicts[INVARIANTS]).toMatchObject({
      verdict: "violated",
      witness: `node ${way[2]} halted: no large numbers`,
    })
    expect(runOf(way, change, [])).toMatchObject({ status: "failed", reason: "no large numbers" })
  })

  it("is told with the state of the node that it broke at, also when a fault booted it", () => {
    const [, , , boot] = WAYS
    const failed = runOf(boot!, scenario => scenario, [])
    if (failed.status !== "failed") throw new Error("it did not fail")
    // Node 1 remembers from its disk what it had heard; nodes 0 and 2 heard nothing.
    expect(Number(/"heard":(\d+)/.exec(failed.state)?.[1])).toBeGreaterThan(0)
  })

  it("of a traitor's own is no verdict; and what else a handler throws is a failure, whatever the faults", () => {
    const traitor: Fault = { kind: "byzantine", target: { nodes: [1] }, behaviour: "silent", at: 0 }
    expect(runOf(WAYS[0]!, scenario => scenario, [traitor])).toMatchObject({ outcome: { verdicts: {} } })
    const thrown = { ...chatter, receive: { ...chatter.receive, Note: () => { throw new Error("a slip") } } } // biome-ignore format: one line
    expect(runOf(["", { algorithm: thrown }, 1], scenario => scenario, [BEYOND])).toMatchObject({ status: "failed" })
  })
})

describe("what is beyond the claims of an algorithm", () => {
  const isViolated = (tolerates: Scenario["algorithm"]["tolerates"], changes: Partial<Scenario>): boolean => {
    const run = runOf(["", { algorithm: { ...byMessage, tolerates }, ...changes }, 1], scenario => scenario, [])
    return run.status === "completed"
  }
  const none = { faults: "none", of: () => 0 } as const
  const crash = { faults: "crash", of: () => 1 } as const
  const node2 = { target: { nodes: [2] }, at: 12 * MS, for: MS }
  const losses: readonly Fault[] = [
    { kind: "crash", ...node2 },
    { kind: "failingDisk", ...node2 },
    { kind: "tornWrite", ...node2 },
    { kind: "isolate", ...node2 },
    { kind: "partition", sides: [[2]], at: 12 * MS, for: MS },
    { kind: "cut", links: [[0, 2]], at: 12 * MS, for: MS },
    { kind: "loss", share: 0.1, ...node2 },
    { kind: "corruption", share: 0.1, ...node2 },
    { kind: "duplication", share: 0.1, ...node2 },
  ]
  it.each(losses.map(fault => [fault.kind, fault] as const))("%s, if it claims to survive nothing", (_, fault) => {
    expect(isViolated(none, { faults: [fault] })).toBe(true)
    expect(isViolated(crash, { faults: [fault] })).toBe(false)
  })

  const delays: readonly Fault[] = [
    { kind: "pause", ...node2 },
    { kind: "slow", serviceTime: 10, ...node2 },
    { kind: "delay", by: 10, ...node2 },
    { kind: "slowDisk", syncLatency: 10, ...node2 },
    { kind: "clockDrift", by: 0.1, ...node2 },
  ]
  it.each(delays.map(fault => [fault.kind, fault] as const))("not %s, which only takes time", (_, fault) => {
    expect(isViolated(none, { faults: [fault] })).toBe(false)
  })

  it("links that lose or double messages, all or one, if it claims to survive nothing", () => {
    const calm = network(0)
    expect(isViolated(none, { network: calm })).toBe(false)
    expect(isViolated(none, { network: { ...calm, loss: 1e-9 } })).toBe(true)
    expect(isViolated(none, { network: { ...calm, duplication: 1e-9 } })).toBe(true)
    expect(isViolated(none, { network: { ...calm, links: [{ between: [0, 2], loss: 1e-9 }] } })).toBe(true)
    expect(isViolated(crash, { network: { ...calm, loss: 1e-9 } })).toBe(false)
  })

  it("more traitors than it claims to survive, and lost disks always", () => {
    const traitors = (count: number): Fault => ({
      kind: "byzantine",
      target: { random: count },
      behaviour: "random",
      at: 90 * MS,
    })
    const loyal = { faults: "byzantine", of: () => 1 } as const
    expect([1, 2].map(count => isViolated(loyal, { faults: [traitors(count)] }))).toEqual([false, true])
    expect(isViolated(crash, { faults: [traitors(1)] })).toBe(true)
    expect(isViolated(loyal, { faults: [BEYOND] })).toBe(true)
  })
})

describe("a node that has halted", () => {
  const halting = (faults: readonly Fault[]) => {
    const told: string[] = []
    const scenario = tellingScenario({
      algorithm: { ...byMessage, ...enduring },
      network: network(0),
      faults: [BEYOND, ...faults],
    })
    const simulation = new Simulation(scenario, 1, {
      observer: event =>
        event.type === "fault" && event.time > 30 * MS && told.push(`${event.time / MS} ${event.what}`),
    })
    simulation.begin()
    simulation.runUntil(100 * MS)
    return { told, isUp: simulation.isUp(1) }
  }
  const HALT = "40.1 node 1 halts: no large numbers"

  it("stays down; a crash that is over does not bring it back, a restart does", () => {
    expect(halting([])).toEqual({ told: [HALT], isUp: false })
    expect(halting([{ kind: "crash", target: { nodes: [1] }, at: 50 * MS, for: MS }]).told).toEqual([
      HALT,
      "50 crash of node 1 (down already)",
      "51 node 1 stays down",
    ])
    expect(halting([{ kind: "restart", target: { nodes: [1] }, at: 50 * MS }]).told.slice(0, 3)).toEqual([
      HALT,
      "50 restart of node 1",
      "50.1 node 1 halts: no large numbers",
    ])
  })

  it("comes back as a new one after the loss of its disk", () => {
    const found = halting([{ kind: "amnesia", target: { nodes: [1] }, at: 50 * MS, for: MS }])
    expect(found.told.slice(1, 3)).toEqual([
      "50 crash and loss of the disk of node 1 (down already)",
      "51 restart of node 1",
    ])
  })

  it("sends nothing of what the broken handler said, if it waits for a disk, not even when it is back; what was durable leaves", () => {
    const loud: typeof chatter = {
      ...chatter,
      receive: {
        ...chatter.receive,
        Note(node, message, from) {
          chatter.receive.Note(node, message, from)
          invariant(message.number !== LIMIT, "not this number")
        },
      },
    }
    const thanks: number[] = []
    const faults: readonly Fault[] = [
      BEYOND,
      { kind: "restart", target: { nodes: [1] }, at: 50 * MS },
      { kind: "crash", target: { nodes: [1] }, at: 60 * MS, for: MS },
    ]
    const scenario = tellingScenario({ algorithm: loud, network: network(0), disk: { syncLatency: 700 }, faults })
    const simulation = new Simulation(scenario, 1, {
      observer(event) {
        if (event.type === "send" && "glad" in event.message && "number" in event.message) {
          thanks.push(Number(event.message.number))
        }
      },
    })
    simulation.begin()
    simulation.runUntil(100 * MS)
    const numbers = (from: number, to: number): readonly number[] =>
      Array.from({ length: to - from }, (_, i) => from + i)
    // Down from 40.1 ms to 50 ms and from 60 ms to 61 ms; what was heard less than 0.7 ms before a crash is lost with it.
    expect(thanks).toEqual([...numbers(0, LIMIT), ...numbers(40, 50), ...numbers(51, 90)])
  })

  it("is announced after the fault that booted it", () => {
    const told: string[] = []
    simulate(tellingScenario({ algorithm: { ...byBoot, ...enduring }, faults: [BEYOND, REBOOT] }), 1, {
      observer: event => event.type === "fault" && told.push(event.what),
    })
    expect(told.slice(-3)).toEqual(["crash of node 1", "restart of node 1", "node 1 halts: no large numbers"])
  })
})
