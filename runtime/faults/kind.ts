/** The form of a kind of fault: all that the project knows of it, as one value. */
import type { NodeId } from "../contract/ids.ts"
import type { Settings, SettingValues } from "../contract/settings.ts"
import type { Random } from "../lib/random.ts"
import type { Operator } from "./operator.ts"
import type { FaultyRun } from "./run.ts"
import type { Scope, Target } from "./target.ts"

/**
 * Whom a kind of fault hits.
 *
 * - `nodes`: a number of random nodes, nodes by their ids, or the leader
 * - `listed nodes`: nodes by their ids; without any, all of them
 * - `links`: links by their ends, or all links of nodes; without either, every link
 * - `group`: the group as a whole, in a way that its settings say
 * - `clients`: clients of the service, which its settings choose
 */
export type Hits = "nodes" | "listed nodes" | "links" | "group" | "clients"

type HitBy<T extends Hits> = T extends "group" | "clients"
  ? {}
  : T extends "links"
    ? Scope
    : { readonly target: Target }

export interface FaultDescriptor<Kind extends string = string, T extends Hits = Hits, S extends Settings = Settings> {
  /** The word for it in specs, scenario files and traces. */
  readonly kind: Kind
  /** Its name in the captions of charts: `lost messages`. */
  readonly name: string
  /** The fault in sentences; the row of the documentation. */
  readonly doc: string
  readonly target: T
  readonly settings: S
  /**
   * Its end: after `for`, or failure by failure with `mtbf` and `mttr` (`repaired`, the default); after `for` at the
   * latest (`bounded`); or not at all (`never`).
   */
  readonly ends?: "repaired" | "bounded" | "never"
  /** Why `for` has to be given, as a remedy in words. */
  readonly needsEnd?: string
  /** The requirement on a scenario: disks that take time, an algorithm that changes its membership, or clients that can die. */
  readonly needs?: "slow disk" | "membership" | "mortal clients"
  /** Each strike of its schedule hits the next of its target nodes, each once unless `times` says otherwise. */
  readonly takesTurns?: true
  /** The name of a sweep of the number of nodes hit. */
  readonly counted?: Counted
  /**
   * The assumption that it breaks: nodes stay up, links deliver every message once, what is sent or done is over within the
   * delay bound, disks keep what they hold, nodes are loyal, clocks run true.
   */
  readonly breaks?: "nodes" | "links" | "timing" | "storage" | "loyalty" | "clocks"
  /** The same, where that depends on its settings. */
  breaksBy?(fault: EffectOf<Kind, T, S>): FaultDescriptor["breaks"]
  /** While it lasts is known from the nodes, which are down or paused; and from the links, which are cut. */
  readonly stopsNodes?: true
  readonly cutsLinks?: true
  /** Links to clients may be among those that it hits. */
  readonly reachesClients?: true
  /** With `mtbf` and `mttr` and without a target, every link fails independently, in place of all together. */
  readonly failsByLink?: true
  /** Draws whom it hits, where that is more than a target. */
  drawTarget?<F extends EffectOf<Kind, T, S>>(fault: F, size: number, random: Random): F
  /** Draws what else is random in it, at each strike. */
  drawExtent?<F extends EffectOf<Kind, T, S>>(fault: F, random: Random): F
  /**
   * Lets it strike now.
   *
   * @param targets the nodes that its target stands for now
   * @returns `undefined` if it hits nobody
   */
  strike(
    run: FaultyRun,
    fault: EffectOf<Kind, T, S>,
    targets: readonly NodeId[],
    operator: Operator,
  ): Struck | undefined
}

/** A swept number of nodes: the name of the dimension, and the words for its values. */
export interface Counted {
  readonly name: string
  /** Of its axis. */
  readonly title: string
  /** `1 crash`, `2 crashes`. */
  readonly one: string
  readonly many: string
  /** Completes "... as" in a question: `more nodes crash`. */
  readonly question?: string
}

/** The effect of a fault of a kind while it lasts: its target, and values for its settings. */
export type EffectOf<Kind extends string, T extends Hits, S extends Settings> = {
  readonly kind: Kind
} & HitBy<T> &
  SettingValues<S>

/** A fault that has struck. */
export interface Struck {
  /** The effect in words. */
  readonly begun: string
  /** The nodes it happened to. */
  readonly nodes: readonly NodeId[]
  /**
   * Begins what may be over before the fault's time is, or what leads to crashes.
   *
   * @param over to be called when it is over
   * @param crash reports a crash that it led to, of nodes or of a client alone, and its end
   */
  readonly proceed?: (over: (ended: Ended) => void, crash: TellCrash) => void
  /** Ends the fault. @returns what happened then, in words, and to which nodes; `undefined` if nothing did */
  readonly end?: () => Ended | undefined
}

/** Notifies observers of a crash, as it begins or ends. */
export type TellCrash = (phase: "begins" | "ends", what: string, nodes: readonly NodeId[]) => void

export interface Ended {
  readonly what: string
  readonly nodes: readonly NodeId[]
}

/** Declares a kind of fault; the types of its settings follow from their declaration. */
export function faultKind<const Kind extends string, const T extends Hits, const S extends Settings>(
  descriptor: FaultDescriptor<Kind, T, S>,
): FaultDescriptor<Kind, T, S> {
  return descriptor
}
