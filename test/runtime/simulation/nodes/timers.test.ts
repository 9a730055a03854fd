// Timers and clocks: what is re-armed, cancelled, cut short or drawn out, and how many events it takes.
import { describe, expect, it } from "vitest"
import type { Algorithm, Node, Shape } from "../../../../runtime/contract/algorithm.ts"
import { Clock } from "../../../../runtime/simulation/nodes/clock.ts"
import { EventQueue } from "../../../../runtime/simulation/events/event-queue.ts"
import type { Fault } from "../../../../runtime/faults/fault.ts"
import { Simulation } from "../../../../runtime/simulation/simulation.ts"
import { Timers } from "../../../../runtime/simulation/nodes/timers.ts"
import { chatter, tellingScenario } from "../../../support/chatter.ts"

const NAMES = ["first", "second"]

describe("timers", () => {
  const create = () => {
    const queue = new EventQueue<object>()
    return { queue, timers: new Timers(NAMES, 3, queue) }
  }

  /** Plays all entries: when which timer of which node ran out, and how many entries came up. */
  function play({ queue, timers }: ReturnType<typeof create>, ring = (): void => {}) {
    const rang: string[] = []
    let entries = 0
    while (queue.pop()) {
      entries++
      const { source, target, time } = queue
      if (!timers.takeEntry(target, source, time)) continue
      timers.cancel(target, source)
      rang.push(`${NAMES[source]} of ${target} at ${time}`)
      ring()
    }
    return { rang, entries }
  }

  it("that are put off a thousand times take a few entries", () => {
    const { timers, ...rest } = create()
    for (let deadline = 100; deadline < 1_100; deadline++) timers.set(1, 0, deadline)
    expect(play({ timers, ...rest })).toEqual({ rang: ["first of 1 at 1099"], entries: 2 })
  })

  it("that are brought forward leave an entry behind that counts for nothing, also if they are set again for later", () => {
    const { timers, ...rest } = create()
    timers.set(0, 1, 900)
    timers.set(0, 1, 300)
    let again = true
    const found = play({ timers, ...rest }, () => {
      if (again) timers.set(0, 1, 1_000)
      again = false
    })
    expect(found).toEqual({ rang: ["second of 0 at 300", "second of 0 at 1000"], entries: 3 })
  })

  it("that are cancelled do not run out, and their entry is not queued again", () => {
    const { timers, ...rest } = create()
    timers.set(0, 0, 500)
    timers.cancel(0, 0)
    expect(play({ timers, ...rest })).toEqual({ rang: [], entries: 1 })
  })

  it("of a node are cancelled all together, and those of others are not", () => {
    const { timers, ...rest } = create()
    for (const node of [0, 1, 2]) for (const index of [0, 1]) timers.set(node, index, 500 + 10 * node + index)
    timers.cancelAll(1)
    expect([0, 1].map(index => timers.deadline(1, index))).toEqual([Infinity, Infinity])
    expect(play({ timers, ...rest }).rang).toEqual([
      "first of 0 at 500",
      "second of 0 at 501",
      "first of 2 at 520",
      "second of 2 at 521",
    ])
  })

  it("are stretched or shrunk by what is left of them, all of a node and no other's", () => {
    for (const factor of [0.5, 1, 2.5]) {
      const { timers, ...rest } = create()
      timers.set(1, 0, 300)
      timers.set(1, 1, 140)
      timers.set(0, 0, 400)
      timers.stretch(1, factor, 100)
      const expected = [`first of 1 at ${100 + 200 * factor}`, `second of 1 at ${100 + 40 * factor}`]
      expect(play({ timers, ...rest }).rang.toSorted()).toEqual(["first of 0 at 400", ...expected].toSorted())
    }
  })

  it("that are due when they are stretched stay due", () => {
    const { timers, ...rest } = create()
    timers.set(1, 0, 100)
    timers.stretch(1, 3, 100)
    expect(play({ timers, ...rest }).rang).toEqual(["first of 1 at 100"])
  })
})

describe("timers with keys", () => {
  const create = () => {
    const queue = new EventQueue<object>()
    return { queue, timers: new Timers(NAMES, 3, queue) }
  }

  /** Plays all entries: which ran out when, and how many entries came up. */
  function play({ queue, timers }: ReturnType<typeof create>) {
    const rang: string[] = []
    let entries = 0
    while (queue.pop()) {
      entries++
      const { source, target, time, payload } = queue
      const keyed = timers.keyed.armed(target).find(timer => timer === payload)
      if (keyed === undefined || !timers.keyed.takeEntry(target, keyed, time)) continue
      timers.keyed.cancel(target, source, keyed.key)
      rang.push(`${NAMES[source]} ${keyed.key} of ${target} at ${time}`)
    }
    return { rang, entries }
  }

  it("run out each by itself; those that are set again count once, and those that are cancelled do not", () => {
    const { queue, timers } = create()
    timers.keyed.set(0, 0, 7, 100)
    timers.keyed.set(0, 0, 8, 200)
    timers.keyed.set(0, 1, 7, 300)
    timers.keyed.set(1, 0, 7, 400)
    for (const deadline of [500, 600, 150]) timers.keyed.set(0, 0, 7, deadline)
    timers.keyed.cancel(0, 0, 8)
    expect(play({ queue, timers })).toEqual({
      rang: ["first 7 of 0 at 150", "second 7 of 0 at 300", "first 7 of 1 at 400"],
      entries: 5,
    })
  })

  it("run out by their new deadline if they are set again after they were cancelled", () => {
    const { queue, timers } = create()
    timers.keyed.set(0, 0, 7, 100)
    timers.keyed.cancel(0, 0, 7)
    timers.keyed.set(0, 0, 7, 100)
    expect(play({ queue, timers }).rang).toEqual(["first 7 of 0 at 100"])
  })

  it("of a node are cancelled and stretched with its others", () => {
    const { queue, timers } = create()
    for (const node of [0, 1, 2]) for (const key of [3, 4]) timers.keyed.set(node, 0, key, 100 * key)
    timers.cancelAll(1)
    timers.stretch(2, 2, 350)
    expect(timers.keyed.armed(1)).toEqual([])
    expect(play({ queue, timers }).rang).toEqual([
      "first 3 of 0 at 300",
      "first 3 of 2 at 300",
      "first 4 of 0 at 400",
      "first 4 of 2 at 450",
    ])
  })
})

describe("a clock", () => {
  it("shows true time until something happens to it, and counts spans by it", () => {
    const clock = new Clock()
    expect([clock.read(0), clock.read(12_345), clock.trueSpan(777)]).toEqual([0, 12_345, 777])
  })

  it("that drifts twice runs at both rates together, from each moment on", () => {
    const clock = new Clock()
    expect(clock.drift(1, 1_000)).toBe(0.5)
    expect([clock.read(1_000), clock.read(1_500)]).toEqual([1_000, 2_000])
    expect(clock.drift(-0.75, 2_000)).toBe(4)
    expect([clock.read(2_000), clock.read(4_000)]).toEqual([3_000, 4_000])
    expect([clock.trueSpan(100), clock.trueSpan(1)]).toEqual([200, 2])
  })

  it("that is set forward or back keeps its rate", () => {
    const clock = new Clock()
    clock.drift(0.5, 0)
    clock.jump(-500)
    expect([clock.read(0), clock.read(100)]).toEqual([-500, -350])
    clock.jump(700)
    expect(clock.read(100)).toBe(350)
  })
})

describe("timers of a node whose clock is wrong", () => {
  const MS = 1_000
  interface Two extends Shape {
    readonly parameters: object
    readonly disk: object
    readonly state: object
    readonly message: { readonly type: "Note" } | { readonly type: "Thanks" }
    readonly timer: "first" | "second"
    readonly service: never
  }
  type Act = (node: Node<Two>) => void

  /** When timers of node 1 ran out, by true time in ms; the node acts at the start and when one runs out. */
  function run(faults: readonly Fault[], start: Act, timeout: Partial<Record<Two["timer"], Act>> = {}) {
    const algorithm = {
      ...chatter,
      start: (node: Node<Two>) => node.id === 1 && start(node),
      timeout: { first: () => {}, second: () => {}, ...timeout },
    } as unknown as Algorithm
    const rang: string[] = []
    const scenario = tellingScenario({ algorithm, faults, warmup: 150 * MS, duration: 160 * MS })
    const simulation = new Simulation(scenario, 1, {
      observer: event => event.type === "timeout" && rang.push(`${event.timer} ${event.time / MS}`),
    })
    expect(simulation.run().status).toBe("completed")
    return rang
  }

  const drift = (by: number, at: number, until?: number): Fault => ({
    kind: "clockDrift",
    target: { nodes: [1] },
    by,
    at: at * MS,
    ...(until === undefined ? {} : { for: (until - at) * MS }),
  })
  const both: Act = node => {
    node.setTimer("first", 40 * MS)
    node.setTimer("second", 60 * MS)
  }

  it.each([
    ["fast from the start", [drift(1, 0)], ["first 20", "second 30"]],
    ["slow from the start", [drift(-0.5, 0)], ["first 80", "second 120"]],
    ["fast in the middle", [drift(1, 20)], ["first 30", "second 40"]],
    ["slow in the middle", [drift(-0.5, 20)], ["first 60", "second 100"]],
    ["fast and right again", [drift(1, 10, 20)], ["first 30", "second 50"]],
    ["slow and right again", [drift(-0.5, 10, 30)], ["first 50", "second 70"]],
    ["slow after one has run out", [drift(-0.5, 50)], ["first 40", "second 70"]],
    ["fast and slow at once", [drift(1, 10), drift(-0.5, 20, 30)], ["first 30", "second 40"]],
  ])("%s", (_, faults, rang) => {
    expect(run(faults, both)).toEqual(rang)
  })

  it("are set by the wrong clock, and put off, brought forward and cancelled as by a right one", () => {
    const act: Act = node => {
      node.setTimer("first", 10 * MS)
      node.setTimer("second", 10 * MS)
    }
    const inTurn = {
      first(node: Node<Two>) {
        node.setTimer("second", 30 * MS)
        node.setTimer("second", 20 * MS)
        node.setTimer("first", 25 * MS)
      },
      second: (node: Node<Two>) => node.cancelTimer("first"),
    }
    expect(run([], act, inTurn)).toEqual(["first 10", "second 30"])
    expect(run([drift(-0.5, 0)], act, inTurn)).toEqual(["first 20", "second 60"])
    expect(run([drift(1, 0)], act, inTurn)).toEqual(["first 5", "second 15"])
    // What was put off before the clock drifts runs out by it too.
    expect(run([drift(-0.5, 20)], act, inTurn)).toEqual(["first 10", "second 40"])
    expect(run([drift(1, 20)], act, inTurn)).toEqual(["first 10", "second 25"])
  })

  it("are not moved by jumps of the clock", () => {
    for (const by of [-30 * MS, 30 * MS]) {
      const jump: Fault = { kind: "clockOffset", target: { nodes: [1] }, by, at: 20 * MS, for: 15 * MS }
      expect(run([jump], both)).toEqual(["first 40", "second 60"])
    }
  })

  it("keep the clock's drift over a crash: the clock is the machine's", () => {
    const crash: Fault = { kind: "crash", target: { nodes: [1] }, at: 10 * MS, for: 10 * MS }
    expect(run([drift(-0.5, 0, 100), crash], node => node.setTimer("first", 30 * MS))).toEqual(["first 80"])
  })
})
