/** The codec of interventions in a scenario file: a time and a line. */
import type { Act, Intervention } from "../../runtime/scenario/interventions.ts"
import { formatAct, parseAct } from "../../runtime/scenario/intervention-words.ts"
import { type Codec, integer, optional, record, scalar, time } from "./codec.ts"

const act: Codec<Act> = scalar(
  'something that one does by hand to existing processes, such as "crash 2", "cut 0-1", "lose Prepare from 0 to 2", ' +
    '"timeout election of 1" or "ask 0"',
  (written, { nodes, roles }) => {
    const processes = roles.reduce((sum, { count }) => sum + count, nodes)
    return typeof written === "string" ? parseAct(written, processes, roles) : undefined
  },
  (value, { roles }) => formatAct(value, roles),
)

export const intervention: Codec<Intervention> = record<Intervention>({
  at: time,
  after: optional(integer(0, Number.MAX_SAFE_INTEGER)),
  act,
})
