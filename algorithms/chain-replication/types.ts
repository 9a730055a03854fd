/**
 * The state and the messages of chain replication, with the names of the paper (van Renesse and Schneider 2004).
 *
 * The paper's Hist of a server is what its machine has executed and the entries after that. Its Sent list, what it has
 * forwarded and the tail has not acknowledged, is the entries beyond `committed`; in CRAQ's words, these make keys dirty.
 */
import type { ClientId, Node, NodeId, RoleNode, Shape } from "../../runtime/contract/algorithm.ts"
import type { Carried, CarriedTimer } from "../../runtime/contract/composition/composition.ts"
import type { Micros } from "../../runtime/contract/units.ts"
import type { Command } from "../../services/replicated-log/command.ts"
import type { Machine } from "../../services/replicated-log/machine.ts"
import type { ReplicatedLog } from "../../services/replicated-log/shape.ts"
import type { RegisterDisk, RegisterMessage, RegisterState } from "../common/logged-register.ts"
import type { ChainParameters } from "./parameters.ts"

export interface ChainReplication extends Shape {
  readonly parameters: ChainParameters
  /** No disk: a server that crashes has left the chain, and rejoins as its tail. */
  readonly disk: object
  readonly state: State
  readonly message: ToServer
  readonly timer: "heartbeat" | "acknowledge" | "resend" | "sync" | "transfer"
  readonly service: ReplicatedLog
  readonly roles: {
    readonly master: {
      /** One process keeps the latest configuration; those of a log keep their log. */
      readonly disk: RegisterDisk & { readonly configuration?: Configuration }
      readonly state: MasterState
      readonly message: ToMaster | RegisterMessage | Carried<"log">
      readonly timer: "silence" | "resendCommand" | CarriedTimer<"log">
    }
  }
}

export type Server = Node<ChainReplication>
export type Master = RoleNode<ChainReplication, "master">

// --- Configurations --------------------------------------------------------------------------------------------------

/**
 * A life of a server: from its boot, or from when it learnt that it was removed, until it crashes or learns that it was
 * removed. 0 is the first; later ones have the time by its own clock, so that they ascend.
 */
export type Life = number

export interface Member {
  readonly id: NodeId
  readonly life: Life
}

/** The chain as the master has numbered it. Numbers are unique. */
export interface Configuration {
  readonly number: number
  /** From head to tail; never empty. */
  readonly chain: readonly Member[]
  /** The server that is to become the new tail, and gets its state from the current one. */
  readonly joining: Member | null
  /** The numbers of the configurations in which the present head became the head, and the present tail the tail. */
  readonly headSince: number
  readonly tailSince: number
}

// --- A server --------------------------------------------------------------------------------------------------------

export interface State {
  life: Life
  /** The latest configuration that it knows of; null: none since it booted. */
  configuration: Configuration | null

  /** The machine after the first `committed` updates: those that the tail has, as far as this server knows. */
  machine: Machine
  committed: number
  /** The updates after the first `base`, in order. Up to `committed` they are kept for a new tail only. */
  base: number
  entries: Command[]
  /** Updates that came before some that precede them, by number. */
  early: Map<number, Command>

  /** The numbers of the configurations since which it has had its current predecessor, and its current successor. */
  predecessorSince: number
  successorSince: number
  /** True once its current predecessor has sent it what it lacked; always true on the head. */
  isSynced: boolean
  /** True once its present successor has acknowledged something: it has what it lacked. */
  isSuccessorSynced: boolean
  /** True once it has had all that any earlier tail had: only then may it act as the tail. */
  hasCaughtUp: boolean
  /**
   * The number of the last update sent to its successor; null: unknown, as long as the successor has not reported what it
   * has.
   */
  sent: number | null
  /** The number of commits last acknowledged to its predecessor. */
  acknowledged: number
  isAcknowledgeDue: boolean
  isResendDue: boolean

  /** On the head: each client's latest uncommitted update, and whether the client has retried it. */
  pending: Map<ClientId, Pending>
  /** CRAQ: queries that wait for the tail's answer. */
  asking: Map<ClientId, Command>
  /** The end of its lease by its own clock. */
  leaseUntil: Micros

  /** On the tail: the server that it has sent its state to, and the number of the last update in that. */
  transfer: { readonly to: Member; readonly index: number } | null
  /** Outside: the latest configuration in which a tail sent it its state; 0: none. */
  readyIn: number
}

export interface Pending {
  readonly sequence: number
  isAskedAgain: boolean
}

// --- Messages to servers ---------------------------------------------------------------------------------------------

/** From the predecessor: updates from number `first` on, usually one; none if only the link is new. */
export interface Update {
  readonly type: "Update"
  readonly configuration: number
  readonly first: number
  readonly commands: readonly Command[]
}

/** From the successor: the tail has committed the first `committed` updates. */
export interface Ack {
  readonly type: "Ack"
  readonly configuration: number
  readonly committed: number
}

/** From the tail to a joining server, or from a predecessor that has dropped what its successor lacks. */
export interface Transfer {
  readonly type: "Transfer"
  readonly configuration: number
  /** The life that it is for. */
  readonly life: Life
  readonly index: number
  readonly machine: Machine
}

/** CRAQ: asks the tail which updates are committed. */
export interface VersionQuery {
  readonly type: "VersionQuery"
  readonly session: ClientId
  readonly sequence: number
}

export interface Version {
  readonly type: "Version"
  readonly session: ClientId
  readonly sequence: number
  readonly committed: number
}

/** From the master to everybody. */
export interface Reconfigure {
  readonly type: "Reconfigure"
  readonly configuration: Configuration
}

/** From the master to the predecessor of a removed server: its new successor has the first `received` updates. */
export interface Resume {
  readonly type: "Resume"
  readonly configuration: number
  readonly received: number
}

/** The master's answer to a heartbeat of a server of the chain. */
export interface Granted {
  readonly type: "Granted"
  /** When the heartbeat was sent, by the server's clock. */
  readonly sentAt: Micros
}

export type ToServer = Update | Ack | Transfer | VersionQuery | Version | Reconfigure | Resume | Granted

// --- The master ------------------------------------------------------------------------------------------------------

export interface MasterState {
  /** The latest configuration. */
  configuration: Configuration
  /** The latest life of each server that it has heard of, by id. */
  lives: Life[]
  /** By id, true if that life has had all that the chain had; at least one such server has to remain. */
  hasCaughtUp: boolean[]
  /** In a log: the register with the configuration, on the processes that keep it. Null: the master is one process. */
  readonly register: RegisterState | null
  /**
   * In a log: the last heartbeat of each server that waits for the log, and those that wait for a confirmation to be granted
   * a lease.
   */
  heard: Heard[]
  underWay: Heard[]
  /** In a log: servers that were silent for too long while the log was busy. */
  silent: NodeId[]
}

/** A heartbeat. */
export interface Heard extends Pick<Heartbeat, "configuration" | "standing" | "sentAt"> {
  readonly sender: Member
}

export interface Heartbeat {
  readonly type: "Heartbeat"
  readonly life: Life
  /** The number of the latest configuration that the sender knows; 0: none. */
  readonly configuration: number
  /**
   * As far as the sender knows: `outside` the chain; `ready`: outside, with the state of the tail; `linked`: in the chain,
   * but without the updates since then; `member`: in the chain, with all that it has.
   */
  readonly standing: "outside" | "ready" | "linked" | "member"
  readonly sentAt: Micros
}

/** From the successor of a removed server: it has the first `received` updates. */
export interface Received {
  readonly type: "Received"
  readonly configuration: number
  readonly received: number
}

export type ToMaster = Heartbeat | Received
