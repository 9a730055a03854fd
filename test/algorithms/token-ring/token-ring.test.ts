/** The token ring step by step: circulation, loss and regeneration of the token, repair of the ring. */
import { describe, expect, it } from "vitest"
import { tokenRing } from "../../../algorithms/token-ring/token-ring.ts"
import { openSection } from "../../support/section.ts"

const d = 10_000

function open(nodes: number, parameters: Readonly<Record<string, unknown>> = {}, fifo = true) {
  return openSection(tokenRing, { nodes, fifo, latency: "10ms", parameters })
}

type Group = ReturnType<typeof open>

const ids = (nodes: number): number[] => Array.from({ length: nodes }, (_, id) => id)

/** The way of the token: who sent it when, and to whom. */
function hops({ cluster }: Group) {
  return cluster.sent.filter(({ message }) => message.type === "Token")
}

describe("the token", () => {
  it("begins at the first node of the ring, goes from i to i+1, one hop each d, and is never at rest", () => {
    const group = open(4)
    group.cluster.runFor("105ms")
    expect(hops(group).map(({ time, from, to }) => [time / d, from, to])).toEqual(
      Array.from({ length: 11 }, (_, hop) => [hop, hop % 4, (hop + 1) % 4]),
    )
  })

  it("goes round in the order of the ring, whatever attribute that follows", () => {
    const way = (parameters: Readonly<Record<string, unknown>>): number[] => {
      const group = open(4, parameters)
      group.cluster.runFor("45ms")
      return hops(group).map(({ from }) => from)
    }
    expect(way({ order: "decreasing" })).toEqual([3, 2, 1, 0, 3])
    expect(way({ order: "numbered", arrangement: 2 })).toEqual([0, 2, 1, 3, 0])
  })

  it("is counted as a heartbeat once nobody has entered for a whole round", () => {
    const group = open(4)
    group.cluster.runFor("45ms")
    expect(group.cluster.count("Token", "protocol")).toBe(0)
    group.acquire(2)
    group.pass(2)
    group.cluster.runFor("1s")
    expect(group.cluster.count("Token", "protocol")).toBe(4)
  })

  it("pauses at each node while it is idle, if so set, and whoever has it then enters at once", () => {
    const group = open(2, { idlePause: "90ms" })
    group.cluster.runFor("1010ms")
    expect(hops(group)).toHaveLength(10)
    expect(group.cluster.standing(0)).toMatchObject({ role: "holder", rank: 0 })
    group.acquire(0)
    group.cluster.runFor(0)
    expect(group.inside()).toEqual([0])
    group.cluster.runFor("1s")
    group.release(0)
    // Two steps of use, and it rests again where they end.
    group.cluster.runFor("25ms")
    expect(hops(group)).toHaveLength(12)
  })

  it("stays with a node that is alone", () => {
    const group = open(1)
    for (let entry = 0; entry < 3; entry++) {
      group.acquire(0)
      group.cluster.runFor(0)
      group.pass(0)
    }
    expect(group.entries()).toEqual([0, 0, 0])
    expect(group.cluster.sent).toEqual([])
  })

  it("is taken once, however often the network delivers it", () => {
    const group = open(3)
    group.acquire(1)
    group.cluster.runFor("15ms")
    const [first] = hops(group)
    group.release(1)
    group.cluster.runFor(0)
    group.acquire(1)
    group.cluster.inject(0, 1, first!.message)
    expect(group.inside()).toEqual([])
    expect(hops(group)).toHaveLength(2)
  })
})

describe.each([3, 5, 7, 9])("a request on an idle ring of %i nodes", nodes => {
  it("waits nd/2 on average over all times of arrival, and never more than nd", () => {
    const waits: number[] = []
    const steps = 4
    for (let step = 0; step < steps * nodes; step++) {
      const { cluster, acquire, entryTimes } = open(nodes)
      cluster.runFor(nodes * d + (step + 0.5) * (d / steps))
      const asked = cluster.now
      acquire(1)
      cluster.runFor(nodes * d)
      waits.push(entryTimes()[0]! - asked)
    }
    expect(waits.reduce((sum, wait) => sum + wait, 0) / waits.length).toBe((nodes * d) / 2)
    expect(Math.max(...waits)).toBeLessThanOrEqual(nodes * d)
  })
})

describe.each([3, 5, 7, 9])("a token that is lost on an idle ring of %i nodes", nodes => {
  const T = 200_000

  it.each(ids(nodes))(
    "by node %i is made anew after T + (1+h)d, h hops from the first to miss it to the largest id",
    loser => {
      const group = open(nodes, { regenerationTimeout: "200ms" })
      const { cluster } = group
      cluster.runFor("300ms")
      let lostAt = 0
      cluster.intercept((from, _, { type }) => {
        if (from !== loser || type !== "Token" || lostAt > 0) return "deliver"
        lostAt = cluster.now
        return "drop"
      })
      cluster.runUntil(() => lostAt > 0)
      cluster.clearCounts()
      cluster.runFor("1s")
      const h = (nodes - 1 - ((loser + 1) % nodes) + nodes) % nodes
      const [first] = hops(group)
      expect(first).toMatchObject({ time: lostAt + T + (1 + h) * d, from: nodes - 1 })
      // From then on there is one, and it is everywhere within nd.
      const times = hops(group).map(({ time }) => time)
      expect(times).toEqual(times.map((_, hop) => times[0]! + hop * d))
    },
  )
})

describe("a node", () => {
  it("swallows candidates while it has the token, and so no second one is made", () => {
    const group = open(3, { regenerationTimeout: "100ms" })
    group.acquire(1)
    group.cluster.runFor("2s")
    expect(group.cluster.count("Election")).toBeGreaterThan(10)
    group.release(1)
    group.cluster.runFor("1s")
    expect(new Set(hops(group).map(({ message }) => message.type === "Token" && message.generation))).toEqual(
      new Set([0]),
    )
    const times = hops(group)
      .slice(1)
      .map(({ time }) => time)
    expect(times).toEqual(times.map((_, hop) => times[0]! + hop * d))
  })

  it("does not win by a candidacy other than its last, nor once it has seen the token", () => {
    const group = open(3, { regenerationTimeout: "100ms" })
    group.cluster.intercept(() => "drop")
    group.cluster.runFor("205ms")
    expect(group.cluster.state(2)).toMatchObject({ participant: true, candidacy: 2 })
    group.cluster.clearCounts()
    const election = { type: "Election", candidate: 2, generation: 0, serial: 9 } as const
    group.cluster.inject(1, 2, { ...election, candidacy: 1 })
    expect(hops(group)).toHaveLength(0)
    group.cluster.inject(1, 2, { ...election, candidacy: 2 })
    expect(hops(group)).toHaveLength(1)
    expect(hops(group)[0]!.message).toMatchObject({ generation: 5, position: 1 })
    group.cluster.inject(1, 2, { ...election, candidacy: 2 })
    expect(hops(group)).toHaveLength(1)
  })

  it("disregards a token of an earlier generation", () => {
    const { cluster } = open(3)
    cluster.inject(1, 2, { type: "Token", generation: 5, position: 1, idle: 9, serial: 1 })
    cluster.clearCounts()
    cluster.inject(1, 2, { type: "Token", generation: 4, position: 8, idle: 9, serial: 2 })
    expect(cluster.sent).toEqual([])
  })

  it("stands outside, requesting, in the critical section, or takes part in an election", () => {
    const { cluster, acquire } = open(3, { regenerationTimeout: "100ms" })
    expect(cluster.standing(1)).toEqual({ role: "outside", rank: 0, epoch: null })
    acquire(1)
    cluster.runFor(0)
    expect(cluster.standing(1)).toEqual({ role: "requesting", rank: 1, epoch: null })
    cluster.runFor("15ms")
    expect(cluster.standing(1)).toEqual({ role: "critical section", rank: 2, epoch: null })
    cluster.runFor("200ms")
    expect(cluster.standing(2)).toEqual({ role: "participant", rank: 0, epoch: null })
  })

  it("asks once however often its client does, and leaves only what it has entered", () => {
    const { cluster, acquire, release, entries } = open(3)
    release(1)
    acquire(1)
    acquire(1)
    release(1)
    cluster.runFor("1s")
    expect(entries()).toEqual([1])
  })

  it("that boots again makes no second token", () => {
    const group = open(3, { regenerationTimeout: "0s" })
    group.cluster.crash(0)
    group.cluster.restart(0)
    group.cluster.clearCounts()
    group.cluster.runFor("1s")
    const times = hops(group).map(({ time }) => time)
    expect(times.length).toBeGreaterThan(90)
    expect(times).toEqual(times.map((_, hop) => times[0]! + hop * d))
  })
})

describe("a node that boots again", () => {
  it("makes no second token, even where the others have forgotten the first", () => {
    const { cluster, acquire, inside, entries } = open(3, { regenerationTimeout: "0s" })
    acquire(2)
    cluster.runUntil(() => inside().length > 0)
    for (const id of [1, 0]) {
      cluster.crash(id)
      cluster.restart(id)
    }
    acquire(1)
    cluster.runFor("1s")
    expect(entries()).toEqual([2])
  })

  it("goes on numbering its candidacies, so that an earlier one cannot win for a later one", () => {
    const { cluster } = open(3, { regenerationTimeout: "100ms" })
    cluster.intercept(() => "drop")
    cluster.runFor("105ms")
    cluster.crash(2)
    cluster.restart(2)
    cluster.runFor("105ms")
    const candidacies = cluster.sent.flatMap(({ from, message }) =>
      from === 2 && message.type === "Election" ? [message.candidacy] : [],
    )
    expect(candidacies.map(candidacy => candidacy > 1)).toEqual([false, true])
  })
})

describe("without repair", () => {
  it("the crash of a bystander stops the token for good, and no election ends", () => {
    const { cluster, acquire, entries } = open(5)
    cluster.crash(3)
    cluster.runFor("100ms")
    for (const id of [0, 1, 2, 4]) acquire(id)
    cluster.runFor("1min")
    expect(entries()).toEqual([])
    cluster.restart(3)
    cluster.runFor("5s")
    expect(entries()).toHaveLength(1)
  })

  it("a lost token that nobody makes anew is lost for good", () => {
    const { cluster, acquire, entries } = open(3, { regenerationTimeout: "0s" })
    cluster.intercept(() => "drop")
    cluster.runFor("15ms")
    cluster.intercept(() => "deliver")
    acquire(1)
    cluster.runFor("1h")
    expect(entries()).toEqual([])
  })
})

describe("with repair", () => {
  const A = 21_000
  const repaired = (nodes: number) => open(nodes, { repair: true, regenerationTimeout: "200ms" })

  it("costs an acknowledgement for each step, idle ones counted as heartbeats like the token", () => {
    const { cluster, acquire, pass } = repaired(4)
    acquire(2)
    pass(2)
    cluster.runFor("1s")
    expect(cluster.count("Token", "protocol")).toBe(4)
    expect(cluster.count("Ack", "protocol")).toBe(4)
    expect(cluster.count("Ack", "heartbeat")).toBeGreaterThan(50)
  })

  it("the crash of a bystander holds the token up for one ackTimeout, once", () => {
    const group = repaired(4)
    group.cluster.runFor("5ms")
    group.cluster.crash(2)
    group.cluster.runFor("200ms")
    const [first, second, third, fourth, fifth] = hops(group).filter(({ purpose }) => purpose !== "retransmission")
    const [again] = hops(group).filter(({ purpose }) => purpose === "retransmission")
    expect([first!.time, second!.time]).toEqual([0, d])
    expect(again).toMatchObject({ time: d + A, from: 1, to: 3 })
    expect([third!, fourth!, fifth!].map(({ time, from, to }) => [time - again!.time, from, to])).toEqual([
      [d, 3, 0],
      [2 * d, 0, 1],
      [3 * d, 1, 3],
    ])
  })

  it.each([3, 5, 7, 9])("the crash of the holder, %i nodes: a new token after T + hd and one ackTimeout", nodes => {
    for (const holder of ids(nodes)) {
      const group = repaired(nodes)
      const { cluster, acquire, inside } = group
      cluster.runFor(2 * nodes * d + 5_000)
      acquire(holder)
      cluster.runUntil(() => inside().length > 0)
      const crashed = cluster.now
      cluster.crash(holder)
      cluster.clearCounts()
      cluster.runFor("1s")
      const live = ids(nodes - 1).map(step => (holder + 1 + step) % nodes)
      const largest = Math.max(...live)
      expect(hops(group)[0], `holder ${holder}`).toMatchObject({
        time: crashed + 200_000 + live.indexOf(largest) * d + A,
        from: largest,
      })
      expect(new Set(hops(group).map(({ message }) => message.type === "Token" && message.generation)).size).toBe(1)
    }
  })

  it("takes a node back that answers a probe", () => {
    const { cluster, acquire, inside } = repaired(4)
    cluster.crash(2)
    cluster.runFor("200ms")
    expect(cluster.state(1)).toMatchObject({ place: 1 })
    cluster.restart(2)
    acquire(2)
    cluster.runUntil(() => inside().includes(2), "200ms")
    expect(cluster.state(1)).toMatchObject({ place: 0 })
  })

  it("leaves the token with the last one alive, until others are back", () => {
    const { cluster, acquire, pass, entries, inside } = repaired(3)
    cluster.runFor("5ms")
    for (const id of [0, 2]) cluster.crash(id)
    cluster.runFor("200ms")
    expect(cluster.state(1)).toMatchObject({ place: 2, token: { generation: 0 } })
    acquire(1)
    cluster.runFor(0)
    pass(1)
    expect(entries()).toEqual([1])
    cluster.restart(2)
    acquire(2)
    cluster.runUntil(() => inside().includes(2), "200ms")
  })

  it("alone, passes the token to itself and waits for no acknowledgement", () => {
    const { cluster, acquire, pass, entries } = repaired(1)
    acquire(0)
    pass(0)
    cluster.runFor("200ms")
    expect([entries(), cluster.state(0).unacknowledged, cluster.armed(0).includes("ack")]).toEqual([[0], [], false])
    expect(cluster.sent.some(({ message }) => message.type === "Ack")).toBe(false)
  })

  it("the last one alive holds the token, and sends it to nobody", () => {
    const { cluster } = repaired(3)
    cluster.runFor("5ms")
    for (const id of [0, 2]) cluster.crash(id)
    cluster.runFor("100ms")
    expect(cluster.state(1)).toMatchObject({ place: 2, unacknowledged: [] })
    cluster.clearCounts()
    cluster.runFor("100ms")
    expect(new Set(cluster.sent.map(({ message }) => message.type))).toEqual(new Set(["Probe"]))
  })

  it("asks only those that it skips if they are back, and nobody when it skips none", () => {
    const { cluster } = repaired(4)
    cluster.crash(2)
    cluster.runFor("300ms")
    const probed = () => new Set(cluster.sent.flatMap(({ to, message }) => (message.type === "Probe" ? [to] : [])))
    expect(probed()).toEqual(new Set([2]))
    cluster.restart(2)
    cluster.runFor("1s")
    expect(cluster.armed(1)).not.toContain("probe")
  })

  it("listens to its successor only: to no acknowledgement of another node, nor to one that it does not skip", () => {
    const { cluster } = repaired(4)
    cluster.runFor("1ms")
    const [sent] = cluster.state(0).unacknowledged
    cluster.inject(3, 0, { type: "Ack", serial: sent!.message.serial })
    expect(cluster.state(0).unacknowledged).toEqual([sent])
    cluster.inject(2, 0, { type: "Back" })
    cluster.inject(1, 0, { type: "Ack", serial: sent!.message.serial })
    expect(cluster.state(0)).toMatchObject({ place: 0, returned: null, unacknowledged: [] })
  })

  it("ends the election of a candidate that is dead", () => {
    const { cluster } = repaired(4)
    cluster.crash(3)
    cluster.runFor("200ms")
    cluster.clearCounts()
    cluster.inject(0, 1, { type: "Election", candidate: 3, candidacy: 1, generation: 0, serial: 99 })
    cluster.runFor("100ms")
    expect(cluster.count("Election")).toBe(1)
  })

  it("ends an election that has come home to a candidate which is dead by then", () => {
    const { cluster } = repaired(4)
    cluster.runFor("5ms")
    cluster.inject(3, 0, { type: "Election", candidate: 1, candidacy: 1, generation: 0, serial: 99 })
    cluster.crash(1)
    cluster.runFor("100ms")
    expect(cluster.sent.filter(({ message }) => message.type === "Election").map(({ to }) => to)).toEqual([1])
  })

  it("hands on what the silent node has not acknowledged, though it has acknowledged what came before", () => {
    const { cluster } = repaired(4)
    // The token is acknowledged; the candidate that follows it a millisecond later finds node 1 dead.
    cluster.runFor("1ms")
    cluster.inject(3, 0, { type: "Election", candidate: 3, candidacy: 1, generation: 0, serial: 99 })
    cluster.runFor("9500us")
    cluster.crash(1)
    cluster.runFor("50ms")
    const ways = cluster.sent.flatMap(({ from, to, message }) =>
      from === 0 && message.type === "Election" ? [[to, message.candidate]] : [],
    )
    expect(ways).toEqual([
      [1, 3],
      [2, 3],
    ])
  })

  it("lets the last one alive elect itself, and make the next token", () => {
    const { cluster, acquire, inside } = repaired(2)
    acquire(1)
    cluster.runUntil(() => inside().length > 0)
    cluster.crash(1)
    cluster.clearCounts()
    cluster.runFor("1s")
    expect(cluster.state(0).token).toMatchObject({ generation: 2, position: 0 })
    expect(cluster.state(0)).toMatchObject({ place: 1, unacknowledged: [] })
  })

  it("has two tokens if a live node is skipped, and one again when the second comes where the first has been", () => {
    const group = repaired(4)
    const { cluster, acquire, release, inside } = group
    acquire(2)
    let lost = 0
    cluster.intercept((from, _, { type }) => (from === 2 && type === "Ack" && lost++ === 0 ? "drop" : "deliver"))
    cluster.runFor("25ms")
    expect(inside()).toEqual([2])
    acquire(3)
    cluster.runFor("50ms")
    expect(inside()).toEqual([2, 3])
    for (const id of [2, 3]) release(id)
    cluster.runFor("200ms")
    cluster.clearCounts()
    cluster.runFor("1s")
    const times = hops(group).map(({ time }) => time)
    expect(times).toEqual(times.map((_, hop) => times[0]! + hop * d))
  })

  it("makes a token on each side of a partition, and two are in; one token survives its end", () => {
    const group = repaired(4)
    const { cluster, acquire, release, inside } = group
    cluster.runFor("5ms")
    cluster.partition([
      [0, 1],
      [2, 3],
    ])
    cluster.runFor("1s")
    for (const id of [0, 2]) acquire(id)
    cluster.runFor("1s")
    expect(inside().length).toBe(2)
    for (const id of [0, 2]) release(id)
    cluster.heal()
    cluster.runFor("2s")
    cluster.clearCounts()
    cluster.runFor("1s")
    const times = hops(group).map(({ time }) => time)
    expect(times).toEqual(times.map((_, hop) => times[0]! + hop * d))
    expect(ids(4).map(id => cluster.state(id).place)).toEqual([0, 0, 0, 0])
  })
})

describe("links that do not keep the order", () => {
  /** The token is held up on its way to node 1 until an election has made another one. */
  function heldUp(fifo: boolean) {
    const group = open(3, { regenerationTimeout: "100ms" }, fifo)
    const { cluster, acquire } = group
    cluster.runFor("105ms")
    cluster.intercept((from, _, { type }) => (from === 0 && type === "Token" ? { delay: 300_000 } : "deliver"))
    cluster.runFor("200ms")
    for (const id of [1, 2]) acquire(id)
    cluster.runFor("500ms")
    return group
  }

  it("let a candidate overtake the token: a second one is made, and two are in", () => {
    expect(heldUp(false).inside()).toEqual([2, 1])
  })

  it("would have kept it: the same delay on FIFO links", () => {
    expect(heldUp(true).inside()).toEqual([1])
  })
})
