// Faults of one kind that hold a node at the same time: each counts, and the node is free when the last of them is over.
import { describe, expect, it } from "vitest"
import type { Effect, Fault, Target } from "../../../runtime/faults/fault.ts"
import { Simulation } from "../../../runtime/simulation/simulation.ts"
import { chatter, tellingScenario } from "../../support/chatter.ts"

const MS = 1_000
const node1 = { nodes: [1] } as const
type Span = readonly [at: number, until: number | undefined]

function timed(effect: Effect, [at, until]: Span): Fault {
  return { ...effect, at: at * MS, ...(until === undefined ? {} : { for: (until - at) * MS }) }
}

/** Faults as they were announced, and what node 1 was at the given times, in ms. */
function watch<T>(faults: readonly Fault[], times: readonly number[], look: (simulation: Simulation) => T) {
  const told: string[] = []
  const scenario = tellingScenario({ faults, duration: 200 * MS })
  const simulation = new Simulation(scenario, 1, {
    observer: event => event.type === "fault" && told.push(`${event.time / MS} ${event.what}`),
  })
  simulation.begin()
  const seen = times.map(time => {
    simulation.runUntil(time * MS)
    return look(simulation)
  })
  simulation.runUntil(150 * MS)
  return { told, seen }
}

const isUp = (simulation: Simulation): boolean => simulation.isUp(1)
/** During the first alone, both, the second alone, and afterwards. */
const TIMES = [25, 35, 45, 85]
const [FIRST, SECOND]: readonly Span[] = [
  [20, 40],
  [30, 80],
]

describe("of crashes and pauses that overlap, the later one is not dropped, and the node does not return early", () => {
  const kinds: readonly Effect["kind"][] = ["crash", "amnesia", "tornWrite", "pause"]
  const pairs = kinds.flatMap(first => kinds.map(second => [first, second] as const))
  it.each(pairs.filter(([first, second]) => (first === "pause") === (second === "pause")))(
    "%s, %s",
    (first, second) => {
      const holding = (kind: Effect["kind"], span: Span, target: Target): Fault =>
        timed({ kind, target } as Effect, span)
      for (const target of [node1, { nodes: [1, 2] }, { random: 3 }]) {
        const faults = [holding(first, FIRST!, target), holding(second, SECOND!, target)]
        expect(watch(faults, TIMES, isUp).seen).toEqual([false, false, false, true])
        expect(watch(faults.toReversed(), TIMES, isUp).seen).toEqual([false, false, false, true])
      }
    },
  )

  it("one within the other ends with the outer one", () => {
    const crashes = [
      timed({ kind: "crash", target: node1 }, [20, 80]),
      timed({ kind: "crash", target: node1 }, [30, 40]),
    ]
    const { told, seen } = watch(crashes, TIMES, isUp)
    expect(seen).toEqual([false, false, false, true])
    expect(told).toEqual([
      "20 crash of node 1",
      "30 crash of node 1 (down already)",
      "40 node 1 stays down",
      "80 restart of node 1",
    ])
  })

  it("one without end is not ended by another", () => {
    const crashes = [
      timed({ kind: "crash", target: node1 }, [20, undefined]),
      timed({ kind: "crash", target: node1 }, [30, 40]),
    ]
    expect(watch(crashes, TIMES, isUp).seen).toEqual([false, false, false, false])
  })

  it("a restart ends all that hold a node down, and later ones hold it by themselves", () => {
    const faults = [
      timed({ kind: "crash", target: node1 }, [20, 60]),
      timed({ kind: "crash", target: node1 }, [25, 70]),
      timed({ kind: "restart", target: node1 }, [30, undefined]),
      timed({ kind: "crash", target: node1 }, [50, 80]),
    ]
    const { told, seen } = watch(faults, [28, 35, 55, 65, 75, 85], isUp)
    expect(seen).toEqual([false, true, false, false, false, true])
    expect(told.slice(2)).toEqual(["30 restart of node 1", "50 crash of node 1", "80 restart of node 1"])
  })

  it("tells of each node how it stands where only some of them overlap", () => {
    const faults = [
      timed({ kind: "crash", target: { nodes: [1, 2] } }, [20, 40]),
      timed({ kind: "crash", target: { nodes: [0, 1] } }, [30, 60]),
      timed({ kind: "pause", target: { nodes: [0, 1] } }, [80, 100]),
      timed({ kind: "pause", target: { nodes: [1, 2] } }, [90, 110]),
    ]
    expect(watch(faults, [], isUp).told).toEqual([
      "20 crash of nodes 1, 2",
      "30 crash of nodes 0, 1 (node 1 down already)",
      "40 restart of node 2, node 1 stays down",
      "60 restart of nodes 0, 1",
      "80 pause of nodes 0, 1",
      "90 pause of nodes 1, 2 (node 1 paused already)",
      "100 node 0 resumed, node 1 stays paused",
      "110 nodes 1, 2 resumed",
    ])
  })

  it("a pause ends with the process that it stopped: what boots meanwhile runs", () => {
    const faults = [
      timed({ kind: "pause", target: node1 }, [20, 80]),
      timed({ kind: "crash", target: node1 }, [30, 40]),
    ]
    const { told, seen } = watch(faults, TIMES, isUp)
    expect(seen).toEqual([false, false, true, true])
    expect(told).toEqual(["20 pause of node 1", "30 crash of node 1", "40 restart of node 1"])
  })
})

describe("disks that fail twice", () => {
  const writing: typeof chatter = {
    ...chatter,
    start: node => node.setTimer("alarm", 5 * MS),
    timeout: {
      alarm(node) {
        node.save({ heard: node.now() })
        node.setTimer("alarm", 5 * MS)
      },
    },
  }
  const fails: Effect = { kind: "failingDisk", target: node1 }
  const crash: Effect = { kind: "crash", target: node1 }
  const seen = (faults: readonly Fault[], times: readonly number[]): readonly boolean[] => {
    const simulation = new Simulation(
      tellingScenario({ algorithm: writing, faults, warmup: 190 * MS, duration: 200 * MS }),
      1,
    )
    simulation.begin()
    return times.map(time => {
      simulation.runUntil(time * MS)
      return simulation.isUp(1)
    })
  }

  it("work again when both faults are over", () => {
    expect(seen([timed(fails, FIRST!), timed(fails, SECOND!)], TIMES)).toEqual([false, false, false, true])
  })

  it("restart their node only if no crash keeps it down, and a crash's end does not mend them", () => {
    expect(seen([timed(fails, FIRST!), timed(crash, SECOND!)], TIMES)).toEqual([false, false, false, true])
    // At 36 ms the node boots, and at 41 ms it crashes with its first write.
    expect(seen([timed(fails, [20, 60]), timed(crash, [18, 36])], [35, 38, 45, 65])).toEqual([false, true, false, true])
  })
})

describe("a sync that fails", () => {
  const MINE = {
    ...chatter,
    timeout: { alarm: (node: Parameters<typeof chatter.timeout.alarm>[0]) => node.save({ heard: 1 }) },
  }
  /** Node 1 writes 25 ms after each boot, its disk fails from 20 ms to 90 ms, and a failure shows after 5 ms. */
  const failing: typeof chatter = { ...MINE, start: node => node.id === 1 && node.setTimer("alarm", 25 * MS) }
  function play(crashes: readonly Span[], times: readonly number[], others: readonly Fault[] = []) {
    const told: string[] = []
    const faults = [
      timed({ kind: "failingDisk", target: node1 }, [20, 90]),
      ...crashes.map(span => timed({ kind: "crash", target: node1 }, span)),
      ...others,
    ]
    const settings = { algorithm: failing, faults, disk: { syncLatency: 5 * MS }, warmup: 190 * MS, duration: 200 * MS }
    const simulation = new Simulation(tellingScenario(settings), 1, {
      observer: event => event.type === "fault" && told.push(`${event.time / MS} ${event.what}`),
    })
    simulation.begin()
    const seen = times.map(time => {
      simulation.runUntil(time * MS)
      return simulation.isUp(1)
    })
    return { told, seen }
  }

  it("crashes its node, unless that has died or been replaced since it wrote", () => {
    expect(play([], [29, 31, 89, 91]).seen).toEqual([true, false, false, true])
    // It reboots at 27 ms, before the failure would show at 30 ms, and writes again at 52 ms.
    expect(play([[26, 27]], [29, 31, 56, 58, 91]).seen).toEqual([true, true, true, false, true])
    // A new disk in the same machine fails too.
    expect(play([], [31, 41, 75, 77], [timed({ kind: "amnesia", target: node1 }, [28, 46])]).seen).toEqual([
      false,
      false,
      true,
      false,
    ])
    const { told, seen } = play([[26, 36]], [29, 31, 35, 37, 65, 67])
    expect(seen).toEqual([false, false, false, true, true, false])
    expect(told).toEqual([
      "20 disk of node 1 fails",
      "26 crash of node 1",
      "36 restart of node 1",
      "66 crash of node 1: its disk failed",
    ])
  })
})

describe("states that overlap", () => {
  it("clocks that are off add up, and each jump is taken back by itself", () => {
    const faults = [
      timed({ kind: "clockOffset", target: node1, by: 7 }, FIRST!),
      timed({ kind: "clockOffset", target: node1, by: -2 }, SECOND!),
    ]
    const off = (simulation: Simulation): number => simulation.nodes[1]!.now() - simulation.time
    const { told, seen } = watch(faults, TIMES, off)
    expect(seen).toEqual([7, 5, -2, 0])
    expect(told.slice(2)).toEqual(["40 clock of node 1 still off", "80 clock of node 1 right again"])
  })

  it("clocks that drift multiply, and run at their old rate when all is over", () => {
    const faults = [
      timed({ kind: "clockDrift", target: node1, by: 0.25 }, FIRST!),
      timed({ kind: "clockDrift", target: node1, by: -0.2 }, SECOND!),
    ]
    let [before, since] = [0, 0]
    const rate = (simulation: Simulation): number => {
      const [then, shown] = [since, simulation.nodes[1]!.now()]
      const passed = shown - before
      ;[before, since] = [shown, simulation.time]
      return passed / (simulation.time - then)
    }
    const { seen } = watch(faults, [20, 30, 40, 80, 100], rate)
    expect(seen.map(value => Number(value.toFixed(3)))).toEqual([1, 1.25, 1, 0.8, 1])
  })

  it("slow disks are as slow as the slowest fault, and say so when one of two is over", () => {
    const faults = [
      timed({ kind: "slowDisk", target: node1, syncLatency: 9 }, FIRST!),
      timed({ kind: "slowDisk", target: node1, syncLatency: 4 }, SECOND!),
      timed({ kind: "amnesia", target: node1 }, [50, 55]),
    ]
    const { told, seen } = watch(faults, [25, 35, 45, 57, 85], simulation => simulation.nodes[1]!.storage.syncLatency)
    expect(seen).toEqual([9, 9, 4, 4, 0])
    expect(told).toContain("40 disk of node 1 still slow")
    expect(told).toContain("80 disk of node 1 at full speed")
  })

  it("cuts of one link need as many mends", () => {
    const faults = [timed({ kind: "isolate", target: node1 }, FIRST!), timed({ kind: "cut", links: [[0, 1]] }, SECOND!)]
    const { told, seen } = watch(faults, TIMES, simulation => [0, 2].map(from => simulation.isConnected(from, 1)))
    expect(seen).toEqual([
      [false, false],
      [false, false],
      [false, true],
      [true, true],
    ])
    expect(told.slice(2)).toEqual([
      "40 node 1 reconnected, except for links that other faults cut",
      "80 link 0-1 mended",
    ])
  })
})
