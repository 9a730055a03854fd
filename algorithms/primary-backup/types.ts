/** The state and the messages of primary-backup replication: of its replicas, and of the view service. */
import type { ClientId, Node, NodeId, RoleNode, Shape } from "../../runtime/contract/algorithm.ts"
import type { Carried, CarriedTimer } from "../../runtime/contract/composition/composition.ts"
import type { Command, Result } from "../../services/replicated-log/command.ts"
import type { Change, Machine } from "../../services/replicated-log/machine.ts"
import type { ReplicatedLog } from "../../services/replicated-log/shape.ts"
import type { RegisterDisk, RegisterMessage, RegisterState } from "../common/logged-register.ts"
import type { PrimaryBackupParameters } from "./parameters.ts"

export interface PrimaryBackup extends Shape {
  readonly parameters: PrimaryBackupParameters
  /** No disk: a crash takes everything. */
  readonly disk: object
  readonly state: State
  readonly message: ToReplica
  readonly timer: "heartbeat" | "primary" | "backup" | "resend" | "join" | "gap"
  readonly service: ReplicatedLog
  readonly roles: {
    readonly "view-service": {
      /** One process keeps the views; those of a log keep their log. */
      readonly disk: RegisterDisk & Partial<Views>
      readonly state: ServiceState
      readonly message: ToService | RegisterMessage | Carried<"log">
      readonly timer: "silence" | "resendCommand" | CarriedTimer<"log">
    }
  }
}

export type Replica = Node<PrimaryBackup>
export type ViewService = RoleNode<PrimaryBackup, "view-service">

// --- Views -----------------------------------------------------------------------------------------------------------

/**
 * A life of a replica's state: 0 is the first; later ones are numbered by the time at which they began, without a state: the
 * replica had crashed or been removed from its view, so its old state may not be relied on.
 */
export type Life = number

/** A member of a view: a replica in one of its lives. Another life does not have the state that the view relies on. */
export interface Member {
  readonly id: NodeId
  readonly life: Life
  /** The number of updates that it had when its view was formed, or when it was admitted. */
  readonly count: number
}

/** A view: the primary, and the replicas whose acknowledgements it needs. All members have every update that clients know of. */
export interface View {
  /** By timeouts each primary numbers its own views, from `since` on. */
  readonly number: number
  readonly primary: NodeId
  /** The reign: the number of the view in which this primary took over. It has led all views since then. */
  readonly since: number
  /** The primary among them, in the order of succession. */
  readonly members: readonly Member[]
}

// --- Updates ---------------------------------------------------------------------------------------------------------

/** The effect of a command. The command itself is shipped only to be reported; no backup executes it. */
export interface Update {
  /** From 1 on: the order in which the primaries executed them. */
  readonly number: number
  readonly request: Command
  readonly change: Change
}

/** All that a replica knows: its machine after `count` updates, the last of which are perhaps not at all members yet. */
export interface Snapshot {
  readonly count: number
  readonly committed: number
  readonly uncommitted: readonly Update[]
  readonly machine: Machine
}

// --- State of a replica ----------------------------------------------------------------------------------------------

export interface State {
  /** `joining`: it has no state; `standby`: it has been shipped one, but is not a member of a view yet. */
  status: "primary" | "backup" | "joining" | "standby"
  life: Life
  /** The latest view that it knows of; number 0 if none. */
  view: View
  /** The view that is being formed, if the replica has stopped for it; 0: none. */
  forming: number

  /** The reign of the primary from which its state comes: `since` of that primary's views. */
  reign: number
  machine: Machine
  /** Number of updates that the machine has. */
  count: number
  /** Number of those that all members are known to have. */
  committed: number
  /** The updates after `committed`. */
  uncommitted: Update[]
  /** Updates that came before some that precede them, by number. */
  early: Map<number, Update>

  /** On the primary: the backups that it ships updates to, by id. */
  backups: (Backup | null)[]
  /** On the primary: reads that wait for the updates whose effects they saw. */
  reads: Read[]
}

/** A replica as its primary sees it. */
export interface Backup {
  readonly life: Life
  /** `joining`: its state is on the way; `standby`: it has that, and its acknowledgements count, but it is not a member yet. */
  standing: "member" | "standby" | "joining"
  /** Number of updates that it is known to have; -1: not even a state. */
  acked: number
  /** Standby: the number of updates with which it can be admitted. */
  needed: number
  /** True if the view service has been asked to remove it: then it is not to be admitted. */
  isSuspected: boolean
  /** The number of updates at the last check for retransmissions. */
  due: number
}

export interface Read {
  readonly client: ClientId
  readonly sequence: number
  readonly result: Result
  /** The number of updates at that time. */
  readonly after: number
}

// --- Messages to replicas --------------------------------------------------------------------------------------------

/** The primary ships an update. */
export interface UpdateMessage {
  readonly type: "Update"
  readonly view: number
  /** The view in which its sender took over. */
  readonly since: number
  readonly update: Update
  readonly committed: number
}

/** A backup has all updates up to `count`. */
export interface Ack {
  readonly type: "Ack"
  /** The reign of the primary that it is for. */
  readonly since: number
  readonly life: Life
  readonly count: number
}

/** The primary ships its whole state to a replica that joins, or that lacks updates after a take-over. */
export interface StateMessage {
  readonly type: "State"
  readonly view: View
  /** The life of the receiver that it is for. */
  readonly life: Life
  readonly snapshot: Snapshot
}

/** A replica asks the primary for its state: it has none, lacks updates, or wants to be a member. */
export interface Join {
  readonly type: "Join"
  readonly life: Life
  readonly count: number
}

/** The view service tells members of a view to stop, and to report how many updates they have. */
export interface Suspend {
  readonly type: "Suspend"
  readonly view: number
}

/** The latest view: from the view service, or without one from the primary, as its heartbeat. */
export interface ViewMessage {
  readonly type: "View"
  readonly view: View
}

export type ToReplica = UpdateMessage | Ack | StateMessage | Join | Suspend | ViewMessage

// --- The view service ------------------------------------------------------------------------------------------------

export interface Views {
  /** The latest view that has begun; null until the first sign of life from a replica. */
  readonly view: View | null
  /** The number of the view that is being formed; null: none. */
  readonly forming: number | null
}

export interface ServiceState {
  views: Views
  /** In a log: the register with the views, on the processes that keep it. Null: the service is one process. */
  readonly register: RegisterState | null
  /** Replicas that have not been heard of for the detection timeout, by id. */
  isSilent: boolean[]
  /** The latest life of each replica, by id. */
  lives: Life[]
  /** By id: the number of updates of each member, reported for the view that is being formed; null: not reported yet. */
  counts: (number | null)[]
  /** The time by which the next sign of life of the primary is due: until then it counts as alive. */
  primaryDue: number
  /** In a log: messages that arrived while the log was busy. */
  waiting: Waiting[]
}

/** A message of a replica, or its detection timeout. */
export interface Waiting {
  readonly message: ToService | null
  readonly from: NodeId
}

/** A replica is alive, in this life, and in this view. */
export interface Ping {
  readonly type: "Ping"
  readonly view: number
  readonly primary: NodeId
  readonly life: Life
}

/** The answer to Suspend. */
export interface Count {
  readonly type: "Count"
  readonly view: number
  readonly life: Life
  readonly count: number
}

/** The primary of a view has shipped its state to a replica, and counts its acknowledgements. */
export interface Admit {
  readonly type: "Admit"
  readonly view: number
  readonly member: Member
}

/** A replica does not answer the primary of a view, or has lost its state. The next view is without it. */
export interface Suspect {
  readonly type: "Suspect"
  readonly view: number
  readonly member: NodeId
  readonly life: Life
}

export type ToService = Ping | Count | Admit | Suspect
