/** The codec of the cases that the runs of a cell enumerate, in a manifest. */
import {
  type Cases,
  type CrashCases,
  type InputCases,
  MAX_SET_NODES,
  type NodeSets,
  type TraitorCases,
} from "../case-space.ts"
import { type Codec, integer, list, node, optional, record, scalar, time } from "./codec.ts"

const small = integer(0, MAX_SET_NODES)
const sets: Codec<NodeSets> = record<NodeSets>({ among: list(node), from: small, to: small })
const amount = integer(0, 1_000_000)
const said: Codec<number | null> = scalar("a number, or null", written =>
  written === null || (typeof written === "number" && Number.isSafeInteger(written)) ? written : undefined,
)

export const cases: Codec<Cases> = record<Cases>({
  crashes: optional(record<CrashCases>({ sets, broadcasts: amount, at: time })),
  traitors: optional(
    record<TraitorCases>({
      sets,
      messages: record<TraitorCases["messages"]>({ proposer: amount, other: amount }),
      says: list(said),
      at: time,
    }),
  ),
  inputs: optional(record<InputCases>({ proposers: small, values: amount })),
})
