import { describe, expect, test } from "vitest"
import { raft } from "../../../algorithms/raft/raft.ts"
import type { CompletedRun } from "../../../runtime/scenario/scenario.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { completeRun, scenarioOf, type ServiceRunOptions, violations } from "../../support/service-run.ts"
import { type Bug, toyLog } from "./toy.ts"

const runToy = (options: Partial<ServiceRunOptions> = {}, bug: Bug = "none", seed = 1): CompletedRun =>
  completeRun(toyLog(bug), replicatedLog, { nodes: 3, ...options }, seed)

describe("the workload", () => {
  test("open mode: operations arrive at a constant rate, though earlier ones are still in flight", () => {
    const { outcome } = runToy({ workload: { rate: "1000/s" }, latency: "50ms", duration: "2s" })
    expect(outcome.attempted).toBe(2000)
    expect(outcome.ok).toBe(2000)
    // An operation takes two delays of 50 ms, so 100 are in flight when the next one arrives.
    expect(outcome.figures["sessions"]).toBeGreaterThanOrEqual(100)
    expect(outcome.figures["sessions"]).toBeLessThanOrEqual(102)
  })

  test("closed mode: a client begins its next operation when the last has ended, after its pause", () => {
    const workload = { mode: "closed", clients: 4 }
    expect(runToy({ workload, latency: "5ms" }).outcome.attempted).toBe(4 * 100)
    expect(runToy({ workload: { ...workload, think: "10ms" }, latency: "5ms" }).outcome.attempted).toBe(4 * 50)
  })

  test("nothing is begun before the warm-up or after the end, and what is in flight at the end is awaited", () => {
    const { outcome, ended } = runToy({ warmup: "500ms", duration: "1s", latency: "100ms" })
    expect(outcome).toMatchObject({ attempted: 50, ok: 50 })
    expect(ended).toBeGreaterThanOrEqual(1_190_000)
  })

  test("the number of operations can be limited", () => {
    expect(runToy({ workload: { operations: 7 } }).outcome.attempted).toBe(7)
    expect(runToy({ workload: { operations: 7, mode: "closed", clients: 3 } }).outcome.attempted).toBe(7)
  })

  test("reads and writes come in the given shares, and every write has a value of its own", () => {
    const written = new Set<string>()
    let reads = 0
    runToy({
      workload: { reads: "20%", rate: "1000/s", valueSize: "32B" },
      duration: "4s",
      simulation: {
        observer(event) {
          if (event.type !== "request" || !("operation" in event.request)) return
          const { operation } = event.request
          if (typeof operation !== "object" || operation === null) return
          if ("value" in operation) {
            expect(String(operation.value)).toHaveLength(32)
            written.add(String(operation.value))
          } else reads++
        },
      },
    })
    expect(reads + written.size).toBe(4000)
    expect(reads / 4000).toBeCloseTo(0.2, 1)
  })

  test("two runs with one seed are equal, and with different seeds differ", () => {
    const digest = (seed: number) =>
      runToy({ workload: { writes: "mixed" } }, "none", seed).outcome.figures["throughput"]
    expect(digest(1)).toBe(digest(1))
    const raftRun = (seed: number) => completeRun(raft, replicatedLog, { nodes: 3, warmup: "1s", duration: "3s" }, seed)
    expect(raftRun(1).digest).toBe(raftRun(1).digest)
    expect(raftRun(1).digest).not.toBe(raftRun(2).digest)
  })
})

describe("exact latency and cost of Raft with constant link delay d", () => {
  const options = { nodes: 5, warmup: "2s", duration: "4s", latency: "1ms" }
  const oneByOne = { mode: "closed", operations: 100 }

  test("4d at the leader, 2(n-1) protocol messages a command", () => {
    const run = completeRun(raft, replicatedLog, { ...options, workload: oneByOne })
    expect(run.outcome.latency.min).toBe(4000)
    expect(run.outcome.latency.max).toBe(4000)
    expect(run.messages.protocol / run.outcome.ok).toBe(8)
    expect(run.messages.client / run.outcome.ok).toBe(2)
  })

  test("6d for a client that asks a follower and is redirected, with four client messages", () => {
    const run = completeRun(raft, replicatedLog, { ...options, workload: { ...oneByOne, ask: "follower" } })
    expect(run.outcome.latency.min).toBe(6000)
    expect(run.outcome.latency.max).toBe(6000)
    expect(run.messages.client / run.outcome.ok).toBe(4)
    expect(run.outcome.figures["redirects"]).toBe(100)
  })
})

describe("a service time s", () => {
  test("bounds what Raft does by 1/(n s), whatever waits: a request and n-1 acknowledgements a command", () => {
    for (const clients of [20, 60]) {
      const workload = { mode: "closed", clients, deadline: "2s", retryAfter: "1s" }
      const scenario = scenarioOf(raft, replicatedLog, { nodes: 3, warmup: "1s", duration: "4s", workload })
      const run = simulate({ ...scenario, network: { ...scenario.network, serviceTime: 300 } }, 1)
      if (run.status === "failed") throw new Error(run.reason)
      const { figures } = run.outcome
      const capacity = 1 / (3 * 300e-6)
      expect(figures["in_flight"]).toBe(clients)
      expect(figures["throughput"]).toBeLessThanOrEqual(capacity)
      expect(figures["throughput"]! / capacity).toBeGreaterThan(0.99)
    }
  })
})

describe("availability", () => {
  test("an operation that nobody answers is unknown; one that every node turned away has failed", () => {
    expect(runToy({}, "silent").outcome).toMatchObject({
      attempted: 100,
      ok: 0,
      failed: 0,
      unknown: 100,
      availability: 0,
    })
    expect(runToy({}, "leaderless").outcome).toMatchObject({ attempted: 100, ok: 0, failed: 100, unknown: 0 })
  })

  test("a crash is one outage: from the first arrival that fails to the next success, with its cause", () => {
    const crash = { kind: "crash", target: { nodes: [0] }, at: 1_000_500, for: 1_000_000 } as const
    const { outcome } = runToy({ faults: [crash], duration: "3s", workload: { rate: "1000/s" } })
    // The toy has no failover: what arrives from 1 ms before the crash is lost, if its deadline of 250 ms ends first.
    expect(outcome.outages).toEqual([{ start: 1_000_000, end: expect.any(Number), cause: "crash of node 0" }])
    const [outage] = outcome.outages
    expect(outage!.end).toBeGreaterThan(2_000_500)
    expect(outage!.end).toBeLessThan(2_100_000)
    expect(outcome.figures).toMatchObject({ outages: 1, lost: outcome.attempted - outcome.ok })
    expect(outcome.figures["downtime"]).toBe((outage!.end - outage!.start) / 1000)
  })

  test("open arrivals do not hide an outage: the longer it lasts, the more operations it hits", () => {
    const lostIn = (span: number) => {
      const crash = { kind: "crash", target: { nodes: [0] }, at: 1_000_000, for: span } as const
      return runToy({ faults: [crash], duration: "5s" }).outcome.figures["lost"]!
    }
    expect(lostIn(2_000_000) - lostIn(1_000_000)).toBe(100)
  })

  test("Raft with 2 of 5 nodes crashed stays available; with 3 of 5 nothing succeeds any more", () => {
    const withCrashes = (nodes: readonly number[]) =>
      completeRun(raft, replicatedLog, {
        nodes: 5,
        warmup: "2s",
        duration: "8s",
        faults: [{ kind: "crash", target: { nodes }, at: 1_000_000 }],
      })
    expect(withCrashes([0, 1]).outcome.availability).toBe(1)
    expect(withCrashes([0, 1, 2]).outcome).toMatchObject({ ok: 0, availability: 0 })
    expect(violations(withCrashes([0, 1, 2]))).toEqual([])
  })
})

describe("each check finds the bug it is there for", () => {
  const busy = { mode: "closed", clients: 5, keys: 2, ask: "own" }

  test("nothing is found where there is no bug", () => {
    const run = runToy({ workload: { ...busy, writes: "mixed" } })
    expect(run.outcome.ok).toBeGreaterThan(1000)
    expect(Object.values(run.outcome.verdicts).map(({ verdict }) => verdict)).toEqual(Array(7).fill("holds"))
  })

  const isolated = { kind: "isolate", target: { nodes: [2] }, at: 100_000 } as const
  const retries = { retryAfter: "1ms", writes: "mixed" }

  test.each<[Bug, string, RegExp, Partial<ServiceRunOptions>]>([
    ["stale reads", "linearizable", /no order of effects explains client \d+: get k\d/, { faults: [isolated] }],
    ["diverging", "log-agreement", /node 2 executed an entry without a command at index 10, where node 0 executed/, {}],
    ["two leaders", "one-leader-per-term", /nodes 0 and 1 both led in term 1/, {}],
    [
      "forgetful",
      "acknowledged-writes-kept",
      /command \d+ of client \d was executed by no node, but it was acknowledged to its client/,
      {},
    ],
    ["gaps", "applied-once", /node 2 executed index 11, but skipped 10 to 10/, {}],
    [
      "no sessions",
      "applied-once",
      /executing the log up to index \d+ once gives/,
      { nodes: 1, workload: { ...busy, ...retries } },
    ],
    ["altering", "asked-for", /node 0 executed command 10 of client \d at index \d+, altered to .*"altered"/, {}],
  ])("%s: %s", (bug, check, witness, options) => {
    const verdict = runToy({ workload: busy, ...options }, bug).outcome.verdicts[check]
    expect(verdict).toMatchObject({ verdict: "violated", witness: expect.stringMatching(witness) })
  })
})

test("what a traitor says that it executed, or leads, is held against nobody", () => {
  for (const [bug, node] of [
    ["diverging", 2],
    ["gaps", 2],
    ["two leaders", 1],
  ] as const) {
    const betrayal = { kind: "byzantine", target: { nodes: [node] }, behaviour: "lying", at: 0 } as const
    const { outcome } = runToy({ workload: { mode: "closed", clients: 5 }, warmup: "1ms", faults: [betrayal] }, bug)
    const early = bug === "two leaders" ? ["one-leader-per-term: nodes 0 and 1 both led in term 1"] : []
    expect(violations(outcome), bug).toEqual(early)
  }
})

describe("the check of linearizability switched off", () => {
  const workload = { mode: "closed", clients: 5, keys: 2, ask: "own" }
  const faults = [{ kind: "isolate", target: { nodes: [2] }, at: 100_000 } as const]
  const verdictsOf = (linearizability: "on" | "off", bug: Bug) =>
    runToy({ faults, workload: { ...workload, linearizability } }, bug)

  test("leaves it undecided, broken or not, and the other checks as they are", () => {
    expect(verdictsOf("on", "stale reads").outcome.verdicts["linearizable"]?.verdict).toBe("violated")
    for (const bug of ["none", "stale reads"] as const) {
      const { linearizable, ...others } = verdictsOf("off", bug).outcome.verdicts
      expect(linearizable).toEqual({
        verdict: "undecided",
        reason: "not checked: the workload says linearizability: off",
      })
      const { linearizable: _, ...checked } = verdictsOf("on", bug).outcome.verdicts
      expect(others).toEqual(checked)
    }
  })

  test("changes nothing of the run itself", () => {
    const [checked, unchecked] = [verdictsOf("on", "none"), verdictsOf("off", "none")]
    expect(unchecked.digest).toBe(checked.digest)
    expect(unchecked.outcome.figures).toEqual(checked.outcome.figures)
  })
})

describe("a hard network", () => {
  const crash = { kind: "crash", target: { leader: true }, at: 3_000_000, for: 1_000_000 } as const
  const isolate = { kind: "isolate", target: { leader: true }, at: 5_000_000, for: 1_000_000 } as const
  const latency = { model: "exponential", floor: 200, mean: 2000 } as const

  test.each([1, 2, 3])(
    "Raft keeps every promise under loss, duplication, reordering, crash and isolation, seed %i",
    seed => {
      const run = completeRun(
        raft,
        replicatedLog,
        {
          nodes: 5,
          warmup: "1s",
          duration: "7s",
          latency,
          loss: 0.05,
          duplication: 0.05,
          faults: [crash, isolate],
          workload: { rate: "500/s", keys: 5, writes: "mixed" },
        },
        seed,
      )
      expect(run.outcome.ok).toBeGreaterThan(2000)
      expect(run.outcome.verdicts["linearizable"]).toEqual({ verdict: "holds" })
      expect(violations(run)).toEqual([])
    },
  )
})
