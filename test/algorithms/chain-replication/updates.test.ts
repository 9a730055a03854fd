// Updates and queries at one server, message by message: forwarded, committed, acknowledged, sent again, answered (§3; CRAQ §2.3).
import { describe, expect, test } from "vitest"
import type { Command } from "../../../services/replicated-log/command.ts"
import { type ChainCluster, query, write } from "./support.ts"
import { alone, ask, by, chainOf, change, facts, forget, MASTER, replies, said, tell } from "./single.ts"

const ANY = { reads: "any" }
const ASKED = { updates: 0, queries: [2] }

/** Writes of clients 1, 2, ... */
function writes(count: number, first = 1): Command[] {
  return Array.from({ length: count }, (_, i) => write(`${first + i}`, first + i))
}

/** A server gets updates from its predecessor. */
function update(
  cluster: ChainCluster,
  to: number,
  first: number,
  commands: readonly Command[],
  given: object = {},
): void {
  tell(cluster, to - 1, to, { type: "Update", configuration: 1, first, commands, ...given })
}

function forwarded(
  from: number,
  first: number,
  commands: readonly Command[],
  purpose: "protocol" | "retransmission" = "protocol",
) {
  return by(from, from + 1, { type: "Update", configuration: 1, first, commands }, purpose)
}

function acked(from: number, committed: number, purpose: "protocol" | "heartbeat" = "protocol") {
  return by(from, from - 1, { type: "Ack", configuration: 1, committed }, purpose)
}

function ack(cluster: ChainCluster, to: number, committed: number, configuration = 1): void {
  tell(cluster, to + 1, to, { type: "Ack", configuration, committed })
}

describe("the head", () => {
  test("numbers an update and forwards it, and commits it once it is acknowledged", () => {
    const cluster = alone()
    const [first, second] = writes(2)
    ask(cluster, 0, first!)
    ask(cluster, 0, second!)
    expect(said(cluster)).toEqual([forwarded(0, 1, [first!]), forwarded(0, 2, [second!])])
    expect(cluster.state(0)).toMatchObject({
      committed: 0,
      base: 0,
      entries: [first, second],
      sent: 2,
      isResendDue: true,
    })
    expect([...cluster.state(0).pending]).toEqual([1, 2].map(client => [client, { sequence: 1, isAskedAgain: false }]))
    expect(cluster.armed(0)).toEqual(["heartbeat", "resend"])
    ack(cluster, 0, 1)
    expect(cluster.state(0)).toMatchObject({ committed: 1, base: 1, entries: [second], isResendDue: true })
    expect([...cluster.state(0).pending.keys()]).toEqual([2])
    expect(facts(cluster)).toEqual([{ node: 0, type: "applied", index: 1, command: first }])
    ack(cluster, 0, 2)
    expect(cluster.state(0)).toMatchObject({ committed: 2, base: 2, entries: [], isResendDue: false })
    expect(cluster.armed(0)).toEqual(["heartbeat"])
    // The tail has answered, and the head has nobody before it.
    expect([replies(cluster), said(cluster)]).toEqual([[], []])
  })

  test("answers an update that is executed already, and none that is on its way", () => {
    const cluster = alone()
    const [first] = writes(1)
    ask(cluster, 0, first!)
    ask(cluster, 0, first!)
    expect(cluster.state(0).entries).toEqual([first])
    expect(replies(cluster)).toEqual([])
    expect(cluster.state(0).pending.get(1)).toEqual({ sequence: 1, isAskedAgain: true })
    ack(cluster, 0, 1)
    const result = { done: true, value: null }
    expect(replies(cluster)).toEqual([{ client: 1, type: "Result", sequence: 1, result, ask: ASKED }])
    ask(cluster, 0, first!)
    expect(replies(cluster)).toEqual([{ client: 1, type: "Result", sequence: 1, result, ask: ASKED }])
    expect(cluster.state(0)).toMatchObject({ committed: 1, entries: [] })
  })

  test("takes the next update of a client, and none that it has given up", () => {
    const cluster = alone()
    ask(cluster, 0, write("b", 1, 2))
    ask(cluster, 0, write("a", 1, 1))
    expect(cluster.state(0).entries.length).toBe(1)
    expect(cluster.state(0).pending.get(1)).toEqual({ sequence: 2, isAskedAgain: false })
    ask(cluster, 0, write("c", 1, 3))
    expect(cluster.state(0).entries.length).toBe(2)
    ack(cluster, 0, 1)
    expect(cluster.state(0).pending.get(1)).toEqual({ sequence: 3, isAskedAgain: false })
    ack(cluster, 0, 2)
    replies(cluster)
    ask(cluster, 0, write("b", 1, 2))
    expect(replies(cluster)).toMatchObject([{ client: 1, sequence: 2, result: { done: false } }])
  })

  test("answers all updates itself where it is to", () => {
    const cluster = alone({ replies: "head" })
    ask(cluster, 0, write("a", 1))
    expect(replies(cluster)).toEqual([])
    ack(cluster, 0, 1)
    expect(replies(cluster)).toMatchObject([{ client: 1, type: "Result" }])
  })

  test("is who others name", () => {
    const cluster = alone()
    for (const server of [1, 2]) ask(cluster, server, write("a", server))
    const redirect = (client: number, leader: number | null) => ({ client, type: "Redirect", sequence: 1, leader })
    expect(replies(cluster)).toEqual([1, 2].map(client => ({ ...redirect(client, 0), ask: ASKED })))
    cluster.crash(1)
    cluster.restart(1)
    ask(cluster, 1, write("a", 1))
    ask(cluster, 1, query(3))
    expect(replies(cluster)).toEqual([redirect(1, null), redirect(3, null)])
  })
})

describe("a server between", () => {
  test("forwards what it gets, and commits and acknowledges what the tail has", () => {
    const cluster = alone()
    const all = writes(3)
    update(cluster, 1, 1, all.slice(0, 1))
    update(cluster, 1, 2, all.slice(1))
    expect(said(cluster)).toEqual([forwarded(1, 1, all.slice(0, 1)), forwarded(1, 2, all.slice(1))])
    expect(cluster.state(1)).toMatchObject({ committed: 0, entries: all, sent: 3 })
    ack(cluster, 1, 2)
    expect(said(cluster)).toEqual([acked(1, 2, "heartbeat")])
    expect(cluster.state(1)).toMatchObject({ committed: 2, acknowledged: 2, base: 2, isResendDue: true })
    expect(facts(cluster).map(fact => Reflect.get(fact, "index"))).toEqual([1, 2])
    ack(cluster, 1, 2)
    expect(said(cluster)).toEqual([])
    expect(replies(cluster)).toEqual([])
  })

  test.each([ANY, { replies: "head" }])("acknowledges at once where that goes back at once: %j", parameters => {
    const cluster = alone(parameters)
    update(cluster, 1, 1, writes(1))
    said(cluster)
    ack(cluster, 1, 1)
    expect(said(cluster)).toEqual([acked(1, 1)])
  })

  test("takes updates in order, whatever order they come in, and none twice", () => {
    const cluster = alone()
    const all = writes(3)
    update(cluster, 1, 3, all.slice(2))
    update(cluster, 1, 2, all.slice(1, 2))
    expect([said(cluster), cluster.state(1).entries]).toEqual([[], []])
    expect([...cluster.state(1).early.keys()]).toEqual([3, 2])
    update(cluster, 1, 1, all.slice(0, 1))
    expect(said(cluster)).toEqual([forwarded(1, 1, all)])
    expect([cluster.state(1).entries, cluster.state(1).early.size]).toEqual([all, 0])
    // It is acknowledged once more, as that may have been lost.
    update(cluster, 1, 2, all.slice(1))
    expect(said(cluster)).toEqual([acked(1, 0)])
    expect([cluster.state(1).entries, cluster.state(1).early.size]).toEqual([all, 0])
    update(cluster, 1, 3, [...all.slice(2), write("4", 4)])
    expect(said(cluster)).toEqual([forwarded(1, 4, [write("4", 4)])])
  })

  test("takes nothing from anybody but its predecessor, and acknowledgements from its successor", () => {
    const cluster = alone()
    tell(cluster, 2, 1, { type: "Update", configuration: 1, first: 1, commands: writes(1) })
    expect([said(cluster), cluster.state(1).entries]).toEqual([[], []])
    update(cluster, 1, 1, writes(1), { configuration: 2 })
    expect(cluster.state(1).entries.length).toBe(1)
    tell(cluster, 0, 1, { type: "Ack", configuration: 1, committed: 1 })
    expect(cluster.state(1).committed).toBe(0)
    ack(cluster, 1, 1, 2)
    expect(cluster.state(1).committed).toBe(1)
  })
})

describe("the tail", () => {
  test("commits what it gets, answers, and acknowledges from time to time", () => {
    const cluster = alone()
    const [first, second] = writes(2)
    update(cluster, 2, 1, [first!])
    expect(facts(cluster)).toEqual([{ node: 2, type: "applied", index: 1, command: first }])
    const result = { done: true, value: null }
    expect(replies(cluster)).toEqual([{ client: 1, type: "Result", sequence: 1, result, ask: ASKED }])
    expect(said(cluster)).toEqual([])
    expect(cluster.armed(2)).toEqual(["acknowledge", "heartbeat"])
    expect(cluster.state(2)).toMatchObject({
      isAcknowledgeDue: true,
      acknowledged: 0,
      committed: 1,
      base: 1,
      entries: [],
    })
    update(cluster, 2, 2, [second!])
    cluster.fire(2, "acknowledge")
    expect(said(cluster)).toEqual([acked(2, 2, "heartbeat")])
    expect(cluster.state(2)).toMatchObject({ isAcknowledgeDue: false, acknowledged: 2 })
    expect(cluster.armed(2)).toEqual(["heartbeat"])
  })

  test("lets the time run in which the first acknowledgement is due", () => {
    const cluster = alone({ heartbeatInterval: "50ms" })
    update(cluster, 2, 1, writes(1))
    cluster.runFor("30ms")
    update(cluster, 2, 2, writes(1, 2))
    said(cluster)
    cluster.runFor("21ms")
    expect(cluster.count("Ack")).toBe(1)
  })

  test.each([ANY, { replies: "head" }])("acknowledges each at once where that goes back at once: %j", parameters => {
    const cluster = alone(parameters)
    update(cluster, 2, 1, writes(1))
    expect(said(cluster)).toEqual([acked(2, 1)])
    expect(cluster.armed(2)).toEqual(["heartbeat"])
  })

  test("leaves the answers to the head where that is to give them", () => {
    const cluster = alone({ replies: "head" })
    update(cluster, 2, 1, writes(1))
    expect(replies(cluster)).toEqual([])
  })

  test("that is the head as well does all at once", () => {
    const cluster = alone({}, 1)
    ask(cluster, 0, write("a", 1))
    expect(replies(cluster)).toMatchObject([{ client: 1, type: "Result", ask: { updates: 0, queries: [0] } }])
    expect(cluster.armed(0)).toEqual(["heartbeat"])
    expect(cluster.standing(0)).toEqual({ role: "head and tail", rank: 2, epoch: 1 })
    expect(cluster.state(0).pending.size).toBe(0)
  })
})

describe("what is not acknowledged for long", () => {
  test("is sent again, with what came since", () => {
    const cluster = alone()
    const all = writes(3)
    for (const command of all) ask(cluster, 0, command)
    ack(cluster, 0, 1)
    said(cluster)
    cluster.fire(0, "resend")
    expect(said(cluster)).toEqual([forwarded(0, 2, all.slice(1), "retransmission")])
    expect(cluster.armed(0)).toContain("resend")
    expect(cluster.state(0)).toMatchObject({ sent: 3, isResendDue: true })
  })

  test("is sent again a time after the first, not after the last", () => {
    const cluster = alone({ resendAfter: "50ms" })
    ask(cluster, 0, write("1", 1))
    cluster.runFor("30ms")
    ask(cluster, 0, write("2", 2))
    said(cluster)
    cluster.runFor("20ms")
    expect(said(cluster)).toEqual([forwarded(0, 1, writes(2), "retransmission")])
  })

  test("is sent again in time, though an acknowledgement comes that says nothing new", () => {
    const cluster = alone({ resendAfter: "50ms" })
    ask(cluster, 0, write("1", 1))
    cluster.runFor("30ms")
    ack(cluster, 0, 0)
    said(cluster)
    cluster.runFor("20ms")
    expect(said(cluster)).toEqual([forwarded(0, 1, writes(1), "retransmission")])
  })

  test("is awaited a time from the last acknowledgement", () => {
    const cluster = alone({ resendAfter: "50ms" })
    for (const command of writes(2)) ask(cluster, 0, command)
    cluster.runFor("30ms")
    ack(cluster, 0, 1)
    said(cluster)
    cluster.runFor("30ms")
    expect(said(cluster)).toEqual([])
    cluster.runFor("20ms")
    expect(said(cluster)).toEqual([forwarded(0, 2, writes(1, 2), "retransmission")])
  })

  test("is sent to nobody where it is not known what the successor has", () => {
    const cluster = alone({ resendAfter: "50ms" })
    ask(cluster, 0, write("1", 1))
    change(cluster, 0, chainOf(2, [0, 2]))
    said(cluster)
    expect(cluster.state(0)).toMatchObject({ sent: null, isResendDue: false })
    ask(cluster, 0, write("2", 2))
    cluster.runFor("100ms")
    expect(said(cluster)).toEqual([])
    tell(cluster, MASTER, 0, { type: "Resume", configuration: 2, received: 1 })
    const message = { type: "Update", configuration: 2, first: 2, commands: writes(1, 2) }
    expect(said(cluster)).toEqual([by(0, 2, message)])
  })
})

describe("a query", () => {
  const answered = (client: number, value: string | null, ask_: object = ASKED) => {
    return { client, type: "Result", sequence: 1, result: { done: value !== null, value }, ask: ask_ }
  }

  test("is answered by the tail, and all others name it", () => {
    const cluster = alone()
    update(cluster, 2, 1, writes(1))
    replies(cluster)
    for (const server of [0, 1, 2]) ask(cluster, server, query(7 + server))
    const redirect = (client: number) => ({ client, type: "Redirect", sequence: 1, leader: 2, ask: ASKED })
    const [first, second, third] = replies(cluster)
    expect([first, second]).toEqual([redirect(7), redirect(8)])
    expect(third).toMatchObject(answered(9, "1"))
    expect(said(cluster)).toEqual([])
  })

  test("leaves no trace", () => {
    const cluster = alone()
    ask(cluster, 2, query(9))
    expect(cluster.state(2)).toMatchObject({ committed: 0, entries: [], machine: { sessions: [] } })
  })

  test("is answered by any server that has nothing under way for its key (CRAQ)", () => {
    const cluster = alone(ANY)
    update(cluster, 1, 1, writes(1))
    ack(cluster, 1, 1)
    forget(cluster)
    ask(cluster, 1, query(7))
    expect(replies(cluster)).toEqual([answered(7, "1", { updates: 0, queries: [0, 1, 2] })])
    expect(said(cluster)).toEqual([])
  })

  test("is asked of the tail where an update of its key is under way, and answered by the version that it has (CRAQ)", () => {
    const cluster = alone(ANY)
    update(cluster, 1, 1, writes(2))
    forget(cluster)
    ask(cluster, 1, query(7))
    ask(cluster, 1, query(8))
    const version = (session: number) => by(1, 2, { type: "VersionQuery", session, sequence: 1 })
    expect([said(cluster), replies(cluster)]).toEqual([[version(7), version(8)], []])
    tell(cluster, 2, 1, { type: "Version", session: 7, sequence: 2, committed: 2 })
    expect(cluster.state(1).committed).toBe(0)
    tell(cluster, 2, 1, { type: "Version", session: 7, sequence: 1, committed: 1 })
    expect(cluster.state(1).committed).toBe(1)
    expect(replies(cluster)).toMatchObject([{ client: 7, result: { value: "1" } }])
    tell(cluster, 2, 1, { type: "Version", session: 7, sequence: 1, committed: 2 })
    expect([replies(cluster), cluster.state(1).committed]).toEqual([[], 1])
    tell(cluster, 2, 1, { type: "Version", session: 8, sequence: 1, committed: 0 })
    expect(replies(cluster)).toMatchObject([{ client: 8, result: { value: "1" } }])
    expect(cluster.state(1).asking.size).toBe(0)
  })

  test("of the version that the tail has is answered by the acting tail alone (CRAQ)", () => {
    const cluster = alone(ANY)
    update(cluster, 2, 1, writes(1))
    forget(cluster)
    for (const server of [1, 2]) tell(cluster, 0, server, { type: "VersionQuery", session: 7, sequence: 3 })
    expect(said(cluster)).toEqual([by(2, 0, { type: "Version", session: 7, sequence: 3, committed: 1 })])
  })

  test("is answered under a lease alone, which each word of the master makes longer and none shorter", () => {
    const cluster = alone({ suspicions: "leased", lease: "100ms", detectionTimeout: "300ms" })
    const answers = (): number => {
      ask(cluster, 2, query(7))
      return replies(cluster).filter(reply => Reflect.get(reply, "type") === "Result").length
    }
    expect(answers()).toBe(0)
    const sentAt = cluster.now
    tell(cluster, MASTER, 2, { type: "Granted", sentAt })
    expect(cluster.state(2).leaseUntil).toBe(sentAt + 100_000)
    tell(cluster, MASTER, 2, { type: "Granted", sentAt: sentAt - 50 })
    expect(cluster.state(2).leaseUntil).toBe(sentAt + 100_000)
    expect(answers()).toBe(1)
    cluster.runFor("100ms")
    expect(answers()).toBe(0)
  })
})
