/** The network of a run as plain data: how long messages take, which are lost, and who is where. */
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
  /** Bytes a second that a link between nodes carries each way; messages queue for it. Default: any number. */
  readonly bandwidth?: number
  /** Messages of a link between nodes arrive in the order in which they were sent, as over TCP. */
  readonly fifo?: boolean
  /** The time that a node takes to handle a message or request, one after the other. Default: no time. */
  readonly serviceTime?: Micros
  /** Links between nodes, those of roles included, that differ from the others; of several about one, the last counts. */
  readonly links?: readonly LinkSettings[]
  /** The places of nodes and clients; their distances take the place of `latency`, and of `clientLatency` if absent. */
  readonly regions?: Regions
}

/** The own settings of a link between nodes. */
export interface LinkSettings {
  readonly between: Link
  /** Only messages from the first node to the second are meant. */
  readonly oneWay?: boolean
  readonly latency?: Latency
  readonly loss?: number
  readonly duplication?: number
  readonly bandwidth?: number
}

/** Places on the map, and who is where. */
export interface Regions {
  /** Their names, for results; default: their places. */
  readonly names?: readonly string[]
  /** One-way delay from region to region, in microseconds: `delays[from][to]`. */
  readonly delays: readonly (readonly Micros[])[]
  /** The region of each node, as its place in `delays`; processes of roles take them from the first on. */
  readonly nodes: readonly number[]
  /** Client c is in region `clients[c % clients.length]`. */
  readonly clients: readonly number[]
  /** Delays vary by this share, 0..1: uniformly from 1 - jitter to 1 + jitter times the value. */
  readonly jitter: number
}

/** Two nodes that exchange messages. */
export type Link = readonly [from: NodeId, to: NodeId]
