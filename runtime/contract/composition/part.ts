/** A part of a hosting algorithm: dispatches events of the part to the handlers of the hosted algorithm. */
import type { Algorithm, Beginning, Standing } from "../algorithm.ts"
import type { ClientId, NodeId, Tagged } from "../ids.ts"
import type { Identity, Node } from "../node.ts"
import { handlerNames, type Part as Played, peersOf, rolesOf } from "../parts.ts"
import { processesOf } from "../roles.ts"
import type { Shape } from "../shape.ts"
import {
  DiskWindow,
  HostedNode,
  type HostIdentity,
  type HostNode,
  idsOfRole,
  instanceOf,
  ownKeyOf,
  renamed,
  type Seat,
} from "./hosted-node.ts"
import type { Carried, CarriedDisk, Hosted, Hosting } from "./hosting.ts"
import { parametersFor } from "./parameters.ts"

/** A hosted process: its node, and its handlers. */
interface Actor<N extends HostNode> {
  readonly node: HostedNode<N>
  readonly played: Played
  readonly seat: Seat
}

export class Part<N extends HostNode, Name extends string> implements Hosted<N, Name> {
  readonly receive: Hosted<N, Name>["receive"]
  readonly timeout: Hosted<N, Name>["timeout"]
  readonly answers: Hosted<N, Name>["answers"]
  readonly #hosting: Hosting<N, Name>
  /** By node of the host, then by instance. A cache: it is rebuilt for every new node. */
  readonly #actors = new WeakMap<N, (Actor<N> | undefined)[]>()
  /** By the host's parameters, which all processes of a run share: those of the hosted algorithm. */
  readonly #parameters = new WeakMap<object, object>()

  constructor(hosting: Hosting<N, Name>) {
    this.#hosting = hosting
    const { among, name } = hosting
    this.answers = [...new Set(among.flatMap(({ answers = [] }) => answers))].map(type => `${name}/${type}` as const)
    for (const one of among) {
      const wrong = messagesOf(one).find(type => this.#isAnswer(type) && one.answers?.includes(type) !== true)
      if (wrong !== undefined) throw new Error(`${name}: the message ${wrong} answers another in some algorithms only`)
    }
    this.receive = this.#table("receive", type => (node, message, from) => this.#receive(node, type, message, from))
    this.timeout = this.#table("timeout", timer => (node, key) => this.#timeout(node, timer, key))
  }

  disk(self: HostIdentity, instance = 0, beginning?: Beginning): CarriedDisk<Name> {
    const { identity, played, algorithm, seat } = this.#identity(self, {}, instance)
    const isBegun = beginning !== undefined && algorithm.begins?.disk !== undefined && seat.id < seat.size
    const registers = isBegun ? algorithm.begins.disk(identity, beginning) : played.disk(identity)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its names begin as the seat says
    return renamed(registers, seat.registers) as CarriedDisk<Name>
  }

  state(self: HostIdentity & { readonly disk: object }, instance = 0): object {
    const { identity, played } = this.#identity(self, self.disk, instance)
    return played.state(identity)
  }

  start(node: N, instance = 0): void {
    const actor = this.#actor(node, instance)
    actor.played.start(actor.node)
  }

  recover(node: N, instance = 0): void {
    const actor = this.#actor(node, instance)
    const { recover } = this.#algorithm(node)
    if (recover !== undefined && actor.seat.id < actor.seat.size) recover(actor.node)
    else actor.played.start(actor.node)
  }

  begin(node: N, beginning: Beginning, instance = 0): void {
    const actor = this.#actor(node, instance)
    const { begins } = this.#algorithm(node)
    if (begins === undefined || beginning.leader === null || actor.seat.id >= actor.seat.size)
      return actor.played.start(actor.node)
    begins.start(actor.node, beginning.leader, beginning)
  }

  request(node: N, request: Tagged, client: ClientId, instance = 0): void {
    const actor = this.#actor(node, instance)
    const handle = actor.played.request?.[request.type]
    if (handle === undefined) throw new Error(`${this.#algorithm(node).name} has no request "${request.type}"`)
    handle(actor.node, request, client)
  }

  in(node: N, instance = 0): Node<Shape> {
    return this.#actor(node, instance).node
  }

  processOf(self: HostIdentity, id: NodeId, instance = 0): NodeId {
    const process = this.#processes(self, instance).processes[id]
    if (process === undefined) throw new Error(`${this.#hosting.name}: there is no process ${id}`)
    return process
  }

  isIn(self: HostIdentity, instance = 0): boolean {
    const isMember = this.#hosting.members(self, instance).includes(self.id)
    return isMember || this.#processes(self, instance).processes.includes(self.id)
  }

  standing(node: N, instance = 0): Standing | undefined {
    const actor = this.#actor(node, instance)
    return actor.played.standing?.(actor.node)
  }

  #receive(node: N, type: string, message: Carried<Name>, from: NodeId): void {
    const { node: inner, played, seat } = this.#actor(node, message.in ?? 0)
    played.receive[type]!(inner, { ...message, type }, seat.processes.indexOf(from))
  }

  #timeout(node: N, timer: string, key: number | undefined): void {
    const hasSeveral = this.#hosting.instances === true && key !== undefined
    const { node: inner, played } = this.#actor(node, hasSeveral ? instanceOf(key) : 0)
    played.timeout[timer]!(inner, hasSeveral ? ownKeyOf(key) : key)
  }

  #table<H>(table: "receive" | "timeout", handler: (name: string) => H): { readonly [K in `${Name}/${string}`]: H } {
    const names = new Set(this.#hosting.among.flatMap(one => handlerNames(one, table)))
    const entries = [...names].map(name => [`${this.#hosting.name}/${name}`, handler(name)] as const)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its names begin as the part's do
    return Object.fromEntries(entries) as { readonly [K in `${Name}/${string}`]: H }
  }

  #isAnswer(type: string): boolean {
    return this.answers.includes(`${this.#hosting.name}/${type}`)
  }

  #algorithm({ parameters }: HostIdentity): Algorithm {
    const { among, chosen, name } = this.#hosting
    const word = chosen(parameters)
    const algorithm = among.find(one => one.name === word)
    if (algorithm === undefined) throw new Error(`${name}: there is no algorithm ${word}`)
    return algorithm
  }

  /** The parameters of the hosted algorithm among those of its host. */
  #parametersOf(self: HostIdentity): object {
    const { parameters } = self
    const known = this.#parameters.get(parameters)
    if (known !== undefined) return known
    const own = parametersFor(this.#algorithm(self), parameters)
    this.#parameters.set(parameters, own)
    return own
  }

  #actor(node: N, instance: number): Actor<N> {
    let actors = this.#actors.get(node)
    if (actors === undefined) this.#actors.set(node, (actors = []))
    return (actors[instance] ??= this.#newActor(node, instance))
  }

  #newActor(node: N, instance: number): Actor<N> {
    const seat = this.#seat(node, instance)
    return { seat, played: playedBy(this.#algorithm(node), seat), node: new HostedNode(node, seat, this.#hosting) }
  }

  /** The knowledge of a hosted process about itself before it can act. */
  #identity(self: HostIdentity, disk: object, instance: number) {
    const seat = this.#seat(self, instance)
    const { id, size, parameters, registers } = seat
    const algorithm = this.#algorithm(self)
    const identity: Identity<Shape> = {
      id,
      size,
      peers: peersOf(id, size),
      parameters,
      disk: new DiskWindow({ disk }, registers).contents,
      role: (name: string) => idsOfRole(seat, name),
    }
    return { identity, seat, algorithm, played: playedBy(algorithm, seat) }
  }

  #seat(self: HostIdentity, instance: number): Seat {
    const { name, instances, settings } = this.#hosting
    const { processes, size, roles } = this.#processes(self, instance)
    const id = processes.indexOf(self.id)
    if (id < 0) throw new Error(`${name}: process ${self.id} plays no part in instance ${instance}`)
    return {
      instance: instances === undefined ? undefined : instance,
      id,
      size,
      processes,
      roles,
      parameters: { ...this.#parametersOf(self), ...settings?.(self, instance) },
      prefix: `${name}/`,
      registers: instances === undefined ? `${name}/` : `${name} ${instance}/`,
    }
  }

  #processes(self: HostIdentity, instance: number): Pick<Seat, "processes" | "size" | "roles"> {
    const { members, role, settings } = this.#hosting
    const processes = [...members(self, instance)]
    const size = processes.length
    const roles = new Map<string, readonly NodeId[]>()
    const algorithm = this.#algorithm(self)
    const parameters = { ...this.#parametersOf(self), ...settings?.(self, instance) }
    for (const [name, hosted] of Object.entries(rolesOf(algorithm))) {
      const count = processesOf(hosted, parameters)
      const players = role?.(self, name, count, instance) ?? []
      if (players.length !== count) throw new Error(`${this.#hosting.name}: nobody plays the role ${name}`)
      roles.set(
        name,
        players.map((_, i) => processes.length + i),
      )
      processes.push(...players)
    }
    return { processes, size, roles }
  }
}

/** The handlers of a process: members have the ids up to the size, and roles those after them. */
function playedBy(algorithm: Algorithm, { id, roles }: Seat): Played {
  for (const [name, ids] of roles) if (ids.includes(id)) return rolesOf(algorithm)[name]!
  return algorithm
}

function messagesOf(algorithm: Algorithm): readonly string[] {
  return handlerNames(algorithm, "receive")
}
