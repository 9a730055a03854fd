/** Draws the faults of a run: of a few kinds at a time, mostly short, often close to each other or to an election. */
import type { Claims, NodeId } from "../../runtime/contract/algorithm.ts"
import type { Micros } from "../../runtime/contract/units.ts"
import { BEHAVIOURS } from "../../runtime/faults/byzantine.ts"
import type { Effect, Fault, Scope, Target, Timing } from "../../runtime/faults/fault.ts"
import type { FaultDescriptor } from "../../runtime/faults/kind.ts"
import type { Random } from "../../runtime/lib/random.ts"

export interface Span {
  readonly nodes: number
  /** The nodes and the processes of roles: their links may fail, and they may be slow. */
  readonly processes: number
  /** The nodes that may crash; null: any of them. */
  readonly victims: readonly NodeId[] | null
  /** Faults strike after `from`, and all end by `to`. */
  readonly from: Micros
  readonly to: Micros
  /** The approximate duration of a fault. */
  readonly span: Micros
  /** The bound on the drift of clocks that matter; undefined: none matters. */
  readonly drift: number | undefined
  /** The minimum number of members of the group at any time. */
  readonly fewest: number
}

/** The kinds, each with the assumption that it breaks. */
const KINDS = [
  ["crash", "nodes"],
  ["leaderCrash", "nodes"],
  ["brokenBroadcast", "nodes"],
  ["tornWrite", "nodes"],
  ["failingDisk", "nodes"],
  ["pause", "timing"],
  ["isolate", "links"],
  ["isolateOneWay", "links"],
  ["partition", "links"],
  ["bridge", "links"],
  ["cut", "links"],
  ["loss", "links"],
  ["duplication", "links"],
  ["slow", "timing"],
  ["delay", "timing"],
  ["reordering", "timing"],
  ["slowDisk", "timing"],
  ["clockDrift", "clocks"],
  ["membership", undefined],
] as const satisfies readonly (readonly [kind: string, breaks: FaultDescriptor["breaks"]])[]
export type Kind = (typeof KINDS)[number][0]

/** The kinds that break no assumption and no claim of an algorithm. */
export function kindsWithin({ tolerates, assumes = {} }: Claims, takesMembership: boolean): readonly Kind[] {
  if (tolerates.faults !== "crash") return []
  const { links, timing, clocks } = assumes
  const isWithin = (kind: Kind, breaks: FaultDescriptor["breaks"]): boolean => {
    if (kind === "membership") return takesMembership
    // Clocks matter only at processes that handle due timers in time.
    if (clocks !== undefined && (kind === "slow" || kind === "pause")) return false
    // FIFO links preserve the order whatever happens to their messages.
    if (kind === "reordering" && links === "fifo") return false
    if (breaks === "links") return links === undefined
    if (breaks === "timing") return timing !== "synchronous"
    return breaks === "clocks" ? clocks !== undefined : breaks === "nodes"
  }
  return KINDS.flatMap(([kind, breaks]) => (isWithin(kind, breaks) ? [kind] : []))
}

/** Some of the kinds; usually with crashes, which most rules are about. */
export function drawKinds(random: Random, kinds: readonly Kind[]): readonly Kind[] {
  const some = random.choose(Math.min(kinds.length, random.integer(1, 4)), kinds.length).map(place => kinds[place]!)
  return kinds.includes("crash") && random.chance(0.5) ? ["crash", ...some] : some
}

export function drawFault(random: Random, kinds: readonly Kind[], span: Span): Fault {
  const kind = kinds[random.integer(0, kinds.length - 1)]!
  const effect = drawEffect(random, kind, span)
  return { ...effect, ...(kind === "clockDrift" ? drawOnce(random, span) : drawTiming(random, kind, span)) }
}

/** The share of crashes that are for good. */
const FOR_GOOD = 0.2

/** Leaves at most one drifting clock: two would drift apart by more than the bound of one. */
export function withOneDrift(faults: readonly Fault[]): readonly Fault[] {
  const first = faults.find(({ kind }) => kind === "clockDrift")
  return faults.filter(fault => fault.kind !== "clockDrift" || fault === first)
}

/** One traitor per victim, each from some moment on. */
export function drawTraitors(random: Random, { victims, from, to }: Span): readonly Fault[] {
  return (victims ?? []).map((node): Fault => {
    const behaviour = BEHAVIOURS[random.integer(0, BEHAVIOURS.length - 1)]!
    return { kind: "byzantine", target: { nodes: [node] }, behaviour, at: random.integer(from, to) }
  })
}

function drawTiming(random: Random, kind: Kind, span: Span): Timing {
  const once = drawOnce(random, span)
  // The absence of a node that may crash sometimes matters only if it stays down.
  if (kind === "crash" && span.victims !== null && random.chance(FOR_GOOD)) return { at: once.at }
  if (!random.chance(0.15)) return once
  const after = random.integer(0, Math.max(1, span.span))
  return { ...once, schedule: { kind: "when", when: "leader elected", after, times: 4, until: span.to } }
}

function drawOnce(random: Random, { from, to, span }: Span): { readonly at: Micros; readonly for: Micros } {
  const at = random.integer(from, to - 1)
  return { at, for: Math.max(1, Math.min(random.integer(Math.ceil(span / 4), 2 * span), to - at)) }
}

function drawEffect(random: Random, kind: Kind, whole: Span): Effect {
  const { nodes, processes, victims, span, drift = 0, fewest } = whole
  const isFailure = kind === "crash" || kind === "tornWrite" || kind === "failingDisk" || kind === "brokenBroadcast"
  const target = isFailure ? drawTarget(random, nodes) : drawPlace(random, nodes, processes)
  const crashed: Target =
    victims === null ? target : { nodes: victims.filter((_, at) => at === 0 || random.chance(0.5)) }
  switch (kind) {
    case "crash":
      return { kind, target: crashed }
    case "leaderCrash":
      return { kind: "crash", target: victims === null ? { leader: true } : crashed }
    case "tornWrite":
    case "failingDisk":
    case "brokenBroadcast":
      return { kind, target: crashed }
    case "pause":
    case "isolate":
      return { kind, target }
    case "isolateOneWay":
      return { kind: "isolate", target, direction: random.chance(0.5) ? "in" : "out" }
    case "partition":
      return { kind, sides: halves(random, processes), oneWay: random.chance(0.3) }
    case "bridge":
      return processes < 3 ? { kind: "isolate", target } : { kind: "partition", ...bridged(random, processes) }
    case "cut": {
      const [from = 0, to = 0] = random.choose(2, processes)
      return from === to ? { kind: "pause", target } : { kind: "partition", sides: [[from], [to]], oneWay: true }
    }
    case "loss":
    case "duplication":
      return { kind, share: random.share() / 2 }
    case "delay":
      return { kind, by: random.integer(1, span), ...drawScope(random, whole) }
    case "reordering":
      return { kind, share: random.share() / 2, by: random.integer(1, span) }
    case "slow":
      return { kind, target, serviceTime: random.integer(1, Math.ceil(span / 20) + 1) }
    case "clockDrift":
      return { kind, target, by: random.chance(0.5) ? drift : -drift }
    case "membership":
      return { kind, members: random.choose(random.integer(Math.min(fewest, nodes), nodes), nodes) }
    case "slowDisk":
      return { kind, target, syncLatency: random.integer(1, Math.ceil(span / 4) + 1) }
  }
}

/** One process of a role, if there is any, or else nodes as usual: for faults that are not failures of the process. */
function drawPlace(random: Random, nodes: number, processes: number): Target {
  if (processes === nodes || !random.chance(0.3)) return drawTarget(random, nodes)
  return { nodes: [random.integer(nodes, processes - 1)] }
}

/** One link in one direction, or all links to and from a process. */
function drawScope(random: Random, { nodes, processes }: Span): Scope {
  if (random.chance(0.5)) return { target: drawPlace(random, nodes, processes) }
  const [from = 0, to = 0] = random.choose(2, processes)
  return from === to ? {} : { links: [[from, to]], oneWay: true }
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
