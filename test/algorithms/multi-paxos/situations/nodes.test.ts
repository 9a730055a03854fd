// How a node of Multi-Paxos stands, what it waits for, whom it believes to lead, and how it begins.
import { describe, expect, test } from "vitest"
import { initialDisk } from "../../../../algorithms/multi-paxos/beginning.ts"
import type { NodeId, Standing } from "../../../../runtime/contract/algorithm.ts"
import { beliefs } from "../../../support/situations.ts"
import { executedBy, write, type PaxosCluster } from "../support.ts"
import { accept, alone, ask, catchUp, heartbeat, prepare, promise, stand, success } from "./support.ts"

describe("a node stands", () => {
  const situations: readonly [string, Standing, (cluster: PaxosCluster) => void][] = [
    ["as a follower of no ballot at first", { role: "follower", rank: 0, epoch: 0 }, () => {}],
    [
      "as a follower in the ballot that it has promised",
      { role: "follower", rank: 0, epoch: 4 },
      cluster => cluster.inject(1, 0, prepare(4)),
    ],
    ["as a candidate in its own ballot", { role: "candidate", rank: 1, epoch: 3 }, stand],
    [
      "as the leader once a majority has promised",
      { role: "leader", rank: 2, epoch: 3 },
      cluster => {
        stand(cluster)
        cluster.inject(1, 0, promise(3))
      },
    ],
    [
      "as a follower when a refusal tells it of a higher ballot",
      { role: "follower", rank: 0, epoch: 3 },
      cluster => {
        stand(cluster)
        cluster.inject(1, 0, { type: "Refused", ballot: 4 })
      },
    ],
    [
      "as a follower in the ballot on its disk after a restart",
      { role: "follower", rank: 0, epoch: 3 },
      cluster => {
        stand(cluster)
        cluster.crash(0)
        cluster.restart(0)
      },
    ],
  ]
  test.each(situations)("%s", (_, standing, bring) => {
    const cluster = alone()
    bring(cluster)
    expect(cluster.standing(0)).toEqual(standing)
  })
})

describe("a node waits", () => {
  test("for a leader as a follower, for promises as a candidate, for the next heartbeat as the leader", () => {
    const cluster = alone()
    expect(cluster.armed(0)).toEqual(["election"])
    stand(cluster)
    expect(cluster.armed(0)).toEqual(["prepare"])
    cluster.inject(1, 0, promise(3))
    expect(cluster.armed(0)).toEqual(["heartbeat"])
    cluster.inject(1, 0, prepare(4))
    expect(cluster.armed(0)).toEqual(["election"])
  })

  test("for no leader where any node may propose; then, outbid, for its pause if clients wait", () => {
    const cluster = alone({ proposers: "any" })
    expect(cluster.armed(0)).toEqual([])
    stand(cluster)
    cluster.inject(1, 0, prepare(4))
    expect(cluster.armed(0)).toEqual([])
    ask(cluster, "x", 1)
    expect(cluster.armed(0)).toEqual(["prepare"])
    cluster.inject(1, 0, prepare(10))
    expect(cluster.armed(0)).toEqual(["prepare"])
    expect(cluster.standing(0)?.role).toBe("follower")
  })

  test("at least electionTimeoutMin for a leader, also where the longest wait is given as less", () => {
    const cluster = alone({ electionTimeoutMin: "300ms", electionTimeoutMax: "100ms" })
    cluster.runFor("299ms")
    expect(cluster.sent).toEqual([])
    cluster.runFor("1ms")
    expect(cluster.count("Prepare")).toBe(3 * 2)
  })
})

describe("a follower believes", () => {
  test("in each leader once a ballot, and in none while a ballot has no leader yet", () => {
    const cluster = alone()
    for (const _ of [1, 2]) cluster.inject(1, 0, heartbeat(4))
    cluster.inject(2, 0, prepare(5))
    for (const _ of [1, 2]) cluster.inject(2, 0, heartbeat(5))
    cluster.inject(2, 0, heartbeat(8))
    cluster.inject(1, 0, heartbeat(4))
    expect(beliefs(cluster, 0)).toEqual([
      [1, 4],
      [null, 5],
      [2, 5],
      [2, 8],
    ])
  })

  test.each([accept(4, 1), success(4, 1), catchUp(4, {})])("in whoever sends it the leader's $type", message => {
    const cluster = alone()
    cluster.inject(1, 0, message)
    expect(beliefs(cluster, 0)).toEqual([[1, 4]])
  })

  test.each([success(4, 1), catchUp(4, { values: [write("v1", 1, 4)] })])(
    "not in a leader it has given up, whose $type it takes as true all the same",
    message => {
      const cluster = alone()
      cluster.inject(2, 0, prepare(5))
      cluster.inject(1, 0, message)
      expect(beliefs(cluster, 0)).toEqual([[null, 5]])
      expect(executedBy(cluster, 0)).toEqual(["v1"])
    },
  )
})

describe("a node that waits for a leader", () => {
  test("waits anew when it promises a ballot, and not when it gives that promise again", () => {
    const cluster = alone({ electionTimeoutMin: "100ms", electionTimeoutMax: "100ms" })
    for (const later of ["60ms", "60ms"]) {
      cluster.runFor(later)
      cluster.inject(1, 0, prepare(4))
    }
    cluster.runFor("39ms")
    expect(cluster.standing(0)?.role).toBe("follower")
    cluster.runFor("1ms")
    expect(cluster.standing(0)?.role).toBe("candidate")
  })
})

test("logs given at the beginning are of ballots of node 0, the highest of which all acceptors have promised", () => {
  const logs = [[1, 4], [2], []]
  const begin = (leader: NodeId | null): unknown => initialDisk({ id: 0, size: 3 }, { leader, logs })
  const journal = [
    { ballot: 3, slot: 1, value: null },
    { ballot: 12, slot: 2, value: null },
  ]
  expect(begin(null)).toMatchObject({ promised: 12, journal })
  expect(begin(1)).toMatchObject({ promised: 16, journal })
})
