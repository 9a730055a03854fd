/** What is timed. Every suite runs in a process of its own, so that none spoils what the engine learnt for another. */
import { EventQueue } from "../runtime/event-queue.ts"
import type { Latency } from "../runtime/scenario.ts"
import { simulate } from "../runtime/simulation.ts"
import { steadyState, type Steady } from "./scenarios.ts"

export interface Task {
  readonly name: string
  /** What a rate counts: messages, events. */
  readonly unit: string
  /** Does the work once; returns how many units it was. */
  readonly run: () => number
}

/**
 * Eight clients, each with one command after the other, on links that do not reorder: the steady state. Links that do
 * make Raft, whose log must match, say things again; that has a row of its own.
 */
const CLOSED = { mode: "closed", clients: 8 } as const
const STEADY_LINKS = { model: "constant", delay: 1_000 } as const

const STEADY: readonly Steady[] = [
  ...[3, 5, 9].map(nodes => logSteady("raft", nodes, STEADY_LINKS)),
  logSteady("raft", 5),
  logSteady("multi-paxos", 5, STEADY_LINKS),
  { algorithm: "paxos", service: "agreement", nodes: 5, duration: "30s", workload: { instances: 0 } },
  { algorithm: "ricart-agrawala", service: "mutual-exclusion", nodes: 5, duration: "60s" },
  {
    algorithm: "bully",
    service: "leader-election",
    nodes: 5,
    duration: "10min",
    workload: { initiators: "lowest", interval: "20ms" },
  },
  {
    algorithm: "ring-election",
    service: "leader-election",
    nodes: 5,
    duration: "10min",
    workload: { initiators: "all", interval: "20ms" },
  },
  {
    algorithm: "oral-messages",
    service: "agreement",
    nodes: 10,
    duration: "2s",
    parameters: { m: 3 },
    workload: { instances: 1 },
    repeat: 50,
  },
]

function logSteady(algorithm: string, nodes: number, latency?: Latency): Steady {
  const steady = { algorithm, service: "replicated-log", nodes, duration: "60s", workload: CLOSED }
  return latency === undefined ? { ...steady, note: "reordering links" } : { ...steady, latency }
}

/** All suites by name. */
export const SUITES: Readonly<Record<string, readonly Task[]>> = {
  "event-queue": [100, 10_000, 1_000_000].map(pending => ({
    name: `event queue, ${pending} pending`,
    unit: "events",
    run: holdModel(pending),
  })),
  ...Object.fromEntries(STEADY.map(steady => [nameOf(steady), [steadyTask(steady)]])),
}

function nameOf({ algorithm, nodes, note }: Steady): string {
  return `${algorithm}, n=${nodes}${note === undefined ? "" : `, ${note}`}`
}

/** Events handled by one call of a hold model. */
const HOLDS = 2_000_000

/**
 * The hold model: a queue that keeps its length; the earliest event is taken out and one up to 1 ms later put in.
 *
 * @param pending the length
 */
function holdModel(pending: number): () => number {
  const queue = new EventQueue<null>()
  let random = 0x9e3779b9
  const delay = (): number => {
    random ^= random << 13
    random ^= random >>> 17
    random ^= random << 5
    return 1 + ((random >>> 0) % 1_000)
  }
  for (let i = 0; i < pending; i++) queue.push(delay(), 0, 0, 0, null)
  return () => {
    for (let i = 0; i < HOLDS; i++) {
      queue.pop()
      queue.push(queue.time + delay(), 0, 0, 0, null)
    }
    return HOLDS
  }
}

/** Whole runs, from boot to verdicts; units are messages delivered. */
function steadyTask(steady: Steady): Task {
  const scenario = steadyState(steady)
  const { repeat = 1 } = steady
  return {
    name: nameOf(steady),
    unit: "messages",
    run: () => {
      let delivered = 0
      for (let seed = 1; seed <= repeat; seed++) {
        const result = simulate(scenario, seed)
        if (result.status === "failed") throw new Error(result.reason)
        delivered += result.delivered
      }
      return delivered
    },
  }
}
