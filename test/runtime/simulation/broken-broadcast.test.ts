import { describe, expect, it } from "vitest"
import { floodSet } from "../../../algorithms/floodset/floodset.ts"
import type { BrokenBroadcast } from "../../../runtime/faults/run.ts"
import { Random } from "../../../runtime/lib/random.ts"
import type { Scenario } from "../../../runtime/scenario/scenario.ts"
import { Simulation } from "../../../runtime/simulation/simulation.ts"
import { agreement } from "../../../services/agreement/service.ts"
import { chatter, tellingScenario } from "../../support/chatter.ts"
import { scenarioOf } from "../../support/service-run.ts"

const MS = 1_000

/** Asked to tell n, a node writes it down, tells somebody, then all, then somebody else, and answers. */
const crier: typeof chatter = {
  ...chatter,
  request: {
    Tell(node, { to, number }, client) {
      node.send(to, { type: "Note", number })
      node.broadcast({ type: "Note", number: number + 100 })
      node.append("log", number)
      node.send(to, { type: "Note", number: number + 200 })
      node.reply(client, { told: number })
    },
  },
}

/** What left node 0 of five, when it is asked at 1 ms and at 2 ms, and crashes in the middle of a broadcast. */
function broken(
  how: Omit<BrokenBroadcast, "crashed">,
  changes: Partial<Scenario> = {},
  act: (simulation: Simulation, callOff: () => void) => void = () => {},
) {
  const latency = { model: "constant", delay: 100 } as const
  const network = { latency, clientLatency: { model: "constant", delay: 0 } as const, loss: 0, duplication: 0 }
  const left: string[] = []
  const crashes: string[] = []
  const scenario = tellingScenario({
    algorithm: crier,
    nodes: 5,
    network,
    warmup: 900 * MS,
    duration: 999 * MS,
    ...changes,
  })
  const simulation = new Simulation(scenario, 1, {
    observer(event) {
      if (event.type === "send" && event.node === 0 && "number" in event.message) {
        left.push(`${event.time / MS}: ${String(event.message.number)} to ${event.to}`)
      }
      if (event.type === "reply" && event.node === 0) left.push(`${event.time / MS}: reply`)
    },
  })
  simulation.begin()
  const callOff = simulation.byHand.crashInBroadcast(0, {
    ...how,
    crashed: told => void crashes.push(`${simulation.time / MS}: ${told.join()}`),
  })
  for (const number of [1, 2]) {
    simulation.byHand.schedule(number * MS, () =>
      simulation.byHand.request(0, 0, { type: "Tell", to: 4, number } as { type: "Tell" }),
    )
  }
  act(simulation, callOff)
  simulation.runUntil(50 * MS)
  const { log } = simulation.nodes[0]!.disk as { log: readonly number[] }
  return { left, crashes, log, isUp: simulation.isUp(0) }
}

const WHOLE = ["1: 1 to 4", ...[1, 2, 3, 4].map(to => `1: 101 to ${to}`), "1: 201 to 4", "1: reply"]

describe("a crash in the middle of a broadcast", () => {
  it.each([0, 1, 2, 3, 4, 9])("lets what was said before and %i of its messages leave, and nothing else", kept => {
    expect(broken({ kept })).toEqual({
      left: WHOLE.slice(0, 1 + Math.min(kept, 4)),
      crashes: [`1: ${[1, 2, 3, 4].slice(0, kept).join()}`],
      // Disk before network: what the handler wrote was durable before.
      log: [1],
      isUp: false,
    })
  })

  it("draws whom its messages go to, as a seed says", () => {
    const told = (seed: number): readonly string[] => broken({ kept: 2, random: new Random(seed) }).crashes
    const seeds = Array.from({ length: 30 }, (_, seed) => seed)
    expect(seeds.map(told)).toEqual(seeds.map(told))
    expect(new Set(seeds.map(seed => told(seed).join())).size).toBe(6)
  })

  it.each([[[]], [[3]], [[1, 4]], [[4, 2, 1]]])("lets messages to nodes %j leave, and nothing else", reached => {
    const found = broken({ kept: 0, reached })
    const told = reached.toSorted((a, b) => a - b)
    expect(found.left).toEqual([WHOLE[0], ...told.map(to => `1: 101 to ${to}`)])
    expect(found.crashes).toEqual([`1: ${told.join()}`])
  })

  it("comes in a later broadcast; those before it leave whole", () => {
    const found = broken({ after: 1, kept: 0, reached: [2] })
    expect(found).toMatchObject({ crashes: ["2: 2"], log: [1, 2], isUp: false })
    expect(found.left).toEqual([...WHOLE, "2: 2 to 4", "2: 102 to 2"])
    expect(broken({ after: 2, kept: 0 })).toMatchObject({ crashes: [], isUp: true })
  })

  it("waits with the broadcast for a slow disk, and takes what waits behind it along", () => {
    expect(broken({ kept: 1 }, { disk: { syncLatency: 5 * MS } })).toEqual({
      left: ["6: 1 to 4", "6: 101 to 1"],
      crashes: ["6: 1"],
      // The second write was to be durable with the next sync only.
      log: [1],
      isUp: false,
    })
  })

  it("does not come if the node crashes before the broadcast leaves; the next one is broken then", () => {
    const found = broken({ kept: 1 }, { disk: { syncLatency: 500 } }, simulation => {
      simulation.byHand.schedule(1.2 * MS, () => simulation.byHand.crash(0))
      simulation.byHand.schedule(1.4 * MS, () => simulation.byHand.restart(0))
    })
    expect(found).toMatchObject({ left: ["2.5: 2 to 4", "2.5: 102 to 1"], crashes: ["2.5: 1"], log: [2] })
  })

  it("may be the last word of a node that is crashed in the microsecond in which it leaves", () => {
    const found = broken({ kept: 1 }, { disk: { syncLatency: 500 } }, simulation => {
      // In the queue before the end of the sync.
      simulation.byHand.schedule(1.5 * MS, () => simulation.byHand.crash(0))
    })
    expect(found).toMatchObject({ left: ["1.5: 1 to 4", "1.5: 101 to 1"], crashes: ["1.5: 1"], isUp: false })
  })

  it("breaks what a paused node was stopped from sending", () => {
    const pause = { kind: "pause", target: { nodes: [0] }, at: 3 * MS, for: 17 * MS } as const
    const found = broken({ kept: 1 }, { disk: { syncLatency: 5 * MS }, faults: [pause] })
    expect(found).toMatchObject({ left: ["20: 1 to 4", "20: 101 to 1"], crashes: ["20: 1"], isUp: false })
  })

  it("does not come once it was called off", () => {
    const found = broken({ kept: 0 }, {}, (_, callOff) => callOff())
    expect(found).toMatchObject({ crashes: [], log: [1, 2], isUp: true })
    expect(found.left.slice(0, WHOLE.length)).toEqual(WHOLE)
  })
})

it("FloodSet: with f crashes in the middle of a broadcast f rounds do not suffice, f + 1 do", () => {
  const disagreements = (rounds: "f" | "f+1"): number => {
    let violated = 0
    for (let first = 0; first < 4; first++) {
      for (let kept = 0; kept < 4; kept++) {
        const parameters = { f: "1", rounds }
        const workload = { instances: 1, proposers: 4, proposal: "different", values: 4 }
        const scenario = scenarioOf(floodSet, agreement, { nodes: 4, parameters, workload, warmup: "1ms" })
        const simulation = new Simulation(scenario, 1)
        simulation.begin()
        simulation.byHand.crashInBroadcast(first, { kept })
        const result = simulation.run()
        if (result.status === "failed") throw new Error(result.reason)
        if (Object.values(result.outcome.verdicts).some(({ verdict }) => verdict === "violated")) violated++
      }
    }
    return violated
  }
  expect(disagreements("f")).toBeGreaterThan(0)
  expect(disagreements("f+1")).toBe(0)
})
