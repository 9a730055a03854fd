// The log in the memories of senders: what each process keeps for others and of its own, for how long, and who gets it back.
import { describe, expect, test } from "vitest"
import { senderBasedLogging } from "../../../algorithms/sender-based-logging/sender-based-logging.ts"
import type { SenderBased } from "../../../algorithms/sender-based-logging/types.ts"
import type { Cluster } from "../../support/cluster.ts"
import { begin, computation, fail, said } from "../common/recovery/computation.ts"

/** Receipts as a process keeps them: `1@0` is the first one of process 1. */
function receipts(of: readonly { readonly process: number; readonly place: number }[]): string[] {
  return of.map(({ process, place }) => `${process}@${place}`)
}

function kept(cluster: Cluster<SenderBased>, node: number) {
  const { own, hosted, unconfirmed } = cluster.state(node)
  return { own: receipts(own), hosted: receipts(hosted), unconfirmed: [...unconfirmed] }
}

describe("a process (Johnson and Zwaenepoel 1987)", () => {
  test("has nothing at first, then its own receipts, and those that its messages caused", () => {
    const cluster = computation(senderBasedLogging)
    expect(kept(cluster, 1)).toEqual({ own: [], hosted: [], unconfirmed: [] })
    cluster.runFor("2100ms")
    expect(kept(cluster, 1)).toEqual({ own: ["1@0", "1@1"], hosted: ["2@0", "2@1"], unconfirmed: [] })
  })

  test("keeps none of its own that its checkpoint covers, and its senders forget them with the next", () => {
    const cluster = computation(senderBasedLogging, { parameters: { interval: "2500ms" } })
    cluster.runFor("2600ms")
    expect(kept(cluster, 1)).toEqual({ own: [], hosted: ["2@0", "2@1"], unconfirmed: [] })
    cluster.runFor("1s")
    expect(kept(cluster, 1)).toEqual({ own: ["1@2"], hosted: ["2@2"], unconfirmed: [] })
  })

  test("keeps what has not been confirmed of those after its checkpoint, and lets go of what is covered", () => {
    const cluster = computation(senderBasedLogging, { parameters: { interval: "2500ms" } })
    cluster.intercept((_, __, { type }) => (type === "Confirm" ? "drop" : "deliver"))
    cluster.runFor("1100ms")
    expect(kept(cluster, 1).unconfirmed).toEqual([0])
    // Nothing leaves it meanwhile, and it takes no checkpoint.
    cluster.runFor("2s")
    expect([kept(cluster, 1).unconfirmed, cluster.state(1).withheld.length]).toEqual([[0], 2])
    expect(cluster.disk(1).checkpoints.map(({ index }) => index)).toEqual([0])
    cluster.intercept(() => "deliver")
    cluster.inject(0, 1, { type: "Confirm", places: [0, 1, 2] })
    // It is time for the checkpoint, and nothing is withheld any more.
    expect([cluster.state(1).withheld, cluster.state(1).mode]).toEqual([[], "writing"])
  })

  test("that has failed is told its receipts by its senders, and tells those that it has of theirs", () => {
    const cluster = computation(senderBasedLogging)
    cluster.runFor("2100ms")
    fail(cluster, 1)
    cluster.clearCounts()
    cluster.runFor("30ms")
    const known = cluster.sent.flatMap(({ from, to, message }) =>
      to === 1 && message.type === "Known" ? [[from, receipts(message.own), receipts(message.hosted)]] : [],
    )
    // Process 2 received from it; process 0 sent to it.
    expect(known).toEqual([
      [0, [], ["1@0", "1@1"]],
      [2, ["2@0", "2@1"], []],
    ])
    expect(kept(cluster, 1)).toMatchObject({ own: ["1@0", "1@1"], hosted: ["2@0", "2@1"] })
    expect(said(cluster, 1, 2)).toContain("Confirm")
    expect(said(cluster, 1, 0)).not.toContain("Confirm")
  })

  test("is told once of a receipt, however often its sender hears of it", () => {
    const cluster = computation(senderBasedLogging)
    cluster.runFor("1100ms")
    const determinant = { process: 2, place: 0, from: 1, number: 0, steps: 1 }
    cluster.inject(2, 1, { type: "Ack", determinant, first: 0 })
    expect(kept(cluster, 1).hosted).toEqual(["2@0"])
    cluster.inject(2, 1, { type: "Ack", determinant: { ...determinant, process: 0 }, first: 0 })
    expect(kept(cluster, 1).hosted).toEqual(["2@0", "0@0"])
    // Process 0 has a checkpoint after its fifth receipt, which says nothing about those of process 2.
    cluster.inject(0, 1, { type: "Ack", determinant: { ...determinant, process: 0, place: 7 }, first: 5 })
    expect(kept(cluster, 1).hosted).toEqual(["2@0", "0@7"])
  })

  test("asks again one that was down with it, once that is back", () => {
    const cluster = computation(senderBasedLogging)
    cluster.runFor("1500ms")
    cluster.crash(0)
    fail(cluster, 1)
    cluster.runFor("50ms")
    cluster.clearCounts()
    cluster.restart(0)
    begin(cluster, 0)
    cluster.runFor("50ms")
    expect(said(cluster, 1, 0)).toContain("Restarted")
    expect([0, 1].map(node => cluster.state(node).unanswered.size)).toEqual([0, 0])
  })
})
