/** Latency models: how long a message takes on a link. */
import { DelayTable } from "../lib/delay-table.ts"
import { exponential, logarithm } from "../lib/exact-math.ts"
import type { Latency, Network, Regions } from "./network.ts"
import { formatDuration, type Micros } from "../contract/units.ts"

/** What draws the delays of a model. */
export function delayTable(latency: Latency): DelayTable {
  if (latency.model === "constant") return new DelayTable(latency.delay)
  return new DelayTable(share => quantile(latency, share))
}

/** The delay that a share `share` (0..1, below 1) of messages does not exceed, in microseconds. */
export function quantile(latency: Latency, share: number): number {
  switch (latency.model) {
    case "constant":
      return latency.delay
    case "uniform":
      return latency.min + (latency.max - latency.min) * share
    case "normal":
      return normalQuantile(latency, share)
    case "lognormal":
      return latency.median * exponential(latency.sigma * standardNormal(share))
    case "exponential":
      return latency.floor - latency.mean * logarithm(1 - share)
    case "pareto":
      return latency.scale * exponential(-logarithm(1 - share) / latency.shape)
    case "empirical":
      return interpolate(latency.quantiles, share)
  }
}

function interpolate(quantiles: readonly (readonly [number, Micros])[], share: number): number {
  const above = quantiles.findIndex(([upTo]) => upTo >= share)
  const [upTo, high] = quantiles[above]!
  if (above === 0) return high
  const [from, low] = quantiles[above - 1]!
  return low + ((high - low) * (share - from)) / (upTo - from)
}

/** Normal delays end at the mean plus this many deviations. */
const NORMAL_CUT = 4

/**
 * The quantile function of a normal distribution that is truncated at its least delay and at its longest: what a draw
 * gives that is repeated until it lies between the two. No share of the messages piles up at either end.
 */
function normalQuantile({ mean, deviation, min = 0 }: Latency & { model: "normal" }, share: number): number {
  if (deviation === 0) return mean
  const below = normalShareBelow((min - mean) / deviation)
  const within = normalShareBelow(NORMAL_CUT) - below
  return Math.max(min, mean + deviation * standardNormal(below + within * share))
}

/**
 * The unit `d` of durations: the largest delay where a model has one, else (and of measured delays, whose largest may be
 * an outlier) the delay that 999 of 1000 messages keep.
 */
export function delayBound(latency: Latency): Micros {
  switch (latency.model) {
    case "constant":
      return latency.delay
    case "uniform":
      return latency.max
    case "normal":
      return Math.round(latency.mean + NORMAL_CUT * latency.deviation)
    case "lognormal":
    case "exponential":
    case "pareto":
    case "empirical":
      return Math.round(quantile(latency, 0.999))
  }
}

/** The unit `d` of a whole network: the largest of all links between nodes. */
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

/** A latency model in words, for tables and charts: `10ms`, `uniform 5ms..15ms`. */
export function describeLatency(latency: Latency): string {
  switch (latency.model) {
    case "constant":
      return formatDuration(latency.delay)
    case "uniform":
      return `uniform ${formatDuration(latency.min)}..${formatDuration(latency.max)}`
    case "normal":
      return `normal ${formatDuration(latency.mean)} ± ${formatDuration(latency.deviation)}`
    case "lognormal":
      return `lognormal, median ${formatDuration(latency.median)}, sigma ${latency.sigma}`
    case "exponential":
      return `${formatDuration(latency.floor)} + exponential, mean ${formatDuration(latency.mean)}`
    case "pareto":
      return `Pareto from ${formatDuration(latency.scale)}, shape ${latency.shape}`
    case "empirical":
      return `measured, median ${formatDuration(Math.round(quantile(latency, 0.5)))}`
  }
}

/**
 * The quantile function of the standard normal distribution, by bisection on its distribution function, which is
 * summed as a series (Abramowitz and Stegun 26.2.10). Slow and plain: it only fills tables.
 */
function standardNormal(share: number): number {
  if (share === 0.5) return 0
  if (share > 0.5) return -standardNormal(1 - share)
  let low = -6
  let high = 0
  for (let i = 0; i < 45; i++) {
    const middle = (low + high) / 2
    if (normalShareBelow(middle) < share) low = middle
    else high = middle
  }
  return (low + high) / 2
}

const ROOT_OF_TWO_PI = 2.5066282746310002

function normalShareBelow(x: number): number {
  // Less than a table of 32 bits can tell from nothing; and far out the series no longer adds up.
  if (x < -6) return 0
  let term = x
  let sum = x
  for (let k = 1; Math.abs(term) > 1e-17; k++) {
    term *= (-x * x) / (2 * k)
    sum += term / (2 * k + 1)
    if (k > 400) break
  }
  return Math.max(0, 0.5 + sum / ROOT_OF_TWO_PI)
}
