import { describe, expect, test } from "vitest"
import { multiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts"
import { raft } from "../../../algorithms/raft/raft.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { lockService } from "../../../services/adapters/lock-service.ts"
import { leaderElection } from "../../../services/leader-election/service.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { MILLISECOND, SECOND } from "../../../runtime/contract/units.ts"
import { completeRun } from "../../support/service-run.ts"

const options = {
  nodes: 5,
  latency: "10ms",
  warmup: "2s",
  duration: "10s",
  faults: [{ kind: "crash", target: { leader: true }, at: 5 * SECOND }],
} as const

const ALGORITHMS: readonly (readonly [title: string, algorithm: Algorithm])[] = [
  ["Raft", raft],
  ["Multi-Paxos", multiPaxos],
]

describe.each(ALGORITHMS)("time without a leader, of %s", (_, algorithm) => {
  test("is the same whatever service it is measured by", () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const elected = completeRun(algorithm, leaderElection, options, seed).outcome
      const idle = completeRun(algorithm, replicatedLog, { ...options, workload: { rate: "0/s" } }, seed).outcome
      expect(elected.leaderless).toEqual(elected.outages)
      expect(idle.leaderless).toEqual(elected.outages)
      expect(idle.leaderless).toHaveLength(1)
      const locks = { ...options, workload: { rate: "1/s", entries: 1 } }
      expect(completeRun(algorithm, lockService, locks, seed).outcome.leaderless).toHaveLength(1)
    }
  })

  test("is seen where no client's deadline is missed", () => {
    const parameters = { electionTimeoutMin: "50ms", electionTimeoutMax: "100ms", heartbeatInterval: "25ms" }
    const workload = { rate: "200/s", deadline: "2s" }
    const { leaderless, outages } = completeRun(algorithm, replicatedLog, { ...options, parameters, workload }).outcome
    expect(outages).toEqual([])
    expect(leaderless).toHaveLength(1)
    const { start, end } = leaderless![0]!
    expect(start).toBe(5 * SECOND)
    expect(end - start).toBeGreaterThan(50 * MILLISECOND)
    expect(end - start).toBeLessThan(250 * MILLISECOND)
  })
})
