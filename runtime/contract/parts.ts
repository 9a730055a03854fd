/** Parts that the processes of a run play: member of the group, or a role. */
import type { Algorithm } from "./algorithm.ts"
import type { ClientId, NodeId, Tagged } from "./ids.ts"
import type { Handler, Identity, Node, Standing } from "./node.ts"
import type { Role } from "./roles.ts"
import type { Shape } from "./shape.ts"

/** The handlers and tables of the processes that play a part. An algorithm is itself the part of its members. */
export interface Part {
  readonly disk: Handler<[self: Omit<Identity<Shape>, "disk">], object>
  readonly state: Handler<[self: Identity<Shape>], object>
  readonly start: Handler<[node: Node<Shape>]>
  readonly receive: Readonly<Record<string, Handler<[node: Node<Shape>, message: Tagged, from: NodeId]>>>
  readonly timeout: Readonly<Record<string, Handler<[node: Node<Shape>, key?: number]>>>
  /** Absent in roles that serve no clients. */
  readonly request?: Readonly<Record<string, Handler<[node: Node<Shape>, request: Tagged, client: ClientId]>>>
  readonly standing?: Handler<[node: Node<Shape>], Standing>
}

/** The members to which a process broadcasts: all except itself. */
export function peersOf(id: NodeId, size: number): readonly NodeId[] {
  return Array.from({ length: size }, (_, peer) => peer).filter(peer => peer !== id)
}

export type WithRoles = Pick<Algorithm, "roles">

/** The roles of an algorithm, by name. */
export function rolesOf({ roles }: WithRoles): Readonly<Record<string, Role>> {
  return roles ?? {}
}

type HandlerTable = "receive" | "timeout"

/** A cache of names: every run asks for those of its algorithm. */
const namesOf: Readonly<Record<HandlerTable, WeakMap<Algorithm, readonly string[]>>> = {
  receive: new WeakMap(),
  timeout: new WeakMap(),
}

/** The names in a table of handlers: those of the members first, then those that only roles have. */
export function handlerNames(algorithm: Algorithm, table: HandlerTable): readonly string[] {
  let names = namesOf[table].get(algorithm)
  if (names === undefined) namesOf[table].set(algorithm, (names = namesIn(algorithm, table)))
  return names
}

function namesIn(algorithm: Algorithm, table: HandlerTable): readonly string[] {
  const ofRoles = Object.values(rolesOf(algorithm)).flatMap(role => Object.keys(role[table]))
  return [...new Set([...Object.keys(algorithm[table]), ...ofRoles])]
}
