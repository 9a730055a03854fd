// Faults of whoever holds an office when they strike.
import { expect, test } from "vitest"
import { activeReplication } from "../../../algorithms/active-replication/active-replication.ts"
import { bully } from "../../../algorithms/bully/bully.ts"
import { chainReplication } from "../../../algorithms/chain-replication/chain-replication.ts"
import { primaryBackup } from "../../../algorithms/primary-backup/primary-backup.ts"
import { raft } from "../../../algorithms/raft/raft.ts"
import { viewstampedReplication } from "../../../algorithms/viewstamped-replication/viewstamped-replication.ts"
import type { Fault } from "../../../runtime/faults/fault.ts"
import { MILLISECOND, SECOND } from "../../../runtime/contract/units.ts"
import type { Scenario } from "../../../runtime/scenario/scenario.ts"
import { Simulation } from "../../../runtime/simulation/simulation.ts"
import { leaderElection } from "../../../services/leader-election/service.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { scenarioOf } from "../../support/service-run.ts"

function crashes(...offices: readonly string[]): readonly Fault[] {
  return offices.map((office, strike) => ({ kind: "crash", target: { office }, at: (2 + strike) * SECOND }))
}

/** The nodes that crashed, in order. */
function crashedIn(scenario: Scenario): readonly number[] {
  const crashed: number[] = []
  const simulation = new Simulation(scenario, 1, {
    observer(event) {
      if (event.type === "fault" && event.phase === "begins") crashed.push(...event.nodes)
    },
  })
  simulation.run()
  return crashed
}

test("a chain loses its tail twice, its middle and then its head", () => {
  const faults = crashes("tail", "tail", "middle", "head")
  const scenario = scenarioOf(chainReplication, replicatedLog, { nodes: 5, faults, duration: "7s" })
  expect(crashedIn(scenario)).toEqual([4, 3, 1, 0])
})

test("an office that nobody holds hits nobody: two servers have none between them", () => {
  const scenario = scenarioOf(chainReplication, replicatedLog, { nodes: 2, faults: crashes("middle"), duration: "3s" })
  expect(crashedIn(scenario)).toEqual([])
})

test("leader and follower are offices of all that have a leader", () => {
  for (const leader of [0, 2]) {
    const options = { nodes: 3, leader, faults: crashes("follower"), duration: "3s" }
    expect(crashedIn(scenarioOf(raft, replicatedLog, options))).toEqual([leader === 0 ? 1 : 0])
  }
  const options = { nodes: 3, faults: crashes("leader"), duration: "3s" }
  expect(crashedIn(scenarioOf(bully, leaderElection, options))).toEqual([2])
})

test("the primary and a backup are whoever leads and does not, also after a take-over", () => {
  const options = { nodes: 5, faults: crashes("backup", "primary", "primary"), duration: "5s" }
  expect(crashedIn(scenarioOf(primaryBackup, replicatedLog, options))).toEqual([1, 0, 2])
  expect(crashedIn(scenarioOf(viewstampedReplication, replicatedLog, options)).slice(0, 2)).toEqual([1, 0])
})

test("active replication loses its sequencer, and the one after it", () => {
  const options = { nodes: 3, faults: crashes("sequencer", "sequencer"), duration: "5s" }
  expect(crashedIn(scenarioOf(activeReplication, replicatedLog, options))).toEqual([0, 1])
})

test("faults of links hit those of the holder", () => {
  const faults: Fault[] = [{ kind: "isolate", target: { office: "tail" }, at: SECOND, for: 500 * MILLISECOND }]
  const scenario = scenarioOf(chainReplication, replicatedLog, { nodes: 3, faults, duration: "3s" })
  expect(crashedIn(scenario)).toEqual([2])
})
