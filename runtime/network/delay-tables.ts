/** The tables from which delays are drawn, each computed once for all runs that share this cache. */
import type { NodeId } from "../contract/ids.ts"
import type { DelayTable } from "../lib/delay-table.ts"
import { delayTable, distanceOf } from "./latency.ts"
import { placesOf } from "./places.ts"
import type { Latency, Network, Regions } from "./network.ts"

export class DelayTables {
  /** Tables are pure functions of the model. */
  readonly #byModel = new Map<string, DelayTable>()
  /** The same by identity of the model: the runs of a cell share their network, and with it its models. */
  readonly #known = new WeakMap<Latency, DelayTable>()
  /** By network, which the runs of a cell share. */
  readonly #byNetwork = new WeakMap<Network, readonly DelayTable[]>()

  /** The table that draws the delays of a model. */
  of(latency: Latency): DelayTable {
    let table = this.#known.get(latency)
    if (table !== undefined) return table
    const key = JSON.stringify(latency)
    table = this.#byModel.get(key)
    if (table === undefined) this.#byModel.set(key, (table = delayTable(latency)))
    this.#known.set(latency, table)
    return table
  }

  /** The delays of each link between `size` processes; null if all links are alike. */
  ofLinks(network: Network, size: number): readonly DelayTable[] | null {
    const { latency, links, regions } = network
    const own = (links ?? []).filter(link => link.latency !== undefined)
    if (regions === undefined && own.length === 0) return null
    const known = this.#byNetwork.get(network)
    if (known !== undefined && known.length === size * size) return known
    const tables = Array.from({ length: size * size }, (_, link) => {
      const [from, to] = [Math.floor(link / size), link % size]
      return this.of(
        regions === undefined ? latency : distanceOf(regions, regionOf(regions, from), regionOf(regions, to)),
      )
    })
    for (const link of own) for (const place of placesOf(link, size)) tables[place] = this.of(link.latency ?? latency)
    this.#byNetwork.set(network, tables)
    return tables
  }
}

/** The names of the regions, in their order. */
export function regionNames({ names, delays }: Regions): readonly string[] {
  return names ?? delays.map((_, place) => String(place))
}

/** The members of a group of `size` in a region; empty if there is no such region. */
export function membersIn(name: string, regions: Regions | undefined, size: number): readonly NodeId[] {
  if (regions === undefined) return []
  const region = regionNames(regions).indexOf(name)
  return Array.from({ length: size }, (_, id) => id).filter(id => regionOf(regions, id) === region)
}

/** The region of a process: processes of roles take the nodes' regions, starting with the first. */
export function regionOf({ nodes }: Regions, id: NodeId): number {
  return nodes[id % nodes.length]!
}
