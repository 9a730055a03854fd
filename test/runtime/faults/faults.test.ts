// Every kind of fault: what it does, and how it differs from its neighbours.
import { describe, expect, it } from "vitest"
import type { Fault } from "../../../runtime/faults/fault.ts"
import { descriptorOf } from "../../../runtime/faults/registry.ts"
import { Random } from "../../../runtime/lib/random.ts"
import type { Scenario } from "../../../runtime/scenario/scenario.ts"
import { Simulation } from "../../../runtime/simulation/simulation.ts"
import type { TraceEvent } from "../../../runtime/simulation/trace.ts"
import type { Phase } from "../../../runtime/contract/service.ts"
import { chatter, telling, tellingScenario } from "../../support/chatter.ts"

/** Faults of each kind, without what they have in common. */
type DistributiveOmit<F, K extends PropertyKey> = F extends unknown ? Omit<F, K> : never

const LATENCY = 100

/** What a run showed of node 1, which is told a number by node 0 every millisecond: 0 at 10 ms, 99 at 109 ms. */
interface Seen {
  /** The numbers it heard and when, in ms. */
  readonly heard: readonly { readonly number: number; readonly at: number }[]
  /** What its disk and its memory held in the end. */
  readonly log: readonly unknown[]
  readonly remembered: number
  readonly boots: number
  /** Answers that node 0 heard. */
  readonly thanks: number
  readonly events: readonly TraceEvent[]
}

const LAST = 1

function run(faults: readonly Fault[], changes: Partial<Scenario> = {}): Seen {
  const events: TraceEvent[] = []
  const latency = { model: "constant", delay: LATENCY } as const
  const network = { latency, clientLatency: { model: "constant", delay: 0 }, loss: 0, duplication: 0 } as const
  const scenario = tellingScenario({ faults, network, ...changes })
  const simulation = new Simulation(scenario, 1, { observer: event => events.push(event) })
  const result = simulation.run()
  if (result.status === "failed") throw new Error(result.reason)
  const node = simulation.nodes[LAST]!
  const { drawn } = node.state as { drawn: number[] }
  const { log } = node.disk as { log: number[] }
  const heard = events.flatMap(event =>
    event.type === "fact" && event.node === LAST && "number" in event.fact
      ? [{ number: event.fact.number as number, at: event.time / 1_000 }]
      : [],
  )
  const boots = events.filter(({ type, ...event }) => type === "boot" && "node" in event && event.node === LAST).length
  const thanks = events.filter(event => event.type === "deliver" && event.message.type === "Thanks").length
  return { heard, log, remembered: drawn.length, boots, thanks, events }
}

const node1 = { nodes: [LAST] }
/** From when number 20 is on its way until number 40 is. */
const SPAN = { at: 30_000, for: 20_000 }
const NUMBERS = Array.from({ length: 100 }, (_, number) => number)
const missing = ({ heard }: Seen): readonly number[] =>
  NUMBERS.filter(number => !heard.some(event => event.number === number))
const lateness = (heard: Seen["heard"]): readonly number[] => heard.map(({ number, at }) => at - (number + 10))
const faultsIn = ({ events }: Seen): readonly string[] =>
  events.flatMap(event => (event.type === "fault" ? [`${event.time / 1_000} ${event.what}`] : []))

const LOST = NUMBERS.slice(20, 40)
const HEARD = NUMBERS.filter(number => !LOST.includes(number))

describe("crash, pause, amnesia and isolation are four different faults", () => {
  const cases: readonly [Fault["kind"], Fault, Partial<Seen>, readonly number[]][] = [
    // Loses what arrives and its memory, keeps its disk.
    ["crash", { kind: "crash", target: node1, ...SPAN }, { boots: 2, remembered: 60, log: HEARD }, LOST],
    // Loses nothing at all.
    ["pause", { kind: "pause", target: node1, ...SPAN }, { boots: 1, remembered: 100, log: NUMBERS }, []],
    // Loses what arrives, its memory and its disk.
    [
      "amnesia",
      { kind: "amnesia", target: node1, ...SPAN },
      { boots: 2, remembered: 60, log: NUMBERS.slice(40) },
      LOST,
    ],
    // Loses what arrives and keeps everything else.
    ["isolate", { kind: "isolate", target: node1, ...SPAN }, { boots: 1, remembered: 80, log: HEARD }, LOST],
  ]
  it.each(cases)("%s", (_, fault, seen, lost) => {
    const found = run([fault])
    expect(found).toMatchObject(seen)
    expect(missing(found)).toEqual(lost)
  })
})

describe("a paused node", () => {
  it("handles what came meanwhile at once when it goes on, in the order in which it came", () => {
    const { heard } = run([{ kind: "pause", target: node1, ...SPAN }])
    expect(heard.map(({ number }) => number)).toEqual(NUMBERS)
    const waited = heard.filter(({ number }) => LOST.includes(number))
    expect(new Set(waited.map(({ at }) => at))).toEqual(new Set([50]))
  })

  it("has its timers run out late, once each, unless what came before them set them anew", () => {
    const alarmed = {
      ...chatter,
      start: (node: Parameters<typeof chatter.start>[0]) => node.setTimer("alarm", 35_000),
    }
    const rang = (faults: readonly Fault[], algorithm: typeof chatter): readonly number[] =>
      run(faults, { algorithm }).events.flatMap(event =>
        event.type === "timeout" && event.node === LAST ? [event.time / 1_000] : [],
      )
    expect(rang([], alarmed)).toEqual([35])
    expect(rang([{ kind: "pause", target: node1, ...SPAN }], alarmed)).toEqual([50])
    const rearmed: typeof chatter = {
      ...alarmed,
      receive: { ...chatter.receive, Note: node => node.setTimer("alarm", 35_000) },
    }
    // Numbers 20 to 24 came before the alarm, which therefore never rings: it is put off until 35 ms after the last.
    expect(rang([{ kind: "pause", target: node1, ...SPAN }], rearmed)).toEqual([])
  })

  it("that is killed meanwhile loses what waits and its memory", () => {
    const found = run([
      { kind: "pause", target: node1, ...SPAN },
      { kind: "crash", target: node1, at: 45_000, for: 10_000 },
    ])
    expect(missing(found)).toEqual(NUMBERS.slice(20, 45))
    expect(found.boots).toBe(2)
    expect(faultsIn(found)).toEqual(["30 pause of node 1", "45 crash of node 1", "55 restart of node 1"])
  })

  it("says what it had said before it was stopped before anything else, when it goes on", () => {
    // Only even numbers are written down: what it says of odd ones waits for no disk but for what was said before.
    const evenOnly: typeof chatter = {
      ...chatter,
      receive: {
        ...chatter.receive,
        Note(node, { number }) {
          if (number % 2 === 0) node.append("log", number)
          node.report({ type: "heard", number })
          node.state.drawn.push(number)
        },
      },
    }
    // Number 20 is handled at 30.1 ms and said at 32.6 ms, but for the pause; number 21 comes meanwhile.
    const pause: Fault = { kind: "pause", target: node1, at: 30_500, for: 20_000 }
    const { heard } = run([pause], { algorithm: evenOnly, disk: { syncLatency: 2_500 } })
    // The last ones still wait for the disk when the run ends.
    expect(heard.map(({ number }) => number)).toEqual(NUMBERS.slice(0, 96))
    expect(heard.find(({ number }) => number === 20)?.at).toBe(50.5)
  })

  it("sends nothing, not even what only waited for its disk", () => {
    // Number 20 was heard at 30.1 ms; its answer waits for the disk until 30.4 ms, and then for the pause to end.
    const pause: Fault = { kind: "pause", target: node1, at: 30_200, for: 20_000 }
    const sentBy = (faults: readonly Fault[]): readonly number[] =>
      run(faults, { disk: { syncLatency: 300 } }).events.flatMap(event =>
        event.type === "send" && event.node === LAST ? [event.time] : [],
      )
    expect(sentBy([])).toContain(30_400)
    const sent = sentBy([pause])
    expect(sent.filter(time => time > 30_000 && time < 50_300)).toEqual([50_200])
    expect(sent.length).toBe(100)
    // Killed before it goes on, it never answers number 20, though its disk holds it.
    const killed = sentBy([pause, { kind: "crash", target: node1, at: 50_000, for: 200 }])
    expect(killed.filter(time => time > 30_000 && time < 50_400)).toEqual([])
  })
})

describe("a slow node", () => {
  it("handles one message after the other, and catches up when it is fast again", () => {
    const { heard } = run([{ kind: "slow", target: node1, serviceTime: 2_000, ...SPAN }])
    expect(heard.length).toBe(100)
    const late = lateness(heard)
    // Number 20 takes 2 ms; every further one comes 1 ms after the one before, and finds 1 ms more of work before it.
    expect(late.slice(18, 24).map(Math.round)).toEqual([0, 0, 2, 3, 4, 5])
    expect(late.at(-1)).toBeCloseTo(LATENCY / 1_000)
  })
})

describe("amnesia", () => {
  it("takes the disk of a node that is down already, and keeps it down as long", () => {
    const found = run([
      { kind: "crash", target: node1, at: 30_000, for: 20_000 },
      { kind: "amnesia", target: node1, at: 40_000, for: 30_000 },
    ])
    expect(found.log).toEqual(NUMBERS.slice(60))
    expect(faultsIn(found)).toEqual([
      "30 crash of node 1",
      "40 crash and loss of the disk of node 1 (down already)",
      "50 node 1 stays down",
      "70 restart of node 1",
    ])
  })
})

describe("restart", () => {
  it("boots what is down, whatever brought it down, and only that", () => {
    const found = run([
      { kind: "crash", target: node1, at: 30_000, for: 60_000 },
      { kind: "restart", target: { nodes: [0, 1, 2] }, at: 50_000 },
    ])
    expect(missing(found)).toEqual(LOST)
    expect(faultsIn(found)).toEqual(["30 crash of node 1", "50 restart of node 1"])
  })
})

describe("partitions", () => {
  const partition = (cut: Partial<Fault & { kind: "partition" }>): Seen =>
    run([{ kind: "partition", sides: [[0], [1]], ...cut, ...SPAN }])

  it("cut both ways between their sides", () => {
    const found = partition({ sides: [[0], [1, 2]] })
    expect(missing(found)).toEqual(LOST)
    expect(found.thanks).toBe(80)
  })

  it("put nodes on no side on one of their own", () => {
    expect(missing(partition({ sides: [[1]] }))).toEqual(LOST)
    expect(missing(partition({ sides: [[0]] }))).toEqual(LOST)
    expect(missing(partition({ sides: [[2]] }))).toEqual([])
    expect(missing(partition({ sides: [[2], [0]] }))).toEqual(LOST)
  })

  it("in one way cut only what earlier sides send to later ones", () => {
    expect(missing(partition({ sides: [[0], [1]], oneWay: true }))).toEqual(LOST)
    const back = partition({ sides: [[1], [0]], oneWay: true })
    expect(missing(back)).toEqual([])
    expect(back.thanks).toBe(80)
  })

  it("cut clients that a side names off from the nodes of other sides only, and leave all other clients alone", () => {
    // The client tells node 1 through node 0, and is written as -1.
    expect(missing(partition({ sides: [[-1], [0], [1, 2]] }))).toEqual(LOST)
    expect(missing(partition({ sides: [[-1, 2]] }))).toEqual(LOST)
    expect(missing(partition({ sides: [[-1, 0, 1], [2]] }))).toEqual([])
    expect(missing(partition({ sides: [[-2, 2]] }))).toEqual([])
  })

  it("leave the bridge connected with everybody", () => {
    expect(missing(partition({ sides: [[0], [2]], bridge: [1] }))).toEqual([])
    expect(missing(partition({ sides: [[0], [1]], bridge: [2] }))).toEqual(LOST)
  })

  it("of single links leave all others alone", () => {
    const found = run([{ kind: "cut", links: [[0, 1]], oneWay: true, ...SPAN }])
    expect(missing(found)).toEqual(LOST)
    expect(missing(run([{ kind: "cut", links: [[0, 2]], ...SPAN }]))).toEqual([])
    const back = run([{ kind: "cut", links: [[1, 0]], oneWay: true, ...SPAN }])
    expect([missing(back), back.thanks]).toEqual([[], 80])
  })

  it("isolation in one direction leaves the other alone", () => {
    const deaf = run([{ kind: "isolate", target: node1, direction: "in", ...SPAN }])
    expect([missing(deaf), deaf.thanks]).toEqual([LOST, 80])
    const mute = run([{ kind: "isolate", target: node1, direction: "out", ...SPAN }])
    expect([missing(mute), mute.thanks]).toEqual([[], 80])
  })
})

describe("faults of links", () => {
  const LONG = { duration: 2_010_000 }
  const WHILE = { at: 10_000, for: 1_980_000 }
  const dropped = ({ events }: Seen, reason: string): number =>
    events.filter(event => event.type === "drop" && event.reason === reason).length

  it("lose and corrupt the given shares of messages, counted apart", () => {
    const lossy = run([{ kind: "loss", share: 0.3, ...WHILE }], LONG)
    const noisy = run([{ kind: "corruption", share: 0.3, ...WHILE }], LONG)
    // About 3,400 messages: four standard deviations are 3.1 % of them.
    const sent = ({ events }: Seen): number => events.filter(({ type }) => type === "send").length
    expect(Math.abs(dropped(lossy, "lost") / sent(lossy) - 0.3)).toBeLessThan(0.032)
    expect(Math.abs(dropped(noisy, "corrupted") / sent(noisy) - 0.3)).toBeLessThan(0.032)
    expect([dropped(lossy, "corrupted"), dropped(noisy, "lost")]).toEqual([0, 0])
    expect(lossy.heard).not.toEqual(noisy.heard)
  })

  it("duplicate the given share", () => {
    const { heard } = run([{ kind: "duplication", share: 0.3, ...WHILE }], LONG)
    expect(Math.abs(heard.length / 2_000 - 1.3)).toBeLessThan(0.041)
  })

  it("reorder the given share by holding it back, so that later messages overtake", () => {
    const { heard } = run([{ kind: "reordering", share: 0.3, by: 5_000, ...WHILE }], LONG)
    expect(heard.length).toBe(2_000)
    const late = lateness(heard).filter(span => span > 0.11)
    expect(Math.abs(late.length / 2_000 - 0.3)).toBeLessThan(0.041)
    expect(Math.max(...late)).toBeLessThanOrEqual(5.1)
    const overtaken = heard.filter(({ number }, index) => heard.slice(0, index).some(before => before.number > number))
    expect(overtaken.length).toBeGreaterThan(100)
  })

  it("delay every message by the same span, so that none of them overtakes another", () => {
    const { heard } = run([{ kind: "delay", by: 5_000, ...SPAN }])
    expect(
      heard.filter(({ number, at }) => Math.abs(at - number - 10 - 5.1) < 1e-9).map(({ number }) => number),
    ).toEqual(LOST)
    expect(heard.map(({ number }) => number)).not.toEqual(NUMBERS)
    expect(heard.filter(({ number }) => LOST.includes(number)).map(({ number }) => number)).toEqual(LOST)
  })

  it("hit only the links of their target", () => {
    const all = { share: 1, ...SPAN }
    expect(missing(run([{ kind: "loss", target: { nodes: [2] }, ...all }]))).toEqual([])
    expect(missing(run([{ kind: "loss", target: node1, ...all }]))).toEqual(LOST)
    expect(missing(run([{ kind: "loss", links: [[0, 2]], ...all }]))).toEqual([])
    expect(missing(run([{ kind: "loss", links: [[0, 1]], ...all }]))).toEqual(LOST)
  })

  it("say which links they hit", () => {
    const links = [[0, 1]] as const
    const found = run([
      { kind: "cut", links, at: 30_000, for: 1_000 },
      { kind: "delay", by: 5_000, links, oneWay: true, at: 40_000, for: 1_000 },
      { kind: "loss", share: 0.05, target: node1, at: 50_000, for: 1_000 },
      { kind: "corruption", share: 0.05, at: 60_000, for: 1_000 },
    ])
    expect(faultsIn(found)).toEqual([
      "30 link 0-1 cut",
      "31 link 0-1 mended",
      "40 delay of 5ms a message on link 0->1",
      "41 delay on link 0->1 over",
      "50 loss of 5 % of messages on the links of node 1",
      "51 loss on the links of node 1 over",
      "60 corruption of 5 % of messages",
      "61 corruption over",
    ])
  })

  it("count with the larger value where two hold at once, and end each by itself", () => {
    const found = run([
      { kind: "loss", share: 1, at: 30_000, for: 20_000 },
      { kind: "loss", share: 0, at: 40_000, for: 40_000 },
    ])
    expect(missing(found)).toEqual(LOST)
  })
})

describe("clocks", () => {
  const clocked: typeof chatter = {
    ...chatter,
    start: node => node.setTimer("alarm", 20_000),
    timeout: {
      alarm(node) {
        node.state.rang.push(node.now())
        node.setTimer("alarm", 20_000)
      },
    },
  }
  /** When node 1's alarm rang, every 20 ms by its clock: by true time and by its clock, in ms. */
  function alarms(faults: readonly Fault[]) {
    const events: number[] = []
    const scenario = tellingScenario({ faults, algorithm: clocked, duration: 110_000 })
    const simulation = new Simulation(scenario, 1, {
      observer: event => event.type === "timeout" && event.node === LAST && events.push(event.time / 1_000),
    })
    simulation.run()
    const { rang } = simulation.nodes[LAST]!.state as { rang: number[] }
    return { truly: events.slice(0, 5), shown: rang.map(time => time / 1_000).slice(0, 5) }
  }

  it("that are off show another time, but timers run as before", () => {
    const { truly, shown } = alarms([{ kind: "clockOffset", target: node1, by: -15_000, at: 30_000, for: 40_000 }])
    expect(truly).toEqual([20, 40, 60, 80, 100])
    expect(shown).toEqual([20, 25, 45, 80, 100])
  })

  it("that drift make timers run out early or late, those under way included", () => {
    const fast = alarms([{ kind: "clockDrift", target: node1, by: 0.25, at: 40_000, for: 32_000 }])
    expect(fast.truly).toEqual([20, 40, 56, 72, 92])
    expect(fast.shown).toEqual([20, 40, 60, 80, 100])
    const slow = alarms([{ kind: "clockDrift", target: node1, by: -0.5, at: 50_000 }])
    expect(slow.truly).toEqual([20, 40, 70, 110])
    expect(slow.shown).toEqual([20, 40, 60, 80])
  })
})

describe("disks", () => {
  it("that are slow delay what a node says, for as long as they are slow", () => {
    const { heard } = run([{ kind: "slowDisk", target: node1, syncLatency: 3_000, ...SPAN }])
    const late = heard.filter(({ number, at }) => at > number + 10.2).map(({ number }) => number)
    expect(heard.length).toBe(100)
    expect(late.slice(0, 20)).toEqual(LOST)
    expect(late.length).toBeLessThan(26)
  })

  it("that fail crash their node at its first write, lose that write, and let it restart when they work again", () => {
    const found = run([{ kind: "failingDisk", target: node1, ...SPAN }])
    expect(faultsIn(found)).toEqual([
      "30 disk of node 1 fails",
      "30.1 crash of node 1: its disk failed",
      "50 disk of node 1 works again, restart of node 1",
    ])
    expect(missing(found)).toEqual(LOST)
    expect(found.log).toEqual(HEARD)
    expect(found.thanks).toBe(80)
  })

  it("that work again before the failed sync has come to nothing do not keep the node down", () => {
    // Number 39 is written at 49.1 ms, and its sync fails at 51.1 ms.
    const fault = { kind: "failingDisk", target: node1, at: 48_500, for: 1_000 } as const
    const found = run([fault], { disk: { syncLatency: 2_000 } })
    expect(faultsIn(found)).toEqual([
      "48.5 disk of node 1 fails",
      "49.5 disk of node 1 works again",
      "51.1 crash of node 1: its disk failed",
      "51.1 restart of node 1: its disk works again",
    ])
    expect(found.boots).toBe(2)
    expect(found.log).toEqual(NUMBERS.filter(number => number < 39 || number > 40))
  })

  it("that fail do nothing to a node that writes nothing", () => {
    const found = run([{ kind: "failingDisk", target: { nodes: [0] }, ...SPAN }])
    expect(missing(found)).toEqual([])
    expect(faultsIn(found)).toEqual(["30 disk of node 0 fails", "50 disk of node 0 works again"])
  })

  it("with a torn last write keep some of what was not durable, always the earliest writes", () => {
    const crashed = (kind: "crash" | "tornWrite", kept?: number): readonly unknown[] =>
      run([{ kind, target: node1, at: 30_000, for: 1_000, ...(kept === undefined ? {} : { kept }) }], {
        disk: { syncLatency: 10_000 },
      }).log.slice(0, 20)
    const before = crashed("crash").filter(number => Number(number) < 20)
    const torn = crashed("tornWrite", 0.5).filter(number => Number(number) < 20)
    const whole = crashed("tornWrite", 0.999).filter(number => Number(number) < 20)
    expect(whole).toEqual(NUMBERS.slice(0, 20))
    expect(torn).toEqual(whole.slice(0, torn.length))
    expect(before).toEqual(whole.slice(0, before.length))
    expect(before.length).toBeLessThan(torn.length)
    expect(torn.length).toBeLessThan(whole.length)
  })
})

describe("while nobody leads, faults of the leader do nothing and say nothing:", () => {
  const target = { leader: true } as const
  it.each<DistributiveOmit<Fault, "at">>([
    { kind: "crash", target },
    { kind: "amnesia", target },
    { kind: "tornWrite", target },
    { kind: "restart", target },
    { kind: "pause", target },
    { kind: "isolate", target },
    { kind: "slow", target, serviceTime: 5 },
    { kind: "slowDisk", target, syncLatency: 5 },
    { kind: "failingDisk", target },
    { kind: "brokenBroadcast", target, kept: 0 },
    { kind: "clockOffset", target, by: 5 },
    { kind: "clockDrift", target, by: 0.5 },
    { kind: "byzantine", target, behaviour: "silent" },
    { kind: "cut", target },
    { kind: "loss", target, share: 1 },
    { kind: "corruption", target, share: 1 },
    { kind: "duplication", target, share: 1 },
    { kind: "reordering", target, share: 1, by: 5 },
    { kind: "delay", target, by: 5 },
  ])("$kind", fault => {
    const found = run([{ ...fault, ...SPAN }])
    expect(missing(found)).toEqual([])
    expect(faultsIn(found)).toEqual([])
  })
})

describe("a run is before its faults until one strikes, then among them, and after them when all is over:", () => {
  /** The time at which each part began for the client, who looks every millisecond, in ms. */
  function partsOf(...faults: readonly Fault[]): readonly string[] {
    const parts: string[] = []
    let last: Phase | undefined
    const service: typeof telling = {
      ...telling,
      open(world, settings) {
        const opened = telling.open(world, settings)
        const look = (): void => {
          if (world.phase() !== last) parts.push(`${world.now() / 1_000} ${(last = world.phase())}`)
        }
        return { ...opened, timeout: { tell: subject => (look(), opened.timeout["tell"]!(subject)) } }
      },
    }
    run(faults, { service })
    return parts
  }
  const node2 = { nodes: [2] }

  it("with none it is before them to the end", () => {
    expect(partsOf()).toEqual(["11 before"])
  })

  it("a fault of links lasts until it is over, two until both are", () => {
    const loss: Fault = { kind: "loss", share: 0, at: 30_500, for: 20_000 }
    expect(partsOf(loss)).toEqual(["11 before", "31 during", "51 after"])
    expect(partsOf(loss, { ...loss, at: 40_500 })).toEqual(["11 before", "31 during", "61 after"])
    expect(partsOf({ kind: "loss", share: 0, at: 30_500 })).toEqual(["11 before", "31 during"])
  })

  it("nodes that are down are down until somebody brings them up", () => {
    const crash: Fault = { kind: "crash", target: node2, at: 30_500, for: 20_000 }
    expect(partsOf(crash)).toEqual(["11 before", "31 during", "51 after"])
    expect(partsOf(crash, { kind: "restart", target: node2, at: 40_500 })).toEqual([
      "11 before",
      "31 during",
      "41 after",
    ])
  })
})

describe("schedules", () => {
  it("repeat every so often, a given number of times", () => {
    const schedule = { kind: "every", every: 20_000, times: 3 } as const
    const found = run([{ kind: "crash", target: node1, at: 20_000, for: 5_000, schedule }])
    expect(faultsIn(found)).toEqual(
      [20, 40, 60].flatMap(at => [`${at} crash of node 1`, `${at + 5} restart of node 1`]),
    )
  })

  it("wait for a condition: each new leader is struck a while after its election", () => {
    const claiming: typeof chatter = {
      ...chatter,
      // Nodes 0, 2 and then 0 again come to lead.
      start: node => node.setTimer("alarm", node.id === 2 ? 50_000 : node.id === 0 ? 30_000 : 1_000_000),
      timeout: {
        alarm(node) {
          node.report({ type: "believes", leader: node.id, epoch: 1 } as never)
          node.report({ type: "believes", leader: node.id, epoch: 1 } as never)
        },
      },
    }
    const schedule = { kind: "when", when: "leader elected", after: 2_000, times: 2 } as const
    const faults: Fault[] = [{ kind: "crash", target: { leader: true }, at: 10_000, for: 8_000, schedule }]
    expect(faultsIn(run(faults, { algorithm: claiming }))).toEqual([
      "32 crash of node 0",
      "40 restart of node 0",
      "52 crash of node 2",
      "60 restart of node 2",
    ])
    // It hits the node that was elected, also if that has heard of another leader since.
    const fickle: typeof chatter = {
      ...claiming,
      timeout: {
        alarm(node) {
          node.report({ type: "believes", leader: node.id, epoch: 1 } as never)
          node.report({ type: "believes", leader: 1, epoch: 2 } as never)
        },
      },
    }
    expect(faultsIn(run(faults, { algorithm: fickle })).filter(line => line.includes("crash"))).toEqual([
      "32 crash of node 0",
      "52 crash of node 2",
    ])
    // What would strike at the end of the schedule or later does not, and all that it began is over by then.
    const until = (time: number): Fault => ({ ...faults[0]!, schedule: { ...schedule, until: time } })
    expect(faultsIn(run([until(52_000)], { algorithm: claiming }))).toEqual([
      "32 crash of node 0",
      "40 restart of node 0",
    ])
    expect(faultsIn(run([until(52_001)], { algorithm: claiming })).slice(2)).toEqual([
      "52 crash of node 2",
      "52.001 restart of node 2",
    ])
    expect(faultsIn(run([until(35_000)], { algorithm: claiming }))).toEqual([
      "32 crash of node 0",
      "35 restart of node 0",
    ])
    const lasting = { algorithm: claiming, duration: 52_000 }
    expect(faultsIn(run([faults[0]!], lasting))).toEqual(["32 crash of node 0", "40 restart of node 0"])
    // Whoever leads when the schedule begins counts as elected then.
    expect(faultsIn(run([{ ...faults[0]!, at: 35_000 }], { algorithm: claiming })).slice(0, 3)).toEqual([
      "37 crash of node 0",
      "45 restart of node 0",
      "52 crash of node 2",
    ])
  })
})

describe("a broken broadcast", () => {
  /** Node 0 tells everybody. */
  const crier: typeof chatter = {
    ...chatter,
    request: {
      Tell(node, { number }, client) {
        node.broadcast({ type: "Note", number })
        node.reply(client, { told: number })
      },
    },
  }
  const broken = (node: number, kept?: number): Fault => ({
    kind: "brokenBroadcast",
    target: { nodes: [node] },
    ...(kept === undefined ? {} : { kept }),
    ...SPAN,
  })

  it("takes the node down in its next broadcast, until the fault is over", () => {
    const found = run([broken(0, 0)], { algorithm: crier })
    expect(faultsIn(found)).toEqual([
      "30 node 0 will crash in the next broadcast",
      "30 crash of node 0 in the middle of a broadcast",
      "50 restart of node 0",
      "50 node 0 may broadcast again",
    ])
    expect(missing(found)).toEqual(LOST)
  })

  it("reaches those whom it names and nobody else, in the broadcast that it names", () => {
    const reaching = (reaches: readonly number[], broadcast?: number): readonly number[] => {
      const fault = { ...broken(0), reaches, ...(broadcast === undefined ? {} : { broadcast }) } as Fault
      return missing(run([fault], { algorithm: crier }))
    }
    expect(reaching([2])).toEqual(LOST)
    expect(reaching([1])).toEqual(LOST.slice(1))
    expect(reaching([1], 3)).toEqual(LOST.slice(3))
    expect(reaching([], 3)).toEqual(LOST.slice(2))
  })

  it("of several leaves as many of its messages as the share says, rounded down", () => {
    const told = (kept: number): readonly number[] =>
      run([broken(0, kept)], { algorithm: crier, nodes: 5 }).events.flatMap(event =>
        event.type === "deliver" && event.message.type === "Note" && event.time === SPAN.at + LATENCY
          ? [event.node]
          : [],
      )
    expect([0, 0.2, 0.5, 0.99].map(kept => told(kept).length)).toEqual([0, 0, 2, 3])
    const drawn = [0.5, 0.55, 0.6, 0.65, 0.7].map(kept => told(kept).join())
    expect(new Set(drawn).size).toBeGreaterThan(1)
  })

  it("leaves a node alone that broadcasts nothing meanwhile", () => {
    const found = run([broken(1, 0)], { algorithm: crier })
    expect(faultsIn(found)).toEqual(["30 node 1 will crash in the next broadcast", "50 node 1 may broadcast again"])
    expect(missing(found)).toEqual([])
  })

  it("keeps the share that is said, else a random one for each strike", () => {
    const { drawExtent } = descriptorOf(broken(0))
    const random = new Random(1)
    const drawn = [0, 1, 2].map(() => (drawExtent!(broken(0), random) as { readonly kept?: number }).kept)
    expect(drawn.every(kept => kept !== undefined && kept >= 0 && kept < 1)).toBe(true)
    expect(new Set(drawn).size).toBe(3)
    expect(drawExtent!(broken(0, 0.5), random)).toEqual(broken(0, 0.5))
  })
})

describe("traces tell in words of", () => {
  it.each<[DistributiveOmit<Fault, "at">, string, string]>([
    [{ kind: "loss", share: 0.5 }, "loss of 50 % of messages", "loss over"],
    [{ kind: "corruption", share: 0.5 }, "corruption of 50 % of messages", "corruption over"],
    [{ kind: "duplication", share: 0.5 }, "duplication of 50 % of messages", "duplication over"],
    [{ kind: "reordering", share: 0.5, by: 1_000 }, "reordering of 50 % of messages", "reordering over"],
    [{ kind: "delay", by: 1_000 }, "delay of 1ms a message", "delay over"],
    [{ kind: "cut", links: [[0, 1]] }, "link 0-1 cut", "link 0-1 mended"],
    [
      {
        kind: "partition",
        sides: [
          [0, 1],
          [2, -1],
        ],
        bridge: [0],
      },
      "partition 0,1 | 2,client 0, bridge 0",
      "partition healed",
    ],
    [{ kind: "partition", sides: [[0], [2]], oneWay: true }, "one-way partition 0 | 2", "partition healed"],
    [{ kind: "clockOffset", target: node1, by: -5_000 }, "clock of node 1 off by -5ms", "clock of node 1 right again"],
    [{ kind: "clockOffset", target: node1, by: 5_000 }, "clock of node 1 off by +5ms", "clock of node 1 right again"],
    [
      { kind: "clockDrift", target: node1, by: 0.25 },
      "clock of node 1 drifting by 25 %",
      "clock of node 1 no longer drifting",
    ],
    [{ kind: "slow", target: node1, serviceTime: 5 }, "node 1 slow: 5us a message", "node 1 at full speed"],
    [
      { kind: "slowDisk", target: node1, syncLatency: 3_000 },
      "disk of node 1 slow: 3ms a sync",
      "disk of node 1 at full speed",
    ],
    [{ kind: "amnesia", target: node1 }, "crash and loss of the disk of node 1", "restart of node 1"],
    [{ kind: "isolate", target: node1, direction: "in" }, "isolation of node 1 (hears nothing)", "node 1 reconnected"],
  ])("%o", (fault, begun, ended) => {
    expect(faultsIn(run([{ ...fault, ...SPAN }]))).toEqual([`30 ${begun}`, `50 ${ended}`])
  })

  it("a disk that another fault keeps failing", () => {
    const node0 = { nodes: [0] }
    const found = run([
      { kind: "failingDisk", target: node0, ...SPAN },
      { kind: "failingDisk", target: node0, at: 35_000, for: 30_000 },
    ])
    expect(faultsIn(found)).toEqual([
      "30 disk of node 0 fails",
      "35 disk of node 0 fails",
      "50 disk of node 0 keeps failing",
      "65 disk of node 0 works again",
    ])
  })
})
