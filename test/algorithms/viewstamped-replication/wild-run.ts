/**
 * Runs in which replicas crash whenever that leaves no more than f failed: each of them, also right after another one has
 * recovered, and while messages from before its crash are on their way. View changes overlap, since timeouts are as short as
 * delays.
 */
import { failuresOf } from "../../../algorithms/viewstamped-replication/configuration.ts"
import type { Vsr } from "../../../algorithms/viewstamped-replication/types.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { pick, Random } from "../../../runtime/lib/random.ts"
import type { Fault } from "../../../runtime/faults/fault.ts"
import { type Micros, MILLISECOND } from "../../../runtime/contract/units.ts"
import type { RunResult } from "../../../runtime/scenario/scenario.ts"
import { Simulation, type SimulationOptions } from "../../../runtime/simulation/simulation.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { POOL } from "../../support/pool.ts"
import { scenarioOf } from "../../support/service-run.ts"

/** Nothing is wrong any more from then on. */
export const WILD_UNTIL: Micros = 300 * MILLISECOND
export const WILD_END: Micros = 500 * MILLISECOND

export function wildRun(algorithm: Algorithm<Vsr>, seed: number, observer?: SimulationOptions["observer"]): RunResult {
  const random = Random.stream(seed, "faults", 5)
  const nodes = pick(random, 3, 3, 3, 3, 4, 5)
  return runWildly(algorithm, seed, random, { nodes, initialMembers: nodes, failures: failuresOf(nodes), observer })
}

/** The same while the operator wants one group after the other, of three replicas or four. */
export function wildReconfigurations(
  algorithm: Algorithm<Vsr>,
  seed: number,
  observer?: SimulationOptions["observer"],
): RunResult {
  const random = Random.stream(seed, "faults", 7)
  const nodes = pick(random, 4, 5, 6)
  const changes = Array.from({ length: random.integer(1, 6) }, (): Fault => {
    const members = random.choose(random.integer(3, 4), nodes)
    return { kind: "membership", members, at: random.integer(0, WILD_UNTIL - 1) }
  })
  return runWildly(algorithm, seed, random, {
    nodes,
    initialMembers: random.integer(3, 4),
    failures: 1,
    observer,
    changes,
  })
}

interface Group {
  readonly nodes: number
  readonly initialMembers: number
  /** The number of replicas that may be failed at a time. */
  readonly failures: number
  readonly changes?: readonly Fault[]
  readonly observer?: SimulationOptions["observer"]
}

function runWildly(
  algorithm: Algorithm<Vsr>,
  seed: number,
  random: Random,
  { nodes, initialMembers, failures, changes = [], observer }: Group,
): RunResult {
  const scenario = scenarioOf(algorithm, replicatedLog, {
    nodes,
    latency: { model: "uniform", min: 100, max: pick(random, 1, 3, 5) * MILLISECOND },
    duplication: pick(random, 0, 0.1),
    parameters: {
      viewChangeTimeout: `${random.integer(15, 30)}ms`,
      heartbeatInterval: "5ms",
      checkpointEvery: pick(random, 0, 1, 3, 10),
      initialMembers,
    },
    workload: {
      mode: "closed",
      clients: 4,
      think: "1ms",
      retryAfter: "10ms",
      backoff: "2ms",
      deadline: "60ms",
      keys: 2,
      writes: "mixed",
      reads: "30%",
    },
    faults: [...Array.from({ length: random.integer(2, 8) }, () => drawFault(random, nodes)), ...changes],
    duration: `${WILD_END}us`,
  })
  const simulation: Simulation = new Simulation(scenario, seed, {
    pool: POOL,
    ...(observer === undefined ? {} : { observer }),
  })
  const isFailed = (id: number): boolean =>
    !simulation.isUp(id) || Reflect.get(simulation.nodes[id]!.state, "status") === "recovering"
  for (let at = 5 * MILLISECOND; at < WILD_UNTIL - 10 * MILLISECOND; at += random.integer(1_000, 15_000)) {
    const [victim] = random.choose(1, nodes)
    const lasts = random.integer(100, 5_000)
    simulation.byHand.schedule(at, () => {
      const failed = simulation.nodes.filter(({ id }) => isFailed(id)).length
      if (isFailed(victim!) || failed >= failures) return
      simulation.byHand.crash(victim!)
      simulation.byHand.schedule(at + lasts, () => simulation.byHand.restart(victim!))
    })
  }
  const result = simulation.run()
  simulation.release()
  return result
}

function drawFault(random: Random, nodes: number): Fault {
  const at = random.integer(0, WILD_UNTIL - 1)
  const when = { at, for: Math.min(random.integer(5, 100) * MILLISECOND, WILD_UNTIL - at) }
  const share = random.share() / 2
  switch (random.integer(0, 5)) {
    case 0:
      return { kind: "partition", sides: [random.choose(random.integer(1, nodes - 1), nodes)], ...when }
    case 1:
      return { kind: "isolate", target: { leader: true }, direction: pick(random, "in", "out"), ...when }
    case 2:
      return { kind: "loss", share, ...when }
    case 3: {
      const [a, b] = random.choose(2, nodes)
      return { kind: "cut", links: [[a!, b!]], oneWay: random.chance(0.5), ...when }
    }
    default:
      return { kind: "reordering", share, by: random.integer(5, 80) * MILLISECOND, ...when }
  }
}
