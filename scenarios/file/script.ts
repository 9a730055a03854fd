/** The codec of scripts in a scenario file: a line for each step. */
import type { Script, ScriptClock, ScriptStep } from "../../runtime/scenario/script.ts"
import { formatStep, parseStep } from "../../runtime/scenario/script-words.ts"
import { type Codec, integer, list, member, optional, record, scalar } from "./codec.ts"

const MAX_OPERATIONS = 100
const MAX_STEPS = 1_000_000
const MAX_TICKS = 1_000

const step: Codec<ScriptStep> = scalar(
  'a step of an existing process, such as "deliver Prepare from 0 to 2", "timeout election of 1", "crash 2" or "client 0: ask 1"',
  (written, { nodes, roles }) =>
    typeof written === "string" ? parseStep(written, processes(nodes, roles), roles) : undefined,
  (value, { roles }) => formatStep(value, roles),
)

function processes(nodes: number, roles: readonly { readonly count: number }[]): number {
  return roles.reduce((sum, { count }) => sum + count, nodes)
}

export const script: Codec<Script> = record<Script>({
  operations: integer(0, MAX_OPERATIONS),
  traitors: optional(list(member)),
  clock: optional(record<ScriptClock>({ minDelay: integer(0, MAX_TICKS), maxDelay: optional(integer(0, MAX_TICKS)) })),
  steps: list(step),
  repeatsFrom: optional(integer(1, MAX_STEPS)),
})
