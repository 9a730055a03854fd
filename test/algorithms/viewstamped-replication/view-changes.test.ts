// View changes (§4.2), message by message: what counts for a view, and what comes from another time.
import { describe, expect, test } from "vitest"
import { viewstampedReplication } from "../../../algorithms/viewstamped-replication/viewstamped-replication.ts"
import { Post } from "./post.ts"
import { logOf } from "./support.ts"

describe("the new primary (§4.2, step 3)", () => {
  test("does not start its view before its own log is one of f+1", () => {
    const post = new Post(viewstampedReplication, 5)
    post.miss(2)
    post.settle(2, 3, 4)
    for (const replica of [2, 3, 4]) post.pass(replica, 1, "DoViewChange")
    expect(standing(post, 1)).toBe("view-change 1")
    post.settle(1, 2, 3, 4)
    expect(standing(post, 1)).toBe("normal 1")
  })

  test("does not count a DoViewChange about a view before", () => {
    const post = new Post(viewstampedReplication, 3)
    post.miss(2)
    post.settle(0, 2)
    const old = post.take(2, 1, "DoViewChange")
    post.missUntil(1, 4)
    post.deliver(old)
    post.pass(1, 0, "StartViewChange")
    post.pass(0, 1, "StartViewChange")
    expect(standing(post, 1)).toBe("view-change 4")
    post.pass(0, 1, "DoViewChange")
    expect(standing(post, 1)).toBe("normal 4")
  })
})

test("what was said in a view change is said again: to all that it is under way, and to the new primary the log", () => {
  const post = new Post(viewstampedReplication, 3)
  post.miss(2)
  post.settle(0, 2)
  post.lose()
  post.cluster.fire(2, "resend")
  expect(post.takeAll(2, 0).map(({ message }) => message.type)).toEqual(["StartViewChange"])
  expect(post.takeAll(2, 1).map(({ message }) => message.type)).toEqual(["StartViewChange", "DoViewChange"])
})

describe("a StartView that comes late (§4.2, step 5)", () => {
  test("takes back nothing that was prepared in its view since", () => {
    const post = new Post(viewstampedReplication, 3)
    post.miss(1)
    post.settleBut("StartView", 1, 2)
    const start = post.take(1, 2, "StartView")
    post.deliver(start)
    post.put(1, "a")
    post.settle(1, 2)
    post.deliver(start)
    expect(logOf(post.cluster, 2)).toEqual(["a"])
    expect(post.takeAll(2, 1)).toEqual([])
  })

  test("does not end a view change to a later view", () => {
    const post = new Post(viewstampedReplication, 3)
    post.miss(1)
    post.settleBut("StartView", 1, 2)
    const start = post.take(1, 2, "StartView")
    post.miss(2)
    post.deliver(start)
    expect(standing(post, 2)).toBe("view-change 2")
  })
})

describe("a replica that is asked to make itself the primary", () => {
  test("changes to the next view as a backup, and not if it changes views already", () => {
    const post = new Post(viewstampedReplication, 3)
    const elect = (replica: number): void => {
      post.cluster.request(0, replica, { type: "Elect" })
      post.cluster.runFor("1ms")
    }
    elect(0)
    expect(standing(post, 0)).toBe("normal 0")
    elect(2)
    expect(standing(post, 2)).toBe("view-change 1")
    elect(2)
    expect(standing(post, 2)).toBe("view-change 1")
  })
})

describe("a StartViewChange that was sent", () => {
  test("says which lives its sender knew of then, not those that it has heard of since (Michael et al. 2017)", () => {
    const post = new Post(viewstampedReplication, 3)
    post.miss(2)
    post.cluster.inject(1, 2, { type: "Recovery", nonce: 7 })
    post.cluster.fire(2, "resend")
    const said = post.takeAll(2, 0, "StartViewChange").map(({ message }) => message)
    expect(said).toMatchObject([{ crashVector: [0, 0, 0] }, { crashVector: [0, 7, 0] }])
  })
})

function standing({ cluster }: Post, replica: number): string {
  const { status, viewNumber } = cluster.state(replica)
  return `${status} ${viewNumber}`
}
