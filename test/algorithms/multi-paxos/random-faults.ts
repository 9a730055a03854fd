// Random scenarios with every fault that Multi-Paxos claims to survive, drawn from a seed.
import { Random } from "../../../runtime/lib/random.ts"
import type { Fault, Scenario } from "../../../runtime/scenario/scenario.ts"
import { MILLISECOND } from "../../../runtime/contract/units.ts"
import type { ServiceRunOptions } from "../../support/service-run.ts"

const DURATION = 1_000 * MILLISECOND

/** A short, eventful run: crashes with restarts, partitions, isolation, loss, duplication and reordering together. */
export function randomScenario(seed: number): ServiceRunOptions {
  const random = new Random(seed)
  const nodes = [3, 3, 5, 5, 4, 7][random.integer(0, 5)]!
  return {
    nodes,
    latency: { model: "uniform", min: 0, max: random.integer(1, 15) * MILLISECOND },
    loss: random.chance(0.5) ? random.share() * 0.2 : 0,
    duplication: random.chance(0.5) ? random.share() * 0.3 : 0,
    parameters: {
      electionTimeoutMin: "40ms",
      electionTimeoutMax: "150ms",
      heartbeatInterval: "20ms",
      snapshotEvery: random.chance(0.5) ? random.integer(1, 30) : 0,
      pipeline: random.chance(0.3) ? random.integer(1, 5) : 1000,
      learning: ["piggyback", "piggyback", "broadcast", "everyone"][random.integer(0, 3)],
      thrifty: random.chance(0.2),
      ...(random.chance(0.15) ? { proposers: "any", backoff: "80ms" } : {}),
    },
    workload: { rate: "60/s", keys: 3, writes: "mixed", deadline: "400ms", retryAfter: "60ms" },
    faults: Array.from({ length: random.integer(1, 12) }, () => randomFault(random, nodes)),
    duration: "1s",
  }
}

/** Proposers that keep outbidding each other over links that reorder much, with crashes: the phases mix in all ways. */
export function randomDuel(seed: number): ServiceRunOptions {
  const random = new Random(seed)
  const nodes = [3, 3, 4, 5][random.integer(0, 3)]!
  return {
    nodes,
    latency: { model: "uniform", min: 0, max: random.integer(2, 10) * MILLISECOND },
    loss: random.chance(0.5) ? random.share() * 0.2 : 0,
    duplication: random.chance(0.5) ? random.share() * 0.3 : 0,
    parameters: {
      proposers: "any",
      backoff: `${random.integer(5, 40)}ms`,
      heartbeatInterval: "20ms",
      snapshotEvery: random.chance(0.5) ? random.integer(1, 30) : 0,
      learning: random.chance(0.8) ? "piggyback" : "everyone",
    },
    workload: {
      mode: "closed",
      clients: nodes,
      ask: "own",
      keys: 3,
      writes: "mixed",
      deadline: "400ms",
      retryAfter: "150ms",
    },
    faults: Array.from({ length: random.integer(0, 40) }, () => ({
      kind: "crash",
      target: { nodes: random.choose(1, nodes) },
      at: random.integer(0, DURATION),
      for: random.integer(1, 30) * MILLISECOND,
    })),
    duration: "1s",
  }
}

function randomFault(random: Random, nodes: number): Fault {
  const at = random.integer(0, DURATION)
  const span = random.integer(5, 400) * MILLISECOND
  const target = random.chance(0.4) ? ({ leader: true } as const) : { nodes: random.choose(1, nodes) }
  switch (random.integer(0, 3)) {
    case 0:
      return { kind: "isolate", target, at, for: span }
    case 1:
      return { kind: "partition", sides: [random.choose(random.integer(1, nodes - 1), nodes)], at, for: span }
    case 2:
      return { kind: "loss", share: random.share() * 0.5, at, for: span }
    default:
      return { kind: "crash", target, at, for: span }
  }
}

/** Every second seed on disks that take their time, so that crashes also lose what was not durable. */
export function withSlowDisk(scenario: Scenario, seed: number): Scenario {
  return { ...scenario, disk: { syncLatency: seed % 2 === 0 ? 0 : (seed % 7) * MILLISECOND } }
}
