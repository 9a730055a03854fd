// The master, message by message: who is in the chain, who joins it, what it grants, and what it hands on (§3.2).
import { describe, expect, test } from "vitest"
import { chainReplication } from "../../../algorithms/chain-replication/chain-replication.ts"
import { conflict } from "../../../algorithms/chain-replication/parameters.ts"
import { theory } from "../../../algorithms/chain-replication/theory.ts"
import type { Configuration, Heartbeat, Member } from "../../../algorithms/chain-replication/types.ts"
import type { ChainCluster } from "./support.ts"
import { alone, by, chainOf, forget, MASTER, master, membersOf, said, tell } from "./single.ts"

const ALL = [0, 1, 2]

function beat(cluster: ChainCluster, from: number, given: Partial<Heartbeat> = {}): void {
  tell(cluster, from, MASTER, { type: "Heartbeat", life: 0, configuration: 1, standing: "member", sentAt: 5, ...given })
}

function told(configuration: Configuration, ids: readonly number[] = ALL): object[] {
  return ids.map(id => by(MASTER, id, { type: "Reconfigure", configuration }))
}

function granted(id: number, sentAt = 5): object {
  return by(MASTER, id, { type: "Granted", sentAt }, "heartbeat")
}

/** All three servers have been heard of as members. */
function begun(parameters: object = {}): ChainCluster {
  const cluster = alone({ ...parameters })
  for (const id of ALL) beat(cluster, id)
  forget(cluster)
  return cluster
}

/** Server 2 has been silent for too long. */
function shrunk(): ChainCluster {
  const cluster = begun()
  cluster.fire(MASTER, "silence 2")
  forget(cluster)
  return cluster
}

function configurationOf(cluster: ChainCluster): Configuration {
  return master(cluster).configuration
}

describe("a heartbeat", () => {
  test("of a member is answered with a lease, and awaited anew", () => {
    const cluster = alone()
    expect(cluster.armed(MASTER)).toEqual(["silence 0", "silence 1", "silence 2"])
    beat(cluster, 1, { sentAt: 77 })
    expect(said(cluster)).toEqual([granted(1, 77)])
    expect(master(cluster)).toMatchObject({ lives: [0, 0, 0], hasCaughtUp: [false, true, false] })
  })

  test("has the others wait on for theirs alone", () => {
    const cluster = alone({ detectionTimeout: "60ms", heartbeatInterval: "1h" })
    for (const id of ALL) beat(cluster, id)
    cluster.runFor("50ms")
    for (const id of [0, 1]) beat(cluster, id)
    cluster.runFor("11ms")
    expect(configurationOf(cluster)).toEqual(chainOf(2, [0, 1], { tailSince: 2 }))
  })

  test("of a server that is outside is answered with no lease", () => {
    const cluster = shrunk()
    beat(cluster, 2, { configuration: 2, standing: "linked" })
    expect(said(cluster)).toEqual([])
    beat(cluster, 2, { configuration: 2, standing: "linked", life: 5 })
    expect(said(cluster)).toEqual([])
  })

  test("of a server that knows an earlier chain is answered with the present one", () => {
    const cluster = shrunk()
    beat(cluster, 1, { configuration: 1 })
    const configuration = configurationOf(cluster)
    expect(said(cluster)).toEqual([granted(1), by(MASTER, 1, { type: "Reconfigure", configuration }, "retransmission")])
    beat(cluster, 1, { configuration: 2 })
    expect(said(cluster)).toEqual([granted(1)])
  })

  test("of an earlier life is disregarded", () => {
    const cluster = begun()
    beat(cluster, 2, { life: 5, configuration: 0, standing: "outside" })
    forget(cluster)
    const configuration = configurationOf(cluster)
    beat(cluster, 2, { life: 4, configuration: 0, standing: "outside" })
    expect([said(cluster), configurationOf(cluster)]).toEqual([[], configuration])
    expect(master(cluster).lives).toEqual([0, 0, 5])
  })

  test("says of its life whether it has all that the chain has, until that is over", () => {
    const cluster = begun()
    beat(cluster, 1, { standing: "linked" })
    expect(master(cluster).hasCaughtUp).toEqual([true, true, true])
    beat(cluster, 1, { standing: "linked", life: 5 })
    expect(master(cluster).hasCaughtUp).toEqual([true, false, true])
  })
})

describe("a server that has failed", () => {
  test.each([
    [0, chainOf(2, [1, 2], { headSince: 2 })],
    [1, chainOf(2, [0, 2])],
    [2, chainOf(2, [0, 1], { tailSince: 2 })],
  ])("is taken out of the chain, and all are told: %i", (server, configuration) => {
    const cluster = begun()
    cluster.fire(MASTER, `silence ${server}`)
    expect(configurationOf(cluster)).toEqual(configuration)
    expect(cluster.disk(MASTER)).toEqual({ configuration })
    expect(said(cluster)).toEqual(told(configuration))
    expect(cluster.standing(MASTER)).toEqual({
      role: `chain ${configuration.chain.map(({ id }) => id).join("-")}`,
      rank: 0,
      epoch: 2,
    })
  })

  test("is awaited on if no other is known to have what the chain has", () => {
    const cluster = alone()
    beat(cluster, 2)
    forget(cluster)
    cluster.fire(MASTER, "silence 2")
    expect([said(cluster), configurationOf(cluster).number]).toEqual([[], 1])
    expect(cluster.armed(MASTER)).toContain("silence 2")
    cluster.fire(MASTER, "silence 1")
    expect(configurationOf(cluster)).toEqual(chainOf(2, [0, 2]))
  })

  test("is nothing new where it is outside", () => {
    const cluster = shrunk()
    beat(cluster, 2, { configuration: 2, standing: "linked", life: 5 })
    cluster.fire(MASTER, "silence 2")
    expect([said(cluster), configurationOf(cluster).number]).toEqual([[], 2])
    expect(cluster.armed(MASTER)).not.toContain("silence 2")
  })

  test("joins no more", () => {
    const cluster = shrunk()
    beat(cluster, 2, { life: 5, configuration: 0, standing: "outside" })
    expect(configurationOf(cluster).joining).toEqual({ id: 2, life: 5 })
    forget(cluster)
    cluster.fire(MASTER, "silence 2")
    const configuration = chainOf(4, [0, 1], { tailSince: 2 })
    expect(configurationOf(cluster)).toEqual(configuration)
    expect(said(cluster)).toEqual(told(configuration))
  })
})

describe("a server that is outside", () => {
  const five: Member = { id: 2, life: 5 }

  function outside(cluster: ChainCluster, from: number, life: number, given: Partial<Heartbeat> = {}): Configuration {
    beat(cluster, from, { life, configuration: configurationOf(cluster).number, standing: "outside", ...given })
    return configurationOf(cluster)
  }

  test("joins, and is linked once it is ready", () => {
    const cluster = shrunk()
    const joining = chainOf(3, [0, 1], { tailSince: 2, joining: five })
    expect(outside(cluster, 2, 5)).toEqual(joining)
    expect(said(cluster)).toEqual(told(joining))
    expect(cluster.armed(MASTER)).toContain("silence 2")
    expect(outside(cluster, 2, 5)).toEqual(joining)
    const linked = { ...chainOf(4, [0, 1], { tailSince: 4 }), chain: [...membersOf(0, 1), five] }
    expect(outside(cluster, 2, 5, { standing: "ready" })).toEqual(linked)
    expect(said(cluster)).toEqual([...told(linked), granted(2)])
    expect(outside(cluster, 2, 5, { standing: "ready" })).toEqual(linked)
  })

  test("is to be ready in the life that joins", () => {
    const cluster = shrunk()
    outside(cluster, 2, 5)
    expect(outside(cluster, 2, 6, { standing: "ready" })).toEqual(
      chainOf(4, [0, 1], { tailSince: 2, joining: { id: 2, life: 6 } }),
    )
  })

  test("is to have the state of the present tail: one that was ready before the tail changed is not", () => {
    const cluster = shrunk()
    const { number } = outside(cluster, 2, 5)
    cluster.fire(MASTER, "silence 1")
    const joining = chainOf(4, [0], { tailSince: 4, joining: five })
    expect(outside(cluster, 2, 5, { standing: "ready", configuration: number })).toEqual(joining)
    expect(outside(cluster, 2, 5, { standing: "ready" })).toMatchObject({ number: 5, chain: [...membersOf(0), five] })
  })

  test("was in the chain in an earlier life, which is over: it is taken out, and joins", () => {
    const cluster = begun()
    expect(outside(cluster, 0, 5)).toEqual(chainOf(2, [1, 2], { headSince: 2, joining: { id: 0, life: 5 } }))
  })

  test("waits for the one that joins already; an earlier life of it is over all the same", () => {
    const cluster = shrunk()
    outside(cluster, 2, 5)
    expect(outside(cluster, 1, 7)).toEqual(chainOf(4, [0], { tailSince: 4, joining: five }))
    expect(outside(cluster, 1, 7).number).toBe(4)
  })

  test("stays there if it was the last one that had what the chain had", () => {
    const cluster = alone()
    beat(cluster, 2)
    expect(outside(cluster, 2, 5)).toEqual(chainOf(1, ALL))
    beat(cluster, 1)
    expect(outside(cluster, 2, 5)).toMatchObject({ number: 2, chain: membersOf(0, 1), joining: five })
  })
})

describe("what a successor has (§3.2.3)", () => {
  function received(cluster: ChainCluster, from: number, configuration: number): void {
    tell(cluster, from, MASTER, { type: "Received", configuration, received: 9 })
  }

  test("is handed on to its predecessor", () => {
    const cluster = begun()
    cluster.fire(MASTER, "silence 1")
    forget(cluster)
    received(cluster, 2, 2)
    expect(said(cluster)).toEqual([by(MASTER, 0, { type: "Resume", configuration: 2, received: 9 })])
  })

  test("is for nobody if it is the head", () => {
    const cluster = begun()
    cluster.fire(MASTER, "silence 1")
    forget(cluster)
    for (const from of [0, 1]) received(cluster, from, 2)
    expect(said(cluster)).toEqual([])
  })

  test("in an earlier chain is answered with the present one, and in a later one is not this master's", () => {
    const cluster = begun()
    cluster.fire(MASTER, "silence 1")
    forget(cluster)
    received(cluster, 2, 1)
    const configuration = configurationOf(cluster)
    expect(said(cluster)).toEqual([by(MASTER, 2, { type: "Reconfigure", configuration }, "retransmission")])
    received(cluster, 2, 3)
    expect(said(cluster)).toEqual([])
  })
})

test("a master that returns knows the chain and its lives, and has all of it heard of within a time", () => {
  const cluster = shrunk()
  const five = { id: 2, life: 5 }
  beat(cluster, 2, { life: 5, configuration: 2, standing: "outside" })
  cluster.crash(MASTER)
  cluster.restart(MASTER)
  cluster.runFor(0)
  expect(configurationOf(cluster)).toEqual(chainOf(3, [0, 1], { tailSince: 2, joining: five }))
  expect(cluster.armed(MASTER)).toEqual(["silence 0", "silence 1", "silence 2"])
  expect(master(cluster)).toMatchObject({ lives: [0, 0, 0], hasCaughtUp: [false, false, false], register: null })
  beat(cluster, 1, { configuration: 3 })
  beat(cluster, 2, { life: 5, configuration: 3, standing: "ready" })
  cluster.crash(MASTER)
  cluster.restart(MASTER)
  cluster.runFor(0)
  expect(master(cluster).lives).toEqual([0, 0, 5])
})

test("a lease ends before the master suspects a server, but where it trusts its suspicions", () => {
  const given = { lease: 100, detectionTimeout: 101, suspicions: "leased" } as const
  const among = (changes: object) => conflict({ ...given, ...changes } as unknown as Parameters<typeof conflict>[0])
  expect(among({})).toBeUndefined()
  expect(among({ lease: 101 })).toEqual({
    parameter: "lease",
    message: "must be below the detectionTimeout: a server that is removed must not hold one",
  })
  expect(among({ lease: 200, suspicions: "trusted" })).toBeUndefined()
  const isUnsafe = (suspicions: string): boolean =>
    chainReplication.isUnsafe!({ ...given, suspicions } as unknown as Parameters<typeof conflict>[0], 3)
  expect([isUnsafe("leased"), isUnsafe("trusted")]).toEqual([false, true])
})

test("closed forms are worth, with five servers", () => {
  expect(theory.messages!.map(({ messages }) => messages(5, {}, {}))).toEqual([4, 8, 8, 0, 8])
  expect(theory.load!.map(({ handled }) => handled(5))).toEqual([1, 2])
  const between = theory.latency!.map(({ betweenNodes: each }) => (typeof each === "number" ? each : each(5, {})))
  expect(between).toEqual([4, 8, 0])
})
