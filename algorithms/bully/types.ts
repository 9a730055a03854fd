/** Types of the bully algorithm: its parameters, messages and state. */
import type { Node, NodeId, Shape } from "../../runtime/contract/algorithm.ts"
import { duration, flag, type ParameterValues } from "../../runtime/contract/parameters.ts"
import type { LeaderElection } from "../../services/leader-election/shape.ts"

export const parameters = {
  answerTimeout: duration(
    "2d + 1ms",
    "T = 2 Tmax + Tprocess: a process that has no answer after this time takes all higher processes for dead. If it is " +
      "too short for the links, or for a disk that takes long to sync, two coordinators are possible.",
    { min: 1 },
  ),
  announceAtOnce: flag(
    false,
    "The process with the highest id of all, having nobody to ask, declares itself without waiting answerTimeout " +
      "(Coulouris §15.3). Elections that cross its announcement then start further ones.",
  ),
  coordinatorTimeout: duration(
    "4d + 2ms",
    "T': a process that was answered, and hears of no coordinator for this time, holds another election. At least " +
      "answerTimeout + 2d, or elections overtake each other.",
    { min: 1 },
  ),
  heartbeatInterval: duration("max(75ms, 5d)", "The coordinator tells all others this often that it is alive.", {
    min: 1,
  }),
  detectionTimeout: duration(
    "max(225ms, 15d)",
    "A process that hears nothing of its coordinator for this time holds an election. More than heartbeatInterval + d, " +
      "or live coordinators are assumed dead.",
    { min: 1 },
  ),
} as const

export interface Bully extends Shape {
  readonly parameters: ParameterValues<typeof parameters>
  readonly disk: Disk
  readonly state: State
  readonly message: Message
  readonly timer: "answer" | "coordinator" | "heartbeat" | "detection" | "catchUp"
  readonly service: LeaderElection
}

export type BullyNode = Node<Bully>

export interface Disk {
  /** Number of the last election this process won or saw won; `null` before it first ran. */
  readonly election: number | null
}

export interface State {
  /** The coordinator this process follows; `null` while it takes part in an election. */
  coordinator: NodeId | null
  /**
   * - `normal`: follows its coordinator;
   * - `asking`: waits for answers of higher processes;
   * - `answered`: a higher process is alive; waits for the new coordinator;
   * - `listening`: would be the coordinator, but has missed an unknown number of elections.
   */
  phase: "normal" | "asking" | "answered" | "listening"
  /** Number of the last election this process knows of; 0: none. */
  election: number
  /** True if it booted so recently that messages may be older than an election that it missed. */
  catchingUp: boolean
  /** True if it has learnt since then which election is the others' latest. */
  informed: boolean
}

export type Message =
  /** "Is any of you, my betters, alive? The last election I know of is `election`", and whether that is news. */
  | { readonly type: "Election"; readonly election: number; readonly informed: boolean }
  /** "I am, and will see to it." */
  | { readonly type: "Answer" }
  /** "I am the coordinator: I won election number `election`." */
  | { readonly type: "Coordinator"; readonly election: number }
  /** "I still am." */
  | { readonly type: "Heartbeat"; readonly election: number }
