// The test-and-set server: clients on the sides of a partition each ask their replica for one lock.
import { describe, expect, test } from "vitest"
import { primaryBackup } from "../../../algorithms/primary-backup/primary-backup.ts"
import { raft } from "../../../algorithms/raft/raft.ts"
import type { Algorithm, Shape } from "../../../runtime/contract/algorithm.ts"
import { endOf } from "../../../runtime/contract/ids.ts"
import type { Fault } from "../../../runtime/faults/fault.ts"
import { pick, Random } from "../../../runtime/lib/random.ts"
import { MILLISECOND } from "../../../runtime/contract/units.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { isLogReply } from "../../../services/replicated-log/shape.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { runService, type ServiceRunOptions, violations } from "../../support/service-run.ts"
import { BRISK } from "./random-faults.ts"

interface Contest {
  /** The clients that were told that they have the lock, in the order of the answers. */
  readonly winners: readonly number[]
  readonly violated: readonly string[]
}

function contest<S extends Shape>(algorithm: Algorithm<S>, options: ServiceRunOptions, seed: number): Contest {
  const winners = new Set<number>()
  const result = runService(
    algorithm,
    replicatedLog,
    {
      ...options,
      simulation: {
        observer: event => {
          if (event.type !== "answer" || !isLogReply(event.reply) || event.reply.type === "Redirect") return
          if (event.reply.result.done) winners.add(event.client)
        },
      },
    },
    seed,
  )
  if (result.status === "failed") throw new Error(`seed ${seed}: ${result.reason}`)
  return { winners: [...winners], violated: violations(result).map(text => text.split(":")[0]!) }
}

const ONE_LOCK = {
  mode: "closed",
  reads: 0,
  writes: "test-and-set",
  keys: 1,
  ask: "own",
  retryAfter: "15ms",
  backoff: "3ms",
  deadline: "150ms",
}

/** Two replicas or more, as many clients, and partitions between sides with some of both; the view service is on any. */
function randomContest(seed: number, parameters: Readonly<Record<string, unknown>>): ServiceRunOptions {
  const random = Random.stream(seed, "faults", 5)
  const nodes = pick(random, 2, 2, 3, 4)
  const ends = [...Array.from({ length: nodes + 1 }, (_, id) => id), ...Array.from({ length: nodes }, (_, client) => endOf(client))] // biome-ignore format: a line
  const partitions = Array.from({ length: random.integer(1, 3) }, (): Fault => {
    const drawn = ends.map(end => [random.integer(0, 1), end] as const)
    const sides = [0, 1].map(side => drawn.flatMap(([own, end]) => (own === side ? [end] : [])))
    const oneWay = random.chance(0.2) ? { oneWay: true } : {}
    const at = random.integer(0, 120) * MILLISECOND
    return { kind: "partition", sides, ...oneWay, at, for: random.integer(20, 200) * MILLISECOND }
  })
  const crash: Fault = { kind: "crash", target: { nodes: random.choose(1, nodes) }, at: random.integer(0, 150) * MILLISECOND, for: 50 * MILLISECOND } // biome-ignore format: a line
  return {
    nodes,
    latency: { model: "uniform", min: 100, max: 2 * MILLISECOND },
    parameters: { ...BRISK, ...parameters },
    workload: { ...ONE_LOCK, clients: nodes, operations: nodes },
    faults: random.chance(0.3) ? [...partitions, crash] : partitions,
    warmup: "60ms",
    duration: "200ms",
  }
}

/** Runs in which more than one client won: in each of them the check has to say so. */
function doubleWins(parameters: Readonly<Record<string, unknown>>, seeds: number): number {
  let found = 0
  for (let seed = 1; seed <= seeds; seed++) {
    const { winners, violated } = contest(primaryBackup, randomContest(seed, parameters), seed)
    const isDouble = winners.length > 1
    if (isDouble) found++
    expect(isDouble && !violated.includes("linearizable"), `seed ${seed}`).toBe(false)
  }
  return found
}

describe("a partition, each side a replica and a client", () => {
  const sides = [[0, endOf(0)], [1, endOf(1)]] // biome-ignore format: a line
  const apart = (to: readonly number[]): ServiceRunOptions => ({
    nodes: 2,
    latency: "5ms",
    workload: { ...ONE_LOCK, clients: 2, operations: 2, deadline: "500ms" },
    faults: [{ kind: "partition", sides: [[...sides[0]!], [...sides[1]!, ...to]], at: 40 * MILLISECOND }],
    warmup: "50ms",
    duration: "300ms",
  })

  test("by timeouts both clients win", () => {
    const { winners, violated } = contest(primaryBackup, { ...apart([]), parameters: { ...BRISK, takeover: "timeouts" } }, 1) // biome-ignore format: a line
    expect(winners).toHaveLength(2)
    expect(violated).toContain("linearizable")
  })

  test.each([0, 1])("with a view service the one on its side wins, and the other waits: side %i", side => {
    const options = apart(side === 1 ? [2] : [])
    const [fault] = options.faults!
    const own = { ...fault!, sides: side === 0 ? [[0, 2, endOf(0)], [1, endOf(1)]] : [[0, endOf(0)], [1, 2, endOf(1)]] } as Fault // biome-ignore format: a line
    const { winners, violated } = contest(primaryBackup, { ...options, parameters: BRISK, faults: [own] }, 1)
    expect([winners, violated]).toEqual([[side], []])
  })

  test("with a majority rule (Raft, three servers) the one on the side of two wins, and the other waits", () => {
    const options = { ...apart([2]), nodes: 3, leader: 0 }
    const parameters = { electionTimeoutMin: "60ms", electionTimeoutMax: "90ms", heartbeatInterval: "20ms" }
    for (let seed = 1; seed <= 20; seed++) {
      const { winners, violated } = contest(raft, { ...options, parameters }, seed)
      expect([winners, violated], `seed ${seed}`).toEqual([[1], []])
    }
  })

  test("clients that reach both sides are no better off: by timeouts both win", () => {
    const options = apart([])
    const nodesOnly = { kind: "partition", sides: [[0], [1]], at: 40 * MILLISECOND } as const
    const parameters = { ...BRISK, takeover: "timeouts" }
    expect(contest(primaryBackup, { ...options, faults: [nodesOnly], parameters }, 1).winners).toHaveLength(2)
  })
})

test("with a view service never more than one client wins", () => {
  for (let seed = 1; seed <= randomRuns(2_000); seed++) {
    const { winners, violated } = contest(primaryBackup, randomContest(seed, {}), seed)
    expect([winners.length < 2, violated], `seed ${seed}`).toEqual([true, []])
  }
})

test("by timeouts more than one does, now and again, and the check finds each", () => {
  expect(doubleWins({ takeover: "timeouts" }, 300)).toBeGreaterThan(30)
})

test("with non-blocking replies, too, although there is a view service", () => {
  expect(doubleWins({ replies: "non-blocking" }, 300)).toBeGreaterThan(10)
})
