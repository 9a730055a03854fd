/** The types of replicas whose total order may come from a replicated log, in addition to those for a sequencer. */
import type { Algorithm, Node, NodeId, ParameterConflict, Release } from "../../../runtime/contract/algorithm.ts"
import {
  type Carried,
  type CarriedTimer,
  type Hosted,
  parametersOf,
} from "../../../runtime/contract/composition/composition.ts"
import { choice } from "../../../runtime/contract/parameters.ts"
import type { Command } from "../../../services/replicated-log/command.ts"
import { innerConflict } from "../inner-log.ts"
import { parameters, type SequencedParameters } from "./parameters.ts"
import type { Asked, Sequenced, State, Timer, ToReplica } from "./types.ts"

export interface OnLog extends Omit<Sequenced, "parameters" | "state" | "message" | "timer"> {
  readonly parameters: OrderParameters
  readonly state: LoggedState
  readonly message: ToReplica | Carried<"log">
  readonly timer: Timer | CarriedTimer<"log">
}

export type LoggedReplica = Node<OnLog>

/** The order's log, as its replicas act through it. */
export type OrderLog = Hosted<LoggedReplica, "log">

export interface LoggedState extends State {
  /** Absent where a sequencer orders requests. The machine is that of the log then. */
  log: LogState | null
}

export interface LogState {
  /** Its state in the log. */
  readonly inner: object
  /** The replica that this one believes to lead the log, and its epoch. */
  leader: NodeId | null
  epoch: number
  /** True if it has begun to lead the log, and has yet to submit the pending requests. */
  hasBegunToLead: boolean
  /** The commands that the log has executed in the current handler. */
  executed: Executed[]
}

export interface Executed {
  readonly command: Forwarded
  readonly release: Release | undefined
}

/**
 * A command in the log, with the front end that forwarded it: replicas that have not received the request itself answer that
 * one.
 */
export type Forwarded = Command & Partial<Pick<Asked, "frontEnd">>

/** The parameters, with those of the logs that the order may come from. */
export function parametersOn(among: readonly Algorithm[]) {
  return { ...parameters, order: orderIn(among), ...parametersOf(among) }
}

export type OrderParameters = SequencedParameters & { readonly order: string }

/** True if the order comes from a log. */
export function isLogged(given: object): boolean {
  const order: unknown = Reflect.get(given, "order")
  return order !== undefined && order !== "sequencer"
}

/** Validates the parameters: every replica executes every request, so a leader may not answer any alone. */
export function conflictOn(among: readonly Algorithm[]) {
  return (given: object, nodes: number): ParameterConflict | undefined => {
    if (!isLogged(given)) return undefined
    const order = String(Reflect.get(given, "order"))
    if (order === "raft" && Reflect.get(given, "raftReads") !== "log")
      return {
        parameter: "raftReads",
        message: "must be log where Raft is the order: every replica executes every read",
      }
    return innerConflict(among, given, "order", nodes)
  }
}

function orderIn(among: readonly Algorithm[]) {
  return choice(
    ["sequencer", ...among.map(({ name }) => name)],
    "sequencer",
    "Where the total order comes from. `sequencer`: one replica gives places in it, and another takes over from it by a timeout. " +
      "Else the replicas keep a replicated log of that algorithm, and execute its entries: no bound on delays is needed, and a " +
      "majority of them.",
  )
}
