// Incarnations: when one is entered and settled, and what is believed of those of others (Strom and Yemini 1985, §3).
import { describe, expect, test } from "vitest"
import { optimisticLogging } from "../../../algorithms/optimistic-logging/optimistic-logging.ts"
import { messagesOfFailure } from "../../../algorithms/optimistic-logging/theory.ts"
import type { Optimistic } from "../../../algorithms/optimistic-logging/types.ts"
import type { Cluster } from "../../support/cluster.ts"
import { begin, computation, fail } from "../common/recovery/computation.ts"

const at = (incarnation: number, index: number) => ({ incarnation, index })

function settled(cluster: Cluster<Optimistic>): number {
  return cluster.facts.filter(({ node, fact }) => node === 1 && fact.type === "settled").length
}

describe("a process that has failed", () => {
  test("works again once its new incarnation is on the disk, and no other one", () => {
    const cluster = computation(optimisticLogging)
    cluster.runFor("1500ms")
    cluster.crash(1)
    cluster.restart(1)
    cluster.request(1, 1, { type: "Begin", program: cluster.state(0).process.program! })
    cluster.runFor(500)
    expect([cluster.state(1).mode, cluster.state(1).isLoaded, cluster.state(1).isEntered]).toEqual([
      "loading",
      true,
      false,
    ])
    cluster.inject(1, 1, { type: "Entered", incarnation: 7 })
    expect(cluster.state(1).isEntered).toBe(false)
    cluster.runFor("2ms")
    expect([cluster.state(1).mode, cluster.state(1).isEntered]).toEqual(["working", true])
  })

  test("is settled, once, when all others know, and it has loaded its checkpoint: whichever comes last", () => {
    for (const restart of [0, 100_000]) {
      const cluster = computation(optimisticLogging, { program: { restart } })
      cluster.runFor("1500ms")
      fail(cluster, 1, { restart })
      cluster.runFor("15ms")
      expect(settled(cluster), `restart ${restart}`).toBe(0)
      cluster.runFor("10ms")
      expect([cluster.state(1).unanswered.size, settled(cluster)]).toEqual([0, restart === 0 ? 1 : 0])
      cluster.runFor("100ms")
      expect([cluster.state(1).isSettled, settled(cluster)]).toEqual([true, 1])
    }
  })

  test("is settled when its incarnation is on the disk, if all others have answered by then", () => {
    const cluster = computation(optimisticLogging)
    cluster.runFor("1500ms")
    cluster.crash(1)
    cluster.restart(1)
    cluster.request(1, 1, { type: "Begin", program: cluster.state(0).process.program! })
    cluster.runFor(500)
    const { restart } = cluster.state(1)
    for (const from of [0, 2]) cluster.inject(from, 1, { type: "Known", restart, received: 0 })
    expect([cluster.state(1).unanswered.size, settled(cluster)]).toEqual([0, 0])
    cluster.runFor("1ms")
    expect([cluster.state(1).mode, settled(cluster)]).toEqual(["working", 1])
  })

  test("learns nothing from a write of its last incarnation", () => {
    const cluster = computation(optimisticLogging)
    cluster.runFor("1500ms")
    fail(cluster, 1)
    cluster.runFor("5ms")
    const before = cluster.state(1).stable[1]
    cluster.inject(1, 1, { type: "Logged", interval: at(0, 5), count: 1 })
    cluster.inject(1, 1, { type: "Logged", interval: at(0, 0), count: 1 })
    expect([before, cluster.state(1).stable[1]]).toEqual([at(1, 0), at(1, 0)])
  })
})

describe("of another process", () => {
  test("an incarnation is believed to be on the disk only when its beginning is known", () => {
    const cluster = computation(optimisticLogging)
    cluster.inject(1, 0, { type: "Stable", interval: at(0, 3) })
    cluster.inject(1, 0, { type: "Stable", interval: at(2, 9) })
    expect(cluster.state(0).stable[1]).toEqual(at(0, 3))
    cluster.inject(1, 0, { type: "Stable", interval: at(0, 2) })
    expect(cluster.state(0).stable[1]).toEqual(at(0, 3))
  })

  test("the ends that are known are not forgotten for fewer", () => {
    const cluster = computation(optimisticLogging)
    const question = { type: "Restarted", restart: 1, received: [0, 0, 0] } as const
    cluster.inject(1, 0, { ...question, endings: [at(1, 0), at(2, 3)] })
    cluster.inject(1, 0, { ...question, endings: [at(1, 0)] })
    expect(cluster.disk(0).endings[1]).toEqual([at(1, 0), at(2, 3)])
  })

  test("a message that waits for an incarnation, and turns out to depend on what that has lost, is not received", () => {
    const received = (index: number) => {
      const cluster = computation(optimisticLogging)
      const content = { number: 0, digest: 0, interval: 1 }
      cluster.inject(2, 0, {
        type: "Application",
        content,
        depends: [at(0, 0), at(1, index), at(0, 1)],
        stable: at(0, 0),
      })
      expect([cluster.state(0).inbox.length, cluster.state(0).process.application.receipts]).toEqual([1, 0])
      const endings = [at(1, 0), at(2, 4)]
      cluster.inject(1, 0, { type: "Restarted", restart: 1, received: [0, 0, 0], endings })
      expect(cluster.state(0).inbox).toEqual([])
      return cluster.state(0).process.application.receipts
    }
    expect([received(4), received(5)]).toEqual([1, 0])
  })
})

test("messages of a failure: 2(n-1) of the process that failed, and of each orphan", () => {
  expect([messagesOfFailure(3, 0), messagesOfFailure(3, 2), messagesOfFailure(5, 1)]).toEqual([4, 12, 16])
})

test("a process whose client has not begun again has entered nothing", () => {
  const cluster = computation(optimisticLogging)
  cluster.runFor("1500ms")
  cluster.crash(1)
  cluster.restart(1)
  cluster.runFor("5ms")
  expect([cluster.state(1).mode, cluster.disk(1).endings[1]]).toEqual(["idle", []])
  begin(cluster, 1)
  expect(cluster.disk(1).endings[1]).toEqual([at(1, 0)])
})
