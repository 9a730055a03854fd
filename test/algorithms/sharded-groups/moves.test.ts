// Moves of one shard in a row, on processes that lead several groups.
import { expect, test } from "vitest"
import { algorithms } from "../../../algorithms/registry.ts"
import { createCluster } from "../../support/cluster.ts"

test("a process that leads both groups that a shard leaves has the first delete it, though it hears late that it may", () => {
  // A node each: groups 1 and 3 are on node 1, the controller and group 2 on node 0.
  const parameters = { replicas: 1, groups: 3, shards: 3, retry: "20ms" }
  const cluster = createCluster(algorithms["sharded-groups"]!, { nodes: 2, latency: "1ms", parameters })
  cluster.runFor("1s")
  const move = (sequence: number, to: number): void => {
    cluster.request(7, 0, Object.assign({ type: "MoveShard" }, { sequence, shard: 0, to }))
  }
  const deletedBy: unknown[] = []
  const heard = (): void => {
    for (const event of cluster.trace.splice(0)) {
      if (event.type !== "deliver" || event.message.type !== "Answered") continue
      const [group, answer] = [Reflect.get(event.message, "group"), Reflect.get(event.message, "answer")]
      if (typeof answer === "object" && answer !== null && Reflect.get(answer, "type") === "deleted")
        deletedBy.push(group)
    }
  }
  let lost = 0
  cluster.intercept((_, __, message) => {
    return message.type === "Owned" && Reflect.get(message, "to") === 1 && lost++ === 0 ? "drop" : "deliver"
  })
  move(1, 3)
  cluster.runUntil(() => lost > 0)
  heard()
  expect(deletedBy).toEqual([])
  move(2, 2)
  cluster.runFor("500ms")
  heard()
  expect(new Set(deletedBy)).toEqual(new Set([1, 3]))
})
