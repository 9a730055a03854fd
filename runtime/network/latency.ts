/** Latencies of links: draws, quantiles and bounds of the delays of their models. */
import { DelayTable } from "../lib/delay-table.ts"
import { type Latency, modelOf } from "./models/registry.ts"
import type { Network, Regions } from "./network.ts"
import type { Micros } from "../contract/units.ts"

/** The table from which the delays of a model are drawn. */
export function delayTable(latency: Latency): DelayTable {
  if (latency.model === "constant") return new DelayTable(latency.delay)
  return new DelayTable(share => quantile(latency, share))
}

/** The quantile of the delay at `share` (0..1, below 1), in microseconds. */
export function quantile(latency: Latency, share: number): number {
  return modelOf(latency).quantile(latency, share)
}

/**
 * The unit `d` of durations: the largest delay if the model has one; otherwise, and for measured delays, whose largest
 * may be an outlier, the 99.9th percentile.
 */
export function delayBound(latency: Latency): Micros {
  return modelOf(latency).bound?.(latency) ?? Math.round(quantile(latency, 0.999))
}

/** The unit `d` of a whole network: the maximum over all links between nodes. */
export function linkDelayBound({ latency, links, regions }: Network): Micros {
  const own = (links ?? []).flatMap(link => (link.latency === undefined ? [] : delayBound(link.latency)))
  const distances = regions === undefined ? [] : regions.nodes.flatMap(from => regions.nodes.map(to => [from, to]))
  const distant = distances.map(([from, to]) => delayBound(distanceOf(regions!, from!, to!)))
  return Math.max(...(regions === undefined ? [delayBound(latency)] : distant), ...own)
}

/** The latency between two regions. */
export function distanceOf({ delays, jitter }: Regions, from: number, to: number): Latency {
  const delay = delays[from]![to]!
  if (jitter === 0) return { model: "constant", delay }
  return { model: "uniform", min: Math.round(delay * (1 - jitter)), max: Math.round(delay * (1 + jitter)) }
}

/** A latency in words, for tables and charts: `10ms`, `uniform 5ms..15ms`. */
export function describeLatency(latency: Latency): string {
  return modelOf(latency).describe(latency)
}
