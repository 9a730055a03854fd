/** How faults are written in a scenario file. */
import { BEHAVIOURS, type Behaviour } from "../../runtime/faults/byzantine.ts"
import { CONDITIONS, DIRECTIONS, type Fault, type Schedule, SPANS, type Side } from "../../runtime/faults/fault.ts"
import type { Target } from "../../runtime/scenario/scenario.ts"
import { type Micros, parseDuration } from "../../runtime/contract/units.ts"
import {
  type Codec,
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
  scalar,
  share,
  time,
  word,
  writeTime,
} from "./codec.ts"
import { shown } from "../../lib/suggestions.ts"

/** Which of the three keys there is says which kind of target it is. */
const target: Codec<Target> = {
  read: (written, path, reading) => {
    const keys = isMapping(written) ? Object.keys(written) : []
    const [key] = keys
    if (keys.length === 1 && key === "nodes") return record({ nodes: list(node) }).read(written, path, reading)
    if (keys.length === 1 && key === "random") {
      return record({ random: integer(0, reading.nodes) }).read(written, path, reading)
    }
    if (keys.length === 1 && key === "leader") return record({ leader: literal(true) }).read(written, path, reading)
    reading.report({ path, message: `found ${shown(written)}, expected one of nodes: [...], random: 2, leader: true` })
    return undefined
  },
  write: value => value,
}

const behaviour: Codec<Behaviour> = {
  read: (written, path, reading) => {
    if (!isMapping(written)) return namedBehaviour.read(written, path, reading)
    return ("tells" in written ? tells : script).read(written, path, reading)
  },
  write: value => value,
}
const namedBehaviour: Codec<Behaviour> = scalar(
  `one of ${BEHAVIOURS.join(", ")}, or { script: [...] }, { tells: { 1: 0 } }`,
  written => BEHAVIOURS.find(name => name === written),
)
const said: Codec<number | null> = {
  read: (written, path, reading) =>
    written === null ? null : integer(0, Number.MAX_SAFE_INTEGER).read(written, path, reading),
  write: value => value,
}
const script: Codec<Extract<Behaviour, { script: unknown }>> = record({ script: list(said) })
/** What each node is told, by its number. */
const tells: Codec<Extract<Behaviour, { tells: unknown }>> = record({
  tells: {
    read: (written, path, reading) => {
      if (!isMapping(written)) {
        reading.report({
          path,
          message: `found ${shown(written)}, expected what nodes are told, such as { 1: 0, 2: null }`,
        })
        return undefined
      }
      const all = Object.entries(written).map(([key, value]) => {
        const number = /^\d+$/.test(key) ? Number(key) : key
        const isNode = node.read(number, [...path, key], reading) !== undefined
        return [key, isNode ? said.read(value, [...path, key], reading) : undefined] as const
      })
      const known = all.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]))
      return known.length === all.length ? Object.fromEntries(known) : undefined
    },
    write: value => value,
  },
})

const randomSide: Codec<Exclude<Side, readonly number[]>> = record({ random: integer(1, 1_000) })
const side: Codec<Side> = {
  read: (written, path, reading) => (isMapping(written) ? randomSide : list(node)).read(written, path, reading),
  write: value => value,
}

/** A span of time in either direction. */
const signedTime: Codec<Micros> = scalar(
  "a duration such as 150ms or -2s",
  (written, reading) => {
    const isBack = typeof written === "string" && written.startsWith("-")
    const span = typeof written === "string" ? parseDuration(written.slice(isBack ? 1 : 0), reading.linkDelay) : written
    if (typeof span !== "number" || !Number.isSafeInteger(span)) return undefined
    return isBack ? -span : span
  },
  value => `${value < 0 ? "-" : ""}${writeTime(Math.abs(value))}`,
)

/** By which share a clock is fast, or slow if it is negative. */
const drift: Codec<number> = scalar("a share above -1, such as 0.01", written =>
  typeof written === "number" && Number.isFinite(written) && written > -1 ? written : undefined,
)

const times = optional(integer(1, Number.MAX_SAFE_INTEGER))
const until = optional(time)
const stream = optional(integer(0, 0xffff))

const schedule = oneOf<"kind", Schedule>("kind", {
  every: record({ kind: literal("every"), every: time, times, until }),
  renewal: record({ kind: literal("renewal"), mtbf: time, mttr: time, spans: word(SPANS), until }),
  when: record({ kind: literal("when"), when: word(CONDITIONS), after: time, times, until, stream }),
})

const timing = { at: time, within: optional(time), for: optional(time), schedule: optional(schedule) }
const onNodes = { target, ...timing }
const onLinks = { links: optional(list(link)), oneWay: optional(flag), target: optional(target), ...timing }

/** Every kind of fault the runtime knows, as it is written. */
export const fault = oneOf<"kind", Fault>("kind", {
  crash: record({ kind: literal("crash"), ...onNodes }),
  restart: record({ kind: literal("restart"), ...onNodes }),
  pause: record({ kind: literal("pause"), ...onNodes }),
  amnesia: record({ kind: literal("amnesia"), ...onNodes }),
  tornWrite: record({ kind: literal("tornWrite"), kept: optional(share), ...onNodes }),
  slow: record({ kind: literal("slow"), serviceTime: time, ...onNodes }),
  isolate: record({ kind: literal("isolate"), direction: optional(word(DIRECTIONS)), ...onNodes }),
  partition: record({
    kind: literal("partition"),
    sides: list(side),
    bridge: optional(list(node)),
    oneWay: optional(flag),
    ...timing,
  }),
  cut: record({ kind: literal("cut"), ...onLinks }),
  loss: record({ kind: literal("loss"), share, ...onLinks }),
  corruption: record({ kind: literal("corruption"), share, ...onLinks }),
  duplication: record({ kind: literal("duplication"), share, ...onLinks }),
  reordering: record({ kind: literal("reordering"), share, by: time, ...onLinks }),
  delay: record({ kind: literal("delay"), by: time, ...onLinks }),
  clockOffset: record({ kind: literal("clockOffset"), by: signedTime, ...onNodes }),
  clockDrift: record({ kind: literal("clockDrift"), by: drift, ...onNodes }),
  slowDisk: record({ kind: literal("slowDisk"), syncLatency: time, ...onNodes }),
  failingDisk: record({ kind: literal("failingDisk"), ...onNodes }),
  membership: record({ kind: literal("membership"), members: list(node), ...timing }),
  byzantine: record({ kind: literal("byzantine"), behaviour, ...onNodes }),
})
