// Under everything at once: no run of many random ones breaks any check of a service, and once the trouble is over all
// nodes come together again.
import { describe, expect, test } from "vitest"
import { multiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts"
import { Random } from "../../../runtime/lib/random.ts"
import type { Service } from "../../../runtime/contract/service.ts"
import { POOL } from "../../support/pool.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import { leaderElection } from "../../../services/leader-election/service.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { createCluster } from "../../support/cluster.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { completeRun, scenarioOf, type ServiceRunOptions, violations } from "../../support/service-run.ts"
import { randomDuel, randomScenario, withSlowDisk } from "./random-faults.ts"
import { liveNodes, type PaxosCluster, write } from "./support.ts"

interface Tally {
  readonly found: readonly string[]
  /** Share of operations that came to a good end. */
  readonly answered: number
}

function runSeeds(service: Service, count: number, options: (seed: number) => ServiceRunOptions): Tally {
  let ok = 0
  let attempted = 0
  const found: string[] = []
  for (let seed = 1; seed <= count; seed++) {
    const scenario = scenarioOf(multiPaxos, service, options(seed))
    const run = simulate(withSlowDisk(scenario, seed), seed, { pool: POOL })
    if (run.status === "failed") {
      found.push(`seed ${seed}: ${run.reason} (${run.event})`)
      continue
    }
    found.push(...violations(run.outcome).map(violation => `seed ${seed}: ${violation}`))
    ok += run.outcome.ok
    attempted += run.outcome.attempted
  }
  return { found, answered: ok / attempted }
}

describe("random runs with crash, restart, partition, isolation, loss, duplication, reordering and slow disks", () => {
  test("replicated log", () => {
    const { found, answered } = runSeeds(replicatedLog, randomRuns(400), randomScenario)
    expect(found).toEqual([])
    // The faults bite, and yet most operations come to a good end.
    expect(answered).toBeGreaterThan(0.85)
    expect(answered).toBeLessThan(0.99)
  })

  test("replicated log, proposers duelling", () => {
    const { found, answered } = runSeeds(replicatedLog, randomRuns(150), randomDuel)
    expect(found).toEqual([])
    expect(answered).toBeGreaterThan(0.85)
  })

  test("leader election", () => {
    const { found } = runSeeds(leaderElection, randomRuns(300), seed => ({ ...randomScenario(seed), workload: {} }))
    expect(found).toEqual([])
  })
})

/** Each node is asked something by a client of its own. */
function askAll(cluster: PaxosCluster, sequence: number): void {
  for (let node = 0; node < cluster.size; node++) cluster.request(node, node, write(`v${sequence}`, node, sequence))
}

test("after the trouble all nodes agree on everything again (100 seeds)", () => {
  for (let seed = 1; seed <= randomRuns(100); seed++) {
    const random = new Random(seed)
    const cluster = createCluster(multiPaxos, {
      nodes: 5,
      seed,
      latency: { model: "uniform", min: 0, max: 20_000 },
      loss: 0.1,
      duplication: 0.1,
      parameters: { snapshotEvery: random.integer(0, 1) * 10 },
    })
    for (let step = 0; step < 20; step++) {
      const node = random.integer(0, 4)
      const trouble = random.integer(1, 6)
      if (trouble <= 2) cluster.crash(node)
      else if (trouble === 3) cluster.partition([random.choose(2, 5)])
      else cluster.restart(node)
      askAll(cluster, step + 1)
      cluster.runFor(random.integer(10, 500) * 1000)
    }
    cluster.heal()
    for (let node = 0; node < 5; node++) cluster.restart(node)
    cluster.runFor("2s")
    askAll(cluster, 21)
    cluster.runFor("3s")
    const [first, ...others] = liveNodes(cluster).map(node => cluster.state(node).learner)
    expect(first!.firstUnchosen, `seed ${seed}`).toBeGreaterThan(1)
    for (const other of others) {
      expect(other.firstUnchosen, `seed ${seed}`).toBe(first!.firstUnchosen)
      expect(other.machine, `seed ${seed}`).toEqual(first!.machine)
    }
  }
})

describe("one traitor, which Multi-Paxos does not claim to survive", () => {
  const ATTEMPTS = 20

  /** Whether nodes executed different logs in any of some runs in which the leader turns traitor. */
  function disagreements(behaviour: "silent" | "equivocating"): number {
    let count = 0
    for (let seed = 1; seed <= ATTEMPTS; seed++) {
      const options: ServiceRunOptions = {
        nodes: 4,
        latency: "1ms",
        faults: [{ kind: "byzantine", target: { leader: true }, behaviour, at: 1_000_000 }],
        duration: "3s",
      }
      const { outcome } = completeRun(multiPaxos, replicatedLog, options, seed)
      if (outcome.verdicts["log-agreement"]?.verdict === "violated") count++
    }
    return count
  }

  test("an equivocating leader makes its followers execute different logs", () => {
    expect(disagreements("equivocating")).toBe(ATTEMPTS)
  })

  test("a silent one is a crashed one: nothing unsafe", () => {
    expect(disagreements("silent")).toBe(0)
  })
})
