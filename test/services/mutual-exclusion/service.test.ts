/** The workload of the `mutual-exclusion` service: when operations begin, how they end, and what is made of it. */
import { describe, expect, it } from "vitest"
import { mutualExclusion } from "../../../services/mutual-exclusion/service.ts"
import { completeRun, scenarioOf, type ServiceRunOptions, violations } from "../../support/service-run.ts"
import { centralServer, firstComeFirstServed, type Rule } from "./central-server.ts"

function run(options: Partial<ServiceRunOptions>, rule: Rule = firstComeFirstServed) {
  return completeRun(centralServer(rule), mutualExclusion, { nodes: 4, ...options })
}

describe("closed loop", () => {
  it("each requester asks again when it has left: holding 1 ms and asking anew takes node 0 no time", () => {
    const { outcome } = run({ nodes: 1, workload: { hold: "1ms" }, duration: "1s" })
    expect(outcome).toMatchObject({ attempted: 1_000, ok: 1_000, availability: 1 })
    expect(outcome.latency.max).toBe(0)
  })

  it("thinks between 0 and twice the mean, on average the mean", () => {
    const { outcome } = run({ nodes: 1, workload: { hold: "1ms", think: "9ms" }, duration: "20s" })
    expect(outcome.attempted).toBeGreaterThan(1_900)
    expect(outcome.attempted).toBeLessThan(2_100)
  })

  it("begins no more than `entries` operations, and none after the end of the run", () => {
    expect(run({ workload: { entries: 17 } }).outcome).toMatchObject({ attempted: 17, ok: 17 })
    const { ended, outcome } = run({ workload: { hold: "10ms" }, duration: "95ms" })
    expect(outcome.unknown + outcome.failed).toBe(0)
    expect(ended).toBeLessThan(200_000)
  })

  it("only the first `requesters` nodes want in", () => {
    expect(run({ workload: { requesters: 2, entries: 40 } }).outcome.figures["fairness"]).toBe(1)
    expect(run({ workload: { requesters: 9, entries: 40 } }).outcome.figures["fairness"]).toBe(1)
  })
})

describe("the end of the measured time", () => {
  it("clips the throughput and the time in flight, though all that began is waited for", () => {
    // Of four that ask at once, each enters when the one before has left: at 0, 400, 800 and 1,200 ms.
    const options = { workload: { hold: "400ms", entries: 4, deadline: "9s" }, latency: "1us", duration: "1s" }
    const { outcome } = run(options)
    expect(outcome).toMatchObject({ attempted: 4, ok: 4, completed: 3 })
    expect(outcome.figures).toMatchObject({ entries: 4, throughput: 3 })
    expect(outcome.figures["in_flight"]).toBeCloseTo(0.4 + 0.8 + 1, 4)
  })
})

describe("open loop", () => {
  it("operations arrive at the given rate, whatever becomes of them", () => {
    const { outcome } = run({ workload: { rate: "100/s", deadline: "50ms" }, duration: "2s" }, () => null)
    expect(outcome).toMatchObject({ attempted: 200, ok: 0, availability: 0 })
  })

  it("one that timed out in the queue of its requester surely failed; one that was asked for is unknown", () => {
    const { outcome } = run(
      { nodes: 2, workload: { requesters: 1, rate: "100/s", entries: 5, deadline: "100ms" } },
      () => null,
    )
    // Each operation becomes the one that is asked for when the one before it has timed out.
    expect(outcome).toMatchObject({ attempted: 5, ok: 0, failed: 0, unknown: 5 })
    const busy = run({
      nodes: 2,
      workload: { requesters: 1, rate: "100/s", entries: 5, hold: "1s", deadline: "100ms" },
    })
    expect(busy.outcome).toMatchObject({ attempted: 5, ok: 1, failed: 4, unknown: 0 })
  })

  it("operations come to all requesters alike", () => {
    const { figures } = run({ workload: { rate: "1000/s", hold: "10us" }, duration: "4s" }).outcome
    expect(figures["fairness"]).toBeGreaterThan(0.99)
  })

  it("asks at nodes that are up", () => {
    const { outcome } = run({
      workload: { rate: "1000/s", hold: "10us" },
      faults: [{ kind: "crash", target: { nodes: [1, 2] }, at: 0 }],
    })
    expect(outcome).toMatchObject({ attempted: 1_000, ok: 1_000 })
  })
})

describe("times that spread", () => {
  it("stays last as long on average as asked for, and each operation keeps its own", () => {
    for (const holdTimes of ["constant", "uniform", "exponential"]) {
      const { outcome } = run({ nodes: 1, workload: { hold: "1ms", holdTimes }, duration: "10s" })
      // The section is never free: a stay takes 1 ms on average.
      expect(outcome.figures["throughput"]! / 1_000).toBeCloseTo(1, 1)
    }
  })

  it("Poisson arrivals wait longer than regular ones where stays vary: Pollaczek and Khinchine's formula for M/M/1", () => {
    const workload = { rate: "500/s", hold: "1ms", holdTimes: "exponential", requesters: 1, deadline: "1s" }
    const wait = (arrivals: string) =>
      run({ nodes: 1, workload: { ...workload, arrivals }, duration: "200s" }).outcome.latency.mean
    // With half of the time taken: 0.5 / (1 - 0.5) stays.
    expect(wait("poisson") / 1_000).toBeCloseTo(1, 1)
    expect(wait("constant")).toBeLessThan(600)
  })

  it("what requesters want is the same whoever serves them, and however fast (common random numbers)", () => {
    const inside = (options: Partial<ServiceRunOptions>) => {
      const entered = new Map<number, number>()
      const stays: number[][] = [[], [], [], []]
      run({
        ...options,
        simulation: {
          observer(event) {
            if (event.type !== "fact") return
            if (event.fact.type === "entered") entered.set(event.node, event.time)
            if (event.fact.type === "left") stays[event.node]!.push(event.time - entered.get(event.node)!)
          },
        },
      })
      return stays
    }
    const workload = {
      hold: "2ms",
      holdTimes: "exponential",
      think: "10ms",
      thinkTimes: "exponential",
      deadline: "10s",
    }
    const [fast, slow] = [inside({ workload, latency: "100us" }), inside({ workload, latency: "5ms" })]
    for (const [requester, stays] of slow.entries()) {
      expect(stays.length).toBeGreaterThan(5)
      expect(fast[requester]!.length).toBeGreaterThan(stays.length)
      expect(fast[requester]!.slice(0, stays.length)).toEqual(stays)
    }
  })
})

describe("deadlines", () => {
  it("a request whose operation has timed out serves the next one; if there is none, it is released at once", () => {
    // The server takes 30 ms to grant; operations give up after 20 ms and think for 5 to 15 ms or so.
    const { outcome } = run({
      nodes: 2,
      latency: "30ms",
      workload: { requesters: 2, deadline: "20ms", hold: "1ms", think: "5ms" },
      duration: "10s",
    })
    expect(violations(outcome)).toEqual([])
    expect(outcome.unknown).toBeGreaterThan(50)
    expect(outcome.ok).toBeGreaterThan(50)
    expect(outcome.figures["entries"]).toBeGreaterThan(outcome.ok)
    expect(outcome.latency.max).toBeLessThanOrEqual(20_000)
  })
})

describe("crashes", () => {
  it("a node takes its requester with it, and brings it back", () => {
    const { outcome } = run({
      nodes: 1,
      workload: { hold: "5ms" },
      faults: [{ kind: "crash", target: { nodes: [0] }, at: 100_000, for: 200_000 }],
      duration: "1s",
    })
    expect(violations(outcome)).toEqual([])
    // One entry every 5 ms, in the first 100 ms and in the last 700 ms.
    expect(outcome).toMatchObject({ attempted: 20 + 140, ok: 20 + 140 })
  })

  it("end a stay, and what it was to end no longer ends the next one", () => {
    // In from 0 to the crash, then from 150 to 450, 450 to 750 and 750 to 1,050 ms.
    const crash = { kind: "crash", target: { nodes: [0] }, at: 100_000, for: 50_000 } as const
    const { outcome } = run({ nodes: 1, workload: { hold: "300ms" }, faults: [crash] })
    expect(outcome).toMatchObject({ attempted: 4, ok: 4, figures: { entries: 4 } })
  })

  it("end a pause, and whoever is back begins a new one", () => {
    const crash = { kind: "crash", target: { nodes: [0] }, at: 100_000, for: 50_000 } as const
    const workload = { hold: "1ms", think: "300ms", thinkTimes: "constant" }
    const attempted = (duration: string) => run({ nodes: 1, workload, faults: [crash], duration }).outcome.attempted
    expect([attempted("449ms"), attempted("451ms")]).toEqual([0, 1])
  })

  it("of whoever is inside leave nobody to wait for when the run is over", () => {
    const crash = { kind: "crash", target: { nodes: [0] }, at: 100_000 } as const
    const { ended } = run({ nodes: 1, workload: { hold: "300ms" }, faults: [crash] })
    expect(ended).toBeLessThan(1_100_000)
  })

  it("of operations that a node takes with it, the one asked for is unknown, and those in its queue surely failed", () => {
    const { outcome } = run(
      {
        nodes: 2,
        workload: { requesters: 1, rate: "100/s", entries: 4, deadline: "10s" },
        faults: [{ kind: "crash", target: { nodes: [0] }, at: 35_000 }],
      },
      () => null,
    )
    expect(outcome).toMatchObject({ attempted: 4, ok: 0, unknown: 1, failed: 3 })
    const inside = run({
      nodes: 2,
      workload: { requesters: 1, rate: "100/s", entries: 4, hold: "1s", deadline: "10s" },
      faults: [{ kind: "crash", target: { nodes: [0] }, at: 35_000 }],
    })
    expect(inside.outcome).toMatchObject({ attempted: 4, ok: 1, unknown: 0, failed: 3 })
  })

  it("of the server: an outage that is still on at the end, with its cause", () => {
    const { outcome } = run({
      workload: { deadline: "50ms" },
      faults: [{ kind: "crash", target: { nodes: [0] }, at: 400_000 }],
    })
    expect(outcome.outages).toHaveLength(1)
    expect(outcome.outages[0]).toMatchObject({ end: 1_000_000, cause: "crash of node 0" })
  })
})

describe("bad servers", () => {
  it("one that grants to everybody at once violates mutual exclusion", () => {
    const { outcome } = run({}, queue => (queue.length > 0 ? 0 : null))
    expect(outcome.verdicts["mutual-exclusion"]).toMatchObject({ verdict: "violated" })
  })

  it("one that always serves the latest request starves the others", () => {
    const { outcome } = run({ workload: { starvation: 20 }, duration: "2s" }, (queue, holder) =>
      holder === null && queue.length > 0 ? queue.length - 1 : null,
    )
    expect(outcome.verdicts["no-starvation"]).toMatchObject({ verdict: "violated" })
    expect(outcome.figures["fairness"]).toBeLessThan(0.9)
  })

  it("one that never grants is not available, but violates nothing", () => {
    const { outcome } = run({ workload: { deadline: "100ms" } }, () => null)
    expect(outcome.availability).toBe(0)
    expect(violations(outcome)).toEqual([])
  })
})

describe("starvation where faults keep nodes apart", () => {
  const starvation = (options: Partial<ServiceRunOptions>, rule?: Rule) =>
    run({ workload: { starvation: 20, hold: "1ms" }, duration: "2s", ...options }, rule).outcome.verdicts[
      "no-starvation"
    ]!

  /** Serves everybody but one node. */
  const without =
    (unlucky: number): Rule =>
    (queue, holder) => {
      const place = queue.findIndex(node => node !== unlucky)
      return holder === null && place >= 0 ? place : null
    }
  const all = [0, 1, 2, 3]
  const apart = (node: number) =>
    ({ kind: "cut", links: all.filter(to => to !== node).map(to => [node, to] as const), at: 0 }) as const

  it("of a node that is connected is found, whether or not another one that waits is cut off", () => {
    const witness = expect.stringMatching(/^3 has waited since .* while others were granted 20 times$/)
    expect(starvation({}, without(3))).toMatchObject({ verdict: "violated", witness })
    expect(starvation({ faults: [apart(1)] }, without(3))).toMatchObject({ verdict: "violated", witness })
  })

  it("of a node that is cut off, or apart from the server alone, is no fault of the algorithm", () => {
    expect(starvation({ faults: [apart(1)] })).toEqual({ verdict: "holds" })
    expect(starvation({ faults: [{ kind: "cut", links: [[0, 1]], at: 0 }] })).toEqual({ verdict: "holds" })
    const deaf = { kind: "cut", links: [[0, 1]], oneWay: true, at: 0 } as const
    expect(starvation({ faults: [deaf] })).toEqual({ verdict: "holds" })
  })

  it("what a traitor says of its entries is not judged", () => {
    const betrayal = { kind: "byzantine", target: { nodes: [3] }, behaviour: "lying", at: 1 } as const
    const favourite: Rule = (queue, holder) => {
      const place = queue.indexOf(3)
      return place >= 0 ? place : firstComeFirstServed(queue, holder)
    }
    expect(violations(run({ warmup: "1ms" }, favourite))).not.toEqual([])
    expect(violations(run({ warmup: "1ms", faults: [betrayal] }, favourite))).toEqual([])
  })

  it("of a node that is paused or a traitor is none, and what a traitor does inside is not judged", () => {
    const pause = { kind: "pause", target: { nodes: [3] }, at: 10_500 } as const
    expect(starvation({ faults: [pause] }, without(3))).toEqual({ verdict: "holds" })
    const betrayal = { kind: "byzantine", target: { nodes: [3] }, behaviour: "lying", at: 1_500 } as const
    const { verdicts } = run({ workload: { starvation: 20 }, duration: "2s", faults: [betrayal] }).outcome
    expect(verdicts["no-starvation"]).toEqual({ verdict: "holds" })
    const greedy = run({ workload: { hold: "1s" }, duration: "2s", faults: [{ ...betrayal, target: { nodes: [0] } }] })
    expect(violations(greedy)).toEqual([])
  })
})

it("figures are kept for each requester, and those for all count requesters that never entered", () => {
  const { outcome } = run({ workload: { entries: 40 } })
  expect(Object.keys(outcome.latencyByGroup ?? {})).toEqual([0, 1, 2, 3].map(client => `client ${client}`))
})

it("there are as many requesters as nodes at most", () => {
  const problem = (requesters: number) => {
    const server = centralServer(firstComeFirstServed)
    const { workload } = scenarioOf(server, mutualExclusion, { nodes: 4, workload: { requesters } })
    return mutualExclusion.problem?.(workload, 4)
  }
  expect(problem(5)).toMatchObject({ setting: "requesters" })
  expect(problem(4)).toBeUndefined()
})

it("a grant that comes twice serves one operation", () => {
  const twice = centralServer(firstComeFirstServed)
  const { Grant } = twice.receive
  const stammering = {
    ...twice,
    receive: {
      ...twice.receive,
      Grant: (...grant: Parameters<typeof Grant>) => {
        Grant(...grant)
        grant[0].reply(grant[0].id, { type: "Granted" })
      },
    },
  }
  // Two operations queue up behind the first one: each stays a second.
  const options = { nodes: 1, workload: { rate: "100/s", entries: 3, hold: "1s", deadline: "9s" }, duration: "9s" }
  const delays = (server: typeof twice) => {
    const { latency } = completeRun(server, mutualExclusion, options).outcome
    return [latency.total, latency.max]
  }
  expect(delays(stammering)).toEqual(delays(twice))
})
