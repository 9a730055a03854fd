/**
 * Random fault schedules for safety runs: crashes, torn writes, pauses, isolations and partitions of all kinds, slow nodes
 * and loss, one upon the other.
 */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import { Random } from "../../runtime/lib/random.ts"
import type { Fault, Target, Timing } from "../../runtime/faults/fault.ts"
import type { Micros } from "../../runtime/contract/units.ts"

export interface ChaosOptions {
  readonly nodes: number
  /** Faults strike from here to there, and all end by then. */
  readonly from: Micros
  readonly to: Micros
  /** About how long one fault lasts. */
  readonly span: Micros
  /** How many faults. */
  readonly faults: number
  /** Torn writes, pauses, slow nodes, one-way isolations and bridges too, beside crashes, isolations, partitions and loss. */
  readonly isWide: boolean
}

/** A schedule that is a function of the seed alone. */
export function chaos(seed: number, options: ChaosOptions): Fault[] {
  const random = Random.stream(seed, "faults", 1)
  const draw = options.isWide ? drawAnyFault : drawFault
  return Array.from({ length: options.faults }, () => draw(random, options))
}

function drawTiming(random: Random, { from, to, span }: ChaosOptions): Timing {
  const at = random.integer(from, to - 1)
  return { at, for: Math.min(random.integer(Math.ceil(span / 4), 2 * span), to - at) }
}

function drawNodes(random: Random, nodes: number): Target {
  return { nodes: random.choose(random.integer(1, Math.max(1, nodes >> 1)), nodes) }
}

function drawFault(random: Random, options: ChaosOptions): Fault {
  const { nodes } = options
  const when = drawTiming(random, options)
  const someone = drawNodes(random, nodes)
  switch (random.integer(0, 5)) {
    case 0:
      return { kind: "crash", target: { leader: true }, ...when }
    case 1:
      return { kind: "crash", target: someone, ...when }
    case 2:
      return { kind: "isolate", target: { leader: true }, ...when }
    case 3:
      return { kind: "isolate", target: someone, ...when }
    case 4:
      return { kind: "partition", sides: halves(random, nodes), ...when }
    default:
      return { kind: "loss", share: random.share() / 2, ...when }
  }
}

function drawAnyFault(random: Random, options: ChaosOptions): Fault {
  const { nodes, span } = options
  const when = drawTiming(random, options)
  const someone = drawNodes(random, nodes)
  const target = random.chance(0.5) ? ({ leader: true } as const) : someone
  switch (random.integer(0, 9)) {
    case 0:
    case 1:
      return { kind: "crash", target, ...when }
    case 2:
    case 3:
      // Where writes are durable at once, a crash like any other.
      return { kind: "tornWrite", target, ...when }
    case 4:
      return { kind: "isolate", target, ...when }
    case 5:
      return { kind: "isolate", target, direction: random.chance(0.5) ? "in" : "out", ...when }
    case 6:
      return { kind: "partition", sides: halves(random, nodes), oneWay: random.chance(0.3), ...when }
    case 7:
      return { kind: "partition", ...bridged(random, nodes), ...when }
    case 8:
      return random.chance(0.5)
        ? { kind: "pause", target, ...when }
        : { kind: "slow", target, serviceTime: random.integer(1, Math.ceil(span / 20)), ...when }
    default:
      return { kind: "loss", share: random.share() / 2, ...when }
  }
}

/** Two sides that reach each other only through one node. */
function bridged(random: Random, nodes: number): { readonly sides: NodeId[][]; readonly bridge: NodeId[] } {
  const [bridge, ...others] = random.choose(nodes, nodes)
  const cut = random.integer(1, Math.max(1, others.length - 1))
  return { sides: [others.slice(0, cut), others.slice(cut)].filter(side => side.length > 0), bridge: [bridge!] }
}

function halves(random: Random, nodes: number): NodeId[][] {
  const shuffled = random.choose(nodes, nodes)
  const cut = random.integer(1, nodes - 1)
  return [shuffled.slice(0, cut), shuffled.slice(cut)]
}
