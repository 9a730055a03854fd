// Raft under random faults and with random parameters: what the safety tests and the mutants run.
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { Random } from "../../../runtime/lib/random.ts"
import type { RunResult, Scenario } from "../../../runtime/scenario/scenario.ts"
import { POOL } from "../../support/pool.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import type { Raft } from "../../../algorithms/raft/types.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { chaos } from "../../support/chaos.ts"
import { withOperator } from "../../support/operator.ts"
import { scenarioOf, violations } from "../../support/service-run.ts"

export interface Turmoil {
  readonly nodes: number
  /** Parameters as a user writes them. */
  readonly parameters: Readonly<Record<string, unknown>>
  readonly syncLatency: number
  readonly faults: number
  /** Whether an operator keeps changing the membership and moving the leadership. */
  readonly operator: boolean
  /** About how long one fault lasts, in microseconds. */
  readonly span: number
  /** Longest link delay, in microseconds. */
  readonly delay: number
  readonly loss: number
  readonly clients: number
  /** Torn writes, pauses, slow nodes and links that fail one way, beside all else. */
  readonly isWide: boolean
}

/** Draws a setting from a seed. Timeouts are short, so that a run of a second sees many elections. */
export function turmoil(seed: number): Turmoil {
  const random = Random.stream(seed, "workload", 1)
  const pick = <T>(...values: readonly T[]): T => values[random.integer(0, values.length - 1)]!
  return {
    nodes: pick(3, 3, 4, 5),
    parameters: {
      ...BRISK,
      noOp: pick(true, true, false),
      pipeline: pick(0, 0, 1, 3),
      maxBatch: pick(1, 3, 100),
      notifyCommit: pick(false, true),
      snapshotEvery: pick(0, 3, 10),
      checkQuorum: pick(true, true, false),
      preVote: pick(false, true),
      leaderStickiness: pick(false, true),
      reads: pick("log", "index", "lease"),
      initialMembers: pick(0, 0, 0, 2),
    },
    syncLatency: pick(0, 0, 300, 3_000),
    faults: random.integer(3, 10),
    operator: random.chance(0.25),
    span: 30_000,
    delay: 2_000,
    loss: 0.02,
    clients: 3,
    isWide: random.chance(0.7),
  }
}

const BRISK = { electionTimeoutMin: "15ms", electionTimeoutMax: "30ms", heartbeatInterval: "7ms" }

/** Runs under crashes, restarts, partitions, loss, duplication and reordering, all at once. */
export function runInTurmoil(algorithm: Algorithm<Raft>, seed: number, changes: Partial<Turmoil> = {}): RunResult {
  return simulate(turmoilScenario(algorithm, seed, changes), seed, { pool: POOL })
}

/** The scenario of such a run. */
export function turmoilScenario(algorithm: Algorithm<Raft>, seed: number, changes: Partial<Turmoil> = {}): Scenario {
  const drawn = turmoil(seed)
  const { nodes, syncLatency, faults, operator, span, delay, loss, clients, isWide } = { ...drawn, ...changes }
  const parameters = { ...drawn.parameters, ...changes.parameters }
  const scenario = scenarioOf(algorithm, operator ? withOperator(replicatedLog) : replicatedLog, {
    nodes,
    parameters,
    latency: { model: "uniform", min: 100, max: delay },
    loss,
    duplication: 0.05,
    workload: {
      mode: "closed",
      clients,
      think: "3ms",
      keys: 2,
      writes: "mixed",
      reads: "40%",
      retryAfter: "20ms",
      // The service takes for granted that an operation given up happens before its session's next success or never.
      // The log sees to that; a read that goes round the log does not, so that nothing may be given up with such reads.
      deadline: parameters["reads"] === "log" ? "60ms" : "5s",
      backoff: "3ms",
    },
    faults: chaos(seed, { nodes, from: 30_000, to: 350_000, span, faults, isWide }),
    duration: "400ms",
  })
  return { ...scenario, disk: { syncLatency } }
}

/** What a run found wrong, by the names of the checks; an invariant that broke counts as one. */
export function findings(run: RunResult): string[] {
  return run.status === "failed" ? [`${run.reason} (${run.event})`] : violations(run.outcome)
}
