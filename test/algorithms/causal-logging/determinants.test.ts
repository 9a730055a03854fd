// Determinants in memories and on disks: who has which, for how long, and what a process makes of them after a failure.
import { describe, expect, test } from "vitest"
import { causalLogging } from "../../../algorithms/causal-logging/causal-logging.ts"
import type { Causal } from "../../../algorithms/causal-logging/types.ts"
import type { Cluster } from "../../support/cluster.ts"
import { begin, computation, fail, said } from "../common/recovery/computation.ts"

/** `1@0 01`: the first receipt of process 1, which processes 0 and 1 have. */
function hosted(cluster: Cluster<Causal>, node: number): string[] {
  return cluster
    .state(node)
    .hosted.map(
      ({ determinant: { process, place }, hosts }) =>
        `${process}@${place} ${[...hosts].toSorted((a, b) => a - b).join("")}`,
    )
    .toSorted()
}

function onDisk(cluster: Cluster<Causal>, node: number): string[] {
  return cluster.disk(node).determinants.map(({ process, place }) => `${process}@${place}`)
}

describe("determinants in the memory of a process (Alvisi and Marzullo 1998, §5)", () => {
  test("are its own, and those that came with messages, until f+1 have them", () => {
    const cluster = computation(causalLogging, { parameters: { f: 1 } })
    cluster.runFor("2100ms")
    expect(hosted(cluster, 1)).toEqual(["0@0 01", "1@0 12", "1@1 1"])
  })

  test("are forgotten once a checkpoint covers them: one's own at once, others' with the next message of theirs", () => {
    const cluster = computation(causalLogging, { parameters: { interval: "2500ms" } })
    cluster.runFor("2600ms")
    expect(hosted(cluster, 1)).toEqual(["0@0 01"])
    cluster.runFor("1s")
    expect(hosted(cluster, 1)).toEqual(["1@2 1"])
  })
})

describe("determinants on the disk of a process", () => {
  test("are those that its checkpoint depends on, and too few processes have; its own and useless ones go", () => {
    const cluster = computation(causalLogging, { parameters: { interval: "2500ms", f: 2 } })
    cluster.runFor("2502ms")
    expect(onDisk(cluster, 1)).toContain("0@0")
    expect(cluster.facts.some(({ node, fact }) => node === 1 && fact.type === "stored" && fact.what === "log")).toBe(
      true,
    )
    cluster.runFor("2600ms")
    // Those of the first checkpoint are covered by the checkpoints of all.
    expect(onDisk(cluster, 1)).not.toContain("0@0")
    expect(onDisk(cluster, 1).length).toBeGreaterThan(0)
    for (const each of onDisk(cluster, 1)) expect(Number(each.split("@")[1])).toBeGreaterThan(1)
  })

  test("are none, where nothing that a checkpoint depends on may be lost with fewer than f+1 processes", () => {
    const cluster = computation(causalLogging, { parameters: { interval: "2500ms", f: 0 } })
    cluster.runFor("2600ms")
    expect([onDisk(cluster, 1), hosted(cluster, 1)]).toEqual([[], []])
    expect(cluster.facts.some(({ fact }) => fact.type === "stored" && fact.what === "log")).toBe(false)
  })

  test("are in its memory again after a failure, with those who surely have them", () => {
    const cluster = computation(causalLogging, { parameters: { interval: "2500ms", f: 2 } })
    cluster.runFor("2600ms")
    const before = onDisk(cluster, 1)
    fail(cluster, 1)
    expect(before.length).toBeGreaterThan(0)
    expect(hosted(cluster, 1).map(each => each.split(" ")[0])).toEqual(before.toSorted())
    for (const { determinant, hosts } of cluster.state(1).hosted) {
      expect(hosts).toEqual(new Set([determinant.process, 1]))
    }
  })
})

describe("a process that has failed", () => {
  test("gets the determinants of all, and repeats its receipts by them", () => {
    const cluster = computation(causalLogging)
    cluster.runFor("2100ms")
    fail(cluster, 1)
    cluster.clearCounts()
    cluster.runFor("30ms")
    // Only the first was with another message.
    expect(hosted(cluster, 1)).toContain("1@0 12")
    expect(hosted(cluster, 1)).toContain("0@0 01")
    const { receipts } = cluster.state(1).process.application
    cluster.runFor("1200ms")
    expect(cluster.state(1).process.application.receipts).toBeGreaterThan(receipts)
  })

  test("counts an answer once, and none to an earlier question", () => {
    const cluster = computation(causalLogging)
    cluster.runFor("1100ms")
    cluster.intercept((_, __, { type }) => (type === "Known" ? "drop" : "deliver"))
    fail(cluster, 1)
    const determinant = { process: 1, place: 7, from: 0, number: 7, steps: 9 }
    const { restart } = cluster.state(1)
    const answer = { type: "Known", received: 0, determinants: [{ determinant, hosts: [0] }] } as const
    cluster.inject(0, 1, { ...answer, restart: restart - 1 })
    expect([hosted(cluster, 1), [...cluster.state(1).unanswered]]).toEqual([[], [0, 2]])
    cluster.inject(0, 1, { ...answer, restart })
    expect([hosted(cluster, 1), [...cluster.state(1).unanswered]]).toEqual([["1@7 01"], [2]])
  })

  test("asks again one that was down with it; and answers that one only when it knows what all others have", () => {
    const cluster = computation(causalLogging, { parameters: { f: 2 } })
    cluster.runFor("1500ms")
    cluster.crash(0)
    fail(cluster, 1)
    cluster.intercept((from, _, { type }) => (from === 2 && type === "Known" ? "drop" : "deliver"))
    cluster.restart(0)
    begin(cluster, 0)
    cluster.clearCounts()
    cluster.runFor("50ms")
    expect(said(cluster, 1, 0)).toEqual(["Restarted"])
    cluster.intercept(() => "deliver")
    cluster.inject(2, 1, { type: "Known", restart: cluster.state(1).restart, received: 1, determinants: [] })
    expect(said(cluster, 1, 0)).toEqual(["Restarted", "Known"])
  })

  test("and that its client has not begun again yet answers nobody", () => {
    const cluster = computation(causalLogging)
    cluster.runFor("1500ms")
    cluster.crash(1)
    cluster.restart(1)
    cluster.inject(0, 1, { type: "Restarted", restart: 5, received: [0, 0, 0] })
    expect(said(cluster, 1, 0).filter(type => type === "Known")).toEqual([])
  })
})

test("a process alone survives its failures: f is 1, though nobody else has its determinants", () => {
  expect(causalLogging.conflict?.({ f: 1, interval: 1, retryInterval: 1 }, 1)).toBeUndefined()
})
