// The order from a replicated log: who leads it decides before a request is in it, and all execute the entry as it was decided.
// Links take 1 ms.
import { describe, expect, test } from "vitest"
import type { semiActiveReplicationOn } from "../../../algorithms/semi-active-replication/semi-active-replication.ts"
import type { SemiActive } from "../../../algorithms/semi-active-replication/types.ts"
import { multiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts"
import { raft } from "../../../algorithms/raft/raft.ts"
import { viewstampedReplication } from "../../../algorithms/viewstamped-replication/viewstamped-replication.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import type { Operation } from "../../../services/replicated-log/command.ts"
import { createCluster } from "../../support/cluster.ts"
import { LOGS } from "../../support/control-plane.ts"
import { compileWith, type Edit } from "../../support/mutants.ts"
import { isMutationRun, randomRuns } from "../../support/mutation-run.ts"
import { weather } from "../../support/weather.ts"
import { costOf } from "../active-replication/counting.ts"
import { drawOnLog } from "../active-replication/random-faults.ts"
import { ask, put, semiActiveOnLogs, type SemiActiveGroup } from "../active-replication/support.ts"

const NAME = "semi-active-replication/order-of-a-log"
const draw: Operation = { op: "draw", key: "x" }
const stamp: Operation = { op: "stamp", key: "x" }

function group(order: string, nodes = 3, algorithm = semiActiveOnLogs): SemiActiveGroup {
  const cluster = createCluster(algorithm, { nodes, parameters: { order } })
  cluster.runFor("1s")
  ask(cluster, put("before"), { client: 9 })
  cluster.runFor("500ms")
  return cluster
}

/** The choices with which each replica executed the requests of a client, in its order. */
function choicesOf(cluster: SemiActiveGroup, client: number): string[][] {
  return Array.from({ length: cluster.size }, (_, id) =>
    cluster.facts.flatMap(({ node, fact }) =>
      node === id && fact.type === "applied" && fact.command?.session === client ? [fact.chosen ?? "none"] : [],
    ),
  )
}

describe.each(LOGS)("the order of %s", order => {
  test.each([3, 5, 7])("a draw costs what any request costs: 2(n-1) of the log, 6d, n = %i", nodes => {
    const costs = [put("1"), draw].map(operation => {
      const { among, answered } = costOf(group(order, nodes), operation)
      return [among.length, answered]
    })
    expect(costs).toEqual([
      [2 * (nodes - 1), 6],
      [2 * (nodes - 1), 6],
    ])
  })

  test("a draw and a look at the clock: all execute them as the leader has decided, and the client is answered so", () => {
    const cluster = group(order)
    const leader = cluster.leader()!
    cluster.shiftClock(leader, 1_000_000_000)
    ask(cluster, draw, { client: 1 })
    ask(cluster, stamp, { client: 2 })
    cluster.runFor("1s")
    for (const client of [1, 2]) {
      // Multi-Paxos, whose clock jumps, may have an entry twice. The first is what is executed.
      const [first, ...others] = choicesOf(cluster, client)
      expect(others).toEqual([first, first])
      const answered = cluster.replies.find(each => each.client === client)!.reply
      expect(answered).toMatchObject({ result: { done: true, value: first![0] } })
    }
    expect(Number(choicesOf(cluster, 2)[0]![0])).toBeGreaterThan(1_000_000_000)
  })

  test("a leader that crashes with its decision: the next one decides, or finds it decided", () => {
    for (const at of ["1200us", "2500us", "3500us"]) {
      const cluster = group(order)
      ask(cluster, draw, { client: 1 })
      cluster.runFor(at)
      const leader = cluster.leader()!
      cluster.crash(leader)
      cluster.runFor("2s")
      const others = choicesOf(cluster, 1).filter((_, id) => id !== leader)
      expect(others[0]!.length, at).toBeGreaterThan(0)
      expect(others[1], at).toEqual(others[0])
    }
  })
})

test("random storms with draws and looks at the clock: safe while they last, and serving when they are over", () => {
  for (let seed = 1; seed <= randomRuns(90); seed++) {
    const again = `seed ${seed}; again: npm run soak -- --only ${NAME} --exactly --replay ${seed}`
    expect(
      weather((each, end) => drawOnLog(semiActiveOnLogs, each, end), seed),
      again,
    ).toEqual([])
  }
})

const file = "algorithms/common/sequenced/logged-order.ts"

const MUTANTS: readonly { readonly mistake: string; readonly edit: Edit }[] = [
  {
    mistake: "the choice is not in the entry",
    edit: { file, from: "...(chosen === undefined ? {} : { chosen }) }", to: "}" },
  },
  {
    mistake: "nobody chooses",
    edit: {
      file: "algorithms/semi-active-replication/semi-active-replication.ts",
      from: "choiceOfLeader, chooseFor)",
      to: "choiceOfLeader)",
    },
  },
  {
    mistake: "replicas do not say with which choice they executed",
    edit: { file, from: "chosen === undefined ? fact : { ...fact, chosen }", to: "fact" },
  },
]

/** True if a draw is refused, or replicas do not say that they have executed it alike. */
function isWrong(algorithm: Algorithm<SemiActive>): boolean {
  return LOGS.some(order => {
    const cluster = group(order, 3, algorithm)
    ask(cluster, draw, { client: 1 })
    cluster.runFor("1s")
    const answered = cluster.replies.find(({ client }) => client === 1)!.reply
    const value = answered.type === "Result" && answered.result.done ? answered.result.value : "refused"
    return choicesOf(cluster, 1).some(choices => choices[0] !== value)
  })
}

describe.skipIf(isMutationRun)("mistakes about decisions in a log are caught", () => {
  test("without one, nothing is found", () => expect(isWrong(semiActiveOnLogs)).toBe(false))

  test.each(MUTANTS)("$mistake", async ({ edit }) => {
    const compiled = await compileWith<{ readonly semiActiveReplicationOn: typeof semiActiveReplicationOn }>(
      "algorithms/semi-active-replication/semi-active-replication.ts",
      [edit],
    )
    expect(isWrong(compiled.semiActiveReplicationOn([raft, multiPaxos, viewstampedReplication]))).toBe(true)
  })
})
