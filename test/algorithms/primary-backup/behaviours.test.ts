// What a primary, its backups and the view service do: what the notes say of passive replication, and the rules of views.
import { describe, expect, test } from "vitest"
import type { ServiceState } from "../../../algorithms/primary-backup/types.ts"
import {
  type Group,
  group,
  primaries,
  read,
  results,
  serviceOf,
  timedGroup,
  valueAt,
  viewAt,
  write,
} from "./support.ts"

/** tau = 20 ms, and a timeout of three. */
const BRISK = { heartbeatInterval: "20ms", detectionTimeout: "60ms" }
const SERVICE = 3

function brisk(options: Partial<Parameters<typeof group>[0]> = {}): Group {
  return group({ nodes: 3, ...options, parameters: { ...BRISK, ...options.parameters } })
}

function briskTimed(options: Partial<Parameters<typeof group>[0]> = {}): Group {
  return timedGroup({ nodes: 3, ...options, parameters: { ...BRISK, ...options.parameters } })
}

describe("an update", () => {
  test("is executed by the primary, and installed by the backups: they end up in the same state", () => {
    const cluster = brisk()
    cluster.request(0, 0, { ...write("a"), operation: { op: "append", key: "x", value: "a" } })
    cluster.request(1, 0, { ...write("b", 1), operation: { op: "append", key: "x", value: "b" } })
    cluster.request(2, 0, { ...write("c", 2), operation: { op: "acquire", key: "lock", owner: "2" } })
    cluster.runFor("10ms")
    const [primary, ...backups] = [0, 1, 2].map(id => cluster.state(id).machine)
    expect(primary!.values.get("x")).toBe("ab")
    expect(primary!.locks!.get("lock")!.claims.size).toBe(1)
    for (const machine of backups) expect(machine).toEqual(primary)
  })

  test("is answered when all backups have it, and not before", () => {
    const cluster = brisk()
    cluster.intercept((from, to) => (from === 0 && to === 2 ? { delay: 30_000 } : "deliver"))
    cluster.request(0, 0, write("a"))
    cluster.runFor("31ms")
    expect(cluster.replies).toEqual([])
    cluster.runFor("10ms")
    expect(results(cluster)).toEqual([null])
  })

  test("is answered at once where replies do not block", () => {
    const cluster = brisk({ parameters: { replies: "non-blocking" } })
    cluster.intercept(() => "drop")
    cluster.request(0, 0, write("a"))
    cluster.runFor("3ms")
    expect(results(cluster)).toEqual([null])
  })

  test("that overtakes another waits for it", () => {
    const cluster = brisk()
    cluster.intercept((from, _, message) =>
      from === 0 && message.type === "Update" && message.update.number === 1 ? { delay: 5_000 } : "deliver",
    )
    cluster.request(0, 0, write("a"))
    cluster.request(1, 0, write("b", 1))
    cluster.runFor("4ms")
    expect([valueAt(cluster, 1), cluster.state(1).early.size]).toEqual([undefined, 1])
    cluster.runFor("10ms")
    expect([valueAt(cluster, 1), cluster.state(1).early.size]).toEqual(["b", 0])
    expect(results(cluster)).toEqual([null, "a"])
  })

  test("that was lost is sent again after an interval, and once is enough", () => {
    const cluster = brisk()
    cluster.intercept((_, __, { type }) => (type === "Update" ? "drop" : "deliver"))
    cluster.request(0, 0, write("a"))
    cluster.runFor("5ms")
    cluster.intercept(() => "deliver")
    cluster.runFor("60ms")
    expect(results(cluster)).toEqual([null])
    expect([cluster.count("Update", "retransmission"), cluster.count("Ack", "retransmission")]).toEqual([2, 2])
  })

  test("is refused by a backup, which says who the primary is", () => {
    const cluster = brisk()
    cluster.request(0, 2, write("a"))
    cluster.runFor("5ms")
    expect(cluster.replies[0]!.reply).toEqual({ type: "Redirect", sequence: 1, leader: 0 })
  })
})

test("an operation that leaves something to chance is executed once, by the primary: the backups install what came of it", () => {
  const cluster = brisk()
  cluster.request(0, 0, { ...write("", 0), operation: { op: "draw", key: "r" } })
  cluster.request(1, 0, { ...write("", 1), operation: { op: "stamp", key: "s" } })
  cluster.runFor("10ms")
  const [drawn, ...copies] = [0, 1, 2].map(id => cluster.state(id).machine.registers)
  expect([...drawn!.keys()]).toEqual(["r", "s"])
  for (const copy of copies) expect(copy).toEqual(drawn)
  cluster.crash(0)
  cluster.runUntil(() => primaries(cluster).length === 1)
  cluster.runFor("10ms")
  expect(cluster.state(1).machine.registers).toEqual(drawn)
})

describe("a retry", () => {
  test("is answered once the command is safe, and executed once", () => {
    const cluster = brisk()
    const append = { ...write("a"), operation: { op: "append", key: "x", value: "a" } } as const
    cluster.intercept((_, __, { type }) => (type === "Ack" ? { delay: 10_000 } : "deliver"))
    cluster.request(0, 0, append)
    cluster.runFor("5ms")
    cluster.request(0, 0, append)
    cluster.runFor("5ms")
    expect(cluster.replies).toEqual([])
    cluster.runFor("20ms")
    cluster.request(0, 0, append)
    cluster.runFor("20ms")
    expect(results(cluster)).toEqual([null, null])
    expect(valueAt(cluster, 1)).toBe("a")
    expect(cluster.state(0).count).toBe(1)
  })

  test("at the next primary is answered as the first one would have been", () => {
    const cluster = brisk()
    const append = { ...write("a"), operation: { op: "append", key: "x", value: "a" } } as const
    cluster.request(0, 0, write("0", 1))
    cluster.runFor("10ms")
    // All have it, and the primary dies before it knows.
    cluster.intercept((_, __, { type }) => (type === "Ack" ? "drop" : "deliver"))
    cluster.request(0, 0, append)
    cluster.runFor("3ms")
    cluster.crash(0)
    cluster.intercept(() => "deliver")
    cluster.runUntil(() => primaries(cluster).length === 1)
    cluster.request(0, 1, append)
    cluster.runFor("20ms")
    // As the new primary commits it, and again as it is asked.
    expect(results(cluster)).toEqual([null, "0", "0"])
    expect(valueAt(cluster, 1)).toBe("0a")
  })
})

describe("a take-over by the view service", () => {
  test("makes the member the primary that has the most updates, and ships what others lack", () => {
    const cluster = brisk({ nodes: 4 })
    cluster.intercept((_, to, { type }) => (type === "Update" && to !== 2 ? "drop" : "deliver"))
    cluster.request(0, 0, write("a"))
    cluster.runFor("5ms")
    cluster.crash(0)
    cluster.intercept(() => "deliver")
    cluster.runUntil(() => primaries(cluster).length === 1)
    expect(primaries(cluster)).toEqual([2])
    cluster.runFor("10ms")
    for (const id of [1, 2, 3]) expect([valueAt(cluster, id), viewAt(cluster, id)]).toEqual(["a", { number: 2, members: [2, 1, 3] }]) // biome-ignore format: a line
    // Its client is answered, without asking again.
    expect(results(cluster)).toEqual([null])
  })

  test("forgets an update that no member has, and of which no client was told", () => {
    const cluster = brisk()
    cluster.intercept((_, __, { type }) => (type === "Update" ? "drop" : "deliver"))
    cluster.request(0, 0, write("a"))
    cluster.runFor("5ms")
    cluster.crash(0)
    cluster.intercept(() => "deliver")
    cluster.runUntil(() => primaries(cluster).length === 1)
    cluster.request(1, 1, write("b", 1))
    cluster.runFor("10ms")
    expect(results(cluster)).toEqual([null])
    expect(valueAt(cluster, 2)).toBe("b")
  })

  test("leaves the old primary without acknowledgements: it answers nobody, not even a read", () => {
    const cluster = brisk()
    cluster.runFor("100ms")
    cluster.partition([[0], [1, 2, SERVICE]])
    cluster.runUntil(() => primaries(cluster).length === 2)
    cluster.request(0, 0, read())
    cluster.request(1, 1, write("b", 1))
    cluster.runFor("50ms")
    expect(cluster.replies.map(({ from }) => from)).toEqual([1])
    cluster.heal()
    cluster.runFor("300ms")
    expect(primaries(cluster)).toEqual([1])
    expect([0, 1, 2].map(id => valueAt(cluster, id))).toEqual(["b", "b", "b"])
    expect(new Set(viewAt(cluster, 0).members)).toEqual(new Set([0, 1, 2]))
  })

  test("lets the last replica of all serve alone", () => {
    const cluster = brisk({ nodes: 5 })
    cluster.request(0, 0, write("a"))
    cluster.runFor("100ms")
    for (const id of [0, 1, 2, 3]) {
      cluster.crash(id)
      cluster.runFor("100ms")
    }
    cluster.request(1, 4, read(1))
    cluster.runFor("10ms")
    expect(results(cluster).at(-1)).toBe("a")
  })

  test("comes at once where the primary is back without its state: it has another life", () => {
    const cluster = brisk()
    cluster.request(0, 0, write("a"))
    cluster.runFor("100ms")
    cluster.crash(0)
    cluster.restart(0)
    cluster.runFor("8ms")
    expect(primaries(cluster)).toEqual([1])
    cluster.runFor("100ms")
    expect([valueAt(cluster, 0), cluster.state(0).status]).toEqual(["a", "backup"])
  })

  test("does not come while the view service is down, and does when it is back", () => {
    const cluster = brisk()
    cluster.request(0, 0, write("a"))
    cluster.runFor("100ms")
    cluster.crash(SERVICE)
    cluster.request(0, 0, write("b", 0, 2))
    cluster.runFor("100ms")
    expect(results(cluster)).toEqual([null, "a"])
    cluster.crash(0)
    cluster.runFor("2s")
    expect(primaries(cluster)).toEqual([])
    cluster.restart(SERVICE)
    cluster.runFor("100ms")
    expect(primaries(cluster)).toEqual([1])
    expect(valueAt(cluster, 1)).toBe("b")
  })

  test("never comes for the only member: nobody else has its state", () => {
    const cluster = brisk({ nodes: 2 })
    cluster.crash(1)
    cluster.runFor("200ms")
    cluster.isolate(0)
    cluster.restart(1)
    cluster.runFor("1s")
    expect([serviceOf(cluster).view!.primary, serviceOf(cluster).view!.members.length]).toEqual([0, 1])
    cluster.heal()
    cluster.runFor("200ms")
    expect(viewAt(cluster, 1).members).toEqual([0, 1])
  })

  test("does not come because the view service was cut off from everybody", () => {
    const cluster = brisk()
    cluster.runFor("100ms")
    cluster.isolate(SERVICE)
    cluster.runFor("1s")
    cluster.request(0, 0, write("a"))
    cluster.runFor("10ms")
    expect(results(cluster)).toEqual([null])
    cluster.heal()
    cluster.runFor("300ms")
    expect(new Set(viewAt(cluster, 0).members)).toEqual(new Set([0, 1, 2]))
    expect(primaries(cluster).length).toBe(1)
  })
})

describe("a backup", () => {
  test("that is cut off from the primary only is removed at the primary's word, and let in again", () => {
    const cluster = brisk()
    cluster.runFor("100ms")
    cluster.intercept((from, to) => (from + to === 2 && from !== to ? "drop" : "deliver"))
    cluster.request(0, 0, write("a"))
    cluster.runUntil(() => cluster.replies.length === 1)
    expect(viewAt(cluster, 0)).toEqual({ number: 2, members: [0, 1] })
    cluster.intercept(() => "deliver")
    cluster.runFor("100ms")
    expect([viewAt(cluster, 0).members, valueAt(cluster, 2)]).toEqual([[0, 1, 2], "a"])
  })

  test("that comes back in the middle of updates has all that clients were told when it becomes a member", () => {
    const cluster = brisk()
    cluster.crash(2)
    cluster.runFor("100ms")
    cluster.restart(2)
    let sequence = 0
    while (cluster.state(2).status !== "backup") {
      sequence++
      cluster.request(0, 0, write(`v${sequence}`, 0, sequence))
      cluster.runFor("500us")
      if (sequence > 1_000) throw new Error("it is never let in")
    }
    const told = results(cluster).length
    expect(cluster.state(2).count).toBeGreaterThanOrEqual(told)
    cluster.crash(0)
    cluster.crash(1)
    cluster.runFor("300ms")
    cluster.request(9, 2, read(9))
    cluster.runFor("10ms")
    const [last] = results(cluster).slice(-1)
    expect(Number(last!.slice(1))).toBeGreaterThanOrEqual(told)
  })

  test("is waited for from its first acknowledgement on, before it is a member", () => {
    const cluster = brisk({ nodes: 2 })
    cluster.crash(1)
    cluster.runFor("100ms")
    cluster.intercept((_, __, { type }) => (type === "Admit" ? "drop" : "deliver"))
    cluster.restart(1)
    cluster.runUntil(() => cluster.state(0).backups[1]?.standing === "standby")
    cluster.isolate(1)
    cluster.request(0, 0, write("a"))
    cluster.runFor("30ms")
    expect(cluster.replies).toEqual([])
    // The view service says that it is no member: then it is none.
    cluster.intercept(() => "deliver")
    cluster.runFor("300ms")
    expect(results(cluster)).toEqual([null])
  })
})

describe("by timeouts", () => {
  test("the next in line takes over, and the others follow", () => {
    const cluster = briskTimed({ nodes: 4 })
    cluster.request(0, 0, write("a"))
    cluster.runFor("100ms")
    cluster.crash(0)
    cluster.runFor("100ms")
    expect(primaries(cluster)).toEqual([1])
    cluster.request(0, 1, write("b", 0, 2))
    cluster.runFor("10ms")
    expect([1, 2, 3].map(id => valueAt(cluster, id))).toEqual(["b", "b", "b"])
    expect(results(cluster).at(-1)).toBe("a")
  })

  test("if that one is dead, too, the one after it, a timeout later", () => {
    const cluster = briskTimed({ nodes: 4 })
    cluster.runFor("100ms")
    cluster.crash(0)
    cluster.crash(1)
    cluster.runFor("100ms")
    expect(primaries(cluster)).toEqual([])
    cluster.runFor("60ms")
    expect(primaries(cluster)).toEqual([2])
    cluster.runFor("70ms")
    expect(viewAt(cluster, 3).members).toEqual([2, 3])
  })

  test("a primary that is not answered by a backup drops it, and lets it in again", () => {
    const cluster = briskTimed()
    cluster.runFor("100ms")
    cluster.crash(2)
    cluster.request(0, 0, write("a"))
    cluster.runUntil(() => cluster.replies.length === 1)
    expect(viewAt(cluster, 0)).toEqual({ number: 2, members: [0, 1] })
    cluster.restart(2)
    cluster.runFor("100ms")
    expect([viewAt(cluster, 1).members, valueAt(cluster, 2)]).toEqual([[0, 1, 2], "a"])
  })

  test("members forget what the new primary never had", () => {
    const cluster = briskTimed()
    cluster.intercept((_, to, { type }) => (type === "Update" && to === 1 ? "drop" : "deliver"))
    cluster.request(0, 0, write("a"))
    cluster.runFor("5ms")
    expect(valueAt(cluster, 2)).toBe("a")
    cluster.crash(0)
    cluster.intercept(() => "deliver")
    cluster.runFor("100ms")
    expect([primaries(cluster), valueAt(cluster, 1), valueAt(cluster, 2)]).toEqual([[1], undefined, undefined])
  })

  test("a partition makes two primaries, which both answer; when it heals, the one that took over stays, and the other forgets", () => {
    const cluster = briskTimed({ nodes: 2 })
    cluster.runFor("100ms")
    cluster.partition([[0], [1]])
    cluster.runFor("100ms")
    cluster.request(0, 0, write("a"))
    cluster.request(1, 1, write("b", 1))
    cluster.runFor("100ms")
    expect(primaries(cluster)).toEqual([0, 1])
    expect(results(cluster)).toEqual([null, null])
    cluster.heal()
    cluster.runFor("200ms")
    expect(primaries(cluster)).toEqual([1])
    expect([valueAt(cluster, 0), valueAt(cluster, 1)]).toEqual(["b", "b"])
  })
})

test("all in one crash: the state is gone, and nobody serves ever again", () => {
  for (const cluster of [brisk(), briskTimed()]) {
    cluster.request(0, 0, write("a"))
    cluster.runFor("100ms")
    for (const id of [0, 1, 2]) cluster.crash(id)
    for (const id of [0, 1, 2]) cluster.restart(id)
    cluster.runFor("10s")
    expect(primaries(cluster)).toEqual([])
    expect([0, 1, 2].map(id => cluster.state(id).status)).toEqual(["joining", "joining", "joining"])
  }
})

test("one replica is a group of its own: no messages but heartbeats", () => {
  const cluster = brisk({ nodes: 1 })
  cluster.request(0, 0, write("a"))
  cluster.runFor("3ms")
  expect(results(cluster)).toEqual([null])
  expect(cluster.sent.every(({ purpose }) => purpose === "heartbeat")).toBe(true)
})

test("the view service remembers across its crashes whom a view is about", () => {
  const cluster = brisk()
  cluster.runFor("100ms")
  cluster.crash(2)
  cluster.runFor("100ms")
  cluster.crash(SERVICE)
  cluster.restart(2)
  cluster.crash(0)
  cluster.runFor("50ms")
  cluster.restart(SERVICE)
  cluster.runFor("100ms")
  // Replica 2 is back, but was no member: replica 1 is the only one that may take over.
  expect(primaries(cluster)).toEqual([1])
  const { isSilent } = cluster.state(SERVICE) as unknown as ServiceState
  expect(isSilent).toEqual([true, false, false])
})
