/** The network of a run as plain data: delays and losses of messages, and the places of nodes and clients. */
import type { NodeId } from "../contract/algorithm.ts"
import type { Micros } from "../contract/units.ts"
import type { Latency } from "./models/registry.ts"

export type { Latency } from "./models/registry.ts"

/** The network. Links between nodes deliver every message independently: none waits for an earlier one, unless `fifo`. */
export interface Network {
  readonly latency: Latency
  /** Latency between clients and nodes; default: that between nodes. */
  readonly clientLatency?: Latency
  /** Share of messages between nodes that are lost, 0..1. */
  readonly loss: number
  /** Share of messages between nodes that arrive twice, 0..1. */
  readonly duplication: number
  /**
   * Bandwidth of a link between nodes in each direction, in bytes per second; messages queue for it. Default:
   * unlimited.
   */
  readonly bandwidth?: number
  /** True if links between nodes deliver in the order of sending, as TCP does. */
  readonly fifo?: boolean
  /** The time that a node takes for each message or request, one at a time. Default: none. */
  readonly serviceTime?: Micros
  /**
   * Links between nodes, including those of roles, that differ from the others; of several entries for one link, the
   * last applies.
   */
  readonly links?: readonly LinkSettings[]
  /** The places of nodes and clients; their distances replace `latency`, and `clientLatency` if that is absent. */
  readonly regions?: Regions
}

/** The settings of a single link between nodes. */
export interface LinkSettings {
  readonly between: Link
  /** True if only messages from the first node to the second are affected. */
  readonly oneWay?: boolean
  readonly latency?: Latency
  readonly loss?: number
  readonly duplication?: number
  readonly bandwidth?: number
}

/** Regions, and the places of nodes and clients. */
export interface Regions {
  /** Their names, for results; default: their indices. */
  readonly names?: readonly string[]
  /** One-way delay from region to region, in microseconds: `delays[from][to]`. */
  readonly delays: readonly (readonly Micros[])[]
  /**
   * The region of each node, as an index in `delays`; processes of roles take these regions, starting with the first.
   */
  readonly nodes: readonly number[]
  /** Client c is in region `clients[c % clients.length]`. */
  readonly clients: readonly number[]
  /** Delays vary by this share, 0..1: uniformly from 1 - jitter to 1 + jitter times the value. */
  readonly jitter: number
}

/** Two nodes that exchange messages. */
export type Link = readonly [from: NodeId, to: NodeId]
