// The primary, message by message: what it ships, when it answers, whom it counts on, and of whom it gets rid.
import { describe, expect, test } from "vitest"
import { type Group, read, write } from "./support.ts"
import { alone, answered, ask, by, facts, forget, said, SERVICE, tell, updateOf, viewOf } from "./single.ts"

const DONE = { done: true, value: null }
const FIRST = { type: "Update", view: 1, since: 1 }

function ack(cluster: Group, from: number, count: number, changes: object = {}): void {
  tell(cluster, from, 0, { type: "Ack", since: 1, life: 0, count, ...changes })
}

/** The primary has been asked to write these values, each by a client of its own. */
function busy(values: readonly string[], parameters: object = {}, nodes = 3): Group {
  const cluster = alone({ ...parameters }, nodes)
  for (const [i, value] of values.entries()) ask(cluster, 0, write(value, i + 1))
  return cluster
}

describe("a command", () => {
  test("is executed and shipped to all, and safe once all have acknowledged it", () => {
    const cluster = busy(["a"])
    const update = updateOf(1, "a")
    expect(said(cluster)).toEqual([1, 2].map(peer => by(0, peer, { ...FIRST, update, committed: 0 })))
    expect(cluster.armed(0)).toEqual(["backup 1", "backup 2", "heartbeat", "resend"])
    ack(cluster, 1, 1)
    expect(cluster.armed(0)).toEqual(["backup 2", "heartbeat", "resend"])
    expect([facts(cluster), answered(cluster)]).toEqual([[], []])
    ack(cluster, 2, 1)
    expect(cluster.armed(0)).toEqual(["heartbeat", "resend"])
    expect(facts(cluster)).toEqual([{ node: 0, type: "applied", index: 1, command: write("a", 1) }])
    expect(answered(cluster)).toEqual([{ client: 1, type: "Result", sequence: 1, result: DONE }])
    expect(cluster.state(0)).toMatchObject({ count: 1, committed: 1, uncommitted: [] })
  })

  test("is numbered after those before it, and carries how many of them are safe", () => {
    const cluster = busy(["a", "b"])
    for (const peer of [1, 2]) ack(cluster, peer, 1)
    ask(cluster, 0, write("c", 3))
    const shipped = said(cluster).map(({ message }) => [
      Reflect.get(message, "update"),
      Reflect.get(message, "committed"),
    ])
    expect(shipped.filter((_, i) => i % 2 === 0)).toEqual([
      [updateOf(1, "a"), 0],
      [updateOf(2, "b", "a"), 0],
      [updateOf(3, "c", "b"), 1],
    ])
    expect(cluster.state(0)).toMatchObject({ count: 3, committed: 1 })
  })

  test("is answered at once where replies do not wait, and makes those before it safe", () => {
    const cluster = busy(["a", "b"], { replies: "non-blocking" })
    expect(said(cluster).map(({ message }) => Reflect.get(message, "committed"))).toEqual([0, 0, 1, 1])
    expect(cluster.armed(0)).toEqual(["heartbeat", "resend"])
    expect(facts(cluster).map(fact => Reflect.get(fact, "index"))).toEqual([1, 2])
    expect(answered(cluster)).toMatchObject([{ client: 1 }, { client: 2 }])
    expect(cluster.state(0)).toMatchObject({ committed: 2, uncommitted: [] })
  })

  test("that comes twice is executed once, and answered again once it is safe", () => {
    const cluster = busy(["a"])
    forget(cluster)
    ask(cluster, 0, write("a", 1))
    expect([said(cluster), answered(cluster)]).toEqual([[], []])
    for (const peer of [1, 2]) ack(cluster, peer, 1)
    forget(cluster)
    cluster.runFor("2ms")
    forget(cluster)
    // Another client's is under way.
    ask(cluster, 0, write("b", 2))
    ask(cluster, 0, write("a", 1))
    expect(cluster.state(0).count).toBe(2)
    expect(answered(cluster)).toEqual([{ client: 1, type: "Result", sequence: 1, result: DONE }])
  })

  test("that its client has given up is not executed", () => {
    const cluster = alone()
    ask(cluster, 0, write("b", 1, 2))
    for (const peer of [1, 2]) ack(cluster, peer, 1)
    answered(cluster)
    ask(cluster, 0, write("a", 1, 1))
    expect(answered(cluster)).toEqual([
      { client: 1, type: "Result", sequence: 1, result: { done: false, value: null } },
    ])
    expect(cluster.state(0).count).toBe(1)
  })

  test("that leaves something to chance is reported with the choice", () => {
    const cluster = alone({ replies: "non-blocking" })
    ask(cluster, 0, { type: "Command", session: 1, sequence: 1, operation: { op: "draw", key: "r" } })
    const [update] = said(cluster).map(({ message }) => Reflect.get(message, "update"))
    expect(update).toMatchObject({ change: { chosen: expect.any(String) } })
    const [applied] = facts(cluster)
    expect(applied).toMatchObject({ type: "applied", chosen: update.change.chosen })
    ask(cluster, 0, write("a", 2))
    expect(Object.keys(facts(cluster)[0]!)).not.toContain("chosen")
  })

  test("goes to those alone that the primary counts on", () => {
    const cluster = alone()
    tell(cluster, SERVICE, 0, { type: "View", view: viewOf(2, 1, [0, 2]) })
    ask(cluster, 0, write("a", 1))
    expect(said(cluster)).toMatchObject([{ to: 2, message: { view: 2, since: 1 } }])
    expect(cluster.armed(0)).toEqual(["backup 2", "heartbeat", "resend"])
  })

  test("has the next in its view answer within a time from the first that it lacks", () => {
    const cluster = alone({ detectionTimeout: "60ms", heartbeatInterval: "50ms" })
    ask(cluster, 0, write("a", 1))
    cluster.runFor("30ms")
    ask(cluster, 0, write("b", 2))
    expect(cluster.count("Suspect")).toBe(0)
    cluster.runFor("29ms")
    expect(cluster.count("Suspect")).toBe(2)
  })
})

describe("whoever does not serve", () => {
  const redirect = (leader: number | null): object[] => [{ client: 7, type: "Redirect", sequence: 1, leader }]

  test("names the primary, if it knows one", () => {
    const cluster = alone()
    ask(cluster, 1, write("a", 7))
    expect(answered(cluster)).toEqual(redirect(0))
    tell(cluster, SERVICE, 1, { type: "Suspend", view: 2 })
    ask(cluster, 1, write("a", 7))
    expect(answered(cluster)).toEqual(redirect(null))
  })

  test("names nobody after a crash", () => {
    const cluster = alone()
    cluster.crash(1)
    cluster.restart(1)
    ask(cluster, 1, write("a", 7))
    expect(answered(cluster)).toEqual(redirect(null))
  })

  test("names nobody when it was the primary itself", () => {
    const cluster = alone()
    tell(cluster, SERVICE, 0, { type: "Suspend", view: 2 })
    ask(cluster, 0, write("a", 7))
    expect(answered(cluster)).toEqual(redirect(null))
    expect(cluster.state(0).count).toBe(0)
    tell(cluster, 1, 0, { type: "Ack", since: 1, life: 0, count: 0 })
    // A view of its own that has begun is no obstacle.
    tell(cluster, SERVICE, 0, { type: "View", view: viewOf(2, 2, [0, 1, 2]) })
    ask(cluster, 0, write("a", 7))
    expect(cluster.state(0).count).toBe(1)
  })

  test("names nobody when it has lost its state as the primary of the view that it is told", () => {
    const cluster = alone()
    cluster.crash(0)
    cluster.restart(0)
    tell(cluster, SERVICE, 0, { type: "View", view: viewOf(1, 1, [0, 1, 2]) })
    ask(cluster, 0, write("a", 7))
    expect(answered(cluster)).toEqual(redirect(null))
  })
})

describe("a read", () => {
  test("is a command as any other", () => {
    const cluster = alone()
    ask(cluster, 0, read(4))
    expect(cluster.count("Update")).toBe(2)
    expect(answered(cluster)).toEqual([])
  })

  test("is answered by the primary alone where reads are local, once what it saw is safe", () => {
    const cluster = busy(["a"], { reads: "local" })
    ask(cluster, 0, read(4))
    ask(cluster, 0, read(5))
    ask(cluster, 0, write("b", 2))
    ask(cluster, 0, read(6))
    expect(cluster.state(0).count).toBe(2)
    expect(answered(cluster)).toEqual([])
    for (const peer of [1, 2]) ack(cluster, peer, 1)
    const result = { done: true, value: "a" }
    expect(answered(cluster)).toEqual([
      { client: 1, type: "Result", sequence: 1, result: DONE },
      { client: 4, type: "Result", sequence: 1, result },
      { client: 5, type: "Result", sequence: 1, result },
    ])
    for (const peer of [1, 2]) ack(cluster, peer, 2)
    expect(answered(cluster).at(-1)).toMatchObject({ client: 6, result: { value: "b" } })
    ask(cluster, 0, read(7))
    expect(answered(cluster)).toMatchObject([{ client: 7, result: { value: "b" } }])
    expect(cluster.state(0).reads).toEqual([])
  })

  test("is not answered by a primary that is none any more", () => {
    const cluster = busy(["a"], { reads: "local" })
    ask(cluster, 0, read(4))
    tell(cluster, SERVICE, 0, { type: "View", view: viewOf(2, 2, [1, 0, 2]) })
    expect(cluster.state(0)).toMatchObject({ status: "backup", reads: [], backups: [null, null, null] })
    tell(cluster, 1, 0, { type: "Update", view: 2, since: 2, update: updateOf(2, "b"), committed: 2 })
    expect(facts(cluster).filter(fact => Reflect.get(fact, "type") === "applied").length).toBe(2)
    expect(answered(cluster)).toEqual([])
  })
})

describe("an acknowledgement", () => {
  test.each([
    ["of another reign", { since: 2 }],
    ["of a later life", { life: 3 }],
    ["of fewer updates", { count: 0 }],
  ])("%s is disregarded", (_, changes) => {
    const cluster = busy(["a"])
    ack(cluster, 1, 1, changes)
    expect(cluster.state(0).backups[1]).toMatchObject({ acked: 0, life: 0 })
    expect(cluster.armed(0)).toContain("backup 1")
  })

  test("of a replica that the primary does not count on is disregarded", () => {
    const cluster = alone()
    tell(cluster, SERVICE, 0, { type: "View", view: viewOf(2, 1, [0, 2]) })
    ask(cluster, 0, write("a", 1))
    ack(cluster, 1, 1)
    expect(cluster.state(0).committed).toBe(0)
    ack(cluster, 2, 1)
    expect(cluster.state(0).committed).toBe(1)
  })

  test("is disregarded while another view is being formed", () => {
    const cluster = busy(["a"])
    ack(cluster, 1, 1)
    tell(cluster, SERVICE, 0, { type: "Suspend", view: 2 })
    ack(cluster, 2, 1)
    expect(cluster.state(0)).toMatchObject({ committed: 0 })
    expect(answered(cluster)).toEqual([])
  })

  test("of some updates leaves the time for the others running anew", () => {
    const cluster = busy(["a", "b"])
    ack(cluster, 1, 1)
    expect(cluster.armed(0)).toContain("backup 1")
    ack(cluster, 1, 2)
    expect(cluster.armed(0)).not.toContain("backup 1")
    expect(cluster.state(0).committed).toBe(0)
  })

  test("clears a suspicion", () => {
    const cluster = busy(["a"])
    cluster.fire(0, "backup 1")
    expect(said(cluster).at(-1)).toEqual(by(0, SERVICE, { type: "Suspect", view: 1, member: 1, life: 0 }))
    expect(cluster.state(0).backups[1]!.isSuspected).toBe(true)
    expect(cluster.armed(0)).toContain("backup 1")
    // One that says nothing new does not.
    ack(cluster, 1, 0)
    expect(cluster.state(0).backups[1]!.isSuspected).toBe(true)
    ack(cluster, 1, 1)
    expect(cluster.state(0).backups[1]!.isSuspected).toBe(false)
  })
})

describe("after an interval", () => {
  test("updates that a backup has lacked since the last look are sent again, and no others", () => {
    const cluster = busy(["a", "b"])
    ack(cluster, 2, 2)
    said(cluster)
    cluster.fire(0, "resend")
    expect(said(cluster)).toEqual([])
    ask(cluster, 0, write("c", 3))
    said(cluster)
    ack(cluster, 1, 1)
    cluster.fire(0, "resend")
    expect(said(cluster)).toEqual([
      by(0, 1, { ...FIRST, update: updateOf(2, "b", "a"), committed: 1 }, "retransmission"),
    ])
    expect(cluster.armed(0)).toContain("resend")
    expect([1, 2].map(peer => cluster.state(0).backups[peer]!.due)).toEqual([3, 3])
  })

  test("a replica that lacks more than those under way is sent the state", () => {
    const cluster = busy(["a"])
    for (const peer of [1, 2]) ack(cluster, peer, 1)
    cluster.state(0).backups[2] = { life: 0, standing: "joining", acked: -1, needed: 0, isSuspected: false, due: 1 }
    said(cluster)
    cluster.fire(0, "resend")
    const [sent, ...others] = said(cluster)
    expect(others).toEqual([])
    const snapshot = { count: 1, committed: 1, uncommitted: [] }
    expect(sent).toMatchObject(by(0, 2, { type: "State", life: 0, snapshot }, "retransmission"))
  })

  test("nothing is sent again where replies wait for nothing, but to those that have no state yet", () => {
    const cluster = busy(["a"], { replies: "non-blocking" })
    cluster.state(0).backups[2] = { life: 0, standing: "joining", acked: -1, needed: 0, isSuspected: false, due: 1 }
    said(cluster)
    cluster.fire(0, "resend")
    cluster.fire(0, "resend")
    expect(said(cluster).map(({ to, message }) => [to, Reflect.get(message, "type")])).toEqual([
      [2, "State"],
      [2, "State"],
    ])
  })

  test("nothing is sent again while another view is being formed", () => {
    const cluster = busy(["a"])
    cluster.fire(0, "resend")
    tell(cluster, SERVICE, 0, { type: "Suspend", view: 2 })
    said(cluster)
    cluster.fire(0, "resend")
    expect(said(cluster)).toEqual([])
    expect(cluster.armed(0)).toContain("resend")
    cluster.fire(0, "backup 1")
    expect(said(cluster)).toEqual([])
    expect(cluster.state(0).backups[1]!.isSuspected).toBe(false)
  })
})

describe("a replica that asks for the state", () => {
  /** The primary has two updates, of which the first is safe, and replica 2 is in no view. */
  function without(): Group {
    const cluster = alone()
    tell(cluster, SERVICE, 0, { type: "View", view: viewOf(2, 1, [0, 1]) })
    for (const [i, value] of ["a", "b"].entries()) ask(cluster, 0, write(value, i + 1))
    ack(cluster, 1, 1)
    forget(cluster)
    return cluster
  }

  function join(cluster: Group, life: number, count = 0, from = 2): void {
    tell(cluster, from, 0, { type: "Join", life, count })
  }

  const joining = { life: 5, standing: "joining", acked: -1, needed: 0, isSuspected: false, due: 2 }

  test("gets all that the primary has, and time to acknowledge it", () => {
    const cluster = without()
    join(cluster, 5)
    const { machine } = cluster.state(0)
    const snapshot = { count: 2, committed: 1, uncommitted: [updateOf(2, "b", "a")], machine }
    expect(said(cluster)).toEqual([by(0, 2, { type: "State", view: viewOf(2, 1, [0, 1]), life: 5, snapshot })])
    expect(cluster.state(0).backups[2]).toEqual(joining)
    expect(cluster.armed(0)).toContain("backup 2")
  })

  test("gets a copy, which later commands do not change", () => {
    const cluster = without()
    join(cluster, 5)
    const [sent] = said(cluster)
    ask(cluster, 0, write("c", 3))
    expect(sent).toMatchObject({ message: { snapshot: { count: 2, uncommitted: [{ number: 2 }] } } })
  })

  test("is forgotten by the primary alone if it does not acknowledge that", () => {
    const cluster = without()
    join(cluster, 5)
    said(cluster)
    cluster.fire(0, "backup 2")
    expect(said(cluster)).toEqual([])
    expect(cluster.state(0).backups[2]).toBeNull()
    expect(cluster.armed(0)).not.toContain("backup 2")
  })

  test("gets it again if it asks again, and nothing in an earlier life", () => {
    const cluster = without()
    join(cluster, 5)
    join(cluster, 5)
    expect(said(cluster).length).toBe(2)
    join(cluster, 4)
    expect(said(cluster)).toEqual([])
    join(cluster, 6)
    expect(said(cluster)).toMatchObject([{ to: 2, message: { type: "State", life: 6 } }])
    expect(cluster.state(0).backups[2]).toEqual({ ...joining, life: 6 })
  })

  test("gets nothing from anybody but the primary, nor while another view is being formed", () => {
    const cluster = without()
    tell(cluster, 2, 1, { type: "Join", life: 5, count: 0 })
    expect(said(cluster)).toEqual([])
    tell(cluster, SERVICE, 0, { type: "Suspend", view: 3 })
    said(cluster)
    join(cluster, 5)
    expect(said(cluster)).toEqual([])
  })

  test("gets nothing if it lacks no more than what is under way", () => {
    const cluster = without()
    join(cluster, 0, 1, 1)
    expect(said(cluster)).toEqual([])
    join(cluster, 0, 0, 1)
    expect(said(cluster)).toMatchObject([{ to: 1, message: { type: "State", life: 0 } }])
    // It is a member all the while.
    expect(cluster.state(0).backups[1]).toMatchObject({ standing: "member", acked: 1 })
  })

  test("as a member that has lost its state is to be removed first", () => {
    const cluster = without()
    join(cluster, 5, 0, 1)
    expect(said(cluster)).toEqual([by(0, SERVICE, { type: "Suspect", view: 2, member: 1, life: 0 })])
    expect(cluster.state(0).backups[1]).toMatchObject({ life: 0, standing: "member", isSuspected: true })
  })

  test("counts from its first acknowledgement on, and is admitted once it has all that was safe by then", () => {
    const cluster = without()
    join(cluster, 5)
    ack(cluster, 1, 2)
    said(cluster)
    expect(cluster.state(0).committed).toBe(2)
    ask(cluster, 0, write("c", 3))
    said(cluster)
    ack(cluster, 2, 1, { life: 5 })
    expect(cluster.state(0).backups[2]).toMatchObject({ standing: "standby", acked: 1, needed: 2 })
    ack(cluster, 1, 3)
    expect(cluster.state(0).committed).toBe(2)
    expect(said(cluster)).toEqual([])
    ack(cluster, 2, 2, { life: 5 })
    const member = { id: 2, life: 5, count: 2 }
    expect(said(cluster)).toEqual([by(0, SERVICE, { type: "Admit", view: 2, member })])
    cluster.fire(0, "resend")
    expect(said(cluster)).toContainEqual(by(0, SERVICE, { type: "Admit", view: 2, member }))
    ack(cluster, 2, 3, { life: 5 })
    expect(cluster.state(0).committed).toBe(3)
  })

  test("is given up by the primary alone while it lacks what was safe, and by the view service from then on", () => {
    const cluster = without()
    join(cluster, 5)
    ack(cluster, 1, 2)
    ack(cluster, 2, 1, { life: 5 })
    said(cluster)
    cluster.fire(0, "backup 2")
    expect([said(cluster), cluster.state(0).backups[2]]).toEqual([[], null])
    join(cluster, 5)
    ack(cluster, 2, 2, { life: 5 })
    ask(cluster, 0, write("c", 3))
    said(cluster)
    cluster.fire(0, "backup 2")
    expect(said(cluster)).toEqual([by(0, SERVICE, { type: "Suspect", view: 2, member: 2, life: 5 })])
    cluster.fire(0, "resend")
    expect(cluster.count("Admit")).toBe(0)
  })

  test("is admitted with nothing to have first where replies wait for nothing", () => {
    const cluster = alone({ replies: "non-blocking" })
    tell(cluster, SERVICE, 0, { type: "View", view: viewOf(2, 1, [0, 1]) })
    for (const [i, value] of ["a", "b"].entries()) ask(cluster, 0, write(value, i + 1))
    join(cluster, 5)
    said(cluster)
    // It is waited for until it acknowledges something.
    expect(cluster.armed(0)).toContain("backup 2")
    ack(cluster, 2, 1, { life: 5 })
    expect(cluster.armed(0)).not.toContain("backup 2")
    expect(cluster.state(0).backups[2]).toMatchObject({ standing: "standby", needed: 0 })
    expect(said(cluster)).toMatchObject([{ to: SERVICE, message: { type: "Admit" } }])
  })
})

describe("a view with the same primary", () => {
  test("makes members of those that it has, and of those that were on their way", () => {
    const cluster = alone()
    ask(cluster, 0, write("a", 1))
    ack(cluster, 1, 1)
    cluster.state(0).backups[2] = { life: 5, standing: "standby", acked: 1, needed: 1, isSuspected: false, due: 1 }
    const [self, one] = viewOf(2, 1, [0, 1]).members
    const view = { ...viewOf(2, 1, [0, 1]), members: [self!, one!, { id: 2, life: 5, count: 1 }] }
    tell(cluster, SERVICE, 0, { type: "View", view })
    expect(cluster.state(0).backups).toMatchObject([
      null,
      { standing: "member", acked: 1, life: 0 },
      { standing: "member", acked: 1, life: 5 },
    ])
    expect(cluster.state(0).committed).toBe(1)
  })

  test("has a member in another life begin with what the service knows of it", () => {
    const cluster = alone()
    ask(cluster, 0, write("a", 1))
    const [self, one] = viewOf(2, 1, [0, 1]).members
    const view = { ...viewOf(2, 1, [0, 1]), members: [self!, one!, { id: 2, life: 9, count: 1 }] }
    tell(cluster, SERVICE, 0, { type: "View", view })
    const given = { life: 9, standing: "member", acked: 1, needed: 0, isSuspected: false, due: 1 }
    expect(cluster.state(0).backups[2]).toEqual(given)
  })

  test("waits for those no more who are none of its members, and commits what the others have", () => {
    const cluster = alone()
    ask(cluster, 0, write("a", 1))
    ack(cluster, 1, 1)
    expect(cluster.armed(0)).toContain("backup 2")
    tell(cluster, SERVICE, 0, { type: "View", view: viewOf(2, 1, [0, 1]) })
    expect(cluster.armed(0)).not.toContain("backup 2")
    expect(cluster.state(0)).toMatchObject({ committed: 1, backups: [null, { acked: 1 }, null] })
  })

  test("leaves those on their way what they are, but for those that are suspected", () => {
    const cluster = alone({}, 5)
    const standby = { life: 5, standing: "standby", acked: 0, needed: 0, due: 0 } as const
    cluster.state(0).backups[2] = { ...standby, isSuspected: false }
    cluster.state(0).backups[3] = { ...standby, isSuspected: true }
    cluster.state(0).backups[4] = { ...standby, standing: "joining", acked: -1, isSuspected: false }
    tell(cluster, 5, 0, { type: "View", view: viewOf(2, 1, [0, 1]) })
    expect(cluster.state(0).backups).toMatchObject([
      null,
      { standing: "member" },
      standby,
      null,
      { standing: "joining" },
    ])
  })
})

test("a primary that is chosen once more begins another reign", () => {
  const cluster = busy(["a"])
  ack(cluster, 1, 1)
  tell(cluster, SERVICE, 0, { type: "Suspend", view: 2 })
  said(cluster)
  const members = [1, 1, 0].map((count, id) => ({ id, life: 0, count }))
  tell(cluster, SERVICE, 0, { type: "View", view: { number: 2, primary: 0, since: 2, members } })
  expect(said(cluster)).toEqual([
    by(0, 2, { type: "Update", view: 2, since: 2, update: updateOf(1, "a"), committed: 0 }),
  ])
  expect(cluster.state(0)).toMatchObject({ status: "primary", reign: 2, backups: [null, { acked: 1 }, { acked: 0 }] })
})

describe("the next primary", () => {
  /** Replica 1 has three updates, of which the first is safe, and becomes the primary; replica 2 has two of them. */
  function next(parameters: object = {}): Group {
    const cluster = alone({ ...parameters })
    for (const number of [1, 2, 3])
      tell(cluster, 0, 1, {
        ...FIRST,
        type: "Update",
        view: 1,
        since: 1,
        update: updateOf(number, `${number}`),
        committed: 1,
      })
    tell(cluster, 0, 1, { type: "Update", view: 1, since: 1, update: updateOf(5, "5"), committed: 1 })
    tell(cluster, SERVICE, 1, { type: "Suspend", view: 2 })
    forget(cluster)
    const counted = (id: number, count: number) => ({ id, life: 0, count })
    const view = { number: 2, primary: 1, since: 2, members: [counted(1, 3), counted(2, 2)] }
    tell(cluster, SERVICE, 1, { type: "View", view })
    return cluster
  }

  test("ships what the members lack, and has what they have be safe", () => {
    const cluster = next()
    const update = updateOf(3, "3")
    expect(said(cluster)).toEqual([by(1, 2, { type: "Update", view: 2, since: 2, update, committed: 1 })])
    expect(cluster.state(1)).toMatchObject({ status: "primary", reign: 2, committed: 2, count: 3 })
    expect(cluster.state(1).backups).toEqual([
      null,
      null,
      { life: 0, standing: "member", acked: 2, needed: 0, isSuspected: false, due: 3 },
    ])
    expect(cluster.armed(1)).toEqual(["backup 2", "heartbeat", "resend"])
    expect(cluster.state(1).early.size).toBe(0)
    expect(facts(cluster)).toEqual([
      { node: 1, type: "believes", leader: 1, epoch: 2 },
      { node: 1, type: "applied", index: 2, command: write("2", 2) },
    ])
    expect(answered(cluster)).toMatchObject([{ client: 2, type: "Result" }])
  })

  test("has everything be safe where replies wait for nothing", () => {
    const cluster = next({ replies: "non-blocking" })
    expect(cluster.state(1)).toMatchObject({ committed: 3, uncommitted: [] })
    expect(said(cluster)).toMatchObject([{ to: 2, message: { update: { number: 3 }, committed: 2 } }])
    expect(cluster.armed(1)).toEqual(["heartbeat", "resend"])
  })
})
