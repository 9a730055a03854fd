// Nodes that crash, are paused or wait for a disk while they have something to do: what becomes of it, and in which order.
import { describe, expect, it } from "vitest"
import type { Fault } from "../../../runtime/faults/fault.ts"
import type { Scenario } from "../../../runtime/scenario/scenario.ts"
import { Simulation } from "../../../runtime/simulation/simulation.ts"
import { chatter, tellingScenario } from "../../support/chatter.ts"

const MS = 1_000

/** A group whose clients begin only when all is over: what happens is what the test injects. */
function create(changes: Partial<Scenario> & { readonly serviceTime?: number } = {}) {
  const { serviceTime = 0, ...rest } = changes
  const told: string[] = []
  const constant = { model: "constant", delay: 100 } as const
  const network = { latency: constant, loss: 0, duplication: 0, serviceTime }
  const simulation = new Simulation(tellingScenario({ network, warmup: 400 * MS, duration: 500 * MS, ...rest }), 1, {
    observer(event) {
      const at = event.time / MS
      if (event.type === "deliver") told.push(`${at} ${event.node} hears ${event.message.type}`)
      if (event.type === "send") told.push(`${at} ${event.node} sends ${event.message.type}`)
      if (event.type === "timeout") told.push(`${at} ${event.node} rings`)
    },
  })
  simulation.begin()
  const note = (number: number): void => simulation.byHand.inject(0, 1, { type: "Note", number } as { type: "Note" })
  return { simulation, told, note }
}

const of1 = (told: readonly string[]): readonly string[] => told.filter(line => line.split(" ")[1] === "1")
const crash = (at: number, until: number): Fault => ({
  kind: "crash",
  target: { nodes: [1] },
  at: at * MS,
  for: (until - at) * MS,
})
const pause = (at: number, until: number): Fault => ({ ...crash(at, until), kind: "pause" }) as Fault

describe("a busy node", () => {
  it("that is paused while it handles a message has handled it when it goes on, and not before", () => {
    const { simulation, told, note } = create({ serviceTime: 2 * MS, faults: [pause(1, 10)] })
    note(1)
    simulation.runUntil(9 * MS)
    expect(of1(told)).toEqual([])
    simulation.runUntil(20 * MS)
    // It begins anew with what it had begun.
    expect(of1(told)).toEqual(["12 1 hears Note", "12 1 sends Thanks"])
  })

  it("that is replaced while it handles a message takes its full time for the next one", () => {
    const { simulation, told, note } = create({ serviceTime: 2 * MS, faults: [crash(1, 1.2)] })
    note(1)
    simulation.runUntil(1.5 * MS)
    note(2)
    simulation.runUntil(20 * MS)
    expect(of1(told)).toEqual(["3.5 1 hears Note", "3.5 1 sends Thanks"])
  })

  it("is as slow after a restart as before", () => {
    const { simulation, told, note } = create({ serviceTime: 2 * MS, faults: [crash(1, 5)] })
    simulation.runUntil(6 * MS)
    note(1)
    simulation.runUntil(20 * MS)
    expect(of1(told)).toEqual(["8 1 hears Note", "8 1 sends Thanks"])
  })

  it("hears what it tells itself at once, since that waits in no line", () => {
    const muttering: typeof chatter = {
      ...chatter,
      receive: {
        ...chatter.receive,
        Note: (node, { number }) => void (number > 0 && node.send(node.id, { type: "Note", number: number - 1 })),
      },
    }
    const { simulation, told, note } = create({ serviceTime: 2 * MS, algorithm: muttering })
    note(2)
    note(0)
    simulation.runUntil(20 * MS)
    expect(of1(told)).toEqual(["2 1 hears Note", "2 1 hears Note", "2 1 hears Note", "4 1 hears Note"])
  })

  it("that is paused hears what it told itself when it goes on", () => {
    const muttering: typeof chatter = {
      ...chatter,
      start: node => node.id === 1 && node.setTimer("alarm", 2 * MS),
      timeout: { alarm: node => node.send(1, { type: "Thanks", number: 1, glad: true }) },
    }
    // It is paused in the microsecond in which it spoke, before it hears.
    const { simulation, told } = create({ algorithm: muttering, faults: [pause(2, 5)] })
    simulation.runUntil(20 * MS)
    expect(of1(told)).toEqual(["2 1 rings", "5 1 hears Thanks"])
  })

  it("that is killed while something waits has forgotten it, also when later there is something to wait for", () => {
    const { simulation, told, note } = create({ faults: [pause(1, 20), crash(5, 6), pause(10, 12)] })
    simulation.runUntil(2 * MS)
    note(1)
    simulation.runUntil(11 * MS)
    note(2)
    simulation.runUntil(30 * MS)
    expect(of1(told)).toEqual(["12 1 hears Note", "12 1 sends Thanks"])
  })

  it("takes no time for output that waited for its disk and for the end of a pause", () => {
    const { simulation, told, note } = create({
      serviceTime: 2 * MS,
      disk: { syncLatency: MS },
      faults: [pause(2.5, 10)],
    })
    note(1)
    simulation.runUntil(20 * MS)
    expect(of1(told)).toEqual(["2 1 hears Note", "10 1 sends Thanks"])
  })

  it("takes no time for timers, which wait for messages that came before them", () => {
    const ringing: typeof chatter = { ...chatter, start: node => node.id === 1 && node.setTimer("alarm", MS) }
    const { simulation, told, note } = create({ serviceTime: 2 * MS, algorithm: ringing })
    note(1)
    note(2)
    simulation.runUntil(20 * MS)
    expect(of1(told).filter(line => !line.includes("sends"))).toEqual(["2 1 hears Note", "4 1 hears Note", "4 1 rings"])
  })
})

describe("a node that waits for its disk", () => {
  it("sends in the order in which its handlers ran, also in the microsecond in which the sync ends", () => {
    const { simulation, told, note } = create({ disk: { syncLatency: 5 * MS } })
    // In the queue before the end of the sync that the note begins, and handled in the same microsecond.
    simulation.byHand.schedule(5 * MS, () =>
      simulation.byHand.inject(1, 1, { type: "Note", number: 2 } as { type: "Note" }),
    )
    note(1)
    simulation.byHand.request(0, 1, { type: "Tell", to: 2, number: 3 } as { type: "Tell" })
    simulation.runUntil(30 * MS)
    const sent = of1(told).filter(line => line.includes("sends"))
    expect(sent).toEqual(["5 1 sends Thanks", "5 1 sends Note"])
  })

  it("that said something in the microsecond in which a sync ends says it after what waited for that sync", () => {
    const order: string[] = []
    const scenario = tellingScenario({ disk: { syncLatency: 5 * MS }, warmup: 400 * MS, duration: 500 * MS })
    const clientLatency = { model: "constant", delay: 5 * MS } as const
    const simulation = new Simulation({ ...scenario, network: { ...scenario.network, clientLatency } }, 1, {
      observer: event => event.type === "send" && order.push(`${event.message.type} at ${event.time / MS}`),
    })
    simulation.begin()
    // The request arrives at 5 ms, and is in the queue before the end of the sync at 5 ms is.
    simulation.byHand.request(0, 1, { type: "Tell", to: 2, number: 3 } as { type: "Tell" })
    simulation.byHand.inject(0, 1, { type: "Note", number: 1 } as { type: "Note" })
    simulation.runUntil(6 * MS)
    expect(order).toEqual(["Thanks at 5", "Note at 5"])
  })

  it("that is killed while a pause keeps it from speaking never says what it had to say, whatever pauses follow", () => {
    const faults = [pause(0.5, 20), crash(5, 6), pause(10, 12)]
    const { simulation, told, note } = create({ disk: { syncLatency: MS }, faults })
    note(1)
    simulation.runUntil(30 * MS)
    expect(of1(told)).toEqual(["0 1 hears Note"])
  })

  it("that is replaced meanwhile says nothing of what the old one had to say", () => {
    const { simulation, told, note } = create({ disk: { syncLatency: 5 * MS }, faults: [crash(1, 2)] })
    note(1)
    simulation.runUntil(3 * MS)
    note(2)
    simulation.runUntil(30 * MS)
    expect(of1(told).filter(line => line.includes("sends"))).toEqual(["8 1 sends Thanks"])
  })
})

describe("what a crash takes along", () => {
  it("is every timer, also of nodes that set none when they boot again", () => {
    const once: typeof chatter = {
      ...chatter,
      start(node) {
        if (node.id !== 1 || node.disk.heard > 0) return
        node.save({ heard: 1 })
        node.setTimer("alarm", 10 * MS)
      },
    }
    const without = create({ algorithm: once })
    without.simulation.runUntil(30 * MS)
    expect(of1(without.told)).toEqual(["10 1 rings"])
    const { simulation, told } = create({ algorithm: once, faults: [crash(2, 4)] })
    simulation.runUntil(30 * MS)
    expect(told).toEqual([])
  })

  it("is what it believed of the leader; and whoever is down does not lead", () => {
    const believing: typeof chatter = {
      ...chatter,
      start(node) {
        if (node.disk.heard === 0) node.report({ type: "believes", leader: node.id === 0 ? 0 : 1, epoch: 1 } as never)
        node.save({ heard: 1 })
      },
    }
    const { simulation } = create({ algorithm: believing, faults: [crash(2, 4)] })
    expect(simulation.leader()).toBe(1)
    simulation.runUntil(3 * MS)
    // Node 2 believes in node 1, which is down; node 0 in itself.
    expect(simulation.leader()).toBe(0)
    simulation.runUntil(5 * MS)
    // Of node 1, only node 2 still believes that it leads: of two with one vote each, the lowest.
    expect(simulation.leader()).toBe(0)
    expect([...simulation.believed]).toEqual([0, -1, 1])
  })
})
