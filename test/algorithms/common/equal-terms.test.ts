// What keeps Raft live Multi-Paxos has too, else comparisons of the two would compare timers: a patience drawn anew each
// time, and a leader that steps down when no majority answers it. What only one of them has, its README says.
import { describe, expect, test } from "vitest"
import { multiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts"
import { raft } from "../../../algorithms/raft/raft.ts"
import type { Algorithm, NodeId } from "../../../runtime/contract/algorithm.ts"
import { type Micros, MILLISECOND, SECOND } from "../../../runtime/contract/units.ts"
import type { Fault } from "../../../runtime/scenario/scenario.ts"
import type { TraceEvent } from "../../../runtime/simulation/trace.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { byNight } from "../../support/effort.ts"
import { completeRun } from "../../support/service-run.ts"

const ALGORITHMS: readonly Algorithm[] = [raft, multiPaxos]
const TIMEOUTS = { electionTimeoutMin: "300ms", electionTimeoutMax: "600ms" }

/** The events of a run of five nodes, of which node 0 leads at first. */
function eventsOf(
  algorithm: Algorithm,
  seed: number,
  faults: readonly Fault[],
  duration: string,
): readonly TraceEvent[] {
  const events: TraceEvent[] = []
  completeRun(
    algorithm,
    replicatedLog,
    {
      nodes: 5,
      leader: 0,
      latency: { model: "constant", delay: 1_000 },
      parameters: TIMEOUTS,
      workload: { rate: "20/s" },
      faults,
      duration,
      simulation: { observer: event => events.push({ ...event }) },
    },
    seed,
  )
  return events
}

/** Who began to lead, and when, as the nodes themselves see it. */
function beliefsOf(events: readonly TraceEvent[], node: NodeId) {
  return events.flatMap(event => {
    if (event.type !== "fact" || event.node !== node || event.fact.type !== "believes") return []
    return "leader" in event.fact ? [{ at: event.time, leads: event.fact.leader === node }] : []
  })
}

const SEEDS = byNight(100, 40)
const crash = (at: Micros): Fault => ({ kind: "crash", target: { nodes: [0] }, at })
const alone: Fault = { kind: "partition", sides: [[0, 1], [2], [3], [4]], at: SECOND }

/** Node 0 crashes: the time from its last message to the first election timeout of a node that got it. */
function firstWait(algorithm: Algorithm, seed: number, crashAt: Micros): Micros {
  const events = eventsOf(algorithm, seed, [crash(crashAt)], "2s")
  const gaveUp = events.find(event => event.type === "timeout" && event.timer === "election" && event.time > crashAt)
  if (gaveUp?.type !== "timeout") throw new Error("nobody stood for election")
  const heard = events.filter(event => event.type === "deliver" && event.from === 0 && event.node === gaveUp.node)
  return gaveUp.time - heard.at(-1)!.time
}

describe.each(ALGORITHMS.map(algorithm => [algorithm.title, algorithm] as const))("%s", (_title, algorithm) => {
  test("the first of four followers loses its patience, drawn anew at the leader's last word, as late as of four draws", () => {
    const waits = Array.from({ length: SEEDS }, (_, place) => firstWait(algorithm, place + 1, SECOND))
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(300 * MILLISECOND)
    expect(Math.max(...waits)).toBeLessThanOrEqual(600 * MILLISECOND)
    expect(new Set(waits).size).toBeGreaterThan(0.95 * SEEDS)
    // The least of four of U(300, 600): 360 on average, with a standard deviation of 49.
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / SEEDS / MILLISECOND
    expect(Math.abs(mean - 360)).toBeLessThan((4 * 49) / Math.sqrt(SEEDS))
    // Drawn once and kept, it would be the same for whatever word was the last.
    const later = waits.map((_, place) => firstWait(algorithm, place + 1, 1_500 * MILLISECOND))
    expect(later.filter((wait, place) => wait === waits[place]).length).toBeLessThan(0.05 * SEEDS)
  })

  test("a leader that no majority answers steps down within its patience and a heartbeat", () => {
    const [began, gaveUp] = beliefsOf(eventsOf(algorithm, 1, [alone], "20s"), 0)
    expect([began?.leads, gaveUp?.leads]).toEqual([true, false])
    const took = gaveUp!.at - SECOND
    expect(took).toBeGreaterThan(500 * MILLISECOND)
    expect(took).toBeLessThanOrEqual(700 * MILLISECOND)
  })
})
