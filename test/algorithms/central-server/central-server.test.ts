/** The central server step by step: what the textbooks say that it does, and what they complain of. */
import { describe, expect, it } from "vitest"
import { centralServer } from "../../../algorithms/central-server/central-server.ts"
import { openSection } from "../../support/section.ts"

const open = (nodes: number, answers: "grants" | "queued" = "grants") =>
  openSection(centralServer, { nodes, parameters: { answers, heartbeatInterval: "20ms", detectionTimeout: "60ms" } })

/** The server's id among so many nodes. */
const SERVER = 3

describe("an uncontended entry", () => {
  it.each([1, 3, 5, 7, 9])("among %i nodes costs exactly 3 messages: request, grant, release", nodes => {
    const { cluster, acquire, pass, entries } = open(nodes)
    acquire(0)
    pass(0)
    cluster.runFor("10ms")
    expect(entries()).toEqual([0])
    expect(cluster.count()).toBe(3)
    for (const type of ["Request", "Grant", "Release"] as const) expect(cluster.count(type)).toBe(1)
    expect(cluster.sent.map(({ from, to }) => [from, to])).toEqual([
      [0, nodes],
      [nodes, 0],
      [0, nodes],
    ])
  })

  it("takes 2d: the request goes out, the grant comes back", () => {
    const { cluster, acquire, entryTimes } = open(3)
    cluster.runFor("7ms")
    acquire(2)
    cluster.runFor("10ms")
    expect(entryTimes()).toEqual([9_000])
  })

  it("costs as much if the server would tell of a queue: there is none", () => {
    const { cluster, acquire, pass } = open(3, "queued")
    acquire(1)
    pass(1)
    cluster.runFor("1s")
    expect(cluster.count()).toBe(3)
  })
})

describe("under contention", () => {
  it.each([3, 5, 7, 9])(
    "an entry of %i nodes costs 3 messages, and the next one follows 2d after the release",
    nodes => {
      const { cluster, acquire, pass, entries, entryTimes } = open(nodes)
      const all = Array.from({ length: nodes }, (_, id) => id)
      for (const id of all) acquire(id)
      for (const id of all) pass(id)
      cluster.runFor("5ms")
      expect(entries()).toEqual(all)
      expect(entryTimes()).toEqual(all.map(id => 2_000 * (id + 1)))
      expect(cluster.count()).toBe(3 * nodes)
    },
  )

  it("serves requests in the order in which they reach the server, not in that of their sending", () => {
    const { cluster, acquire, pass, entries } = open(3)
    acquire(0)
    cluster.runFor("5ms")
    cluster.intercept(from => (from === 1 ? { delay: 9_000 } : "deliver"))
    acquire(1)
    cluster.runFor("2ms")
    acquire(2)
    cluster.runFor("10ms")
    for (const id of [0, 2, 1]) pass(id)
    expect(entries()).toEqual([0, 2, 1])
  })
})

describe("a node", () => {
  it("stands outside, requesting, or in the critical section; the server is free, or has granted it", () => {
    const { cluster, acquire, release } = open(3)
    expect([cluster.standing(1)?.role, cluster.standing(SERVER)?.role]).toEqual(["outside", "free"])
    acquire(1)
    cluster.runFor(0)
    expect(cluster.standing(1)).toEqual({ role: "requesting", rank: 1, epoch: 1 })
    acquire(0)
    cluster.runFor("5ms")
    expect(cluster.standing(1)).toEqual({ role: "critical section", rank: 2, epoch: 1 })
    expect(cluster.standing(SERVER)).toEqual({ role: "granted to 1, 1 waiting", rank: 1, epoch: null })
    release(1)
    cluster.runFor("5ms")
    expect([cluster.standing(1)?.rank, cluster.standing(SERVER)?.role]).toEqual([0, "granted to 0, 0 waiting"])
  })

  it("that is not in the critical section does not leave it, and asks once while it waits", () => {
    const { cluster, acquire, release } = open(3)
    release(1)
    acquire(1)
    acquire(1)
    cluster.runFor("5ms")
    expect([cluster.count("Request"), cluster.count("Release")]).toEqual([1, 0])
  })
})

describe("a dead server and a busy one", () => {
  it("are the same to requesters that hear of the grant only: they wait, and send nothing", () => {
    for (const isDead of [true, false]) {
      const { cluster, acquire, entries } = open(3)
      acquire(0)
      cluster.runFor("5ms")
      if (isDead) cluster.crash(SERVER)
      acquire(1)
      cluster.runFor("1h")
      expect(entries()).toEqual([0])
      expect(cluster.standing(1)).toEqual({ role: "requesting", rank: 1, epoch: 1 })
      expect(cluster.count("Request")).toBe(2)
    }
  })

  it("are told apart by those that are told they are queued, and hear heartbeats", () => {
    const { cluster, acquire } = open(3, "queued")
    acquire(0)
    cluster.runFor("5ms")
    acquire(1)
    cluster.runFor("1s")
    expect(cluster.count("Queued")).toBe(1)
    expect(cluster.count("Alive", "heartbeat")).toBe(50 - 1)
    expect(cluster.standing(1)?.role).toBe("requesting")
    cluster.crash(SERVER)
    cluster.runFor("62ms")
    expect(cluster.standing(1)?.role).toBe("server dead?")
    expect(cluster.count("Request", "retransmission")).toBeGreaterThan(0)
  })

  it("are not told apart by a requester whose timeout is shorter than the server is busy, which does no harm", () => {
    const { cluster, acquire, pass, entries } = open(3, "queued")
    cluster.intercept((from, _, message) =>
      from === SERVER && message.type !== "Grant" ? { delay: 200_000 } : "deliver",
    )
    acquire(0)
    cluster.runFor("5ms")
    acquire(1)
    cluster.runFor("150ms")
    expect(cluster.standing(1)?.role).toBe("server dead?")
    pass(0)
    pass(1)
    cluster.runFor("1s")
    expect(entries()).toEqual([0, 1])
  })

  it("a server that comes back serves those who ask again, and leaves the others waiting", () => {
    const served = (answers: "grants" | "queued") => {
      const { cluster, acquire, entries } = open(3, answers)
      cluster.crash(SERVER)
      acquire(1)
      cluster.runFor("30ms")
      cluster.restart(SERVER)
      cluster.runFor("1h")
      return entries()
    }
    expect(served("grants")).toEqual([])
    expect(served("queued")).toEqual([1])
  })

  it("a grant that comes twice changes nothing, and is given back if the node has left", () => {
    const { cluster, acquire, pass, entries, inside } = open(3, "queued")
    acquire(1)
    cluster.runFor("5ms")
    cluster.inject(SERVER, 1, { type: "Grant", request: 1 })
    cluster.runFor("5ms")
    expect([entries(), inside(), cluster.count("Release")]).toEqual([[1], [1], 0])
    pass(1)
    cluster.inject(SERVER, 1, { type: "Grant", request: 1 })
    cluster.runFor("5ms")
    expect([entries(), inside()]).toEqual([[1], []])
    expect(cluster.count("Release")).toBe(2)
  })
})

describe("messages that are late", () => {
  it("a grant of another request than the node's is given back, whether it waits or is inside", () => {
    const { cluster, acquire, pass, inside } = open(3)
    acquire(0)
    cluster.runFor("5ms")
    cluster.inject(SERVER, 0, { type: "Grant", request: 7 })
    expect([inside(), cluster.sent.at(-1)!.message]).toEqual([[0], { type: "Release", request: 7 }])
    acquire(1)
    cluster.inject(SERVER, 1, { type: "Grant", request: 7 })
    expect([inside(), cluster.sent.at(-1)!.message]).toEqual([[0], { type: "Release", request: 7 }])
    // The server knows that it granted no such requests.
    cluster.runFor("5ms")
    expect(cluster.state(SERVER)).toMatchObject({ holder: { from: 0, request: 1 }, queue: [{ from: 1, request: 1 }] })
    cluster.inject(1, SERVER, { type: "Release", request: 1 })
    expect(cluster.state(SERVER)).toMatchObject({ holder: { from: 0 } })
    pass(0)
    cluster.runFor("5ms")
    expect(inside()).toEqual([1])
  })

  it("a request that comes again is queued once, and answered again; that of the holder is not", () => {
    const { cluster, acquire } = open(3, "queued")
    acquire(0)
    cluster.runFor("5ms")
    acquire(1)
    cluster.runFor("5ms")
    cluster.clearCounts()
    cluster.inject(1, SERVER, { type: "Request", request: 1 })
    cluster.inject(0, SERVER, { type: "Request", request: 1 })
    expect(cluster.state(SERVER)).toMatchObject({ holder: { from: 0 }, queue: [{ from: 1, request: 1 }] })
    expect(
      cluster.sent.filter(({ from }) => from === SERVER).map(({ to, message, purpose }) => [to, message.type, purpose]),
    ).toEqual([[1, "Queued", "retransmission"]])
  })

  it("a heartbeat means nothing to a node outside; the server has none to send when nobody waits", () => {
    const { cluster, acquire, pass } = open(3, "queued")
    cluster.inject(SERVER, 2, { type: "Alive" })
    expect(cluster.armed(2)).toEqual([])
    acquire(0)
    cluster.runFor("5ms")
    acquire(1)
    cluster.runFor("15ms")
    // Whoever comes later does not put off the heartbeat of those who wait.
    acquire(2)
    cluster.runFor("7ms")
    expect(cluster.sent.flatMap(({ to, message }) => (message.type === "Alive" ? [to] : []))).toEqual([1, 2])
    for (const node of [0, 1, 2]) pass(node)
    cluster.runFor("100ms")
    expect(cluster.armed(SERVER)).toEqual([])
  })

  it("a grant shows that the server is alive", () => {
    const { cluster, acquire, release } = open(3, "queued")
    cluster.intercept((from, _, { type }) => (from === SERVER && type === "Grant" ? { delay: 70_000 } : "deliver"))
    acquire(1)
    cluster.runFor("65ms")
    expect(cluster.standing(1)?.role).toBe("server dead?")
    cluster.runFor("10ms")
    expect(cluster.standing(1)?.role).toBe("critical section")
    release(1)
    cluster.runFor("100ms")
    acquire(1)
    cluster.runFor(0)
    expect(cluster.standing(1)?.role).toBe("requesting")
  })
})

describe("what it does not survive", () => {
  it("the crash of the server: nobody enters any more", () => {
    const { cluster, acquire, entries } = open(3)
    cluster.crash(SERVER)
    for (const id of [0, 1, 2]) acquire(id)
    cluster.runFor("1h")
    expect(entries()).toEqual([])
  })

  it("the crash of a node inside, or of one that waits and is granted the section", () => {
    const { cluster, acquire, entries } = open(3)
    acquire(0)
    cluster.runFor("5ms")
    cluster.crash(0)
    acquire(1)
    cluster.runFor("1h")
    expect(entries()).toEqual([0])
  })

  it("but that of a node that is outside, which nobody notices", () => {
    const { cluster, acquire, pass, entries } = open(3)
    cluster.crash(0)
    for (const id of [1, 2]) acquire(id)
    for (const id of [1, 2]) pass(id)
    expect(entries()).toEqual([1, 2])
  })

  it("the restart of the server while somebody is inside: two are", () => {
    const { cluster, acquire, inside } = open(3)
    acquire(0)
    cluster.runFor("5ms")
    cluster.crash(SERVER)
    cluster.restart(SERVER)
    acquire(1)
    cluster.runFor("5ms")
    expect(inside()).toEqual([0, 1])
  })

  it("a lost request: its node waits for ever, unless it may ask again", () => {
    const enter = (answers: "grants" | "queued") => {
      const { cluster, acquire, entries } = open(3, answers)
      cluster.intercept(() => "drop")
      acquire(1)
      cluster.runFor("5ms")
      cluster.intercept(() => "deliver")
      cluster.runFor("1h")
      return entries()
    }
    expect([enter("grants"), enter("queued")]).toEqual([[], [1]])
  })
})
