/** The type of a kind of fault: everything that the project knows about it, as one value. */
import type { NodeId } from "../contract/ids.ts"
import type { Settings, SettingValues } from "../contract/settings.ts"
import type { Random } from "../lib/random.ts"
import type { Operator } from "./operator.ts"
import type { FaultyRun } from "./run.ts"
import type { Scope, Target } from "./target.ts"

/**
 * The targets of a kind of fault.
 *
 * - `nodes`: a number of random nodes, nodes by their ids, or the leader
 * - `listed nodes`: nodes by their ids; without any, all of them
 * - `links`: links by their ends, or all links of nodes; without either, every link
 * - `group`: the group as a whole, as its settings say
 * - `clients`: clients of the service, selected by its settings
 */
export type Hits = "nodes" | "listed nodes" | "links" | "group" | "clients"

type HitBy<T extends Hits> = T extends "group" | "clients"
  ? {}
  : T extends "links"
    ? Scope
    : { readonly target: Target }

export interface FaultDescriptor<Kind extends string = string, T extends Hits = Hits, S extends Settings = Settings> {
  /** Its name in specs, scenario files and traces. */
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
  /** The reason why `for` must be given, with the remedy, in words. */
  readonly needsEnd?: string
  /** The requirement on a scenario: disks that take time, an algorithm that changes its membership, or clients that can die. */
  readonly needs?: "slow disk" | "membership" | "mortal clients"
  /** True if each strike of its schedule hits the next of its target nodes: each once, unless `times` is given. */
  readonly takesTurns?: true
  /** The name of a sweep of the number of nodes hit. */
  readonly counted?: Counted
  /**
   * The assumption that it breaks: nodes stay up, links deliver every message once, messages and work take at most the
   * delay bound, disks keep their contents, nodes are loyal, clocks are accurate.
   */
  readonly breaks?: "nodes" | "links" | "timing" | "storage" | "loyalty" | "clocks"
  /** The assumption that it breaks, if that depends on its settings. */
  breaksBy?(fault: EffectOf<Kind, T, S>): FaultDescriptor["breaks"]
  /**
   * True if the nodes, or (`cutsLinks`) the links, show themselves how long it lasts: while they are down, paused or
   * cut.
   */
  readonly stopsNodes?: true
  readonly cutsLinks?: true
  /** True if it may hit links to clients. */
  readonly reachesClients?: true
  /** True if, with `mtbf` and `mttr` and no target, every link fails independently instead of all together. */
  readonly failsByLink?: true
  /** Draws its targets, if they are more than a `target`. */
  drawTarget?<F extends EffectOf<Kind, T, S>>(fault: F, size: number, random: Random): F
  /** Draws its other random settings, at each strike. */
  drawExtent?<F extends EffectOf<Kind, T, S>>(fault: F, random: Random): F
  /**
   * Strikes now.
   *
   * @param targets the nodes that are its target now
   * @returns `undefined` if it hits nothing
   */
  strike(
    run: FaultyRun,
    fault: EffectOf<Kind, T, S>,
    targets: readonly NodeId[],
    operator: Operator,
  ): Struck | undefined
}

/** A sweep over the number of nodes hit: the name of the dimension, and the words for its values. */
export interface Counted {
  readonly name: string
  /** The title of its axis. */
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
  /** The nodes affected. */
  readonly nodes: readonly NodeId[]
  /**
   * Begins activity that may end before the fault does, or that leads to crashes.
   *
   * @param over must be called when it ends
   * @param crash reports a crash that it caused, of nodes or of a client alone, and its end
   */
  readonly proceed?: (over: (ended: Ended) => void, crash: TellCrash) => void
  /** Ends the fault. @returns a description and the nodes affected; `undefined` if nothing happened */
  readonly end?: () => Ended | undefined
}

/** Notifies observers of the begin or end of a crash. */
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
