/** The codec of faults in a scenario file. */
import {
  CONDITIONS,
  type Fault,
  type FaultKind,
  faultWith,
  type Schedule,
  SPANS,
  type Target,
  type Timing,
} from "../../runtime/faults/fault.ts"
import type { FaultDescriptor, Hits } from "../../runtime/faults/kind.ts"
import { FAULT_KINDS } from "../../runtime/faults/registry.ts"
import {
  clientLink,
  type Codec,
  type Fields,
  flag,
  integer,
  isMapping,
  link,
  list,
  literal,
  node,
  oneOf,
  optional,
  record,
  tagged,
  text,
  time,
  word,
} from "./codec.ts"
import { fieldsOf, type Values } from "./settings.ts"
import { shown } from "../../lib/suggestions.ts"

const targetNodes = record<Extract<Target, { readonly nodes: unknown }>>({ nodes: list(node), region: optional(text) })
const targetRegion = record<{ readonly region: string; readonly count?: number }>({
  region: text,
  count: optional(integer(0, Number.MAX_SAFE_INTEGER)),
})

/** The keys present determine the kind of target. */
const target: Codec<Target> = {
  read: (written, path, reading) => {
    const keys = isMapping(written) ? Object.keys(written) : []
    const [key] = keys
    if (keys.includes("nodes")) return targetNodes.read(written, path, reading)
    if (keys.length === 1 && key === "random") {
      return record({ random: integer(0, reading.nodes) }).read(written, path, reading)
    }
    if (keys.length === 1 && key === "leader") return record({ leader: literal(true) }).read(written, path, reading)
    if (keys.length === 1 && key === "office") return record({ office: text }).read(written, path, reading)
    if (keys.includes("region")) return targetRegion.read(written, path, reading)
    const expected = "one of nodes: [...], random: 2, leader: true, office: tail, region: us-east-1"
    reading.report({ path, message: `found ${shown(written)}, expected ${expected}` })
    return undefined
  },
  write: (value, writing) => ("nodes" in value ? targetNodes.write(value, writing) : value),
}

const times = optional(integer(1, Number.MAX_SAFE_INTEGER))
const until = optional(time)
const stream = optional(integer(0, 0xffff))

const schedule = oneOf<"kind", Schedule>("kind", {
  every: record({ kind: literal("every"), every: time, times, until }),
  renewal: record({
    kind: literal("renewal"),
    mtbf: time,
    mttr: time,
    spans: word(SPANS),
    crews: optional(integer(1, 0xffff)),
    until,
  }),
  when: record({ kind: literal("when"), when: word(CONDITIONS), after: time, times, until, stream }),
})

/** The keys that give the target of a kind of fault. */
const TARGETS: Readonly<Record<Hits, Fields<Values>>> = {
  nodes: { target },
  "listed nodes": { target },
  links: { links: optional(list(link)), oneWay: optional(flag), target: optional(target) },
  group: {},
  clients: {},
}

const timing: Fields<Timing> = {
  at: time,
  within: optional(time),
  for: optional(time),
  schedule: optional(schedule),
}

function faultCodec({ kind, settings, target: hits, reachesClients }: FaultDescriptor<FaultKind>): Codec<Fault> {
  const isOfClients = hits === "links" && reachesClients === true
  const ofClients: Fields<Values> = isOfClients ? { links: optional(list(clientLink)) } : {}
  const effect = { kind: literal(kind), ...fieldsOf(settings), ...TARGETS[hits], ...ofClients }
  const whole = record<Values>({ ...effect, ...timing })
  return {
    read: (written, path, reading) => {
      const values = whole.read(written, path, reading)
      return values && faultWith(kind, values)
    },
    write: whole.write,
  }
}

/** The codec of every kind of fault that the runtime knows. */
export const fault: Codec<Fault> = tagged(
  "kind",
  FAULT_KINDS.map(descriptor => [descriptor.kind, faultCodec(descriptor)]),
)
