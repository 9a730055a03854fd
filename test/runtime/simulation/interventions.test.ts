// Interventions: what is done to a run by hand takes the same effect when the scenario says it.
import { describe, expect, test } from "vitest"
import { algorithms, servicesOf } from "../../../algorithms/registry.ts"
import { bully } from "../../../algorithms/bully/bully.ts"
import { raft } from "../../../algorithms/raft/raft.ts"
import { tokenRing } from "../../../algorithms/token-ring/token-ring.ts"
import { composeScenario } from "../../../runtime/scenario/compose.ts"
import { formatAct, parseAct } from "../../../runtime/scenario/intervention-words.ts"
import type { Act, Intervention } from "../../../runtime/scenario/interventions.ts"
import { isBeyondClaims } from "../../../runtime/scenario/claims.ts"
import type { Scenario } from "../../../runtime/scenario/scenario.ts"
import { Random } from "../../../runtime/lib/random.ts"
import { Simulation, simulate } from "../../../runtime/simulation/simulation.ts"
import type { TraceEvent } from "../../../runtime/simulation/trace.ts"
import { leaderElection } from "../../../services/leader-election/service.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"

const RAFT = held(composeScenario(raft, replicatedLog, { nodes: 5, latency: "10ms", duration: "3s" }))
const BULLY = held(composeScenario(bully, leaderElection, { nodes: 5, latency: "10ms", duration: "2s" }))

function held(scenario: Scenario, interventions: readonly Intervention[] = []): Scenario {
  return { ...scenario, interventions }
}

function digestOf(scenario: Scenario, seed = 1): string {
  const result = simulate(scenario, seed)
  return result.status === "completed" ? result.digest : result.reason
}

describe("words", () => {
  test.each([
    "crash 2",
    "restart 0",
    "pause 1",
    "resume 1",
    "wipe 3",
    "traitor 2 lying",
    "cut 0-4",
    "mend 0-4",
    "heal",
    "partition 0, 1 | 2, 3, 4",
    "deliver RequestVote from 0 to 2",
    "duplicate Put #3 from client 0 to 2",
    "lose reply from 2 to client 7",
    "delay Vote #2 from 1 to 0 by 50ms",
    "delay Vote from 1 to 0 by 1.234ms",
    "timeout election of 2",
    "timeout retry/-3 of 2",
    "ask 4",
  ])("%s", text => {
    const act = parseAct(text, 5)
    expect(act).toBeDefined()
    expect(formatAct(act!)).toBe(text)
  })

  test.each([
    "crash 5",
    "crash",
    "cut 1-1",
    "cut 1",
    "partition 0, 1 | 1, 2",
    "heal 2",
    "traitor 2 nice",
    "delay Vote from 1 to 0",
    "dance",
  ])("%s is none", text => expect(parseAct(text, 5)).toBeUndefined())

  test("processes of roles go by their names", () => {
    const roles = [{ name: "view-server", first: 5, count: 2 }]
    for (const text of ["cut 0-view-server 1", "crash view-server 0", "partition 0, view-server 0 | 1, 2"]) {
      const act = parseAct(text, 7, roles)
      expect(act && formatAct(act, roles)).toBe(text)
    }
  })
})

describe("a run that somebody holds", () => {
  test("takes the course of the run that nobody holds", () => {
    const { interventions: _, ...alone } = RAFT
    expect(digestOf(RAFT)).toBe(digestOf(alone))
  })

  /** Plays a run by hand: at drawn moments, also between events of one microsecond, something that is possible. */
  function playedByHand(scenario: Scenario, seed: number): { interventions: Intervention[]; digest: string } {
    const random = new Random(seed)
    const simulation = new Simulation(scenario, seed)
    const interventions: Intervention[] = []
    simulation.begin()
    while (simulation.step()) {
      if (interventions.length === 25 || !random.chance(0.15)) continue
      const made = simulation.byHand.intervene(drawAct(simulation, random))
      if (made !== undefined) interventions.push(made)
    }
    const { result } = simulation
    return { interventions, digest: result?.status === "completed" ? result.digest : (result?.reason ?? "") }
  }

  function drawAct(simulation: Simulation, random: Random): Act {
    const node = random.integer(0, simulation.size - 1)
    const other = (node + random.integer(1, simulation.size - 1)) % simulation.size
    const message = simulation.underWay[random.integer(0, Math.max(0, simulation.underWay.length - 1))]
    const timer = simulation.timersOf(node)[0]
    const acts: readonly (Act | undefined)[] = [
      message && { ...addressOf(message), type: "deliver" },
      message && { ...addressOf(message), type: "lose" },
      message && { ...addressOf(message), type: "duplicate" },
      message && { ...addressOf(message), type: "delay", by: random.integer(1, 50_000) },
      timer && { type: "timeout", node, timer: timer.timer, ...(timer.key === undefined ? {} : { key: timer.key }) },
      { type: "crash", node },
      { type: "restart", node },
      { type: "restart", node: other },
      { type: "pause", node },
      { type: "resume", node },
      { type: "wipe", node },
      { type: "cut", between: [node, other] },
      { type: "mend", between: [node, other] },
      { type: "partition", sides: [[node, other]] },
      { type: "heal" },
      { type: "ask", node },
    ]
    return acts[random.integer(0, acts.length - 1)] ?? { type: "ask", node }
  }

  function addressOf({ message, from, to, nth }: Simulation["underWay"][number]) {
    return { message, from, to, ...(nth === undefined ? {} : { nth }) }
  }

  test.each(Object.keys(algorithms))("%s, played by hand, takes the same course from its scenario", name => {
    const algorithm = algorithms[name]!
    const service = servicesOf(algorithm)[0]!
    const fifo = algorithm.assumes?.links === "fifo"
    const scenario = held(composeScenario(algorithm, service, { nodes: 4, latency: "10ms", fifo, duration: "600ms" }))
    let made = 0
    for (const seed of [1, 2, 3]) {
      const { interventions, digest } = playedByHand(scenario, seed)
      made += interventions.length
      expect(digestOf(held(scenario, interventions), seed), `seed ${seed}`).toBe(digest)
    }
    expect(made).toBeGreaterThan(3)
  })

  test("an intervention comes after as many events of its microsecond as it says", () => {
    const seen = (after: number): string[] => {
      const events: TraceEvent[] = []
      const scenario = held(BULLY, [{ at: 10_000, after, act: { type: "crash", node: 4 } }])
      simulate(scenario, 1, { observer: event => void events.push(event) })
      const first = events.findIndex(({ type }) => type === "fault")
      return events
        .slice(0, first)
        .flatMap(event => (event.time === 10_000 && event.type === "deliver" ? ["deliver"] : []))
    }
    expect(seen(0)).toHaveLength(0)
    expect(seen(2)).toHaveLength(2)
    // With fewer events than that, it comes after all of them.
    expect(seen(1_000).length).toBeGreaterThan(2)
  })

  test("what is impossible when its time comes is left out", () => {
    const impossible: readonly Act[] = [
      { type: "restart", node: 0 },
      { type: "lose", message: "Vote", from: { node: 0 }, to: { node: 1 } },
      { type: "timeout", node: 0, timer: "nothing" },
      { type: "mend", between: [0, 1] },
    ]
    const interventions = impossible.map(act => ({ at: 5_000, act }))
    expect(digestOf(held(RAFT, interventions))).toBe(digestOf(RAFT))
  })

  test("a message can be lost, doubled, delayed, and delivered at once", () => {
    const arrivals = (act: Act["type"] | null): number[] => {
      const times: number[] = []
      const simulation = new Simulation(BULLY, 1, {
        observer: event =>
          void (event.type === "deliver" && event.node === 3 && event.from === 4 && times.push(event.time)),
      })
      while (
        simulation.underWay.find(
          ({ from, to }) => "node" in from && from.node === 4 && "node" in to && to.node === 3,
        ) === undefined
      )
        simulation.step()
      const { message, from, to, arrives } = simulation.underWay.find(
        each => "node" in each.from && each.from.node === 4 && "node" in each.to && each.to.node === 3,
      )!
      const before = simulation.time
      const address = { message, from, to }
      if (act === "lose" || act === "deliver" || act === "duplicate")
        simulation.byHand.intervene({ type: act, ...address })
      else if (act === "delay") simulation.byHand.intervene({ type: "delay", by: 500, ...address })
      simulation.runUntil(arrives + 600)
      return times.map(time => (time === before ? 0 : time - arrives + 1))
    }
    expect(arrivals(null)).toEqual([1])
    expect(arrivals("lose")).toEqual([])
    expect(arrivals("duplicate")).toEqual([1, 1])
    expect(arrivals("delay")).toEqual([501])
    expect(arrivals("deliver")).toEqual([0])
  })

  test("what is done by hand counts among what an algorithm does not claim to survive", () => {
    const storing = held(RAFT, [{ at: 1, act: { type: "wipe", node: 0 } }])
    expect(isBeyondClaims(RAFT)).toBe(false)
    expect(isBeyondClaims(held(RAFT, [{ at: 1, act: { type: "crash", node: 0 } }]))).toBe(false)
    expect(isBeyondClaims(storing)).toBe(true)
    expect(isBeyondClaims(held(RAFT, [{ at: 1, act: { type: "traitor", node: 0, behaviour: "lying" } }]))).toBe(true)
    const ring = composeScenario(tokenRing, servicesOf(tokenRing)[0]!, { nodes: 3, fifo: true })
    expect(isBeyondClaims(ring)).toBe(false)
    expect(
      isBeyondClaims(
        held(ring, [{ at: 1, act: { type: "lose", message: "Token", from: { node: 0 }, to: { node: 1 } } }]),
      ),
    ).toBe(true)
  })

  test("asking has a client begin one operation more, and what a service says so far changes nothing", () => {
    for (const scenario of [RAFT, BULLY]) {
      const simulation = new Simulation(scenario, 1)
      simulation.runUntil(1_000_000)
      expect(simulation.soFar).toBeDefined()
      const other = new Simulation(scenario, 1)
      other.runUntil(1_000_000)
      expect(simulation.run()).toEqual(other.run())
    }
    const begun: TraceEvent[] = []
    const quiet = held(composeScenario(raft, replicatedLog, { nodes: 3, workload: { rate: "0/s" } }))
    const simulation = new Simulation(quiet, 1, {
      observer: event => void (event.type === "operation" && begun.push(event)),
    })
    simulation.runUntil(700_000)
    expect(begun).toHaveLength(0)
    expect(simulation.byHand.intervene({ type: "ask", node: 1 })).toMatchObject({ act: { type: "ask", node: 1 } })
    simulation.runUntil(900_000)
    expect(begun.map(event => event.type === "operation" && event.phase)).toEqual(["begun", "ok"])
    expect(simulation.soFar).toMatchObject({ availability: 1, ended: 1, ok: 1 })
  })
})
