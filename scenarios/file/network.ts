/** The codec of the network in a scenario file. */
import type { LatencyModel } from "../../runtime/network/models/model.ts"
import { LATENCY_MODELS, latencyWith } from "../../runtime/network/models/registry.ts"
import type { Latency, LinkSettings, Network, Regions } from "../../runtime/network/network.ts"
import {
  type Codec,
  flag,
  integer,
  link,
  list,
  literal,
  optional,
  positive,
  record,
  scalar,
  share,
  tagged,
  time,
} from "./codec.ts"
import { fieldsOf, type Values } from "./settings.ts"

/** A latency: its model, and the model's settings. */
const latency: Codec<Latency> = tagged(
  "model",
  [...LATENCY_MODELS.values()].map(model => [model.model, latencyCodec(model)]),
)

function latencyCodec({ model, settings, constraint }: LatencyModel): Codec<Latency> {
  const values = record<Values>({ model: literal(model), ...fieldsOf(settings) })
  return {
    read: (written, path, reading) => {
      const read = values.read(written, path, reading)
      if (read === undefined) return undefined
      if (constraint === undefined || constraint.holds(read)) return latencyWith(model, read)
      reading.report({ path: [...path, constraint.setting], message: `expected ${constraint.expected}` })
      return undefined
    },
    write: values.write,
  }
}

/** Bytes a second: a number above 0. */
const bandwidth = optional(positive)

const links: Codec<readonly LinkSettings[]> = list(
  record<LinkSettings>({
    between: link,
    oneWay: optional(flag),
    latency: optional(latency),
    loss: optional(share),
    duplication: optional(share),
    bandwidth,
  }),
)

const MAX_REGIONS = 1_000
const region = integer(0, MAX_REGIONS - 1)
const regionName = scalar("a name", written => (typeof written === "string" && written !== "" ? written : undefined))
const regionFields = record<Regions>({
  names: optional(list(regionName)),
  delays: list(list(time)),
  nodes: list(region),
  clients: list(region),
  jitter: share,
})

/** Every region has a delay to every region, and every node and client is in one region. */
const regions: Codec<Regions> = {
  read: (written, path, reading) => {
    const read = regionFields.read(written, path, reading)
    if (read === undefined) return undefined
    const { names, delays, nodes, clients } = read
    if (names !== undefined && names.length !== delays.length) {
      reading.report({ path: [...path, "names"], message: `expected a name for each of ${delays.length} regions` })
      return undefined
    }
    const isSquare = delays.every(row => row.length === delays.length)
    const isPlaced = [...nodes, ...clients].every(place => place < delays.length)
    if (isSquare && isPlaced && clients.length > 0 && nodes.length >= reading.nodes) return read
    const message = `expected a square of delays, a region for each of ${reading.nodes} nodes, and one for clients`
    reading.report({ path, message })
    return undefined
  },
  write: regionFields.write,
}

export const network: Codec<Network> = record<Network>({
  latency,
  clientLatency: optional(latency),
  loss: optional(share, 0),
  duplication: optional(share, 0),
  bandwidth,
  fifo: optional(flag),
  serviceTime: optional(time),
  links: optional(links),
  regions: optional(regions),
})
