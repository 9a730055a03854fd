/** Latencies of each client, and of the clients of each region, where there are few enough to look at one by one. */
import type { ClientId } from "../runtime/contract/algorithm.ts"
import { Histogram } from "../runtime/lib/histogram.ts"
import type { World } from "../runtime/contract/service.ts"
import type { Micros } from "../runtime/contract/units.ts"

/** Clients, or regions, beyond which their latencies are not kept apart. */
export const MAX_GROUPS = 20

export class LatencyGroups {
  readonly #world: World
  readonly #isByClient: boolean
  readonly #clients = new Map<ClientId, Histogram>()
  readonly #regions = new Map<string, Histogram>()
  /** True if it keeps anything: asked before each operation is recorded. */
  readonly isKept: boolean

  /** @param clients how many clients there are; null if operations are not those of particular clients */
  constructor(world: World, clients: number | null) {
    this.#world = world
    this.#isByClient = clients !== null && clients > 1 && clients <= MAX_GROUPS
    const { length } = world.regions
    this.isKept = this.#isByClient || (length > 1 && length <= MAX_GROUPS)
  }

  /** An operation of a client ended. @param latency null if it did not succeed */
  record(client: ClientId, latency: Micros | null): void {
    if (!this.isKept) return
    if (this.#isByClient) recordIn(histogramOf(client, this.#clients), latency)
    const region = this.#world.regionOf(client)
    if (region !== undefined && this.#world.regions.length <= MAX_GROUPS) {
      recordIn(histogramOf(region, this.#regions), latency)
    }
  }

  /** By name, `client 3` or `region eu-west-1`: clients first, in the order of their numbers. */
  get histograms(): Readonly<Record<string, Histogram>> {
    const clients = [...this.#clients].toSorted(([a], [b]) => a - b)
    const regions = [...this.#regions].toSorted(([a], [b]) => this.#placeOf(a) - this.#placeOf(b))
    return Object.fromEntries([
      ...clients.map(([client, histogram]) => [`client ${client}`, histogram] as const),
      ...regions.map(([region, histogram]) => [`region ${region}`, histogram] as const),
    ])
  }

  #placeOf(region: string): number {
    return this.#world.regions.indexOf(region)
  }
}

function recordIn(histogram: Histogram, latency: Micros | null): void {
  if (latency === null) histogram.recordOver()
  else histogram.record(latency)
}

function histogramOf<K>(key: K, histograms: Map<K, Histogram>): Histogram {
  let histogram = histograms.get(key)
  if (histogram === undefined) histograms.set(key, (histogram = new Histogram()))
  return histogram
}
