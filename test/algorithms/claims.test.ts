/** What algorithms claim to survive, in numbers: READMEs, charts of theory and checks beyond the claims go by it. */
import { expect, test } from "vitest"
import { claimsOf } from "../../runtime/contract/algorithm.ts"
import { algorithms } from "../../algorithms/registry.ts"

const SIZES = [1, 2, 3, 4, 5, 6, 7, 10]

test.each([
  ["active-replication", "crash", [0, 1, 2, 3, 4, 5, 6, 9]],
  ["semi-active-replication", "crash", [0, 1, 2, 3, 4, 5, 6, 9]],
  ["blocking-checkpoints", "crash", [1, 2, 3, 4, 5, 6, 7, 10]],
  ["bully", "crash", [0, 1, 2, 3, 4, 5, 6, 9]],
  ["causal-logging", "crash", [1, 1, 1, 1, 1, 1, 1, 1]],
  ["central-server", "none", [0, 0, 0, 0, 0, 0, 0, 0]],
  ["chain-replication", "crash", [0, 1, 2, 3, 4, 5, 6, 9]],
  ["lamport-mutex", "none", [0, 0, 0, 0, 0, 0, 0, 0]],
  ["lease-leadership", "crash", [0, 1, 2, 3, 4, 5, 6, 9]],
  ["chandy-lamport", "crash", [1, 2, 3, 4, 5, 6, 7, 10]],
  ["communication-induced", "crash", [1, 2, 3, 4, 5, 6, 7, 10]],
  ["floodset", "crash", [0, 0, 1, 1, 2, 2, 3, 4]],
  ["maekawa", "none", [0, 0, 0, 0, 0, 0, 0, 0]],
  ["multi-paxos", "crash", [0, 0, 1, 1, 2, 2, 3, 4]],
  ["optimistic-logging", "crash", [1, 2, 3, 4, 5, 6, 7, 10]],
  ["oral-messages", "byzantine", [0, 0, 0, 1, 1, 1, 2, 3]],
  ["paxos", "crash", [0, 0, 1, 1, 2, 2, 3, 4]],
  ["pessimistic-logging", "crash", [1, 2, 3, 4, 5, 6, 7, 10]],
  ["primary-backup", "crash", [0, 1, 2, 3, 4, 5, 6, 9]],
  ["raft", "crash", [0, 0, 1, 1, 2, 2, 3, 4]],
  ["raymond", "none", [0, 0, 0, 0, 0, 0, 0, 0]],
  ["ricart-agrawala", "none", [0, 0, 0, 0, 0, 0, 0, 0]],
  ["sender-based-logging", "crash", [1, 1, 1, 1, 1, 1, 1, 1]],
  ["sharded-groups", "crash", [0, 0, 1, 1, 1, 1, 1, 1]],
  ["signed-messages", "byzantine", [0, 0, 1, 2, 3, 4, 5, 8]],
  ["ring-election", "none", [0, 0, 0, 0, 0, 0, 0, 0]],
  ["suzuki-kasami", "none", [0, 0, 0, 0, 0, 0, 0, 0]],
  ["token-ring", "none", [0, 0, 0, 0, 0, 0, 0, 0]],
  ["uncoordinated-checkpoints", "crash", [1, 2, 3, 4, 5, 6, 7, 10]],
  ["viewstamped-replication", "crash", [0, 0, 1, 1, 2, 2, 3, 4]],
])("%s survives %s faults of so many of 1, 2, 3, 4, 5, 6, 7, 10 nodes: %j", (name, faults, counts) => {
  const { tolerates } = algorithms[name]!
  expect(tolerates.faults).toBe(faults)
  expect(SIZES.map(n => tolerates.of(n))).toEqual(counts)
})

test.each([
  ["active-replication", "reliable links, synchronous, no disk"],
  ["semi-active-replication", "reliable links, synchronous, no disk"],
  // Garcia-Molina 1982: messages arrive within a bound, and nodes answer within another.
  ["bully", "reliable links, synchronous"],
  ["central-server", "reliable links"],
  ["chain-replication", "no disk"],
  ["floodset", "reliable links, synchronous"],
  ["lamport-mutex", "fifo links"],
  ["lease-leadership", "clocks"],
  ["maekawa", "reliable links"],
  ["multi-paxos", ""],
  ["oral-messages", "reliable links, synchronous"],
  ["paxos", ""],
  ["primary-backup", "no disk"],
  ["raft", ""],
  ["raymond", "reliable links"],
  ["ricart-agrawala", "reliable links"],
  ["signed-messages", "reliable links, synchronous, signatures"],
  ["ring-election", "reliable links"],
  ["suzuki-kasami", "reliable links"],
  ["token-ring", "fifo links, no disk"],
  ["viewstamped-replication", "no disk"],
])("%s assumes: %s", (name, words) => {
  const { links, timing, authentication, storage, clocks } = algorithms[name]!.assumes ?? {}
  const assumed = [
    links === undefined ? [] : `${links} links`,
    timing ?? [],
    authentication ?? [],
    storage === undefined ? [] : "no disk",
    clocks === undefined ? [] : "clocks",
  ].flat()
  expect(assumed.join(", ")).toBe(words)
})

test.each([
  ["sequencer", [0, 1, 2, 3, 4, 5, 6, 9], "reliable", "synchronous", "none"],
  ["raft", [0, 0, 1, 1, 2, 2, 3, 4], undefined, undefined, undefined],
  ["multi-paxos", [0, 0, 1, 1, 2, 2, 3, 4], undefined, undefined, undefined],
  ["viewstamped-replication", [0, 0, 1, 1, 2, 2, 3, 4], undefined, undefined, "none"],
])("active replication with the order of a %s survives and assumes what that does", (order, counts, ...assumed) => {
  const { tolerates, assumes = {} } = claimsOf(algorithms["active-replication"]!, { order })
  expect(SIZES.map(n => tolerates.of(n))).toEqual(counts)
  expect([assumes.links, assumes.timing, assumes.storage]).toEqual(assumed)
})

test("there is no other", () => {
  expect(Object.keys(algorithms).toSorted()).toEqual([
    "active-replication",
    "blocking-checkpoints",
    "bully",
    "causal-logging",
    "central-server",
    "chain-replication",
    "chandy-lamport",
    "communication-induced",
    "floodset",
    "lamport-mutex",
    "lease-leadership",
    "maekawa",
    "multi-paxos",
    "optimistic-logging",
    "oral-messages",
    "paxos",
    "pessimistic-logging",
    "primary-backup",
    "raft",
    "raymond",
    "ricart-agrawala",
    "ring-election",
    "semi-active-replication",
    "sender-based-logging",
    "sharded-groups",
    "signed-messages",
    "suzuki-kasami",
    "token-ring",
    "uncoordinated-checkpoints",
    "viewstamped-replication",
  ])
})
