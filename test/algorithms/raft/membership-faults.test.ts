// Changes of membership as a fault of a scenario: an operator carries them out under any service that Raft offers.
import { describe, expect, test } from "vitest"
import { multiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts"
import { raft } from "../../../algorithms/raft/raft.ts"
import type { Fault } from "../../../runtime/faults/fault.ts"
import { OPERATOR } from "../../../runtime/faults/operator.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import type { TraceEvent } from "../../../runtime/simulation/trace.ts"
import { type Micros, SECOND } from "../../../runtime/contract/units.ts"
import { lockService } from "../../../services/adapters/lock-service.ts"
import { logDecision } from "../../../services/adapters/log-decision.ts"
import { leaderElection } from "../../../services/leader-election/service.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { completeRun, scenarioOf, type ServiceRunOptions, violations } from "../../support/service-run.ts"
import { byNight } from "../../support/effort.ts"

const OPTIONS: ServiceRunOptions = { nodes: 5, parameters: { initialMembers: 3 }, warmup: "1s", duration: "10s" }

function membership(members: readonly number[], at: Micros, span?: Micros): Fault {
  return { kind: "membership", members, at, ...(span === undefined ? {} : { for: span }) }
}

/** Runs, and lists what was announced of changes: when (in whole seconds), and what. */
function announced(faults: readonly Fault[], service = replicatedLog, seed = 1) {
  const events: TraceEvent[] = []
  const simulation = { observer: (event: TraceEvent) => void events.push(event) }
  const { outcome } = completeRun(raft, service, { ...OPTIONS, faults, simulation }, seed)
  const changes = events.flatMap(event =>
    event.type === "fault" && event.kind === "membership" ? [[Math.floor(event.time / SECOND), event.what]] : [],
  )
  return { outcome, events, changes }
}

describe("a change of membership", () => {
  test.each([
    ["replicated-log", replicatedLog],
    ["leader-election", leaderElection],
    ["mutual-exclusion, on the log", lockService],
    ["agreement, on the log", logDecision],
  ])("is made under the workload of %s", (_, service) => {
    const { outcome, changes } = announced(
      [membership([0, 1, 3], 3 * SECOND), membership([2, 3, 4], 6 * SECOND)],
      service,
    )
    expect(violations(outcome)).toEqual([])
    expect(changes).toEqual([
      [3, "membership is to be nodes 0, 1, 3"],
      [3, "membership is nodes 0, 1, 3"],
      [6, "membership is to be nodes 2, 3, 4"],
      [6, "membership is nodes 2, 3, 4"],
    ])
  })

  test("decides who is needed: the new members alone serve, the old ones alone do not", () => {
    const crash = (nodes: readonly number[]): Fault => ({ kind: "crash", target: { nodes }, at: 5 * SECOND })
    const change = membership([2, 3, 4], 3 * SECOND)
    const isServed = (dead: readonly number[]): boolean => {
      const { outcome } = announced([change, crash(dead)])
      return outcome.ok / outcome.attempted > 0.9
    }
    expect([isServed([0, 1]), isServed([0, 1, 2]), isServed([3, 4])]).toEqual([true, true, false])
  })

  test("is asked for again until it is done: a new member is down at first, and the leader crashes", () => {
    for (let seed = 1; seed <= byNight(10, 3); seed++) {
      const down: Fault = { kind: "crash", target: { nodes: [3] }, at: 2 * SECOND, for: 6 * SECOND }
      const crash: Fault = { kind: "crash", target: { leader: true }, at: 4 * SECOND, for: SECOND }
      const { outcome, changes } = announced([down, membership([0, 1, 2, 3], 3 * SECOND), crash], replicatedLog, seed)
      expect(violations(outcome), `seed ${seed}`).toEqual([])
      expect(changes, `seed ${seed}`).toEqual([
        [3, "membership is to be nodes 0, 1, 2, 3"],
        [8, "membership is nodes 0, 1, 2, 3"],
      ])
    }
  })

  test("is given up when its time is over, and in favour of a later one", () => {
    const down: Fault = { kind: "crash", target: { nodes: [3, 4] }, at: 2 * SECOND }
    const first = membership([0, 1, 2, 3], 3 * SECOND, 500_000)
    const second = membership([0, 1, 2, 4], 4 * SECOND)
    const third = membership([0, 1], 5 * SECOND)
    const { outcome, events, changes } = announced([down, first, second, third])
    expect(violations(outcome)).toEqual([])
    expect(changes.slice(0, 4)).toEqual([
      [3, "membership is to be nodes 0, 1, 2, 3"],
      [3, "given up: membership of nodes 0, 1, 2, 3"],
      [4, "membership is to be nodes 0, 1, 2, 4"],
      [5, "membership is to be nodes 0, 1"],
    ])
    // The leader gives the first one up on its own.
    expect(changes.slice(4).map(([, what]) => what)).toEqual(["membership is nodes 0, 1"])
    const late = events.filter(event => event.type === "ask" && event.client === OPERATOR && event.time > 9.5 * SECOND)
    expect(late).toEqual([])
  })

  test("waits for a leader where there is none", () => {
    const crash: Fault = { kind: "crash", target: { nodes: [0, 1, 2] }, at: 2 * SECOND, for: 3 * SECOND }
    const { changes } = announced([crash, membership([0, 1, 2, 3, 4], 3 * SECOND)])
    expect(changes).toEqual([
      [3, "membership is to be nodes 0, 1, 2, 3, 4"],
      [5, "membership is nodes 0, 1, 2, 3, 4"],
    ])
  })

  test("makes learners of nodes, which serve nobody a quorum, and voters of them", () => {
    const crash: Fault = { kind: "crash", target: { nodes: [1] }, at: 7 * SECOND }
    const { outcome, changes } = announced([
      { kind: "membership", members: [0, 1, 2], learners: [3, 4], at: 3 * SECOND },
      { kind: "membership", members: [0, 1, 3], at: 5 * SECOND },
      { kind: "membership", members: [0, 3, 4], learners: [], at: 8 * SECOND },
      crash,
    ])
    expect(violations(outcome)).toEqual([])
    expect(changes.filter(([, what]) => String(what).startsWith("membership is nodes"))).toEqual([
      [3, "membership is nodes 0, 1, 2, learners: nodes 3, 4"],
      [5, "membership is nodes 0, 1, 3"],
      [8, "membership is nodes 0, 3, 4, no learners"],
    ])
  })

  test("can be scheduled like other faults", () => {
    const again: Fault = { ...membership([0, 1, 2, 3], 3 * SECOND), schedule: { kind: "every", every: 2 * SECOND } }
    const back: Fault = { ...membership([0, 1, 2], 4 * SECOND), schedule: { kind: "every", every: 2 * SECOND } }
    const { changes } = announced([again, back])
    expect(changes.filter(([, what]) => what === "membership is nodes 0, 1, 2").map(([at]) => at)).toEqual([4, 6, 8])
    expect(changes.filter(([, what]) => what === "membership is nodes 0, 1, 2, 3").map(([at]) => at)).toEqual([
      3, 5, 7, 9,
    ])
  })

  test("fails the run of an algorithm that has no such request, and says which", () => {
    const options = { nodes: 3, duration: "10s", faults: [membership([0, 1], 3 * SECOND)] }
    expect(simulate(scenarioOf(multiPaxos, replicatedLog, options), 1)).toMatchObject({
      status: "failed",
      reason: 'multi-paxos has no request "ChangeMembership"',
    })
  })
})
