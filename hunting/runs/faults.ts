/** Draws the faults of a run: of a few kinds at a time, most of them short, often close to each other or to an election. */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import type { Micros } from "../../runtime/contract/units.ts"
import type { Effect, Fault, Target, Timing } from "../../runtime/faults/fault.ts"
import type { Random } from "../../runtime/lib/random.ts"

export interface Span {
  readonly nodes: number
  /** The nodes that may crash; null: any of them. */
  readonly victims: readonly NodeId[] | null
  /** Faults strike from here to there, and all end by then. */
  readonly from: Micros
  readonly to: Micros
  /** About how long one of them lasts. */
  readonly span: Micros
}

export const KINDS = [
  "crash",
  "leaderCrash",
  "tornWrite",
  "pause",
  "isolate",
  "isolateOneWay",
  "partition",
  "bridge",
  "cut",
  "loss",
  "slow",
  "slowDisk",
] as const
export type Kind = (typeof KINDS)[number]

/** Some of the kinds, none of them more likely than others. */
export function drawKinds(random: Random): readonly Kind[] {
  return random.choose(random.integer(1, 4), KINDS.length).map(place => KINDS[place]!)
}

export function drawFault(random: Random, kinds: readonly Kind[], span: Span): Fault {
  const kind = kinds[random.integer(0, kinds.length - 1)]!
  return { ...drawEffect(random, kind, span), ...drawTiming(random, span) }
}

function drawTiming(random: Random, { from, to, span }: Span): Timing {
  const at = random.integer(from, to - 1)
  const length = Math.max(1, Math.min(random.integer(Math.ceil(span / 4), 2 * span), to - at))
  if (!random.chance(0.15)) return { at, for: length }
  const after = random.integer(0, Math.max(1, span))
  return { at, for: length, schedule: { kind: "when", when: "leader elected", after, times: 4, until: to } }
}

function drawEffect(random: Random, kind: Kind, { nodes, victims, span }: Span): Effect {
  const target = drawTarget(random, nodes)
  const crashed: Target = victims === null ? target : { nodes: victims }
  switch (kind) {
    case "crash":
      return { kind, target: crashed }
    case "leaderCrash":
      return { kind: "crash", target: victims === null ? { leader: true } : crashed }
    case "tornWrite":
      return { kind, target: crashed }
    case "pause":
    case "isolate":
      return { kind, target }
    case "isolateOneWay":
      return { kind: "isolate", target, direction: random.chance(0.5) ? "in" : "out" }
    case "partition":
      return { kind, sides: halves(random, nodes), oneWay: random.chance(0.3) }
    case "bridge":
      return nodes < 3 ? { kind: "isolate", target } : { kind: "partition", ...bridged(random, nodes) }
    case "cut": {
      const [from = 0, to = 0] = random.choose(2, nodes)
      return from === to ? { kind: "pause", target } : { kind: "partition", sides: [[from], [to]], oneWay: true }
    }
    case "loss":
      return { kind, share: random.share() / 2 }
    case "slow":
      return { kind, target, serviceTime: random.integer(1, Math.ceil(span / 20) + 1) }
    case "slowDisk":
      return { kind, target, syncLatency: random.integer(1, Math.ceil(span / 4) + 1) }
  }
}

function drawTarget(random: Random, nodes: number): Target {
  if (random.chance(0.4)) return { leader: true }
  return { nodes: random.choose(random.integer(1, random.chance(0.2) ? nodes : Math.max(1, nodes >> 1)), nodes) }
}

function halves(random: Random, nodes: number): NodeId[][] {
  const shuffled = random.choose(nodes, nodes)
  const cut = random.integer(1, Math.max(1, nodes - 1))
  return [shuffled.slice(0, cut), shuffled.slice(cut)].filter(side => side.length > 0)
}

/** Two sides that reach each other only through one node. */
function bridged(random: Random, nodes: number): { readonly sides: NodeId[][]; readonly bridge: NodeId[] } {
  const [bridge, ...others] = random.choose(nodes, nodes)
  const cut = random.integer(1, Math.max(1, others.length - 1))
  return { sides: [others.slice(0, cut), others.slice(cut)].filter(side => side.length > 0), bridge: [bridge!] }
}
