// State transfer and checkpoints (§5), message by message.
import { describe, expect, test } from "vitest"
import { viewstampedReplication } from "../../../algorithms/viewstamped-replication/viewstamped-replication.ts"
import { Post } from "./post.ts"
import { logOf } from "./support.ts"

describe("a checkpoint (§5.1)", () => {
  test("that was taken while the state was under way covers what comes with that", () => {
    const post = new Post(viewstampedReplication, 3, { checkpointEvery: 2 })
    for (const value of ["a", "b", "c"]) post.put(0, value)
    const [a, b] = post.takeAll(0, 2, "Prepare")
    post.deliver(b!)
    post.cluster.fire(2, "gap")
    post.pass(2, 0, "GetState")
    const state = post.take(0, 2, "NewState")
    post.pass(0, 1, "Prepare")
    post.pass(0, 1, "Prepare")
    post.settleBut("Prepare", 0, 1)
    post.deliver(a!)
    post.cluster.fire(0, "heartbeat")
    post.deliver(post.take(0, 2, "Prepare"))
    post.deliver(state)
    expect(post.cluster.state(2).checkpoint.opNumber).toBe(2)
    expect(logOf(post.cluster, 2)).toEqual(["c"])
  })

  test("is not given up for an older one in the log of a later view", () => {
    const post = new Post(viewstampedReplication, 3, { checkpointEvery: 1 })
    post.put(0, "a")
    post.settle(0, 1, 2)
    post.miss(1)
    post.settle(0, 1, 2)
    const { checkpoint, viewNumber } = post.cluster.state(0)
    expect([viewNumber, checkpoint.opNumber]).toEqual([1, 1])
    expect(logOf(post.cluster, 0)).toEqual([])
  })
})
