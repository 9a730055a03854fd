/** Each algorithm's steady state, as experiments run it: metrics, checks and digest are on. */
import type { Latency } from "../../runtime/network/network.ts"
import { RunPool } from "../../runtime/simulation/pool.ts"
import { simulate } from "../../runtime/simulation/simulation.ts"
import type { Task } from "../task.ts"
import { steadyState, type Steady } from "./scenarios.ts"

/**
 * Eight clients, each with one command after the other, on links that do not reorder: the steady state. Links that do make
 * Raft retransmit, since its logs must match; that has a row of its own. Of all checks linearizability takes longest; one
 * row is without it.
 */
const CLOSED = { mode: "closed", clients: 8 } as const
const STEADY_LINKS = { model: "constant", delay: 1_000 } as const

export const STEADY: readonly Steady[] = [
  ...[3, 5, 9].map(nodes => logSteady("raft", nodes, STEADY_LINKS)),
  { ...logSteady("raft", 5, STEADY_LINKS), note: "cheap checks", workload: { ...CLOSED, linearizability: "off" } },
  { ...logSteady("raft", 5), note: "links in order", fifo: true },
  logSteady("raft", 5),
  logSteady("multi-paxos", 5, STEADY_LINKS),
  logSteady("viewstamped-replication", 5, STEADY_LINKS),
  logSteady("chain-replication", 5, STEADY_LINKS),
  logSteady("primary-backup", 5, STEADY_LINKS),
  { algorithm: "paxos", service: "agreement", nodes: 5, duration: "10s", workload: { instances: 0 } },
  { algorithm: "ricart-agrawala", service: "mutual-exclusion", nodes: 5, duration: "20s" },
  {
    algorithm: "lamport-mutex",
    service: "mutual-exclusion",
    nodes: 5,
    duration: "20s",
    note: "links in order",
    fifo: true,
  },
  { algorithm: "suzuki-kasami", service: "mutual-exclusion", nodes: 5, duration: "20s" },
  { algorithm: "maekawa", service: "mutual-exclusion", nodes: 7, duration: "20s" },
  {
    algorithm: "token-ring",
    service: "mutual-exclusion",
    nodes: 5,
    duration: "20s",
    note: "links in order",
    fifo: true,
  },
  { algorithm: "raymond", service: "mutual-exclusion", nodes: 5, duration: "20s" },
  {
    algorithm: "bully",
    service: "leader-election",
    nodes: 5,
    duration: "3min",
    workload: { initiators: "lowest", interval: "20ms" },
  },
  {
    algorithm: "ring-election",
    service: "leader-election",
    nodes: 5,
    duration: "3min",
    workload: { initiators: "all", interval: "20ms" },
  },
  {
    algorithm: "oral-messages",
    service: "agreement",
    nodes: 10,
    duration: "2s",
    parameters: { m: 3 },
    workload: { instances: 1 },
    repeat: 20,
  },
]

function logSteady(algorithm: string, nodes: number, latency?: Latency): Steady {
  const steady = { algorithm, service: "replicated-log", nodes, duration: "15s", workload: CLOSED }
  return latency === undefined ? { ...steady, note: "reordering links" } : { ...steady, latency }
}

export const simulator: readonly Task[] = [
  ...STEADY.map(steady => ({
    name: nameOf(steady),
    unit: "messages",
    prepare: async () => steadyWork(steady),
  })),
  { name: "short runs, raft, n=5", unit: "runs", prepare: async () => shortRuns() },
]

/** Runs of about 2,000 messages, as in sweeps: set-up and checks cost as much as the messages. */
function shortRuns(): () => number {
  const steady = { algorithm: "raft", service: "replicated-log", nodes: 5, duration: "1.1s", workload: CLOSED }
  const scenario = steadyState({ ...steady, latency: STEADY_LINKS })
  const pool = new RunPool()
  return () => {
    for (let seed = 1; seed <= SHORT_RUNS; seed++) {
      const result = simulate(scenario, seed, { pool })
      if (result.status === "failed") throw new Error(result.reason)
    }
    return SHORT_RUNS
  }
}

const SHORT_RUNS = 20

export function nameOf({ algorithm, nodes, note }: Steady): string {
  return `${algorithm}, n=${nodes}${note === undefined ? "" : `, ${note}`}`
}

/** Whole runs, from boot to verdicts; units are messages delivered. */
export function steadyWork(steady: Steady): () => number {
  const scenario = steadyState(steady)
  const { repeat = 1 } = steady
  const pool = new RunPool()
  return () => {
    let delivered = 0
    for (let seed = 1; seed <= repeat; seed++) {
      const result = simulate(scenario, seed, { pool })
      if (result.status === "failed") throw new Error(result.reason)
      delivered += result.delivered
    }
    return delivered
  }
}
