// What an acceptor of Multi-Paxos says, and what it writes: repeated, late and stray messages among what it is told.
import { describe, expect, test } from "vitest"
import { beliefs } from "../../../support/situations.ts"
import { proposal } from "../support.ts"
import { accept, alone, heartbeat, prepare, said, success } from "./support.ts"

describe("an acceptor that gets a message twice says the same again, and writes nothing", () => {
  test("Prepare: at once, with nothing to wait for", () => {
    const cluster = alone({}, 3, "5ms")
    cluster.inject(1, 0, prepare(4))
    cluster.runFor("6ms")
    cluster.inject(1, 0, prepare(4), "retransmission")
    expect(said(cluster, 0)).toEqual(["Promise to 1, protocol", "Promise to 1, retransmission"])
    expect(beliefs(cluster, 0)).toEqual([[null, 4]])
  })

  test.each(["piggyback", "everyone"])("Accept, learning by %s: the proposer alone hears of it again", learning => {
    const cluster = alone({ learning })
    for (const purpose of ["protocol", "retransmission"] as const) cluster.inject(1, 0, accept(4, 1), purpose)
    const first = learning === "everyone" ? ["Accepted to 1, protocol", "Accepted to 2, protocol"] : []
    expect(said(cluster, 0)).toEqual([
      ...(first.length > 0 ? first : ["Accepted to 1, protocol"]),
      "Accepted to 1, retransmission",
    ])
    expect(cluster.disk(0).journal).toHaveLength(1)
  })

  test("Accept for a slot that its snapshot covers: it writes nothing, and holds what comes next", () => {
    const cluster = alone({ snapshotEvery: 2 })
    for (const slot of [1, 2]) cluster.inject(1, 0, success(4, slot))
    expect(cluster.disk(0)).toMatchObject({ journal: [], snapshot: { next: 3 } })
    for (const slot of [1, 2]) cluster.inject(1, 0, accept(4, slot, 3), "retransmission")
    cluster.inject(1, 0, accept(4, 3, 3))
    expect(said(cluster, 0)).toEqual([
      "Accepted to 1, retransmission",
      "Accepted to 1, retransmission",
      "Accepted to 1, protocol",
    ])
    expect(cluster.disk(0).journal.map(({ slot }) => slot)).toEqual([3])
  })
})

test("an acceptor reports what it has accepted for slots whose outcome it does not know, with the outcomes it knows", () => {
  const cluster = alone()
  for (const slot of [1, 2, 3]) cluster.inject(1, 0, accept(4, slot))
  cluster.inject(1, 0, heartbeat(4, 2))
  cluster.inject(2, 0, prepare(5))
  expect(cluster.sent.at(-1)?.message).toEqual({
    type: "Promise",
    ballot: 5,
    accepted: [2, 3].map(slot => proposal(4, slot, `v${slot}`)),
    chosen: { snapshot: null, from: 1, values: [proposal(4, 1, "v1").value] },
  })
})

test("an acceptor remembers through a crash what it has accepted for the slot after its snapshot", () => {
  const cluster = alone({ snapshotEvery: 2 })
  for (const slot of [1, 2, 3, 4]) cluster.inject(1, 0, accept(4, slot))
  for (const slot of [1, 2]) cluster.inject(1, 0, success(4, slot))
  cluster.crash(0)
  cluster.restart(0)
  cluster.inject(2, 0, prepare(5, 3))
  expect(cluster.sent.at(-1)?.message).toMatchObject({
    type: "Promise",
    accepted: [3, 4].map(slot => proposal(4, slot, `v${slot}`)),
  })
})

test("refusals tell the ballot promised, and are counted as what they answer", () => {
  const cluster = alone()
  cluster.inject(2, 0, prepare(5))
  for (const message of [prepare(4), accept(4, 1)]) cluster.inject(1, 0, message)
  cluster.inject(1, 0, heartbeat(4), "heartbeat")
  expect(said(cluster, 0).slice(1)).toEqual([
    "Refused to 1, protocol",
    "Refused to 1, protocol",
    "Refused to 1, heartbeat",
  ])
  expect(cluster.sent.slice(1).map(({ message }) => message)).toEqual(
    Array.from({ length: 3 }, () => ({ type: "Refused", ballot: 5 })),
  )
  expect(beliefs(cluster, 0)).toEqual([[null, 5]])
})
