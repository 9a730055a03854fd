// What the paper says a replica does, section by section.
import { describe, expect, test } from "vitest"
import { viewstampedReplication } from "../../../algorithms/viewstamped-replication/viewstamped-replication.ts"
import { MILLISECOND } from "../../../runtime/contract/units.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { createCluster } from "../../support/cluster.ts"
import { byNight, isNight } from "../../support/effort.ts"
import { completeRun, violations } from "../../support/service-run.ts"
import { Post } from "./post.ts"
import { areNormalIn, logOf, missPrimary, opNumberAt, patientGroup, valueAt, write } from "./support.ts"

describe("normal operation (§4.1)", () => {
  test("a backup does not take up requests: it names the primary of its view", () => {
    const cluster = patientGroup({ nodes: 3 })
    cluster.request(0, 2, write("x"))
    cluster.runFor("10ms")
    expect(cluster.replies.map(({ reply }) => reply)).toEqual([{ type: "Redirect", sequence: 1, leader: 0 }])
    expect(opNumberAt(cluster, 2)).toBe(0)
  })

  test("a request that fewer than f backups have prepared is not executed", () => {
    const cluster = patientGroup({ nodes: 5 })
    cluster.partition([[0, 1]])
    cluster.request(0, 0, write("x"))
    cluster.runFor("1s")
    expect([logOf(cluster, 0), logOf(cluster, 1)]).toEqual([["x"], ["x"]])
    expect([cluster.replies.length, cluster.state(0).commitNumber]).toEqual([0, 0])
    cluster.heal()
    cluster.runFor("1s")
    expect([0, 1, 2, 3, 4].map(replica => valueAt(cluster, replica))).toEqual(Array(5).fill("x"))
  })

  test("a backup prepares nothing before what precedes it (step 4)", () => {
    const post = new Post(viewstampedReplication, 3)
    for (const value of ["a", "b", "c"]) post.put(0, value)
    const [a, b, c] = post.takeAll(0, 2, "Prepare")
    post.deliver(c!, b!)
    expect(logOf(post.cluster, 2)).toEqual([])
    expect(post.takeAll(2, 0)).toEqual([])
    post.deliver(a!)
    expect(logOf(post.cluster, 2)).toEqual(["a", "b", "c"])
    expect(post.takeAll(2, 0).map(({ message }) => message)).toMatchObject(
      [1, 2, 3].map(opNumber => ({ type: "PrepareOk", opNumber })),
    )
    expect(post.cluster.armed(2)).not.toContain("gap")
  })

  test("what precedes and does not come it fetches after a while (§5.2)", () => {
    const post = new Post(viewstampedReplication, 3)
    post.put(0, "a")
    post.lose()
    post.put(0, "b")
    post.deliver(post.take(0, 2, "Prepare"))
    expect(post.takeAll(2, 0)).toEqual([])
    post.cluster.fire(2, "gap")
    post.settle(0, 2)
    expect(logOf(post.cluster, 2)).toEqual(["a", "b"])
    expect(post.cluster.state(0).commitNumber).toBe(2)
    // It may ask again at once.
    expect(post.cluster.armed(2)).not.toContain("transfer")
    post.put(0, "c")
    post.settle(0, 1)
    post.lose()
    post.cluster.fire(0, "heartbeat")
    post.settle(0, 2)
    expect(logOf(post.cluster, 2)).toEqual(["a", "b", "c"])
  })

  test("backups learn what is committed with the next Prepare, or by Commit (steps 6 and 7)", () => {
    const post = new Post(viewstampedReplication, 3)
    post.put(0, "a")
    post.settle(0, 1, 2)
    expect(post.executed()).toEqual(["0: a", "1:", "2:"])
    post.put(0, "b")
    post.settle(0, 1, 2)
    expect(post.executed()).toEqual(["0: a b", "1: a", "2: a"])
    post.cluster.fire(0, "heartbeat")
    post.settle(0, 1, 2)
    expect(post.executed()).toEqual(["0: a b", "1: a b", "2: a b"])
  })

  test("a Prepare that comes twice is answered twice, and prepared once", () => {
    const post = new Post(viewstampedReplication, 3)
    post.put(0, "a")
    const prepare = post.take(0, 1, "Prepare")
    post.deliver(prepare, prepare)
    expect(logOf(post.cluster, 1)).toEqual(["a"])
    expect(post.takeAll(1, 0, "PrepareOk").length).toBe(2)
  })
})

describe("view changes (§4.2)", () => {
  test("a backup that hears nothing for viewChangeTimeout changes to the next view, whose primary is the next replica", () => {
    const cluster = createCluster(viewstampedReplication, { nodes: 3, parameters: { viewChangeTimeout: "100ms" } })
    cluster.runFor("500ms")
    expect(areNormalIn(cluster, 0)).toBe(true)
    cluster.crash(0)
    cluster.runFor("200ms")
    expect(areNormalIn(cluster, 1)).toBe(true)
    expect(cluster.leader()).toBe(1)
  })

  test("where the next primary is dead, too, the view after that begins a timeout later", () => {
    const cluster = createCluster(viewstampedReplication, { nodes: 5, parameters: { viewChangeTimeout: "100ms" } })
    cluster.runFor("500ms")
    cluster.crash(0)
    cluster.crash(1)
    cluster.runFor("300ms")
    expect(areNormalIn(cluster, 2)).toBe(true)
  })

  test("the new primary executes what was committed, and answers clients that still wait (step 4)", () => {
    const post = new Post(viewstampedReplication, 3)
    post.put(0, "a")
    post.deliver(post.take(0, 2, "Prepare"))
    post.lose()
    post.crash(0)
    post.miss(1)
    post.settle(1, 2)
    expect(post.cluster.replies.map(({ from, reply }) => [from, reply.type])).toEqual([[1, "Result"]])
  })

  test("what the old primary had for itself alone is not in the new view (step 5)", () => {
    const cluster = patientGroup({ nodes: 3 })
    cluster.isolate(0)
    cluster.request(0, 0, write("lost"))
    cluster.runFor("10ms")
    missPrimary(cluster, 1, 2)
    cluster.request(1, 1, write("kept", 1))
    cluster.runFor("10ms")
    cluster.request(1, 1, write("kept", 1))
    cluster.runFor("10ms")
    cluster.heal()
    cluster.runFor("1s")
    expect([0, 1, 2].map(replica => logOf(cluster, replica))).toEqual([["kept"], ["kept"], ["kept"]])
    expect(areNormalIn(cluster, 1)).toBe(true)
  })

  test("a replica in a view change takes no requests, and names nobody", () => {
    const post = new Post(viewstampedReplication, 3)
    for (const replica of [1, 2]) {
      post.miss(replica)
      post.put(replica, "a")
    }
    expect(post.cluster.replies.map(({ reply }) => reply)).toEqual(
      [1, 2].map(() => ({ type: "Redirect", sequence: 1, leader: null })),
    )
  })
})

describe("recovery (§4.3)", () => {
  test("a recovering replica does nothing until it has recovered", () => {
    const post = new Post(viewstampedReplication, 3)
    post.put(0, "a")
    post.settle(0, 1, 2)
    post.crash(2)
    post.restart(2)
    post.put(0, "b")
    post.deliver(post.take(0, 2, "Prepare"))
    post.miss(1)
    post.deliver(post.take(1, 2, "StartViewChange"))
    expect(post.takeAll(2, 0).map(({ message }) => message.type)).toEqual(["Recovery"])
    expect(post.takeAll(2, 1).map(({ message }) => message.type)).toEqual(["Recovery"])
    expect(post.cluster.state(2).status).toBe("recovering")
  })

  test("a crashed primary comes back as a backup: it recovers in the view that follows its own", () => {
    const cluster = createCluster(viewstampedReplication, { nodes: 3, parameters: { viewChangeTimeout: "100ms" } })
    cluster.request(0, 0, write("x"))
    cluster.runFor("50ms")
    cluster.crash(0)
    cluster.restart(0)
    cluster.runFor("50ms")
    expect(cluster.state(0).status).toBe("recovering")
    cluster.runFor("200ms")
    expect(areNormalIn(cluster, 1)).toBe(true)
    expect(valueAt(cluster, 0)).toBe("x")
  })

  test("it asks again as long as too few answer", () => {
    const cluster = patientGroup({ nodes: 3 })
    cluster.isolate(2)
    cluster.crash(2)
    cluster.restart(2)
    cluster.runFor("200ms")
    expect(cluster.count("Recovery", "protocol")).toBe(2)
    expect(cluster.count("Recovery", "retransmission")).toBe(4)
    cluster.heal()
    cluster.runFor("100ms")
    expect(areNormalIn(cluster, 0)).toBe(true)
    expect(cluster.count("RecoveryResponse", "retransmission")).toBe(2)
  })

  test("a replica that was away for long is given a checkpoint and what follows it (§5.1)", () => {
    const cluster = patientGroup({ nodes: 3, parameters: { checkpointEvery: 3 } })
    cluster.crash(2)
    for (let sequence = 1; sequence <= 7; sequence++) {
      cluster.request(0, 0, write(`v${sequence}`, 0, sequence))
      cluster.runFor("10ms")
    }
    cluster.restart(2)
    cluster.runFor("10ms")
    expect(cluster.state(2).checkpoint.opNumber).toBe(6)
    expect([logOf(cluster, 2), valueAt(cluster, 2)]).toEqual([["v7"], "v7"])
    const facts = cluster.facts.filter(({ node, fact }) => node === 2 && fact.type !== "believes")
    expect(facts.map(({ fact }) => fact)).toMatchObject([
      { type: "restored", index: 6 },
      { type: "applied", index: 7 },
    ])
  })
})

describe("f+1 failures at a time", () => {
  test.each([
    [3, 2],
    [5, 3],
    [7, 4],
    [3, 3],
  ])("of %i replicas %i forget everything: nobody recovers, and nothing is ever committed again", (nodes, failed) => {
    const amnesia = {
      kind: "amnesia",
      target: { nodes: Array.from({ length: failed }, (_, k) => nodes - 1 - k) },
      at: 1_000 * MILLISECOND,
      for: 50 * MILLISECOND,
    } as const
    const { outcome, messages } = completeRun(viewstampedReplication, replicatedLog, {
      nodes,
      faults: [amnesia],
      duration: isNight ? "60s" : "15s",
    })
    expect(violations({ ...outcome })).toEqual([])
    expect(outcome.ok).toBeGreaterThan(90)
    expect(outcome.ok).toBeLessThanOrEqual(100)
    expect(messages.retransmission).toBeGreaterThan(byNight(1_000, 250))
  })

  test("and each of them stays in recovery, however long", () => {
    const cluster = createCluster(viewstampedReplication, { nodes: 5 })
    cluster.request(0, 0, write("x"))
    cluster.runFor("1s")
    for (const replica of [2, 3, 4]) cluster.crash(replica)
    for (const replica of [2, 3, 4]) cluster.restart(replica)
    cluster.request(1, 0, write("y", 1))
    cluster.runFor("60s")
    expect([2, 3, 4].map(replica => cluster.state(replica).status)).toEqual(Array(3).fill("recovering"))
    expect(cluster.facts.filter(({ fact }) => fact.type === "applied" && fact.index > 1)).toEqual([])
    // Nothing is lost, either: the others have it still.
    expect(valueAt(cluster, 0)).toBe("x")
  })
})

describe("without the recovery protocol", () => {
  test("those that forgot make a majority: what clients were told is done vanishes, and the checks name it", () => {
    const { recover: _, ...forgetful } = viewstampedReplication
    const options = {
      nodes: 3,
      latency: "1ms",
      // The primary and one backup commit; then they are cut off from each other, and the backup forgets.
      faults: [
        { kind: "isolate", target: { nodes: [2] }, at: 500 * MILLISECOND, for: 500 * MILLISECOND },
        { kind: "amnesia", target: { nodes: [1] }, at: 990 * MILLISECOND, for: 5 * MILLISECOND },
        { kind: "isolate", target: { nodes: [0] }, at: 990 * MILLISECOND, for: 2_000 * MILLISECOND },
      ],
      workload: { mode: "closed", clients: 2 },
      warmup: "0s",
      duration: "5s",
    } as const
    const { outcome } = completeRun(forgetful, replicatedLog, options)
    expect(outcome.verdicts["acknowledged-writes-kept"]).toMatchObject({
      verdict: "violated",
      witness: expect.stringMatching(/client/),
    })
    expect(outcome.figures["acknowledged_lost"]).toBeGreaterThan(0)
    expect(violations({ ...completeRun(viewstampedReplication, replicatedLog, options).outcome })).toEqual([])
  })
})

test("nothing is ever written to a disk", () => {
  expect(completeRun(viewstampedReplication, replicatedLog, { nodes: 3, syncLatency: "20ms" }).diskSyncs).toBe(0)
})
