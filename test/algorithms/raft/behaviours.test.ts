// What checks of random runs hardly see, step by step: reads that older answers must not confirm, configurations that
// snapshots carry, and service after hand-overs, isolations and restarts; each with the mistakes that it finds.
import { describe, expect, test } from "vitest"
import { raft } from "../../../algorithms/raft/raft.ts"
import type { Raft, Snapshot } from "../../../algorithms/raft/types.ts"
import type { Algorithm, NodeId } from "../../../runtime/contract/algorithm.ts"
import { createCluster } from "../../support/cluster.ts"
import { compileWith, type Edit } from "../../support/mutants.ts"
import { isMutationRun } from "../../support/mutation-run.ts"
import {
  appendEntries,
  command,
  commit,
  elect,
  leaders,
  ledCluster,
  nodesOf,
  PATIENT,
  put,
  type RaftCluster,
  redirectsOf,
  resultsOf,
  writeLog,
} from "./support.ts"

const [CATCH_UP, CHECK_QUORUM, ELECTION, MEMBERSHIP, RAFT, READS, REPLICATION, SNAPSHOT, TERMS] = [
  "algorithms/raft/catch-up.ts",
  "algorithms/raft/check-quorum.ts",
  "algorithms/raft/election.ts",
  "algorithms/raft/membership.ts",
  "algorithms/raft/raft.ts",
  "algorithms/raft/reads.ts",
  "algorithms/raft/replication.ts",
  "algorithms/raft/snapshot.ts",
  "algorithms/raft/terms.ts",
]

interface Behaviour {
  readonly name: string
  /** What a test sees of it. */
  readonly observe: (algorithm: Algorithm<Raft>) => unknown
  readonly expected: unknown
  /** Mistakes that make it another, each in words. */
  readonly mutants: Readonly<Record<string, Edit | readonly Edit[]>>
}

const OPERATOR = 50
const get = command(8, 1, { op: "get", key: "x" })
const QUICK = { heartbeatInterval: "50ms" }

function change(cluster: RaftCluster, leader: NodeId, members: readonly NodeId[], sequence = 1): void {
  cluster.request(OPERATOR, leader, { type: "ChangeMembership", sequence, members })
}

function transfer(cluster: RaftCluster, leader: NodeId, to: NodeId, sequence = 1): void {
  cluster.request(OPERATOR, leader, { type: "TransferLeadership", sequence, to })
}

/** Whether a command sent to a node is executed, and the client told of it, within a second. */
function serves(cluster: RaftCluster, node: NodeId, sequence: number): boolean {
  commit(cluster, node, put(7, sequence, `v${sequence}`))
  return resultsOf(cluster, 7).some(reply => reply.sequence === sequence)
}

const reading: readonly Behaviour[] = [
  {
    name: "a read waits for answers to what was sent after it arrived (thesis §6.4)",
    observe: algorithm => {
      const parameters = { reads: "index", heartbeatInterval: "10ms" }
      const cluster = ledCluster({ nodes: 5, parameters }, 0, algorithm)
      commit(cluster, 0, command(9, 1, { op: "get", key: "x" }))
      cluster.runFor("9500us")
      cluster.clearCounts()
      cluster.runUntil(() => cluster.count("AppendEntries") === 4)
      cluster.intercept(from => (from === 0 ? "drop" : { delay: 20_000 }))
      cluster.request(8, 0, get)
      cluster.runFor("60ms")
      return [cluster.count("AppendEntriesReply"), resultsOf(cluster, 8).length]
    },
    expected: [4, 0],
    mutants: {
      "any answer confirms the latest round": {
        file: REPLICATION,
        from: "confirmRound(node, from, reply.round)",
        to: "confirmRound(node, from, state.reads.round)",
      },
      "a read joins the round before it": {
        file: READS,
        from: "holdsLease(node) ? reads.confirmed : reads.round",
        to: "holdsLease(node) ? reads.confirmed : reads.round - 1",
      },
      "a read opens no round of its own": { file: READS, from: "  reads.round++\n", to: "" },
    },
  },
  {
    name: "a second read waits for a round of its own, though the first one's is under way",
    observe: algorithm => {
      const cluster = ledCluster({ nodes: 3, parameters: { reads: "index" } }, 0, algorithm)
      cluster.request(8, 0, get)
      cluster.runUntil(() => cluster.count("AppendEntries") === 2)
      // What is sent from now on is lost: the first read's answers arrive, the second has none.
      cluster.intercept((from, _, { type }) => (from === 0 && type === "AppendEntries" ? "drop" : "deliver"))
      cluster.request(9, 0, command(9, 1, { op: "get", key: "x" }))
      cluster.runFor("50ms")
      return [resultsOf(cluster, 8).length, resultsOf(cluster, 9).length]
    },
    expected: [1, 0],
    mutants: {
      "reads share the round under way": {
        file: RAFT,
        from: "  if (!leased) openRound(node)\n",
        to: "  if (!leased && node.state.reads.waiting.length === 0) openRound(node)\n",
      },
    },
  },
  {
    name: "a lease begins when its round was sent, whatever was sent later",
    observe: algorithm => {
      const parameters = { reads: "lease", ...PATIENT, electionTimeoutMin: "100ms", heartbeatInterval: "10ms" }
      const cluster = createCluster(algorithm, { nodes: 3, parameters })
      cluster.runFor("150ms")
      elect(cluster, 0)
      // Without answers the lease lapses, its renewal being under way; then a read opens another round.
      cluster.intercept((_, to) => (to === 0 ? "drop" : "deliver"))
      cluster.runFor("200ms")
      const { leaseRound } = cluster.state(0).reads
      cluster.request(8, 0, get)
      cluster.runFor("5ms")
      const { reads, matchIndex } = cluster.state(0)
      const { currentTerm } = cluster.disk(0)
      const rest = { conflictTerm: 0, conflictIndex: 0, round: leaseRound }
      const reply = { type: "AppendEntriesReply", term: currentTerm, success: true, index: matchIndex[1]! } as const
      cluster.inject(1, 0, { ...reply, ...rest })
      return [reads.round - leaseRound, reads.confirmed - leaseRound, (reads.leaseUntil ?? 0) > cluster.now]
    },
    expected: [1, 0, false],
    mutants: {
      "each round begins the lease anew": {
        file: READS,
        from: "  if (reads.leaseRound <= reads.confirmed) {\n    reads.leaseRound = reads.round\n    reads.leaseStart = node.now()\n  }\n",
        to: "  if (reads.leaseRound <= reads.confirmed) reads.leaseRound = reads.round\n  reads.leaseStart = node.now()\n",
      },
    },
  },
  {
    name: "a leader that gave its lease up for a hand-over has leases again in its next term",
    observe: algorithm => {
      const cluster = createCluster(algorithm, { nodes: 3, parameters: { reads: "lease" } })
      cluster.runUntil(() => leaders(cluster).length === 1)
      cluster.runFor("500ms")
      const leader = leaders(cluster)[0]!
      const other = (leader + 1) % 3
      transfer(cluster, leader, other)
      cluster.runUntil(() => leaders(cluster)[0] === other)
      cluster.runFor("500ms")
      transfer(cluster, other, leader, 2)
      cluster.runUntil(() => leaders(cluster)[0] === leader)
      cluster.runFor("500ms")
      cluster.clearCounts()
      cluster.request(8, leader, get)
      cluster.runFor("3ms")
      return [resultsOf(cluster, 8).length, cluster.count(undefined, "protocol")]
    },
    expected: [1, 0],
    mutants: {
      "the reads of one term are those of the next": [
        { file: READS, from: "  node.state.reads = noReads(node.size)\n", to: "  node.state.reads.waiting = []\n" },
      ],
    },
  },
]

/** A configuration that only a snapshot holds, of a server that is to hear of it. */
function snapshotOf(members: readonly NodeId[], next: readonly NodeId[] | null = null): Snapshot {
  return {
    lastIncludedIndex: 3,
    lastIncludedTerm: 1,
    configuration: { type: "Configuration", members, next },
    machine: { values: new Map(), sessions: [] },
  }
}

/** Sends every server the same snapshot, as a leader of term 1 would. */
function installEverywhere(cluster: RaftCluster, snapshot: Snapshot): void {
  for (const node of nodesOf(cluster)) {
    cluster.inject((node + 1) % cluster.size, node, { type: "InstallSnapshot", term: 1, snapshot })
  }
}

function membersOf(cluster: RaftCluster, node: NodeId): unknown {
  const { configuration, configurationIndex, peers } = cluster.state(node)
  return { members: configuration.members, next: configuration.next, index: configurationIndex, peers }
}

const carrying: readonly Behaviour[] = [
  {
    name: "a snapshot holds the configuration as of its last entry, though the log holds a later one",
    observe: algorithm => {
      const parameters = { initialMembers: 3, snapshotEvery: 3 }
      const cluster = ledCluster({ nodes: 4, parameters }, 0, algorithm)
      commit(cluster, 0, put(7, 1, "v"))
      cluster.request(7, 0, put(7, 2, "v"))
      change(cluster, 0, [0, 1])
      cluster.runUntil(() => cluster.disk(0).snapshot.lastIncludedIndex === 3)
      const { members, next } = cluster.disk(0).snapshot.configuration
      return { members, next, isLatest: cluster.state(0).configurationIndex <= 3 }
    },
    expected: { members: [0, 1, 2], next: null, isLatest: false },
    mutants: {
      "it holds the latest configuration": {
        file: SNAPSHOT,
        from: "configuration: appliedConfiguration(node),",
        to: "configuration: state.configuration,",
      },
      "it holds the latest configuration of the log": {
        file: MEMBERSHIP,
        from: "latestConfiguration(disk, state.lastApplied).configuration",
        to: "latestConfiguration(disk).configuration",
      },
    },
  },
  {
    name: "whoever is sent a snapshot adopts its configuration, and has it after a restart",
    observe: algorithm => {
      const cluster = createCluster(algorithm, { nodes: 4, parameters: PATIENT })
      cluster.inject(1, 0, { type: "InstallSnapshot", term: 1, snapshot: snapshotOf([0, 1, 3]) })
      const before = membersOf(cluster, 0)
      cluster.crash(0)
      cluster.restart(0)
      return [before, membersOf(cluster, 0)]
    },
    expected: [1, 2].map(() => ({ members: [0, 1, 3], next: null, index: 3, peers: [1, 3] })),
    mutants: {
      "it keeps the one it had": { file: SNAPSHOT, from: "  adoptLatestConfiguration(node)\n", to: "" },
      "it talks to those it talked to": {
        file: MEMBERSHIP,
        from: "  state.peers = peersOf(node.id, configuration)\n",
        to: "",
      },
    },
  },
  {
    name: "a configuration in the log after the snapshot counts for more, at once and after a restart",
    observe: algorithm => {
      const cluster = createCluster(algorithm, { nodes: 4, parameters: PATIENT })
      writeLog(cluster, 0, [1, 1, 1], 1)
      const entry = { index: 4, term: 1, command: { type: "Configuration", members: [0, 1], next: null } } as const
      cluster.inject(1, 0, appendEntries({ prevLogIndex: 3, prevLogTerm: 1, entries: [entry] }))
      cluster.inject(1, 0, { type: "InstallSnapshot", term: 1, snapshot: snapshotOf([0, 1, 3]) })
      const before = membersOf(cluster, 0)
      cluster.crash(0)
      cluster.restart(0)
      return [before, membersOf(cluster, 0)]
    },
    expected: [1, 2].map(() => ({ members: [0, 1], next: null, index: 4, peers: [1] })),
    mutants: {
      "it adopts that of the snapshot": {
        file: SNAPSHOT,
        from: "  adoptLatestConfiguration(node)\n",
        to: "  state.configuration = snapshot.configuration\n  state.configurationIndex = lastIncludedIndex\n",
      },
      "it boots with that of the snapshot": {
        file: RAFT,
        from: "  dropCovered(node)\n  adoptLatestConfiguration(node)\n",
        to: "  dropCovered(node)\n",
      },
    },
  },
  {
    name: "a leader completes the change of a joint configuration that it has from a snapshot",
    observe: algorithm => {
      const cluster = createCluster(algorithm, { nodes: 4, parameters: { ...PATIENT, ...QUICK } })
      installEverywhere(cluster, snapshotOf([0, 1, 2], [0, 1, 3]))
      elect(cluster, 0)
      return [0, 1, 3].map(node => cluster.state(node).configuration)
    },
    expected: [0, 1, 3].map(() => ({ type: "Configuration", members: [0, 1, 3], next: null })),
    mutants: {
      "it waits for the joint configuration to be committed": {
        file: ELECTION,
        from: "  continueChange(node)\n",
        to: "",
      },
    },
  },
  {
    name: "a server outside the configuration of its snapshot, which is committed, does not stand for election",
    observe: algorithm => {
      const cluster = createCluster(algorithm, { nodes: 4, parameters: PATIENT })
      cluster.inject(1, 0, { type: "InstallSnapshot", term: 1, snapshot: snapshotOf([1, 2, 3]) })
      cluster.request(9, 0, { type: "Elect" })
      cluster.runFor("10ms")
      return cluster.count("RequestVote")
    },
    expected: 0,
    mutants: {
      "it does as if that were uncommitted": {
        file: MEMBERSHIP,
        from: "configurationIndex: disk.snapshot.lastIncludedIndex }",
        to: "configurationIndex: disk.snapshot.lastIncludedIndex + 1 }",
      },
    },
  },
]

const serving: readonly Behaviour[] = [
  {
    name: "a leader that handed over serves when it leads again (thesis §3.10)",
    observe: algorithm => {
      const cluster = ledCluster({ nodes: 3, parameters: QUICK }, 0, algorithm)
      transfer(cluster, 0, 1)
      cluster.runFor("100ms")
      const isServed = serves(cluster, 1, 1)
      transfer(cluster, 1, 0, 2)
      cluster.runFor("100ms")
      return [isServed, leaders(cluster), serves(cluster, 0, 2)]
    },
    expected: [true, [0], true],
    mutants: {
      "it still waits for the other to take over": { file: TERMS, from: "  state.transferee = null\n", to: "" },
    },
  },
  {
    name: "a leader that has lost its majority steps down under load as well, and sends nothing more",
    observe: algorithm => {
      const seen = [true, false].map(isBusy => {
        const cluster = createCluster(algorithm, { nodes: 3, parameters: { preVote: true } })
        cluster.runUntil(() => leaders(cluster).length === 1)
        cluster.runFor("500ms")
        const leader = leaders(cluster)[0]!
        cluster.isolate(leader)
        cluster.facts.length = 0
        for (let sequence = 1; sequence <= 100; sequence++) {
          if (isBusy) cluster.request(7, leader, put(7, sequence, "v"))
          cluster.runFor("5ms")
        }
        const left = cluster.facts.find(({ node, fact }) => node === leader && fact.type === "believes")?.time ?? 0
        const since = cluster.sent.filter(({ time, from, message }) => {
          return from === leader && time >= left && message.type === "AppendEntries"
        })
        return [left > 0, since.length]
      })
      return seen
    },
    expected: [
      [true, 0],
      [true, 0],
    ],
    mutants: {
      "it looks for answers only when it has nothing else to do": {
        file: RAFT,
        from: "  checkQuorum(node)\n  if (!takesRequests",
        to: "  if (!takesRequests",
      },
      "it looks for answers only when it has something to do": {
        file: REPLICATION,
        from: "  checkQuorum(node)\n",
        to: "",
      },
      "it sends a last heartbeat": {
        file: REPLICATION,
        from: '  if (node.state.role === "leader") broadcastAppendEntries(node, true)\n',
        to: "  broadcastAppendEntries(node, true)\n",
      },
    },
  },
  {
    name: "a deposed leader stands for election again",
    observe: algorithm => {
      const cluster = createCluster(algorithm, { nodes: 3 })
      cluster.runUntil(() => leaders(cluster).length === 1)
      const leader = leaders(cluster)[0]!
      cluster.intercept((from, _, { type }) => (from !== leader && type === "RequestVote" ? "drop" : "deliver"))
      cluster.inject((leader + 1) % 3, leader, { type: "PreVoteReply", term: 9, voteGranted: false })
      cluster.runFor("5s")
      return leaders(cluster).includes(leader)
    },
    expected: true,
    mutants: {
      "it waits for others": {
        file: TERMS,
        from: "  resetElectionTimer(node)\n  redirectReads",
        to: "  redirectReads",
      },
    },
  },
  {
    name: "a deposed leader sends those elsewhere that wait for a read",
    observe: algorithm => {
      const cluster = ledCluster({ nodes: 3, parameters: { reads: "index" } }, 0, algorithm)
      cluster.intercept(() => "drop")
      cluster.request(8, 0, get)
      cluster.runFor("10ms")
      cluster.inject(1, 0, appendEntries({ term: 9 }))
      cluster.runFor("10ms")
      return redirectsOf(cluster, 8).length
    },
    expected: 1,
    mutants: {
      "it lets them wait": { file: TERMS, from: "  redirectReads(node)\n", to: "" },
    },
  },
  {
    name: "a change of membership that a leader left undone is not in the way when it leads again",
    observe: algorithm => {
      const parameters = { initialMembers: 3, ...QUICK }
      const cluster = ledCluster({ nodes: 4, parameters }, 0, algorithm)
      cluster.crash(3)
      change(cluster, 0, [0, 1, 2, 3])
      cluster.runFor("10ms")
      elect(cluster, 1)
      elect(cluster, 0)
      cluster.runFor("1s")
      const sent = cluster.sent.filter(({ to }) => to === 3).length
      change(cluster, 0, [0, 1], 2)
      cluster.runFor("1s")
      return [sent, resultsOf(cluster, OPERATOR).map(({ sequence, result }) => [sequence, result.done])]
    },
    expected: [0, [[2, true]]],
    mutants: {
      "it still has that to do": { file: TERMS, from: "  state.change = null\n", to: "" },
      "it still talks to the server that was to join": {
        file: TERMS,
        from: "  state.peers = peersOf(node.id, state.configuration)\n",
        to: "",
      },
    },
  },
  {
    name: "a server that was cut off has the whole log soon after it is back, batch after batch",
    observe: algorithm => {
      const cluster = ledCluster({ nodes: 3, parameters: { ...QUICK, maxBatch: 5 } }, 0, algorithm)
      cluster.isolate(2)
      for (let sequence = 1; sequence <= 100; sequence++) cluster.request(7, 0, put(7, sequence, "v"))
      cluster.runFor("1s")
      cluster.heal()
      cluster.runFor("200ms")
      return [cluster.disk(2).log.length, cluster.state(2).lastApplied > 90]
    },
    expected: [101, true],
    mutants: {
      "it gets a batch a heartbeat": {
        file: REPLICATION,
        from: "if (state.nextIndex[server]! <= lastLogIndex(disk) && mayReplicate(node, server)) {",
        to: "if (mayReplicate(node, server)) {\n    state.nextIndex[server] = state.nextIndex[server]!\n  } else {",
      },
    },
  },
  {
    name: "a server that asked for pre-votes while it was cut off asks no longer when it is back",
    observe: algorithm => {
      const cluster = createCluster(algorithm, { nodes: 3, parameters: { preVote: true, checkQuorum: false } })
      cluster.runUntil(() => leaders(cluster).length === 1)
      cluster.runFor("500ms")
      const leader = leaders(cluster)[0]!
      cluster.isolate((leader + 1) % 3)
      // One that never answers would be asked again for ever.
      cluster.crash((leader + 2) % 3)
      cluster.runFor("1s")
      cluster.heal()
      cluster.runFor("1s")
      cluster.clearCounts()
      cluster.runFor("1s")
      return [leaders(cluster)[0] === leader, cluster.count("PreVote")]
    },
    expected: [true, 0],
    mutants: {
      "it goes on asking": { file: TERMS, from: "  else stopStanding(node)\n", to: "" },
    },
  },
  {
    name: "a leader that is removed leaves, and the others soon have a leader that serves",
    observe: algorithm => {
      const cluster = createCluster(algorithm, { nodes: 4, seed: 3 })
      cluster.runUntil(() => leaders(cluster).length === 1)
      cluster.runFor("100ms")
      const old = leaders(cluster)[0]!
      change(
        cluster,
        old,
        nodesOf(cluster).filter(node => node !== old),
      )
      cluster.runFor("1s")
      const [next, ...others] = leaders(cluster)
      return [next === undefined || next === old, others, next !== undefined && serves(cluster, next, 1)]
    },
    expected: [false, [], true],
    mutants: {
      "it goes on leading": {
        file: REPLICATION,
        from: "    becomeFollower(node)\n    believe(node, null)\n",
        to: "",
      },
    },
  },
  {
    name: "a leader that nobody answers leaves, asks before it stands again, and returns without a new term",
    observe: algorithm => {
      const cluster = createCluster(algorithm, { nodes: 3 })
      cluster.runUntil(() => leaders(cluster).length === 1)
      cluster.runFor("500ms")
      const old = leaders(cluster)[0]!
      const term = cluster.disk(old).currentTerm
      cluster.isolate(old)
      cluster.runFor("3s")
      const left = [cluster.state(old).role, cluster.disk(old).currentTerm - term, leaders(cluster).length]
      const [next] = leaders(cluster)
      cluster.heal()
      cluster.runFor("1s")
      return [...left, leaders(cluster)[0] === next, serves(cluster, next!, 1)]
    },
    expected: ["preCandidate", 0, 1, true, true],
    mutants: {
      "it stands at once": { file: CHECK_QUORUM, from: "  state.asksFirst = true\n", to: "" },
      "one answer counts, its own too": {
        file: CHECK_QUORUM,
        from: "agreedOn(configuration, quorum.answered, 0)",
        to: "Math.max(...quorum.answered)",
      },
    },
  },
  {
    name: "a server that joins an idle group late gets its vote, and one that never comes is given up",
    observe: algorithm => {
      const cluster = createCluster(algorithm, { nodes: 5, parameters: { initialMembers: 3 } })
      cluster.runUntil(() => leaders(cluster).length === 1)
      cluster.runFor("100ms")
      const leader = leaders(cluster)[0]!
      for (const node of [3, 4]) cluster.crash(node)
      change(cluster, leader, [0, 1, 2, 3], 1)
      cluster.runFor("1s")
      cluster.restart(3)
      cluster.runFor("1s")
      change(cluster, leader, [0, 1, 2, 3, 4], 2)
      cluster.runFor("7s")
      return resultsOf(cluster, OPERATOR).map(({ sequence, result }) => [sequence, result.done])
    },
    expected: [
      [1, true],
      [2, false],
    ],
    mutants: {
      "a slow round is always followed by another": {
        file: CATCH_UP,
        from: "isShort || !isAnyBehind(node, change, lastLogIndex(disk))",
        to: "isShort",
      },
      "nobody is given up": {
        file: CATCH_UP,
        from: "  if (joining(change, configuration).some(isStuck)) return abandonChange(node, change)\n",
        to: "",
      },
      "whoever is behind is given up": {
        file: CATCH_UP,
        from: "PATIENCE * Math.max(",
        to: "Math.max(",
      },
    },
  },
  {
    name: "a server outside its own uncommitted C_new stands for election, without a vote of its own (thesis §4.2.2)",
    observe: algorithm => {
      const seen = [[1, 2], [1]].map(up => {
        const cluster = createCluster(algorithm, { nodes: 4, parameters: { ...PATIENT, ...QUICK } })
        const entry = { index: 1, term: 1, command: { type: "Configuration", members: [1, 2, 3], next: null } } as const
        cluster.inject(1, 0, appendEntries({ entries: [entry] }))
        for (const node of [1, 2, 3]) if (!up.includes(node)) cluster.crash(node)
        cluster.request(9, 0, { type: "Elect" })
        cluster.runFor("5ms")
        return [cluster.count("RequestVote") > 0, cluster.state(0).role]
      })
      return seen
    },
    expected: [
      [true, "leader"],
      [true, "candidate"],
    ],
    mutants: {
      "it keeps out of elections": { file: ELECTION, from: " || configurationIndex > commitIndex", to: "" },
      "it counts itself": {
        file: ELECTION,
        from: "  if (!agrees(configuration, votes)) return\n",
        to: "  if (2 * votes.filter(vote => vote).length <= configuration.members.length) return\n",
      },
    },
  },
]

async function compile(edits: Edit | readonly Edit[]): Promise<Algorithm<Raft>> {
  const module = await compileWith<{ raft: Algorithm<Raft> }>(RAFT, "file" in edits ? [edits] : edits)
  return module.raft
}

/** A mistake may also break one of the algorithm's own invariants. */
function observed({ observe }: Behaviour, algorithm: Algorithm<Raft>): unknown {
  try {
    return observe(algorithm)
  } catch (error) {
    return error
  }
}

describe.each([
  { about: "reads", behaviours: reading },
  { about: "configurations in snapshots", behaviours: carrying },
  { about: "service after hand-overs, isolations and restarts", behaviours: serving },
])("$about:", ({ behaviours }) => {
  describe.each(behaviours)("$name", behaviour => {
    test("is so", () => {
      expect(behaviour.observe(raft)).toEqual(behaviour.expected)
    })

    test.skipIf(isMutationRun).each(Object.entries(behaviour.mutants))("not if %s", async (_, edits) => {
      expect(observed(behaviour, await compile(edits))).not.toEqual(behaviour.expected)
    })
  })
})
