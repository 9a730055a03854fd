// Changes of membership of Raft (§6, thesis §4), step by step.
import { describe, expect, test } from "vitest"
import type { Configuration } from "../../../../algorithms/raft/types.ts"
import { appendEntries, resultsOf, type RaftCluster } from "../support.ts"
import { alone, ask, leading, reply, said, stand, vote } from "./support.ts"

describe("changes of membership (§6, thesis §4)", () => {
  /** Server 0 leads the first three, with four entries in the log. */
  function grown(parameters: object, nodes: number): RaftCluster {
    const cluster = leading({ initialMembers: 3, ...parameters }, nodes)
    for (const client of [1, 2, 3]) ask(cluster, "x", client)
    cluster.clearCounts()
    return cluster
  }
  const change = (cluster: RaftCluster, ...members: readonly number[]): void => {
    cluster.request(50, 0, { type: "ChangeMembership", sequence: 1, members })
    cluster.runFor(1)
  }
  const outcomes = (cluster: RaftCluster): boolean[] => resultsOf(cluster, 50).map(({ result }) => result.done)

  test("begin with word to the new servers alone, at once", () => {
    const cluster = grown({}, 5)
    change(cluster, 0, 1, 2, 3, 4)
    expect(said(cluster, 0).map(sent => sent.replace(/ [\d,]* to/, " to"))).toEqual([
      "AppendEntries to 3, protocol",
      "AppendEntries to 4, protocol",
    ])
  })

  test.each([[[]], [[0, 1, 1]], [[0, 1, 2.5]], [[-1, 0]], [[0, 1, 4]]])("to %j are refused", members => {
    const cluster = grown({}, 4)
    change(cluster, ...members)
    expect([outcomes(cluster), cluster.state(0).change]).toEqual([[false], null])
  })

  test("are refused while another one waits for new servers to catch up", () => {
    const cluster = grown({}, 5)
    change(cluster, 0, 1, 2, 3)
    change(cluster, 0, 1, 2, 4)
    expect(outcomes(cluster)).toEqual([false])
    expect(cluster.state(0).change?.members).toEqual([0, 1, 2, 3])
  })

  test("are refused while the configuration that a former leader left is not committed", () => {
    const cluster = alone({ initialMembers: 3 }, 4)
    const left: Configuration = { type: "Configuration", members: [0, 1, 2, 3], next: null }
    cluster.inject(1, 0, appendEntries({ entries: [{ index: 1, term: 1, command: left }] }))
    stand(cluster)
    for (const from of [1, 2]) cluster.inject(from, 0, vote(2))
    change(cluster, 0, 1, 2)
    expect(outcomes(cluster)).toEqual([false])
    for (const from of [1, 2]) cluster.inject(from, 0, reply(2, { term: 2 }))
    change(cluster, 0, 1, 2)
    expect(outcomes(cluster)).toEqual([false])
    expect(cluster.state(0).configuration.next).toEqual([0, 1, 2])
  })

  test("no longer wait for new servers that have caught up", () => {
    const cluster = grown({}, 4)
    change(cluster, 0, 1, 2, 3)
    expect(cluster.armed(0)).toEqual(["catchUp", "heartbeat"])
    cluster.inject(3, 0, reply(4))
    expect(cluster.armed(0)).toEqual(["heartbeat"])
    expect(cluster.state(0).configuration.next).toEqual([0, 1, 2, 3])
  })

  test("let a server vote that caught up in one short round, however long the rounds before took", () => {
    const cluster = grown({ electionTimeoutMin: "10ms", checkQuorum: false }, 4)
    change(cluster, 0, 1, 2, 3)
    cluster.runFor("20ms")
    for (const client of [4, 5]) ask(cluster, "x", client)
    cluster.inject(3, 0, reply(4))
    expect(cluster.state(0).change).toMatchObject({ hasCaughtUp: false, round: 2, roundEnd: 6 })
    ask(cluster, "x", 6)
    cluster.runFor("5ms")
    cluster.inject(3, 0, reply(6))
    expect(cluster.state(0).change).toMatchObject({ hasCaughtUp: true, round: 2 })
  })

  test("go on as long as those that are behind get on, though others have had all for long", () => {
    const timeouts = { electionTimeoutMin: "10ms", electionTimeoutMax: "10ms", checkQuorum: false }
    const cluster = grown(timeouts, 5)
    change(cluster, 0, 1, 2, 3, 4)
    cluster.inject(3, 0, reply(4))
    for (const index of [1, 2, 3]) {
      cluster.inject(4, 0, reply(index))
      cluster.runFor("100ms")
    }
    expect([outcomes(cluster), cluster.state(0).change?.members]).toEqual([[], [0, 1, 2, 3, 4]])
    cluster.runFor("100ms")
    expect([outcomes(cluster), cluster.state(0).change]).toEqual([[false], null])
  })

  test("end all talk with the servers that they remove", () => {
    const cluster = grown({}, 3)
    change(cluster, 0, 1)
    for (const index of [5, 6]) cluster.inject(1, 0, reply(index))
    cluster.runFor(1)
    expect([outcomes(cluster), cluster.state(0).peers]).toEqual([[true], [1]])
    cluster.clearCounts()
    ask(cluster, "y", 1, 2)
    const sent = said(cluster, 0)
    cluster.inject(2, 0, reply(5, { success: false, conflictIndex: 1 }))
    cluster.inject(2, 0, reply(5))
    expect(said(cluster, 0)).toEqual(sent)
    expect(sent).toEqual(["AppendEntries 7 to 1, protocol"])
  })
})
