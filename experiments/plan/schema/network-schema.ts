/** The part of a spec that describes the network. */
import * as Schema from "effect/Schema"
import { parseBandwidth } from "../../../runtime/contract/units.ts"
import { latency } from "./latency-schema.ts"
import { namedNode } from "./named-node.ts"
import { absolute, scalar, share, text } from "./scalars.ts"

const BANDWIDTH_FORM = "a bandwidth such as 10MB/s or 100Mbit/s"
export const bandwidth = scalar(BANDWIDTH_FORM, value => (parseBandwidth(String(value)) ?? 0) > 0)

/** A link that differs from the others. */
const link = Schema.Struct({
  between: Schema.Tuple([namedNode, namedNode]).annotate({ expected: "a link: two nodes such as [0, 1]" }),
  oneWay: Schema.optionalKey(Schema.Literal(true).annotate({ expected: "true" })),
  latency: Schema.optionalKey(latency),
  loss: Schema.optionalKey(share),
  duplication: Schema.optionalKey(share),
  bandwidth: Schema.optionalKey(bandwidth),
})

const region = text("the name of a region")
const regionList = Schema.NonEmptyArray(region).annotate({ expected: "a list of regions" })

type RegionList = typeof regionList.Type

/** Regions that nodes or clients may be in, to sweep: lists, or lists by name. */
export const placements = Schema.Union([
  Schema.NonEmptyArray(regionList),
  Schema.Record(Schema.String, regionList),
]).annotate({
  expected: "lists of regions, or lists by name: { near: [eu-west-1, eu-west-2], far: [eu-west-1, us-east-1] }",
})

export type Placements = typeof placements.Type

/** The lists of regions with their names; unnamed lists are named by joining their regions. */
export function placementsIn(written: Placements): readonly (readonly [name: string, regions: RegionList])[] {
  if (!Array.isArray(written)) return Object.entries(written)
  return written.map(regions => [regions.join("+"), regions] as const)
}

/** The places of nodes and clients: regions between which round-trip times have been measured. */
const regions = Schema.Struct({
  data: Schema.optionalKey(text("the name of a table of regions")),
  /** Optional only if they are swept. */
  nodes: Schema.optionalKey(regionList),
  clients: Schema.optionalKey(regionList),
  jitter: Schema.optionalKey(share),
})

export const network = Schema.Struct({
  latency: Schema.optionalKey(latency),
  clientLatency: Schema.optionalKey(latency),
  loss: Schema.optionalKey(share),
  duplication: Schema.optionalKey(share),
  bandwidth: Schema.optionalKey(bandwidth),
  fifo: Schema.optionalKey(Schema.Boolean.annotate({ expected: "true or false" })),
  serviceTime: Schema.optionalKey(absolute),
  links: Schema.optionalKey(Schema.Array(link).annotate({ expected: "a list of links" })),
  regions: Schema.optionalKey(regions),
})

export type NetworkSpec = typeof network.Type
