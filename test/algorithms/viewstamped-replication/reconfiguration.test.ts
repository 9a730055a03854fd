// What the paper says of reconfigurations (§7), section by section, and what they cost.
import { describe, expect, test } from "vitest"
import { firstView } from "../../../algorithms/viewstamped-replication/configuration.ts"
import type { VsrParameters } from "../../../algorithms/viewstamped-replication/parameters.ts"
import { viewstampedReplication } from "../../../algorithms/viewstamped-replication/viewstamped-replication.ts"
import { resolveParameters } from "../../../runtime/contract/parameters.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { completeRun, violations } from "../../support/service-run.ts"
import {
  answersTo,
  ask,
  believers,
  done,
  group,
  OPERATOR,
  reconfigure,
  refused,
  standings,
  to,
  typesOf,
} from "./groups.ts"
import type { Post } from "./post.ts"
import { logOf, patientGroup, valueAt, write } from "./support.ts"

describe("spares", () => {
  test("take no part in the group: nobody sends them anything, and they send clients to the primary", () => {
    const post = group()
    expect(standings(post)).toEqual(["primary 0.0", "backup 0.0", "backup 0.0", "spare 0.0", "spare 0.0"])
    expect(post.cluster.sent.filter(sent => sent.to > 2)).toEqual([])
    post.put(4, "b")
    expect(answersTo(post, 1)).toEqual([[4, to(0)]])
  })

  test("do not make a quorum", () => {
    const cluster = patientGroup({ nodes: 5, parameters: { initialMembers: 3 } })
    cluster.crash(1)
    cluster.crash(2)
    cluster.request(0, 0, write("x"))
    cluster.runFor("1s")
    expect(cluster.replies).toEqual([])
  })
})

describe("the old group (§7.1)", () => {
  test("a Reconfiguration is the last request of its epoch: the primary accepts no other one", () => {
    const post = group()
    reconfigure(post, [2, 3, 4])
    post.put(0, "b")
    expect(answersTo(post, 1)).toEqual([[0, to(null)]])
    expect(logOf(post.cluster, 0)).toEqual(["a", "Reconfiguration"])
  })

  test("once f backups have prepared it, the primary tells the old group by Commit and new replicas by StartEpoch (step 3)", () => {
    const post = group()
    reconfigure(post, [2, 3, 4])
    expect(typesOf(post, 0, 3)).toEqual([])
    post.pass(0, 1, "Prepare")
    post.pass(1, 0, "PrepareOk")
    expect(standings(post)).toEqual(["transitioning 1.0", "backup 0.0", "backup 0.0", "spare 0.0", "spare 0.0"])
    expect([1, 2, 3, 4].map(replica => typesOf(post, 0, replica))).toEqual([
      ["Commit"],
      ["Prepare", "Commit"],
      ["StartEpoch"],
      ["StartEpoch"],
    ])
  })

  test("requests before it are executed, and their clients are answered", () => {
    const post = group()
    post.put(0, "b")
    reconfigure(post, [2, 3, 4])
    post.settle(0, 1, 2, 3, 4)
    expect(answersTo(post, 1)).toMatchObject([[0, { type: "Result" }]])
    expect([2, 3, 4].map(replica => logOf(post.cluster, replica).slice(0, 3))).toEqual(
      Array.from({ length: 3 }, () => ["a", "b", "Reconfiguration"]),
    )
  })

  test.each([
    ["fewer than three replicas", [0, 1]],
    ["a replica twice", [0, 1, 2, 2]],
    ["a node that there is not", [0, 1, 5]],
    ["a node below the first", [-1, 0, 1]],
    ["half a node", [0, 1, 1.5]],
  ])("%s are refused", (_, members) => {
    const post = group()
    reconfigure(post, members)
    expect(answersTo(post, OPERATOR)).toEqual([[0, refused()]])
    expect(logOf(post.cluster, 0)).toEqual(["a"])
  })

  test("replicas are members in the order of their numbers, whatever order they are named in", () => {
    const post = group()
    reconfigure(post, [4, 0, 3])
    expect(post.cluster.state(0).requests.at(-1)).toMatchObject({ next: { members: [0, 3, 4], old: [0, 1, 2] } })
  })

  test("learners are refused: there are none", () => {
    const post = group()
    post.cluster.request(OPERATOR, 0, { type: "ChangeMembership", sequence: 1, members: [0, 1, 2], learners: [3] })
    post.cluster.runFor("2ms")
    expect(answersTo(post, OPERATOR)).toEqual([[0, refused()]])
  })

  test("a request that the operator has made before its last one is disregarded", () => {
    const post = group()
    ask(post.cluster, 0, [0, 1, 2, 3], 2)
    post.cluster.runFor("1ms")
    post.settle(0, 1, 2, 3)
    ask(post.cluster, 0, [0, 1, 2], 1)
    post.cluster.runFor("1ms")
    expect(post.cluster.state(0).configuration.members).toEqual([0, 1, 2, 3])
    expect(logOf(post.cluster, 0)).toEqual(["a", "Reconfiguration", "CheckEpoch"])
  })
})

describe("the new group (§7.1.1)", () => {
  test("a new replica asks the old ones for the state, and serves once it has that (steps 1 to 3)", () => {
    const post = group()
    reconfigure(post, [2, 3, 4])
    post.settle(0, 1, 2)
    post.pass(0, 3, "StartEpoch")
    expect(standings(post)[3]).toBe("transitioning 1.0")
    post.put(3, "b")
    expect(answersTo(post, 1)).toEqual([[3, to(2)]])
    post.pass(3, 2, "GetEpochState")
    post.pass(2, 3, "NewState")
    expect(standings(post)[3]).toBe("backup 1.0")
    expect(valueAt(post.cluster, 3)).toBe("a")
    expect([0, 1].map(replaced => typesOf(post, 3, replaced))).toEqual([["EpochStarted"], ["EpochStarted"]])
  })

  test("one that was a backup has the state, and asks for nothing", () => {
    const post = group()
    reconfigure(post, [0, 1, 2, 3])
    post.settle(0, 1, 2)
    expect(standings(post)).toEqual(["primary 1.0", "backup 1.0", "backup 1.0", "spare 0.0", "spare 0.0"])
    expect(post.cluster.count("GetEpochState")).toBe(0)
  })

  test("whoever does not answer is not asked again before all others", () => {
    const post = group()
    reconfigure(post, [2, 3, 4])
    post.settle(0, 1, 2)
    post.pass(0, 3, "StartEpoch")
    for (let times = 0; times < 5; times++) post.cluster.fire(3, "transition")
    const asked = post.cluster.sent.flatMap(({ from, to: source, message }) =>
      from === 3 && message.type === "GetEpochState" ? [source] : [],
    )
    expect(asked).toEqual([2, 0, 1, 4, 2, 0])
  })

  test("it gets a checkpoint in the place of what that covers (§5.1)", () => {
    const post = group(5, { checkpointEvery: 1 })
    reconfigure(post, [2, 3, 4])
    post.settle(0, 1, 2, 3, 4)
    expect(post.cluster.state(4).checkpoint.opNumber).toBeGreaterThanOrEqual(2)
    expect(valueAt(post.cluster, 4)).toBe("a")
    expect(post.executed().slice(3)).toEqual(["3:", "4:"])
  })

  test("a replica in a view change gives the state, too: it may need the new one for a quorum", () => {
    const post = group(4)
    reconfigure(post, [0, 1, 3])
    post.settle(0, 1, 2)
    post.crash(0)
    post.lose()
    post.miss(1)
    post.deliver(...post.takeAll(1, 3, "StartViewChange"))
    post.settle(1, 3)
    for (let times = 0; times < 3; times++) {
      if (standings(post)[3] !== "transitioning 1.0") break
      post.cluster.fire(3, "transition")
      post.settle(1, 3)
    }
    post.cluster.fire(1, "resend")
    post.settle(1, 3)
    expect([1, 3].map(replica => standings(post)[replica])).toEqual(["primary 1.1", "backup 1.1"])
  })

  test("the primary of the first view is the first of the new group, whoever was the primary before", () => {
    const post = group()
    post.missUntil(2, 2)
    post.settle(0, 1, 2)
    reconfigure(post, [1, 2, 4], 2)
    post.settle(0, 1, 2, 4)
    expect(standings(post)).toEqual(["spare 1.0", "primary 1.0", "backup 1.0", "spare 0.0", "backup 1.0"])
  })

  test("its primary may be the last to start: the others believe in it once they hear from it, who is new by its state", () => {
    const post = group()
    post.missUntil(2, 2)
    post.settle(0, 1, 2)
    reconfigure(post, [1, 2, 4], 2)
    post.settle(0, 2, 4)
    expect(standings(post)).toEqual(["transitioning 1.0", "backup 0.2", "backup 1.0", "spare 0.0", "transitioning 1.0"])
    expect(believers(post)).toEqual([])
    post.settle(0, 1, 2, 4)
    expect(believers(post)).toEqual([1, 4])
    post.put(1, "b")
    post.settle(1, 2, 4)
    expect(believers(post).toSorted((a, b) => a - b)).toEqual([1, 2, 4])
  })
})

describe("replicas that are being replaced (§7.1.2)", () => {
  /** Replicas 0 and 1 are replaced, and 2 has started in the new epoch. */
  function replaced(): Post {
    const post = group()
    reconfigure(post, [2, 3, 4])
    post.settle(0, 1, 2)
    return post
  }

  test("shut down once f'+1 of the new group have started, and not before (step 2)", () => {
    const post = replaced()
    expect(standings(post).slice(0, 2)).toEqual(["transitioning 1.0", "transitioning 1.0"])
    post.pass(0, 3, "StartEpoch")
    post.settle(0, 1, 2, 3)
    expect(standings(post).slice(0, 2)).toEqual(["spare 1.0", "spare 1.0"])
    expect(standings(post)[4]).toBe("spare 0.0")
  })

  test("one that says twice that it has started counts once", () => {
    const post = replaced()
    post.cluster.inject(2, 0, { type: "EpochStarted", view: firstView(1) })
    post.cluster.inject(2, 0, { type: "EpochStarted", view: firstView(1) })
    post.cluster.runFor("1ms")
    expect(standings(post)[0]).toBe("transitioning 1.0")
  })

  test("remind those of the new group that they have not heard from, which answer if they have started (step 3)", () => {
    const post = replaced()
    post.lose()
    post.cluster.fire(0, "transition")
    expect([2, 3, 4].map(replica => typesOf(post, 0, replica))).toEqual([[], ["StartEpoch"], ["StartEpoch"]])
    post.cluster.fire(0, "transition")
    expect([2, 3, 4].map(replica => typesOf(post, 0, replica))).toEqual([[], ["StartEpoch"], ["StartEpoch"]])
    post.cluster.inject(0, 2, { type: "StartEpoch", configuration: post.cluster.state(0).configuration })
    post.cluster.runFor("1ms")
    expect(typesOf(post, 2, 0)).toEqual(["EpochStarted"])
  })

  test("alone shut down: what is said to them is nothing to a replica of the new group", () => {
    const post = replaced()
    post.settle(0, 1, 2, 3, 4)
    for (const from of [3, 4]) post.cluster.inject(from, 2, { type: "EpochStarted", view: firstView(1) })
    expect(standings(post)[2]).toBe("primary 1.0")
  })

  test("are told once that a replica has started, and not again of later views", () => {
    const post = replaced()
    post.settle(0, 1, 2, 3, 4)
    post.miss(3)
    post.settle(3, 4)
    post.lose()
    post.cluster.fire(3, "heartbeat")
    post.settle(2, 3)
    expect(standings(post)[2]).toBe("backup 1.1")
    expect(typesOf(post, 2, 0)).toEqual([])
  })

  test("a spare gives no state, and tells whoever is behind of the epoch", () => {
    const post = replaced()
    post.settle(0, 1, 2, 3, 4)
    post.cluster.inject(4, 0, { type: "GetEpochState", view: firstView(1), opNumber: 0 })
    post.cluster.inject(3, 0, { type: "Commit", view: 0, commitNumber: 0 })
    post.cluster.runFor("1ms")
    expect([typesOf(post, 0, 4), typesOf(post, 0, 3)]).toEqual([[], ["StartEpoch"]])
  })

  test("keep nothing that the old group has not committed (step 2)", () => {
    const post = group(5, { checkpointEvery: 1 })
    post.put(0, "b")
    post.lose()
    post.miss(1)
    post.settle(1, 2)
    reconfigure(post, [1, 2, 3], 1)
    post.settle(1, 2, 3)
    post.settle(0, 1, 2, 3)
    expect([standings(post)[0], logOf(post.cluster, 0)]).toEqual(["spare 1.0", []])
  })

  test("a spare that is not called in stays one, and waits for nobody", () => {
    const post = replaced()
    post.cluster.inject(2, 4, {
      type: "StartEpoch",
      configuration: { ...post.cluster.state(2).configuration, members: [1, 2, 3] },
    })
    expect([standings(post)[4], post.cluster.armed(4)]).toEqual(["spare 1.0", []])
  })

  test("can be called in again", () => {
    const post = replaced()
    post.settle(0, 1, 2, 3, 4)
    post.put(2, "b")
    post.settle(2, 3, 4)
    ask(post.cluster, 2, [0, 3, 4], 2)
    post.cluster.runFor("1ms")
    post.settle(0, 1, 2, 3, 4)
    expect(standings(post)).toEqual(["primary 2.0", "spare 1.0", "spare 2.0", "backup 2.0", "backup 2.0"])
    expect(valueAt(post.cluster, 0)).toBe("b")
  })
})

describe("messages of other epochs (§7.1, §7.2)", () => {
  test("those of an earlier one are discarded, and their sender is told of the later one", () => {
    const post = group()
    reconfigure(post, [0, 1, 3])
    post.settle(0, 1)
    post.lose()
    post.miss(2)
    post.pass(2, 0, "StartViewChange")
    expect(standings(post)[0]).toBe("primary 1.0")
    post.settle(0, 2)
    expect(standings(post)[2]).toBe("transitioning 1.0")
  })

  test("a replica that hears of a later one asks for that", () => {
    const post = group()
    reconfigure(post, [0, 1, 3])
    post.settle(0, 1)
    post.lose()
    post.cluster.fire(0, "heartbeat")
    expect(typesOf(post, 0, 3)).toEqual(["Commit"])
    post.cluster.inject(0, 3, { type: "Commit", view: firstView(1), commitNumber: 0 })
    post.settle(0, 3)
    expect(standings(post)[3]).toBe("backup 1.0")
    expect(valueAt(post.cluster, 3)).toBe("a")
  })

  test("a log that ends with the Reconfiguration is complete, though nobody has said that it is committed", () => {
    const post = group()
    reconfigure(post, [2, 3, 4])
    post.pass(0, 1, "Prepare")
    post.pass(1, 0, "PrepareOk")
    post.pass(0, 3, "StartEpoch")
    post.lose()
    post.crash(0)
    for (let asked = 0; asked < 6; asked++) {
      post.cluster.fire(3, "transition")
      post.settle(1, 3)
    }
    expect(standings(post)[3]).toBe("backup 1.0")
  })
})

describe("view changes (§7.2)", () => {
  test("a new primary whose topmost request is a Reconfiguration accepts no other one, and ends the epoch", () => {
    const post = group()
    reconfigure(post, [2, 3, 4])
    post.pass(0, 1, "Prepare")
    post.lose()
    post.crash(0)
    post.miss(1)
    post.settleBut("PrepareOk", 1, 2)
    post.put(1, "b")
    expect(answersTo(post, 1)).toEqual([[1, to(null)]])
    post.settle(1, 2, 3, 4)
    expect(standings(post).slice(1)).toEqual(["spare 1.0", "primary 1.0", "backup 1.0", "backup 1.0"])
  })

  test("a Reconfiguration that is not the topmost request has happened already: it is ignored", () => {
    const post = group()
    reconfigure(post, [0, 1, 2, 3])
    post.settle(0, 1, 2, 3)
    post.put(0, "b")
    post.settle(0, 1, 2, 3)
    post.lose()
    post.crash(0)
    post.miss(1)
    post.settle(1, 2, 3)
    post.put(1, "c")
    post.settle(1, 2, 3)
    expect(standings(post)[1]).toBe("primary 1.1")
    expect(logOf(post.cluster, 1)).toEqual(["a", "Reconfiguration", "CheckEpoch", "b", "c"])
  })
})

describe("recovery (§7.2)", () => {
  test("an old replica that recovers is told of the next epoch, and shuts down if it is not in its group", () => {
    const post = group()
    post.crash(1)
    reconfigure(post, [2, 3, 4])
    post.settle(0, 2, 3, 4)
    post.lose()
    post.restart(1)
    post.settle(0, 1, 2, 3, 4)
    expect(standings(post)[1]).toBe("spare 1.0")
  })

  test("or else continues with the new group", () => {
    const post = group()
    post.crash(1)
    reconfigure(post, [1, 2, 3])
    post.settle(0, 2, 3)
    post.cluster.fire(3, "transition")
    post.settle(0, 2, 3)
    post.lose()
    // Replica 1 would be the primary of the first view.
    post.miss(2)
    post.settle(2, 3)
    post.restart(1)
    post.settle(0, 1, 2, 3)
    expect(standings(post).slice(0, 4)).toEqual(["spare 1.0", "backup 1.1", "primary 1.1", "backup 1.1"])
    expect(valueAt(post.cluster, 1)).toBe("a")
  })

  test("a spare that has crashed is none until the group says so: it may have been called in meanwhile", () => {
    const post = group()
    post.crash(3)
    post.restart(3)
    expect(standings(post)[3]).toBe("recovering 0.0")
    post.pass(3, 0, "Recovery")
    post.pass(0, 3, "RecoveryResponse")
    expect(standings(post)[3]).toBe("recovering 0.0")
    post.settle(1, 3)
    expect(standings(post)[3]).toBe("spare 0.0")
  })

  test("one that is about to be called in waits for the new group: it may have been in that, and have forgotten", () => {
    const post = group()
    reconfigure(post, [2, 3, 4])
    post.crash(3)
    post.restart(3)
    post.settle(0, 3)
    post.settle(1, 3)
    expect(standings(post)[3]).toBe("recovering 0.0")
    post.settle(0, 1, 2, 4)
    post.cluster.fire(3, "resend")
    post.settle(0, 1, 2, 3, 4)
    expect(standings(post)[3]).toBe("backup 1.0")
  })
})

describe("the operator (§7.3, §7.4)", () => {
  test("is referred to the primary of the new group, whose CheckEpoch says that this has started", () => {
    const post = group()
    reconfigure(post, [2, 3, 4])
    post.settle(0, 1, 2)
    expect(answersTo(post, OPERATOR)).toEqual([[0, to(2)]])
    reconfigure(post, [2, 3, 4], 2)
    expect(answersTo(post, OPERATOR).length).toBe(1)
    post.settle(0, 1, 2, 3, 4)
    expect(answersTo(post, OPERATOR)).toEqual([
      [0, to(2)],
      [2, done()],
    ])
  })

  test("is answered at once by a primary that stays one", () => {
    const post = group()
    reconfigure(post, [0, 1, 2, 3])
    post.settle(0, 1, 2)
    post.settle(0, 1, 2, 3)
    expect(answersTo(post, OPERATOR)).toEqual([[0, done()]])
  })

  test("is answered, too, while requests of clients that have its number are under way", () => {
    const post = group()
    post.put(0, "b")
    reconfigure(post, [0, 1, 2])
    post.settle(0, 1, 2)
    expect(answersTo(post, OPERATOR)).toEqual([[0, done()]])
  })

  test("is answered, too, while another one asks the same by that number", () => {
    const post = group()
    for (const client of [OPERATOR, OPERATOR + 1])
      post.cluster.request(client, 0, { type: "ChangeMembership", sequence: 1, members: [0, 1, 2] })
    post.cluster.runFor("1ms")
    post.settle(0, 1, 2)
    expect([0, 1].map(place => answersTo(post, OPERATOR + place))).toEqual([[[0, done()]], [[0, done()]]])
  })

  test("is answered for each of its requests, one before the other is done or not", () => {
    const post = group()
    for (const sequence of [1, 2]) {
      ask(post.cluster, 0, [0, 1, 2], sequence)
      post.cluster.runFor("1ms")
    }
    post.settle(0, 1, 2)
    expect(answersTo(post, OPERATOR)).toEqual([
      [0, done(1)],
      [0, done(2)],
    ])
  })

  test("may ask again as long as it has no answer: the group changes once", () => {
    const post = group()
    reconfigure(post, [0, 1, 2, 3])
    reconfigure(post, [0, 1, 2, 3])
    post.settleBut("PrepareOk", 0, 1, 2, 3)
    reconfigure(post, [0, 1, 2, 3])
    post.settle(0, 1, 2, 3)
    expect(logOf(post.cluster, 0)).toEqual(["a", "Reconfiguration", "CheckEpoch"])
  })

  test("old clients are referred to the new group by those who have left", () => {
    const post = group()
    reconfigure(post, [2, 3, 4])
    post.settle(0, 1, 2, 3, 4)
    post.put(0, "b")
    expect(answersTo(post, 1)).toEqual([[0, to(2)]])
  })
})

describe("costs", () => {
  test.each([
    [3, [0, 1, 2, 3, 4]],
    [3, [2, 3, 4]],
    [3, [3, 4, 5]],
    [5, [0, 1, 2]],
    [5, [0, 1, 5, 6, 7, 8, 9]],
  ])("%i replicas to %j: Prepare and PrepareOk, Commit, three messages a new one, EpochStarted", (old, members) => {
    const cluster = patientGroup({ nodes: 10, latency: "10ms", parameters: { initialMembers: old } })
    cluster.request(0, 0, write("a"))
    cluster.runFor("50ms")
    cluster.clearCounts()
    ask(cluster, 0, members)
    cluster.runFor("60ms")
    const added = members.filter(id => id >= old).length
    const replaced = Array.from({ length: old }, (_, id) => id).filter(id => !members.includes(id)).length
    const isAskedOf0 = members.includes(0)
    expect(cluster.count("Commit", "protocol")).toBe(old - 1)
    expect(cluster.count("StartEpoch")).toBe(added)
    expect(cluster.count("GetEpochState")).toBe(added)
    expect(cluster.count("NewState")).toBe(added)
    expect(cluster.count("EpochStarted")).toBe(members.length * replaced)
    // A primary that stays one asks for the operator.
    const check = isAskedOf0 ? 2 * (members.length - 1) : 0
    expect(cluster.count(undefined, "protocol")).toBe(3 * (old - 1) + 3 * added + members.length * replaced + check)
    expect(cluster.count(undefined, "retransmission")).toBe(0)
  })

  test("the group is out of service from the request until its primary is back: 2d where that stays, 5d where it is new", () => {
    const d = 10_000
    for (const [members, delays] of [
      [[0, 1, 2, 3], 2],
      [[3, 4, 5], 5],
    ] as const) {
      const cluster = patientGroup({ nodes: 6, latency: "10ms", parameters: { initialMembers: 3 } })
      cluster.runFor("50ms")
      ask(cluster, 0, members)
      cluster.runUntil(() => cluster.state(0).requests.length > 0)
      const closed = cluster.now
      const primary = members[0]
      cluster.runUntil(() => cluster.standing(primary)?.role === "primary" && cluster.state(primary).viewNumber > 0)
      expect(Math.round((cluster.now - closed) / d)).toBe(delays)
    }
  })
})

describe("as a fault of a scenario", () => {
  test("the operator moves the whole group, twice, and clients follow", () => {
    const { outcome } = completeRun(viewstampedReplication, replicatedLog, {
      nodes: 6,
      parameters: { initialMembers: 3 },
      duration: "10s",
      faults: [
        { kind: "membership", members: [3, 4, 5], at: 3_000_000 },
        { kind: "membership", members: [0, 2, 4], at: 6_000_000 },
        { kind: "crash", target: { nodes: [1, 3, 5] }, at: 8_000_000 },
      ],
    })
    expect(violations(outcome)).toEqual([])
    expect(outcome.ok / outcome.attempted).toBeGreaterThan(0.97)
  })

  test("as planned maintenance of the workload", () => {
    const { outcome } = completeRun(viewstampedReplication, replicatedLog, {
      nodes: 4,
      duration: "10s",
      workload: { changeEvery: "1s" },
    })
    expect(violations(outcome)).toEqual([])
    expect(outcome.figures["membership_changes"]).toBeGreaterThan(5)
  })

  test("with f+1 of the old group gone before the new one has started, nobody serves any more: wait for the answer (§7.3)", () => {
    const gone = (nodes: readonly number[], at: number) => ({ kind: "crash", target: { nodes }, at }) as const
    const served = (at: number): number => {
      const { outcome } = completeRun(viewstampedReplication, replicatedLog, {
        nodes: 6,
        parameters: { initialMembers: 3 },
        latency: "10ms",
        duration: "8s",
        faults: [{ kind: "membership", members: [3, 4, 5], at: 3_000_000 }, gone([0, 1, 2], at)],
      })
      expect(violations(outcome)).toEqual([])
      return outcome.ok / outcome.attempted
    }
    expect(served(3_100_000)).toBeGreaterThan(0.97)
    expect(served(3_045_000)).toBeLessThan(0.5)
  })
})

test("one that is told to begin under a spare is refused", () => {
  const { problem } = viewstampedReplication.begins!
  const resolved = resolveParameters(viewstampedReplication.parameters, { initialMembers: 3 }, 1_000)
  if ("problems" in resolved) throw new Error("these are parameters")
  const parameters = resolved.values as VsrParameters
  const logs = Array.from({ length: 5 }, () => [])
  expect(problem!({ leader: 2, logs }, parameters)).toBeUndefined()
  expect(problem!({ leader: 3, logs }, parameters)).toEqual({
    about: "leader",
    message: "node 3 is none of the first 3 replicas",
  })
})
