/** Parameters, messages, disk and state of optimistic logging. */
import type { Node, NodeId } from "../../runtime/contract/algorithm.ts"
import { duration, integer, type ParameterValues } from "../../runtime/contract/parameters.ts"
import type { Content } from "../../services/recovery/program.ts"
import type {
  Known,
  LoggerDisk,
  LoggerShape,
  LoggerState,
  LoggerTimer,
  Receipt,
  Restarted,
} from "../common/logging/types.ts"
import { type Interval, recoveryParameters, type Written } from "../common/recovery/types.ts"

export const parameters = {
  ...recoveryParameters,
  batch: integer(10, "Messages received until they are written to the log together.", { min: 1 }),
  flushInterval: duration("1s", "Time after which they are written anyway.", { min: 1 }),
} as const

/** The end of an incarnation: its states after an interval are lost, and the next one continues from there. */
export interface Ending {
  /** The incarnation that continues. */
  readonly incarnation: number
  /** The last interval that is not lost. */
  readonly index: number
}

export interface Disk extends LoggerDisk {
  readonly log: Receipt[]
  /** The ends of incarnations that this process knows of, by process: its incarnation start table. */
  readonly endings: readonly (readonly Ending[])[]
}

export interface State extends LoggerState {
  /** The dependency vector: the latest state interval of each process that this one's state depends on. */
  vector: Interval[]
  /** Messages received and not yet written. */
  buffer: Receipt[]
  /** The latest interval of each process that is known to be on its disk. */
  readonly stable: Interval[]
  /** For each output that waits for its commit, by its number: the intervals that it depends on, and the steps taken before it. */
  readonly produced: Map<number, { readonly depends: readonly Interval[]; readonly steps: number }>
  /** The latest interval of each process that it has been asked to log. */
  asked: Interval[]
  /** Processes that wait until an interval of this one is on its disk. */
  asks: { readonly from: NodeId; readonly interval: Interval }[]
  /** True if its latest incarnation is on the disk. */
  isEntered: boolean
  /** True if all others know its latest incarnation. */
  isSettled: boolean
}

export type Message =
  /** A message of the computation, and the intervals that it depends on. */
  | {
      readonly type: "Application"
      readonly content: Content
      readonly depends: readonly Interval[]
      /** The sender's latest interval that is on its disk. */
      readonly stable: Interval
    }
  /** To itself: messages received before an interval are on the disk. */
  | { readonly type: "Logged"; readonly interval: Interval; readonly count: number }
  /** To itself: the incarnation is on the disk. */
  | { readonly type: "Entered"; readonly incarnation: number }
  /** The sender has failed or rolled back: the ends of its incarnations. */
  | (Restarted & { readonly endings: readonly Ending[] })
  | Known
  /** Output of the sender waits for an interval to be on the receiver's disk; and the answer: it is. */
  | { readonly type: "Ask"; readonly interval: Interval }
  | { readonly type: "Stable"; readonly interval: Interval }
  | Written

export interface Optimistic extends Omit<LoggerShape, "timer"> {
  readonly parameters: ParameterValues<typeof parameters>
  readonly disk: Disk
  readonly state: State
  readonly message: Message
  readonly timer: LoggerTimer | "flush"
}

export type OptimisticNode = Node<Optimistic>
