// Learners, members without a vote (thesis §4.2.1): they get the log, do not count, and are made voters once they have it.
import { describe, expect, test } from "vitest"
import { raft } from "../../../algorithms/raft/raft.ts"
import type { Raft } from "../../../algorithms/raft/types.ts"
import type { Algorithm, NodeId } from "../../../runtime/contract/algorithm.ts"
import { Random } from "../../../runtime/lib/random.ts"
import { createCluster } from "../../support/cluster.ts"
import { compileWith, type Edit } from "../../support/mutants.ts"
import { isMutationRun, randomRuns } from "../../support/mutation-run.ts"
import { findings, runInTurmoil } from "./chaos.ts"
import { commit, elect, leaders, ledCluster, PATIENT, put, type RaftCluster, resultsOf } from "./support.ts"

const OPERATOR = 50
const THREE_AND_TWO = { initialMembers: 3, initialLearners: 2 }

function change(
  cluster: RaftCluster,
  leader: NodeId,
  members: readonly NodeId[],
  learners?: readonly NodeId[],
  sequence = 1,
): void {
  cluster.request(OPERATOR, leader, {
    type: "ChangeMembership",
    sequence,
    members,
    ...(learners === undefined ? {} : { learners }),
  })
}

function outcomes(cluster: RaftCluster): boolean[] {
  return resultsOf(cluster, OPERATOR).map(({ result }) => result.done)
}

function isAnswered(cluster: RaftCluster, client: number): boolean {
  return resultsOf(cluster, client).length > 0
}

/** Three members and two learners: the nodes whom a command reached, and the messages that it cost. */
function reached(algorithm: Algorithm<Raft>): readonly [messages: number, lengths: number[]] {
  const cluster = ledCluster({ nodes: 5, parameters: THREE_AND_TWO }, 0, algorithm)
  commit(cluster, 0, put(1, 1, "x"))
  return [cluster.count(undefined, "protocol"), [0, 1, 2, 3, 4].map(node => cluster.disk(node).log.length)]
}

/** Whether a command is committed while both other members are down and both learners are up. */
function countsLearners(algorithm: Algorithm<Raft>): boolean {
  const cluster = ledCluster({ nodes: 5, parameters: THREE_AND_TWO }, 0, algorithm)
  cluster.crash(1)
  cluster.crash(2)
  cluster.request(1, 0, put(1, 1, "x"))
  cluster.runFor("200ms")
  return isAnswered(cluster, 1)
}

/** Whom a candidate asks for its vote. */
function askedForVotes(algorithm: Algorithm<Raft>): NodeId[] {
  const cluster = createCluster(algorithm, { nodes: 5, parameters: { ...PATIENT, ...THREE_AND_TWO } })
  elect(cluster, 0)
  cluster.request(9, 1, { type: "Elect" })
  cluster.runFor("5ms")
  return cluster.sent.flatMap(({ to, message }) => (message.type === "RequestVote" ? [to] : []))
}

describe("learners", () => {
  test("get every entry, for two messages each, like members", () => {
    expect(reached(raft)).toEqual([2 * 4, [2, 2, 2, 2, 2]])
  })

  test("do not count for commits", () => {
    expect(countsLearners(raft)).toBe(false)
    const cluster = ledCluster({ nodes: 5, parameters: THREE_AND_TWO })
    for (const node of [2, 3, 4]) cluster.crash(node)
    commit(cluster, 0, put(1, 1, "x"))
    expect(isAnswered(cluster, 1)).toBe(true)
  })

  test("are not asked for votes, and never stand for election", () => {
    expect(askedForVotes(raft)).toEqual([0, 2])
    const cluster = createCluster(raft, { nodes: 5, parameters: THREE_AND_TWO })
    cluster.runUntil(() => leaders(cluster).length === 1)
    for (const node of [0, 1, 2]) cluster.crash(node)
    cluster.runFor("5s")
    expect([3, 4].map(node => cluster.state(node).role)).toEqual(["follower", "follower"])
  })

  test("are not handed over to", () => {
    const cluster = ledCluster({ nodes: 5, parameters: THREE_AND_TWO })
    cluster.request(OPERATOR, 0, { type: "TransferLeadership", sequence: 1, to: 3 })
    cluster.runFor("1s")
    expect(outcomes(cluster)).toEqual([false])
  })
})

/** The configurations that the log holds after a change of three members and two learners. */
function configurations(
  algorithm: Algorithm<Raft>,
  members: readonly NodeId[],
  learners?: readonly NodeId[],
): unknown[] {
  const cluster = ledCluster({ nodes: 5, parameters: { ...THREE_AND_TWO, heartbeatInterval: "50ms" } }, 0, algorithm)
  commit(cluster, 0, put(0, 1, "x"))
  change(cluster, 0, members, learners)
  cluster.runFor("1s")
  return [
    outcomes(cluster),
    ...cluster.disk(0).log.flatMap(({ command }) => (command?.type === "Configuration" ? [command] : [])),
  ]
}

const configuration = (members: readonly NodeId[], next: readonly NodeId[] | null, learners?: readonly NodeId[]) => ({
  type: "Configuration",
  members,
  next,
  ...(learners === undefined ? {} : { learners }),
})

describe("an operator", () => {
  test("adds and removes learners by one entry, as no majority changes", () => {
    expect(configurations(raft, [0, 1, 2], [3])).toEqual([[true], configuration([0, 1, 2], null, [3])])
    expect(configurations(raft, [0, 1, 2], [])).toEqual([[true], configuration([0, 1, 2], null)])
    expect(configurations(raft, [0, 1, 2], [3, 4])).toEqual([[true]])
  })

  test("makes a learner a member by joint consensus, and leaves the others learners", () => {
    expect(configurations(raft, [0, 1, 2, 3])).toEqual([
      [true],
      configuration([0, 1, 2], [0, 1, 2, 3], [4]),
      configuration([0, 1, 2, 3], null, [4]),
    ])
  })

  test("makes a member a learner", () => {
    expect(configurations(raft, [0, 1], [2, 3, 4])).toEqual([
      [true],
      configuration([0, 1, 2], [0, 1], [2, 3, 4]),
      configuration([0, 1], null, [2, 3, 4]),
    ])
  })

  test("is refused a server that is to be both, or that there is none of", () => {
    expect(configurations(raft, [0, 1, 2], [2])).toEqual([[false]])
    expect(configurations(raft, [0, 1, 2], [7])).toEqual([[false]])
  })

  test("adds a learner that was empty: it gets the whole log", () => {
    const cluster = ledCluster({ nodes: 4, parameters: { initialMembers: 3, maxBatch: 3 } })
    for (let sequence = 1; sequence <= 20; sequence++) commit(cluster, 0, put(0, sequence, "v"))
    change(cluster, 0, [0, 1, 2], [3])
    cluster.runFor("1s")
    expect(outcomes(cluster)).toEqual([true])
    expect(cluster.disk(3).log).toEqual(cluster.disk(0).log)
  })
})

/** When a command is answered, of three servers to which three empty ones are added: how long it waits, in ms. */
function waitWhileAdding(algorithm: Algorithm<Raft>, catchUp: boolean): number {
  const parameters = { initialMembers: 3, maxBatch: 1, catchUp }
  const cluster = ledCluster({ nodes: 6, parameters }, 0, algorithm)
  for (let sequence = 1; sequence <= 100; sequence++) commit(cluster, 0, put(0, sequence, "v"))
  change(cluster, 0, [0, 1, 2, 3, 4, 5])
  cluster.runFor("3ms")
  cluster.request(1, 0, put(1, 1, "x"))
  const asked = cluster.now
  cluster.runUntil(() => isAnswered(cluster, 1))
  return (cluster.now - asked) / 1_000
}

test("commits wait for the log of new members that vote at once, and not where they catch up first", () => {
  expect(waitWhileAdding(raft, true)).toBe(4)
  // A hundred entries, one or two of them at a time, at 2d each.
  expect(waitWhileAdding(raft, false)).toBeGreaterThan(100)
})

test("random faults with learners and changes of membership: nothing unsafe (400 seeds)", () => {
  for (let seed = 1; seed <= randomRuns(400); seed++) {
    const random = Random.stream(seed, "workload", 6)
    const parameters = {
      initialMembers: random.integer(1, 3),
      initialLearners: random.integer(0, 2),
      catchUp: random.chance(0.5),
    }
    const run = runInTurmoil(raft, seed, { nodes: 5, operator: random.chance(0.7), parameters })
    expect(findings(run), `seed ${seed}, ${JSON.stringify(parameters)}`).toEqual([])
  }
})

describe.skipIf(isMutationRun)("mistakes planted on purpose", () => {
  const [MEMBERSHIP, ELECTION, RAFT] = [
    "algorithms/raft/membership.ts",
    "algorithms/raft/election.ts",
    "algorithms/raft/raft.ts",
  ]
  const mutants: readonly { mistake: string; edit: Edit; of: (algorithm: Algorithm<Raft>) => unknown }[] = [
    {
      mistake: "learners count for commits",
      edit: {
        file: MEMBERSHIP,
        from: "export function agreedOn({ members, next }: Configuration, reached: readonly number[], floor: number): number {\n",
        to: "export function agreedOn({ members: voters, next, learners = [] }: Configuration, reached: readonly number[], floor: number): number {\n  const members = [...voters, ...learners]\n",
      },
      of: algorithm => {
        const cluster = ledCluster({ nodes: 4, parameters: { initialMembers: 1, initialLearners: 3 } }, 0, algorithm)
        for (const node of [1, 2, 3]) cluster.crash(node)
        commit(cluster, 0, put(1, 1, "x"))
        return isAnswered(cluster, 1)
      },
    },
    {
      mistake: "learners are asked for votes",
      edit: { file: ELECTION, from: "    if (!isVoter(configuration, peer)) continue\n", to: "" },
      of: askedForVotes,
    },
    {
      mistake: "learners get no entries",
      edit: { file: MEMBERSHIP, from: "...learnersOf(configuration), ...others", to: "...others" },
      of: reached,
    },
    {
      mistake: "the learners of the joint configuration are forgotten at its end",
      edit: {
        file: MEMBERSHIP,
        from: "configurationOf(next, null, learnersOf(configuration))",
        to: "configurationOf(next, null, [])",
      },
      of: algorithm => configurations(algorithm, [0, 1, 2, 3]),
    },
    {
      mistake: "a server that gets a vote stays a learner",
      edit: { file: RAFT, from: ".filter(server => !members.includes(server))", to: "" },
      of: algorithm => configurations(algorithm, [0, 1, 2, 3]),
    },
    {
      mistake: "new members vote before they have the log",
      edit: { file: RAFT, from: "hasCaughtUp: !node.parameters.catchUp", to: "hasCaughtUp: true" },
      of: algorithm => waitWhileAdding(algorithm, true),
    },
  ]

  test.each(mutants)("$mistake: seen", async ({ edit, of }) => {
    const { raft: mutant } = await compileWith<{ raft: Algorithm<Raft> }>("algorithms/raft/raft.ts", [edit])
    expect(of(mutant)).not.toEqual(of(raft))
  })
})
