// What chain replication does not survive, shown: each run goes wrong, in the way that its README says.
import { describe, expect, test } from "vitest"
import { chainReplication } from "../../../algorithms/chain-replication/chain-replication.ts"
import type { Fault } from "../../../runtime/faults/fault.ts"
import { type Micros, MILLISECOND, SECOND } from "../../../runtime/contract/units.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { completeRun, type ServiceRunOptions, violations } from "../../support/service-run.ts"

const MASTER = 3

/** What was violated, and the share of reads and writes that succeeded, with three servers whose clients ask all of them. */
function runWith(faults: readonly Fault[], parameters: ServiceRunOptions["parameters"] = {}, duration = "3s") {
  const run = completeRun(chainReplication, replicatedLog, {
    nodes: 3,
    parameters,
    faults,
    workload: { rate: "500/s", keys: 2, ask: "own", deadline: "100ms", retryAfter: "30ms", backoff: "5ms" },
    warmup: "500ms",
    duration,
  })
  return { violated: violations(run).map(violation => violation.split(":")[0]), ...run.outcome }
}

/** The links between the tail and all others are cut, but for those of clients. */
const tailAlone: Fault = { kind: "partition", sides: [[2]], at: SECOND, for: SECOND }

describe("a tail that lives is cut off, and removed", () => {
  test("trusted, as in the paper: it answers queries with old values while the new tail has newer ones", () => {
    expect(runWith([tailAlone], { suspicions: "trusted" }).violated).toEqual(["linearizable"])
  })

  test("no acknowledged update is lost even then: what it has acknowledged its predecessors have", () => {
    const { verdicts } = runWith([tailAlone], { suspicions: "trusted" })
    expect(verdicts["acknowledged-writes-kept"]).toEqual({ verdict: "holds" })
    expect(verdicts["log-agreement"]).toEqual({ verdict: "holds" })
  })

  test("leased: its lease is over before it is removed, and nothing is violated", () => {
    expect(runWith([tailAlone]).violated).toEqual([])
  })

  test("leased, with a clock that runs at half the speed: the lease outlasts the removal", () => {
    const drift: Fault = { kind: "clockDrift", target: { nodes: [2] }, by: -0.5, at: 0 }
    expect(runWith([tailAlone, drift]).violated).toEqual(["linearizable"])
  })

  test("CRAQ, trusted: so does any other server that clients ask", () => {
    const alone: Fault = { kind: "partition", sides: [[1]], at: SECOND, for: SECOND }
    expect(runWith([alone], { reads: "any", suspicions: "trusted" }).violated).toEqual(["linearizable"])
    expect(runWith([alone], { reads: "any" }).violated).toEqual([])
  })
})

/** The share of operations that succeed after all faults. */
function servedAfter(faults: readonly Fault[]): number {
  const { phases } = runWith(faults, {}, "6s")
  return phases?.during ?? Number.NaN
}

function crash(node: number, at: Micros): Fault {
  return { kind: "crash", target: { nodes: [node] }, at }
}

describe("crashes", () => {
  test("of all servers but one, at once: that one serves on", () => {
    expect(servedAfter([crash(0, SECOND), crash(2, SECOND)])).toBeGreaterThan(0.9)
  })

  test("of all, though all come back: what they knew is gone, and nobody pretends to have it", () => {
    const at = SECOND
    const faults = [0, 1, 2].map((node): Fault => ({ ...crash(node, at), for: 100 * MILLISECOND }))
    const run = runWith(faults, {}, "6s")
    expect(run.violated).toEqual([])
    expect(run.phases?.after).toBe(0)
  })

  test("of one server while the master is down: nobody takes it out of the chain, and no update is executed any more", () => {
    const run = completeRun(chainReplication, replicatedLog, {
      nodes: 3,
      parameters: { suspicions: "trusted" },
      faults: [crash(MASTER, SECOND), crash(1, SECOND)],
      workload: { rate: "500/s", reads: "0%", deadline: "100ms" },
      warmup: "1s",
      duration: "3s",
    })
    expect(run.outcome.availability).toBe(0)
  })

  test("of the master alone, trusted: the chain serves on", () => {
    const run = runWith([crash(MASTER, SECOND)], { suspicions: "trusted" })
    expect(run.violated).toEqual([])
    expect(run.availability).toBe(1)
  })
})
