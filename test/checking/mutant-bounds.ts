/** The bounds within which planted mistakes are looked for, by algorithm: those that take little first. */
import type { RequestOptions } from "../support/untimed-models.ts"

export interface MutantBounds extends RequestOptions {
  readonly service?: string
  /** Random walks, in place of an exploration: their number and their length. */
  readonly walks?: number
  /** States at which an exploration is given up; default: 60,000. */
  readonly states?: number
  readonly depth?: number
  /** True if a loop is a violation, too. */
  readonly liveness?: boolean
}

/** Raft without what would hide a mistake of its core. */
const BARE = { preVote: false, leaderStickiness: false, checkQuorum: false, reads: "log" }
const ELECTION = { service: "leader-election", operations: 0, set: BARE }

/** Steps of the computation are timers that run out, and so is the time that a process takes to load a checkpoint. */
const ONE_STEP = { nodes: 2, operations: 1, timeouts: { step: 3, loaded: 2, checkpoint: 1 }, crashes: 1 }
const TWO_STEPS = { nodes: 2, operations: 2, timeouts: { step: 6, loaded: 1, checkpoint: 1 }, crashes: 1 }
const THREE_STEPS = {
  nodes: 3,
  operations: 3,
  timeouts: { step: 12, loaded: 3, checkpoint: 3 },
  crashes: 2,
  walks: 2_000,
  depth: 120,
}
const recovery = (others: Readonly<Record<string, number>> = {}): readonly MutantBounds[] => [
  ONE_STEP,
  TWO_STEPS,
  { ...THREE_STEPS, timeouts: { ...THREE_STEPS.timeouts, ...others } },
]
/** Of two crashes, the second may come before the process that crashed first is back. */
const ONE_CRASH = { ...THREE_STEPS, crashes: 1 }

const SECTION = [{ operations: 2 }, { operations: 3 }, { nodes: 2, operations: 4 }]

/** Faults that an algorithm need not survive may show what it takes them for: copies do no harm to the true ones. */
const COPIED = { operations: 2, duplicates: 1 }

const SEQUENCED: readonly MutantBounds[] = [
  { operations: 1 },
  { nodes: 2, operations: 2 },
  { operations: 2 },
  { operations: 1, crashes: 1 },
  { operations: 2, retries: 1 },
]

/** With a clock that ticks. */
const TICKS = { minDelay: 0, maxDelay: 1 }
const LEASED = { service: "mutual-exclusion", nodes: 2, operations: 2, clock: TICKS }

export const MUTANT_BOUNDS: Readonly<Record<string, readonly MutantBounds[]>> = {
  "active-replication": [
    ...SEQUENCED,
    { operations: 1, set: { answers: "matching" } },
    { operations: 2, set: { requests: "sequencer" } },
  ],
  "blocking-checkpoints": [
    ...recovery(),
    { nodes: 2, operations: 1, timeouts: { step: 3, loaded: 4, checkpoint: 2 }, crashes: 2 },
    { nodes: 3, operations: 1, timeouts: { step: 6, loaded: 3, checkpoint: 2 }, crashes: 1, walks: 5_000, depth: 80 },
  ],
  bully: [
    { operations: 2, timeouts: { all: 1 } },
    { operations: 0, timeouts: { all: 1 }, crashes: 1 },
    { nodes: 4, operations: 0, timeouts: { answer: 1 } },
    { operations: 2, timeouts: { all: 1 }, stops: 1 },
    { operations: 0, clock: TICKS },
    { nodes: 2, operations: 0, clock: TICKS, stops: 1 },
    { operations: 0, clock: TICKS, crashes: 1, states: 20_000 },
  ],
  "causal-logging": [ONE_STEP, TWO_STEPS, ONE_CRASH, { ...THREE_STEPS, set: { f: 2 } }],
  "central-server": [
    { operations: 2 },
    { operations: 4 },
    { operations: 2, duplicates: 1 },
    { operations: 3, duplicates: 1 },
    { operations: 2, timeouts: { all: 1 }, set: { answers: "queued" } },
  ],
  "chain-replication": [
    { operations: 2 },
    { operations: 1, timeouts: { all: 2 } },
    { operations: 2, retries: 1 },
    { operations: 1, timeouts: { all: 1 }, crashes: 1 },
    { operations: 2, set: { reads: "any" } },
    { operations: 2, set: { replies: "head" } },
    { operations: 3, retries: 2, timeouts: { all: 8 }, crashes: 2, walks: 1_000, depth: 100 },
    { operations: 2, retries: 2, timeouts: { all: 6 }, stops: 1, walks: 2_000, depth: 100 },
  ],
  "chandy-lamport": recovery(),
  "communication-induced": recovery(),
  floodset: [
    { crashes: 1 },
    { operations: 3, crashes: 1 },
    { operations: 3, crashes: 1, set: { variant: "early" } },
    { operations: 3, crashes: 1, set: { variant: "optimised" } },
    { nodes: 4, operations: 3, crashes: 2, set: { f: "2", variant: "early" }, states: 2_000_000 },
  ],
  "lamport-mutex": [...SECTION, { operations: 2, set: { acknowledge: "needed" } }],
  "lease-leadership": [
    LEASED,
    { ...LEASED, operations: 1, losses: 1 },
    { ...LEASED, set: { waiting: "poll" } },
    { ...LEASED, losses: 1, states: 300_000 },
    { ...LEASED, drift: 1, states: 1_500_000 },
    { ...LEASED, clock: { minDelay: 0, maxDelay: 3 }, states: 300_000 },
    // Answers that come after the lease is over.
    {
      ...LEASED,
      clock: { minDelay: 0, maxDelay: 3 },
      set: { lease: "3us", renewInterval: "1us", retryAfter: "7us", watchTimeout: "7us" },
    },
    { service: "leader-election", nodes: 2, operations: 0, clock: TICKS },
  ],
  maekawa: [
    { operations: 2 },
    { operations: 3 },
    { nodes: 2, operations: 4 },
    COPIED,
    { nodes: 7, operations: 2 },
    { nodes: 4, operations: 2, set: { quorums: "grid" } },
    { nodes: 4, operations: 4, set: { quorums: "grid" } },
    { operations: 3, duplicates: 2 },
    { operations: 4, duplicates: 1 },
    { operations: 5, duplicates: 2, walks: 10_000, depth: 100 },
    { nodes: 7, operations: 7, walks: 2_000, depth: 200 },
  ],
  "multi-paxos": [
    { service: "leader-election", operations: 0, timeouts: { all: 2 } },
    { operations: 1, timeouts: { all: 1 }, crashes: 1 },
    { operations: 2, timeouts: { election: 1 } },
    { operations: 1, timeouts: { election: 2 } },
    { operations: 2, timeouts: { election: 2 }, retries: 1 },
    { operations: 1, timeouts: { election: 2 }, crashes: 1 },
    { operations: 2, timeouts: { all: 2 }, set: { snapshotEvery: 1 } },
    { operations: 3, timeouts: { all: 6 }, crashes: 2, retries: 2, walks: 1_000, depth: 100 },
    {
      operations: 4,
      timeouts: { all: 8 },
      crashes: 2,
      retries: 2,
      set: { snapshotEvery: 1 },
      walks: 1_000,
      depth: 120,
    },
  ],
  "optimistic-logging": recovery({ flush: 4 }),
  "oral-messages": [
    { nodes: 4, operations: 1 },
    { nodes: 4, operations: 1, traitors: [0] },
    { nodes: 4, operations: 1, traitors: [3] },
    { nodes: 5, operations: 1, traitors: [0] },
    { nodes: 7, operations: 1, traitors: [0, 1], walks: 2_000, depth: 400 },
  ],
  paxos: [
    { nodes: 2, timeouts: { retry: 1 } },
    { operations: 1, crashes: 1 },
    { operations: 2 },
    { operations: 1, timeouts: { retry: 2 } },
    { operations: 3, timeouts: { retry: 1 }, set: { learning: "everyone" }, walks: 20_000, depth: 50 },
    { operations: 2, timeouts: { retry: 1 }, set: { learning: "broadcast" } },
    { nodes: 5, operations: 2, duplicates: 2, walks: 20_000, depth: 50 },
    { operations: 2, timeouts: { retry: 1 } },
    { operations: 2, timeouts: { retry: 1 }, duplicates: 1, walks: 2_000, depth: 60 },
    { operations: 2, timeouts: { retry: 2 }, crashes: 2, walks: 2_000, depth: 80 },
  ],
  "pessimistic-logging": recovery(),
  "primary-backup": [
    { operations: 2 },
    { operations: 1, timeouts: { all: 2 } },
    { operations: 2, retries: 1 },
    { operations: 1, timeouts: { all: 1 }, crashes: 1 },
    { operations: 2, set: { replies: "non-blocking" } },
    { operations: 3, retries: 2, timeouts: { all: 8 }, crashes: 2, walks: 1_000, depth: 100 },
    { operations: 2, retries: 2, timeouts: { all: 6 }, stops: 1, walks: 2_000, depth: 100 },
  ],
  raft: [
    { ...ELECTION, timeouts: { election: 2 } },
    { ...ELECTION, nodes: 2, timeouts: { election: 2 } },
    { ...ELECTION, timeouts: { election: 2 }, crashes: 1 },
    { ...ELECTION, set: { ...BARE, preVote: true }, timeouts: { election: 2 }, crashes: 1 },
    { operations: 2, timeouts: { election: 1 }, set: BARE },
    { ...ELECTION, timeouts: { election: 3 } },
    { operations: 1, timeouts: { election: 2 }, set: BARE },
    { operations: 1, timeouts: { election: 2 }, crashes: 1, set: BARE },
    { operations: 2, timeouts: { election: 1 }, retries: 1, set: BARE },
    { operations: 2, timeouts: { election: 2 }, set: { ...BARE, reads: "index" } },
    { operations: 2, timeouts: { election: 1, heartbeat: 1 }, crashes: 1, set: { ...BARE, snapshotEvery: 1 } },
    { operations: 2, timeouts: { election: 5, heartbeat: 1 }, set: { ...BARE, noOp: false }, walks: 3_000, depth: 60 },
    {
      operations: 2,
      timeouts: { election: 3 },
      retries: 1,
      set: { ...BARE, reads: "index" },
      walks: 3_000,
      depth: 60,
    },
    {
      operations: 1,
      timeouts: { election: 2, heartbeat: 1 },
      set: { snapshotEvery: 1, checkQuorum: false },
      walks: 3_000,
      depth: 40,
    },
    {
      operations: 3,
      timeouts: { election: 3, heartbeat: 2 },
      crashes: 1,
      retries: 1,
      set: { ...BARE, snapshotEvery: 1 },
      walks: 1_000,
      depth: 80,
    },
  ],
  raymond: [
    { nodes: 3, operations: 2 },
    { nodes: 4, operations: 3 },
    { nodes: 3, operations: 3, set: { tree: "line" } },
    { nodes: 2, operations: 2, duplicates: 1 },
    { nodes: 3, operations: 4, duplicates: 1 },
    { nodes: 4, operations: 3, duplicates: 2 },
  ],
  "ricart-agrawala": [...SECTION, COPIED, { nodes: 2, operations: 4, duplicates: 1 }],
  "ring-election": [{ operations: 3 }, { operations: 2, liveness: true }, { nodes: 4, operations: 2 }],
  "semi-active-replication": SEQUENCED,
  "sender-based-logging": [ONE_STEP, TWO_STEPS, ONE_CRASH],
  "sharded-groups": [],
  "signed-messages": [
    { operations: 1 },
    { operations: 1, traitors: [0] },
    { operations: 1, traitors: [1] },
    { nodes: 4, operations: 1, traitors: [0, 1] },
    { nodes: 4, operations: 1, traitors: [0, 2] },
  ],
  "suzuki-kasami": [...SECTION, COPIED, { nodes: 2, operations: 4, duplicates: 1 }],
  "token-ring": [{ operations: 1 }, { operations: 2 }, { operations: 2, duplicates: 1 }],
  "uncoordinated-checkpoints": recovery(),
  "viewstamped-replication": [
    { operations: 1 },
    { operations: 0, crashes: 1 },
    { operations: 1, timeouts: { viewChange: 1 } },
    { operations: 2, timeouts: { viewChange: 1 } },
    { operations: 1, timeouts: { viewChange: 2 } },
    { operations: 1, timeouts: { all: 2 }, crashes: 1 },
    { operations: 2, timeouts: { all: 2 }, set: { checkpointEvery: 1 } },
    { operations: 3, timeouts: { all: 6 }, crashes: 2, retries: 2, walks: 1_000, depth: 100 },
    {
      operations: 4,
      timeouts: { all: 8 },
      crashes: 1,
      retries: 2,
      set: { checkpointEvery: 1 },
      walks: 1_000,
      depth: 120,
    },
  ],
}
