// Progress without a distinguished leader (Paxos Made Simple §2.4): proposers that outbid each other for ever, and how
// random pauses end that.
import { describe, expect, test } from "vitest"
import { multiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts"
import { createCluster } from "../../support/cluster.ts"
import { executedBy, type PaxosCluster, write } from "./support.ts"

/** Two clients ask two nodes, each of which proposes. */
function duel(backoff: string, seed: number): PaxosCluster {
  const parameters = { proposers: "any", backoff }
  const cluster = createCluster(multiPaxos, { nodes: 5, latency: "10ms", seed, parameters })
  cluster.request(0, 0, write("zero", 0))
  cluster.runFor("5ms")
  cluster.request(1, 1, write("one", 1))
  return cluster
}

describe("duelling proposers", () => {
  test("without pauses: phase 1 after phase 1, higher and higher ballots, and nothing is ever chosen", () => {
    const cluster = duel("0ms", 1)
    cluster.runFor("20s")
    expect(cluster.replies).toEqual([])
    for (let node = 0; node < 5; node++) expect(executedBy(cluster, node)).toEqual([])
    expect(cluster.count("Prepare", "protocol")).toBeGreaterThanOrEqual(2 * 1000 * 4)
    expect(cluster.disk(4).promised).toBeGreaterThan(1000 * 5)
  })

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])("with random pauses both get their commands chosen (seed %i)", seed => {
    const cluster = duel("200ms", seed)
    cluster.runFor("60s")
    expect(cluster.replies.map(({ client, reply }) => `${client} ${reply.type}`).toSorted()).toEqual([
      "0 Result",
      "1 Result",
    ])
    expect(executedBy(cluster, 0)).toEqual(executedBy(cluster, 1))
    expect(executedBy(cluster, 0).toSorted()).toEqual(["one", "zero"])
  })

  test("with a distinguished leader the same two clients are served without a duel", () => {
    const cluster = createCluster(multiPaxos, { nodes: 5, latency: "10ms" })
    cluster.runUntil(() => cluster.leader() !== null)
    const leader = cluster.leader()!
    cluster.request(0, leader, write("zero", 0))
    cluster.runFor("5ms")
    cluster.request(1, leader, write("one", 1))
    cluster.runFor("50ms")
    expect(cluster.replies.length).toBe(2)
  })
})

describe("any node may propose", () => {
  test("a single proposer needs no leader: 4(n-1) messages for its first command, then 2(n-1)", () => {
    const cluster = createCluster(multiPaxos, { nodes: 5, parameters: { proposers: "any" } })
    cluster.request(0, 3, write("a", 0, 1))
    cluster.runFor("100ms")
    expect(cluster.count(undefined, "protocol")).toBe(4 * 4)
    cluster.request(0, 3, write("b", 0, 2))
    cluster.runFor("100ms")
    expect(cluster.count(undefined, "protocol")).toBe(4 * 4 + 2 * 4)
  })

  test("each node that is asked in turn takes over with a ballot of its own", () => {
    const cluster = createCluster(multiPaxos, { nodes: 5, parameters: { proposers: "any" } })
    for (let node = 0; node < 5; node++) {
      cluster.request(node, node, write(`from ${node}`, node))
      cluster.runFor("100ms")
    }
    expect(cluster.count(undefined, "protocol")).toBe(5 * 4 * 4)
    expect(executedBy(cluster, 4)).toEqual(["from 0", "from 1", "from 2", "from 3", "from 4"])
  })
})
