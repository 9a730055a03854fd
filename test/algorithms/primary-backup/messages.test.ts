// What replicas and the view service make of single messages: those that are lost, late, or of a view that is over.
import { describe, expect, test } from "vitest"
import type { State } from "../../../algorithms/primary-backup/types.ts"
import { type Group, group, primaries, results, serviceOf, timedGroup, valueAt, viewAt, write } from "./support.ts"

const BRISK = { heartbeatInterval: "20ms", detectionTimeout: "60ms" }
const SERVICE = 3

function brisk(nodes = 3, parameters: Readonly<Record<string, unknown>> = {}): Group {
  return group({ nodes, parameters: { ...BRISK, ...parameters } })
}

/** How often a message of a type was sent to a process. */
function sentTo(cluster: Group, to: number, type: string, purpose?: string): number {
  return cluster.sent.filter(
    each => each.to === to && each.message.type === type && (purpose === undefined || each.purpose === purpose),
  ).length
}

/** A group of two whose backup has come back, and has been shipped a state that lacks an update which is safe since. */
function behind(parameters: Readonly<Record<string, unknown>> = {}): Group {
  const cluster = brisk(2, parameters)
  cluster.crash(1)
  cluster.runFor("200ms")
  cluster.intercept((_, __, { type }) => (type === "State" ? { delay: 5_000 } : type === "Update" ? "drop" : "deliver"))
  cluster.restart(1)
  cluster.runUntil(() => cluster.count("State") > 0)
  cluster.request(0, 0, write("a"))
  cluster.runUntil(() => cluster.state(1).status !== "joining")
  cluster.runFor("2ms")
  return cluster
}

describe("the view that is being formed", () => {
  test("is one of those left, if another member falls silent before it has answered", () => {
    const cluster = brisk()
    cluster.runFor("100ms")
    cluster.crash(0)
    cluster.runFor("40ms")
    cluster.crash(2)
    cluster.runFor("90ms")
    expect(primaries(cluster)).toEqual([1])
  })

  test("has the service ask again whoever it has not heard, and nobody else", () => {
    const cluster = brisk(4)
    cluster.crash(3)
    cluster.runFor("200ms")
    cluster.restart(3)
    cluster.intercept((_, to, { type }) => ((type === "Suspend" && to === 2) || type === "State" ? "drop" : "deliver"))
    cluster.crash(0)
    cluster.runUntil(() => cluster.count("Suspend") > 0)
    cluster.runFor("5ms")
    expect([1, 2, 3].map(id => sentTo(cluster, id, "Suspend", "protocol"))).toEqual([1, 1, 0])
    cluster.clearCounts()
    cluster.runFor("50ms")
    expect(primaries(cluster)).toEqual([])
    const again = [1, 2, 3].map(id => sentTo(cluster, id, "Suspend", "retransmission"))
    expect([again[0], again[2]]).toEqual([0, 0])
    expect(again[1]).toBeGreaterThan(1)
    cluster.intercept(() => "deliver")
    cluster.runFor("50ms")
    expect(primaries(cluster)).toEqual([1])
  })

  test("has a member answer the latest question only, and none that has no state", () => {
    const cluster = brisk()
    cluster.runFor("50ms")
    const answers = (replica: number, view: number): number => {
      cluster.clearCounts()
      cluster.inject(SERVICE, replica, { type: "Suspend", view })
      return cluster.count("Count")
    }
    expect([answers(1, 1), answers(1, 3), answers(1, 2), answers(1, 3)]).toEqual([0, 1, 0, 1])
    cluster.intercept(() => "drop")
    cluster.crash(2)
    cluster.restart(2)
    cluster.runFor("1ms")
    expect([cluster.state(2).status, answers(2, 3)]).toEqual(["joining", 0])
  })

  test("ends the one before for whoever has been asked: it takes no update of that, and no state", () => {
    const cluster = brisk()
    cluster.runFor("50ms")
    cluster.intercept((_, to) => (to === 1 ? "drop" : "deliver"))
    cluster.request(0, 0, write("a"))
    cluster.runFor("5ms")
    const { view } = cluster.state(0)
    const [update] = cluster.state(0).uncommitted
    cluster.inject(SERVICE, 1, { type: "Suspend", view: 2 })
    cluster.inject(0, 1, { type: "Update", view: 1, since: 1, update: update!, committed: 0 })
    expect([cluster.state(1).count, valueAt(cluster, 1)]).toEqual([0, undefined])
    cluster.inject(0, 1, { type: "State", view, life: 0, snapshot: snapshotOf(cluster.state(0)) })
    expect([cluster.state(1).count, valueAt(cluster, 1)]).toEqual([0, undefined])
  })
})

function snapshotOf({ count, committed, uncommitted, machine }: State) {
  return { count, committed, uncommitted: [...uncommitted], machine }
}

test("a state that was shipped to an earlier life of a replica is nothing to a later one", () => {
  const cluster = brisk()
  cluster.request(0, 0, write("a"))
  cluster.runFor("50ms")
  const { view } = cluster.state(0)
  const snapshot = snapshotOf(cluster.state(0))
  cluster.intercept(() => "drop")
  cluster.crash(2)
  cluster.restart(2)
  cluster.runFor("1ms")
  cluster.inject(0, 2, { type: "State", view, life: 0, snapshot })
  expect([cluster.state(2).status, valueAt(cluster, 2)]).toEqual(["joining", undefined])
})

test("while an update waits for one before it, its backup waits to ask for that, though others could be installed", () => {
  const cluster = brisk()
  cluster.intercept((_, to, message) => (message.type === "Update" && to === 1 ? "drop" : "deliver"))
  for (let client = 0; client < 4; client++) cluster.request(client, 0, write(`${client}`, client))
  cluster.runFor("5ms")
  const updates = cluster.sent.flatMap(({ to, message }) => (to === 1 && message.type === "Update" ? [message] : []))
  for (const place of [3, 1, 0]) cluster.inject(0, 1, updates[place]!)
  expect([cluster.state(1).count, [...cluster.state(1).early.keys()]]).toEqual([2, [4]])
  expect(cluster.armed(1)).toContain("gap")
  cluster.fire(1, "gap")
  expect(sentTo(cluster, 0, "Join", "retransmission")).toBe(1)
  cluster.inject(0, 1, updates[2]!)
  expect([cluster.state(1).count, cluster.armed(1)]).toEqual([4, ["heartbeat"]])
})

describe("a replica that has come back", () => {
  test("is not admitted before it has all that was safe when its state came", () => {
    const cluster = behind()
    expect([cluster.state(0).committed, cluster.state(1).count, cluster.count("Admit")]).toEqual([1, 0, 0])
    cluster.intercept(() => "deliver")
    cluster.runFor("100ms")
    expect([cluster.state(1).status, valueAt(cluster, 1)]).toEqual(["backup", "a"])
  })

  test("is given up by the primary alone until then, if it does not answer", () => {
    const cluster = behind()
    cluster.isolate(1)
    cluster.runFor("70ms")
    expect([cluster.count("Suspect"), cluster.state(0).backups[1]]).toEqual([0, null])
  })

  test("acknowledges updates until it is a member, even where others acknowledge none", () => {
    const cluster = brisk(3, { replies: "non-blocking" })
    cluster.crash(2)
    cluster.runFor("200ms")
    cluster.intercept((_, __, { type }) => (type === "Admit" ? "drop" : "deliver"))
    cluster.restart(2)
    cluster.runUntil(() => cluster.state(2).status === "standby")
    cluster.runFor("2ms")
    cluster.clearCounts()
    cluster.request(0, 0, write("a"))
    cluster.runFor("5ms")
    expect(cluster.sent.filter(({ message }) => message.type === "Ack").map(({ from }) => from)).toEqual([2])
    expect(results(cluster)).toEqual([null])
  })
})

test("a primary that is none any more resends nothing", () => {
  const cluster = brisk()
  cluster.runFor("100ms")
  cluster.partition([[0], [1, 2, SERVICE]])
  cluster.runUntil(() => primaries(cluster).length === 2)
  cluster.heal()
  cluster.runUntil(() => primaries(cluster).length === 1)
  expect(cluster.armed(0)).not.toContain("resend")
})

describe("updates are sent again", () => {
  test("to those only that lack some", () => {
    const cluster = brisk()
    cluster.intercept((_, to, { type }) => (type === "Update" && to === 2 ? "drop" : "deliver"))
    cluster.request(0, 0, write("a"))
    cluster.runFor("50ms")
    const again = [1, 2].map(id => sentTo(cluster, id, "Update", "retransmission"))
    expect([again[0], again[1]! > 0]).toEqual([0, true])
  })

  test("to nobody where replies wait for no acknowledgement", () => {
    const cluster = brisk(3, { replies: "non-blocking" })
    cluster.request(0, 0, write("a"))
    cluster.runFor("100ms")
    expect(cluster.sent.filter(({ purpose }) => purpose === "retransmission")).toEqual([])
  })
})

describe("by timeouts, a replica that has come back", () => {
  function back(): Group {
    const cluster = timedGroup({ nodes: 3, parameters: BRISK })
    cluster.runFor("100ms")
    cluster.crash(2)
    cluster.runFor("100ms")
    cluster.intercept((_, __, { type }) => (type === "State" ? "drop" : "deliver"))
    cluster.restart(2)
    cluster.runFor("65ms")
    return cluster
  }

  test("asks the first primary that it hears of at once, and then as one that repeats itself", () => {
    const cluster = back()
    expect(sentTo(cluster, 0, "Join", "protocol")).toBe(1)
    expect(sentTo(cluster, 0, "Join", "retransmission")).toBeGreaterThan(1)
  })

  test("asks the next primary at once, when that has taken over", () => {
    const cluster = back()
    cluster.crash(0)
    cluster.runUntil(() => primaries(cluster).length === 1)
    cluster.runFor("25ms")
    expect(sentTo(cluster, 1, "Join", "protocol")).toBe(1)
  })
})

describe("a view", () => {
  /** Replica 2 has been shipped a state, and is not admitted: its primary's word is lost. */
  function withStandby(): Group {
    const cluster = brisk(4)
    cluster.crash(2)
    cluster.runFor("200ms")
    cluster.intercept((_, __, { type }) => (type === "Admit" ? "drop" : "deliver"))
    cluster.restart(2)
    cluster.runUntil(() => cluster.state(2).status === "standby")
    cluster.runFor("2ms")
    return cluster
  }

  test("with the same primary leaves a standby what it is, and the primary goes on to count on it", () => {
    const cluster = withStandby()
    const { life } = cluster.state(2)
    cluster.crash(3)
    cluster.runFor("80ms")
    expect(viewAt(cluster, 0).members).toEqual([0, 1])
    cluster.inject(4, 2, { type: "View", view: cluster.state(0).view })
    expect([cluster.state(2).status, cluster.state(2).life]).toEqual(["standby", life])
    expect(cluster.state(0).backups[2]).toMatchObject({ standing: "standby", life })
    // Whoever is none any more is not waited for.
    expect(cluster.armed(0)).toEqual(["heartbeat", "resend"])
  })

  test("that is over, or is before the one being formed, is not entered", () => {
    const cluster = brisk()
    cluster.runFor("100ms")
    const first = cluster.state(1).view
    cluster.crash(2)
    cluster.runFor("100ms")
    const { view } = cluster.state(1)
    expect(view.number).toBe(2)
    cluster.inject(SERVICE, 1, { type: "View", view: first })
    expect(cluster.state(1).view).toEqual(view)
    cluster.inject(SERVICE, 1, { type: "Suspend", view: 4 })
    cluster.inject(SERVICE, 1, { type: "View", view: { ...view, number: 3 } })
    expect(cluster.state(1).view).toEqual(view)
    cluster.inject(SERVICE, 1, { type: "View", view: { ...view, number: 4 } })
    expect(cluster.state(1).view.number).toBe(4)
  })

  test("has nobody removed by word of an earlier life, of an earlier view, or of anyone but its primary", () => {
    const suspected = (from: number, view: number, life: number): number[] => {
      const cluster = brisk()
      cluster.runFor("100ms")
      cluster.inject(from, SERVICE, { type: "Suspect", view, member: 2, life })
      cluster.runFor("5ms")
      return viewAt(cluster, 1).members
    }
    expect(suspected(0, 1, 7)).toEqual([0, 1, 2])
    expect(suspected(0, 0, 0)).toEqual([0, 1, 2])
    expect(suspected(1, 1, 0)).toEqual([0, 1, 2])
    expect(suspected(0, 1, 0)).toEqual([0, 1])
  })

  test("is begun by nobody who knows of none", () => {
    const cluster = group({ nodes: 3, parameters: BRISK, isMute: true })
    cluster.inject(2, SERVICE, { type: "Ping", view: 0, primary: 0, life: 0 })
    expect(serviceOf(cluster).view).toBe(null)
    cluster.inject(2, SERVICE, { type: "Ping", view: 1, primary: 0, life: 0 })
    cluster.runFor("1ms")
    expect(serviceOf(cluster).view).toMatchObject({ number: 1, primary: 0 })
  })

  test("of an earlier reign of the same primary has no updates for one that is in a later", () => {
    const cluster = brisk()
    cluster.runFor("50ms")
    cluster.intercept(() => "drop")
    const { view } = cluster.state(1)
    cluster.inject(SERVICE, 1, { type: "View", view: { ...view, number: 5, since: 5 } })
    cluster.request(0, 0, write("a"))
    cluster.runFor("1ms")
    const [update] = cluster.state(0).uncommitted
    cluster.inject(0, 1, { type: "Update", view: 1, since: 1, update: update!, committed: 0 })
    expect(cluster.state(1).count).toBe(0)
  })
})

test("without acknowledgements, the silence of a primary has to pass before another one takes over, though it is back", () => {
  const takenOver = (replies: string): number[] => {
    const cluster = brisk(3, { replies })
    cluster.runFor("100ms")
    cluster.crash(0)
    cluster.restart(0)
    cluster.runFor("8ms")
    return primaries(cluster)
  }
  expect([takenOver("blocking"), takenOver("non-blocking")]).toEqual([[1], []])
})

test("by timeouts, a primary that is shipped the state of a later one leaves its office", () => {
  const cluster = timedGroup({ nodes: 3, parameters: BRISK })
  cluster.runFor("50ms")
  cluster.intercept(() => "drop")
  const { view } = cluster.state(0)
  const later = { ...view, number: 2, primary: 1, since: 2 }
  cluster.inject(1, 0, { type: "State", view: later, life: 0, snapshot: snapshotOf(cluster.state(1)) })
  expect([cluster.state(0).status, cluster.armed(0)]).toEqual(["backup", ["heartbeat", "primary"]])
})
