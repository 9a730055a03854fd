/** The types of composition: a part that an algorithm hosts, as its host declares it and acts through it. */
import type { Algorithm, Beginning, Standing } from "../algorithm.ts"
import type { ClientId, NodeId, Tagged } from "../ids.ts"
import type { Handler, Node } from "../node.ts"
import type { Shape } from "../shape.ts"
import type { HostIdentity, Outlets } from "./hosted-node.ts"

/** A message of a part as the host's processes exchange it: the part's message, under another type. */
export interface Carried<Name extends string = string> {
  readonly type: `${Name}/${string}`
  /** The number of its instance, if there are several. */
  readonly in?: number
}

/** The names of a part's timers. */
export type CarriedTimer<Name extends string = string> = `${Name}/${string}`

/** The registers of a part: `log/term`, or `log 3/term` of its instance 3. */
export type CarriedDisk<Name extends string = string> = {
  readonly [Register in `${Name}/${string}` | `${Name} ${number}/${string}`]: unknown
}

/** The handlers that a host adds to its own, one for each name of a part. */
type Table<Name extends string, Arguments extends readonly unknown[]> = {
  readonly [Key in `${Name}/${string}`]: Handler<Arguments>
}

/** A part that an algorithm hosts. `N`: the node of the host. A single instance has the number 0. */
export interface Hosting<N, Name extends string> extends Outlets<N> {
  /** The first word of the names of its messages, timers and registers. */
  readonly name: Name
  /** The algorithms that can be the part. */
  readonly among: readonly Algorithm[]
  /** The name of the chosen one. */
  readonly chosen: Handler<[parameters: object], string>
  /** The processes that are its members, by their ids within it. Each may occur only once. */
  readonly members: Handler<[self: HostIdentity, instance: number], readonly NodeId[]>
  /** The processes of a role, if it may be an algorithm with roles; none of them may be a member. */
  readonly role?: Handler<[self: HostIdentity, name: string, count: number, instance: number], readonly NodeId[]>
  /** Parameters that replace those that the host declares for it ({@link parametersOf}). */
  readonly settings?: Handler<[self: HostIdentity, instance: number], object>
  /** Present: there may be several instances. */
  readonly instances?: true
  /** Its state within the state of the host. */
  readonly state: Outlets<N>["state"]
  /** Receives its answers; clients are the numbers that the host gave with requests. */
  readonly reply: Outlets<N>["reply"]
  /** Receives its facts. Node ids in them are those within the part: see `Hosted.processOf`. */
  readonly report: Outlets<N>["report"]
}

/** A part, as its host uses it. `instance` may be omitted if there is only one. */
export interface Hosted<N, Name extends string> {
  /** Its tables of handlers, for the host to add to those of the processes that take part in it. */
  readonly receive: Table<Name, [node: N, message: Carried<Name>, from: NodeId]>
  readonly timeout: Table<Name, [node: N, key?: number]>
  /** The types of its messages that answer another one. */
  readonly answers: readonly Carried<Name>["type"][]
  /** The registers of a new disk. @param beginning the beginning of a group that begins under a leader */
  disk(self: HostIdentity, instance?: number, beginning?: Beginning): CarriedDisk<Name>
  /** Its state at a boot, which the host stores where `Hosting.state` finds it. */
  state(self: HostIdentity & { readonly disk: object }, instance?: number): object
  /** Acts at a boot. */
  start(node: N, instance?: number): void
  /** Acts at any boot but the first. */
  recover(node: N, instance?: number): void
  /** Acts at the first boot under a leader. */
  begin(node: N, beginning: Beginning, instance?: number): void
  /**
   * Hands it a request: of a client, or of the host under a number of its choice, with which `reply` will be called.
   */
  request(node: N, request: Tagged, client: ClientId, instance?: number): void
  /** The node as the part sees it: its state, its disk and its own id. */
  in(node: N, instance?: number): Node<Shape>
  /** The host's process that acts as a node of the part. */
  processOf(self: HostIdentity, id: NodeId, instance?: number): NodeId
  /** True if a process takes part in it. */
  isIn(self: HostIdentity, instance?: number): boolean
  standing(node: N, instance?: number): Standing | undefined
}
