/**
 * Roles: processes of a run in addition to the n members of the group, such as the server of a central lock.
 *
 * An algorithm declares its roles by name (`roles` of `Algorithm`), each with its own table of handlers. The ids of
 * their processes follow those of the members: n, n + 1, ..., role by role. Like members, they have state, disk, timers
 * and links, and exchange messages with members and with each other; faults hit them by name. They report nothing:
 * services know only the members, and only members count in `peers`, `size` and quorums.
 *
 * Clients ask the members, unless a role serves them (`serves: true` in its shape): then they ask only its processes. A
 * front end that forwards each request to all members is such a role.
 */
import type { ClientId, NodeId } from "./ids.ts"
import type { Handler, Identity, Node, Standing } from "./node.ts"
import type { Release, RoleName, RoleShape, RolesOf, Sendable, Shape } from "./shape.ts"

/** The types of a process of a role, as the shape of a node. */
interface RoleAsShape<S extends Shape, R extends RoleShape> extends Shape {
  readonly parameters: S["parameters"]
  readonly disk: R["disk"]
  readonly state: R["state"]
  readonly message: Sendable<S>
  readonly timer: R["timer"]
}

/** The knowledge of a role's process about itself. Its `peers` are all n members. */
export interface RoleIdentity<S extends Shape, R extends RoleShape> extends Omit<Identity<RoleAsShape<S, R>>, "role"> {
  role(name: RoleName<S>): readonly NodeId[]
}

/** A running process of a role, as its handlers see it: a node that reports nothing, and broadcasts to all members. */
export interface RoleProcess<S extends Shape, R extends RoleShape>
  extends Omit<Node<RoleAsShape<S, R>>, "role" | "reply" | "report"> {
  role(name: RoleName<S>): readonly NodeId[]
}

/** A running process of a role that serves clients. */
export interface ServingProcess<S extends Shape, R extends RoleShape> extends RoleProcess<S, R> {
  /** Answers a client's request. `release`: default `durable`. */
  reply(client: ClientId, reply: S["service"]["reply"], release?: Release): void
}

type ProcessOf<S extends Shape, R extends RoleShape> = R extends { readonly serves: true }
  ? ServingProcess<S, R>
  : RoleProcess<S, R>

/** The process of a named role of an algorithm: `type ServerNode = RoleNode<CentralServer, "server">`. */
export type RoleNode<S extends Shape, Name extends RoleName<S>> = RolesOf<S>[Name] extends infer R extends RoleShape
  ? ProcessOf<S, R>
  : never

/** One handler for each kind of client request of an algorithm's services, on nodes of one type. */
export type RequestHandlers<S extends Shape, N> = {
  readonly [Q in S["service"]["request"] as Q["type"]]: Handler<[node: N, request: Q, client: ClientId]>
}

/**
 * A number, or the algorithm's parameter that gives it. `is`: one process if the parameter has that value, none
 * otherwise; `when`: the parameter's number if the condition holds, one otherwise.
 */
export type RoleCount =
  | number
  | { readonly parameter: string; readonly is?: string; readonly when?: Handler<[parameters: object], boolean> }

/** The number of processes of a role: at least one, unless a parameter makes it zero. */
export function processesOf({ count }: { readonly count: RoleCount }, parameters: object): number {
  if (typeof count === "number") return count
  if (count.when?.(parameters) === false) return 1
  const value: unknown = Reflect.get(parameters, count.parameter)
  if (count.is !== undefined) return value === count.is ? 1 : 0
  return typeof value === "number" ? value : 1
}

/** A complete role. */
export interface Role<S extends Shape = Shape, R extends RoleShape = RoleShape> {
  /** Its purpose: a phrase. */
  readonly doc: string
  /** Number of its processes, from 1; or the algorithm's parameter that gives it, which may mean none. */
  readonly count: RoleCount
  /** A new disk, volatile state at boot, and the boot handler: as for members. */
  readonly disk: Handler<[self: Omit<RoleIdentity<S, R>, "disk">], R["disk"]>
  readonly state: Handler<[self: RoleIdentity<S, R>], R["state"]>
  readonly start: Handler<[node: ProcessOf<S, R>]>
  readonly receive: {
    readonly [M in R["message"] as M["type"]]: Handler<[node: ProcessOf<S, R>, message: M, from: NodeId]>
  }
  readonly timeout: { readonly [T in R["timer"]]: Handler<[node: ProcessOf<S, R>, key?: number]> }
  /** Handlers of client requests, if the role serves clients. */
  readonly request?: RequestHandlers<S, ProcessOf<S, R>>
  /** The standing of a process, for traces. */
  readonly standing?: Handler<[node: ProcessOf<S, R>], Standing>
}

/** A role that serves clients has handlers for all their requests. */
type CompleteRole<S extends Shape, R extends RoleShape> = R extends { readonly serves: true }
  ? Role<S, R> & Required<Pick<Role<S, R>, "request">>
  : Omit<Role<S, R>, "request">

export type Roles<S extends Shape> = {
  readonly [Name in RoleName<S>]: RolesOf<S>[Name] extends infer R extends RoleShape ? CompleteRole<S, R> : never
}
