/** Random faults for contenders for a lease, and for the store: all that they claim to survive. */
import { MILLISECOND, SECOND } from "../../../runtime/contract/units.ts"
import { Random } from "../../../runtime/lib/random.ts"
import type { Fault } from "../../../runtime/scenario/scenario.ts"
import type { ServiceRunOptions } from "../../support/service-run.ts"

/** When all faults but those of clocks are over. */
const HEALED = 3 * SECOND

/**
 * Pauses, partitions, losses and slow links for three seconds, the store among those that they hit, and clocks that drift
 * by as much as the declared bound in either direction all the time. Delays have no bound.
 *
 * @param beyond how many times the declared bound the clocks drift by
 */
export function troubledContenders(seed: number, beyond = 1): ServiceRunOptions {
  const random = Random.stream(seed, "faults", 2)
  const nodes = random.integer(2, 6)
  const percent = random.integer(0, 20)
  return {
    nodes,
    latency: { model: "exponential", floor: 100, mean: random.integer(1, 5) * MILLISECOND },
    duplication: random.chance(0.5) ? 0.2 : 0,
    parameters: {
      lease: "120ms",
      renewInterval: `${random.integer(10, 60)}ms`,
      retryAfter: "30ms",
      watchTimeout: "200ms",
      pollInterval: `${random.integer(5, 40)}ms`,
      waiting: random.chance(0.5) ? "watch" : "poll",
      lockDelay: random.chance(0.3) ? "30ms" : "0ms",
      maxDrift: `${percent}%`,
      writes: random.chance(0.7),
      checksLease: random.chance(0.5),
    },
    workload: {
      hold: `${random.integer(1, 200)}ms`,
      holdTimes: "uniform",
      think: `${random.integer(5, 50)}ms`,
      starvation: 1_000,
      deadline: "20s",
    },
    faults: [...drifts(random, nodes + 1, (percent / 100) * beyond), ...troubles(random, nodes)],
    duration: "4s",
  }
}

/** The same, and crashes of contenders and of the store, which return. */
export function crashingContenders(seed: number): ServiceRunOptions {
  const options = troubledContenders(seed)
  const random = Random.stream(seed, "node", 2)
  const crashes = Array.from({ length: random.integer(1, 12) }, (): Fault => {
    const at = random.integer(0, HEALED - SECOND)
    return { kind: "crash", target: { nodes: [random.integer(0, options.nodes)] }, at, for: random.integer(1, SECOND) }
  })
  return { ...options, faults: [...(options.faults ?? []), ...crashes] }
}

/**
 * Elections under the same, with crashes in every other run. Delays have a bound, and so a leader that can reach the store
 * renews its lease in time: there is one at the end of the run.
 */
export function troubledElection(seed: number): ServiceRunOptions {
  const { workload: _, ...options } = seed % 2 === 0 ? crashingContenders(seed) : troubledContenders(seed)
  const parameters = { ...options.parameters, renewInterval: `${10 + (seed % 40)}ms` }
  return { ...options, parameters, latency: { model: "uniform", min: 0, max: 5 * MILLISECOND } }
}

/** The logs that a store may be kept in. */
export const LOGS = ["raft", "multi-paxos", "viewstamped-replication"] as const

/**
 * A store of three or five processes in a log, with pauses and partitions of all, clocks that drift within the bound, and crashes of
 * the store: one process at a time; of a log without disks only one, which a partition may keep from recovering. With an
 * even seed contenders crash, too; with an odd one all are served in the end.
 *
 * @param beyond how many times the declared bound the clocks drift by
 */
export function troubledStore(seed: number, beyond = 1): ServiceRunOptions {
  const options = troubledContenders(seed)
  const { nodes } = options
  const random = Random.stream(seed, "node", 3)
  const store = LOGS[seed % LOGS.length]!
  const storeNodes = random.chance(0.3) ? 5 : 3
  const percent = random.integer(0, 20)
  const processes = nodes + storeNodes
  const down = (at: number) => ({ at, for: random.integer(50 * MILLISECOND, 400 * MILLISECOND) })
  const mayCrash = (turn: number) => (store === "viewstamped-replication" ? turn === 0 : random.chance(0.6))
  const ofStore = Array.from({ length: 6 }, (_, turn): Fault => {
    // The first one acts in the beginning.
    const target = { nodes: [nodes + (turn < 2 ? 0 : random.integer(0, storeNodes - 1))] }
    return { kind: mayCrash(turn) ? "crash" : "pause", target, ...down(turn * 450 * MILLISECOND) }
  })
  const ofContenders = Array.from({ length: random.integer(0, 4) }, (): Fault => {
    const target = { nodes: [random.integer(0, nodes - 1)] }
    return { kind: seed % 2 === 0 ? "crash" : "pause", target, ...down(random.integer(0, HEALED - SECOND)) }
  })
  const partitions = Array.from({ length: random.integer(0, 4) }, (): Fault => {
    const side = Array.from({ length: processes }, (_, id) => id).filter(() => random.chance(0.4))
    return { kind: "partition", sides: [side], ...down(random.integer(0, HEALED - SECOND)) }
  })
  return {
    ...options,
    latency: { model: "exponential", floor: 100, mean: random.integer(1, 3) * MILLISECOND },
    parameters: {
      ...options.parameters,
      lease: `${random.integer(200, 600)}ms`,
      maxDrift: `${percent}%`,
      store,
      storeNodes,
    },
    faults: [...drifts(random, processes, (percent / 100) * beyond), ...ofStore, ...ofContenders, ...partitions],
  }
}

/** Each clock is as slow as it may be, as fast, or in between. */
function drifts(random: Random, processes: number, bound: number): readonly Fault[] {
  return Array.from({ length: processes }, (_, id): Fault => {
    const by = bound * ([-1, 1, random.integer(-100, 100) / 100][random.integer(0, 2)] ?? 0)
    return { kind: "clockDrift", target: { nodes: [id] }, by, at: 0 }
  })
}

function troubles(random: Random, nodes: number): readonly Fault[] {
  const within = () => {
    const at = random.integer(0, HEALED - SECOND)
    return { at, for: random.integer(1, random.chance(0.5) ? 100 * MILLISECOND : SECOND) }
  }
  const process = () => random.integer(0, nodes)
  return Array.from({ length: random.integer(2, 12) }, (): Fault => {
    switch (random.integer(0, 4)) {
      case 0:
        return { kind: "partition", sides: [[process()]], ...within() }
      case 1:
        return { kind: "loss", share: random.integer(1, 5) / 10, ...within() }
      case 2:
        return { kind: "cut", links: [[random.integer(0, nodes - 1), nodes]], ...within() }
      default:
        return { kind: "pause", target: { nodes: [process()] }, ...within() }
    }
  })
}
