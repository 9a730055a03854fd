// A rolling restart: whose turn it is, how long each is down, and what becomes of a leader before its turn.
import { describe, expect, it } from "vitest"
import { raft } from "../../../algorithms/raft/raft.ts"
import type { Fault } from "../../../runtime/faults/fault.ts"
import { faultTimeline } from "../../../runtime/faults/fault-timeline.ts"
import type { TraceEvent } from "../../../runtime/simulation/trace.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { completeRun } from "../../support/service-run.ts"

const ALL = { nodes: [0, 1, 2] }
const rolling = (more: object = {}): Fault => ({
  kind: "rollingRestart",
  target: ALL,
  at: 3_000_000,
  schedule: { kind: "every", every: 2_000_000 },
  ...more,
})

/** What happens in a run of Raft that node 1 leads at first: faults, who believes to lead, and hand-overs. */
function run(fault: Fault, seed = 1) {
  const events: TraceEvent[] = []
  const { outcome } = completeRun(
    raft,
    replicatedLog,
    { nodes: 3, leader: 1, faults: [fault], duration: "10s", simulation: { observer: event => events.push(event) } },
    seed,
  )
  const faults = events.flatMap(event => (event.type === "fault" ? [{ at: event.time, what: event.what }] : []))
  const handovers = events.filter(event => event.type === "deliver" && event.message.type === "TimeoutNow").length
  return { faults, handovers, outcome }
}

describe("nodes", () => {
  it("take turns, each once; more often, or not all, where the schedule says so", () => {
    const turns = (fault: Fault) =>
      faultTimeline({ nodes: 3, faults: [fault], duration: 30_000_000 }, 1).map(each => [each.at / 1e6, each])
    const at = (time: number, node: number) => [
      time,
      { kind: "rollingRestart", target: { nodes: [node] }, at: time * 1e6 },
    ]
    expect(turns(rolling())).toEqual([at(3, 0), at(5, 1), at(7, 2)])
    const schedule = { kind: "every", every: 2_000_000, times: 4 } as const
    expect(turns(rolling({ schedule, target: { nodes: [2, 0] } }))).toEqual([at(3, 2), at(5, 0), at(7, 2), at(9, 0)])
    const until = { kind: "every", every: 2_000_000, until: 6_000_000 } as const
    expect(turns(rolling({ schedule: until }))).toHaveLength(2)
  })

  it("are down for as long as it says, 1 s without a word", () => {
    const spans = ({ faults }: ReturnType<typeof run>, node: number): readonly number[] => {
      const began = faults.find(({ what }) => what === `stop of node ${node}`)!
      const ended = faults.find(({ at, what }) => at > began.at && what === `restart of node ${node}`)!
      return [began.at / 1e6, ended.at / 1e6]
    }
    expect(spans(run(rolling()), 0)).toEqual([3, 4])
    expect(spans(run(rolling({ down: 250_000 })), 2)).toEqual([7, 7.25])
  })
})

describe("a leader", () => {
  const wordsOf = ({ faults }: ReturnType<typeof run>): readonly string[] => faults.map(({ what }) => what)

  it("without a hand-over goes down with its leadership, and nobody leads until an election", () => {
    const { faults, handovers, outcome } = run(rolling())
    expect(handovers).toBe(0)
    expect(faults.find(({ what }) => what === "stop of node 1")?.at).toBe(5_000_000)
    expect(outcome.availability).toBeLessThan(1)
  })

  it("hands over first, to the node that was restarted last, and nothing is lost", () => {
    const seen = run(rolling({ transfer: true }))
    expect(seen.handovers).toBe(1)
    expect(wordsOf(seen)).toContain("node 1 is to restart, and hands over before")
    const stop = seen.faults.find(({ what }) => what === "stop of node 1")!
    // As soon as most nodes believe in another: a TimeoutNow, an election and its news, of 1 ms each way.
    expect(stop.at).toBeGreaterThan(5_000_000)
    expect(stop.at).toBeLessThan(5_050_000)
    expect(seen.outcome.availability).toBe(1)
  })

  it("that cannot hand over, because it reaches nobody, is restarted all the same after a second", () => {
    const events: TraceEvent[] = []
    const cut: Fault = { kind: "isolate", target: { nodes: [1] }, at: 4_999_000 }
    completeRun(raft, replicatedLog, {
      nodes: 3,
      leader: 1,
      parameters: { electionTimeoutMin: "3s", electionTimeoutMax: "6s" },
      faults: [cut, rolling({ transfer: true })],
      duration: "12s",
      simulation: { observer: event => events.push(event) },
    })
    const stops = events.flatMap(event =>
      event.type === "fault" && event.what === "stop of node 1" ? [event.time] : [],
    )
    expect(stops).toEqual([6_000_000])
  })

  it("is asked in vain in no run of many, and fewer operations fail than without", () => {
    let [lost, kept] = [0, 0]
    for (let seed = 1; seed <= 10; seed++) {
      lost += 1 - run(rolling(), seed).outcome.availability
      kept += 1 - run(rolling({ transfer: true }), seed).outcome.availability
    }
    expect(kept).toBeLessThan(lost / 5)
  })
})
