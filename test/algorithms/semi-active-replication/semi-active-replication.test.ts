// Semi-active replication: what the leader decides, all replicas do; where each decides for itself, they diverge.
import { describe, expect, test } from "vitest"
import { semiActiveReplication } from "../../../algorithms/semi-active-replication/semi-active-replication.ts"
import type { Fault } from "../../../runtime/faults/fault.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { ask, put, semiActiveGroup, type SemiActiveGroup } from "../active-replication/support.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { completeRun, violations } from "../../support/service-run.ts"
import { violatedIn } from "./divergence.ts"

const draw = { op: "draw", key: "x" } as const
const stamp = { op: "stamp", key: "x" } as const

/** What the register x holds on each replica; null on those that are down. */
function registers(group: SemiActiveGroup): (string | null | undefined)[] {
  return [0, 1, 2].map(node => (group.isUp(node) ? group.state(node).machine.registers?.get("x") : null))
}

describe("divergence", () => {
  const SEEDS = randomRuns(400)

  test(`none in ${SEEDS} runs with draws, looks at the clock and crashes; active replication diverges in most of them`, () => {
    let diverged = 0
    for (let seed = 1; seed <= SEEDS; seed++) {
      expect(violatedIn("semi-active", seed), `seed ${seed}`).toEqual([])
      if (violatedIn("active", seed).includes("same-choices")) diverged++
    }
    expect(diverged).toBeGreaterThan(0.8 * SEEDS)
  })
})

describe("the leader decides", () => {
  test("a draw: the followers have its number, and so does the client", () => {
    const group = semiActiveGroup()
    ask(group, draw)
    group.runFor("10ms")
    const [chosen] = registers(group)
    expect(registers(group)).toEqual([chosen, chosen, chosen])
    expect(group.replies[0]!.reply).toMatchObject({ result: { value: chosen } })
  })

  test("nothing about a command that leaves nothing to chance", () => {
    const group = semiActiveGroup()
    ask(group, put("a"))
    group.runFor("10ms")
    expect([registers(group).length, group.count("Decision")]).toEqual([3, 0])
  })

  test("what comes late is nothing new: about a place that is executed, and of an epoch that is over", () => {
    const group = semiActiveGroup()
    ask(group, draw)
    group.runFor("10ms")
    const { epoch, executed } = group.state(1)
    group.inject(0, 1, { type: "Decision", epoch, index: executed, chosen: "7" })
    expect([...group.state(1).decided]).toEqual([])
    group.inject(0, 1, { type: "Decision", epoch: epoch - 1, index: executed + 1, chosen: "7" })
    expect([...group.state(1).decided]).toEqual([])
    group.inject(0, 1, { type: "Decision", epoch, index: executed + 1, chosen: "7" })
    expect([...group.state(1).decided.keys()]).toEqual([executed + 1])
  })

  test("what is known of an epoch that is over is forgotten with the first decision of the next", () => {
    const group = semiActiveGroup()
    group.inject(0, 2, { type: "Decision", epoch: 0, index: 5, chosen: "7" })
    group.inject(0, 2, { type: "Decision", epoch: 0, index: 6, chosen: "8" })
    expect([...group.state(2).decided.keys()]).toEqual([5, 6])
    // It has been cut off while replica 1 took over, and joins.
    group.inject(1, 2, { type: "Decision", epoch: 1, index: 9, chosen: "3" })
    expect([group.state(2).status, [...group.state(2).decided]]).toEqual(["joining", [[9, { epoch: 1, chosen: "3" }]]])
  })

  test("a replica that joins keeps decisions about places that it had executed: its order has gone another way", () => {
    const group = semiActiveGroup()
    ask(group, draw)
    group.runFor("10ms")
    const { executed } = group.state(2)
    expect(executed).toBe(1)
    group.inject(1, 2, { type: "Decision", epoch: 1, index: executed, chosen: "3" })
    expect([group.state(2).status, group.state(2).executed, [...group.state(2).decided.keys()]]).toEqual([
      "joining",
      1,
      [1],
    ])
  })

  test("a decision of an epoch that is over is for none of those after it", () => {
    const group = semiActiveGroup()
    ask(group, draw)
    group.runFor("10ms")
    const { executed } = group.state(2)
    // The leader's decision about the next place comes, and the place does not; then it is gone.
    group.inject(0, 2, { type: "Decision", epoch: 0, index: executed + 1, chosen: "7" })
    group.crash(0)
    group.runUntil(() => group.state(2).epoch > 0)
    group.runFor("1s")
    ask(group, { op: "draw", key: "y" }, { client: 2 })
    group.runFor("1s")
    const drawn = [1, 2].map(node => group.state(node).machine.registers?.get("y"))
    expect(drawn[0]).toBe(drawn[1])
    expect(drawn[0]).not.toBe("7")
    expect(group.state(2).decided.size).toBe(0)
  })

  test("a look at the clock: the followers have its time, whatever theirs", () => {
    const group = semiActiveGroup()
    group.shiftClock(0, 1_000_000)
    ask(group, stamp)
    group.runFor("10ms")
    expect(registers(group)).toEqual(Array.from({ length: 3 }, () => "1002000"))
  })

  test("once for a request, however often it comes", () => {
    const group = semiActiveGroup()
    ask(group, draw)
    group.runFor("10ms")
    const before = registers(group)
    ask(group, draw, { frontEnd: 1 })
    group.runFor("10ms")
    expect(registers(group)).toEqual(before)
    expect(group.count("Decision")).toBe(2)
  })

  test("nothing where nothing is left to chance", () => {
    const group = semiActiveGroup()
    ask(group, put("1"))
    group.runFor("10ms")
    expect(group.count("Decision")).toBe(0)
  })
})

describe("a follower", () => {
  test("waits for the decision that belongs to an order, and executes nothing after it meanwhile", () => {
    const group = semiActiveGroup()
    group.intercept((_, to, { type }) => (type === "Decision" && to === 2 ? { delay: 9_000 } : "deliver"))
    ask(group, draw)
    ask(group, put("1"), { client: 2 })
    group.runFor("8ms")
    expect(group.state(2).executed).toBe(0)
    group.runFor("5ms")
    expect(group.state(2).executed).toBe(2)
    expect(new Set(registers(group)).size).toBe(1)
  })

  test("keeps a decision that comes before its order", () => {
    const group = semiActiveGroup()
    group.intercept((_, to, { type }) => (type === "Order" && to === 2 ? { delay: 5_000 } : "deliver"))
    ask(group, draw)
    group.runFor("15ms")
    expect(new Set(registers(group)).size).toBe(1)
    expect(group.state(2).decided.size).toBe(0)
  })

  test("that joins gets what was left to chance with the state, and keeps what is decided meanwhile", () => {
    const group = semiActiveGroup()
    ask(group, draw)
    group.runFor("10ms")
    group.crash(2)
    group.intercept((_, to, { type }) => (type === "Transfer" && to === 2 ? { delay: 5_000 } : "deliver"))
    group.restart(2)
    group.runFor("2ms")
    ask(group, stamp, { sequence: 2 })
    group.runFor("15ms")
    expect(new Set(registers(group)).size).toBe(1)
  })
})

describe("a leader that crashes", () => {
  test("before its decision is out has executed nothing that anybody knows: the next leader decides", () => {
    const group = semiActiveGroup()
    group.intercept((_, __, { type }) => (type === "Decision" || type === "Answer" ? "drop" : "deliver"))
    ask(group, draw)
    group.runFor("2500us")
    group.crash(0)
    group.intercept(() => "deliver")
    group.runFor("400ms")
    const [, chosen] = registers(group)
    expect(chosen).toBeDefined()
    expect(registers(group)).toEqual([null, chosen, chosen])
  })

  test("after one follower has its decision: that follower's state is what counts", () => {
    const group = semiActiveGroup()
    group.intercept((_, to, { type }) => (type === "Decision" && to === 1 ? "drop" : "deliver"))
    ask(group, draw)
    group.runFor("2500us")
    const [chosen] = registers(group)
    group.crash(0)
    group.intercept(() => "deliver")
    group.runFor("400ms")
    expect(group.leader()).toBe(1)
    expect(registers(group)).toEqual([null, chosen, chosen])
  })
})

test("a leader that tells each follower another choice makes them differ: that is not claimed", () => {
  const faults: Fault[] = [{ kind: "byzantine", target: { nodes: [0] }, at: 0, behaviour: "equivocating" }]
  const workload = { mode: "closed", clients: 2, nondeterministic: "100%", operations: 50 }
  const run = completeRun(semiActiveReplication, replicatedLog, { nodes: 5, faults, workload, duration: "1s", parameters: { answers: "matching" } }) // biome-ignore format: a line
  expect(violations(run).some(found => found.startsWith("same-choices"))).toBe(true)
})
