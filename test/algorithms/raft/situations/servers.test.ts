// How a Raft server stands, what it waits for, and whom it believes to lead.
import { describe, expect, test } from "vitest"
import { raft } from "../../../../algorithms/raft/raft.ts"
import type { Standing } from "../../../../runtime/contract/algorithm.ts"
import { createCluster } from "../../../support/cluster.ts"
import { beliefs } from "../../../support/situations.ts"
import { appendEntries, requestVote, type RaftCluster } from "../support.ts"
import { alone, leading, preVote, said, stand, vote } from "./support.ts"

describe("a server stands", () => {
  const situations: readonly [string, Standing, (cluster: RaftCluster) => void][] = [
    ["as a follower of term 0 at first", { role: "follower", rank: 0, epoch: 0 }, () => {}],
    [
      "as a follower in the latest term that it has heard of",
      { role: "follower", rank: 0, epoch: 5 },
      cluster => cluster.inject(1, 0, requestVote({ term: 5 })),
    ],
    ["as a pre-candidate in the term before the one it asks for", { role: "preCandidate", rank: 1, epoch: 0 }, stand],
    [
      "as a candidate in its own term",
      { role: "candidate", rank: 1, epoch: 1 },
      cluster => {
        stand(cluster)
        cluster.inject(1, 0, preVote(1))
      },
    ],
    [
      "as the leader once a majority has voted for it",
      { role: "leader", rank: 2, epoch: 1 },
      cluster => {
        stand(cluster)
        cluster.inject(1, 0, preVote(1))
        cluster.inject(2, 0, vote(1))
      },
    ],
    [
      "as a follower again in a later term",
      { role: "follower", rank: 0, epoch: 2 },
      cluster => {
        stand(cluster)
        cluster.inject(1, 0, vote(2, false))
      },
    ],
    [
      "as a follower in the term on its disk after a restart",
      { role: "follower", rank: 0, epoch: 1 },
      cluster => {
        stand(cluster)
        cluster.inject(1, 0, preVote(1))
        cluster.crash(0)
        cluster.restart(0)
      },
    ],
  ]
  test.each(situations)("%s", (_, standing, bring) => {
    const cluster = alone({ preVote: true })
    bring(cluster)
    expect(cluster.standing(0)).toEqual(standing)
  })
})

describe("a server waits", () => {
  test("for a leader as a follower, also for votes as a candidate, for the next heartbeat as the leader", () => {
    const cluster = alone({ preVote: true })
    expect(cluster.armed(0)).toEqual(["election"])
    stand(cluster)
    expect(cluster.armed(0)).toEqual(["election", "retry"])
    cluster.inject(1, 0, preVote(1))
    expect(cluster.armed(0)).toEqual(["election", "retry"])
    cluster.inject(1, 0, vote(1))
    expect(cluster.armed(0)).toEqual(["heartbeat"])
  })

  test.each([appendEntries({ term: 1 }), vote(2, false)])(
    "for no more votes when a $type ends its candidacy",
    message => {
      const cluster = alone()
      stand(cluster)
      cluster.inject(1, 0, message)
      expect(cluster.armed(0)).toEqual(["election"])
      expect(cluster.state(0).role).toBe("follower")
    },
  )

  test("for nothing of what it waited for as the leader when it is deposed", () => {
    const cluster = leading({ initialMembers: 3 }, 4)
    cluster.request(50, 0, { type: "ChangeMembership", sequence: 1, members: [0, 1, 2, 3] })
    cluster.request(50, 0, { type: "TransferLeadership", sequence: 2, to: 1 })
    cluster.runFor(1)
    expect(cluster.armed(0)).toEqual(["catchUp", "heartbeat", "transfer"])
    expect(cluster.state(0).peers).toEqual([1, 2, 3])
    cluster.inject(1, 0, appendEntries({ term: 2 }))
    expect(cluster.armed(0)).toEqual(["election"])
    expect(cluster.state(0)).toMatchObject({ transferee: null, change: null, peers: [1, 2] })
  })

  test("at least electionTimeoutMin for a leader, also where the longest wait is given as less", () => {
    const cluster = alone({ electionTimeoutMin: "300ms", electionTimeoutMax: "100ms", heartbeatInterval: "1h" })
    cluster.runFor("299ms")
    expect(cluster.sent).toEqual([])
    cluster.runFor("1ms")
    expect(cluster.count("RequestVote")).toBe(3 * 2)
  })

  test("for ever, if it has no vote, after its first wait is over", () => {
    const cluster = createCluster(raft, { nodes: 4, parameters: { initialMembers: 3 } })
    cluster.intercept(() => "drop")
    cluster.runFor("1s")
    expect(cluster.armed(3)).toEqual([])
    expect(said(cluster, 3)).toEqual([])
  })
})

describe("a server reports whom it believes to lead", () => {
  test("once a leader, and nobody when a later term begins", () => {
    const cluster = alone()
    for (const _ of [1, 2]) cluster.inject(1, 0, appendEntries({ term: 1 }))
    cluster.inject(2, 0, requestVote({ term: 2 }))
    cluster.inject(2, 0, appendEntries({ term: 2 }))
    cluster.inject(1, 0, appendEntries({ term: 1 }))
    expect(beliefs(cluster, 0)).toEqual([
      [null, 0],
      [null, 1],
      [1, 1],
      [null, 2],
      [2, 2],
    ])
  })

  test("as a pre-candidate once that it has lost its leader, and still in the term of that one", () => {
    const cluster = alone({ preVote: true })
    cluster.inject(1, 0, appendEntries({ term: 1 }))
    cluster.facts.length = 0
    for (const _ of [1, 2]) stand(cluster)
    cluster.inject(1, 0, preVote(2))
    expect(beliefs(cluster, 0)).toEqual([
      [null, 1],
      [null, 2],
    ])
  })
})
