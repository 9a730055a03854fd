/** Random fault schedules for safety runs: crashes, restarts, isolations, partitions and loss, one upon the other. */
import type { NodeId } from "../../runtime/algorithm.ts"
import { Random } from "../../runtime/random.ts"
import type { Fault } from "../../runtime/scenario.ts"
import type { Micros } from "../../runtime/units.ts"

export interface ChaosOptions {
  readonly nodes: number
  /** Faults strike from here to there, and all end by then. */
  readonly from: Micros
  readonly to: Micros
  /** About how long one fault lasts. */
  readonly span: Micros
  /** How many faults. */
  readonly faults: number
}

/** A schedule that is a function of the seed alone. */
export function chaos(seed: number, options: ChaosOptions): Fault[] {
  const random = Random.stream(seed, "faults", 1)
  return Array.from({ length: options.faults }, () => drawFault(random, options))
}

function drawFault(random: Random, { nodes, from, to, span }: ChaosOptions): Fault {
  const at = random.integer(from, to - 1)
  const when = { at, for: Math.min(random.integer(Math.ceil(span / 4), 2 * span), to - at) }
  const someone = { nodes: random.choose(random.integer(1, Math.max(1, nodes >> 1)), nodes) }
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

function halves(random: Random, nodes: number): NodeId[][] {
  const shuffled = random.choose(nodes, nodes)
  const cut = random.integer(1, nodes - 1)
  return [shuffled.slice(0, cut), shuffled.slice(cut)]
}
