// The random runs that `npm run soak` repeats: there is one for every algorithm, and they do find what is wrong.
import { describe, expect, test } from "vitest"
import { oralMessages } from "../../algorithms/oral-messages/oral-messages.ts"
import { algorithms } from "../../algorithms/registry.ts"
import { ringElection } from "../../algorithms/ring-election/ring-election.ts"
import { simulate } from "../../runtime/simulation.ts"
import { agreement } from "../../services/agreement/service.ts"
import { leaderElection } from "../../services/leader-election/service.ts"
import { judge, SAFETY_RUNS } from "./safety.ts"
import { scenarioOf } from "./service-run.ts"

test("every algorithm has its random runs", () => {
  const covered = new Set(Object.keys(SAFETY_RUNS).map(name => name.split("/")[0]))
  expect(covered).toEqual(new Set(Object.keys(algorithms)))
})

test.each(Object.keys(SAFETY_RUNS))("%s: nothing is wrong with 100 seeds", name => {
  for (let seed = 1_000_001; seed <= 1_000_100; seed++) expect(SAFETY_RUNS[name]!(seed), `seed ${seed}`).toEqual([])
})

test("OM(m) with up to m traitors of any behaviour: 2,000 seeds", () => {
  for (let seed = 1; seed <= 2_000; seed++) {
    expect(SAFETY_RUNS["oral-messages"]!(seed), `seed ${seed}`).toEqual([])
  }
})

describe("what is wrong is found:", () => {
  test("a violated check, with its witness", () => {
    const traitor = { kind: "byzantine", target: { nodes: [0] }, behaviour: "equivocating", at: 0 } as const
    const run = simulate(scenarioOf(oralMessages, agreement, { nodes: 3, faults: [traitor], warmup: "1ms" }), 1)
    expect(judge(run)).toEqual([expect.stringMatching(/^agreement: in instance 1 node 1 decided [01]/)])
  })

  test("a service that did not come back", () => {
    const crash = { kind: "crash", target: { leader: true }, at: 500_000 } as const
    const run = simulate(scenarioOf(ringElection, leaderElection, { nodes: 4, faults: [crash], duration: "3s" }), 1)
    expect(judge(run, "available in the end")).toEqual(["no leader in the end"])
  })
})
