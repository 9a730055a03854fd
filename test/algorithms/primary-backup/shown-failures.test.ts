// What primary-backup replication does not survive, as its README says: each shown by a check.
import { expect, test } from "vitest"
import { primaryBackup } from "../../../algorithms/primary-backup/primary-backup.ts"
import { endOf } from "../../../runtime/contract/ids.ts"
import type { Fault } from "../../../runtime/faults/fault.ts"
import { MILLISECOND } from "../../../runtime/contract/units.ts"
import { isBeyondClaims } from "../../../runtime/scenario/claims.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { completeRun, scenarioOf, type ServiceRunOptions, violations } from "../../support/service-run.ts"
import { BRISK } from "./random-faults.ts"

const LOAD = {
  mode: "closed",
  clients: 4,
  think: "2ms",
  keys: 2,
  ask: "own",
  retryAfter: "15ms",
  backoff: "3ms",
  deadline: "80ms",
}

function options(parameters: Readonly<Record<string, unknown>>, faults: readonly Fault[]): ServiceRunOptions {
  return {
    nodes: 3,
    latency: { model: "uniform", min: 100, max: 2 * MILLISECOND },
    parameters: { ...BRISK, ...parameters },
    // A local read waits for writes under way: few enough that some find none.
    workload: { ...LOAD, reads: parameters["reads"] === "local" ? "98%" : "50%" },
    faults,
    warmup: "50ms",
    duration: "500ms",
  }
}

/** The checks that 20 runs violated, and in how many of them some did. */
function violatedIn(parameters: Readonly<Record<string, unknown>>, faults: readonly Fault[]) {
  const names = new Set<string>()
  let runs = 0
  for (let seed = 1; seed <= 20; seed++) {
    const found = violations(completeRun(primaryBackup, replicatedLog, options(parameters, faults), seed))
    if (found.length > 0) runs++
    for (const text of found) names.add(text.split(":")[0]!)
  }
  return { names: [...names], runs }
}

/** The primary and two clients are apart from the others and the view service. */
const PARTITION: Fault = {
  kind: "partition",
  sides: [[0, endOf(0), endOf(1)], [1, 2, 3, endOf(2), endOf(3)]], // biome-ignore format: a line
  at: 100 * MILLISECOND,
  for: 200 * MILLISECOND,
}
const DELAY: Fault = { kind: "delay", by: 60 * MILLISECOND, target: { nodes: [0] }, at: 100 * MILLISECOND, for: 100 * MILLISECOND } // biome-ignore format: a line
const LOSS: Fault = { kind: "loss", share: 0.3, at: 0 }
const CRASH: Fault = { kind: "crash", target: { nodes: [0] }, at: 200 * MILLISECOND }

test.each([
  ["timeouts and a partition", { takeover: "timeouts" }, [PARTITION]],
  ["timeouts and delays above the timeout", { takeover: "timeouts" }, [DELAY]],
  ["replies that do not wait and a partition", { replies: "non-blocking" }, [PARTITION]],
  ["replies that do not wait, lost messages and a crash", { replies: "non-blocking" }, [LOSS, CRASH]],
  ["local reads and a partition", { reads: "local" }, [PARTITION]],
] as const)("%s: clients see it, and the algorithm claims nothing", (_, parameters, faults) => {
  const { names, runs } = violatedIn(parameters, faults)
  expect(names).toContain("linearizable")
  expect(runs).toBeGreaterThan(2)
  expect(isBeyondClaims(scenarioOf(primaryBackup, replicatedLog, options(parameters, faults)))).toBe(true)
})

test.each([[[PARTITION]], [[DELAY]], [[LOSS, CRASH]]])(
  "with a view service, and replies that wait, nobody sees anything of %j",
  faults => {
    expect(violatedIn({}, faults)).toEqual({ names: [], runs: 0 })
    expect(isBeyondClaims(scenarioOf(primaryBackup, replicatedLog, options({}, faults)))).toBe(false)
  },
)
