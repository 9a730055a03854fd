/** SM(m) and its traitors: "The Byzantine Generals Problem" (1982), §4. */
import { describe, expect, test } from "vitest"
import { signedMessages } from "../../../algorithms/signed-messages/signed-messages.ts"
import { theory } from "../../../algorithms/signed-messages/theory.ts"
import type { Order } from "../../../algorithms/signed-messages/types.ts"
import { signatureOf } from "../../../runtime/process/signature.ts"
import { streamKey } from "../../../runtime/lib/random.ts"
import { agreement } from "../../../services/agreement/service.ts"
import { createCluster } from "../../support/cluster.ts"
import { completeRun } from "../../support/service-run.ts"
import { broken, play, strategies, tellings } from "./traitors.ts"

function decide(nodes: number, m: number | "largest", latency = "10ms") {
  return completeRun(signedMessages, agreement, { nodes, latency, parameters: { m: String(m) } })
}

/** The secret of signatures in runs with seed 1, which those of `createCluster` have. */
const SECRET = streamKey(1, "signatures")

describe("costs", () => {
  test.each([
    [4, 0, 3],
    [4, 1, 9],
    [4, 2, 9],
    [7, 1, 36],
    [7, 3, 36],
    [10, 1, 81],
    [10, 4, 81],
  ])("n = %i, m = %i, all loyal: %i messages, m + 1 rounds", (nodes, m, messages) => {
    const run = decide(nodes, m)
    expect(run.messages).toEqual({ protocol: messages, heartbeat: 0, retransmission: 0, client: 0 })
    expect(run.outcome.figures["last_decision"]).toBe((m + 1) * 11)
  })

  test.each([
    [4, 12],
    [7, 60],
    [10, 144],
  ])("n = %i, m = 2, a commander with two orders: 2(n-1)(n-2) = %i messages", (nodes, messages) => {
    const tells = Object.fromEntries(Array.from({ length: nodes - 1 }, (_, i) => [String(i + 1), i % 2]))
    const run = play(nodes, 2, { traitors: new Map([[0, { tells }]]), order: "attack" })
    expect(run.messages.protocol).toBe(messages)
    expect(broken(run)).toEqual([])
  })

  test("with m: largest, n generals take n - 1 rounds", () => {
    for (const nodes of [3, 4, 5])
      expect(decide(nodes, "largest").outcome.figures["last_decision"]).toBe((nodes - 1) * 11)
    expect(decide(2, "largest").messages.protocol).toBe(1)
  })
})

describe("traitors", () => {
  test("three generals, one traitor: SM(1) holds in all his strategies, where OM(1) cannot", () => {
    const all = strategies(3, 1, [0, 1, null])
    expect(all).toHaveLength(54)
    for (const strategy of all) expect(broken(play(3, 1, strategy))).toEqual([])
  })

  test("four generals, two traitors: SM(2) holds in all their strategies", () => {
    for (const strategy of strategies(4, 2, [1, null])) expect(broken(play(4, 2, strategy))).toEqual([])
  })

  test("SM(1) with two traitors: a second order that is held back until the last round splits the loyal ones", () => {
    const found = tellings(0, 4, [0, 1]).flatMap(commander =>
      tellings(1, 4, [1, null]).filter(lieutenant => {
        const traitors = new Map([
          [0, commander],
          [1, lieutenant],
        ])
        return broken(play(4, 1, { traitors, order: "attack" })).includes("agreement")
      }),
    )
    // The traitor alone has 0, the loyal two have 1, and he tells one of them: in half of what he may say to the commander.
    expect(found.length).toBe(4)
    const late = play(4, 1, {
      traitors: new Map([
        [0, { tells: { "1": 0, "2": 1, "3": 1 } }],
        [1, { tells: { "2": 1, "3": null } }],
      ]),
      order: "attack",
    })
    expect(broken(late)).toEqual(["agreement"])
  })

  test("a silent commander: everybody retreats", () => {
    const run = play(4, 1, { traitors: new Map([[0, "silent"]]), order: "attack" })
    expect(broken(run)).toEqual([])
  })
})

describe("a lieutenant disregards", () => {
  const setUp = () => {
    const cluster = createCluster(signedMessages, {
      nodes: 4,
      latency: "1ms",
      clientLatency: "0ms",
      parameters: { m: "2", roundLength: "2ms" },
    })
    let secret = ""
    cluster.intercept((_, __, message) => {
      secret = message.signatures[0]!
      return "drop"
    })
    for (const node of [1, 2, 3]) cluster.request(node, node, { type: "Await", instance: 1, commander: 0 })
    cluster.request(0, 0, { type: "Propose", instance: 1, value: 1 })
    cluster.runFor(0)
    const order: Order = { type: "Order", instance: 1, value: 1, signers: [0], signatures: [secret] }
    const heard = (message: Order, from = 0): readonly number[] => {
      cluster.inject(from, 3, message)
      return cluster.state(3).values
    }
    return { cluster, order, heard }
  }

  test("nothing that is in order", () => {
    const { order, heard } = setUp()
    expect(heard(order)).toEqual([1])
    expect(heard(order)).toEqual([1])
  })

  test.each([
    ["another value under the commander's signature", { value: 0 }],
    ["another instance", { instance: 2 }],
    ["a signature that somebody made up", { signatures: [signatureOf(1, 0, "?")] }],
    ["no signature", { signers: [], signatures: [] }],
    ["fewer signatures than signers", { signatures: [] }],
    ["more signatures than the round has", { signers: [0, 1], signatures: ["", ""] }],
  ] as const)("an order with %s", (_, change) => {
    const { order, heard } = setUp()
    expect(heard({ ...order, ...change })).toEqual([])
  })

  test("an order that another than its last signer sends", () => {
    const { order, heard } = setUp()
    expect(heard(order, 2)).toEqual([])
  })

  test("an order of the first round in the second one", () => {
    const { cluster, order, heard } = setUp()
    cluster.runFor("3ms")
    expect(heard(order)).toEqual([])
  })

  test("an order that not all have signed whom it names, or one of them twice", () => {
    // Lieutenant 1 relays in the second round what the commander has told it alone.
    const { cluster, order } = setUp()
    cluster.inject(0, 1, order)
    const relayed: Order[] = []
    cluster.intercept((from, to, message) => {
      if (from === 1 && to === 3) relayed.push(message)
      return "drop"
    })
    cluster.runFor("2ms")
    const [proper] = relayed
    expect(proper).toMatchObject({ signers: [0, 1], value: 1 })
    const heard = (change: Partial<Order>): readonly number[] => {
      cluster.inject(1, 3, { ...proper!, ...change })
      return cluster.state(3).values
    }
    expect(heard({ signatures: [proper!.signatures[0]!, signatureOf(1, 1, "?")] })).toEqual([])
    expect(heard({ signatures: [signatureOf(1, 0, "?"), proper!.signatures[1]!] })).toEqual([])
    expect(heard({ signers: [0] })).toEqual([])
    expect(heard({ signers: [0, 2, 1] })).toEqual([])
    expect(heard({})).toEqual([1])
  })

  test("an order with signatures that nobody has to check, or whose first signer does not command", () => {
    const { order, heard, cluster } = setUp()
    const [secret = ""] = order.signatures
    expect(heard({ ...order, signatures: [secret, "more"] })).toEqual([])
    const content = { instance: 1, value: 1, signers: [2], signatures: [] }
    expect(heard({ ...order, signers: [2], signatures: [signatureOf(SECRET, 2, content)] }, 2)).toEqual([])
    cluster.runFor("2ms")
    expect([cluster.state(3).round, heard({ ...order, signatures: [secret, "more"] })]).toEqual([2, []])
  })

  test("an order that one has signed twice, though both signatures hold", () => {
    const { order, heard, cluster } = setUp()
    cluster.runFor("4ms")
    expect(cluster.state(3).round).toBe(3)
    const signed = (signers: readonly number[]): Order => {
      const signatures: string[] = []
      for (const [place, signer] of signers.entries()) {
        const content = { instance: 1, value: 1, signers: signers.slice(0, place + 1), signatures: [...signatures] }
        signatures.push(signatureOf(SECRET, signer, content))
      }
      return { ...order, signers, signatures }
    }
    expect(heard(signed([0, 1, 1]), 1)).toEqual([])
    expect(heard(signed([0, 2, 1]), 1)).toEqual([1])
  })

  test("what it has heard of an instance before", () => {
    const { cluster, order, heard } = setUp()
    expect(heard(order)).toEqual([1])
    cluster.request(3, 3, { type: "Await", instance: 2, commander: 0 })
    cluster.runFor(0)
    expect(cluster.state(3).values).toEqual([])
    expect(heard(order)).toEqual([])
  })
})

describe("signatures", () => {
  test("go by signer, content and run, whatever the order of fields, and are as long as Ed25519's", () => {
    const one = signatureOf(7, 1, { a: 1, b: [2] })
    expect(one).toHaveLength(64)
    expect(signatureOf(7, 1, { b: [2], a: 1 })).toBe(one)
    const others = [
      signatureOf(8, 1, { a: 1, b: [2] }),
      signatureOf(7, 2, { a: 1, b: [2] }),
      signatureOf(7, 1, { a: 1, b: [3] }),
    ]
    expect(new Set([one, ...others]).size).toBe(4)
  })
})

test("a commander's false order is another one of those that there are, under its own signature", () => {
  const order: Order = { type: "Order", instance: 1, value: 3, signers: [0], signatures: ["true"] }
  const asked: (readonly number[])[] = []
  const lie = signedMessages.lies!.Order!
  const told = lie(
    order,
    (...choice) => {
      asked.push(choice)
      return 2
    },
    { sign: content => JSON.stringify(content) },
  )
  expect(asked).toEqual([[3, 4]])
  const { signatures, ...said } = told
  expect(said).toEqual({ type: "Order", instance: 1, value: 2, signers: [0] })
  expect(JSON.parse(signatures[0]!)).toEqual({ instance: 1, value: 2, signers: [0], signatures: [] })
  // Relayed orders are another's.
  const relayed = { ...order, signers: [0, 1], signatures: ["true", "true"] }
  expect(lie(relayed, () => 2, { sign: () => "" })).toEqual(relayed)
})

test("a commander lies at most to all lieutenants, a lieutenant in each order that he relays", () => {
  const liesOf = (size: number, m: "largest" | "0" | "1", values: number) =>
    signedMessages.bounds!({ size, parameters: { m, roundLength: 1 }, values }).lies
  expect(liesOf(5, "largest", 2)).toEqual({ proposer: 4, other: 3 + 2 })
  expect(liesOf(5, "largest", 3)).toEqual({ proposer: 4, other: 3 + 2 * 2 })
  expect(liesOf(5, "1", 3)).toEqual({ proposer: 4, other: 3 })
  expect(liesOf(5, "0", 3)).toEqual({ proposer: 4, other: 0 })
  expect(liesOf(2, "largest", 2)).toEqual({ proposer: 1, other: 0 })
})

test("whoever commands takes part in nothing else, and tells his client; whoever has obeyed takes part in nothing any more", () => {
  const cluster = createCluster(signedMessages, {
    nodes: 3,
    latency: "1ms",
    clientLatency: "0ms",
    parameters: { m: "1", roundLength: "2ms" },
  })
  cluster.request(1, 1, { type: "Await", instance: 1, commander: 0 })
  cluster.runFor("1ms")
  expect(cluster.armed(1)).toEqual(["round"])
  cluster.request(1, 1, { type: "Propose", instance: 2, value: 1 })
  cluster.runFor(0)
  expect(cluster.armed(1)).toEqual([])
  expect(cluster.replies.map(({ client, reply }) => [client, reply])).toEqual([
    [1, { type: "Decision", instance: 2, value: 1 }],
  ])
  cluster.request(2, 2, { type: "Await", instance: 3, commander: 0 })
  cluster.runFor("10ms")
  expect([cluster.standing(2), cluster.state(2).instance]).toEqual([{ role: "idle", rank: 0, epoch: null }, 0])
})

test("closed forms: n-1 without traitors, (n-1)^2 with relays, of which two generals have none", () => {
  const of = (n: number) => theory.messages!.map(({ messages }) => messages(n, {}, {}))
  expect([1, 2, 3, 5].map(of)).toEqual([
    [0, 0],
    [1, 1],
    [2, 4],
    [4, 16],
  ])
})

test("a lie of nobody in particular is none", () => {
  const order: Order = { type: "Order", instance: 1, value: 3, signers: [0], signatures: ["true"] }
  expect(signedMessages.lies!.Order!(order, () => 2, undefined)).toEqual(order)
})
