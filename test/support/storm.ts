/**
 * Storms: runs of a log service or of Paxos under every kind of fault that crash-tolerant algorithms claim to survive, one
 * upon the other, until a moment at which all of it is over and the service has to come back.
 *
 * Times are short (an election timeout is 15 to 30 ms), so that a run of a third of a second sees many elections.
 */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import type { Effect, Fault, Schedule, Target } from "../../runtime/faults/fault.ts"
import { pick, Random } from "../../runtime/lib/random.ts"
import type { Network } from "../../runtime/network/network.ts"
import { type Micros, MILLISECOND } from "../../runtime/contract/units.ts"

/** All faults are over by then. */
export const HEALED: Micros = 150 * MILLISECOND

/** The longest election timeout. */
export const TIMEOUT: Micros = 30 * MILLISECOND

export const BRISK = { electionTimeoutMin: "15ms", electionTimeoutMax: "30ms", heartbeatInterval: "7ms" }

/** A storm, without what it strikes. */
export interface Storm {
  readonly nodes: number
  readonly network: Network
  readonly syncLatency: Micros
  readonly faults: readonly Fault[]
}

export interface StormOptions {
  /** Clocks may be put wrong: not under leases, which rest on them. */
  readonly clocks: boolean
  /** The membership may be changed to random sets, and to all nodes in the end: only where the algorithm can do that. */
  readonly memberships: boolean
  /** So many nodes of a group may crash, always the same ones in a run; default: any of them. */
  readonly crashing?: (nodes: number) => number
}

export function drawStorm(random: Random, options: StormOptions): Storm {
  const nodes = pick(random, 3, 3, 3, 4, 5)
  const restartAll: Fault = { kind: "restart", target: { nodes: everyone(nodes) }, at: HEALED }
  const victims = options.crashing === undefined ? null : random.choose(options.crashing(nodes), nodes)
  const faults = Array.from({ length: random.integer(2, 7) }, () => drawFault(random, nodes, options, victims))
  return {
    nodes,
    network: drawNetwork(random),
    syncLatency: pick(random, 0, 300, 300, 3_000),
    faults: [...faults, ...(options.memberships ? drawMemberships(random, nodes) : []), restartAll],
  }
}

function drawNetwork(random: Random): Network {
  return {
    latency: { model: "uniform", min: 100, max: 2_000 },
    loss: 0,
    duplication: pick(random, 0, 0.05),
    ...(random.chance(0.2) ? { fifo: true } : {}),
    ...(random.chance(0.2) ? { serviceTime: pick(random, 50, 200) } : {}),
  }
}

/** The nodes that may crash; null: all. */
type Victims = readonly NodeId[] | null

function drawFault(random: Random, nodes: number, options: StormOptions, victims: Victims): Fault {
  const at = random.integer(5 * MILLISECOND, HEALED - 5 * MILLISECOND)
  const span = Math.min(random.integer(MILLISECOND, 2 * TIMEOUT), HEALED - at)
  const schedule = drawSchedule(random)
  return { ...drawEffect(random, nodes, options, victims), at, for: span, ...(schedule === null ? {} : { schedule }) }
}

function drawSchedule(random: Random): Schedule | null {
  const draw = random.integer(0, 9)
  if (draw === 0) return { kind: "every", every: random.integer(5, 40) * MILLISECOND, times: 4, until: HEALED }
  const after = random.integer(0, 10 * MILLISECOND)
  return draw === 1 ? { kind: "when", when: "leader elected", after, times: 3, until: HEALED } : null
}

function drawEffect(random: Random, nodes: number, { clocks }: StormOptions, victims: Victims): Effect {
  const target: Target = random.chance(0.4)
    ? { leader: true }
    : { nodes: random.choose(random.integer(1, pick(random, 1, 1, nodes)), nodes) }
  const crashed: Target = victims === null ? target : { nodes: victims }
  const share = random.share() / 2
  const by = random.integer(MILLISECOND, TIMEOUT)
  switch (random.integer(0, clocks ? 17 : 15)) {
    case 0:
    case 1:
      return { kind: "crash", target: crashed }
    case 2:
    case 3:
    case 4:
      return { kind: "tornWrite", target: crashed }
    case 5:
      return { kind: "pause", target }
    case 6:
      return { kind: "isolate", target, direction: pick(random, "in", "out") }
    case 7:
      return { kind: "isolate", target }
    case 8:
    case 9:
      return drawPartition(random, nodes)
    case 10: {
      const [from, to] = random.choose(2, nodes)
      return { kind: "cut", links: [[from!, to!]], oneWay: random.chance(0.5) }
    }
    case 11:
      return { kind: pick(random, "loss", "corruption", "duplication"), share }
    case 12:
      return random.chance(0.5) ? { kind: "reordering", share, by } : { kind: "delay", by }
    case 13:
      return { kind: "slow", target, serviceTime: random.integer(100, 3_000) }
    case 14:
      return { kind: "slowDisk", target, syncLatency: by }
    case 15:
      return { kind: "failingDisk", target: crashed }
    case 16:
      return { kind: "clockOffset", target, by: pick(random, by, -by) }
    default:
      return { kind: "clockDrift", target, by: random.share() - 0.5 }
  }
}

/** In two halves, one-way or not, or around a bridge. */
function drawPartition(random: Random, nodes: number): Effect {
  const shuffled = random.choose(nodes, nodes)
  const cut = random.integer(1, nodes - 1)
  if (nodes > 2 && random.chance(0.3)) {
    const [bridge, ...others] = shuffled
    const half = random.integer(1, others.length - 1)
    return { kind: "partition", sides: [others.slice(0, half), others.slice(half)], bridge: [bridge!] }
  }
  const sides = [shuffled.slice(0, cut), shuffled.slice(cut)]
  return { kind: "partition", sides, ...(random.chance(0.4) ? { oneWay: true } : {}) }
}

function drawMemberships(random: Random, nodes: number): Fault[] {
  const changes = Array.from({ length: random.integer(1, 3) }, (): Fault => {
    const members = random.choose(random.integer(1, nodes), nodes)
    return { kind: "membership", members, at: random.integer(0, HEALED - 1) }
  })
  return [...changes, { kind: "membership", members: everyone(nodes), at: HEALED }]
}

function everyone(nodes: number): number[] {
  return Array.from({ length: nodes }, (_, node) => node)
}
