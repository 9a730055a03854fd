// Roles: processes of a run beside the members of the group.
import { describe, expect, test } from "vitest"
import { algorithm as declare, type Algorithm } from "../../../runtime/contract/algorithm.ts"
import type { CompletedRun, Scenario } from "../../../runtime/scenario/scenario.ts"
import { LAW } from "../../../scenarios/outside/law.ts"
import { findBreach } from "../../../scenarios/outside/contract.ts"
import { Simulation, simulate } from "../../../runtime/simulation/simulation.ts"
import type { TraceEvent } from "../../../runtime/simulation/trace.ts"
import { tellingScenario } from "../../support/chatter.ts"
import { contactsOf } from "../../../runtime/process/parts.ts"
import { type Reception, reception } from "../../support/reception.ts"
import { type OperatorNode, type Switchboard, switchboard } from "../../support/switchboard.ts"

/** Three members, 0 to 2; the operator, 3; two scribes, 4 and 5. */
const scenario = (changes: Partial<Scenario> = {}): Scenario => tellingScenario({ algorithm: switchboard, ...changes })

function completed(changes: Partial<Scenario> = {}): CompletedRun {
  const run = simulate(scenario(changes), 1)
  if (run.status === "failed") throw new Error(run.reason)
  return run
}

function simulated(changes: Partial<Scenario> = {}): Simulation {
  const simulation = new Simulation(scenario(changes), 1)
  simulation.run()
  return simulation
}

const faultsOf = (changes: Partial<Scenario>, seed = 1): string[] => {
  const told: string[] = []
  simulate(scenario(changes), seed, { observer: event => event.type === "fault" && told.push(event.what) })
  return told
}

describe("processes of roles", () => {
  test("have the ids after those of the members, their own handlers, state, disks and timers", () => {
    const { nodes, size } = simulated()
    expect([size, nodes.length]).toEqual([3, 6])
    expect(nodes[0]!.state).toMatchObject({ operators: [3] })
    expect(nodes[3]!.state).toMatchObject({ passedOn: 100, members: [0, 1, 2], quiet: expect.any(Number) })
    const numbers = Array.from({ length: 100 }, (_, number) => number)
    for (const scribe of [4, 5]) expect(new Set(Object.values(nodes[scribe]!.disk).flat())).toEqual(new Set(numbers))
    expect(nodes[1]!.state).toMatchObject({ heard: { length: 100 }, written: 200 })
  })

  test("count under the purposes of their messages, and in a counter of their own", () => {
    const { messages, messagesByType, messagesByRole } = completed()
    // To the operator, to node 1 and to two scribes; each of these tells three members.
    expect(messages).toMatchObject({ protocol: 400, heartbeat: 600 })
    expect(messagesByType).toEqual({ Note: 300, Written: 600, PassOn: 100 })
    expect(messagesByRole).toEqual({ operator: 400, scribe: 800 })
  })

  test("are counted from the end of the warm-up, as all messages are", () => {
    const early: Algorithm<Switchboard> = declare<Switchboard>({
      ...switchboard,
      start: node => node.send(3, { type: "PassOn", to: 0, number: -1 }),
      roles: switchboard.roles!,
    })
    expect(completed({ algorithm: early }).messagesByRole).toEqual({ operator: 400, scribe: 800 })
    expect(completed({ algorithm: early, warmup: 0 }).messagesByRole).toEqual({
      operator: 4 * (110 + 3),
      scribe: 8 * (110 + 3),
    })
  })

  test("make a failed run readable when a message has no handler in its part", () => {
    const wrong: Algorithm<Switchboard> = {
      ...switchboard,
      start: node => node.send(4, { type: "PassOn", to: 0, number: 1 }),
    }
    expect(simulate(scenario({ algorithm: wrong }), 1)).toMatchObject({
      status: "failed",
      reason: expect.stringContaining("switchboard: the role scribe has no handler for the message PassOn"),
    })
  })

  test("leave an algorithm without roles as it is", () => {
    expect(simulate(tellingScenario(), 1)).not.toHaveProperty("messagesByRole")
  })
})

describe("a role that serves clients", () => {
  /** Two nodes, 0 and 1; two clerks, 2 and 3. */
  const asked = (changes: Partial<Scenario> = {}): Scenario => scenario({ algorithm: reception, nodes: 2, ...changes })

  test("is asked by clients in place of the members, and answers them", () => {
    const simulation = new Simulation(asked(), 1)
    const result = simulation.run()
    expect(result).toMatchObject({ status: "completed", outcome: { ok: 100 } })
    expect(simulation.nodes.map(({ state }) => state)).toEqual([
      { heard: 100 },
      { heard: 100 },
      { asked: 100 },
      { asked: 0 },
    ])
    expect(contactsOf(reception, 2, {})).toEqual([2, 3])
    expect(contactsOf(switchboard, 2, {})).toEqual([0, 1])
  })

  test("has its links to clients in regions, as if it stood where a member does", () => {
    const regions = { delays: [[1_000, 7_000], [7_000, 1_000]], nodes: [0, 1], clients: [1], jitter: 0 } // biome-ignore format: a matrix
    const network = { latency: { model: "constant", delay: 1 }, loss: 0, duplication: 0, regions } as const
    const times: number[] = []
    const observer = (event: TraceEvent): void => {
      if (event.type === "request") times.push(event.time % 1_000_000)
    }
    simulate(asked({ network, nodes: 2 }), 1, { observer })
    expect(times[0]).toBe(10_000 + 7_000)
  })

  test.each(Object.entries(LAW))("keeps the law: %s", (_, { breach }) => {
    expect(breach(() => asked(), 1)).toBeUndefined()
  })

  test("is held to the contract: what clients ask may not be changed, and others do not answer", async () => {
    const clerk = { ...reception.roles!.clerk, request: { Tell: (_: unknown, request: object) => void Object.assign(request, { to: 7 }) } } // biome-ignore format: a line
    const wrong: Algorithm<Reception> = { ...reception, roles: { clerk } }
    expect(await findBreach(asked({ algorithm: wrong }), 1)).toMatch(/^changes a message after it was sent/)
    const silent: Algorithm<Switchboard> = {
      ...switchboard,
      roles: {
        ...switchboard.roles!,
        operator: {
          ...switchboard.roles!.operator,
          start: node => Reflect.get(node, "reply").call(node, 0, { told: 1 }),
        },
      },
    }
    expect(await findBreach(scenario({ algorithm: silent }), 1)).toBe(
      "roles.operator.start replies to a client as a process of a role that serves none",
    )
  })

  test("says so where a request has no handler", () => {
    const clerk = { ...reception.roles!.clerk, request: {} }
    const wrong = { ...reception, roles: { clerk } }
    expect(simulate(asked({ algorithm: wrong }), 1)).toMatchObject({
      status: "failed",
      reason: expect.stringContaining('reception has no request "Tell"'),
    })
  })
})

describe("links to roles", () => {
  test("take messages between members as long as without roles", () => {
    const relayed = new Simulation(scenario(), 7)
    const plain = new Simulation(tellingScenario(), 7)
    const delays = ({ links }: Simulation) =>
      Array.from({ length: 9 }, (_, link) => link).flatMap(link => {
        const [from, to] = [Math.floor(link / 3), link % 3]
        return from === to ? [] : [links.delay(from, to), links.delay(from, to)]
      })
    expect(delays(relayed)).toEqual(delays(plain))
    expect(relayed.links.delay(0, 3)).toBeGreaterThan(0)
  })

  test("can be cut, and take settings of their own", () => {
    const network = { latency: { model: "constant", delay: 100 }, loss: 0, duplication: 0 } as const
    const slow = { ...network, links: [{ between: [0, 3], latency: { model: "constant", delay: 2_000 } }] } as const
    const arrivals: number[] = []
    const observer = (event: TraceEvent): void => {
      if (event.type === "deliver" && event.node === 3) arrivals.push(event.time % 1_000)
    }
    simulate(scenario({ network: slow }), 1, { observer })
    expect(new Set(arrivals)).toEqual(new Set([100]))
    const cut = { kind: "cut", links: [[0, 3]], at: 50_000 } as const
    expect(completed({ network, faults: [cut] }).messagesByType).toMatchObject({ PassOn: 100, Note: 3 * 40 })
    expect(faultsOf({ faults: [cut] })).toEqual(["link 0-operator cut"])
  })
})

describe("faults", () => {
  test("hit processes of roles, and say their names", () => {
    const crash = { kind: "crash", target: { nodes: [3] }, at: 50_000, for: 10_000 } as const
    expect(faultsOf({ faults: [crash] })).toEqual(["crash of operator", "restart of operator"])
    expect(faultsOf({ faults: [{ ...crash, target: { nodes: [1, 3, 5] } }] })[0]).toBe(
      "crash of nodes 1, operator, scribe 1",
    )
    const { nodes } = simulated({ faults: [crash] })
    expect(nodes[3]!.incarnation).toBe(2)
    // The first was on its way when it came back.
    expect(nodes[3]!.state).toMatchObject({ passedOn: 51 })
  })

  test("tell services nothing of them, and count as faults in force", () => {
    const crash = { kind: "crash", target: { nodes: [3, 4, 5] }, at: 20_000 } as const
    const phases: string[] = []
    const service = scenario().service
    const downs: number[] = []
    const open: typeof service.open = (world, settings) => {
      const run = service.open(world, settings)
      return {
        ...run,
        nodeDown: node => void downs.push(node),
        reply(...answer) {
          phases.push(world.phase())
          run.reply(...answer)
        },
      }
    }
    const run = completed({ service: { ...service, open }, faults: [crash] })
    expect(downs).toEqual([])
    expect(new Set(phases)).toEqual(new Set(["before", "during"]))
    // Of three members all are up.
    expect(run.majorityUpShare).toBe(1)
  })

  test("that hit random nodes hit members", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const [what] = faultsOf({ faults: [{ kind: "crash", target: { random: 3 }, at: 50_000 }] }, seed)
      expect(what).toBe("crash of nodes 0, 1, 2")
    }
  })

  test("that isolate a node, or part it from a side, cut its links to roles", () => {
    const isolated = completed({ faults: [{ kind: "isolate", target: { nodes: [3] }, at: 10_000 }] })
    expect(isolated.messagesByType["Note"]).toBe(0)
    const parted = completed({ faults: [{ kind: "partition", sides: [[0, 1, 2], [3]], at: 10_000 }] })
    expect(parted.messagesByType["Note"]).toBe(0)
    expect(faultsOf({ faults: [{ kind: "partition", sides: [[0], [1, 3]], at: 10_000 }] })).toEqual([
      "partition 0 | 1,operator",
    ])
  })

  test("break the broadcast of a process of a role between the members it is for", () => {
    const fault = { kind: "brokenBroadcast", kept: 0.5, target: { nodes: [4] }, at: 0 } as const
    const told: number[] = []
    const observer = (event: TraceEvent): void => {
      if (event.type === "send" && event.node === 4) told.push(event.to)
    }
    simulate(scenario({ faults: [fault] }), 1, { observer })
    // Half of three members, rounded down.
    expect(told).toEqual([0])
  })
})

describe("the contract", () => {
  test.each(Object.entries(LAW))("%s: holds for members and roles", (_, { breach }) => {
    expect(breach(() => scenario(), 1)).toBeUndefined()
  })

  test("is held against roles, too", async () => {
    const outspoken = (act: (node: OperatorNode) => void): Algorithm<Switchboard> => ({
      ...switchboard,
      roles: { ...switchboard.roles!, operator: { ...switchboard.roles!.operator, start: act } },
    })
    const stray = outspoken(node => node.send(6, { type: "Note", number: 0 }))
    expect(await findBreach(scenario({ algorithm: stray }), 1)).toBe(
      "roles.operator.start sends to node 6; nodes are 0 to 5",
    )
    const reporting = outspoken(node => Reflect.get(node, "report").call(node, { type: "heard", number: 0 }))
    expect(await findBreach(scenario({ algorithm: reporting }), 1)).toMatch(/roles.operator.start reports to services/)
  })
})
