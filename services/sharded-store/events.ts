/** The events of a sharded store and its clients, as the checks see them. */
import type { Micros } from "../../runtime/contract/units.ts"
import type { Begun, Ended } from "../replicated-log/events.ts"
import type { Command } from "../replicated-log/command.ts"

export type StoreEvent =
  | Begun
  | Ended
  /** A loyal node executed an entry of the log of a group. */
  | {
      readonly type: "executed"
      readonly group: number
      readonly node: number
      readonly index: number
      readonly command: Command | null
      readonly at: Micros
    }
