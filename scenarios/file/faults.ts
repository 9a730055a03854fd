/** How faults are written in a scenario file. */
import { CONDITIONS, DIRECTIONS, type Fault, type Schedule, SPANS } from "../../runtime/faults/fault.ts"
import type { Target } from "../../runtime/scenario/scenario.ts"
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
  share,
  time,
  word,
} from "./codec.ts"
import { behaviour } from "./behaviour.ts"
import { drift, side, signedTime } from "./settings.ts"
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
