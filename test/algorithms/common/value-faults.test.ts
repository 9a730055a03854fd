// Replicas that compute wrongly: whose mistakes reach a client in each way of replication, and which checks say so.
import { describe, expect, test } from "vitest"
import { algorithms } from "../../../algorithms/registry.ts"
import { BEHAVIOURS } from "../../../runtime/faults/byzantine.ts"
import type { Fault } from "../../../runtime/faults/fault.ts"
import { SECOND } from "../../../runtime/contract/units.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { completeRun, type ServiceRunOptions } from "../../support/service-run.ts"

const NODES = 5

const lying = (nodes: readonly number[], at = 0): Fault => ({
  kind: "byzantine",
  target: { nodes },
  behaviour: "lying",
  at,
})

/** Replica 0 leads, and is the head of a chain; the last one is its tail. */
function groupOf(name: string) {
  const leader = name === "chain-replication" ? {} : { leader: 0 }
  return { nodes: NODES, latency: "5ms", duration: "1s", ...leader } as const
}

/** The checks that are violated, over some seeds. */
function violated(name: string, options: Partial<ServiceRunOptions>): ReadonlySet<string> {
  const workload = { rate: "100/s", keys: 2, writes: "mixed" }
  const seeds = [1, 2, 3]
  const found = seeds.flatMap(seed => {
    const { outcome } = completeRun(algorithms[name]!, replicatedLog, { ...groupOf(name), workload, ...options }, seed)
    expect(outcome.ok, `${name}, seed ${seed}`).toBeGreaterThan(20)
    return Object.entries(outcome.verdicts).filter(([, { verdict }]) => verdict === "violated")
  })
  return new Set(found.map(([check]) => check))
}

const NONE = new Set<string>()

describe.each([
  ["primary-backup", [1, 2, 3, 4]],
  ["viewstamped-replication", [1, 2, 3, 4]],
  // Followers of Raft lie about what they have stored: with most of them nothing is committed.
  ["raft", [1, 2]],
] as const)("%s: one replica answers", (name, others) => {
  test("wrongly, if that one computes wrongly", () => {
    const found = violated(name, { faults: [lying([0])] })
    expect(found).toContain("linearizable")
    expect(found).toContain("applied-once")
  })

  test("and what others would compute matters to nobody", () => {
    expect(violated(name, { faults: [lying(others)] })).toEqual(NONE)
  })
})

test("a primary that ships wrong states, and answers clients truly: they come out when it is gone", () => {
  const { liesToClients: _, ...discreet } = algorithms["primary-backup"]!
  const gone: Fault = { kind: "crash", target: { nodes: [0] }, at: 400_000 }
  const outcome = (faults: readonly Fault[]) => {
    const workload = { rate: "100/s", keys: 2, writes: "mixed" }
    const options = { ...groupOf("primary-backup"), faults, workload, duration: "2s" }
    return completeRun(discreet, replicatedLog, options).outcome
  }
  const verdict = outcome([lying([0]), gone]).verdicts["linearizable"]!
  expect(verdict).toMatchObject({ verdict: "violated", witness: expect.stringContaining('"wrong"') })
  expect("at" in verdict ? verdict.at : 0).toBeGreaterThan(400_000)
  expect(outcome([gone]).verdicts["linearizable"]).toMatchObject({ verdict: "holds" })
})

describe("a chain", () => {
  test.each([0, 1, 2, 3, 4])("is wrong if server %i is: whatever it forwards, all after it have", server => {
    expect(violated("chain-replication", { faults: [lying([server])] })).toContain("linearizable")
  })

  test.each([0, 2, 4])("as is CRAQ's, server %i", server => {
    const parameters = { reads: "any" }
    expect(violated("chain-replication", { parameters, faults: [lying([server])] })).toContain("linearizable")
  })
})

describe.each(["active-replication", "semi-active-replication"])("%s with f+1 answers alike", name => {
  const parameters = { answers: "matching" }

  test("any f of 2f+1 are outvoted", () => {
    for (const pair of [[0, 1], [1, 4], [3, 4]]) expect(violated(name, { parameters, faults: [lying(pair)] })).toEqual(NONE) // biome-ignore format: a line
  })

  test("and any f+1 are not", () => {
    for (const most of [[0, 1, 2], [2, 3, 4]]) expect(violated(name, { parameters, faults: [lying(most)] })).toContain("linearizable") // biome-ignore format: a line
  })
})

test.each(["primary-backup", "chain-replication", "viewstamped-replication", "raft", "multi-paxos"])(
  "%s: whatever a traitor says, the run ends with verdicts",
  name => {
    for (const behaviour of BEHAVIOURS) {
      for (const node of [0, 1, NODES - 1]) {
        const faults: Fault[] = [{ kind: "byzantine", target: { nodes: [node] }, behaviour, at: 0.1 * SECOND }]
        const options = { ...groupOf(name), faults, workload: { rate: "50/s" } }
        expect(completeRun(algorithms[name]!, replicatedLog, options).status, `${behaviour} ${node}`).toBe("completed")
      }
    }
  },
)
