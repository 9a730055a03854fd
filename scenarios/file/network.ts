/** How the network is written in a scenario file. */
import type { Latency, LinkSettings, Network, Regions } from "../../runtime/network/network.ts"
import {
  type Codec,
  flag,
  integer,
  link,
  list,
  literal,
  oneOf,
  optional,
  positive,
  record,
  scalar,
  share,
  time,
  writeTime,
} from "./codec.ts"

/** A share of messages, and the delay that they do not exceed. */
const quantile: Codec<readonly [number, number]> = {
  read: (written, path, reading) => {
    if (Array.isArray(written) && written.length === 2) {
      const [upTo, delay] = written
      const shareRead = share.read(upTo, [...path, 0], reading)
      const delayRead = time.read(delay, [...path, 1], reading)
      return shareRead === undefined || delayRead === undefined ? undefined : [shareRead, delayRead]
    }
    reading.report({ path, message: "expected a share and a delay, such as [0.5, 10ms]" })
    return undefined
  },
  write: ([upTo, delay]) => [upTo, writeTime(delay)],
}

/** From share 0 to share 1, neither shares nor delays ever falling. */
const quantiles: Codec<readonly (readonly [number, number])[]> = {
  read: (written, path, reading) => {
    const read = list(quantile).read(written, path, reading)
    if (read === undefined) return undefined
    const rises = read.every(
      ([upTo, delay], index) => index === 0 || (upTo > read[index - 1]![0] && delay >= read[index - 1]![1]),
    )
    if (rises && read[0]?.[0] === 0 && read.at(-1)?.[0] === 1) return read
    reading.report({ path, message: "expected shares that rise from 0 to 1, and delays that never fall" })
    return undefined
  },
  write: value => value.map(item => quantile.write(item)),
}

type Of<Model extends Latency["model"]> = Latency & { readonly model: Model }

/** A record whose bounds are in order. */
function bounded<T extends Latency>(codec: Codec<T>, isInOrder: (latency: T) => boolean, expected: string): Codec<T> {
  return {
    ...codec,
    read: (written, path, reading) => {
      const value = codec.read(written, path, reading)
      if (value === undefined || isInOrder(value)) return value
      reading.report({ path: [...path, "min"], message: `expected a min that is not above ${expected}` })
      return undefined
    },
  }
}

const uniform: Codec<Of<"uniform">> = record<Of<"uniform">>({ model: literal("uniform"), min: time, max: time })
const normal: Codec<Of<"normal">> = record<Of<"normal">>({
  model: literal("normal"),
  mean: time,
  deviation: time,
  min: optional(time),
})

const latency = oneOf<"model", Latency>("model", {
  constant: record({ model: literal("constant"), delay: time }),
  uniform: bounded(uniform, ({ min, max }) => min <= max, "max"),
  normal: bounded(normal, ({ min = 0, mean }) => min <= mean, "the mean"),
  lognormal: record({ model: literal("lognormal"), median: time, sigma: positive }),
  exponential: record({ model: literal("exponential"), floor: time, mean: time }),
  pareto: record({ model: literal("pareto"), scale: time, shape: positive }),
  empirical: record({ model: literal("empirical"), quantiles }),
})

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

const MOST_REGIONS = 1_000
const region = integer(0, MOST_REGIONS - 1)
const regionName = scalar("a name", written => (typeof written === "string" && written !== "" ? written : undefined))
const regionFields = record<Regions>({
  names: optional(list(regionName)),
  delays: list(list(time)),
  nodes: list(region),
  clients: list(region),
  jitter: share,
})

/** Every region has a delay to every region, and every node and client is in one of them. */
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
  write: value => regionFields.write(value),
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
