// One replica at a time, message by message: what it prepares, executes, answers and asks for (§4.1 to §4.3, §5.2). Nobody else hears
// anything, and timers run out only where a test says so.
import { describe, expect, test } from "vitest"
import type { Log, Message, Request } from "../../../algorithms/viewstamped-replication/types.ts"
import { theory } from "../../../algorithms/viewstamped-replication/theory.ts"
import { viewstampedReplication } from "../../../algorithms/viewstamped-replication/viewstamped-replication.ts"
import type { NodeId, Purpose } from "../../../runtime/contract/algorithm.ts"
import { createCluster } from "../../support/cluster.ts"
import { type VsrCluster, write } from "./support.ts"

const EMPTY: Log = { checkpoint: { opNumber: 0, machine: { values: new Map(), sessions: [] } }, requests: [] }
const LIVES = [0, 0, 0]

function alone(parameters: Readonly<Record<string, unknown>> = {}, nodes = 3): VsrCluster {
  const cluster = createCluster(viewstampedReplication, {
    nodes,
    isMute: true,
    parameters: { heartbeatInterval: "1h", viewChangeTimeout: "3h", ...parameters },
  })
  cluster.runFor("1ms")
  forget(cluster)
  return cluster
}

function forget(cluster: VsrCluster): void {
  for (const list of [cluster.sent, cluster.facts, cluster.replies]) list.splice(0)
}

function said(cluster: VsrCluster): readonly object[] {
  return cluster.sent.splice(0).map(({ from, to, message, purpose }) => ({ from, to, message, purpose }))
}

function by(from: NodeId, to: NodeId, message: Message, purpose: Purpose = "protocol"): object {
  return { from, to, message, purpose }
}

function facts(cluster: VsrCluster): readonly object[] {
  return cluster.facts.splice(0).map(({ node, fact }) => ({ node, ...fact }))
}

function applied(node: NodeId, index: number): object {
  return { node, type: "applied", index, command: request(index) }
}

function believes(node: NodeId, leader: NodeId | null, epoch: number): object {
  return { node, type: "believes", leader, epoch }
}

function replies(cluster: VsrCluster): readonly object[] {
  cluster.runFor("2ms")
  return cluster.replies.splice(0).map(({ client, reply }) => ({ client, ...reply }))
}

function tell(cluster: VsrCluster, from: NodeId, to: NodeId, message: Message): void {
  cluster.inject(from, to, message)
}

/** The write of the client of that number. */
function request(number: number): ReturnType<typeof write> {
  return write(`${number}`, number)
}

function requests(count: number, first = 1): Request[] {
  return Array.from({ length: count }, (_, i) => request(first + i))
}

function ask(cluster: VsrCluster, node: NodeId, command = request(1)): void {
  cluster.request(command.session, node, command)
  cluster.runFor("1ms")
}

function prepare(opNumber: number, commitNumber = 0, view = 0): Message {
  return { type: "Prepare", view, request: request(opNumber), opNumber, commitNumber }
}

function prepareOk(opNumber: number, view = 0): Message {
  return { type: "PrepareOk", view, opNumber }
}

function getState(opNumber: number, view = 0): Message {
  return { type: "GetState", view, opNumber }
}

/** Replica 1 has prepared so many requests, and executed some. */
function prepared(count: number, commitNumber = 0, parameters: object = {}): VsrCluster {
  const cluster = alone({ ...parameters })
  for (let number = 1; number <= count; number++) tell(cluster, 0, 1, prepare(number))
  if (commitNumber > 0) tell(cluster, 0, 1, { type: "Commit", view: 0, commitNumber })
  forget(cluster)
  return cluster
}

describe("the primary (§4.1)", () => {
  test("has its backups prepare a request, and executes and answers it once f have", () => {
    const cluster = alone({}, 5)
    ask(cluster, 0)
    expect(said(cluster)).toEqual([1, 2, 3, 4].map(to => by(0, to, prepare(1))))
    expect([...cluster.state(0).pending]).toEqual([[1, 1]])
    tell(cluster, 1, 0, prepareOk(1))
    tell(cluster, 1, 0, prepareOk(1))
    expect(facts(cluster)).toEqual([])
    tell(cluster, 2, 0, prepareOk(1))
    expect(facts(cluster)).toEqual([applied(0, 1)])
    expect(replies(cluster)).toMatchObject([{ client: 1, type: "Result", sequence: 1, result: { done: true } }])
    expect(cluster.state(0)).toMatchObject({ commitNumber: 1, prepared: [1, 1, 1, 0, 0] })
    expect(cluster.state(0).pending.size).toBe(0)
    ask(cluster, 0, request(2))
    expect(said(cluster)[0]).toEqual(by(0, 1, prepare(2, 1)))
  })

  test("takes an answer for all requests before it", () => {
    const cluster = alone()
    for (const number of [1, 2, 3]) ask(cluster, 0, request(number))
    tell(cluster, 1, 0, prepareOk(2))
    expect(cluster.state(0).commitNumber).toBe(2)
    tell(cluster, 1, 0, prepareOk(1))
    expect(cluster.state(0)).toMatchObject({ commitNumber: 2, prepared: [3, 2, 0] })
  })

  test("counts no answers of other views", () => {
    const cluster = alone()
    ask(cluster, 0)
    tell(cluster, 1, 0, prepareOk(1, 3))
    expect(cluster.state(0)).toMatchObject({ commitNumber: 0, prepared: [1, 0, 0] })
    tell(cluster, 0, 1, prepareOk(1))
    expect(cluster.state(1).prepared).toEqual([0, 0, 0])
  })

  test("takes a request once, answers it again once it is executed, and none that its client has given up", () => {
    const cluster = alone()
    ask(cluster, 0, write("a", 1, 2))
    ask(cluster, 0, write("a", 1, 2))
    ask(cluster, 0, write("old", 1, 1))
    expect(cluster.state(0).requests.length).toBe(1)
    ask(cluster, 0, write("b", 1, 3))
    expect(cluster.state(0).requests.length).toBe(2)
    tell(cluster, 1, 0, prepareOk(1))
    // A later one of the client is under way.
    expect(cluster.state(0).pending.get(1)).toBe(3)
    replies(cluster)
    ask(cluster, 0, write("a", 1, 2))
    ask(cluster, 0, write("old", 1, 1))
    expect(replies(cluster)).toMatchObject([
      { sequence: 2, result: { done: true } },
      { sequence: 1, result: { done: false } },
    ])
    expect(cluster.state(0).requests.length).toBe(2)
  })

  test("lets its backups hear of it: of what is committed, or once more of what they have not prepared", () => {
    const cluster = alone()
    cluster.fire(0, "heartbeat")
    const commit = (commitNumber: number): Message => ({ type: "Commit", view: 0, commitNumber })
    expect(said(cluster)).toEqual([1, 2].map(to => by(0, to, commit(0), "heartbeat")))
    expect(cluster.armed(0)).toEqual(["heartbeat"])
    ask(cluster, 0)
    said(cluster)
    cluster.fire(0, "heartbeat")
    expect(said(cluster)).toEqual([1, 2].map(to => by(0, to, prepare(1), "retransmission")))
    tell(cluster, 1, 0, prepareOk(1))
    ask(cluster, 0, request(2))
    said(cluster)
    cluster.state(0).prepared[1] = 2
    cluster.fire(0, "heartbeat")
    expect(said(cluster)).toEqual([by(0, 1, commit(1), "heartbeat"), by(0, 2, prepare(2, 1), "retransmission")])
    cluster.state(0).commitNumber = 2
    cluster.fire(0, "heartbeat")
    expect(said(cluster)).toEqual([1, 2].map(to => by(0, to, commit(2), "heartbeat")))
  })

  test("waits anew with each request before it lets them hear of it", () => {
    const cluster = alone({ heartbeatInterval: "50ms" })
    cluster.runFor("40ms")
    ask(cluster, 0)
    said(cluster)
    cluster.runFor("30ms")
    expect(said(cluster)).toEqual([])
  })

  test("is named by its backups, and by nobody in a view change or recovering", () => {
    const cluster = alone()
    const redirect = (leader: number | null) => [{ client: 1, type: "Redirect", sequence: 1, leader }]
    ask(cluster, 1)
    expect(replies(cluster)).toEqual(redirect(0))
    cluster.fire(1, "viewChange")
    ask(cluster, 1)
    expect(replies(cluster)).toEqual(redirect(null))
    cluster.crash(2)
    cluster.restart(2)
    ask(cluster, 2)
    expect(replies(cluster)).toEqual(redirect(null))
  })
})

describe("a backup (§4.1)", () => {
  test("prepares requests in their order, and executes them when it hears that they are committed", () => {
    const cluster = alone()
    tell(cluster, 0, 1, prepare(1))
    expect([said(cluster), facts(cluster)]).toEqual([[by(1, 0, prepareOk(1))], []])
    tell(cluster, 0, 1, prepare(2, 1))
    expect([said(cluster), facts(cluster)]).toEqual([[by(1, 0, prepareOk(2))], [applied(1, 1)]])
    tell(cluster, 0, 1, prepare(2, 9))
    expect([said(cluster), facts(cluster)]).toEqual([[by(1, 0, prepareOk(2))], [applied(1, 2)]])
    expect(cluster.state(1)).toMatchObject({ commitNumber: 2, requests: requests(2) })
    expect(replies(cluster)).toEqual([])
  })

  test("keeps what comes early, and fetches what comes before if that does not come", () => {
    const cluster = alone()
    for (const number of [3, 2, 5]) tell(cluster, 0, 1, prepare(number))
    expect([said(cluster), cluster.armed(1)]).toEqual([[], ["gap", "viewChange"]])
    cluster.fire(1, "gap")
    expect(said(cluster)).toEqual([by(1, 0, getState(0), "retransmission")])
    expect(cluster.armed(1)).toEqual(["gap", "transfer", "viewChange"])
    tell(cluster, 0, 1, prepare(1, 2))
    expect(said(cluster)).toEqual([1, 2, 3].map(number => by(1, 0, prepareOk(number))))
    expect(cluster.state(1)).toMatchObject({ commitNumber: 2, requests: requests(3) })
    expect([[...cluster.state(1).early.keys()], cluster.armed(1)]).toEqual([[5], ["gap", "transfer", "viewChange"]])
    tell(cluster, 0, 1, prepare(4))
    expect([cluster.state(1).early.size, cluster.armed(1)]).toEqual([0, ["transfer", "viewChange"]])
  })

  test("waits for what comes before from the first that is early", () => {
    const cluster = alone({ heartbeatInterval: "50ms" })
    tell(cluster, 0, 1, prepare(3))
    cluster.runFor("30ms")
    tell(cluster, 0, 1, prepare(2))
    said(cluster)
    cluster.runFor("21ms")
    expect(cluster.count("GetState")).toBe(1)
  })

  test("executes by Commit what it has, and asks for what it lacks", () => {
    const cluster = prepared(2)
    tell(cluster, 0, 1, { type: "Commit", view: 0, commitNumber: 2 })
    expect([facts(cluster), said(cluster)]).toEqual([[applied(1, 1), applied(1, 2)], []])
    tell(cluster, 0, 1, { type: "Commit", view: 0, commitNumber: 3 })
    expect(said(cluster)).toEqual([by(1, 0, getState(2), "retransmission")])
    // Once, until that is answered or overdue.
    tell(cluster, 0, 1, { type: "Commit", view: 0, commitNumber: 3 })
    expect(said(cluster)).toEqual([])
    cluster.fire(1, "transfer")
    tell(cluster, 0, 1, { type: "Commit", view: 0, commitNumber: 3 })
    expect(said(cluster)).toEqual([by(1, 0, getState(2), "retransmission")])
  })

  test("asks for the log of a later view after what is committed, and takes nothing of an earlier one", () => {
    const cluster = prepared(2, 1)
    tell(cluster, 2, 1, prepare(3, 1, 2))
    expect(said(cluster)).toEqual([by(1, 2, getState(1, 2), "retransmission")])
    expect(cluster.state(1)).toMatchObject({ viewNumber: 0, requests: requests(2) })
    const later = alone()
    tell(later, 2, 1, { type: "StartView", view: 2, log: EMPTY, commitNumber: 0 })
    forget(later)
    tell(later, 0, 1, prepare(1))
    tell(later, 0, 1, { type: "Commit", view: 0, commitNumber: 4 })
    expect([said(later), later.state(1).requests]).toEqual([[], []])
  })

  test("waits anew for its primary with each word of it", () => {
    const cluster = alone({ viewChangeTimeout: "60ms", heartbeatInterval: "1h" })
    cluster.runFor("50ms")
    tell(cluster, 0, 1, { type: "Commit", view: 0, commitNumber: 0 })
    cluster.runFor("20ms")
    expect([1, 2].map(id => cluster.state(id).status)).toEqual(["normal", "view-change"])
  })
})

describe("a view change (§4.2)", () => {
  const start = (view: number, crashVector: readonly number[] = LIVES): Message => {
    return { type: "StartViewChange", view, crashVector }
  }

  function doView(view: number, count: number, given: { last?: number; commit?: number } = {}): Message {
    const log = { checkpoint: EMPTY.checkpoint, requests: requests(count) }
    const { last: lastNormalView = 0, commit: commitNumber = 0 } = given
    return { type: "DoViewChange", view, log, lastNormalView, commitNumber }
  }

  test("is begun by whoever misses its primary (step 1)", () => {
    const cluster = prepared(1)
    cluster.fire(1, "viewChange")
    expect(said(cluster)).toEqual([0, 2].map(to => by(1, to, start(1))))
    expect(facts(cluster)).toEqual([believes(1, null, 1)])
    expect(cluster.state(1)).toMatchObject({ status: "view-change", viewNumber: 1, lastNormalView: 0 })
    expect(cluster.armed(1)).toEqual(["resend", "viewChange"])
    expect(cluster.standing(1)).toEqual({ role: "view-change", rank: 1, epoch: 1 })
    cluster.fire(1, "resend")
    expect(said(cluster)).toEqual([0, 2].map(to => by(1, to, start(1), "retransmission")))
    cluster.fire(1, "viewChange")
    expect(cluster.state(1).viewNumber).toBe(2)
  })

  test("is joined by whoever hears of a later view, who hands its log to the next primary (step 2)", () => {
    const cluster = prepared(2, 1)
    tell(cluster, 0, 1, start(2))
    expect(facts(cluster)).toEqual([believes(1, null, 2)])
    const { checkpoint } = cluster.state(1)
    const log = { checkpoint, requests: requests(2) }
    const handed: Message = { type: "DoViewChange", view: 2, log, lastNormalView: 0, commitNumber: 1 }
    expect(said(cluster)).toEqual([...[0, 2].map(to => by(1, to, start(2))), by(1, 2, handed)])
    tell(cluster, 2, 1, start(2))
    expect(said(cluster)).toEqual([])
    cluster.fire(1, "resend")
    expect(said(cluster)).toEqual([
      ...[0, 2].map(to => by(1, to, start(2), "retransmission")),
      by(1, 2, handed, "retransmission"),
    ])
  })

  test("needs f others to know of it", () => {
    const cluster = alone({}, 5)
    const lives = [0, 0, 0, 0, 0]
    tell(cluster, 0, 1, start(2, lives))
    tell(cluster, 0, 1, start(2, lives))
    expect(cluster.count("DoViewChange")).toBe(0)
    tell(cluster, 3, 1, start(2, lives))
    expect(cluster.count("DoViewChange")).toBe(1)
  })

  test("is none to an earlier view, or where the view is in normal operation", () => {
    const cluster = alone()
    tell(cluster, 0, 1, start(0))
    expect([cluster.state(1).status, said(cluster)]).toEqual(["normal", []])
    tell(cluster, 2, 1, { type: "StartView", view: 2, log: EMPTY, commitNumber: 0 })
    forget(cluster)
    tell(cluster, 0, 1, start(1))
    tell(cluster, 0, 1, start(2))
    expect([cluster.state(1).status, said(cluster)]).toEqual(["normal", []])
  })

  test("counts no word of an earlier life (Michael et al. 2017), unless that is not asked for", () => {
    const counted = (crashVectors: boolean): number => {
      const cluster = alone({ crashVectors })
      tell(cluster, 0, 1, { type: "Recovery", nonce: 9 })
      tell(cluster, 0, 1, start(2))
      return cluster.count("DoViewChange")
    }
    expect([counted(true), counted(false)]).toEqual([0, 1])
    const cluster = alone({}, 5)
    const lives = [0, 0, 0, 0, 0]
    tell(cluster, 0, 1, start(2, lives))
    expect(cluster.state(1).startViewChanges).toEqual([0, null, null, null, null])
    tell(cluster, 3, 1, start(2, [9, 0, 0, 0, 0]))
    expect(cluster.state(1).startViewChanges).toEqual([null, null, null, 0, null])
    expect(cluster.state(1).crashVector).toEqual([9, 0, 0, 0, 0])
    expect(cluster.count("DoViewChange")).toBe(0)
  })

  test("ends with the log of the latest view, and of those the longest (step 3)", () => {
    const begun = (...messages: readonly Message[]): VsrCluster => {
      const cluster = prepared(1)
      tell(cluster, 0, 1, start(1))
      forget(cluster)
      messages.forEach((message, place) => tell(cluster, [0, 2][place]!, 1, message))
      return cluster
    }
    expect(begun(doView(1, 3)).state(1).requests).toEqual(requests(3))
    expect(begun(doView(1, 0)).state(1).requests).toEqual(requests(1))
    const cluster = begun(doView(1, 2, { commit: 2 }))
    const log = { checkpoint: cluster.state(1).checkpoint, requests: requests(2) }
    expect(said(cluster)).toEqual([0, 2].map(to => by(1, to, { type: "StartView", view: 1, log, commitNumber: 2 })))
    expect(facts(cluster)).toEqual([believes(1, 1, 1), applied(1, 1), applied(1, 2)])
    expect(replies(cluster)).toMatchObject([{ client: 1 }, { client: 2 }])
    expect(cluster.state(1)).toMatchObject({ status: "normal", lastNormalView: 1, prepared: [0, 2, 0] })
    expect(cluster.armed(1)).toEqual(["heartbeat"])
    expect(cluster.standing(1)).toEqual({ role: "primary", rank: 2, epoch: 1 })
  })

  test("prefers a log of a later view to a longer one", () => {
    const cluster = prepared(3)
    // Replica 1 is the primary of view 4, and the other log is of view 2.
    tell(cluster, 0, 1, start(4))
    tell(cluster, 2, 1, doView(4, 1, { last: 2 }))
    expect(cluster.state(1)).toMatchObject({ status: "normal", viewNumber: 4, requests: requests(1) })
    const other = prepared(1)
    tell(other, 2, 1, { type: "StartView", view: 2, log: { ...EMPTY, requests: requests(1) }, commitNumber: 0 })
    tell(other, 0, 1, start(4))
    tell(other, 0, 1, doView(4, 3))
    expect(other.state(1)).toMatchObject({ status: "normal", viewNumber: 4, requests: requests(1) })
  })

  test("has the next primary know what is under way, and go on with that", () => {
    const cluster = prepared(2, 1)
    tell(cluster, 0, 1, start(1))
    tell(cluster, 0, 1, doView(1, 2, { commit: 1 }))
    expect([...cluster.state(1).pending]).toEqual([[2, 1]])
    forget(cluster)
    ask(cluster, 1, request(2))
    ask(cluster, 1, request(3))
    expect(said(cluster)).toEqual([0, 2].map(to => by(1, to, prepare(3, 1, 1))))
  })

  test("does not begin before f+1 logs are there, its own among them", () => {
    const cluster = alone({}, 5)
    const lives = [0, 0, 0, 0, 0]
    for (const from of [0, 2, 3]) tell(cluster, from, 1, doView(1, 1))
    expect(cluster.state(1).status).toBe("view-change")
    tell(cluster, 0, 1, start(1, lives))
    tell(cluster, 2, 1, start(1, lives))
    expect(cluster.state(1)).toMatchObject({ status: "normal", requests: requests(1) })
    const few = alone({}, 5)
    tell(few, 0, 1, start(1, lives))
    tell(few, 2, 1, start(1, lives))
    tell(few, 0, 1, doView(1, 1))
    expect(few.state(1).status).toBe("view-change")
    tell(few, 2, 1, doView(1, 1))
    expect(few.state(1).status).toBe("normal")
    tell(few, 3, 1, doView(1, 4))
    expect(few.state(1).requests).toEqual(requests(1))
  })

  test("is over for a backup with the log of the new view, of which it prepares what is not committed (step 5)", () => {
    const cluster = prepared(3, 1)
    cluster.fire(1, "viewChange")
    forget(cluster)
    const log = { ...EMPTY, requests: requests(2) }
    tell(cluster, 2, 1, { type: "StartView", view: 2, log, commitNumber: 1 })
    expect(said(cluster)).toEqual([by(1, 2, prepareOk(2, 2))])
    expect(facts(cluster)).toEqual([believes(1, 2, 2)])
    expect(cluster.state(1)).toMatchObject({
      status: "normal",
      viewNumber: 2,
      lastNormalView: 2,
      requests: requests(2),
    })
    expect(cluster.armed(1)).toEqual(["viewChange"])
    expect(cluster.standing(1)).toEqual({ role: "backup", rank: 0, epoch: 2 })
    tell(cluster, 2, 1, { type: "StartView", view: 2, log: { ...EMPTY, requests: requests(1) }, commitNumber: 1 })
    tell(cluster, 1, 1, { type: "StartView", view: 1, log: { ...EMPTY, requests: requests(1) }, commitNumber: 1 })
    expect([said(cluster), cluster.state(1).requests]).toEqual([[], requests(2)])
    tell(cluster, 2, 1, { type: "StartView", view: 5, log, commitNumber: 2 })
    expect([said(cluster), facts(cluster)]).toEqual([[], [believes(1, 2, 5), applied(1, 2)]])
  })

  test("has forgotten by its end what came early in the view before", () => {
    const cluster = alone()
    tell(cluster, 0, 1, prepare(2))
    tell(cluster, 2, 1, { type: "StartView", view: 2, log: EMPTY, commitNumber: 0 })
    tell(cluster, 2, 1, prepare(1, 0, 2))
    expect(cluster.state(1).requests).toEqual(requests(1))
  })

  test("is asked for by a client of backups in normal operation only", () => {
    const cluster = alone()
    const elect = (node: number): void => {
      cluster.request(9, node, { type: "Elect" })
      cluster.runFor("1ms")
    }
    for (const node of [0, 1, 1]) elect(node)
    expect([0, 1].map(node => cluster.state(node).viewNumber)).toEqual([0, 1])
  })
})

describe("recovery (§4.3)", () => {
  /** Replica 1 has crashed, and asks the others. */
  function recovering(nodes = 3): { readonly cluster: VsrCluster; readonly nonce: number } {
    const cluster = alone({}, nodes)
    cluster.crash(1)
    forget(cluster)
    cluster.restart(1)
    return { cluster, nonce: cluster.now + 1 }
  }

  function response(
    view: number,
    nonce: number,
    state: object | null,
    crashVector: readonly number[] = LIVES,
  ): Message {
    return { type: "RecoveryResponse", view, nonce, state: state as never, crashVector }
  }

  const known = { log: { ...EMPTY, requests: requests(2) }, commitNumber: 1 }

  test("begins with a question to all, by a number that no earlier one had (step 1)", () => {
    const { cluster, nonce } = recovering()
    expect(said(cluster)).toEqual([0, 2].map(to => by(1, to, { type: "Recovery", nonce })))
    expect(facts(cluster)).toEqual([believes(1, null, 0)])
    expect(cluster.state(1)).toMatchObject({ status: "recovering", crashVector: [0, nonce, 0] })
    expect(cluster.standing(1)).toEqual({ role: "recovering", rank: 0, epoch: 0 })
    cluster.fire(1, "resend")
    expect(said(cluster)).toEqual([0, 2].map(to => by(1, to, { type: "Recovery", nonce }, "retransmission")))
    expect(cluster.armed(1)).toEqual(["resend"])
  })

  test("is answered in normal operation, by the primary with all that it knows (step 2)", () => {
    const cluster = alone()
    for (const number of [1, 2]) ask(cluster, 0, request(number))
    tell(cluster, 1, 0, prepareOk(1))
    for (const number of [1, 2]) tell(cluster, 0, 2, prepare(number))
    forget(cluster)
    for (const replica of [0, 2]) tell(cluster, 1, replica, { type: "Recovery", nonce: 9 })
    const log = { checkpoint: cluster.state(0).checkpoint, requests: requests(2) }
    const lives = [0, 9, 0]
    expect(said(cluster)).toEqual([
      by(0, 1, response(0, 9, { log, commitNumber: 1 }, lives)),
      by(2, 1, response(0, 9, null, lives)),
    ])
    tell(cluster, 1, 2, { type: "Recovery", nonce: 8 })
    expect([said(cluster), cluster.state(2).crashVector]).toEqual([[], lives])
    tell(cluster, 1, 2, { type: "Recovery", nonce: 9 })
    expect(said(cluster).length).toBe(1)
    cluster.fire(2, "viewChange")
    forget(cluster)
    tell(cluster, 1, 2, { type: "Recovery", nonce: 10 })
    expect([said(cluster), cluster.state(2).crashVector]).toEqual([[], [0, 10, 0]])
  })

  test("ends once f+1 have answered, the primary of the latest view among them (step 3)", () => {
    const { cluster, nonce } = recovering()
    forget(cluster)
    tell(cluster, 0, 1, response(0, nonce, known))
    expect(cluster.state(1).status).toBe("recovering")
    tell(cluster, 2, 1, response(0, nonce, null))
    expect(cluster.state(1)).toMatchObject({ status: "normal", viewNumber: 0, requests: requests(2), commitNumber: 1 })
    expect(facts(cluster)).toEqual([believes(1, 0, 0), applied(1, 1)])
    expect(cluster.armed(1)).toEqual(["viewChange"])
  })

  test("waits for the primary of the latest view", () => {
    const { cluster, nonce } = recovering()
    tell(cluster, 0, 1, response(0, nonce, known))
    tell(cluster, 2, 1, response(3, nonce, null))
    expect(cluster.state(1).status).toBe("recovering")
    // An earlier answer of a replica that comes late.
    tell(cluster, 2, 1, response(0, nonce, null))
    expect(cluster.state(1).status).toBe("recovering")
    tell(cluster, 0, 1, response(3, nonce, known))
    expect(cluster.state(1)).toMatchObject({ status: "normal", viewNumber: 3 })
  })

  test("needs f+1 answers to this question, of lives that are not over", () => {
    const { cluster, nonce } = recovering(5)
    const lives = [0, 0, 0, 0, 0]
    tell(cluster, 0, 1, response(0, nonce, known, lives))
    tell(cluster, 0, 1, response(0, nonce, known, lives))
    tell(cluster, 2, 1, response(0, nonce - 1, null, lives))
    tell(cluster, 2, 1, response(0, nonce, null, lives))
    expect(cluster.state(1).status).toBe("recovering")
    tell(cluster, 3, 1, response(0, nonce, null, [0, 0, 9, 0, 0]))
    expect(cluster.state(1).status).toBe("recovering")
    expect(cluster.state(1).recoveryResponses[2]).toBeNull()
    tell(cluster, 2, 1, response(0, nonce, null, lives))
    expect(cluster.state(1).status).toBe("recovering")
    tell(cluster, 4, 1, response(0, nonce, null, lives))
    expect(cluster.state(1).status).toBe("normal")
  })

  test("is none where a replica has not asked, and takes part in nothing else meanwhile", () => {
    const cluster = prepared(1)
    for (const from of [0, 2]) tell(cluster, from, 1, response(3, 0, { ...known, commitNumber: 2 }))
    expect(cluster.state(1)).toMatchObject({ viewNumber: 0, requests: requests(1) })
    const { cluster: other } = recovering()
    forget(other)
    tell(other, 0, 1, prepare(1))
    tell(other, 0, 1, { type: "StartViewChange", view: 2, crashVector: LIVES })
    tell(other, 2, 1, { type: "StartView", view: 2, log: known.log, commitNumber: 0 })
    tell(other, 0, 1, { type: "NewState", view: 0, after: 0, checkpoint: null, requests: requests(1), commitNumber: 0 })
    tell(other, 0, 1, { type: "DoViewChange", view: 1, log: known.log, lastNormalView: 0, commitNumber: 0 })
    expect([said(other), facts(other), other.state(1).status]).toEqual([[], [], "recovering"])
  })
})

describe("state transfer (§5.2)", () => {
  function newState(view: number, after: number, given: object = {}): Message {
    return {
      type: "NewState",
      view,
      after,
      checkpoint: null,
      requests: requests(2, after + 1),
      commitNumber: 0,
      ...given,
    }
  }

  test("is given in normal operation in the view that is asked about, from where that is asked for", () => {
    const cluster = prepared(3, 1)
    tell(cluster, 2, 1, getState(1))
    const given: Message = { ...newState(0, 1), type: "NewState", commitNumber: 1 } as Message
    expect(said(cluster)).toEqual([by(1, 2, given)])
    tell(cluster, 2, 1, getState(3))
    expect(said(cluster)).toMatchObject([{ message: { after: 3, requests: [] } }])
    tell(cluster, 2, 1, getState(4))
    tell(cluster, 2, 1, getState(1, 2))
    expect(said(cluster)).toEqual([])
    cluster.fire(1, "viewChange")
    forget(cluster)
    tell(cluster, 2, 1, getState(1, 1))
    expect(said(cluster)).toEqual([])
  })

  test("comes with the checkpoint that covers some of it (§5.1)", () => {
    const cluster = prepared(3, 2, { checkpointEvery: 2 })
    const { checkpoint } = cluster.state(1)
    expect([checkpoint.opNumber, cluster.state(1).requests]).toEqual([2, requests(1, 3)])
    tell(cluster, 2, 1, getState(1))
    expect(said(cluster)).toEqual([
      by(1, 2, { type: "NewState", view: 0, after: 2, checkpoint, requests: requests(1, 3), commitNumber: 2 }),
    ])
    tell(cluster, 2, 1, getState(2))
    expect(said(cluster)).toMatchObject([{ message: { after: 2, checkpoint: null, requests: requests(1, 3) } }])
  })

  test("completes the log of this view, and is acknowledged as far as it is not committed", () => {
    const cluster = prepared(1)
    tell(cluster, 0, 1, { type: "Commit", view: 0, commitNumber: 3 })
    forget(cluster)
    tell(cluster, 0, 1, newState(0, 1, { commitNumber: 2 }))
    expect(said(cluster)).toEqual([by(1, 0, prepareOk(3))])
    expect(facts(cluster)).toEqual([applied(1, 1), applied(1, 2)])
    expect(cluster.state(1)).toMatchObject({ requests: requests(3), isTransferring: false })
    expect(cluster.armed(1)).toEqual(["viewChange"])
    tell(cluster, 0, 1, newState(0, 3, { commitNumber: 5 }))
    expect([said(cluster), cluster.state(1).commitNumber]).toEqual([[], 5])
  })

  test("takes nothing back that has come meanwhile, and has those prepared that waited for it", () => {
    const cluster = prepared(3)
    tell(cluster, 0, 1, newState(0, 1))
    tell(cluster, 0, 1, newState(0, 0))
    expect([said(cluster), cluster.state(1).requests]).toEqual([[], requests(3)])
    tell(cluster, 0, 1, prepare(6))
    tell(cluster, 0, 1, newState(0, 3))
    expect(said(cluster)).toEqual([by(1, 0, prepareOk(5)), by(1, 0, prepareOk(6))])
    expect(cluster.state(1).requests).toEqual(requests(6))
  })

  test("leaves nothing waiting that has come with it", () => {
    const cluster = alone()
    tell(cluster, 0, 1, prepare(2))
    expect(cluster.armed(1)).toContain("gap")
    tell(cluster, 0, 1, newState(0, 0, { requests: requests(3) }))
    expect([cluster.state(1).early.size, cluster.state(1).requests]).toEqual([0, requests(3)])
    expect(cluster.armed(1)).not.toContain("gap")
  })

  test("of a later view replaces what the replica had beyond it", () => {
    const cluster = prepared(3, 1)
    tell(cluster, 2, 1, newState(2, 1, { requests: requests(1, 9) }))
    expect(cluster.state(1)).toMatchObject({ viewNumber: 2, lastNormalView: 2, requests: [request(1), request(9)] })
    expect(said(cluster)).toEqual([by(1, 2, prepareOk(2, 2))])
    expect(facts(cluster)).toEqual([believes(1, 2, 2)])
  })

  test("of an earlier view, or that begins beyond the log, is disregarded", () => {
    const cluster = prepared(1)
    tell(cluster, 0, 1, newState(0, 2))
    tell(cluster, 2, 1, { type: "StartView", view: 2, log: { ...EMPTY, requests: requests(1) }, commitNumber: 1 })
    forget(cluster)
    tell(cluster, 0, 1, newState(0, 1))
    expect([said(cluster), cluster.state(1).requests]).toEqual([[], requests(1)])
  })

  test("is nothing to the primary of the view", () => {
    const cluster = alone()
    tell(cluster, 1, 0, newState(0, 0))
    expect(cluster.state(0).requests).toEqual([])
  })

  test("restores a machine from a checkpoint beyond what is committed, and from no other", () => {
    const cluster = prepared(3, 3, { checkpointEvery: 3 })
    const { checkpoint } = cluster.state(1)
    const behind = prepared(1, 1)
    tell(behind, 0, 1, newState(0, 3, { checkpoint, requests: requests(1, 4), commitNumber: 3 }))
    expect(facts(behind)).toEqual([{ node: 1, type: "restored", index: 3 }])
    expect(behind.state(1)).toMatchObject({ commitNumber: 3, checkpoint, requests: requests(1, 4) })
    expect(behind.state(1).machine).toEqual(checkpoint.machine)
    expect(behind.state(1).machine).not.toBe(checkpoint.machine)
    const ahead = prepared(4, 4)
    tell(ahead, 0, 1, newState(0, 3, { checkpoint, requests: requests(2, 4), commitNumber: 3 }))
    expect(facts(ahead)).toEqual([])
    expect(ahead.state(1)).toMatchObject({ commitNumber: 4, checkpoint, requests: requests(2, 4) })
  })
})

test("a checkpoint is taken each time that so many requests are executed, or never (§5.1)", () => {
  const covered = (checkpointEvery: number, commitNumber: number): number =>
    prepared(5, commitNumber, { checkpointEvery }).state(1).checkpoint.opNumber
  expect([covered(3, 2), covered(3, 3), covered(3, 5), covered(0, 5), covered(1, 5)]).toEqual([0, 3, 5, 0, 5])
})

test("closed forms are worth, with five replicas", () => {
  const [request_, election, stay] = theory.messages!.map(({ messages }) => messages(5, {}, {}))
  expect([request_, election, stay]).toEqual([8, 28, 16])
})
