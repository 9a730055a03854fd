/** The part of a spec that describes what traitors do with their messages. */
import * as Schema from "effect/Schema"
import { BEHAVIOURS } from "../../../runtime/faults/byzantine.ts"
import { count, integerFrom } from "./scalars.ts"

const MAX_VALUE = 1_000_000
const said = Schema.Union([integerFrom(0, MAX_VALUE), Schema.Null]).annotate({
  expected: "a number such as 0 or 1 (what is said), or null (nothing is sent)",
})
const words = Schema.NonEmptyArray(said).annotate({ expected: "a list of what is said, such as [0, 1, null]" })

/** In place of a value: all cases, with `repeat: every`. */
export const EVERY = "every"

export const BEHAVIOUR_FORM =
  `one of ${BEHAVIOURS.join(", ")}, ${EVERY} (with repeat: every), or { script: [0, 1, null] }, { tells: { 1: 0, 2: 1 } }, ` +
  "{ strategies: all, messages: n-1 }"

/** The behaviour of a traitor, as a spec writes it. */
export const behaviour = Schema.Union([
  Schema.Literals([...BEHAVIOURS, EVERY]),
  // Exactly one of the first three.
  Schema.Struct({
    script: Schema.optionalKey(words),
    tells: Schema.optionalKey(Schema.Record(Schema.String, said)),
    strategies: Schema.optionalKey(
      Schema.Union([Schema.Literal("all"), Schema.NonEmptyArray(words)]).annotate({
        expected: "all, or a list of scripts such as [[0, 0], [0, 1]]",
      }),
    ),
    /** The number of messages of each traitor that can lie. */
    messages: Schema.optionalKey(count),
    /** The values that each message can carry; default: 0 and 1. */
    says: Schema.optionalKey(words),
  }),
]).annotate({ expected: BEHAVIOUR_FORM })

export type BehaviourSpec = typeof behaviour.Type

export const isBehaviour = Schema.is(behaviour)

/** True if the behaviour stands for every possible strategy. */
export function isEveryBehaviour(value: unknown): boolean {
  return value === EVERY || (isBehaviour(value) && typeof value === "object" && value.strategies === "all")
}
