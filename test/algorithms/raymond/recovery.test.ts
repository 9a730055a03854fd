/** Recovery of a failed node in Raymond's tree (ACM TOCS 7(1), 1989, §5): what RESTART and ADVISE restore, and what they cost. */
import { describe, expect, it, test } from "vitest"
import { raymond } from "../../../algorithms/raymond/raymond.ts"
import type { Raymond } from "../../../algorithms/raymond/types.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { mutualExclusion } from "../../../services/mutual-exclusion/service.ts"
import type { TraceEvent } from "../../../runtime/simulation/trace.ts"
import { compileWith, type Edit } from "../../support/mutants.ts"
import { isMutationRun, randomRuns } from "../../support/mutation-run.ts"
import { openSection } from "../../support/section.ts"
import { runService, type ServiceRunOptions, violations } from "../../support/service-run.ts"
import { seedThatShows } from "../../support/shown-by.ts"
import { crashes, LAST_CRASH } from "./random-crashes.ts"

type Tree = "binary" | "star" | "line"

/** Links take 1 ms; a node that restarts waits for 2 ms before it asks. */
const open = (nodes: number, tree: Tree) => openSection(raymond, { nodes, parameters: { tree, recovery: true } })

/** Crashes a node and restarts it, and waits until it has recovered. */
function recover({ cluster }: Pick<ReturnType<typeof open>, "cluster">, node: number): void {
  cluster.crash(node)
  cluster.restart(node)
  cluster.runFor("10ms")
}

describe("a node that restarts", () => {
  it.each([
    ["line", 5, 2, 2],
    ["line", 5, 0, 1],
    ["star", 7, 0, 6],
    ["binary", 7, 1, 3],
  ] as const)(
    "on a %s of %i nodes as node %i asks its neighbours, and each of the %i answers",
    (tree, nodes, id, degree) => {
      const group = open(nodes, tree)
      group.cluster.runFor("1ms")
      recover(group, id)
      expect([group.cluster.count("Restart"), group.cluster.count("Advise")]).toEqual([degree, degree])
      expect(group.cluster.count()).toBe(2 * degree)
    },
  )

  it("has the requests of its neighbours in the order of their ids, whoever answers first, and knows which it has had", () => {
    const { cluster, acquire, pass } = open(4, "star")
    cluster.runFor("1ms")
    cluster.intercept((from, to, { type }) => (type === "Advise" && from === 1 ? { delay: 5_000 } : "deliver"))
    cluster.crash(0)
    for (const node of [2, 1]) acquire(node)
    cluster.runFor("2ms")
    cluster.restart(0)
    // A neighbour that recovers, too, has no advice.
    cluster.inject(0, 0, { type: "Restart", recovery: 1 })
    cluster.inject(3, 0, { type: "Restart", recovery: 1 })
    expect(cluster.count("Advise")).toBe(0)
    cluster.runUntil(() => cluster.state(0).recovery === null)
    expect(
      cluster.sent.flatMap(({ from, to, message }) => (from === 0 && message.type === "Privilege" ? [to] : [])),
    ).toEqual([1])
    expect(cluster.armed(0)).toEqual([])
    pass(1)
    pass(2)
  })

  it("does not take a copy of a request that came meanwhile for news", () => {
    const { cluster, acquire } = open(3, "line")
    cluster.runFor("1ms")
    cluster.intercept((_, __, { type }) => (type === "Advise" ? { delay: 5_000 } : "deliver"))
    cluster.crash(0)
    cluster.restart(0)
    cluster.runUntil(() => cluster.count("Advise") === 1)
    acquire(1)
    cluster.runUntil(() => cluster.state(0).recovery === null)
    expect(cluster.state(0).latestRequest[1]).toBe(1)
    cluster.runFor("5ms")
    cluster.inject(1, 0, { type: "Request", number: 1 })
    expect(cluster.state(0).requestQueue).toEqual([])
  })

  it("is back after the wait and a round trip", () => {
    const { cluster } = open(3, "line")
    cluster.crash(1)
    cluster.restart(1)
    cluster.runFor("3900us")
    expect(cluster.standing(1)).toMatchObject({ role: "recovering" })
    cluster.runFor("200us")
    expect(cluster.standing(1)).toMatchObject({ role: "outside" })
  })

  it("learns its HOLDER from the neighbour that has another one", () => {
    for (const holder of [0, 4]) {
      const group = open(5, "line")
      group.acquire(holder)
      group.pass(holder)
      recover(group, 2)
      expect(group.cluster.state(2)).toMatchObject({ holder: holder === 0 ? 1 : 3, asked: false, requestQueue: [] })
    }
  })

  it("has the privilege if all take it for the holder: it had it, and is in the critical section no more", () => {
    const group = open(5, "line")
    const { cluster, acquire, pass, entries } = group
    acquire(2)
    cluster.runUntil(() => entries().length === 1)
    recover(group, 2)
    expect(cluster.state(2)).toMatchObject({ holder: 2, using: false })
    acquire(4)
    pass(4)
    expect(entries()).toEqual([2, 4])
  })

  it("has the privilege if that was sent to it while it was down, and passes it on to who asked", () => {
    const { cluster, acquire, release, pass, entries } = open(5, "line")
    acquire(0)
    cluster.runFor(0)
    acquire(3)
    cluster.runFor("5ms")
    cluster.crash(1)
    release(0)
    cluster.runFor("5ms")
    // Node 0 has passed it to node 1, where nobody was.
    expect(cluster.state(0).holder).toBe(1)
    cluster.restart(1)
    pass(3)
    expect(entries()).toEqual([0, 3])
    expect(cluster.count("Privilege")).toBe(3)
  })

  it("knows of requests that were lost while it was down, and asks on their behalf", () => {
    const { cluster, acquire, pass, entries } = open(3, "line")
    cluster.crash(1)
    acquire(2)
    cluster.runFor("5ms")
    cluster.restart(1)
    cluster.runFor("4200us")
    expect(cluster.state(1)).toMatchObject({ holder: 0, asked: true, requestQueue: [2] })
    pass(2)
    expect(entries()).toEqual([2])
  })

  it("does not ask again where it has asked before, and its requests go on being numbered", () => {
    const group = open(3, "line")
    const { cluster, acquire, release, pass, entries } = group
    acquire(0)
    cluster.runFor(0)
    acquire(2)
    cluster.runFor("5ms")
    expect(cluster.state(0).requestQueue).toEqual([1])
    cluster.clearCounts()
    recover(group, 1)
    expect(cluster.state(1)).toMatchObject({ holder: 0, asked: true, requestQueue: [2], requests: 1 })
    expect(cluster.count("Request")).toBe(0)
    release(0)
    pass(2)
    // A second request of node 1 to node 0 that was numbered 1 would be taken for a copy.
    acquire(0)
    pass(0)
    acquire(2)
    pass(2)
    expect(entries()).toEqual([0, 2, 0, 2])
  })

  it("keeps the privilege that comes while it is recovering", () => {
    const { cluster, acquire, release, pass, entries } = open(3, "line")
    acquire(0)
    cluster.runFor(0)
    acquire(2)
    cluster.runFor("5ms")
    cluster.crash(1)
    cluster.restart(1)
    // Node 0 advises that it has the privilege, and passes it on half a millisecond later.
    cluster.runFor("3400us")
    release(0)
    pass(2)
    expect(entries()).toEqual([0, 2])
    expect(cluster.count("Privilege")).toBe(2)
  })

  it("takes a copy of a privilege from before its crash for no privilege", () => {
    const { cluster, acquire, pass } = open(3, "line")
    acquire(2)
    pass(2)
    cluster.crash(1)
    cluster.restart(1)
    cluster.inject(0, 1, { type: "Privilege", passes: 1 })
    cluster.runFor("10ms")
    expect(cluster.state(1).holder).toBe(2)
  })

  it("asks a silent neighbour again, as a retransmission, and takes no answer to an earlier recovery", () => {
    const { cluster } = open(3, "line")
    cluster.crash(1)
    cluster.restart(1)
    cluster.runFor("2500us")
    // The second crash comes when RESTART is on its way; the answer to it is of the first recovery.
    cluster.crash(1)
    cluster.restart(1)
    cluster.runFor("1800us")
    expect(cluster.state(1).recovery?.advice.size).toBe(0)
    cluster.crash(2)
    cluster.runFor("60ms")
    expect(cluster.standing(1)).toMatchObject({ role: "recovering" })
    cluster.runFor("60ms")
    expect(cluster.sent.filter(({ purpose }) => purpose === "retransmission").map(({ to }) => to)).toEqual([2])
  })

  it("waits for ever if a neighbour has lost its variables, too", () => {
    const { cluster, acquire, entries } = open(3, "line")
    for (const id of [0, 1]) cluster.crash(id)
    for (const id of [0, 1]) cluster.restart(id)
    acquire(2)
    cluster.runFor("1h")
    expect(entries()).toEqual([])
  })

  it("alone in a group of one has the privilege", () => {
    const group = open(1, "line")
    recover(group, 0)
    group.acquire(0)
    group.pass(0)
    expect(group.entries()).toEqual([0])
  })
})

/** What a run holds against the algorithm. */
function objections(algorithm: Algorithm, options: ServiceRunOptions, seed: number): readonly string[] {
  const lost: string[] = []
  const observer = (event: TraceEvent): void => {
    if (event.type !== "operation" || event.time <= LAST_CRASH || ["begun", "ok"].includes(event.phase)) return
    // Its client has not died: nobody crashes any more.
    lost.push(`client ${event.client} was not served`)
  }
  const run = runService(algorithm, mutualExclusion, { ...options, simulation: { observer } }, seed)
  return run.status === "failed" ? [`failed: ${run.reason}`] : [...violations(run), ...lost]
}

it("is safe, and serves everybody again, whichever node crashes and comes back", () => {
  for (let seed = 1; seed <= randomRuns(400); seed++) {
    expect(objections(raymond, crashes(seed), seed), `seed ${seed} of crashes() in random-crashes.ts`).toEqual([])
  }
})

/** Messages on a line of five nodes after node 2 has restarted, in three episodes. */
function costs(algorithm: Algorithm<Raymond>): readonly number[] {
  const begin = () => openSection(algorithm, { nodes: 5, parameters: { tree: "line", recovery: true } })
  const idle = begin()
  recover(idle, 2)
  idle.acquire(0)
  idle.pass(0)
  // Nodes 3 and 4 have asked before; the privilege is at node 0.
  const asked = begin()
  asked.acquire(0)
  asked.cluster.runFor(0)
  asked.acquire(4)
  asked.cluster.runFor("9ms")
  recover(asked, 2)
  asked.pass(0)
  asked.pass(4)
  // Node 3, behind which the privilege is, has asked node 4; and node 1 asks while node 2 is recovering.
  const meanwhile = begin()
  meanwhile.acquire(4)
  meanwhile.cluster.runUntil(() => meanwhile.inside().includes(4))
  meanwhile.acquire(3)
  meanwhile.cluster.runFor("9ms")
  meanwhile.cluster.crash(2)
  meanwhile.cluster.restart(2)
  meanwhile.acquire(1)
  for (const id of [4, 3, 1]) meanwhile.pass(id)
  return [idle, asked, meanwhile].map(({ cluster }) => {
    cluster.runFor("1s")
    return cluster.count()
  })
}

/** Whether some node waits in vain in one of the episodes, or one costs more than it does in the true algorithm. */
function isStuckOrDear(mutant: Algorithm<Raymond>): boolean {
  const right = costs(raymond)
  try {
    return costs(mutant).some((cost, episode) => cost > right[episode]!)
  } catch {
    return true
  }
}

it("costs the messages of the way and the recovery, and nothing more", () => {
  // 4 are of the recovery. Then nothing; 4 requests and 4 privileges; 7 of each, there and back.
  expect(costs(raymond)).toEqual([4, 12, 18])
})

const file = "algorithms/raymond/recovery.ts"

const MUTANTS: readonly { readonly mistake: string; readonly edit: Edit }[] = [
  {
    mistake: "does not wait for what it sent before it crashed",
    edit: { file, from: 'node.setTimer("recover", node.parameters.recoveryDelay)', to: 'node.setTimer("recover", 1)' },
  },
  {
    mistake: "takes the privilege for lost whatever neighbours say",
    edit: { file, from: "there === undefined || passes >", to: "true || passes >" },
  },
  {
    mistake: "does not make the privilege anew",
    edit: { file, from: "const [there] = others\n", to: "const [there] = others.length > 0 ? others : [...advice]\n" },
  },
  {
    mistake: "drops the privilege that comes meanwhile",
    edit: { file, from: "there === undefined || passes > there[1].passes", to: "there === undefined" },
  },
  {
    mistake: "forgets that it has asked",
    edit: { file, from: "state.asked = !isHere && there[1].isQueued", to: "state.asked = false" },
  },
  {
    mistake: "believes that it has asked",
    edit: { file, from: "!isHere && there[1].isQueued", to: "!isHere" },
  },
  {
    mistake: "forgets who has asked it",
    edit: {
      file,
      from: "if (isHolder && asked && !state.requestQueue.includes(neighbour)) state.requestQueue.push(neighbour)",
      to: "",
    },
  },
  {
    mistake: "queues neighbours that have not asked",
    edit: { file, from: "if (isHolder && asked && !state", to: "if (isHolder && !state" },
  },
  {
    mistake: "queues a neighbour that has asked another node",
    edit: { file, from: "if (isHolder && asked && !state", to: "if (asked && !state" },
  },
  {
    mistake: "queues a neighbour twice whose request came meanwhile",
    edit: { file, from: " && !state.requestQueue.includes(neighbour)) state", to: ") state" },
  },
  {
    mistake: "numbers its requests from 1 again",
    edit: { file, from: "...answers.map(([, each]) => each.latestRequest)", to: "0" },
  },
  {
    mistake: "numbers the hops of the privilege from 1 again",
    edit: { file, from: "Math.max(passes, ...answers.map(([, each]) => each.passes))", to: "passes" },
  },
  {
    mistake: "takes ADVISE of some for that of all",
    edit: {
      file,
      from: "if (recovery.advice.size < neighboursOf(node.id, size, parameters.tree).length) return false",
      to: "",
    },
  },
]

describe.skipIf(isMutationRun)("mutants of the recovery", () => {
  test.each(MUTANTS)(
    "$mistake: found by what it costs, if it serves at all, or in random runs",
    async ({ mistake, edit }) => {
      const { raymond: mutant } = await compileWith<{ raymond: typeof raymond }>("algorithms/raymond/raymond.ts", [
        edit,
      ])
      const isShownBy = (seed: number): boolean => objections(mutant, crashes(seed), seed).length > 0
      const isFound =
        isStuckOrDear(mutant) || seedThatShows(`raymond, recovery: ${mistake}`, 100, isShownBy) !== undefined
      expect(isFound).toBe(true)
    },
  )
})
