// Messages and latencies in link delays d of updates and queries, and outages after failures: exact.
import { describe, expect, test } from "vitest"
import { chainReplication } from "../../../algorithms/chain-replication/chain-replication.ts"
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import { type Micros, MILLISECOND } from "../../../runtime/contract/units.ts"
import type { Fault } from "../../../runtime/faults/fault.ts"
import { Simulation } from "../../../runtime/simulation/simulation.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { completeRun, scenarioOf } from "../../support/service-run.ts"
import { ANY, answered, chainAt, type ChainCluster, chainOf, query, valueAt, write } from "./support.ts"

const SIZES = [3, 5, 7, 9]
const D = 10 * MILLISECOND

function chain(nodes: number, parameters: Readonly<Record<string, unknown>> = {}): ChainCluster {
  return chainOf({ nodes, latency: "10ms", parameters })
}

/** The time until the client of a request has its answer. */
function timeOf(cluster: ChainCluster, ask: () => void): Micros {
  const begun = cluster.now
  const before = cluster.replies.length
  ask()
  cluster.runUntil(() => cluster.replies.length > before)
  return cluster.now - begun
}

describe.each(SIZES)("chain replication, n = %i", n => {
  const head = 0
  const tail = n - 1

  test("an update takes n-1 messages and n+1 delays, and its client two messages", () => {
    const cluster = chain(n)
    expect(timeOf(cluster, () => cluster.request(0, head, write("a")))).toBe((n + 1) * D)
    expect(cluster.count(undefined, "protocol")).toBe(n - 1)
    expect(cluster.count("Update", "protocol")).toBe(n - 1)
    expect(cluster.replies).toMatchObject([{ client: 0, from: tail, reply: { type: "Result" } }])
  })

  test("so does each of many, one after the other or at once; acknowledgements go back once in a heartbeat interval", () => {
    const cluster = chain(n)
    for (let client = 0; client < 50; client++) {
      cluster.request(client, head, write("a", client))
      if (client % 10 === 9) cluster.runFor("1ms")
    }
    cluster.runFor("400ms")
    expect(cluster.replies.length).toBe(50)
    expect(cluster.count(undefined, "protocol")).toBe(50 * (n - 1))
    expect(cluster.count("Ack")).toBe(n - 1)
    expect(cluster.count("Ack", "heartbeat")).toBe(n - 1)
    expect(cluster.count(undefined, "retransmission")).toBe(0)
    for (let server = 0; server < n; server++) expect(cluster.state(server).entries).toEqual([])
  })

  test("so do those on links that reorder", () => {
    const latency = { model: "uniform", min: 1_000, max: 20_000 } as const
    const cluster = chainOf({ nodes: n, latency })
    for (let client = 0; client < 50; client++) {
      cluster.request(client, head, write("a", client))
      cluster.runFor("5ms")
    }
    cluster.runFor("1s")
    expect(cluster.replies.length).toBe(50)
    expect(cluster.count("Update", "protocol")).toBeLessThanOrEqual(50 * (n - 1))
    expect(cluster.count(undefined, "retransmission")).toBe(0)
  })

  test("a query takes 2 delays, and no message between servers", () => {
    const cluster = chain(n)
    expect(timeOf(cluster, () => cluster.request(0, tail, query()))).toBe(2 * D)
    expect(cluster.count(undefined, "protocol")).toBe(0)
    expect(cluster.replies).toMatchObject([{ from: tail }])
  })

  test("an idle chain sends n heartbeats to the master an interval, and gets n answers", () => {
    const cluster = chainOf({ nodes: n, latency: "1ms" })
    cluster.runFor("7500ms")
    expect(cluster.count("Heartbeat", "heartbeat")).toBe(100 * n)
    expect(cluster.count("Granted", "heartbeat")).toBe(100 * n)
    expect(cluster.sent.length).toBe(200 * n)
  })
})

describe.each(SIZES)("CRAQ, n = %i", n => {
  const head = 0
  const tail = n - 1

  test("an update takes 2(n-1) messages, and n+1 delays where the tail answers", () => {
    const cluster = chain(n, ANY)
    expect(timeOf(cluster, () => cluster.request(0, head, write("a")))).toBe((n + 1) * D)
    cluster.runFor("1s")
    expect(cluster.count(undefined, "protocol")).toBe(2 * (n - 1))
    expect(cluster.count("Ack", "protocol")).toBe(n - 1)
    expect(cluster.replies).toMatchObject([{ from: tail }])
  })

  test("and 2n delays where the head answers, once it has the acknowledgement", () => {
    const cluster = chain(n, { ...ANY, replies: "head" })
    expect(timeOf(cluster, () => cluster.request(0, head, write("a")))).toBe(2 * n * D)
    cluster.runFor("1s")
    expect(cluster.count(undefined, "protocol")).toBe(2 * (n - 1))
    expect(cluster.replies).toMatchObject([{ from: head }])
  })

  test.each(Array.from({ length: n }, (_, server) => [server]))("a clean read at server %i takes 2 delays", server => {
    const cluster = chain(n, ANY)
    cluster.request(0, head, write("a"))
    cluster.runFor("1s")
    cluster.clearCounts()
    expect(timeOf(cluster, () => cluster.request(1, server, query(1)))).toBe(2 * D)
    expect(cluster.count(undefined, "protocol")).toBe(0)
    expect(cluster.replies.at(-1)).toMatchObject({ from: server, reply: { result: { value: "a" } } })
  })

  test.each(Array.from({ length: n - 1 }, (_, server) => [server]))(
    "a dirty read at server %i takes 2 more messages, and 4 delays",
    server => {
      const cluster = chain(n, ANY)
      cluster.request(0, head, write("a"))
      // The update reaches this server with the query.
      cluster.runFor(server * D)
      cluster.clearCounts()
      const asked = cluster.now
      cluster.request(1, server, query(1))
      cluster.runFor("1s")
      expect(cluster.count("VersionQuery", "protocol")).toBe(1)
      expect(cluster.count("Version", "protocol")).toBe(1)
      const answer = cluster.replies.find(({ client }) => client === 1)
      expect(answer).toMatchObject({ from: server, time: asked + 4 * D })
      // The tail has not committed the update; unless it comes there with the question.
      expect(answered(cluster, 1)).toBe(server === tail - 1 ? "a" : null)
    },
  )

  test("server i of 1 to n is dirty for 2(n-i) delays after each update", () => {
    const cluster = chain(n, ANY)
    const dirty = Array<Micros>(n).fill(0)
    cluster.request(0, head, write("a"))
    const step = 500
    for (const end = cluster.now + 3 * n * D; cluster.now < end; cluster.runFor(step)) {
      for (let server = 0; server < n; server++) if (cluster.state(server).entries.length > 0) dirty[server]! += step
    }
    expect(dirty).toEqual(dirty.map((_, server) => 2 * (n - 1 - server) * D))
  })
})

/** The latency of one operation where each server takes its time for a message: t servers, links of 1 ms. */
function latencyWith(t: number, reads: string, serviceTimes: (server: NodeId) => Micros): Micros {
  const faults = Array.from(
    { length: t },
    (_, server): Fault => ({
      kind: "slow",
      target: { nodes: [server] },
      serviceTime: serviceTimes(server),
      at: 500 * MILLISECOND,
    }),
  )
  // The paper counts no heartbeats.
  const parameters = { heartbeatInterval: "1h", lease: "2h", detectionTimeout: "3h", resendAfter: "1h" }
  const workload = { mode: "closed", clients: 1, operations: 1, reads, deadline: "1s", retryAfter: "1s" }
  let begun = 0
  let ended = 0
  const options = { nodes: t, latency: "1ms", parameters, workload, faults, warmup: "1s", duration: "2s" }
  const simulation = new Simulation(scenarioOf(chainReplication, replicatedLog, options), 1, {
    observer(event) {
      if (event.type !== "operation") return
      if (event.phase === "begun") begun = event.time
      else if (event.phase === "ok") ended = event.time
    },
  })
  simulation.run()
  return ended - begun
}

describe("the example of §4: links of 1 ms, 50 ms to compute an update, 20 ms to install it, 5 ms for a query", () => {
  const update = (server: NodeId): Micros => (server === 0 ? 50 : 20) * MILLISECOND

  test.each([
    [2, 73],
    [3, 94],
    [10, 241],
  ])("an update takes 21t + 31 ms: %i servers %i ms", (t, milliseconds) => {
    expect(latencyWith(t, "0%", update)).toBe(milliseconds * MILLISECOND)
    expect(milliseconds).toBe(21 * t + 31)
  })

  test.each([[2], [3], [10]])("a query takes 7 ms, with %i servers", t => {
    expect(latencyWith(t, "100%", () => 5 * MILLISECOND)).toBe(7 * MILLISECOND)
  })
})

/** The moment at which the master has missed a server that crashed. */
function miss(cluster: ChainCluster, server: NodeId): Micros {
  cluster.fire(cluster.size, `silence ${server}`)
  return cluster.now
}

describe.each(SIZES)("outages in delays after the failure is detected (§3.2), n = %i", n => {
  const tail = n - 1

  test("head: updates are taken after 1, and clients can know of it after 2; queries are not interrupted", () => {
    const cluster = chain(n)
    cluster.crash(0)
    const detected = miss(cluster, 0)
    for (let client = 0; client < 100; client++) {
      cluster.request(2 * client, 1, write("a", 2 * client))
      cluster.request(2 * client + 1, tail, query(2 * client + 1))
      cluster.runFor("1ms")
    }
    cluster.runFor("1s")
    const results = cluster.replies.filter(({ reply }) => reply.type === "Result")
    const queries = results.filter(({ client }) => client % 2 === 1)
    expect(queries.map(({ client, time }) => time - detected - (client >> 1) * MILLISECOND)).toEqual(
      Array<Micros>(100).fill(2 * D),
    )
    expect(results.length).toBe(200)
    const told = cluster.replies.filter(({ reply }) => "ask" in reply && reply.ask?.updates === 1)
    expect(Math.min(...told.map(({ time }) => time))).toBe(detected + 2 * D)
    expect(chainAt(cluster, 1)).toEqual(Array.from({ length: n - 1 }, (_, place) => place + 1))
  })

  test("tail: queries are answered again after 2, and so are the updates that it had not answered", () => {
    const cluster = chain(n)
    cluster.request(0, 0, write("a"))
    // It has come as far as the tail's predecessor.
    cluster.runFor((n - 1) * D)
    cluster.crash(tail)
    const detected = miss(cluster, tail)
    for (let client = 1; client < 50; client++) {
      cluster.request(client, tail - 1, query(client))
      cluster.runFor("1ms")
    }
    cluster.runFor("1s")
    const results = cluster.replies.filter(({ reply }) => reply.type === "Result")
    expect(results.length).toBe(50)
    expect(results.find(({ client }) => client === 0)).toMatchObject({ from: tail - 1, time: detected + 2 * D })
    const queries = results.filter(({ client }) => client > 0)
    expect(Math.min(...queries.map(({ time }) => time))).toBe(detected + 2 * D)
    expect(valueAt(cluster, tail - 1)).toBe("a")
  })

  test("middle: the successor has what it missed after 4, by way of the master; queries are not interrupted", () => {
    const cluster = chain(n)
    cluster.crash(1)
    cluster.request(0, 0, write("a"))
    cluster.runFor(D)
    const detected = miss(cluster, 1)
    cluster.clearCounts()
    for (let client = 1; client <= 40; client++) {
      cluster.request(client, tail, query(client))
      cluster.runFor("1ms")
    }
    cluster.runFor("1s")
    const queries = cluster.replies.filter(({ client }) => client > 0)
    expect(queries.map(({ client, time }) => time - detected - (client - 1) * MILLISECOND)).toEqual(
      Array<Micros>(40).fill(2 * D),
    )
    // The update goes from there to the tail, and its answer to the client.
    const answer = cluster.replies.find(({ client }) => client === 0)
    expect(answer).toMatchObject({ from: tail, time: detected + (4 + (n - 3) + 1) * D })
    expect(cluster.count("Received", "protocol")).toBe(1)
    expect(cluster.count("Resume", "protocol")).toBe(1)
    expect(cluster.count("Update", "protocol")).toBe(n - 2)
  })
})

test("the service counts n-1 messages an update, and 2(n-1) under CRAQ", () => {
  const workload = { mode: "closed", clients: 1, reads: "0%" }
  for (const n of SIZES) {
    for (const [parameters, messages] of [
      [{}, n - 1],
      [ANY, 2 * (n - 1)],
    ] as const) {
      const { outcome, messages: counted } = completeRun(chainReplication, replicatedLog, {
        nodes: n,
        parameters,
        workload,
        warmup: "1s",
        duration: "3s",
      })
      expect(counted.protocol / outcome.ok).toBeCloseTo(messages, 1)
    }
  }
})
