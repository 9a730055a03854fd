// The view service, message by message: who is alive, whom it removes and admits, and how it has the next primary.
import { describe, expect, test } from "vitest"
import type { Member, View } from "../../../algorithms/primary-backup/types.ts"
import type { Group } from "./support.ts"
import { alone, by, members, said, service, SERVICE, tell, viewOf, viewsOf } from "./single.ts"

/** All three replicas have pinged in their first view. */
function begun(parameters: object = {}): Group {
  const cluster = alone({ ...parameters })
  for (const replica of [1, 2, 0]) ping(cluster, replica)
  said(cluster)
  return cluster
}

function ping(cluster: Group, from: number, given: { view?: number; primary?: number; life?: number } = {}): void {
  tell(cluster, from, SERVICE, { type: "Ping", view: 1, primary: 0, life: 0, ...given })
}

function told(view: View, ids = view.members.map(({ id }) => id)): object[] {
  return ids.map(id => by(SERVICE, id, { type: "View", view }))
}

function asked(number: number, ids: readonly number[]): object[] {
  return ids.map(id => by(SERVICE, id, { type: "Suspend", view: number }))
}

function count(cluster: Group, from: number, updates: number, given: { view?: number; life?: number } = {}): void {
  tell(cluster, from, SERVICE, { type: "Count", view: 2, life: 0, count: updates, ...given })
}

function counted(...updates: readonly (readonly [id: number, count: number])[]): Member[] {
  return updates.map(([id, updateCount]) => ({ id, life: 0, count: updateCount }))
}

/** The first primary has been silent for too long. */
function forming(parameters: object = {}): Group {
  const cluster = begun(parameters)
  cluster.fire(SERVICE, "silence 0")
  return cluster
}

describe("a ping", () => {
  test("of the first view has the service begin with it, and watch all replicas", () => {
    const cluster = alone()
    ping(cluster, 1, { view: 0 })
    expect(viewsOf(cluster)).toEqual({ view: null, forming: null })
    expect(cluster.armed(SERVICE)).toEqual([])
    ping(cluster, 1)
    expect(viewsOf(cluster)).toEqual({ view: viewOf(1, 1, [0, 1, 2]), forming: null })
    expect(said(cluster)).toEqual([])
    expect(cluster.armed(SERVICE)).toEqual(["silence 0", "silence 1", "silence 2"])
  })

  test("of a replica that knows an earlier view is answered with the present one", () => {
    const cluster = begun()
    ping(cluster, 1, { view: 0 })
    const view = viewOf(1, 1, [0, 1, 2])
    expect(said(cluster)).toEqual([by(SERVICE, 1, { type: "View", view }, "retransmission")])
    ping(cluster, 1)
    expect(said(cluster)).toEqual([])
  })

  test("of an earlier life is disregarded", () => {
    const cluster = begun()
    tell(cluster, 0, SERVICE, { type: "Suspect", view: 1, member: 2, life: 0 })
    ping(cluster, 2, { view: 0, life: 5 })
    expect(service(cluster).lives).toEqual([0, 0, 5])
    said(cluster)
    ping(cluster, 2, { view: 0, life: 4 })
    expect([said(cluster), service(cluster).lives[2]]).toEqual([[], 5])
  })

  test("of a member in another life has it removed at once, and told so", () => {
    const cluster = begun()
    ping(cluster, 2, { view: 0, life: 5 })
    const next = viewOf(2, 1, [0, 1])
    expect(viewsOf(cluster)).toEqual({ view: next, forming: null })
    expect(said(cluster)).toEqual([...told(next), by(SERVICE, 2, { type: "View", view: next }, "retransmission")])
  })

  test("of the primary in another life has the others stop at once, and not where its answers may be under way", () => {
    const cluster = begun()
    ping(cluster, 0, { view: 0, life: 5 })
    expect(viewsOf(cluster).forming).toBe(2)
    expect(said(cluster)).toEqual(asked(2, [0, 1, 2]))
    const other = begun({ replies: "non-blocking" })
    ping(other, 0, { view: 0, life: 5 })
    expect([viewsOf(other).forming, said(other)]).toEqual([null, []])
    ping(other, 1, { view: 0, life: 5 })
    expect(viewsOf(other).view).toMatchObject({ number: 2, members: [{ id: 0 }, { id: 2 }] })
  })

  test("ends the silence of a replica", () => {
    const cluster = begun()
    cluster.fire(SERVICE, "silence 2")
    expect(service(cluster).isSilent).toEqual([false, false, true])
    ping(cluster, 2, { view: 0 })
    expect(service(cluster).isSilent).toEqual([false, false, false])
    expect(cluster.armed(SERVICE)).toContain("silence 2")
  })

  test("of the primary has those removed that are silent", () => {
    const cluster = begun({ detectionTimeout: "100ms", heartbeatInterval: "40ms" })
    cluster.runFor("70ms")
    ping(cluster, 1)
    cluster.fire(SERVICE, "silence 2")
    // The primary is overdue, too: the service may be cut off from all.
    expect(viewsOf(cluster).view!.number).toBe(1)
    ping(cluster, 1)
    expect(viewsOf(cluster).view!.number).toBe(1)
    ping(cluster, 0)
    expect(viewsOf(cluster)).toEqual({ view: viewOf(2, 1, [0, 1]), forming: null })
    expect(service(cluster).primaryDue).toBe(cluster.now + 60_000)
  })

  test("while a view is being formed has a member asked again that has not said what it has", () => {
    const cluster = forming()
    expect(said(cluster)).toEqual(asked(2, [1, 2]))
    count(cluster, 1, 4)
    for (const replica of [1, 2]) ping(cluster, replica)
    expect(said(cluster)).toEqual([by(SERVICE, 2, { type: "Suspend", view: 2 }, "retransmission")])
    ping(cluster, 0, { view: 0, life: 5 })
    expect(said(cluster)).toEqual([])
  })
})

describe("silence", () => {
  test("of a backup has it removed, if the primary has just been heard of", () => {
    const cluster = begun({ detectionTimeout: "100ms", heartbeatInterval: "40ms" })
    cluster.runFor("59ms")
    cluster.fire(SERVICE, "silence 2")
    const next = viewOf(2, 1, [0, 1])
    expect(viewsOf(cluster)).toEqual({ view: next, forming: null })
    expect(said(cluster)).toEqual(told(next))
  })

  test("of one that is no member changes nothing", () => {
    const cluster = begun()
    tell(cluster, 0, SERVICE, { type: "Suspect", view: 1, member: 2, life: 0 })
    said(cluster)
    cluster.fire(SERVICE, "silence 2")
    expect([viewsOf(cluster).view!.number, said(cluster)]).toEqual([2, []])
  })

  test("of the primary has the others stop that are not silent themselves", () => {
    const cluster = begun({ detectionTimeout: "100ms", heartbeatInterval: "40ms" })
    cluster.runFor("70ms")
    cluster.fire(SERVICE, "silence 2")
    cluster.fire(SERVICE, "silence 0")
    expect(viewsOf(cluster)).toEqual({ view: viewOf(1, 1, [0, 1, 2]), forming: 2 })
    expect(said(cluster)).toEqual(asked(2, [1]))
    expect(service(cluster).counts).toEqual([null, null, null])
  })

  test("of the only member changes nothing: nobody else has its state", () => {
    const cluster = begun()
    for (const member of [1, 2]) {
      tell(cluster, 0, SERVICE, { type: "Suspect", view: member, member, life: 0 })
    }
    expect(viewsOf(cluster).view).toEqual(viewOf(3, 1, [0]))
    said(cluster)
    cluster.fire(SERVICE, "silence 0")
    expect([viewsOf(cluster).forming, said(cluster)]).toEqual([null, []])
  })

  test("of the last one that had not answered begins the view that is being formed", () => {
    const cluster = forming()
    count(cluster, 1, 4)
    expect(viewsOf(cluster).forming).toBe(2)
    cluster.fire(SERVICE, "silence 2")
    const view = { number: 2, primary: 1, since: 2, members: counted([1, 4]) }
    expect(viewsOf(cluster)).toEqual({ view, forming: null })
  })
})

describe("the view that is being formed", () => {
  test("begins once all who are alive have said what they have, under the one with the most", () => {
    const cluster = forming()
    said(cluster)
    count(cluster, 1, 4)
    expect(said(cluster)).toEqual([])
    count(cluster, 2, 5)
    const view = { number: 2, primary: 2, since: 2, members: counted([1, 4], [2, 5]) }
    expect(viewsOf(cluster)).toEqual({ view, forming: null })
    expect(said(cluster)).toEqual(told(view))
  })

  test("has the first in line as its primary where several have as many", () => {
    const cluster = forming()
    count(cluster, 2, 4)
    count(cluster, 1, 4)
    expect(viewsOf(cluster).view).toMatchObject({ primary: 1, members: [{ id: 1 }, { id: 2 }] })
  })

  test("has the primary of before if it is heard of in time", () => {
    const cluster = forming()
    ping(cluster, 0)
    for (const [id, updates] of counted([0, 5], [1, 4], [2, 4]).map(({ id: each, count: n }) => [each, n] as const))
      count(cluster, id, updates)
    expect(viewsOf(cluster).view).toMatchObject({ number: 2, primary: 0, since: 2 })
  })

  test.each([
    ["another view", { view: 3 }],
    ["another life", { life: 4 }],
  ])("counts nothing that is said of %s", (_, given) => {
    const cluster = forming()
    count(cluster, 1, 4, given)
    count(cluster, 2, 4)
    expect(viewsOf(cluster).forming).toBe(2)
    expect(service(cluster).counts).toEqual([null, null, 4])
  })

  test("counts nothing that is said by whoever is no member", () => {
    const cluster = begun()
    tell(cluster, 0, SERVICE, { type: "Suspect", view: 1, member: 2, life: 0 })
    cluster.fire(SERVICE, "silence 0")
    count(cluster, 2, 9, { view: 3 })
    expect(service(cluster).counts).toEqual([null, null, null])
    count(cluster, 1, 4, { view: 3 })
    expect(viewsOf(cluster).view).toMatchObject({ number: 3, primary: 1 })
  })

  test("is without whoever has begun another life", () => {
    const cluster = forming()
    count(cluster, 1, 4)
    count(cluster, 0, 9)
    ping(cluster, 2, { view: 0, life: 5 })
    const view = { number: 2, primary: 1, since: 2, members: counted([1, 4]) }
    expect(viewsOf(cluster)).toEqual({ view, forming: null })
  })

  test("forgets what was said of the one before", () => {
    const cluster = forming()
    for (const replica of [1, 2]) count(cluster, replica, 4)
    cluster.fire(SERVICE, "silence 1")
    expect(viewsOf(cluster).forming).toBe(3)
    expect(service(cluster).counts).toEqual([null, null, null])
  })

  test("is nothing that a primary may change, nor one that is counted where none is formed", () => {
    const cluster = forming()
    tell(cluster, 0, SERVICE, { type: "Suspect", view: 1, member: 2, life: 0 })
    tell(cluster, 0, SERVICE, { type: "Admit", view: 1, member: { id: 2, life: 7, count: 0 } })
    expect(viewsOf(cluster)).toMatchObject({ view: { number: 1 }, forming: 2 })
    const settled = begun()
    count(settled, 1, 4)
    expect(service(settled).counts).toEqual([null, null, null])
  })
})

describe("a replica that its primary counts on", () => {
  const member = { id: 2, life: 5, count: 3 }

  /** Replica 2 has been removed. */
  function without(): Group {
    const cluster = begun()
    tell(cluster, 0, SERVICE, { type: "Suspect", view: 1, member: 2, life: 0 })
    said(cluster)
    return cluster
  }

  function admit(cluster: Group, given: { view?: number; from?: number; member?: Member } = {}): number {
    const { from = 0, ...rest } = given
    tell(cluster, from, SERVICE, { type: "Admit", view: 2, member, ...rest })
    return viewsOf(cluster).view!.number
  }

  test("is admitted, and watched", () => {
    const cluster = without()
    cluster.fire(SERVICE, "silence 2")
    expect(admit(cluster)).toBe(3)
    const view = { ...viewOf(3, 1, [0, 1]), members: [...members(0, 1), member] }
    expect(viewsOf(cluster)).toEqual({ view, forming: null })
    expect(said(cluster)).toEqual(told(view))
    expect(cluster.armed(SERVICE)).toContain("silence 2")
    expect(service(cluster).isSilent[2]).toBe(false)
  })

  test("is not at the word of another one, about an earlier view, in an earlier life, or twice", () => {
    const cluster = without()
    expect(admit(cluster, { from: 1 })).toBe(2)
    expect(admit(cluster, { view: 1 })).toBe(2)
    expect(admit(cluster, { member: { ...member, id: 1 } })).toBe(2)
    ping(cluster, 2, { view: 0, life: 6 })
    expect(admit(cluster)).toBe(2)
    expect(admit(cluster, { member: { ...member, life: 6 } })).toBe(3)
    expect(admit(cluster, { view: 3, member: { ...member, life: 6 } })).toBe(3)
  })
})

test("a service that returns takes everybody for alive, and knows its view", () => {
  const cluster = forming()
  cluster.crash(SERVICE)
  cluster.restart(SERVICE)
  cluster.runFor(0)
  expect(service(cluster)).toMatchObject({
    views: { view: viewOf(1, 1, [0, 1, 2]), forming: 2 },
    isSilent: [false, false, false],
    lives: [0, 0, 0],
    counts: [null, null, null],
    waiting: [],
    register: null,
  })
  expect(cluster.armed(SERVICE)).toEqual(["silence 0", "silence 1", "silence 2"])
})

test("a service stands by its views", () => {
  expect(alone().standing(SERVICE)).toEqual({ role: "idle", rank: 0, epoch: null })
  const cluster = begun()
  expect(cluster.standing(SERVICE)).toEqual({ role: "watching 3, primary 0", rank: 0, epoch: 1 })
  cluster.fire(SERVICE, "silence 0")
  expect(cluster.standing(SERVICE)).toEqual({ role: "forming a view", rank: 1, epoch: 2 })
  for (const replica of [1, 2]) count(cluster, replica, replica)
  expect(cluster.standing(SERVICE)).toEqual({ role: "watching 2, primary 2", rank: 0, epoch: 2 })
})
