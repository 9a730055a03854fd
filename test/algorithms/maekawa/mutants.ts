/** Mistakes planted on purpose in Maekawa's algorithm, one for each of its rules. */
import type { SectionMutant } from "../../support/section-mutants.ts"

export const file = "algorithms/maekawa/maekawa.ts"
const arbiter = "algorithms/maekawa/arbiter.ts"
const quorums = "algorithms/maekawa/quorums.ts"
const duplicating = { duplication: 0.3, latency: { model: "exponential", floor: 100, mean: 2_000 } } as const
const contention = { workload: { hold: "2ms", deadline: "1s", starvation: 30 } } as const
const seldom = { workload: { hold: "1ms", think: "20ms", deadline: "1s", starvation: 30 } } as const
const grid = { ...contention, nodes: 9, parameters: { quorums: "grid" } } as const

export const mutants: readonly SectionMutant[] = [
  {
    mistake: "quorums that do not meet: no perfect difference set",
    edit: { file: quorums, from: "[0, 1, 3],", to: "[0, 1, 2]," },
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "a quorum of the row alone",
    edit: { file: quorums, from: "[row * side + step, step * side + column]", to: "[row * side + step]" },
    caughtBy: "mutual-exclusion",
    options: grid,
  },
  {
    mistake: "enters with one lock missing",
    edit: {
      file,
      from: "requester.quorum.every(member => requester.locks[member] !== NONE)",
      to: "requester.quorum.filter(member => requester.locks[member] === NONE).length < 2",
    },
    caughtBy: "invariant",
  },
  {
    mistake: "is locked for two at a time",
    edit: {
      file: arbiter,
      from: "if (arbiter.lock === null) return lockFor(node, request)",
      to: "return lockFor(node, request)",
    },
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "does not queue a request that it cannot serve",
    edit: { file: arbiter, from: "enqueue(arbiter.waiting, request)", to: "" },
    caughtBy: "availability",
  },
  {
    mistake: "serves the youngest first",
    edit: { file: arbiter, from: "node.state.arbiter.waiting.shift()", to: "node.state.arbiter.waiting.pop()" },
    caughtBy: "availability",
    options: contention,
  },
  {
    mistake: "queues by arrival",
    edit: { file: arbiter, from: "waiting.findIndex(other => isBefore(request, other))", to: "-1" },
    caughtBy: "availability",
    options: contention,
  },
  {
    mistake: "FAILED: does not tell a younger request",
    edit: {
      file: arbiter,
      from: "if (first !== request || !isBefore(request, lock)) return fail(node, request)",
      to: "if (first !== request || !isBefore(request, lock)) return",
    },
    caughtBy: "availability",
    options: contention,
  },
  {
    mistake: "FAILED: does not tell the first of the queue that an older request has come before it (Sanders 1987)",
    edit: { file: arbiter, from: "if (second !== undefined) fail(node, second)", to: "" },
    caughtBy: "availability",
    options: { ...contention, nodes: 13 },
  },
  {
    mistake: "FAILED: disregarded",
    edit: { file, from: "requester.failed[from] = true", to: "" },
    caughtBy: "availability",
    options: contention,
  },
  {
    mistake: "INQUIRE: does not inquire",
    edit: { file: arbiter, from: `node.send(lock.from, { type: "Inquire", lock: lock.number })`, to: "" },
    caughtBy: "availability",
    options: contention,
  },
  {
    mistake: "INQUIRE: disregarded by one that fails later only",
    edit: {
      file,
      from: "requester.inquiries[from] = lock\n",
      to: "requester.inquiries[from] = requester.failed.includes(true) ? lock : NONE\n",
    },
    caughtBy: "availability",
    options: contention,
  },
  {
    mistake: "INQUIRE: answered from the critical section",
    edit: {
      file,
      from: "if (isLate || requester.inCriticalSection) return",
      to: "if (isLate) return; if (requester.inCriticalSection) requester.failed[from] = true",
    },
    caughtBy: "mutual-exclusion",
    options: { workload: { hold: "20ms", think: "50ms", deadline: "1s" } },
  },
  {
    mistake: "RELINQUISH: keeps the lock that it relinquishes",
    edit: { file, from: "locks[member] = NONE\n    inquiries", to: "inquiries" },
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "RELINQUISH: has not failed where it relinquished",
    edit: { file, from: "failed[member] = true", to: "" },
    caughtBy: "availability",
    options: seldom,
  },
  {
    mistake: "RELINQUISH: the request is forgotten, not queued again",
    edit: {
      file: arbiter,
      from: "enqueue(waiting, { from: lock.from, timestamp: lock.timestamp, failed: true })",
      to: "",
    },
    caughtBy: "availability",
  },
  {
    mistake: "RELEASE: is not told to one member of the quorum",
    edit: {
      file,
      from: `node.send(member, { type: "Release", lock: requester.locks[member]! })`,
      to: `if (member !== requester.quorum[0]) node.send(member, { type: "Release", lock: requester.locks[member]! })`,
    },
    caughtBy: "availability",
  },
  {
    mistake: "RELEASE: the lock is not given to the next",
    edit: { file: arbiter, from: "arbiter.lock = null\n  lockForNext(node)", to: "arbiter.lock = null" },
    caughtBy: "availability",
  },
  {
    mistake: "does not tell a copy of a lock from a new one",
    edit: { file, from: "lock <= requester.latestLock[from]!) return\n", to: "false) return\n" },
    caughtBy: "invariant",
    options: { ...duplicating, ...contention },
  },
  {
    mistake: "does not tell a copy of a relinquished lock from a new one",
    edit: { file: arbiter, from: "if (lock?.number !== number) return", to: "if (lock === null) return" },
    caughtBy: "invariant",
    options: { ...seldom, duplication: 0.5 },
  },
  {
    mistake: "does not tell a copy of a release from that of the lock's holder",
    edit: { file: arbiter, from: "if (arbiter.lock?.number !== number) return", to: "" },
    caughtBy: "mutual-exclusion",
    options: duplicating,
  },
]
