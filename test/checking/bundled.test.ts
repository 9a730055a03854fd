// Every algorithm of the workbench in a small group: within what it claims to survive nothing is violated, whatever the order
// of events; and what should come about does on some path.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { algorithms, servicesOf } from "../../algorithms/registry.ts"
import { beyondClaims } from "../../checking/claims.ts"
import type { Exploration } from "../../runtime/checker/exploration.ts"
import { checked } from "../support/checks.ts"
import { requestOf, type RequestOptions } from "../support/untimed-models.ts"
import { commandLine } from "../support/check-line.ts"

interface Bounded extends RequestOptions {
  readonly service?: string
  /** Goals that nothing within the bounds can reach. */
  readonly missed?: readonly string[]
  /** Things that happen though the algorithm takes for granted that they do not; they do no harm here. */
  readonly beyond?: readonly string[]
}

const EARLY = { beyond: ["timers that run out early"] }

/** Steps of the computation are timers that run out, and so is the time that a process takes to load a checkpoint. */
const ONE_STEP = { nodes: 2, operations: 1, timeouts: { step: 3, loaded: 2 }, crashes: 1 }
const TWO_STEPS = { nodes: 2, operations: 2, timeouts: { step: 6, loaded: 1, checkpoint: 1 }, crashes: 1 }

const TICKS = { minDelay: 0, maxDelay: 1 }
const LEASE = { service: "mutual-exclusion", operations: 2, clock: TICKS }

const CHECKS: Readonly<Record<string, readonly Bounded[]>> = {
  // Its answers must come before its timeouts do; one that runs out early does no harm.
  bully: [
    { timeouts: { all: 1 }, ...EARLY },
    { nodes: 4, operations: 0, timeouts: { answer: 1 }, ...EARLY },
    { timeouts: { all: 1 }, stops: 1, ...EARLY },
    { operations: 0, clock: TICKS },
    { nodes: 2, operations: 0, clock: TICKS, stops: 1 },
  ],
  "active-replication": [{ operations: 1, crashes: 1 }, { nodes: 2 }],
  "blocking-checkpoints": [{ ...ONE_STEP, timeouts: { step: 3, loaded: 2, checkpoint: 1 } }],
  "causal-logging": [TWO_STEPS],
  "chandy-lamport": [{ ...ONE_STEP, timeouts: { step: 3, loaded: 2, checkpoint: 1 } }],
  "communication-induced": [ONE_STEP],
  "optimistic-logging": [{ ...ONE_STEP, timeouts: { step: 4, loaded: 2, checkpoint: 1 } }],
  "pessimistic-logging": [TWO_STEPS],
  "sender-based-logging": [TWO_STEPS],
  "uncoordinated-checkpoints": [ONE_STEP],
  "central-server": [{ operations: 4 }],
  // Its queries need a lease, and a lease of no duration nobody holds.
  "chain-replication": [{ missed: ["every operation succeeds"] }],
  floodset: [
    // Where the only one to propose crashes, nobody has to decide.
    { operations: 1, crashes: 1 },
    { crashes: 1 },
    { nodes: 4, crashes: 1 },
    { operations: 3, crashes: 1, set: { variant: "early" } },
    { operations: 3, crashes: 1, set: { variant: "optimised" } },
  ],
  "lamport-mutex": [{ operations: 2 }],
  // Whatever time it is: no number of ticks is too large.
  "lease-leadership": [
    { ...LEASE, drift: 1 },
    { ...LEASE, crashes: 1 },
    { ...LEASE, stops: 1 },
  ],
  maekawa: [{ operations: 3 }, { nodes: 2, operations: 4 }],
  "multi-paxos": [
    { operations: 1, timeouts: { all: 1 }, crashes: 1 },
    { service: "leader-election", operations: 0, timeouts: { all: 2 } },
  ],
  "oral-messages": [
    { nodes: 4, operations: 1, traitors: [0] },
    { nodes: 4, operations: 1, traitors: [3] },
  ],
  paxos: [
    { nodes: 2, timeouts: { retry: 1 } },
    { operations: 1, crashes: 1 },
    { operations: 1, stops: 1 },
    { operations: 1, losses: 1 },
  ],
  "primary-backup": [{ operations: 2 }],
  raft: [
    { operations: 1, timeouts: { election: 1 } },
    { service: "leader-election", operations: 0, timeouts: { election: 2 }, missed: [] },
    { service: "leader-election", operations: 0, timeouts: { election: 1 }, crashes: 1 },
    { service: "leader-election", operations: 0, timeouts: { election: 1 }, stops: 1 },
    { service: "leader-election", operations: 0, clock: TICKS, ticks: 5 },
  ],
  raymond: [{ nodes: 4, operations: 3 }],
  "ricart-agrawala": [{ operations: 3 }],
  "ring-election": [{ operations: 3 }, { nodes: 2, operations: 2 }],
  "semi-active-replication": [{ operations: 1, crashes: 1 }, { nodes: 2 }],
  "signed-messages": [
    { operations: 1, traitors: [0] },
    { nodes: 4, operations: 1, traitors: [0, 2] },
  ],
  "suzuki-kasami": [{ operations: 3 }],
  "viewstamped-replication": [
    { operations: 1 },
    { operations: 0, crashes: 1, missed: ["a node executes a command", "an operation succeeds"] },
  ],
}

const documented = readFileSync(join(import.meta.dirname, "../../docs/checking.md"), "utf8").split("\n")

function rowOf(line: string, { states, generated }: Exploration): string {
  return `| \`${line}\` | ${states.toLocaleString("en")} | ${(generated - 1).toLocaleString("en")} |`
}

describe.each(Object.entries(CHECKS))("%s", (name, bounds) => {
  test.each(bounds)("%j", ({ missed = [], beyond = [], ...bounded }) => {
    const { service, ...options } = bounded
    expect(beyondClaims(requestOf(name, service, options))).toEqual(beyond)
    const found = checked(name, service, options)
    expect(found).toMatchObject({ violation: null, isComplete: true, missed })
    const line = commandLine(name, bounded)
    expect(documented.find(row => row.startsWith(`| \`${line}\` |`))).toBe(rowOf(line, found))
  })
})

/** Services that have no form without time yet: their algorithms cannot be checked. */
const TIMED_ONLY = ["sharded-store"]

/** In others, such as a token that goes round for ever and counts how often, there are more states than a test can visit. */
const OTHERS = Object.values(algorithms).flatMap(({ name, serves }) => {
  if (serves.every(service => TIMED_ONLY.includes(service.name))) return []
  return CHECKS[name] === undefined ? [name] : []
})

test.each(OTHERS)("%s, as far as it is explored", name => {
  const options = { operations: 2 }
  expect(beyondClaims(requestOf(name, undefined, options))).toEqual([])
  const { violation, missed } = checked(name, undefined, options, 20_000)
  expect({ violation, missed }).toEqual({ violation: null, missed: [] })
})

test("services of the workbench's own have a form without time, but one and those that adapters make", () => {
  const own = Object.values(algorithms).flatMap(({ serves }) => serves)
  const timed = own.filter(({ untimed }) => untimed === undefined).map(({ name }) => name)
  expect([...new Set(timed)].toSorted()).toEqual(TIMED_ONLY)
  const adapted = servicesOf(algorithms["raft"]!).filter(({ untimed }) => untimed === undefined)
  expect(adapted.map(({ name }) => name)).toEqual(["mutual-exclusion", "agreement"])
})
