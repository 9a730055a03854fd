/** Resolves the network of a spec at one point of the sweep. */
import { delayBound, distanceOf } from "../../../runtime/network/latency.ts"
import type { Latency, Link, LinkSettings, Network, Regions } from "../../../runtime/network/network.ts"
import { type Micros, MILLISECOND, parseBandwidth, parseDuration } from "../../../runtime/contract/units.ts"
import { type RegionTable, regionTables } from "../../../scenarios/regions.ts"
import { type LatencySpec, readLatency } from "../schema/latency-schema.ts"
import { linkOf, type Names } from "./named-nodes.ts"
import type { NetworkSpec } from "../schema/network-schema.ts"
import { shareOf, type Written } from "../schema/scalars.ts"
import type { Path } from "../../../lib/source.ts"
import { didYouMean } from "../../../lib/suggestions.ts"

/** For specs that give no latency. */
const DEFAULT_LATENCY = "1ms"

type Report = (path: Path, message: string) => void

/**
 * @param swept the swept value of a network setting at this point
 * @returns `undefined` after reporting what is wrong
 */
export function networkAt(
  spec: NetworkSpec,
  swept: (name: string) => Written | LatencySpec | undefined,
  names: Names,
): Network | undefined {
  const { nodes, report } = names
  const latencyOf = (name: "latency" | "clientLatency"): LatencySpec | undefined => {
    const chosen = swept(name)
    return typeof chosen === "number" || typeof chosen === "boolean" ? undefined : (chosen ?? spec[name])
  }
  const scalarOf = (name: string, given: Written | undefined): Written | undefined => {
    const chosen = swept(name)
    return typeof chosen === "object" || chosen === undefined ? given : chosen
  }
  const [latency, clientLatency] = [latencyOf("latency"), latencyOf("clientLatency")]
  const bandwidth = scalarOf("bandwidth", spec.bandwidth)
  const serviceTime = scalarOf("serviceTime", spec.serviceTime)
  const jitter = scalarOf("jitter", spec.regions?.jitter)
  if (spec.regions === undefined && swept("jitter") !== undefined) {
    report(["sweep", "jitter"], "there are no regions for it: say network: { regions: { nodes: [...] } }")
    return undefined
  }
  if (spec.regions !== undefined && (latency ?? (spec.regions.clients && clientLatency)) !== undefined) {
    const other = latency === undefined ? "clientLatency" : "latency"
    report(["network", "regions"], `does not go with ${other}: delays follow from the regions`)
    return undefined
  }
  const regions = spec.regions && regionsAt(spec.regions, jitter, nodes, report)
  const links = linksAt(spec.links ?? [], names)
  if (links === undefined || (spec.regions !== undefined && regions === undefined)) return undefined
  return {
    latency: regions === undefined ? readLatency(latency ?? DEFAULT_LATENCY) : farthest(regions),
    ...(clientLatency === undefined ? {} : { clientLatency: readLatency(clientLatency) }),
    loss: shareOf(scalarOf("loss", spec.loss) ?? 0),
    duplication: shareOf(scalarOf("duplication", spec.duplication) ?? 0),
    ...(bandwidth === undefined ? {} : { bandwidth: parseBandwidth(String(bandwidth))! }),
    ...(spec.fifo === true ? { fifo: true } : {}),
    ...(serviceTime === undefined ? {} : { serviceTime: micros(String(serviceTime)) }),
    ...(links.length === 0 ? {} : { links }),
    ...(regions === undefined ? {} : { regions }),
  }
}

function micros(written: string): Micros {
  return parseDuration(written)!
}

/** The links that differ from the others; those to roles that only other algorithms of the spec have are omitted. */
function linksAt(links: NonNullable<NetworkSpec["links"]>, names: Names): readonly LinkSettings[] | undefined {
  const ends = links.map(({ between }, index) => linkOf(between, ["network", "links", index, "between"], names))
  if (!ends.every(link => link !== undefined)) return undefined
  const twin = links.findIndex((link, index) => links.slice(0, index).some(earlier => isSameLink(earlier, link)))
  if (twin >= 0) {
    const found = `found [${links[twin]!.between.join(", ")}]`
    names.report(["network", "links", twin, "between"], `${found}, which is listed twice, one way or both`)
    return undefined
  }
  return links.flatMap((link, index) => {
    const between = ends[index]
    return between === null || between === undefined ? [] : [settingsOf(link, between)]
  })
}

function settingsOf({ oneWay, latency, loss, duplication, bandwidth }: LinkSpec, between: Link): LinkSettings {
  return {
    between,
    ...(oneWay === undefined ? {} : { oneWay }),
    ...(latency === undefined ? {} : { latency: readLatency(latency) }),
    ...(loss === undefined ? {} : { loss: shareOf(loss) }),
    ...(duplication === undefined ? {} : { duplication: shareOf(duplication) }),
    ...(bandwidth === undefined ? {} : { bandwidth: parseBandwidth(String(bandwidth))! }),
  }
}

type LinkSpec = NonNullable<NetworkSpec["links"]>[number]

/** True if both name the same direction of a link. */
function isSameLink(one: LinkSpec, other: LinkSpec): boolean {
  const [[from, to], [first, second]] = [one.between, other.between]
  const isOneWay = one.oneWay === true && other.oneWay === true
  return (from === first && to === second) || (!isOneWay && from === second && to === first)
}

/** Assigns the regions to the nodes round robin; clients are where the nodes are, unless they have regions of their own. */
function regionsAt(
  spec: NonNullable<NetworkSpec["regions"]>,
  jitter: Written | undefined,
  nodes: number,
  report: Report,
): Regions | undefined {
  if (spec.nodes === undefined) {
    report(["network", "regions", "nodes"], "missing")
    return undefined
  }
  const homes = spec.nodes
  const table = tableOf({ ...spec, nodes: homes }, report)
  if (table === undefined) return undefined
  const clients = spec.clients ?? homes
  const used = [...new Set([...homes, ...clients])]
  const place = (region: string): number => used.indexOf(region)
  const roundTrip = (from: string, to: string): number =>
    table.roundTrips[table.regions.indexOf(from)]![table.regions.indexOf(to)]!
  return {
    names: used,
    delays: used.map(from => used.map(to => Math.round((roundTrip(from, to) * MILLISECOND) / 2))),
    nodes: Array.from({ length: nodes }, (_, node) => place(homes[node % homes.length]!)),
    clients: clients.map(place),
    jitter: shareOf(jitter ?? 0),
  }
}

type RegionSpec = NonNullable<NetworkSpec["regions"]>

/** The table that the spec names, or the first with all the regions that it names. */
function tableOf(spec: RegionSpec & { readonly nodes: readonly string[] }, report: Report): RegionTable | undefined {
  const tables = regionTables()
  const names = tables.map(({ name }) => name)
  const named = tables.find(({ name }) => name === spec.data)
  if (spec.data !== undefined && named === undefined) {
    const hint = didYouMean(spec.data, names)
    report(["network", "regions", "data"], `found "${spec.data}", expected one of ${names.join(", ")}${hint}`)
    return undefined
  }
  const allowed = named === undefined ? tables : [named]
  const mentioned = [
    ...spec.nodes.map((region, index) => ({ region, path: ["network", "regions", "nodes", index] })),
    ...(spec.clients ?? []).map((region, index) => ({ region, path: ["network", "regions", "clients", index] })),
  ]
  const table = allowed.find(({ regions }) => mentioned.every(({ region }) => regions.includes(region)))
  if (table !== undefined) return table
  const known = [...new Set(allowed.flatMap(({ regions }) => regions))]
  const unknown = mentioned.find(({ region }) => !known.includes(region))
  if (unknown === undefined) {
    report(["network", "regions", "nodes"], `no table has all of these regions; the tables are ${names.join(", ")}`)
  } else {
    const where = named === undefined ? "" : ` of ${named.name}`
    const hint = didYouMean(unknown.region, known)
    report(unknown.path, `found "${unknown.region}", expected a region${where}: ${known.join(", ")}${hint}`)
  }
  return undefined
}

/** The largest delay between nodes, which stands for "the latency" if all links differ. */
function farthest(regions: Regions): Latency {
  const bounds = regions.nodes.flatMap(from => regions.nodes.map(to => delayBound(distanceOf(regions, from, to))))
  return { model: "constant", delay: Math.max(...bounds) }
}
