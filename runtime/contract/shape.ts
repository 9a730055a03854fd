/** The types of which an algorithm consists. */
import type { Tagged } from "./ids.ts"
import type { ServiceShape } from "./service.ts"

/** The counter of a message; see the counting rules in `meter.ts`. The host counts client messages. */
export type Purpose = "protocol" | "heartbeat" | "retransmission"

/** The moment at which output leaves its node: once all writes before it are `durable`, or `now`. */
export type Release = "durable" | "now"

/**
 * The types of an algorithm, gathered under one name so that `Node<Raft>` suffices. An algorithm with roles adds their
 * types by name, as `roles`: `{ server: RoleShape }` (see `roles.ts`).
 */
export interface Shape {
  /** Values of its declared parameters (see `parameters.ts`). */
  readonly parameters: object
  /** Stable storage: registers, and logs (arrays). Survives crashes. */
  readonly disk: object
  /** Volatile state. Lost by a crash. */
  readonly state: object
  /** The messages to nodes: a union discriminated by `type`. */
  readonly message: Tagged
  /** Names of its timers. */
  readonly timer: string
  /** The services it offers: a union of service shapes. */
  readonly service: ServiceShape
}

/** The disk registers that are logs: arrays that grow at the end and are cut at either end. */
export type LogName<Disk> = {
  [K in keyof Disk]: Disk[K] extends readonly unknown[] ? K : never
}[keyof Disk] &
  string

export type EntryOf<Log> = Log extends readonly (infer Entry)[] ? Entry : never

/** The types of a role: its own counterparts of those of {@link Shape}. */
export interface RoleShape {
  /** True if clients ask processes of this role instead of members. */
  readonly serves?: true
  readonly disk: object
  readonly state: object
  /** The messages to processes of the role: a union discriminated by `type`. */
  readonly message: Tagged
  readonly timer: string
}

/** The roles that a shape declares, by name: its member `roles`. */
export type RolesOf<S extends Shape> = S extends { readonly roles: infer R extends object } ? R : {}

export type RoleName<S extends Shape> = keyof RolesOf<S> & string

/** The roles that serve clients instead of the members. */
type ServingRole<S extends Shape> = {
  [Name in RoleName<S>]: RolesOf<S>[Name] extends { readonly serves: true } ? Name : never
}[RoleName<S>]

/** The part of the shape about clients that ask members: nothing if a role serves them. */
export type AskedOfMembers<S extends Shape> = [ServingRole<S>] extends [never] ? S["service"]["request"] : never

type MessageOf<R> = R extends { readonly message: infer M extends Tagged } ? M : never

/** The messages that a process may send: those of members and of all roles. */
export type Sendable<S extends Shape> = S["message"] | MessageOf<RolesOf<S>[keyof RolesOf<S>]>
