/** Latencies of each client, and of each region's clients, if there are few enough to look at one by one. */
import type { ClientId } from "../runtime/contract/algorithm.ts"
import { Histogram } from "../runtime/lib/histogram.ts"
import type { World } from "../runtime/contract/service.ts"
import type { Micros } from "../runtime/contract/units.ts"

/** Clients or regions up to which latencies are kept separately. */
export const MAX_GROUPS = 20

/** The names of clients that are looked at one by one: as every run has the same, they are made once. */
const CLIENT_NAMES = Array.from({ length: MAX_GROUPS }, (_, client) => `client ${client}`)

export class LatencyGroups {
  readonly #world: World
  readonly #isByClient: boolean
  readonly #isByRegion: boolean
  /** By client: there are few, so a list is faster than a map. */
  readonly #clients: (Histogram | undefined)[] = []
  readonly #regions = new Map<string, Histogram>()
  /** True if it keeps anything: asked before each operation is recorded. */
  readonly isKept: boolean

  /** @param clients how many clients there are; null if operations are not those of particular clients */
  constructor(world: World, clients: number | null) {
    this.#world = world
    this.#isByClient = clients !== null && clients > 1 && clients <= MAX_GROUPS
    const { length } = world.regions
    this.#isByRegion = length > 0 && length <= MAX_GROUPS
    this.isKept = this.#isByClient || (length > 1 && length <= MAX_GROUPS)
  }

  /** An operation of a client ended. @param latency null if it did not succeed */
  record(client: ClientId, latency: Micros | null): void {
    if (!this.isKept) return
    if (this.#isByClient) recordIn(this.#clients[client] ?? (this.#clients[client] = new Histogram()), latency)
    if (!this.#isByRegion) return
    const region = this.#world.regionOf(client)
    if (region !== undefined) recordIn(histogramOf(region, this.#regions), latency)
  }

  /** By name, `client 3` or `region eu-west-1`: clients first, in the order of their numbers. */
  get histograms(): Readonly<Record<string, Histogram>> {
    const regions = [...this.#regions].toSorted(([a], [b]) => this.#placeOf(a) - this.#placeOf(b))
    return Object.fromEntries([
      ...this.#clients.flatMap((histogram, client) => {
        return histogram === undefined ? [] : [[CLIENT_NAMES[client]!, histogram] as const]
      }),
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
