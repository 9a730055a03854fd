// What a contender makes of messages that are late, or about another attempt, lease or store than its own.
import { describe, expect, test } from "vitest"
import { openLease } from "./support.ts"

/** Node 0 holds the lease, and node 1 waits for it. */
function contended(parameters: Readonly<Record<string, unknown>> = {}) {
  const group = openLease(3, parameters)
  group.acquire(0)
  group.cluster.runFor("5ms")
  group.acquire(1)
  group.cluster.runFor("5ms")
  const { cluster, store } = group
  const told = (from: number): unknown[] =>
    cluster.sent.filter(each => each.from === from).map(({ message }) => message)
  cluster.clearCounts()
  return {
    ...group,
    told,
    inject: (to: number, message: Parameters<typeof cluster.inject>[2]) => cluster.inject(store, to, message),
  }
}

describe("a holder", () => {
  test("that is granted its lease again has it for longer; a grant of another one is given back", () => {
    const { cluster, inject, told, inside } = contended()
    const { attempt, token, validUntil } = cluster.state(0)
    inject(0, { type: "Granted", attempt, token, sentAt: cluster.now })
    expect([told(0), cluster.state(0).validUntil > validUntil]).toEqual([[], true])
    inject(0, { type: "Granted", attempt, token: token + 7, sentAt: cluster.now })
    expect([told(0), inside()]).toEqual([[{ type: "Release", token: token + 7 }], [0]])
  })

  test("hears of its own lease only", () => {
    const { cluster, inject, inside } = contended()
    const { token, validUntil } = cluster.state(0)
    inject(0, { type: "Renewed", token: token + 7, sentAt: cluster.now })
    inject(0, { type: "Expired", token: token + 7 })
    expect([cluster.state(0).validUntil, inside()]).toEqual([validUntil, [0]])
    inject(0, { type: "Renewed", token, sentAt: cluster.now })
    expect(cluster.state(0).validUntil).toBeGreaterThan(validUntil)
    inject(0, { type: "Expired", token })
    expect(inside()).toEqual([])
  })

  test("resends a renewal to a store in a log until that answers", () => {
    const { cluster } = openLease(3, { store: "raft", storeNodes: 3, renewInterval: "30ms", lease: "10s" })
    cluster.runFor("1s")
    cluster.request(0, 0, { type: "Acquire" })
    cluster.runUntil(() => cluster.state(0).phase === "holding")
    cluster.runUntil(() => cluster.armed(0).includes("renewAgain"))
    cluster.runFor("15ms")
    expect(cluster.armed(0)).not.toContain("renewAgain")
  })
})

describe("one that waits", () => {
  test("gives back what it is granted for an earlier attempt, and learns nothing from such an answer", () => {
    const { cluster, inject, told, inside } = contended()
    const { attempt } = cluster.state(1)
    inject(1, { type: "Granted", attempt: attempt - 1, token: 9, sentAt: cluster.now })
    expect([told(1), inside()]).toEqual([[{ type: "Release", token: 9 }], [0]])
    const campaign = openLease(3)
    campaign.campaign()
    campaign.cluster.runFor("10ms")
    const { attempt: own, leader, epoch } = campaign.cluster.state(1)
    expect(leader).toBe(0)
    campaign.cluster.inject(campaign.store, 1, { type: "Held", attempt: own - 1, token: epoch + 9, holder: 2 })
    expect(campaign.cluster.state(1)).toMatchObject({ leader: 0, epoch })
    campaign.cluster.inject(campaign.store, 1, { type: "Held", attempt: own, token: epoch + 9, holder: 2 })
    expect(campaign.cluster.state(1)).toMatchObject({ leader: 2, epoch: epoch + 9 })
    // Nobody leads, and the token is another one.
    campaign.cluster.inject(campaign.store, 1, { type: "Held", attempt: own, token: epoch + 9, holder: null })
    expect(campaign.cluster.state(1).leader).toBe(2)
    campaign.cluster.inject(campaign.store, 1, { type: "Held", attempt: own, token: epoch + 10, holder: null })
    expect(campaign.cluster.state(1)).toMatchObject({ leader: null, epoch: epoch + 10 })
  })

  test("asks when it hears that the lease is free; one that does not wait does not", () => {
    const { inject, told } = contended()
    inject(2, { type: "Free", token: 1 })
    expect(told(2)).toEqual([])
    inject(1, { type: "Free", token: 1 })
    expect(told(1)).toHaveLength(1)
  })

  test("asks for as long as it knows no leader", () => {
    const { cluster, campaign, store } = openLease(3)
    campaign()
    cluster.runFor("10ms")
    expect(cluster.state(1).leader).toBe(0)
    cluster.intercept(() => "drop")
    const { epoch } = cluster.state(1)
    cluster.inject(store, 1, { type: "Free", token: epoch })
    expect([cluster.state(1).leader, cluster.armed(1).includes("retry")]).toEqual([null, true])
    cluster.inject(store, 1, { type: "Leads", holder: 2, token: epoch - 1 })
    expect(cluster.armed(1)).toContain("retry")
    cluster.inject(store, 1, { type: "Leads", holder: 2, token: epoch + 5 })
    expect([cluster.state(1).leader, cluster.armed(1).includes("retry")]).toEqual([2, false])
  })
})

describe("one that writes", () => {
  /** Node 0 has left the section, and writes. */
  function writing() {
    const group = contended({ writes: true })
    group.cluster.intercept(() => "drop")
    group.release(0)
    group.cluster.runFor(0)
    expect(group.cluster.state(0).phase).toBe("writing")
    return group
  }

  test("releases the lease when its write with that is done", () => {
    const { cluster, inject } = writing()
    const { token } = cluster.state(0)
    inject(0, { type: "Written", token: token + 7, after: 0 })
    expect(cluster.state(0).phase).toBe("writing")
    inject(0, { type: "Leads", holder: 1, token })
    expect(cluster.armed(0)).toContain("retry")
    inject(0, { type: "Written", token, after: 0 })
    expect(cluster.state(0).phase).toBe("releasing")
    // A copy.
    cluster.clearCounts()
    inject(0, { type: "Written", token, after: 0 })
    expect([cluster.state(0).phase, cluster.count()]).toEqual(["releasing", 0])
  })

  test("has lost the lease when its write with that is rejected", () => {
    const { cluster, inject } = writing()
    const { token } = cluster.state(0)
    inject(0, { type: "Rejected", token: token + 7 })
    expect(cluster.state(0).phase).toBe("writing")
    inject(0, { type: "Rejected", token })
    expect(cluster.state(0).phase).not.toBe("writing")
  })
})

test("a contender turns to the process of the store that acts in the latest epoch that it hears of", () => {
  const { cluster, store } = contended({ store: "raft", storeNodes: 3 })
  const turned = () => [cluster.state(2).store, cluster.state(2).storeEpoch]
  cluster.inject(store + 1, 2, { type: "Acts", epoch: 50 })
  expect(turned()).toEqual([store + 1, 50])
  cluster.inject(store + 2, 2, { type: "Acts", epoch: 49 })
  cluster.inject(store + 2, 2, { type: "Elsewhere", store, epoch: 49 })
  expect(turned()).toEqual([store + 1, 50])
  cluster.inject(store + 2, 2, { type: "Acts", epoch: 50 })
  expect(turned()).toEqual([store + 2, 50])
  cluster.inject(store + 2, 2, { type: "Elsewhere", store, epoch: 50 })
  expect(turned()).toEqual([store, 50])
  cluster.inject(store + 2, 2, { type: "Elsewhere", store, epoch: 60 })
  expect(turned()).toEqual([store, 50])
})
