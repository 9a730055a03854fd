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
 * A life of a replica's state: 0 is the first; later ones have the time at which they began, with nothing: the replica had
 * crashed, or was in a view no more, so that nobody may rely on what it had.
 */
export type Life = number

/** A replica of a view, in one of its lives: the view is about its state, which another life does not have. */
export interface Member {
  readonly id: NodeId
  readonly life: Life
  /** The number of updates that it had when its view was formed, or when it was admitted. */
  readonly count: number
}

/** A view: who is the primary, and whose acknowledgements it needs. All members have every update that clients know of. */
export interface View {
  /** By timeouts each primary counts its own, from `since` on. */
  readonly number: number
  readonly primary: NodeId
  /** The reign: the number of the view in which this primary took over. It has led in all from there on. */
  readonly since: number
  /** The primary among them, in the order of succession. */
  readonly members: readonly Member[]
}

// --- Updates ---------------------------------------------------------------------------------------------------------

/** The effect of a command. The command itself is shipped for whoever reports it; no backup executes it. */
export interface Update {
  /** From 1 on: the order in which the primaries executed them. */
  readonly number: number
  readonly request: Command
  readonly change: Change
}

/** All that a replica knows: its machine after `count` updates, of which the last are not known to be at all members. */
export interface Snapshot {
  readonly count: number
  readonly committed: number
  readonly uncommitted: readonly Update[]
  readonly machine: Machine
}

// --- State of a replica ----------------------------------------------------------------------------------------------

export interface State {
  /** `joining`: it has no state; `standby`: it has been shipped one, and is no member of a view yet. */
  status: "primary" | "backup" | "joining" | "standby"
  life: Life
  /** The latest view that it knows of; number 0 if none. */
  view: View
  /** The view that is being formed; until it has begun the replica takes part in none before it. 0: none. */
  forming: number

  /** The view in which the primary took over whose updates its state is made of: `since` of that primary's views. */
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

  /** On the primary: those that it ships updates to, by id. */
  backups: (Backup | null)[]
  /** On the primary: reads that wait for the updates whose effects they saw. */
  reads: Read[]
}

/** A replica as its primary sees it. */
export interface Backup {
  readonly life: Life
  /** `joining`: its state is on the way; `standby`: it has that, and its acknowledgements count, but it is no member yet. */
  standing: "member" | "standby" | "joining"
  /** Number of updates that it is known to have; -1: not even a state. */
  acked: number
  /** Standby: the number of updates with which it can be admitted. */
  needed: number
  /** The view service has been asked to remove it, and not to admit it. */
  isSuspected: boolean
  /** Number of updates at the last look for some to resend. */
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
  /** The view in which the primary took over that it is for. */
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

/** A replica asks the primary for its state: it has none, lacks updates, or would be a member. */
export interface Join {
  readonly type: "Join"
  readonly life: Life
  readonly count: number
}

/** The view service has members of a view stop, and say how far they have come. */
export interface Suspend {
  readonly type: "Suspend"
  readonly view: number
}

/** The latest view: told by the view service, or where there is none by the primary, as its heartbeat. */
export interface ViewMessage {
  readonly type: "View"
  readonly view: View
}

export type ToReplica = UpdateMessage | Ack | StateMessage | Join | Suspend | ViewMessage

// --- The view service ------------------------------------------------------------------------------------------------

export interface Views {
  /** The latest view that has begun; null until a replica has been heard of. */
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
  /** By id: how many updates a member of the view that is being formed has; null: it has not said so. */
  counts: (number | null)[]
  /** By then the primary should have been heard of again: before, it is surely alive. */
  primaryDue: number
  /** In a log: what has come while that was busy. */
  waiting: Waiting[]
}

/** A message of a replica, or the end of its time for a sign of life. */
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

/** The primary of a view is not answered by a replica, or knows that it has lost its state. The next view is without it. */
export interface Suspect {
  readonly type: "Suspect"
  readonly view: number
  readonly member: NodeId
  readonly life: Life
}

export type ToService = Ping | Count | Admit | Suspect
