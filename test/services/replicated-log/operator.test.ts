/** Planned maintenance: an operator that has the leader hand over, and changes the membership. */
import { describe, expect, test } from "vitest"
import { multiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts"
import { raft } from "../../../algorithms/raft/raft.ts"
import type { Fault } from "../../../runtime/scenario/scenario.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { completeRun, runService, type ServiceRunOptions, violations } from "../../support/service-run.ts"

const options: ServiceRunOptions = { nodes: 5, warmup: "2s", duration: "12s" }
const run = (workload: Readonly<Record<string, unknown>>, more: Partial<ServiceRunOptions> = {}, seed = 1) =>
  completeRun(raft, replicatedLog, { ...options, ...more, workload }, seed)

describe("an operator", () => {
  test("asks for nothing unless told to", () => {
    const { outcome } = run({})
    expect(outcome.figures).toMatchObject({ transfers: 0, membership_changes: 0, operator_failures: 0, leaderships: 0 })
  })

  test("has the leader hand over from time to time, and nothing is lost by it", () => {
    const { outcome } = run({ transferEvery: "1s" })
    // At 3 s, 4 s, ... 11 s.
    expect(outcome.figures).toMatchObject({ transfers: 9, leaderships: 9, operator_failures: 0, lost: 0 })
    expect(outcome.availability).toBe(1)
    expect(violations(outcome)).toEqual([])
  })

  test("changes the membership by turns: while it is small, the nodes left out cost no messages", () => {
    const { outcome, messages } = run({ changeEvery: "2s", members: 3 })
    expect(outcome.figures).toMatchObject({ membership_changes: 4, operator_failures: 0 })
    expect(violations(outcome)).toEqual([])
    expect(messages.protocol).toBeLessThan(run({}).messages.protocol)
  })

  test.each([
    [0, [4, 5, 4, 5]],
    [2, [2, 5, 2, 5]],
    [9, [5, 5, 5, 5]],
  ])("makes the membership %i nodes small, 0 being all but one, and whole again by turns", (members, sizes) => {
    const asked = new Map<number, number>()
    run(
      { changeEvery: "2s", members },
      {
        simulation: {
          observer(event) {
            if (event.type !== "ask" || event.request.type !== "ChangeMembership") return
            const request = event.request as { type: string; sequence: number; members: readonly number[] }
            expect(request.members).toEqual(request.members.map((_, node) => node))
            asked.set(request.sequence, request.members.length)
          },
        },
      },
    )
    expect([...asked.values()]).toEqual(sizes)
  })

  test("has the leader hand over to a member that is up", () => {
    const crash: Fault = { kind: "crash", target: { nodes: [1, 3] }, at: 2_100_000 }
    const targets = new Set<number>()
    const { outcome } = run(
      { transferEvery: "1s" },
      {
        faults: [crash],
        simulation: {
          observer(event) {
            if (event.type === "ask" && event.request.type === "TransferLeadership") {
              targets.add((event.request as { type: string; to: number }).to)
            }
          },
        },
      },
    )
    expect(targets).toEqual(new Set([0, 2, 4]))
    expect(outcome.figures).toMatchObject({ transfers: 9, operator_failures: 0 })
  })

  test("keeps on asking while a new leader is sought, and goes on when it has given up", () => {
    const crash: Fault = { kind: "crash", target: { nodes: [2, 3, 4] }, at: 4_500_000, for: 3_000_000 }
    const { outcome } = run({ transferEvery: "1s", deadline: "500ms" }, { faults: [crash] })
    expect(outcome.figures["operator_failures"]).toBeGreaterThan(0)
    expect(outcome.figures["transfers"]).toBeGreaterThan(4)
    expect(violations(outcome)).toEqual([])
  })

  test.each([1, 2, 3, 4, 5])("and crashes of leaders together break no promise, seed %i", seed => {
    const faults = [3, 5, 7, 9].map((second): Fault => {
      return { kind: "crash", target: { leader: true }, at: second * 1_000_000, for: 700_000 }
    })
    const workload = { transferEvery: "700ms", changeEvery: "900ms", writes: "mixed", keys: 5, rate: "200/s" }
    const { outcome } = run(workload, { faults, loss: 0.02 }, seed)
    expect(violations(outcome)).toEqual([])
    expect(outcome.figures["transfers"]! + outcome.figures["membership_changes"]!).toBeGreaterThan(5)
  })

  test("is told when the algorithm takes no such requests", () => {
    const refused = runService(multiPaxos, replicatedLog, { ...options, workload: { transferEvery: "1s" } })
    expect(refused).toMatchObject({ status: "failed", reason: 'multi-paxos has no request "TransferLeadership"' })
  })
})
