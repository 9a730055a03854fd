// Backups and replicas that join, message by message: what they install, acknowledge and adopt, and when they ask for a state.
import { describe, expect, test } from "vitest"
import type { Snapshot, View } from "../../../algorithms/primary-backup/types.ts"
import { type Group, read, write } from "./support.ts"
import { alone, answered, ask, by, facts, forget, members, said, SERVICE, tell, updateOf, viewOf } from "./single.ts"

interface Shipped {
  readonly view?: number
  readonly since?: number
  readonly from?: number
  readonly committed?: number
}

/** Replica 1 is shipped an update. */
function ship(cluster: Group, number: number, { view = 1, since = 1, from = 0, committed = 0 }: Shipped = {}): void {
  tell(cluster, from, 1, { type: "Update", view, since, update: updateOf(number, `${number}`), committed })
}

function acked(count: number, given: object = {}) {
  return by(1, 0, { type: "Ack", since: 1, life: 0, count, ...given })
}

/** The state of a primary with as many updates, of which so many are safe. */
function snapshotOf(count: number, committed: number): Snapshot {
  const cluster = alone()
  for (let number = 1; number <= count; number++) ask(cluster, 0, write(`${number}`, number))
  for (const peer of [1, 2]) tell(cluster, peer, 0, { type: "Ack", since: 1, life: 0, count: committed })
  const { uncommitted, machine } = cluster.state(0)
  return { count, committed, uncommitted: [...uncommitted], machine }
}

describe("an update", () => {
  test("is installed in its turn, and acknowledged", () => {
    const cluster = alone()
    ship(cluster, 1)
    expect(said(cluster)).toEqual([acked(1)])
    ship(cluster, 2)
    expect(said(cluster)).toEqual([acked(2)])
    expect(cluster.state(1)).toMatchObject({ count: 2, committed: 0 })
    expect(cluster.state(1).uncommitted).toEqual([updateOf(1, "1"), updateOf(2, "2")])
    expect(cluster.state(1).machine.values.get("x")).toBe("2")
    expect(facts(cluster)).toEqual([])
  })

  test("that comes twice is installed once, and acknowledged again", () => {
    const cluster = alone()
    for (const number of [1, 2, 1]) ship(cluster, number)
    expect(said(cluster)).toEqual([acked(1), acked(2), acked(2)])
    expect(cluster.state(1).machine.values.get("x")).toBe("2")
  })

  test("says which of those before it are safe: they are reported, as far as they are there", () => {
    const cluster = alone()
    ship(cluster, 1)
    ship(cluster, 2, { committed: 1 })
    const applied = (index: number) => ({ node: 1, type: "applied", index, command: write(`${index}`, index) })
    expect(facts(cluster)).toEqual([applied(1)])
    expect(cluster.state(1)).toMatchObject({ committed: 1, uncommitted: [{ number: 2 }] })
    ship(cluster, 2, { committed: 5 })
    expect(facts(cluster)).toEqual([applied(2)])
    expect(cluster.state(1)).toMatchObject({ committed: 2, uncommitted: [] })
    ship(cluster, 2, { committed: 1 })
    expect([facts(cluster), answered(cluster)]).toEqual([[], []])
  })

  test("that comes early waits, while those before it are asked for", () => {
    const cluster = alone()
    ship(cluster, 3)
    ship(cluster, 2)
    expect(said(cluster)).toEqual([])
    expect(cluster.armed(1)).toEqual(["gap", "heartbeat"])
    cluster.fire(1, "gap")
    expect(said(cluster)).toEqual([by(1, 0, { type: "Join", life: 0, count: 0 }, "retransmission")])
    expect(cluster.armed(1)).toEqual(["gap", "heartbeat"])
    ship(cluster, 1)
    expect(said(cluster)).toEqual([acked(1), acked(2), acked(3)])
    expect([cluster.state(1).count, cluster.state(1).early.size]).toEqual([3, 0])
    expect(cluster.armed(1)).toEqual(["heartbeat"])
  })

  test("that comes early leaves the time running in which the first one that is missing is due", () => {
    const cluster = alone({ heartbeatInterval: "50ms" })
    ship(cluster, 3)
    cluster.runFor("30ms")
    ship(cluster, 2)
    said(cluster)
    cluster.runFor("21ms")
    expect(cluster.count("Join", "retransmission")).toBe(1)
  })

  test("is not acknowledged where replies wait for nothing", () => {
    const cluster = alone({ replies: "non-blocking" })
    ship(cluster, 1)
    expect(cluster.state(1).count).toBe(1)
    expect(said(cluster)).toEqual([])
  })

  test.each<[string, Shipped]>([
    ["of an earlier view", { view: 0, since: 0 }],
    ["of the view by another one than its primary", { from: 2 }],
    ["of another reign in the same view", { since: 2 }],
  ])("%s is disregarded", (_, given) => {
    const cluster = alone()
    ship(cluster, 1, given)
    expect(cluster.state(1)).toMatchObject({ count: 0, view: viewOf(1, 1, [0, 1, 2]) })
    expect(said(cluster)).toEqual([])
  })

  test("is disregarded by the primary, and by one without a state", () => {
    const cluster = alone()
    tell(cluster, 0, 0, { type: "Update", view: 1, since: 1, update: updateOf(1, "1"), committed: 0 })
    expect(cluster.state(0).count).toBe(0)
    cluster.crash(1)
    cluster.restart(1)
    tell(cluster, SERVICE, 1, { type: "View", view: viewOf(1, 1, [0, 2]) })
    forget(cluster)
    ship(cluster, 1)
    ship(cluster, 1, { view: 2, since: 2 })
    expect([cluster.state(1).count, said(cluster)]).toEqual([0, []])
  })

  test("of a view before the one being formed is disregarded, and one of that is not", () => {
    const cluster = alone()
    tell(cluster, SERVICE, 1, { type: "Suspend", view: 3 })
    forget(cluster)
    ship(cluster, 1)
    ship(cluster, 1, { view: 2, since: 2, from: 2 })
    expect([cluster.state(1).count, said(cluster)]).toEqual([0, []])
    ship(cluster, 1, { view: 3, since: 3, from: 2 })
    expect(cluster.state(1).count).toBe(1)
  })

  test("of a view that the replica has not heard of has it follow that view's primary", () => {
    const cluster = alone()
    ship(cluster, 2)
    ship(cluster, 1, { view: 2, since: 2, from: 2 })
    expect(cluster.state(1)).toMatchObject({ count: 1, reign: 2, view: { number: 2, since: 2, primary: 2 } })
    // What the earlier primary sent ahead, the next one may not have.
    expect(cluster.state(1).early.size).toBe(0)
    expect(facts(cluster)).toEqual([{ node: 1, type: "believes", leader: 2, epoch: 2 }])
    expect(said(cluster)).toEqual([by(1, 2, { type: "Ack", since: 2, life: 0, count: 1 })])
  })

  test("of a later view of the same primary is as one of this view", () => {
    const cluster = alone()
    ship(cluster, 2)
    ship(cluster, 1, { view: 4 })
    expect(cluster.state(1)).toMatchObject({ count: 2, view: { number: 1 } })
    expect(facts(cluster)).toEqual([])
  })
})

describe("a question of the view service", () => {
  test("stops a member, which says how many updates it has", () => {
    const cluster = alone()
    ship(cluster, 1)
    forget(cluster)
    tell(cluster, SERVICE, 1, { type: "Suspend", view: 2 })
    const count = by(1, SERVICE, { type: "Count", view: 2, life: 0, count: 1 })
    expect(said(cluster)).toEqual([count])
    expect(facts(cluster)).toEqual([{ node: 1, type: "believes", leader: null, epoch: 2 }])
    expect(cluster.standing(1)).toEqual({ role: "suspended", rank: 1, epoch: 2 })
    tell(cluster, SERVICE, 1, { type: "Suspend", view: 2 })
    expect([said(cluster), facts(cluster)]).toEqual([[count], []])
  })
})

describe("a replica that returns", () => {
  function returned(parameters: object = {}): Group {
    const cluster = alone({ ...parameters })
    ship(cluster, 1)
    ship(cluster, 3)
    cluster.runFor("1s")
    cluster.crash(1)
    forget(cluster)
    cluster.restart(1)
    return cluster
  }

  test("begins another life, with nothing, and knows of no view", () => {
    const cluster = returned()
    const life = cluster.now + 1
    expect(cluster.state(1)).toMatchObject({ status: "joining", life, count: 0, committed: 0, uncommitted: [] })
    expect(facts(cluster)).toEqual([{ node: 1, type: "believes", leader: null, epoch: 0 }])
    expect(cluster.sent.map(({ to, message, purpose }) => ({ to, message, purpose }))).toEqual([
      { to: SERVICE, message: { type: "Ping", view: 0, primary: 0, life }, purpose: "heartbeat" },
    ])
    expect(cluster.armed(1)).toEqual(["heartbeat", "join"])
    expect(cluster.standing(1)).toEqual({ role: "joining", rank: 0, epoch: 0 })
  })

  test("asks the primary of the first view that it is told of, and of each with another one", () => {
    const cluster = returned()
    const { life } = cluster.state(1)
    const join = (to: number, purpose: "protocol" | "retransmission" = "protocol") =>
      by(1, to, { type: "Join", life, count: 0 }, purpose)
    const told = (view: View): readonly object[] => {
      said(cluster)
      tell(cluster, SERVICE, 1, { type: "View", view })
      return said(cluster)
    }
    expect(told(viewOf(3, 2, [0, 2]))).toEqual([join(0)])
    expect(told(viewOf(4, 2, [0]))).toEqual([])
    expect(told(viewOf(5, 5, [2]))).toEqual([join(2)])
    cluster.fire(1, "join")
    expect(said(cluster)).toEqual([join(2, "retransmission")])
    expect(cluster.armed(1)).toEqual(["heartbeat", "join"])
    expect(cluster.state(1).life).toBe(life)
  })

  test("adopts the state that the primary ships, as a standby until it is a member", () => {
    const cluster = returned()
    const { life } = cluster.state(1)
    const view = viewOf(3, 2, [0, 2])
    tell(cluster, SERVICE, 1, { type: "View", view })
    forget(cluster)
    const snapshot = snapshotOf(3, 1)
    tell(cluster, 0, 1, { type: "State", view, life, snapshot })
    expect(said(cluster)).toEqual([by(1, 0, { type: "Ack", since: 2, life, count: 3 })])
    expect(facts(cluster)).toEqual([{ node: 1, type: "restored", index: 1 }])
    expect(cluster.state(1)).toMatchObject({ status: "standby", reign: 2, count: 3, committed: 1 })
    expect(cluster.state(1).uncommitted).toEqual(snapshot.uncommitted)
    expect(cluster.state(1).machine).toEqual(snapshot.machine)
    expect(cluster.state(1).machine).not.toBe(snapshot.machine)
    cluster.fire(1, "join")
    expect(said(cluster)).toEqual([by(1, 0, { type: "Join", life, count: 3 }, "retransmission")])
    const member = { id: 1, life, count: 3 }
    const next = { ...view, number: 4, members: [...members(0, 2), member] }
    tell(cluster, SERVICE, 1, { type: "View", view: next })
    expect(cluster.state(1)).toMatchObject({ status: "backup", life, view: next })
    cluster.fire(1, "join")
    expect([said(cluster), cluster.armed(1)]).toEqual([[], ["heartbeat"]])
  })

  test("acknowledges as a standby where members do not", () => {
    const cluster = returned({ replies: "non-blocking" })
    const { life } = cluster.state(1)
    const view = viewOf(3, 1, [0, 2])
    tell(cluster, 0, 1, { type: "State", view, life, snapshot: snapshotOf(3, 1) })
    forget(cluster)
    ship(cluster, 4, { view: 3 })
    expect(said(cluster)).toEqual([by(1, 0, { type: "Ack", since: 1, life, count: 4 })])
  })

  test("that was the primary knows of no backups, and waits for none", () => {
    const cluster = alone()
    ask(cluster, 0, write("a", 1))
    cluster.crash(0)
    cluster.restart(0)
    expect(cluster.armed(0)).toEqual(["heartbeat", "join"])
  })
})

describe("a state", () => {
  const view = viewOf(1, 1, [0, 1, 2])

  function ships(cluster: Group, given: { view?: View; life?: number; from?: number }, snapshot = snapshotOf(2, 1)) {
    const { from = 0, ...rest } = given
    tell(cluster, from, 1, { type: "State", view, life: 0, snapshot, ...rest })
  }

  test("is adopted where it has more updates", () => {
    const cluster = alone()
    ship(cluster, 1)
    forget(cluster)
    ships(cluster, {})
    expect(cluster.state(1)).toMatchObject({ status: "backup", count: 2, committed: 1, uncommitted: [{ number: 2 }] })
    expect(facts(cluster)).toEqual([{ node: 1, type: "restored", index: 1 }])
    expect(said(cluster)).toEqual([acked(2)])
  })

  test("is not where it has no more, and acknowledged all the same", () => {
    const cluster = alone()
    for (const number of [1, 2]) ship(cluster, number)
    forget(cluster)
    ships(cluster, {})
    expect(cluster.state(1)).toMatchObject({ count: 2, committed: 0 })
    expect([facts(cluster), said(cluster)]).toEqual([[], [acked(2)]])
  })

  test("is adopted from a primary of another reign, whatever it has", () => {
    const cluster = alone()
    for (const number of [1, 2, 3]) ship(cluster, number)
    ship(cluster, 5)
    forget(cluster)
    const next = viewOf(4, 4, [2, 1])
    ships(cluster, { view: next, from: 2 })
    expect(cluster.state(1)).toMatchObject({ status: "backup", count: 2, reign: 4, view: next })
    expect(cluster.state(1).early.size).toBe(0)
    expect(facts(cluster)).toEqual([
      { node: 1, type: "restored", index: 1 },
      { node: 1, type: "believes", leader: 2, epoch: 4 },
    ])
    expect(said(cluster)).toEqual([by(1, 2, { type: "Ack", since: 4, life: 0, count: 2 })])
  })

  test("has those installed that have waited for it", () => {
    const cluster = alone()
    for (const number of [2, 3, 5]) ship(cluster, number)
    said(cluster)
    ships(cluster, {})
    expect(cluster.state(1)).toMatchObject({ count: 3, uncommitted: [{ number: 2 }, { number: 3 }] })
    expect([...cluster.state(1).early.keys()]).toEqual([5])
    expect(said(cluster)).toEqual([acked(2), acked(3)])
    expect(cluster.armed(1)).toContain("gap")
  })

  test.each([
    ["for another life", { life: 4 }],
    ["of an earlier view", { view: viewOf(0, 0, [0, 1, 2]) }],
  ])("%s is disregarded", (_, given) => {
    const cluster = alone()
    ships(cluster, given)
    expect([cluster.state(1).count, said(cluster)]).toEqual([0, []])
  })

  test("of a view before the one being formed is disregarded, and one of that is not", () => {
    const cluster = alone()
    tell(cluster, SERVICE, 1, { type: "Suspend", view: 3 })
    said(cluster)
    ships(cluster, { view: viewOf(2, 1, [0, 1, 2]) })
    expect(cluster.state(1).count).toBe(0)
    ships(cluster, { view: viewOf(3, 1, [0, 1, 2]) })
    expect(cluster.state(1)).toMatchObject({ count: 2, view: { number: 3 } })
  })
})

describe("a view", () => {
  test("is entered by its members, and believed in once", () => {
    const cluster = alone()
    const view = viewOf(2, 2, [2, 1])
    tell(cluster, SERVICE, 1, { type: "View", view })
    tell(cluster, SERVICE, 1, { type: "View", view })
    expect(facts(cluster)).toEqual([{ node: 1, type: "believes", leader: 2, epoch: 2 }])
    expect(cluster.state(1)).toMatchObject({ status: "backup", reign: 2, view })
    expect(cluster.standing(1)).toEqual({ role: "backup", rank: 0, epoch: 2 })
    expect(cluster.standing(0)).toEqual({ role: "primary", rank: 2, epoch: 1 })
    expect(said(cluster)).toEqual([])
  })

  test("takes the state of those that are no members of it: they begin another life, and join", () => {
    const cluster = alone()
    ship(cluster, 1)
    ship(cluster, 3)
    forget(cluster)
    tell(cluster, SERVICE, 1, { type: "View", view: viewOf(2, 1, [0, 2]) })
    const life = cluster.now + 1
    expect(cluster.state(1)).toMatchObject({ status: "joining", life, count: 0, uncommitted: [] })
    expect(cluster.state(1).early.size).toBe(0)
    expect(cluster.state(1).machine).toEqual({ values: new Map(), sessions: [] })
    expect(said(cluster)).toEqual([by(1, 0, { type: "Join", life, count: 0 })])
    expect(cluster.armed(1)).toEqual(["heartbeat", "join"])
  })

  test("is left with a later life, be that in the same moment", () => {
    const cluster = alone()
    const lives: number[] = []
    for (const number of [2, 3]) {
      tell(cluster, SERVICE, 1, { type: "View", view: viewOf(number, number, [0, 2]) })
      cluster.state(1).status = "backup"
      lives.push(cluster.state(1).life)
    }
    expect(lives).toEqual([cluster.now + 1, cluster.now + 2])
  })

  test("leaves a standby of its primary what it is, and none of another one", () => {
    const cluster = alone()
    tell(cluster, SERVICE, 1, { type: "View", view: viewOf(2, 1, [0, 2]) })
    const { life } = cluster.state(1)
    tell(cluster, 0, 1, { type: "State", view: viewOf(2, 1, [0, 2]), life, snapshot: snapshotOf(2, 1) })
    expect(cluster.state(1).status).toBe("standby")
    tell(cluster, SERVICE, 1, { type: "View", view: viewOf(3, 1, [0]) })
    expect(cluster.state(1)).toMatchObject({ status: "standby", life, view: { number: 3 } })
    tell(cluster, SERVICE, 1, { type: "View", view: viewOf(4, 4, [2]) })
    expect(cluster.state(1)).toMatchObject({ status: "joining", life: life + 1, count: 0 })
  })

  test("deposes the primary", () => {
    const cluster = alone({ reads: "local" })
    ask(cluster, 0, write("a", 1))
    ask(cluster, 0, read(2))
    tell(cluster, SERVICE, 0, { type: "View", view: viewOf(2, 2, [1, 0, 2]) })
    expect(cluster.state(0)).toMatchObject({ status: "backup", reign: 2, reads: [], backups: [null, null, null] })
    expect(cluster.armed(0)).toEqual(["heartbeat"])
  })
})

test("a replica pings the view service with its view, its primary and its life, once an interval", () => {
  const cluster = alone({ heartbeatInterval: "50ms" })
  tell(cluster, SERVICE, 1, { type: "View", view: viewOf(2, 2, [2, 1]) })
  cluster.clearCounts()
  cluster.runFor("50ms")
  const pings = cluster.sent.filter(({ from, message }) => from === 1 && message.type === "Ping")
  expect(pings).toMatchObject([
    { to: SERVICE, message: { type: "Ping", view: 2, primary: 2, life: 0 }, purpose: "heartbeat" },
  ])
})
