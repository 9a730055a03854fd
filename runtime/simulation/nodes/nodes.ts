/** The effects of faults on the nodes of a run: processes, disks and clocks fail, and nodes become traitors. */
import { clientAt } from "../../contract/ids.ts"
import type { ClientId, NodeId, Tagged } from "../../contract/algorithm.ts"
import type { MortalClients } from "../../contract/service.ts"
import type { Micros } from "../../contract/units.ts"
import { type Behaviour, makeTraitor } from "../../faults/byzantine.ts"
import type { FaultKind, FaultPhase } from "../../faults/fault.ts"
import type { FaultHost } from "../../faults/host.ts"
import { descriptorOf } from "../../faults/registry.ts"
import type { BrokenBroadcast } from "../../faults/run.ts"
import { UnderWay } from "../../faults/under-way.ts"
import type { Links } from "../../network/links.ts"
import { type RolePlace, roleNameOf, rolePlaces } from "../../process/parts.ts"
import type { Scenario } from "../../scenario/scenario.ts"
import { Clock } from "./clock.ts"
import { FAULT } from "../events/event-kinds.ts"
import type { ProcessParts, Processes } from "./processes.ts"
import type { Shared } from "../shared.ts"
import type { BreakingBroadcast, SimulatedNode } from "./simulated-node.ts"

/** The hold on a node whose disk failed. */
const DISK_FAILED = {}

export class Nodes implements FaultHost {
  readonly nodes: readonly SimulatedNode[]
  readonly size: number
  readonly scenario: Scenario
  readonly end: Micros
  readonly links: Links
  readonly underWay = new UnderWay()
  readonly #shared: Shared
  readonly #processes: Processes
  readonly #parts: ProcessParts
  readonly #members: readonly SimulatedNode[]
  readonly #places: readonly RolePlace[]

  constructor(shared: Shared, processes: Processes, parts: ProcessParts) {
    const { scenario } = shared
    this.nodes = processes.nodes
    this.#members = processes.nodes.slice(0, scenario.nodes)
    this.#places = rolePlaces(scenario.algorithm, scenario.nodes, scenario.parameters)
    this.size = scenario.nodes
    this.scenario = scenario
    this.end = scenario.duration
    this.links = parts.transport.links
    this.#shared = shared
    this.#processes = processes
    this.#parts = parts
  }

  /** Virtual time. */
  get time(): Micros {
    return this.#shared.queue.time
  }

  /** See {@link Processes.crash}. */
  crash(id: NodeId, kept = 0): void {
    this.#processes.crash(id, kept)
  }

  crashInBroadcast(id: NodeId, { after = 0, crashed, ...which }: BrokenBroadcast): () => void {
    const { toBreak } = this.nodes[id]!
    const breaking: BreakingBroadcast = {
      ...which,
      after,
      crash: told => {
        this.crash(id)
        crashed?.(told)
      },
    }
    toBreak.push(breaking)
    // Only output that is held can be suppressed.
    this.#parts.output.isHeld = true
    return () => {
      const place = toBreak.indexOf(breaking)
      if (place >= 0) toBreak.splice(place, 1)
    }
  }

  /** See {@link Processes.restart}. */
  restart(id: NodeId): void {
    this.#processes.restart(id)
  }

  /** See {@link Processes.loseDisk}. */
  loseDisk(id: NodeId): void {
    this.#processes.loseDisk(id)
  }

  /** See {@link Processes.pause}. */
  pause(id: NodeId): void {
    this.#processes.pause(id)
  }

  /** See {@link Processes.resume}. */
  resume(id: NodeId): void {
    this.#processes.resume(id)
  }

  /** Nodes take at least this long for each message. @returns a function that undoes it */
  slowNodes(nodes: readonly NodeId[], serviceTime: Micros): () => void {
    const updateAll = (): void => {
      for (const id of nodes) this.#processes.dispatcher.updateReadiness(this.nodes[id]!)
    }
    const recover = this.#processes.serviceTimes.override(serviceTime, nodes)
    updateAll()
    return () => {
      recover()
      updateAll()
    }
  }

  /** Disks take at least this long for each sync. @returns a function that undoes it */
  slowDisks(nodes: readonly NodeId[], syncLatency: Micros): () => void {
    const adjust = (): void => {
      for (const id of nodes) this.nodes[id]!.storage.syncLatency = this.#processes.syncLatencies.at(id)
    }
    const recover = this.#processes.syncLatencies.override(syncLatency, nodes)
    this.#parts.output.isHeld = true
    adjust()
    return () => {
      recover()
      adjust()
    }
  }

  /** Because of `fault`, a disk can no longer make anything durable. */
  failDisk(id: NodeId, fault: object): void {
    const node = this.nodes[id]!
    node.diskFailures.add(fault)
    node.storage.isFailing = true
    this.#parts.output.isHeld = true
  }

  /** A node crashes because its disk has failed. */
  crashByDisk(id: NodeId): void {
    this.crash(id)
    this.nodes[id]!.downBy.add(DISK_FAILED)
  }

  /**
   * A fault under which a disk failed is over; with the last of them, the disk works again.
   *
   * @returns true if its node was down only because of the disk
   */
  repairDisk(id: NodeId, fault: object): boolean {
    const node = this.nodes[id]!
    node.diskFailures.delete(fault)
    if (node.diskFailures.size > 0) return false
    node.storage.isFailing = false
    return node.downBy.delete(DISK_FAILED) && node.downBy.size === 0
  }

  /** A node's clock jumps. */
  shiftClock(id: NodeId, by: Micros): void {
    this.#clockOf(id).jump(by)
  }

  /** A node's clock, and with it its armed timers, runs faster by the share `by` from now on. */
  driftClock(id: NodeId, by: number): void {
    this.#parts.timers.stretch(id, this.#clockOf(id).drift(by, this.time), this.time)
  }

  /** The node becomes a traitor and stays one. */
  corruptNode(id: NodeId, behaviour: Behaviour): void {
    this.nodes[id]!.traitor = makeTraitor(behaviour, id, this.#shared.seed)
  }

  get clients(): MortalClients | undefined {
    return this.#shared.service.mortals
  }

  leader(): NodeId | undefined {
    return this.#parts.facts.leaderAmong(this.#members)
  }

  holder(office: string): NodeId | undefined {
    return this.#parts.facts.holderAmong(office, this.#members)
  }

  nameOf(id: NodeId): string {
    const client = clientAt(id)
    if (client !== undefined) return `client ${client}`
    return roleNameOf(this.#places, id) ?? `node ${id}`
  }

  scheduleFault(time: Micros, step: object): void {
    this.#shared.queue.push(time, FAULT, 0, 0, step)
  }

  announceFault(kind: FaultKind, phase: FaultPhase, what: string, nodes: readonly NodeId[]): void {
    this.#shared.observer?.({ type: "fault", time: this.time, kind, phase, what, nodes })
    const isOfClients = nodes.length === 0 && descriptorOf({ kind }).target === "clients"
    this.#shared.service.faultOccurred(what, isOfClients)
  }

  request(client: ClientId, to: NodeId, request: Tagged): void {
    this.#parts.transport.request(client, to, request)
  }

  #clockOf(id: NodeId): Clock {
    const node = this.nodes[id]!
    node.clock ??= new Clock()
    return node.clock
  }
}
