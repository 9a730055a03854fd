// Streams of random numbers: what one consumer draws changes nothing for any other.
import { describe, expect, it } from "vitest"
import type { Fault } from "../../../runtime/faults/fault.ts"
import { faultTimeline } from "../../../runtime/faults/fault-timeline.ts"
import { Links, LOST } from "../../../runtime/network/links.ts"
import { Random } from "../../../runtime/lib/random.ts"
import { makeTraitor } from "../../../runtime/faults/byzantine.ts"
import type { Scenario } from "../../../runtime/scenario/scenario.ts"
import type { Network } from "../../../runtime/network/network.ts"
import type { World } from "../../../runtime/contract/service.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import type { TraceEvent } from "../../../runtime/simulation/trace.ts"
import { chatter, telling, tellingScenario } from "../../support/chatter.ts"

const MS = 1_000
const latency = { model: "uniform", min: 100, max: 10_000 } as const
const network: Network = { latency, loss: 0, duplication: 0 }

/** What each node draws in a run, once every millisecond; some also draw more, or say more. */
function drawn(changes: Partial<Scenario> = {}, greedy: (node: number) => number = () => 0, seed = 5) {
  const numbers: number[][] = [[], [], []]
  const drawing: typeof chatter = {
    ...chatter,
    start: node => node.setTimer("alarm", MS),
    receive: { Note: () => {}, Thanks: () => {} },
    timeout: {
      alarm(node) {
        numbers[node.id]!.push(node.random(0, 1_000_000_000))
        for (let i = 0; i < greedy(node.id); i++) {
          node.random(0, 1)
          node.broadcast({ type: "Note", number: i })
        }
        node.setTimer("alarm", MS)
      },
    },
  }
  simulate(tellingScenario({ algorithm: drawing, network, duration: 50 * MS, ...changes }), seed)
  return numbers
}

/** When the workload drew what: by its own stream, a hundred numbers in a run. */
function workload(changes: Partial<Scenario> = {}, seed = 5): readonly number[] {
  const numbers: number[] = []
  const service: Scenario["service"] = {
    ...telling,
    open(world: World, settings) {
      const run = telling.open(world, settings)
      return {
        ...run,
        timeout: {
          tell() {
            numbers.push(world.random.next())
            run.timeout["tell"]!(0)
          },
        },
      }
    },
  }
  simulate(tellingScenario({ service, ...changes }), seed)
  return numbers
}

const FAULTS: readonly Fault[] = [
  { kind: "crash", target: { random: 1 }, at: 20 * MS, for: 5 * MS },
  { kind: "loss", share: 0.3, at: 15 * MS, for: 20 * MS },
  { kind: "byzantine", target: { nodes: [2] }, behaviour: "random", at: 25 * MS },
]

describe("the stream of a node", () => {
  it("is its own: no two nodes draw the same", () => {
    const numbers = drawn()
    expect(new Set(numbers.flat()).size).toBe(numbers.flat().length)
  })

  it("does not feel what other nodes draw, what clients do, what faults hit, or how many nodes there are", () => {
    const first = (...settings: Parameters<typeof drawn>) => drawn(...settings)[0]!.slice(0, 45)
    const alone = first()
    expect(alone.length).toBe(45)
    expect(first({}, node => (node === 0 ? 0 : 7))).toEqual(alone)
    expect(first({ warmup: 45 * MS })).toEqual(alone)
    const elsewhere = FAULTS.map(fault => ("target" in fault ? { ...fault, target: { nodes: [2] } } : fault)) as Fault[]
    expect(first({ faults: elsewhere })).toEqual(alone)
    expect(first({ nodes: 2 })).toEqual(alone)
    expect(first({}, undefined, 6)).not.toEqual(alone)
  })
})

describe("the stream of the workload", () => {
  it("does not feel what nodes draw or what faults hit, and is none of the nodes' own", () => {
    const quiet = workload()
    expect(quiet.length).toBeGreaterThan(90)
    const talkative: typeof chatter = {
      ...chatter,
      start(node) {
        for (let i = 0; i < 9; i++) node.random(0, 9)
        node.broadcast({ type: "Note", number: 1 })
      },
    }
    expect(workload({ algorithm: talkative })).toEqual(quiet)
    expect(workload({ faults: FAULTS })).toEqual(quiet)
    for (let node = 0; node < 3; node++) {
      const own = Random.stream(5, "node", node)
      expect(quiet).not.toContain(own.next())
    }
  })
})

describe("the streams of links", () => {
  const KINDS = ["loss", "corruption", "duplication", "reordering"] as const
  const delays = (links: Links, from: number, to: number, count = 200): readonly number[] =>
    Array.from({ length: count }, () => links.delay(from, to))

  it("are different for each link and each direction, and know nothing of each other", () => {
    const pairs = [0, 1, 2].flatMap(from => [0, 1, 2].filter(to => to !== from).map(to => [from, to] as const))
    const each = pairs.map(([from, to]) => delays(new Links(3, network, 1), from, to).join())
    expect(new Set(each).size).toBe(pairs.length)
    const shared = new Links(3, network, 1)
    const mixed = pairs.map((): number[] => [])
    for (let i = 0; i < 200; i++) pairs.forEach(([from, to], index) => mixed[index]!.push(shared.delay(from, to)))
    expect(mixed.map(row => row.join())).toEqual(each)
  })

  it.each(KINDS)("a message that %s leaves alone takes as long as without", kind => {
    const links = new Links(2, network, 1)
    if (kind === "loss") links.lose(0.5, null)
    if (kind === "corruption") links.corrupt(0.5, null)
    if (kind === "duplication") links.duplicate(0.5, null)
    if (kind === "reordering") links.reorder(0.5, 50_000, null)
    const plain = delays(new Links(2, network, 1), 0, 1, 2_000)
    const rough = delays(links, 0, 1, 2_000)
    const same = rough.filter((delay, index) => delay === plain[index]).length
    const expected = kind === "duplication" ? 2_000 : 1_000
    expect(Math.abs(same - expected)).toBeLessThan(120)
  })

  it("whether a message is lost has nothing to do with how long it would take, nor with its being corrupted or held back", () => {
    const plain = delays(new Links(2, network, 1), 0, 1, 4_000)
    const lossy = new Links(2, network, 1)
    lossy.lose(0.5, null)
    const lost = delays(lossy, 0, 1, 4_000).map(delay => delay === LOST)
    const meanOf = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0) / numbers.length
    const [those, others] = [true, false].map(which => meanOf(plain.filter((_, index) => lost[index] === which)))
    // Standard deviation 2,858 us; of the difference of two means of 2,000 each, 90 us.
    expect(Math.abs(those! - others!)).toBeLessThan(450)
    const noisy = new Links(2, network, 1)
    noisy.corrupt(0.5, null)
    const corrupted = delays(noisy, 0, 1, 4_000).map(delay => delay < 0)
    const held = new Links(2, network, 1)
    held.reorder(0.5, 50_000, null)
    const late = delays(held, 0, 1, 4_000).map((delay, index) => delay > plain[index]!)
    const together = (a: readonly boolean[], b: readonly boolean[]): number =>
      a.filter((is, index) => is && b[index]!).length
    // A quarter of them by chance: 1,000, with a standard deviation of 27.
    for (const [a, b] of [
      [lost, corrupted],
      [lost, late],
      [corrupted, late],
    ] as const) {
      expect(Math.abs(together(a, b) - 1_000)).toBeLessThan(140)
    }
  })

  it("a copy takes its own time, and is delayed like any other message", () => {
    const links = new Links(2, network, 1)
    links.duplicate(1, null)
    const pairs = Array.from({ length: 200 }, () => [links.delay(0, 1), links.duplicateDelay(0, 1)] as const)
    expect(pairs.filter(([first, copy]) => first === copy).length).toBeLessThan(5)
    links.delayBy(1_000_000, null)
    links.delay(0, 1)
    expect(links.duplicateDelay(0, 1)).toBeGreaterThan(1_000_000)
  })

  it("each client has its own, which what others ask does not shift", () => {
    const alone = (client: number): readonly number[] => {
      const links = new Links(3, network, 1)
      return Array.from({ length: 50 }, () => links.clientDelay(client, 0))
    }
    expect(new Set([0, 1, 2].map(client => alone(client).join())).size).toBe(3)
    const shared = new Links(3, network, 1)
    const own = Array.from({ length: 50 }, () => {
      shared.clientDelay(0, 1)
      return shared.clientDelay(1, 0)
    })
    expect(own).toEqual(alone(1))
    expect(new Set(own).size).toBeGreaterThan(45)
  })
})

describe("the streams of faults", () => {
  it("are different for each traitor, and unlike those of schedules", () => {
    const first = Array.from({ length: 9 }, (_, node) => makeTraitor("random", node, 1).random.next())
    expect(new Set(first).size).toBe(9)
    const others = Array.from({ length: 9 }, (_, index) => Random.stream(1, "faults", index).next())
    for (const number of others) expect(first).not.toContain(number)
  })

  it("of those that wait for a condition are numbered as they are listed, so that one added later changes none before it", () => {
    const claiming: typeof chatter = {
      ...chatter,
      start: node => node.id === 0 && node.setTimer("alarm", 5 * MS),
      timeout: {
        alarm(node) {
          node.state.rang.push(node.now())
          node.report({ type: "believes", leader: node.state.rang.length % 2 === 0 ? 0 : null, epoch: 1 } as never)
          node.setTimer("alarm", 5 * MS)
        },
      },
    }
    const waiting = (at: number, after: number): Fault => ({
      kind: "isolate",
      target: { random: 2 },
      at,
      for: MS,
      schedule: { kind: "when", when: "leader elected", after, times: 6 },
    })
    const struck = (faults: readonly Fault[], seed: number): readonly string[] => {
      const found: string[] = []
      const observer = (event: TraceEvent): void => {
        if (event.type === "fault" && event.phase === "begins") found.push(`${event.time} ${event.nodes.join()}`)
      }
      simulate(tellingScenario({ algorithm: claiming, nodes: 9, faults, network, duration: 110 * MS }), seed, {
        observer,
      })
      return found
    }
    for (let seed = 1; seed <= 5; seed++) {
      const first = struck([waiting(20 * MS, 0)], seed)
      expect(first.length).toBe(6)
      // The other one strikes two milliseconds after it, and begins to wait before.
      const both = struck([waiting(20 * MS, 0), waiting(10 * MS, 2 * MS)], seed)
      expect(both).toEqual(expect.arrayContaining([...first]))
      const second = both.filter(line => !first.includes(line))
      expect(second.map(line => line.split(" ")[1])).not.toEqual(first.map(line => line.split(" ")[1]))
    }
  })

  it("are the same for any algorithm and network, and any number of clients", () => {
    const schedule = { kind: "renewal", mtbf: 20 * MS, mttr: 5 * MS, spans: "exponential" } as const
    const faults: Fault[] = [...FAULTS, { kind: "pause", target: { nodes: [0, 1, 2] }, at: 0, schedule }]
    const timeline = faultTimeline({ nodes: 3, faults, duration: 100 * MS }, 3)
    // Each node of a renewal by itself: no two fail at the same times.
    const pauses = timeline.filter(({ kind }) => kind === "pause")
    expect(new Set(pauses.map(({ at }) => at)).size).toBe(pauses.length)
    const fewer = faults.with(3, { kind: "pause", target: { nodes: [0, 1] }, at: 0, schedule })
    const without = faultTimeline({ nodes: 3, faults: fewer, duration: 100 * MS }, 3)
    const others = timeline.filter(
      fault => !("target" in fault) || JSON.stringify(fault.target) !== '{"nodes":[2]}' || fault.kind !== "pause",
    )
    expect(without).toEqual(others)
  })
})
