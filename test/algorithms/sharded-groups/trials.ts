/**
 * Trials of sharded groups: what is wrong with an algorithm in a storm of a seed, as groups leave and come back in a calm, as
 * coordinators crash, as leaders crash in the middle of the only move that there is, or as messages of moves come late.
 */
import { CONTROLLER } from "../../../algorithms/sharded-groups/parameters.ts"
import type { Chunk, Move, ShardNode } from "../../../algorithms/sharded-groups/types.ts"
import type { Algorithm, NodeId, Tagged } from "../../../runtime/contract/algorithm.ts"
import { MILLISECOND, type Micros } from "../../../runtime/contract/units.ts"
import { Simulation } from "../../../runtime/simulation/simulation.ts"
import type { TraceEvent } from "../../../runtime/simulation/trace.ts"
import { shardedStore } from "../../../services/sharded-store/service.ts"
import { POOL } from "../../support/pool.ts"
import { Liveness } from "../../support/liveness.ts"
import { scenarioOf, violations } from "../../support/service-run.ts"
import { HEALED } from "../../support/storm.ts"
import { STORMS } from "../../support/storms.ts"

export type Trial = "storm" | "transactions" | "calm" | "crashes" | "handover" | "late"

/** So long after the last fault all is served again, with few exceptions, of which one alone proves nothing. */
const CALM: Micros = 300 * MILLISECOND
const WATCHED: Micros = 400 * MILLISECOND

/** A move that is not done by then is never done. */
const MOVED: Micros = 600 * MILLISECOND

/**
 * Checks that were violated, assertions that failed, `liveness` (nothing is served), `stuck` (a move does not end), `spread` (shards
 * are not), `lost` (an operation is).
 */
export function findingsIn(algorithm: Algorithm, trial: Trial, seed: number): readonly string[] {
  if (trial === "crashes") return inCrashes(algorithm, seed)
  if (trial === "late") return inDelays(algorithm, seed)
  if (trial === "handover") return inHandover(algorithm, seed)
  return trial === "calm" ? inCalm(algorithm, seed) : inStorm(algorithm, trial, seed)
}

function inStorm(algorithm: Algorithm, storm: "storm" | "transactions", seed: number): readonly string[] {
  const end = HEALED + CALM + WATCHED
  const { scenario } = STORMS[`sharded-groups/${storm}`]!.draw(seed, end)
  const liveness = new Liveness({ from: HEALED + CALM, operations: "one", patience: WATCHED })
  const maps = new Maps()
  const run = new Simulation({ ...scenario, algorithm }, seed, {
    pool: POOL,
    observer(event) {
      liveness.observe(event)
      maps.observe(event)
    },
  })
  const result = run.run()
  if (result.status === "failed") return [result.reason]
  const found = violations(result.outcome)
  if (liveness.findings().length > 0) found.push("liveness")
  if (maps.longestMove(end) > MOVED) found.push("stuck")
  return found
}

/** A group leaves; and in another run, comes back. */
function inCalm(algorithm: Algorithm, seed: number): readonly string[] {
  const found: string[] = []
  for (const [moves, expected] of [
    [1, "0,3,3"],
    [2, "2,2,2"],
  ] as const) {
    const maps = new Maps()
    const scenario = scenarioOf(algorithm, shardedStore, {
      nodes: 12,
      leader: 0,
      parameters: { groups: 3, shards: 6 },
      workload: { mode: "closed", keys: 12, shards: 6, groups: 3, changeEvery: "100ms", moves },
      duration: "1s",
    })
    const result = new Simulation(scenario, seed, { pool: POOL, observer: event => maps.observe(event) }).run()
    if (result.status === "failed") return [result.reason]
    found.push(...violations(result.outcome))
    if (result.outcome.failed + result.outcome.unknown > 0) found.push("lost")
    const counts = [1, 2, 3].map(group => maps.owners.filter(owner => owner === group).length)
    if (counts.toSorted((a, b) => a - b).join() !== expected) found.push(`spread: ${counts.join()}`)
  }
  return found
}

/** Whoever coordinates transactions of group 1 crashes again and again, on links that lose messages. */
function inCrashes(algorithm: Algorithm, seed: number): readonly string[] {
  const { network, ...scenario } = scenarioOf(algorithm, shardedStore, {
    nodes: 12,
    leader: 0,
    latency: { model: "uniform", min: MILLISECOND, max: 5 * MILLISECOND },
    parameters: { groups: 3, shards: 6, retry: "20ms", transactions: seed % 2 === 0 ? "2pc-replicated" : "2pc" },
    workload: { rate: "600/s", keys: 60, shards: 6, groups: 3, transactions: "60%", deadline: "300ms" },
    faults: [
      {
        kind: "crash",
        target: { nodes: [3] },
        at: 50 * MILLISECOND,
        for: 20 * MILLISECOND,
        schedule: { kind: "every", every: 60 * MILLISECOND },
      },
    ],
    duration: "600ms",
  })
  const result = new Simulation({ ...scenario, network: { ...network, loss: 0.2 } }, seed, { pool: POOL }).run()
  return result.status === "failed" ? [result.reason] : violations(result.outcome)
}

/** Leaders that crash for good as a step of a move begins, and how often steps are taken again. */
interface Handover {
  readonly step: "Move" | "Chunk"
  /** Of the controller, which node 0 leads first, of the source, and of the destination. */
  readonly crashing: readonly ("controller" | "source" | "destination")[]
  /** Longer than the run: every step but those of a new leader has to be taken the first time. */
  readonly retry: "20ms" | "10s"
}

const HANDOVERS: readonly Handover[] = [
  { step: "Chunk", crashing: [], retry: "10s" },
  { step: "Chunk", crashing: ["source"], retry: "10s" },
  { step: "Chunk", crashing: ["destination"], retry: "20ms" },
  { step: "Move", crashing: ["controller", "source"], retry: "20ms" },
]

/** One shard moves, by seed under one of the handovers; nobody asks the controller for anything after that. */
function inHandover(algorithm: Algorithm, seed: number): readonly string[] {
  const { step, crashing, retry } = HANDOVERS[seed % HANDOVERS.length]!
  const maps = new Maps()
  const begun: (Chunk | Move)[] = []
  const isStep = (message: Tagged): message is Chunk | Move => message.type === step
  const scenario = scenarioOf(algorithm, shardedStore, {
    nodes: 12,
    leader: 0,
    parameters: { groups: 3, shards: 6, chunkKeys: 1, retry },
    workload: { mode: "closed", keys: 24, shards: 6, groups: 3, moveEvery: "100ms", moves: 1 },
    duration: "2s",
  })
  const run = new Simulation(scenario, seed, {
    pool: POOL,
    observer(event) {
      maps.observe(event)
      if (event.type === "send" && isStep(event.message)) begun.push(event.message)
    },
  })
  while (begun.length === 0 && run.step());
  const [first] = begun
  // Some are asked to move a shard to where it is.
  if (first === undefined) return []
  const { from, to } = first.move
  const groups = { controller: CONTROLLER, source: from, destination: to }
  for (const leader of crashing.map(role => leaderOf(run, groups[role]))) run.byHand.crash(leader)
  const result = run.run()
  if (result.status === "failed") return [result.reason]
  return [...violations(result.outcome), ...(maps.isMoving ? ["stuck"] : [])]
}

/** One shard moves to and fro, on links that deliver every other message once more, and some of them after several moves. */
function inDelays(algorithm: Algorithm, seed: number): readonly string[] {
  const maps = new Maps()
  const { network, ...scenario } = scenarioOf(algorithm, shardedStore, {
    nodes: 9,
    leader: 0,
    latency: { model: "pareto", scale: 200, shape: 0.8 },
    parameters: { groups: 2, shards: 2, retry: "20ms" },
    workload: {
      mode: "closed",
      clients: 1,
      keys: 2,
      shards: 2,
      groups: 2,
      moveEvery: "10ms",
      moved: "first",
      moves: 30,
    },
    duration: "2s",
  })
  const options = { pool: POOL, observer: (event: TraceEvent) => maps.observe(event) }
  const result = new Simulation({ ...scenario, network: { ...network, duplication: 0.5 } }, seed, options).run()
  if (result.status === "failed") return [result.reason]
  return [...violations(result.outcome), ...(maps.isMoving ? ["stuck"] : [])]
}

function leaderOf({ nodes }: Simulation, group: number): NodeId {
  return nodes.find(({ state }) => (state as ShardNode["state"]).leads[group] === true)!.id
}

/** The map of shards, as leaders of the controller have it from their log. */
class Maps {
  owners: readonly number[] = []
  /** By shard that is to move, its owner, and since when it is to leave that. */
  readonly #moving = new Map<number, { readonly owner: number; readonly since: Micros }>()

  observe(event: TraceEvent): void {
    if (event.type !== "deliver" || event.message.type !== "Answered" || !("answer" in event.message)) return
    const { answer } = event.message
    if (typeof answer !== "object" || answer === null || !("map" in answer) || answer.map === null) return
    const map: unknown = answer.map
    if (typeof map !== "object" || map === null || !("owners" in map) || !("moving" in map)) return
    if (!Array.isArray(map.owners) || !Array.isArray(map.moving)) return
    this.owners = map.owners
    for (const [shard, move] of map.moving.entries()) {
      const owner = this.owners[shard]!
      if (move === null) this.#moving.delete(shard)
      else if (this.#moving.get(shard)?.owner !== owner) this.#moving.set(shard, { owner, since: event.time })
    }
  }

  get isMoving(): boolean {
    return this.#moving.size > 0
  }

  longestMove(end: Micros): Micros {
    return Math.max(0, ...[...this.#moving.values()].map(({ since }) => end - Math.max(since, HEALED)))
  }
}
