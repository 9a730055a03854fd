// Take-over by timeouts, message by message; and views as such.
import { describe, expect, test } from "vitest"
import { primaryBackup } from "../../../algorithms/primary-backup/primary-backup.ts"
import { theory } from "../../../algorithms/primary-backup/theory.ts"
import type { PrimaryBackup, View } from "../../../algorithms/primary-backup/types.ts"
import { firstView, isNewer, memberOf, reignAfter } from "../../../algorithms/primary-backup/views.ts"
import { resolveParameters } from "../../../runtime/contract/parameters.ts"
import { type Group, write } from "./support.ts"
import { alone, ask, by, facts, forget, members, said, tell, updateOf, viewOf } from "./single.ts"

function timed(nodes = 3): Group {
  return alone({ takeover: "timeouts" }, nodes)
}

function beat(cluster: Group, to: number, view: View, from = view.primary): void {
  tell(cluster, from, to, { type: "View", view })
}

/** A take-over of a replica in a view of these members, which takes the reign of a number. */
function taken(since: number, ids: readonly number[], number = since): View {
  return { number, primary: ids[0]!, since, members: members(...ids) }
}

describe("views", () => {
  test("begin with all, from the primary on", () => {
    expect(firstView(1, 3)).toEqual({ number: 1, primary: 1, since: 1, members: members(1, 0, 2) })
    expect(memberOf(firstView(1, 3), 2)).toEqual({ id: 2, life: 0, count: 0 })
    expect(memberOf(firstView(1, 3), 3)).toBeUndefined()
  })

  test("of a later reign are newer, whatever their numbers, and of one reign those with a higher number", () => {
    const view = (since: number, number: number) => ({ ...firstView(0, 3), since, number })
    expect(isNewer(view(2, 2), view(1, 5))).toBe(true)
    expect(isNewer(view(1, 5), view(2, 2))).toBe(false)
    expect([4, 5, 6].map(number => isNewer(view(2, number), view(2, 5)))).toEqual([false, false, true])
  })

  test("of a take-over have a number that no other replica takes: the next that is its id modulo their number", () => {
    expect([0, 1, 2].map(id => reignAfter(1, id, 3))).toEqual([3, 4, 2])
    expect([0, 1, 2].map(id => reignAfter(4, id, 3))).toEqual([6, 7, 5])
    expect(reignAfter(0, 1, 3)).toBe(1)
  })
})

describe("a primary that is missed", () => {
  test("is succeeded by the next in line", () => {
    const cluster = timed()
    tell(cluster, 0, 1, { type: "Update", view: 1, since: 1, update: updateOf(1, "a"), committed: 0 })
    forget(cluster)
    cluster.fire(1, "primary")
    const view = taken(4, [1, 2])
    expect(cluster.state(1)).toMatchObject({ status: "primary", view, reign: 4 })
    expect(facts(cluster)).toEqual([{ node: 1, type: "believes", leader: 1, epoch: 4 }])
    // Nobody knows what the others have: they get the whole state.
    expect(said(cluster)).toMatchObject([by(1, 2, { type: "State", view, life: 0, snapshot: { count: 1 } })])
    expect(cluster.armed(1)).toEqual(["backup 2", "heartbeat", "resend"])
    expect(cluster.state(1).backups[2]).toMatchObject({ standing: "member", acked: -1, due: 1 })
    expect(cluster.state(1).backups[0]).toBeNull()
    cluster.fire(1, "heartbeat")
    expect(cluster.sent.map(({ to, message }) => [to, message])).toEqual([0, 2].map(to => [to, { type: "View", view }]))
  })

  test("has the others wait for that one, before all of its views", () => {
    const cluster = timed()
    cluster.fire(2, "primary")
    const view = { number: 3, primary: 1, since: 4, members: members(1, 2) }
    expect(cluster.state(2)).toMatchObject({ status: "backup", view, reign: 1 })
    expect(facts(cluster)).toEqual([{ node: 2, type: "believes", leader: 1, epoch: 4 }])
    expect(cluster.armed(2)).toEqual(["heartbeat", "primary"])
    cluster.fire(2, "primary")
    expect(cluster.state(2)).toMatchObject({ status: "primary", view: taken(5, [2]) })
  })

  test("is nothing to those that have no state", () => {
    const cluster = timed()
    cluster.crash(1)
    cluster.restart(1)
    beat(cluster, 1, viewOf(2, 1, [0, 2]))
    forget(cluster)
    cluster.fire(1, "primary")
    expect(cluster.state(1)).toMatchObject({ status: "joining", view: { primary: 0 } })
    expect(facts(cluster)).toEqual([])
  })
})

describe("a heartbeat", () => {
  test("is sent by the primary alone", () => {
    const cluster = timed()
    for (const id of [0, 1]) cluster.fire(id, "heartbeat")
    expect(cluster.sent.map(({ from, to, purpose }) => [from, to, purpose])).toEqual([
      [0, 1, "heartbeat"],
      [0, 2, "heartbeat"],
    ])
  })

  test("of the present view has a backup wait anew", () => {
    const cluster = alone({ takeover: "timeouts", detectionTimeout: "60ms", heartbeatInterval: "50ms" })
    cluster.runFor("50ms")
    beat(cluster, 1, viewOf(1, 1, [0, 1, 2]))
    cluster.runFor("20ms")
    expect([1, 2].map(id => cluster.state(id).view.primary)).toEqual([0, 1])
  })

  test("of an earlier reign, or of another one than its primary, is disregarded", () => {
    const cluster = timed()
    beat(cluster, 1, taken(5, [2, 1]))
    forget(cluster)
    beat(cluster, 1, viewOf(7, 1, [0, 1, 2]))
    beat(cluster, 1, taken(8, [2, 1]), 0)
    expect(cluster.state(1).view).toEqual(taken(5, [2, 1]))
    expect(facts(cluster)).toEqual([])
  })

  test("of a later view of the same primary changes the members, and nothing else", () => {
    const cluster = timed()
    beat(cluster, 1, viewOf(2, 1, [0, 1]))
    expect(cluster.state(1)).toMatchObject({ status: "backup", view: viewOf(2, 1, [0, 1]) })
    expect([facts(cluster), said(cluster)]).toEqual([[], []])
  })

  test("of another primary has its members ask for the state", () => {
    const cluster = timed()
    beat(cluster, 1, taken(5, [2, 1]))
    expect(cluster.state(1)).toMatchObject({ status: "backup", reign: 1, view: taken(5, [2, 1]) })
    expect(facts(cluster)).toEqual([{ node: 1, type: "believes", leader: 2, epoch: 5 }])
    expect(said(cluster)).toEqual([by(1, 2, { type: "Join", life: 0, count: 0 })])
    beat(cluster, 1, taken(5, [2, 1]))
    expect(said(cluster)).toEqual([])
    cluster.fire(1, "join")
    expect(said(cluster)).toEqual([by(1, 2, { type: "Join", life: 0, count: 0 }, "retransmission")])
    const { machine } = cluster.state(1)
    const snapshot = { count: 0, committed: 0, uncommitted: [], machine }
    tell(cluster, 2, 1, { type: "State", view: taken(5, [2, 1]), life: 0, snapshot })
    expect(cluster.state(1)).toMatchObject({ status: "backup", reign: 5 })
    expect(cluster.armed(1)).toEqual(["heartbeat", "primary"])
  })

  test("takes the state of those that are no members: they begin another life, and ask for it", () => {
    const cluster = timed()
    beat(cluster, 1, viewOf(2, 1, [0, 2]))
    const life = cluster.now + 1
    expect(cluster.state(1)).toMatchObject({ status: "joining", life })
    expect(said(cluster)).toEqual([by(1, 0, { type: "Join", life, count: 0 })])
  })

  test("leaves a standby of the same primary what it is, and none of another one", () => {
    const cluster = timed()
    beat(cluster, 1, viewOf(2, 1, [0, 2]))
    const { life } = cluster.state(1)
    const { machine } = cluster.state(0)
    const snapshot = { count: 0, committed: 0, uncommitted: [], machine }
    tell(cluster, 0, 1, { type: "State", view: viewOf(2, 1, [0, 2]), life, snapshot })
    expect(cluster.state(1).status).toBe("standby")
    beat(cluster, 1, viewOf(3, 1, [0]))
    expect(cluster.state(1)).toMatchObject({ status: "standby", life })
    beat(cluster, 1, taken(5, [2]))
    expect(cluster.state(1)).toMatchObject({ status: "joining", life: life + 1 })
  })

  test("has one that joins ask each primary once, and then as one that repeats itself", () => {
    const cluster = timed()
    cluster.crash(1)
    cluster.restart(1)
    forget(cluster)
    const { life } = cluster.state(1)
    const asked = (view: View): readonly object[] => {
      beat(cluster, 1, view)
      return said(cluster)
    }
    const join = { type: "Join", life, count: 0 }
    expect(asked(viewOf(2, 1, [0, 2]))).toEqual([by(1, 0, join)])
    expect(asked(viewOf(3, 1, [0]))).toEqual([])
    expect(asked(taken(5, [2]))).toEqual([by(1, 2, join)])
    expect(asked(taken(5, [2]))).toEqual([])
  })

  test("deposes a primary of an earlier reign", () => {
    const cluster = timed()
    ask(cluster, 0, write("a", 1))
    forget(cluster)
    beat(cluster, 0, taken(4, [1, 2]))
    expect(cluster.state(0)).toMatchObject({ status: "joining", count: 0, backups: [null, null, null] })
    expect(cluster.armed(0)).toEqual(["heartbeat", "join", "primary"])
    expect(said(cluster)).toMatchObject([{ from: 0, to: 1, message: { type: "Join", count: 0 } }])
  })

  test("deposes one that is a member of it", () => {
    const cluster = timed()
    ask(cluster, 0, write("a", 1))
    forget(cluster)
    beat(cluster, 0, taken(4, [1, 0]))
    expect(cluster.state(0)).toMatchObject({ status: "backup", backups: [null, null, null], life: 0 })
    expect(cluster.armed(0)).toEqual(["heartbeat", "join", "primary"])
  })
})

describe("by timeouts, the primary", () => {
  test("drops a backup that does not answer, and tells everybody", () => {
    const cluster = timed()
    ask(cluster, 0, write("a", 1))
    tell(cluster, 1, 0, { type: "Ack", since: 1, life: 0, count: 1 })
    forget(cluster)
    cluster.fire(0, "backup 2")
    const view = viewOf(2, 1, [0, 1])
    expect(said(cluster)).toEqual([1, 2].map(to => by(0, to, { type: "View", view })))
    expect(cluster.state(0)).toMatchObject({ view, committed: 1, backups: [null, { acked: 1 }, null] })
    expect(cluster.armed(0)).toEqual(["heartbeat", "resend"])
  })

  test("lets in whoever has its state, and tells everybody", () => {
    const cluster = timed()
    ask(cluster, 0, write("a", 1))
    cluster.fire(0, "backup 2")
    tell(cluster, 2, 0, { type: "Join", life: 7, count: 0 })
    forget(cluster)
    tell(cluster, 2, 0, { type: "Ack", since: 1, life: 7, count: 1 })
    const view = { ...viewOf(3, 1, [0, 1]), members: [...members(0, 1), { id: 2, life: 7, count: 1 }] }
    expect(said(cluster)).toEqual([1, 2].map(to => by(0, to, { type: "View", view })))
    expect(cluster.state(0).backups[2]).toMatchObject({ standing: "member", acked: 1, life: 7 })
  })

  test("takes updates of its own reign alone", () => {
    const cluster = timed()
    tell(cluster, 2, 1, { type: "Update", view: 5, since: 5, update: updateOf(1, "a"), committed: 0 })
    expect(cluster.state(1)).toMatchObject({ count: 0, view: { number: 1 } })
  })
})

test("clients may be told what is undone, by timeouts, where replies or reads wait for nobody, and only there", () => {
  const isUnsafe = (changes: object): boolean => {
    const resolved = resolveParameters(primaryBackup.parameters, { ...changes }, 1_000)
    if ("problems" in resolved) throw new Error(JSON.stringify(resolved.problems))
    return primaryBackup.isUnsafe!(resolved.values as PrimaryBackup["parameters"], 3)
  }
  expect(isUnsafe({})).toBe(false)
  for (const changes of [{ takeover: "timeouts" }, { replies: "non-blocking" }, { reads: "local" }])
    expect(isUnsafe(changes), JSON.stringify(changes)).toBe(true)
})

test("closed forms are worth: 2(n-1) messages where backups acknowledge, n-1 where not, 4(n-1) a stay", () => {
  expect(theory.messages!.map(({ messages }) => messages(5, {}, {}))).toEqual([8, 4, 16, 8])
  expect(theory.load!.map(({ handled }) => handled(5))).toEqual([5, 1])
})
