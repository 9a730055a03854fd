/**
 * Random runs of active and semi-active replication under all that they claim to survive: crashes of up to n-1 replicas where the
 * first answer counts, and of f where f+1 have to match, each replica as often as the draw has it, for a while or for good; and
 * crashes of front ends, one at a time.
 *
 * A crash in the middle of a broadcast is survived as long as one that got the message survives: it is drawn only if no other
 * replica ever crashes.
 */
import { wrongOf } from "../../../algorithms/common/sequenced/types.ts"
import type { Algorithm, NodeId, Shape } from "../../../runtime/contract/algorithm.ts"
import { type Micros, MILLISECOND } from "../../../runtime/contract/units.ts"
import type { Fault } from "../../../runtime/faults/fault.ts"
import { pick, Random } from "../../../runtime/lib/random.ts"
import type { Scenario } from "../../../runtime/scenario/scenario.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { BRISK_LOGS, LOGS } from "../../support/control-plane.ts"
import { scenarioOf } from "../../support/service-run.ts"
import { drawStorm, HEALED } from "../../support/storm.ts"
import type { StormScenario } from "../../support/weather.ts"

/** Delays are below 2 ms, and answers are waited for longer than two of them. */
export const BRISK = { heartbeatInterval: "7ms", detectionTimeout: "20ms", collectTime: "5ms" }

const PATIENCE: Micros = 60 * MILLISECOND

/** @param end when the run ends; nothing crashes after {@link HEALED} */
export function drawCrashes<S extends Shape>(algorithm: Algorithm<S>, seed: number, end: Micros): StormScenario {
  return { scenario: crashScenario(algorithm, seed, end), demand: "all", patience: PATIENCE }
}

export function crashScenario<S extends Shape>(algorithm: Algorithm<S>, seed: number, end: Micros): Scenario {
  const random = Random.stream(seed, "faults", 6)
  const nodes = pick(random, 2, 3, 3, 3, 4, 5, 5)
  const answers = pick(random, "first", "matching")
  const limit = answers === "first" ? nodes - 1 : wrongOf(nodes)
  const victims = random.choose(random.integer(Math.min(1, limit), limit), nodes)
  const mayBreak = victims.length === 1
  const faults = victims.flatMap(victim => drawLife(random, victim, mayBreak))
  const scenario = scenarioOf(algorithm, replicatedLog, {
    nodes,
    latency: { model: "uniform", min: 100, max: 2 * MILLISECOND },
    parameters: { ...BRISK, answers, requests: pick(random, "all", "sequencer") },
    workload: clientsOf(algorithm, pick(random, "own", "leader")),
    faults: [...faults, ...drawFrontEnds(random, nodes)],
  })
  return { ...scenario, duration: end }
}

/** The crashes of one replica, one after the other; after the last it may stay down. */
function drawLife(random: Random, victim: NodeId, mayBreak: boolean): Fault[] {
  const target = { nodes: [victim] }
  const faults: Fault[] = []
  let at = random.integer(5, 60) * MILLISECOND
  while (at < HEALED - 10 * MILLISECOND) {
    const span = Math.min(random.integer(1, 60) * MILLISECOND, HEALED - at)
    if (mayBreak && random.chance(0.5)) {
      const broadcast = random.integer(1, 3)
      faults.push({ kind: "brokenBroadcast", target, at, for: span, broadcast, kept: random.share() })
    } else {
      const isForGood = random.chance(0.2)
      faults.push({ kind: "crash", target, at, ...(isForGood ? {} : { for: span }) })
      if (isForGood) break
    }
    at += span + random.integer(1, 40) * MILLISECOND
  }
  return faults
}

/** Crashes of front ends, never of both at a time. */
function drawFrontEnds(random: Random, nodes: number): Fault[] {
  const faults: Fault[] = []
  let at = random.integer(5, 80) * MILLISECOND
  while (random.chance(0.6) && at < HEALED - 20 * MILLISECOND) {
    const span = random.integer(1, 20) * MILLISECOND
    const target = { nodes: [nodes + random.integer(0, 1)] }
    if (random.chance(0.5)) faults.push({ kind: "crash", target, at, for: span })
    else faults.push({ kind: "brokenBroadcast", target, at, for: span, kept: random.share() })
    at += span + random.integer(1, 20) * MILLISECOND
  }
  return faults
}

/**
 * An order by a log, under what its log survives, which is more than a sequencer does: besides crashes partitions, loss, pauses,
 * delays without a bound. No more than f replicas ever crash where the log keeps no disk.
 */
export function drawOnLog<S extends Shape>(algorithm: Algorithm<S>, seed: number, end: Micros): StormScenario {
  const random = Random.stream(seed, "faults", 12)
  const order = LOGS[seed % LOGS.length]!
  const crashing = order === "viewstamped-replication" ? { crashing: wrongOf } : {}
  const { nodes, network, syncLatency, faults } = drawStorm(random, { clocks: false, memberships: false, ...crashing })
  const snapshots = pick(random, 0, 1, 3, 10)
  const scenario = scenarioOf(algorithm, replicatedLog, {
    nodes,
    ...network,
    syncLatency: `${syncLatency}us`,
    parameters: {
      ...BRISK_LOGS,
      order,
      answers: pick(random, "first", "matching"),
      requests: pick(random, "all", "sequencer"),
      raftSnapshotEvery: snapshots,
      multiPaxosSnapshotEvery: snapshots,
      viewstampedReplicationCheckpointEvery: snapshots,
    },
    workload: clientsOf(algorithm, "own"),
    faults: [...faults, ...drawFrontEnds(random, nodes)],
  })
  return { scenario: { ...scenario, duration: end }, demand: "all", patience: PATIENCE }
}

/** Clients that leave something to chance where the algorithm has a leader to decide it. */
function clientsOf({ name }: Algorithm, ask: "own" | "leader") {
  return {
    mode: "closed",
    clients: 3,
    think: "3ms",
    retryAfter: "20ms",
    backoff: "3ms",
    deadline: "60ms",
    keys: 2,
    writes: "mixed",
    reads: "30%",
    ask,
    nondeterministic: name === "semi-active-replication" ? "30%" : "0%",
  }
}
