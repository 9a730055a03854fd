/** The `leader-election` service by itself: what it measures of nodes whose beliefs the test scripts. */
import { describe, expect, test } from "vitest"
import { Script } from "./scripted.ts"

const everyone = [0, 1, 2, 3]

describe("availability", () => {
  test("is 0 while nobody knows a leader, and 1 while all are right", () => {
    expect(new Script(4).finish().availability).toBe(0)
    expect(new Script(4).believe(everyone, 2, 1).finish().availability).toBe(1)
    expect(new Script(4).at(30).believe(everyone, 2, 1).finish().availability).toBe(0.7)
  })

  test("is the share of live nodes that are right", () => {
    expect(new Script(4).believe([2, 3], 2, 1).finish().availability).toBe(0.5)
    const twoLeft = new Script(4).believe([2, 3], 2, 1).crash(0).crash(1)
    expect(twoLeft.finish().availability).toBe(1)
  })

  test("a node is wrong about a leader that is down", () => {
    expect(new Script(4).believe(everyone, 2, 1).at(40).crash(2).finish().availability).toBe(0.4)
  })

  test("a node is wrong about a leader that does not believe that it leads", () => {
    expect(new Script(4).believe(everyone, 2, 1).at(40).believe([2], 3, 2).finish().availability).toBe(0.4)
  })

  test("a node is wrong about a leader that it cannot reach", () => {
    const cut = new Script(4).believe(everyone, 2, 1).at(60).partition([0, 2, 3], [1])
    expect(cut.finish().availability).toBe(0.6 + 0.4 * (3 / 4))
  })

  test("a node is right about a leader that it reaches, though it does not hear from it", () => {
    const deaf = new Script(4).believe(everyone, 2, 1).at(60).cut(2, 0)
    expect(deaf.finish().availability).toBe(1)
    const mute = new Script(4).believe(everyone, 2, 1).at(60).cut(0, 2)
    expect(mute.finish().availability).toBe(0.6 + 0.4 * (3 / 4))
  })

  test("both sides of a partition may be right, each about its own leader", () => {
    const split = new Script(4).partition([0, 1], [2, 3]).believe([0, 1], 1, 1).believe([2, 3], 3, 1)
    expect(split.finish()).toMatchObject({ availability: 1, figures: { split_brain_share: 1 } })
  })

  test("is 0 while all nodes are down", () => {
    const script = new Script(2).believe([0, 1], 1, 1).at(50).crash(0).crash(1)
    expect(script.finish().availability).toBe(0.5)
  })

  test("counts from the end of the warm-up to the end of the run", () => {
    const script = new Script(4, { warmup: 50 }).at(75).believe(everyone, 2, 1).at(150).crash(2)
    expect(script.finish().availability).toBe(0.5)
  })

  test("does not ask traitors", () => {
    const script = new Script(4).believe([1, 2, 3], 2, 1).betray(0)
    expect(script.finish()).toMatchObject({ availability: 1, ok: 1 })
  })
})

describe("outages", () => {
  test("last while at most half of the live nodes are right, and name the fault that came before", () => {
    const script = new Script(4).believe(everyone, 3, 1)
    script.at(20).crash(3).at(30).believe([0, 2], 2, 2).at(35).believe([1], 2, 2)
    expect(script.finish().outages).toEqual([{ start: 20, end: 30, cause: "crash of node 3" }])
    const half = new Script(4).believe(everyone, 3, 1).at(20).believe([0, 1], null, 1).at(70).believe([0], 3, 1)
    expect(half.finish().outages).toEqual([{ start: 20, end: 70, cause: "" }])
  })

  test("last to the end if nobody is elected, and begin with the warm-up's end at the earliest", () => {
    const script = new Script(2, { warmup: 50 })
    expect(script.finish().outages).toEqual([{ start: 50, end: 100, cause: "" }])
  })

  test("that took no time are none", () => {
    const script = new Script(2).believe([0, 1], 1, 1).at(20).believe([0, 1], null, 1).believe([0, 1], 1, 2)
    expect(script.finish().outages).toEqual([])
  })

  test("take as their cause the fault of the same moment, before or after, and the last ones of a second", () => {
    const down = new Script(4).believe(everyone, 3, 1).at(20).crash(3)
    expect(down.finish().outages[0]!.cause).toBe("crash of node 3")
    const script = new Script(2, { end: 5_000_000 }).believe([0, 1], 1, 1).at(100).partition([0, 1]).at(200).partition()
    script.at(1_000_100).believe([0, 1], null, 1).at(2_000_000).believe([0, 1], 1, 2)
    expect(script.finish().outages[0]!.cause).toBe("partition; partition healed")
  })

  test("count a fault of exactly a second before to the causes, though others came since", () => {
    const script = new Script(2, { end: 5_000_000 }).believe([0, 1], 1, 1).at(100).partition([0, 1])
    script.at(1_000_100).partition().believe([0, 1], null, 1).at(2_000_000).believe([0, 1], 1, 2)
    expect(script.finish().outages[0]!.cause).toBe("partition; partition healed")
  })

  test("have no cause if the last fault is more than a second past", () => {
    const script = new Script(2, { end: 5_000_000 }).believe([0, 1], 1, 1).at(100).partition([0, 1])
    script.at(1_000_101).believe([0, 1], null, 1).at(2_000_000).believe([0, 1], 1, 2)
    expect(script.finish().outages).toEqual([{ start: 1_000_101, end: 2_000_000, cause: "" }])
  })
})

describe("who leads for how long", () => {
  test("agreement, no leader at all, and two at once are shares of the time", () => {
    const script = new Script(3).at(10).believe([0], 0, 1).at(30).believe([1, 2], 0, 1)
    script.at(60).believe([1], 1, 2).at(65).believe([0, 2], 1, 2).at(80).crash(1)
    expect(script.finish().figures).toMatchObject({
      leaderless_share: 0.3,
      split_brain_share: 0.05,
      // Whoever believes in either of two leaders is right.
      agreement_share: 0.5,
    })
  })
})

test("agreement is that of all live nodes, not of most", () => {
  const script = new Script(4).believe(everyone, 2, 1).at(40).believe([0], null, 1).at(70).believe([0], 2, 1)
  expect(script.finish().figures["agreement_share"]).toBeCloseTo(0.7, 12)
  expect(new Script(4).believe([1, 2, 3], 2, 1).crash(0).finish().figures["agreement_share"]).toBe(1)
})

describe("an election", () => {
  test("is not complete while a node follows the leader in an earlier epoch", () => {
    const script = new Script(3).believe([2], 2, 4).believe([0, 1], 2, 4).at(10).believe([2, 0], 2, 5)
    expect(script.finish()).toMatchObject({ ok: 1 })
    const complete = new Script(3).believe([2], 2, 4).believe([0, 1], 2, 4).at(10).believe([2, 0], 2, 5).at(40)
    expect(complete.believe([1], 2, 5).finish()).toMatchObject({ ok: 2 })
  })

  test("is complete when every live node follows the leader in its epoch", () => {
    const script = new Script(4).crash(0).at(10).believe([2], 2, 5).at(20).believe([1], 2, 4).believe([3], 2, 5)
    expect(script.at(30).believe([1], 2, 5).finish()).toMatchObject({ attempted: 1, ok: 1, unknown: 0 })
    expect(new Script(4).believe([1, 2, 3], 2, 5).finish()).toMatchObject({ ok: 0 })
  })

  test("does not wait for a node that only hears the leader, or only reaches it", () => {
    for (const [from, to] of [
      [0, 2],
      [2, 0],
    ] as const) {
      expect(new Script(4).cut(from, to).believe([1, 2, 3], 2, 5).finish(), `${from} ${to}`).toMatchObject({ ok: 1 })
    }
  })

  test("does not wait for nodes that the leader cannot reach", () => {
    const script = new Script(4).partition([1, 2, 3], [0]).believe([1, 2, 3], 2, 5)
    expect(script.finish()).toMatchObject({ ok: 1 })
  })

  test("counts again when the same leader is elected in another epoch, and not when a follower comes back", () => {
    const script = new Script(3).believe([0, 1, 2], 2, 1)
    script.at(10).crash(0).at(20).restart(0).at(30).believe([0], 2, 1)
    script.at(40).believe([0, 1, 2], null, 1).at(50).believe([2, 1, 0], 2, 2)
    script.at(60).believe([2, 1, 0], 1, 3)
    expect(script.finish()).toMatchObject({ ok: 3, figures: { elections: 3, leader_changes: 2 } })
  })

  test("is measured from the loss of the leader", () => {
    const script = new Script(3).believe([2, 1, 0], 2, 1).at(20).crash(2).at(35).believe([1], 1, 2)
    const { latency } = script.at(50).believe([0], 1, 2).finish()
    expect([latency.count, latency.max]).toEqual([2, 30])
  })

  test("is measured from the outage if its winner had been cut off long before", () => {
    const script = new Script(4).believe([3, 2, 1, 0], 3, 1).at(20).partition([1, 2, 3], [0]).at(50).partition()
    script.at(60).believe([1, 2, 3], null, 2).at(75).believe([0, 1, 2, 3], 0, 3)
    expect(script.finish().latency.max).toBe(15)
  })

  test("is measured from the outage if its winner had lost the leader before, while most still had one", () => {
    const script = new Script(4).believe([3, 2, 1, 0], 3, 1).at(20).believe([0], null, 2)
    script.at(60).believe([1, 2, 3], null, 2).at(75).believe([0, 1, 2, 3], 0, 3)
    expect(script.finish().latency.max).toBe(15)
  })

  test("is measured from its winner's loss if the outage began before, as where most had lost theirs already", () => {
    const script = new Script(4).believe([3, 2, 1, 0], 3, 1).at(20).believe([0, 1], null, 2).at(30)
    script.believe([2], null, 2).at(55).believe([2, 0, 1, 3], 2, 3)
    expect(script.finish().latency.max).toBe(25)
  })

  test("is measured from the request if it was asked for", () => {
    const script = new Script(3, { warmup: 10, workload: { initiators: "lowest" } }).believe([2, 1, 0], 2, 1)
    script.at(15).believe([0, 1, 2], null, 1).at(42).believe([2, 1, 0], 2, 2)
    const { attempted, ok, latency } = script.finish()
    expect([attempted, ok, latency.max]).toEqual([1, 1, 32])
  })

  test("that is complete before the warm-up ends is not counted", () => {
    expect(new Script(3, { warmup: 10 }).believe([2, 1, 0], 2, 1).finish()).toMatchObject({ attempted: 0 })
  })

  test("that was asked for and has no winner is unknown; so is one that would have to end an outage", () => {
    const asked = new Script(3, { workload: { initiators: "all", interval: "40us" } })
    asked.at(10).believe([2, 1, 0], 2, 1)
    asked.at(45).believe([2, 1, 0], null, 1)
    expect(asked.finish()).toMatchObject({ attempted: 3, ok: 1, failed: 0, unknown: 2 })
    expect(new Script(3).believe([2, 1, 0], 2, 1).crash(2).finish()).toMatchObject({ attempted: 2, ok: 1, unknown: 1 })
  })
})

describe("a round of asking in which no election is held", () => {
  test("is none: the leader was asked, and stayed", () => {
    const asked = new Script(3, { workload: { initiators: "all", interval: "40us" } })
    asked.at(10).believe([2, 1, 0], 2, 1)
    const { attempted, ok, latency, figures } = asked.finish()
    expect([attempted, ok, latency.total]).toEqual([1, 1, 1])
    expect(figures).toMatchObject({ rounds: 3, declined: 2, elections: 1 })
  })

  test("does not begin the election that a crash of the leader makes necessary later", () => {
    const asked = new Script(3, { workload: { initiators: "all", interval: "40us" } })
    asked.at(10).believe([2, 1, 0], 2, 1).at(60).crash(2)
    asked.at(70).believe([1, 0], 1, 2)
    expect(asked.finish()).toMatchObject({ ok: 2, latency: { max: 10 } })
  })
})

describe("a search for a leader", () => {
  const figures = (script: Script) => script.finish().figures

  test("begins when nobody leads any more, and ends with the first leader and the one that stays", () => {
    const script = new Script(4, { end: 100_000 }).believe([3, 2, 1, 0], 3, 1).send(100).at(20_000).crash(3)
    script.at(30_000).send(3).believe([0, 1], null, 2).send(4).believe([0], null, 3).at(45_000).believe([0], 0, 3)
    script.send(50).at(50_000).believe([1, 2], 0, 3)
    expect(figures(script)).toMatchObject({
      searches: 2,
      // The first one, from the beginning, took no time.
      first_leader: (0 + 25) / 2,
      stable_leader: (0 + 30) / 2,
      epochs_passed: (1 + 2) / 2,
      split_votes: (0 + 1) / 2,
      messages_to_leader: (0 + 7) / 2,
    })
  })

  test("has no stable leader until all follow, and begins anew with each loss", () => {
    const script = new Script(3, { warmup: 10 }).at(20).believe([0], 0, 1).at(30).believe([0], null, 2).at(50)
    const { first_leader, stable_leader, searches, epochs_passed } = figures(script.believe([1], 1, 3))
    expect({ searches, first_leader, epochs_passed }).toEqual({
      searches: 2,
      first_leader: (0.01 + 0.02) / 2,
      // Epoch 2 was there when the second one began.
      epochs_passed: (1 + 1) / 2,
    })
    expect(stable_leader).toBeNaN()
  })

  test("is not found by a node that leads only after the measured time", () => {
    const script = new Script(3, { end: 100 }).at(100).at(101).believe([0, 1, 2], 0, 1)
    expect(figures(script)).toMatchObject({ searches: 1, first_leader: Number.NaN, stable_leader: Number.NaN })
    const late = new Script(3, { end: 100 }).at(90).believe([0], 0, 1).at(101).believe([1, 2], 0, 1)
    expect(figures(late)).toMatchObject({ first_leader: 0.09, stable_leader: Number.NaN })
  })

  test("keeps the time at which all followed first, whoever comes back later", () => {
    const script = new Script(3).at(10).believe([0, 1, 2], 0, 1).at(30).crash(2).at(40).restart(2).at(50)
    expect(figures(script.believe([2], 0, 1))).toMatchObject({ searches: 1, stable_leader: 0.01 })
  })

  test("goes on while a second leader takes over from the first one", () => {
    const script = new Script(3).at(10).believe([0, 1, 2], 0, 1).at(20).believe([1, 0, 2], 1, 2).at(40)
    expect(figures(script)).toMatchObject({ searches: 1, first_leader: 0.01, stable_leader: 0.02, epochs_passed: 1 })
  })

  test("begins when clients ask for an election, also while somebody leads", () => {
    const script = new Script(3, { warmup: 10, workload: { initiators: "all" } }).believe([2, 1, 0], 2, 1).at(10)
    script.send(5).at(35).believe([2, 1, 0], 2, 2)
    expect(figures(script)).toMatchObject({ searches: 1, first_leader: 0.025, messages_to_leader: 5 })
  })

  test("before the warm-up ends is none, and one without a leader by the end has no figures", () => {
    const script = new Script(3, { warmup: 50 }).at(10).believe([0, 1, 2], 0, 1)
    expect(figures(script)["searches"]).toBe(0)
    const vain = figures(new Script(3).at(100).believe([0], null, 4).at(101).believe([0], 0, 4))
    expect(vain).toMatchObject({ searches: 1, first_leader: Number.NaN, split_votes: Number.NaN })
  })

  test("counts no epoch that there was before it began", () => {
    const script = new Script(4).believe([3, 2, 1, 0], 3, 8).at(20).crash(3).at(30).believe([0], null, 5)
    script.believe([1], null, 8).at(40).believe([1], null, 9).believe([1], 1, 9)
    const { epochs_passed, split_votes } = figures(script)
    expect({ epochs_passed, split_votes }).toEqual({ epochs_passed: 1, split_votes: 0 })
  })

  test("counts no epoch that only a traitor speaks of, nor one twice", () => {
    const script = new Script(4).betray(3).believe([3], null, 9).believe([3], 3, 10)
    script.at(10).believe([0, 1], null, 1).believe([2], null, 1).believe([0], null, 2).at(30).believe([1], 1, 2)
    expect(figures(script)).toMatchObject({ first_leader: 0.03, epochs_passed: 2, split_votes: 1 })
  })
})

describe("the check", () => {
  const verdictOf = (script: Script, check: string) => script.finish().verdicts[check]

  test("one-leader-per-epoch is violated by two live nodes that lead in one epoch at the same time", () => {
    const script = new Script(3).believe([0], 0, 7).at(10).believe([2], 2, 7)
    const witness = "nodes 0 and 2 both lead in epoch 7 at 10us"
    expect(verdictOf(script, "one-leader-per-epoch")).toEqual({ verdict: "violated", at: 10, witness })
  })

  test("one-leader-per-epoch holds with two leaders in different epochs, or one after the other", () => {
    const different = new Script(3).believe([0], 0, 7).believe([2], 2, 8)
    expect(verdictOf(different, "one-leader-per-epoch")).toEqual({ verdict: "holds" })
    const deposed = new Script(3).believe([0], 0, 7).believe([0], null, 7).believe([2], 2, 7)
    expect(deposed.finish()).toMatchObject({
      verdicts: { "one-leader-per-epoch": { verdict: "holds" } },
      figures: { reused_epochs: 1 },
    })
    const dead = new Script(3).believe([0], 0, 7).crash(0).believe([2], 2, 7)
    expect(verdictOf(dead, "one-leader-per-epoch")).toEqual({ verdict: "holds" })
  })

  test("one-leader-per-epoch is judged with every leader of the epoch, not the first alone; an epoch is counted once", () => {
    const script = new Script(4).believe([0], 0, 7).believe([0], null, 8).believe([1], 1, 7).at(10).believe([2], 2, 7)
    const witness = "nodes 1 and 2 both lead in epoch 7 at 10us"
    expect(script.finish()).toMatchObject({
      verdicts: { "one-leader-per-epoch": { verdict: "violated", at: 10, witness } },
      figures: { reused_epochs: 1 },
    })
    const again = new Script(4).believe([0], 0, 7).crash(0).believe([1], 1, 7).crash(1).restart(0).believe([0], 0, 7)
    expect(again.crash(0).restart(1).believe([1], 1, 7).finish()).toMatchObject({
      verdicts: { "one-leader-per-epoch": { verdict: "holds" } },
      figures: { reused_epochs: 1 },
    })
  })

  test("one-leader-per-epoch says nothing of a leader that has turned traitor since", () => {
    const script = new Script(3).believe([0], 0, 7).betray(0).at(10).believe([2], 2, 7)
    expect(verdictOf(script, "one-leader-per-epoch")).toEqual({ verdict: "holds" })
  })

  test("leader-claimed holds for belief in any of several leaders of an epoch", () => {
    const script = new Script(4).believe([0], 0, 7).crash(0).believe([1], 1, 7).crash(1).believe([2], 2, 7)
    expect(verdictOf(script.believe([3], 1, 7).believe([3], 2, 7), "leader-claimed")).toEqual({ verdict: "holds" })
    expect(verdictOf(new Script(4).believe([0], 0, 7).believe([3], 1, 7), "leader-claimed")).toMatchObject({
      verdict: "violated",
    })
  })

  test("one-leader-per-epoch is violated by one after the other where the algorithm promises one leader an epoch", () => {
    const promised = { oneLeaderPerEpoch: true }
    const dead = new Script(3, promised).believe([0], 0, 7).crash(0).at(10).believe([2], 2, 7)
    const witness = "node 2 leads in epoch 7 at 10us, which node 0 led before"
    expect(verdictOf(dead, "one-leader-per-epoch")).toEqual({ verdict: "violated", at: 10, witness })
    const third = new Script(3, promised).believe([0], 0, 7).believe([0], null, 8).believe([1], 1, 8).crash(1)
    expect(verdictOf(third.believe([2], 2, 7), "one-leader-per-epoch")).toMatchObject({ verdict: "violated" })
    const same = new Script(3, promised).believe([0], 0, 7).crash(0).restart(0).believe([0], 0, 7)
    expect(verdictOf(same, "one-leader-per-epoch")).toEqual({ verdict: "holds" })
    const traitor = new Script(3, promised).believe([0], 0, 7).betray(0).believe([0], 0, 8).believe([2], 2, 8)
    expect(verdictOf(traitor, "one-leader-per-epoch")).toEqual({ verdict: "holds" })
  })

  test("leader-claimed is violated by a belief in a node that never led in that epoch", () => {
    const script = new Script(3).believe([0], 0, 7).at(5).believe([1], 0, 8)
    const witness = "node 1 believes in node 0 in epoch 8, in which that node never led"
    expect(verdictOf(script, "leader-claimed")).toEqual({ verdict: "violated", at: 5, witness })
    expect(verdictOf(new Script(3).believe([0, 1], 0, 7), "leader-claimed")).toEqual({ verdict: "holds" })
  })

  test("says nothing about what traitors claim", () => {
    const script = new Script(4).betray(0).believe([0], 0, 7).believe([2], 2, 7).believe([3], 0, 9)
    expect(script.finish().verdicts).toEqual({
      "one-leader-per-epoch": { verdict: "holds" },
      "leader-claimed": { verdict: "holds" },
    })
  })
})

describe("the workload", () => {
  const asked = (workload: Readonly<Record<string, unknown>>, down: readonly number[] = []) => {
    const script = new Script(4, { warmup: 10, workload })
    for (const node of down) script.crash(node)
    script.finish()
    return script.asked.map(({ time, node }) => `${node} at ${time}`)
  }

  test("asks nobody, the lowest, the highest, one or all of the live nodes when the warm-up ends", () => {
    expect(asked({})).toEqual([])
    expect(asked({ initiators: "lowest" }, [0])).toEqual(["1 at 10"])
    expect(asked({ initiators: "highest" }, [3])).toEqual(["2 at 10"])
    expect(asked({ initiators: "one", initiator: 2 })).toEqual(["2 at 10"])
    expect(asked({ initiators: "one", initiator: 2 }, [2])).toEqual([])
    expect(asked({ initiators: "all" }, [1])).toEqual(["0 at 10", "2 at 10", "3 at 10"])
    expect(asked({ initiators: "random", count: 9 }, [1])).toEqual(["0 at 10", "2 at 10", "3 at 10"])
    expect(asked({ initiators: "random", count: 4 })).toEqual(["0 at 10", "1 at 10", "2 at 10", "3 at 10"])
    expect(new Set(asked({ initiators: "random", count: 2 })).size).toBe(2)
  })

  test("asks the lowest, or a random one, of the live nodes that do not lead", () => {
    const ledBy = (leader: number, initiators: string) => {
      const script = new Script(4, { warmup: 10, end: 200, workload: { initiators, interval: "1us" } })
      script.believe([0, 1, 2, 3], leader, 1)
      script.finish()
      return new Set(script.asked.map(({ node }) => node))
    }
    expect(ledBy(0, "lowestFollower")).toEqual(new Set([1]))
    expect(ledBy(2, "lowestFollower")).toEqual(new Set([0]))
    expect(ledBy(2, "follower")).toEqual(new Set([0, 1, 3]))
  })

  test("asks a random live node, not always the same", () => {
    const nodes = asked({ initiators: "random", interval: "1us" }, [1]).map(ask => ask[0])
    expect(new Set(nodes)).toEqual(new Set(["0", "2", "3"]))
  })

  test("asks again after each interval, until the end", () => {
    expect(asked({ initiators: "lowest", interval: "30us" })).toEqual(["0 at 10", "0 at 40", "0 at 70"])
  })

  test("asks at random times, as often as the mean interval says", () => {
    const workload = { initiators: "lowest", interval: "1ms", arrivals: "poisson" }
    const { rounds } = new Script(4, { end: 2_000_000, workload }).finish().figures
    // A Poisson process of mean 2000: three standard deviations are 134.
    expect(Math.abs(rounds! - 2000)).toBeLessThan(134)
    expect(rounds).not.toBe(2000)
  })

  test("attempts nothing if there is nobody to ask", () => {
    const script = new Script(2, { workload: { initiators: "one", initiator: 7 } }).believe([1, 0], 1, 1)
    expect(script.finish()).toMatchObject({ attempted: 1, ok: 1 })
  })
})

describe("what does not disturb the measure of an election", () => {
  test("a leader that says again that it leads", () => {
    const script = new Script(4).at(10).believe([3], 3, 1).at(20).believe([3], 3, 1)
    const { latency } = script.at(40).believe([0, 1, 2], 3, 1).finish()
    expect([latency.total, latency.max]).toEqual([1, 40])
  })

  test("an epoch of long ago", () => {
    const script = new Script(4).believe(everyone, 3, 5).at(10).believe([0], null, 2)
    script.at(20).crash(3).at(30).believe([0], null, 5).at(40).believe([0, 1, 2], 2, 6)
    expect(script.finish().figures).toMatchObject({ epochs_passed: 1, split_votes: 0 })
  })

  test("a follower that goes down after an election was asked for", () => {
    const script = new Script(4, { workload: { initiators: "all", interval: "50us" } }).believe(everyone, 3, 1)
    const { figures, latency } = script.at(60).crash(0).at(80).believe([1, 2, 3], 2, 2).finish()
    expect(figures["declined"]).toBe(0)
    expect(latency.max).toBe(30)
  })

  test("nodes that say nothing before the first leader: the group was without one from the beginning", () => {
    const script = new Script(4, { warmup: 50 }).at(75).believe(everyone, 2, 1)
    expect(script.finish().latency.max).toBe(75)
  })
})
