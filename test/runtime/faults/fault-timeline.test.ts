// The fault schedule of a run: worked out before it, from scenario and seed alone.
import { createHash } from "node:crypto"
import { describe, expect, it } from "vitest"
import type { Fault } from "../../../runtime/faults/fault.ts"
import { type FaultPlan, faultTimeline } from "../../../runtime/faults/fault-timeline.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import type { TraceEvent } from "../../../runtime/simulation/trace.ts"
import { SECOND } from "../../../runtime/contract/units.ts"
import { chatter, tellingScenario } from "../../support/chatter.ts"

const HOUR = 3_600 * SECOND

function timeline(faults: readonly Fault[], plan: Partial<FaultPlan> = {}, seed = 1): readonly Fault[] {
  return faultTimeline({ nodes: 5, duration: 100 * SECOND, ...plan, faults }, seed)
}

const nodesOf = (fault: Fault): readonly number[] =>
  "target" in fault && fault.target !== undefined && "nodes" in fault.target ? fault.target.nodes : []

const churn: Fault = {
  kind: "crash",
  target: { nodes: [0, 1, 2, 3, 4] },
  at: 0,
  schedule: { kind: "renewal", mtbf: 90 * SECOND, mttr: 10 * SECOND, spans: "exponential" },
}

describe("a timeline", () => {
  it("draws random targets once for each strike, and leaves the leader open", () => {
    const schedule = { kind: "every", every: 10 * SECOND, until: 60 * SECOND } as const
    const strikes = timeline([
      { kind: "pause", target: { random: 2 }, at: 10 * SECOND, for: 15 * SECOND, schedule },
      { kind: "crash", target: { leader: true }, at: 5 * SECOND },
    ])
    expect(strikes.map(({ kind, at, for: span }) => [kind, at / SECOND, span && span / SECOND])).toEqual([
      ["crash", 5, undefined],
      ["pause", 10, 15],
      ["pause", 20, 15],
      ["pause", 30, 15],
      ["pause", 40, 15],
      // Over by the end of the schedule.
      ["pause", 50, 10],
    ])
    expect(strikes[0]).toMatchObject({ target: { leader: true } })
    expect(new Set(strikes.slice(1).map(strike => nodesOf(strike).join())).size).toBeGreaterThan(1)
  })

  it("renews every node by itself: up for the MTBF and down for the MTTR in the mean, exponentially", () => {
    const strikes = timeline([churn], { duration: 500 * HOUR })
    for (let node = 0; node < 5; node++) {
      const own = strikes.filter(strike => nodesOf(strike).includes(node))
      const downs = own.map(strike => strike.for! / SECOND)
      const ups = own.slice(1).map(({ at }, index) => (at - own[index]!.at - own[index]!.for!) / SECOND)
      const mean = (spans: readonly number[]): number => spans.reduce((sum, span) => sum + span, 0) / spans.length
      // About 18,000 failures: four standard errors are 3 % of the mean, and of the shares.
      expect(Math.abs(mean(downs) / 10 - 1)).toBeLessThan(0.03)
      expect(Math.abs(mean(ups) / 90 - 1)).toBeLessThan(0.03)
      const longer = ups.filter(span => span > 90).length / ups.length
      expect(Math.abs(longer - Math.exp(-1))).toBeLessThan(0.015)
    }
  })

  it("fails for the first time after an exponential time too, as if it had been up for ever", () => {
    const firsts = Array.from({ length: 2_000 }, (_, seed) => {
      const [first] = timeline([{ ...churn, target: { nodes: [2] }, at: SECOND }], { duration: HOUR }, seed + 1)
      return (first!.at - SECOND) / SECOND
    })
    const share = (least: number): number => firsts.filter(first => first > least).length / firsts.length
    // Four standard errors of a share of 2,000 are 4.5 % at most.
    expect(Math.abs(share(90) - Math.exp(-1))).toBeLessThan(0.045)
    expect(Math.abs(share(180) - Math.exp(-2))).toBeLessThan(0.045)
  })

  it("with fixed spans renews like clockwork, each node at a phase of its own", () => {
    const schedule = { kind: "renewal", mtbf: 9 * SECOND, mttr: SECOND, spans: "fixed" } as const
    const strikes = timeline([{ ...churn, schedule }]).filter(strike => nodesOf(strike).includes(3))
    expect(strikes[0]!.at).toBeLessThan(9 * SECOND)
    expect(strikes.map(({ at }) => at)).toEqual(strikes.map((_, index) => strikes[0]!.at + index * 10 * SECOND))
    expect(strikes.length).toBe(10)
  })

  it("renews links in both directions at once, each link by itself", () => {
    const schedule = { kind: "renewal", mtbf: 9 * SECOND, mttr: SECOND, spans: "exponential" } as const
    const strikes = timeline([{ kind: "cut", at: 0, schedule }])
    const links = new Set(strikes.map(strike => ("links" in strike ? String(strike.links) : "")))
    expect(links.size).toBe(10)
  })

  it("repairs as many at once as there are crews, in the order of their failures", () => {
    const schedule = { kind: "renewal", mtbf: 3 * SECOND, mttr: SECOND, spans: "exponential" } as const
    const churning = (crews?: number): readonly Fault[] => {
      const repairs = crews === undefined ? schedule : { ...schedule, crews }
      return timeline([{ kind: "crash", target: { nodes: [0, 1, 2, 3] }, at: 0, schedule: repairs }])
    }
    // As many crews as nodes: nobody waits.
    expect(churning(4)).toEqual(churning())
    const ends = churning(1).map(({ at, for: span }) => at + span!)
    expect(ends).toEqual(ends.toSorted((a, b) => a - b))
    expect(ends.length).toBeGreaterThan(5)
    // Two are under repair at most: of three that are down, one has waited for its end, which is later than the next one's.
    const two = churning(2)
    const down = (time: number): number => two.filter(({ at, for: span }) => at <= time && time < at + span!).length
    expect(Math.max(...two.map(({ at }) => down(at)))).toBeGreaterThan(2)
  })

  it("draws the sides of a partition from the nodes that are on no side yet", () => {
    const [partition] = timeline([
      { kind: "partition", sides: [[4], { random: 2 }, { random: 1 }], bridge: [0], at: 1 },
    ])
    const sides = partition?.kind === "partition" ? partition.sides.map(side => ("random" in side ? [] : side)) : []
    expect(sides.map(side => side.length)).toEqual([1, 2, 1])
    expect(sides.flat().toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4])
  })

  it("draws random times uniformly from first to last, both included, for each seed anew", () => {
    const fault: Fault = { kind: "crash", target: { nodes: [0] }, at: 5 * SECOND, within: 9 }
    const counts = new Map<number, number>()
    for (let seed = 1; seed <= 5_000; seed++) {
      const [drawn] = timeline([fault], {}, seed)
      expect(drawn).toEqual({ kind: "crash", target: { nodes: [0] }, at: drawn!.at })
      counts.set(drawn!.at - 5 * SECOND, (counts.get(drawn!.at - 5 * SECOND) ?? 0) + 1)
    }
    expect([...counts.keys()].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    // 500 each; five standard deviations are 106.
    for (const count of counts.values()) expect(Math.abs(count - 500)).toBeLessThan(106)
  })

  it("draws a random time once for a whole schedule, and lets it change no target", () => {
    const schedule = { kind: "every", every: 10 * SECOND, times: 3 } as const
    const faults: Fault[] = [
      { kind: "crash", target: { random: 2 }, at: SECOND, for: SECOND },
      { kind: "pause", target: { random: 1 }, at: 2 * SECOND, for: SECOND, schedule },
      { kind: "isolate", target: { random: 3 }, at: 40 * SECOND, for: SECOND },
    ]
    const fixed = timeline(faults)
    for (let seed = 1; seed < 20; seed++) {
      const random = timeline(
        faults.map(fault => ({ ...fault, within: SECOND / 2 })),
        {},
        seed,
      )
      const plain = timeline(faults, {}, seed)
      expect(random.map(nodesOf)).toEqual(plain.map(nodesOf))
      const late = random.map(({ at }, index) => at - fixed[index]!.at)
      expect(Math.max(...late)).toBeLessThanOrEqual(SECOND / 2)
      const ofPause = late.filter((_, index) => fixed[index]!.kind === "pause")
      expect(new Set(ofPause).size).toBe(1)
      expect(new Set(late).size).toBe(3)
    }
  })

  it("begins renewals and conditions at random times too", () => {
    const fixed = { kind: "renewal", mtbf: SECOND, mttr: SECOND, spans: "fixed" } as const
    const when = { kind: "when", when: "leader elected", after: 0 } as const
    const [renewed] = timeline([{ ...churn, at: 50 * SECOND, within: 20 * SECOND, schedule: fixed }])
    expect(renewed!.at).toBeGreaterThan(51 * SECOND)
    const [waiting] = timeline([{ ...churn, at: 50 * SECOND, within: 20 * SECOND, schedule: when }])
    expect(waiting).toMatchObject({ schedule: when })
    expect(waiting!.at).toBeGreaterThan(50 * SECOND)
    expect(waiting).not.toHaveProperty("within")
  })

  it("stays as it is when a fault is added after its own, and when it is made a scenario's faults", () => {
    const faults: Fault[] = [
      churn,
      { kind: "crash", target: { random: 2 }, at: SECOND },
      { kind: "tornWrite", target: { random: 1 }, at: 2 * SECOND },
      { kind: "isolate", target: { random: 1 }, at: 3 * SECOND, within: SECOND },
    ]
    const before = timeline(faults)
    const schedule = { kind: "every", every: SECOND } as const
    const added: Fault = { kind: "pause", target: { random: 1 }, at: 0, within: SECOND, for: 9, schedule }
    const longer = timeline([...faults, added])
    expect(longer.filter(({ kind }) => kind !== "pause")).toEqual(before)
    expect(timeline(before, {}, 99)).toEqual(before)
  })

  it("of a seed is the same for all algorithms, to the hash, and the one that is carried out", () => {
    const faults: Fault[] = [
      { ...churn, schedule: { kind: "renewal", mtbf: 40_000, mttr: 10_000, spans: "exponential" } },
      { kind: "isolate", target: { random: 1 }, at: 30_000, for: 20_000 },
      { kind: "loss", share: 0.3, target: { random: 2 }, at: 20_000, for: 10_000 },
    ]
    const loud: typeof chatter = {
      ...chatter,
      start(node) {
        for (let number = 0; number < 20; number++) node.broadcast({ type: "Note", number })
        node.state.drawn.push(node.random(0, 9))
      },
    }
    const carriedOut = (algorithm: typeof chatter, seed: number): string => {
      const hash = createHash("sha256")
      const observer = (event: TraceEvent): void => {
        if (event.type === "fault") hash.update(JSON.stringify(event))
      }
      simulate(tellingScenario({ algorithm, faults, nodes: 5, warmup: 10_000 }), seed, { observer })
      return hash.digest("hex")
    }
    expect(carriedOut(loud, 7)).toBe(carriedOut(chatter, 7))
    expect(carriedOut(chatter, 8)).not.toBe(carriedOut(chatter, 7))
    const written = (seed: number): string => JSON.stringify(timeline(faults, {}, seed))
    expect(written(7)).toBe(written(7))
    const kept = tellingScenario({ faults, nodes: 5 })
    const replayed = { ...kept, faults: faultTimeline(kept, 7) }
    expect(simulate(replayed, 7)).toEqual(simulate(kept, 7))
  })
})

it("links that are named fail each on its own", () => {
  const links = [
    [0, 1],
    [1, 2],
  ] as const
  const schedule = { kind: "renewal", mtbf: 9 * SECOND, mttr: SECOND, spans: "exponential" } as const
  const strikes = timeline([{ kind: "loss", share: 1, links, at: 0, schedule }])
  expect(new Set(strikes.map(({ kind }) => kind))).toEqual(new Set(["loss"]))
  const times = links.map(([from]) =>
    strikes.flatMap(strike => ("links" in strike && strike.links?.[0]?.[0] === from ? [strike.at] : [])),
  )
  expect(times.flat()).toHaveLength(strikes.length)
  expect(times[0]!.length).toBeGreaterThan(3)
  expect(times[1]!.length).toBeGreaterThan(3)
  expect(times[0]!.filter(time => times[1]!.includes(time))).toEqual([])
})
