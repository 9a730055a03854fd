// One traitor among 2f+1 or more servers breaks Raft, and the same server silent, or crashed, does not: Raft counts
// votes and copies, and has no way to tell a false one (it tolerates f crashes of n = 2f+1).
import { expect, test } from "vitest"
import { raft } from "../../../algorithms/raft/raft.ts"
import type { Fault } from "../../../runtime/scenario/scenario.ts"
import { SECOND } from "../../../runtime/contract/units.ts"
import { logDecision } from "../../../services/adapters/log-decision.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { completeRun, violations } from "../../support/service-run.ts"

const LEADER = { leader: true } as const
const SEEDS = [1, 2, 3, 4, 5]

const lying: Fault = { kind: "byzantine", target: LEADER, behaviour: "lying", at: 2 * SECOND }
const equivocating: Fault = { ...lying, behaviour: "equivocating" }
const silent: Fault = { kind: "byzantine", target: LEADER, behaviour: "silent", at: 2 * SECOND }
const crashed: Fault = { kind: "crash", target: LEADER, at: 2 * SECOND }

/** Its traitors answer clients truly, and lie to servers alone. */
const { liesToClients: _, ...discreet } = raft

function commands(faults: readonly Fault[], nodes: number, seed: number) {
  const workload = { mode: "closed", clients: 2, keys: 2, reads: "50%" }
  const options = { nodes, latency: "5ms", workload, faults, warmup: "1s", duration: "6s" }
  return completeRun(discreet, replicatedLog, options, seed).outcome
}

test.each([3, 5, 7])("a lying leader of %i: what it replicated comes out when it is gone", nodes => {
  // It answers its clients truly, and sends the followers other values. Then it crashes, and one of them leads.
  const gone: Fault = { kind: "crash", target: LEADER, at: 3 * SECOND }
  for (const seed of SEEDS) {
    const verdict = commands([lying, gone], nodes, seed).verdicts["linearizable"]!
    if (verdict.verdict !== "violated") throw new Error(`seed ${seed}: the history is linearizable`)
    expect(verdict.witness, `seed ${seed}`).toMatch(/^no order of effects explains client \d: .*"forged"/)
    expect(verdict.at, `seed ${seed}`).toBeGreaterThan(3 * SECOND)
  }
})

test.each([3, 5, 7])("the same leader of %i silent, or crashed: nothing unsafe, and another one soon leads", nodes => {
  for (const fault of [silent, crashed]) {
    for (const seed of SEEDS) {
      const outcome = commands([fault], nodes, seed)
      expect(violations(outcome), `seed ${seed}, ${fault.kind}`).toEqual([])
      expect(outcome.outages.at(-1)?.end ?? 0, `seed ${seed}, ${fault.kind}`).toBeLessThan(4 * SECOND)
    }
  }
})

test("decisions by the first entry in the log: one traitor that leads breaks agreement, one that is silent does not", () => {
  const decide = (fault: Fault, seed: number) => {
    const workload = { instances: 20, gap: "50ms", commander: "random" }
    const options = { nodes: 7, latency: "5ms", workload, faults: [fault], warmup: "1s", duration: "30s" }
    return completeRun(raft, logDecision, options, seed).outcome
  }
  for (const seed of SEEDS) {
    expect(decide(equivocating, seed).verdicts["agreement"], `seed ${seed}`).toMatchObject({
      verdict: "violated",
      witness: expect.stringMatching(/^in instance \d+ node \d decided .+, and node \d decided .+$/),
    })
    expect(violations(decide(silent, seed)), `seed ${seed}`).toEqual([])
  }
})
