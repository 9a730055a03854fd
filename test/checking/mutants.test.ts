// Mistakes planted on purpose, found by going through every order of events: each in as few steps as it takes.
import { describe, expect, test } from "vitest"
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import { violationOf } from "../support/checks.ts"
import { compileWith, type Edit } from "../support/mutants.ts"
import { isMutationRun } from "../support/mutation-run.ts"
import type { RequestOptions } from "../support/untimed-models.ts"

interface Mutant extends RequestOptions {
  readonly mistake: string
  readonly edit: Edit
  readonly service?: string
  readonly check: string
  /** The length of the shortest counterexample. */
  readonly steps: number
}

const [RAFT, ELECTION, MAEKAWA, ARBITER] = [
  "algorithms/raft/raft.ts",
  "algorithms/raft/election.ts",
  "algorithms/maekawa/maekawa.ts",
  "algorithms/maekawa/arbiter.ts",
]
const boot = "  state.heardAt = node.now()\n"
/** Raft without what would hide a mistake of its core. */
const set = { preVote: false, leaderStickiness: false, checkQuorum: false, reads: "log" }
const election = { service: "leader-election", operations: 0, timeouts: { election: 2 }, set }

const raft: readonly Mutant[] = [
  {
    mistake: "forgets in a crash whom it voted for: two votes after a restart",
    edit: { file: RAFT, from: boot, to: `${boot}  node.save({ votedFor: null })\n` },
    ...election,
    crashes: 1,
    check: "one-leader-per-epoch",
    steps: 7,
  },
  {
    mistake: "forgets its term in a crash",
    edit: { file: RAFT, from: boot, to: `${boot}  node.save({ currentTerm: 0, votedFor: null })\n` },
    ...election,
    crashes: 1,
    check: "invariants",
    steps: 7,
  },
  {
    mistake: "does not keep its log on disk",
    edit: { file: RAFT, from: boot, to: `${boot}  node.truncate("log", 0)\n` },
    operations: 1,
    timeouts: { election: 2 },
    crashes: 1,
    set,
    check: "invariants",
    steps: 10,
  },
  {
    mistake: "votes as often as it is asked",
    edit: { file: ELECTION, from: "    (disk.votedFor === null || disk.votedFor === from) &&\n", to: "" },
    ...election,
    check: "invariants",
    steps: 3,
  },
  {
    mistake: "takes half for a majority",
    edit: { file: "algorithms/common/quorum.ts", from: "Math.floor(size / 2) + 1", to: "Math.ceil(size / 2)" },
    ...election,
    nodes: 2,
    check: "one-leader-per-epoch",
    steps: 2,
  },
  {
    mistake: "counts votes of earlier elections",
    edit: {
      file: ELECTION,
      from: 'state.role !== "candidate" || message.term !== disk.currentTerm',
      to: 'state.role !== "candidate"',
    },
    ...election,
    timeouts: { election: 3 },
    check: "one-leader-per-epoch",
    steps: 7,
  },
  {
    mistake: "votes without comparing logs",
    edit: {
      file: ELECTION,
      from: "    isUpToDate(disk, message.lastLogIndex, message.lastLogTerm)\n  // A vote",
      to: "    true\n  // A vote",
    },
    operations: 1,
    timeouts: { election: 2 },
    set,
    check: "invariants",
    steps: 9,
  },
  {
    mistake: "answers clients before the commit",
    edit: {
      file: RAFT,
      from: "  appendEntry(node, command)\n}\n\nfunction read",
      to:
        "  node.reply(client, { type: 'Result', sequence: command.sequence, result: { done: true, value: null } })\n" +
        "  appendEntry(node, command)\n}\n\nfunction read",
    },
    timeouts: { election: 1 },
    set,
    check: "linearizable",
    steps: 9,
  },
]

const maekawa: readonly Mutant[] = [
  {
    mistake: "enters without the last lock",
    edit: {
      file: MAEKAWA,
      from: "requester.quorum.every(member => requester.locks[member] !== NONE)",
      to: "requester.quorum.filter(member => requester.locks[member] === NONE).length < 2",
    },
    check: "mutual-exclusion",
    steps: 2,
  },
  {
    mistake: "forgets a request that has to wait",
    edit: { file: ARBITER, from: "enqueue(arbiter.waiting, request)", to: "" },
    check: "progress",
    steps: 8,
  },
  {
    mistake: "does not ask for its lock back",
    edit: { file: ARBITER, from: `node.send(lock.from, { type: "Inquire", lock: lock.number })`, to: "" },
    operations: 3,
    check: "progress",
    steps: 7,
  },
]

async function lengthOf(entry: string, name: string, { edit, service, ...options }: Mutant) {
  const exports = await compileWith<Record<string, Algorithm>>(entry, [edit])
  const { check, steps } = violationOf(name, service, { ...options, algorithm: exports[name]! })
  return { check, steps: steps.length }
}

describe.skipIf(isMutationRun)("Raft", () => {
  test.each(raft)("$mistake: $check in $steps steps", async mutant => {
    const { check, steps } = mutant
    expect(await lengthOf(RAFT, "raft", mutant)).toEqual({ check, steps })
  })
})

describe.skipIf(isMutationRun)("Maekawa", () => {
  test.each(maekawa)("$mistake: $check in $steps steps", async mutant => {
    const { check, steps } = mutant
    expect(await lengthOf(MAEKAWA, "maekawa", mutant)).toEqual({ check, steps })
  })
})
