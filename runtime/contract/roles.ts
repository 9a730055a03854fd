/**
 * Roles: processes of a run beside the n members of the group, such as the server of a central lock.
 *
 * An algorithm declares its roles by name (`roles` of `Algorithm`), each with a table of handlers of its own. Their
 * processes have the ids after those of the members: n, n + 1, ..., role by role. They have state, disk, timers and links
 * as members have, and exchange messages with members and with each other; faults hit them by name. No client asks them
 * anything, and they report nothing: services know the members only, which are the `peers`, the `size` and every quorum
 * of an algorithm.
 */
import type { NodeId } from "./ids.ts"
import type { Handler, Identity, Node, Standing } from "./node.ts"
import type { RoleName, RoleShape, RolesOf, Sendable, Shape } from "./shape.ts"

/** The types of a process of a role, as those of a node. */
interface RoleAsShape<S extends Shape, R extends RoleShape> extends Shape {
  readonly parameters: S["parameters"]
  readonly disk: R["disk"]
  readonly state: R["state"]
  readonly message: Sendable<S>
  readonly timer: R["timer"]
}

/** The knowledge of a process of a role about itself. Its `peers` are the members, all n of them. */
export interface RoleIdentity<S extends Shape, R extends RoleShape> extends Omit<Identity<RoleAsShape<S, R>>, "role"> {
  role(name: RoleName<S>): readonly NodeId[]
}

/** A running process of a role, as its handlers see it: a node that answers no clients. It broadcasts to all members. */
export interface RoleProcess<S extends Shape, R extends RoleShape>
  extends Omit<Node<RoleAsShape<S, R>>, "role" | "reply" | "report"> {
  role(name: RoleName<S>): readonly NodeId[]
}

/** The process of a named role of an algorithm: `type ServerNode = RoleNode<CentralServer, "server">`. */
export type RoleNode<S extends Shape, Name extends RoleName<S>> = RolesOf<S>[Name] extends infer R extends RoleShape
  ? RoleProcess<S, R>
  : never

/** A role, complete. */
export interface Role<S extends Shape = Shape, R extends RoleShape = RoleShape> {
  /** Its purpose: a phrase. */
  readonly doc: string
  /** Number of its processes, from 1. */
  readonly count: number
  /** A new disk, volatile state at boot, and the handler of the boot: as those of the members. */
  readonly disk: Handler<[self: Omit<RoleIdentity<S, R>, "disk">], R["disk"]>
  readonly state: Handler<[self: RoleIdentity<S, R>], R["state"]>
  readonly start: Handler<[node: RoleProcess<S, R>]>
  readonly receive: {
    readonly [M in R["message"] as M["type"]]: Handler<[node: RoleProcess<S, R>, message: M, from: NodeId]>
  }
  readonly timeout: { readonly [T in R["timer"]]: Handler<[node: RoleProcess<S, R>, key?: number]> }
  /** The standing of a process, for traces. */
  readonly standing?: Handler<[node: RoleProcess<S, R>], Standing>
}

export type Roles<S extends Shape> = {
  readonly [Name in RoleName<S>]: RolesOf<S>[Name] extends infer R extends RoleShape ? Role<S, R> : never
}
