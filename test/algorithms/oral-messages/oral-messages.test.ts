/** OM(m) and its traitors: the cases of "The Byzantine Generals Problem" (1982), §2 and §3. */
import { describe, expect, it } from "vitest"
import { ATTACK, majority, median, RETREAT } from "../../../algorithms/oral-messages/majority.ts"
import { oralMessages } from "../../../algorithms/oral-messages/oral-messages.ts"
import { BEHAVIOURS } from "../../../runtime/faults/byzantine.ts"
import { createCluster } from "../../support/cluster.ts"
import { broken, play, sequences, strategiesOfOne } from "./traitors.ts"

const BINARY = [RETREAT, ATTACK]

/** Runs one decision step by step; traitors are played by dropping and injecting messages. */
function generals(nodes: number, m: number, rule = "majority") {
  const cluster = createCluster(oralMessages, {
    nodes,
    latency: "1ms",
    clientLatency: "0ms",
    parameters: { m, rule, roundLength: "2ms" },
  })
  return {
    cluster,
    order(value: number) {
      for (let node = 1; node < nodes; node++) cluster.request(node, node, { type: "Await", instance: 1, commander: 0 })
      cluster.request(0, 0, { type: "Propose", instance: 1, value })
    },
    await() {
      for (let node = 1; node < nodes; node++) cluster.request(node, node, { type: "Await", instance: 1, commander: 0 })
      cluster.runFor(0)
    },
    tell(from: number, to: number, value: number, path: readonly number[] = [from]) {
      cluster.inject(from, to, { type: "Oral", instance: 1, path, value })
    },
    decisions() {
      return Object.fromEntries(
        cluster.facts.flatMap(({ node, fact }) => (fact.type === "decided" ? [[node, fact.value]] : [])),
      )
    },
  }
}

describe("a general", () => {
  const NOTHING = { value: null, relayed: null }

  it("stands in the round of the decision that he takes part in, or is idle", () => {
    const { cluster, await: wait } = generals(4, 1)
    wait()
    expect(cluster.standing(0)).toEqual({ role: "idle", rank: 0, epoch: null })
    expect(cluster.standing(1)).toEqual({ role: "round 1", rank: 1, epoch: 1 })
  })

  it("who is to command waits for nobody's order any more, and tells his client what he decided", () => {
    const { cluster, await: wait } = generals(4, 1)
    wait()
    cluster.request(1, 1, { type: "Propose", instance: 2, value: ATTACK })
    cluster.runFor("1ms")
    expect(cluster.armed(1)).toEqual([])
    expect(cluster.replies.map(({ reply }) => reply)).toEqual([{ type: "Decision", instance: 2, value: ATTACK }])
  })

  it.each([
    ["another instance", 0, 2, [0], 1],
    ["a later round", 2, 1, [0, 2], 1],
    ["a path that its sender does not end", 2, 1, [0], 1],
    ["a path that another than the commander began", 2, 1, [2], 1],
  ] as const)("disregards a message of %s", (_, from, instance, path, value) => {
    const { cluster, await: wait } = generals(4, 1)
    wait()
    cluster.inject(from, 3, { type: "Oral", instance, path, value })
    expect(cluster.state(3).told).toEqual(NOTHING)
  })

  it.each([
    ["came along a path twice", [0, 2, 2]],
    ["came by himself", [0, 3, 2]],
  ])("disregards in round 3 what %s", (_, path) => {
    const { cluster, await: wait } = generals(7, 2)
    wait()
    cluster.intercept(() => "drop")
    cluster.runFor("5ms")
    cluster.inject(2, 3, { type: "Oral", instance: 1, path, value: ATTACK })
    expect(cluster.state(3).told).toEqual(NOTHING)
    cluster.inject(2, 3, { type: "Oral", instance: 1, path: [0, 1, 2], value: ATTACK })
    expect(cluster.state(3).told).toMatchObject({ relayed: { 1: { relayed: { 2: { value: ATTACK } } } } })
  })

  it("retreats if he hears nothing at all in three rounds", () => {
    const { cluster, await: wait, decisions } = generals(7, 2)
    wait()
    cluster.intercept(() => "drop")
    cluster.runFor("10ms")
    expect(decisions()).toEqual({ 1: RETREAT, 2: RETREAT, 3: RETREAT, 4: RETREAT, 5: RETREAT, 6: RETREAT })
  })

  it("hears of the lowest id, too, where another commands", () => {
    const { cluster } = generals(4, 1)
    for (const node of [0, 1, 2]) cluster.request(node, node, { type: "Await", instance: 1, commander: 3 })
    cluster.request(3, 3, { type: "Propose", instance: 1, value: ATTACK })
    cluster.runFor("3500us")
    expect(cluster.state(1).told.relayed?.[0]).toEqual({ value: ATTACK, relayed: null })
  })

  it("who lies may say the true value, or one of those up to the next one, at least 0, 1 and 2", () => {
    const asked: [unknown, number][] = []
    const lie = (value: number) =>
      oralMessages.lies!["Oral"]!({ type: "Oral", instance: 1, path: [0], value }, (told: unknown, most: number) => {
        asked.push([told, most])
        return 0
      })
    for (const value of [0, 1, 2, 5]) expect(lie(value)).toMatchObject({ value: 0 })
    expect(asked).toEqual([
      [0, 2],
      [1, 2],
      [2, 3],
      [5, 6],
    ])
  })
})

describe("the functions majority (§3)", () => {
  it.each([
    [[ATTACK, ATTACK, RETREAT], ATTACK],
    [[ATTACK, RETREAT, RETREAT], RETREAT],
    [[ATTACK, RETREAT], RETREAT],
    [[RETREAT, ATTACK], RETREAT],
    [[ATTACK, ATTACK, RETREAT, RETREAT], RETREAT],
    [[0, 1, 2], RETREAT],
    [[2, 1, 2, 2, 0], 2],
    [[2, 2, 1, 1, 0], RETREAT],
    [[], RETREAT],
  ])("majority(%j) = %i", (values, expected) => expect(majority(values)).toBe(expected))

  it.each([
    [[1, 0, 2], 1],
    [[2, 2, 0], 2],
    [[1, 0], 0],
    [[3, 1, 2, 0], 1],
    [[], RETREAT],
  ])("median(%j) = %i", (values, expected) => expect(median(values)).toBe(expected))

  it("give v wherever a majority of the values are v", () => {
    for (const values of sequences(5, [0, 1, 2])) {
      for (const v of [0, 1, 2]) {
        if (values.filter(value => value === v).length <= 2) continue
        expect([values, majority(values), median(values)]).toEqual([values, v, v])
      }
    }
  })
})

describe("four generals, OM(1)", () => {
  it("all loyal: everyone obeys the commander", () => {
    const { cluster, order, decisions } = generals(4, 1)
    order(ATTACK)
    cluster.runFor("10ms")
    expect(decisions()).toEqual({ 0: ATTACK, 1: ATTACK, 2: ATTACK, 3: ATTACK })
  })

  it("figure 3, a traitorous lieutenant: the others obey the loyal commander all the same (IC2)", () => {
    for (const order of ["attack", "retreat"] as const) {
      for (const traitor of [1, 2, 3]) {
        const run = play(oralMessages, { nodes: 4, m: 1 }, { traitors: new Map([[traitor, "lying"]]), order })
        expect(run.outcome).toMatchObject({ ok: 1, availability: 1 })
        expect(broken(run)).toEqual([])
      }
    }
  })

  it("figure 4, a traitorous commander who tells each lieutenant something else: all take the same order (IC1)", () => {
    const { cluster, await: begin, tell, decisions } = generals(4, 1)
    begin()
    tell(0, 1, ATTACK)
    tell(0, 2, RETREAT)
    tell(0, 3, 2)
    cluster.runFor("10ms")
    expect(decisions()).toEqual({ 1: RETREAT, 2: RETREAT, 3: RETREAT })
  })

  it("a traitorous commander who tells two to attack and one to retreat: all three attack", () => {
    const { cluster, await: begin, tell, decisions } = generals(4, 1)
    begin()
    tell(0, 1, ATTACK)
    tell(0, 2, ATTACK)
    tell(0, 3, RETREAT)
    cluster.runFor("10ms")
    expect(decisions()).toEqual({ 1: ATTACK, 2: ATTACK, 3: ATTACK })
  })

  it("with the median, three different orders give the one in the middle", () => {
    const { cluster, await: begin, tell, decisions } = generals(4, 1, "median")
    begin()
    tell(0, 1, 2)
    tell(0, 2, 0)
    tell(0, 3, 1)
    cluster.runFor("10ms")
    expect(decisions()).toEqual({ 1: 1, 2: 1, 3: 1 })
  })
})

describe("the absence of a message can be detected (A3)", () => {
  it("a silent commander: everyone retreats", () => {
    const { cluster, await: begin, decisions } = generals(7, 2)
    begin()
    cluster.runFor("10ms")
    expect(decisions()).toEqual({ 1: RETREAT, 2: RETREAT, 3: RETREAT, 4: RETREAT, 5: RETREAT, 6: RETREAT })
  })

  it("a message that comes after the end of its round is absent", () => {
    const { cluster, order, decisions } = generals(4, 1)
    cluster.intercept(from => (from === 0 ? { delay: 2_500 } : "deliver"))
    order(ATTACK)
    cluster.runFor("10ms")
    expect(decisions()).toEqual({ 0: ATTACK, 1: RETREAT, 2: RETREAT, 3: RETREAT })
  })
})

describe("the receiver of a message knows who sent it (A2)", () => {
  it.each([
    ["the commander's order from somebody else", 3, [0]],
    ["an order of somebody who does not command", 3, [3]],
  ])("round 1: %s is ignored", (_, from, path) => {
    const { cluster, await: begin, tell, decisions } = generals(4, 0)
    begin()
    tell(from, 1, ATTACK, path)
    cluster.runFor("10ms")
    expect(decisions()[1]).toBe(RETREAT)
  })

  it.each([
    ["a relay in another general's name", 3, [0, 2]],
    ["a relay of one's own words", 3, [1, 3]],
    ["a relay twice by the same general", 2, [0, 2, 2]],
    ["a relay of another round", 0, [0]],
  ])("round 2: %s is ignored", (_, from, path) => {
    const { cluster, await: begin, tell, decisions } = generals(4, 1)
    // Only the order to node 1 and the forgery arrive: [ATTACK, absent, absent] is no majority for ATTACK.
    cluster.intercept(() => "drop")
    begin()
    tell(0, 1, ATTACK)
    cluster.runFor("3ms")
    tell(from, 1, ATTACK, path)
    cluster.runFor("10ms")
    expect(decisions()[1]).toBe(RETREAT)
  })

  it("only the first of several orders of one commander counts", () => {
    const { cluster, await: begin, tell, decisions } = generals(4, 0)
    begin()
    tell(0, 1, RETREAT)
    tell(0, 1, ATTACK)
    cluster.runFor("10ms")
    expect(decisions()[1]).toBe(RETREAT)
  })
})

describe("every strategy of one traitor against OM(1), binary orders", () => {
  it("n = 3: exactly 2 of the 12 break IC2, both a lieutenant who turns ATTACK into RETREAT (§2, impossibility)", () => {
    const strategies = strategiesOfOne(3, BINARY)
    expect(strategies).toHaveLength(12)
    const breaking = strategies.filter(one => broken(play(oralMessages, { nodes: 3, m: 1 }, one)).includes("validity"))
    expect(breaking).toEqual([
      { traitors: new Map([[1, { script: [RETREAT] }]]), order: "attack" },
      { traitors: new Map([[2, { script: [RETREAT] }]]), order: "attack" },
    ])
  })

  it.each([
    [4, 32],
    [5, 80],
  ])("n = %i: none of the %i breaks anything", (nodes, count) => {
    const strategies = strategiesOfOne(nodes, BINARY)
    expect(strategies).toHaveLength(count)
    for (const one of strategies) {
      const run = play(oralMessages, { nodes, m: 1 }, one)
      expect({ one, broken: broken(run), ok: run.outcome.ok }).toEqual({ one, broken: [], ok: 1 })
    }
  })

  it.each([4, 5])("n = %i: nor does any that may also keep silent, with either function", nodes => {
    for (const one of strategiesOfOne(nodes, [RETREAT, ATTACK, null])) {
      for (const rule of ["majority", "median"] as const) {
        expect({ one, broken: broken(play(oralMessages, { nodes, m: 1, rule }, one)) }).toEqual({ one, broken: [] })
      }
    }
  })
})

describe("several traitors", () => {
  it.each([
    [4, 1, 1_200],
    [7, 2, 700],
    [10, 3, 100],
  ])("n = %i, m = %i: m traitors of any kind break nothing (%i seeds)", (nodes, m, seeds) => {
    for (let seed = 1; seed <= seeds; seed++) {
      // Traitors among the commander and his neighbours, of all behaviours in turn.
      const first = seed % nodes
      const traitors = new Map(
        Array.from({ length: m }, (_, i) => [(first + i) % nodes, BEHAVIOURS[(seed + i) % BEHAVIOURS.length]!]),
      )
      const run = play(oralMessages, { nodes, m }, { traitors, order: seed % 2 === 0 ? "attack" : "retreat" }, seed)
      expect(broken(run), `seed ${seed}, ${JSON.stringify([...traitors])}`).toEqual([])
      expect(run.outcome.ok, `seed ${seed}`).toBe(1)
    }
  })

  it("n = 4, m = 1: two traitors can break agreement, whoever they are", () => {
    for (const pair of [
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 2],
      [1, 3],
      [2, 3],
    ] as const) {
      const lengths = pair.map(node => (node === 0 ? 3 : 2))
      const scripts = sequences(lengths[0]! + lengths[1]!, BINARY)
      const breaking = scripts.filter(script => {
        const traitors = new Map([
          [pair[0], { script: script.slice(0, lengths[0]) }],
          [pair[1], { script: script.slice(lengths[0]) }],
        ])
        return broken(play(oralMessages, { nodes: 4, m: 1 }, { traitors, order: "attack" })).includes("agreement")
      })
      expect(breaking.length, `traitors ${pair.join(" and ")}`).toBeGreaterThan(0)
    }
  })

  it.each([
    [4, 1],
    [7, 2],
    [10, 3],
  ])("n = %i, m = %i: m + 1 colluding traitors, the commander among them, break agreement", (nodes, m) => {
    const traitors = new Map(Array.from({ length: m + 1 }, (_, i) => [i, "colluding" as const]))
    expect(broken(play(oralMessages, { nodes, m }, { traitors, order: "attack" }))).toContain("agreement")
  })

  it("OM(m) withstands crashes as it withstands silent traitors", () => {
    const run = play(
      oralMessages,
      { nodes: 7, m: 2, instances: 5 },
      {
        traitors: new Map([
          [2, "silent"],
          [5, "silent"],
        ]),
        order: "attack",
      },
    )
    expect(run.outcome).toMatchObject({ attempted: 5, ok: 5 })
  })
})
