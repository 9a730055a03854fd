/** The nodes of a run, and all that faults do to them: processes crash and stop, disks and clocks fail, nodes turn traitor. */
import type { Beginning, ClientId, NodeId, Tagged } from "../contract/algorithm.ts"
import type { Micros } from "../contract/units.ts"
import { type Behaviour, recruit } from "../faults/byzantine.ts"
import type { FaultKind, FaultPhase } from "../faults/fault.ts"
import type { FaultHost } from "../faults/host.ts"
import type { BrokenBroadcast } from "../faults/run.ts"
import { UnderWay } from "../faults/under-way.ts"
import { Random } from "../lib/random.ts"
import type { Links } from "../network/links.ts"
import { Raised } from "../network/raised.ts"
import { Disk } from "../process/disk.ts"
import type { Scenario } from "../scenario/scenario.ts"
import { Attention } from "./attention.ts"
import { Clock } from "./clock.ts"
import { FAULT } from "./event-kinds.ts"
import type { Facts } from "./facts.ts"
import type { Handlers } from "./handlers.ts"
import type { Output } from "./output.ts"
import type { Shared } from "./shared.ts"
import { type BreakingBroadcast, SimulatedNode } from "./simulated-node.ts"
import type { Timers } from "./timers.ts"
import type { Transport } from "./transport.ts"
import { UpTime } from "./up-time.ts"

/** What keeps a node down that halted by itself, and one whose disk failed. */
const HALTED = {}
const DISK_FAILED = {}

export class Nodes implements FaultHost {
  readonly nodes: readonly SimulatedNode[]
  readonly size: number
  readonly scenario: Scenario
  readonly end: Micros
  readonly links: Links
  readonly underWay = new UnderWay()
  readonly attention: Attention
  readonly upTime: UpTime
  /** Whether all nodes are up and not paused. */
  areAllUp = false
  readonly #shared: Shared
  readonly #transport: Transport
  readonly #timers: Timers
  readonly #facts: Facts
  readonly #output: Output
  readonly #handlers: Handlers
  /** How long each node takes to handle a message, and each disk to make a write durable. */
  readonly #serviceTimes: Raised
  readonly #syncLatencies: Raised

  constructor(
    shared: Shared,
    beginning: Beginning | undefined,
    parts: {
      readonly transport: Transport
      readonly timers: Timers
      readonly facts: Facts
      readonly output: Output
      readonly handlers: Handlers
    },
  ) {
    const { scenario, seed } = shared
    const { algorithm, nodes: size, network, disk, parameters } = scenario
    this.#shared = shared
    this.scenario = scenario
    this.size = size
    this.end = scenario.duration
    this.#transport = parts.transport
    this.links = parts.transport.links
    this.#timers = parts.timers
    this.#facts = parts.facts
    this.#output = parts.output
    this.#handlers = parts.handlers
    this.#serviceTimes = new Raised(network.serviceTime ?? 0, size)
    this.#syncLatencies = new Raised(disk.syncLatency, size)
    this.upTime = new UpTime(size, scenario.warmup, scenario.duration)
    this.attention = new Attention(this.#serviceTimes, shared.queue, parts.handlers, parts.transport, parts.timers)
    this.nodes = Array.from({ length: size }, (_, id) => {
      const node = new SimulatedNode(parts.output, id, size, parameters, Random.stream(seed, "node", id))
      const contents = beginning && algorithm.begins?.disk?.(node, beginning)
      node.storage = contents === undefined ? this.#newDisk(node) : new Disk(contents, this.#syncLatencies.at(id))
      return node
    })
  }

  /** Virtual time. */
  get time(): Micros {
    return this.#shared.queue.time
  }

  /**
   * Boots all nodes for the first time.
   *
   * @param leader a node that was elected just before: the others have it from itself, and what they know is durable
   */
  bootAll(leader: NodeId | null): void {
    if (leader === null) {
      for (const node of this.nodes) this.#boot(node)
      return
    }
    for (const node of [this.nodes[leader]!, ...this.nodes.filter(({ id }) => id !== leader)]) {
      node.storage.syncLatency = 0
      this.#boot(node)
      node.storage.syncLatency = this.#syncLatencies.at(node.id)
    }
  }

  /**
   * The process dies: volatile state, timers and what was not durable yet are gone. Nothing if it is down.
   *
   * A sync that ends in this very microsecond has ended before: its writes are durable, and what waited for them leaves
   * the node, unless it is paused.
   *
   * @param kept which part of the writes that were not durable survives, 0..1
   */
  crash(id: NodeId, kept = 0): void {
    const node = this.nodes[id]!
    if (!node.up) return
    this.#output.lastWords(node)
    // They may have ended in a broadcast in whose middle it was to crash.
    if (!node.up) return
    node.up = false
    node.paused = false
    node.pausedBy.clear()
    node.attentive = false
    node.backlog.clear()
    node.storage.crash(this.time, kept)
    this.#timers.cancelAll(id)
    this.#facts.believed[id] = -1
    this.#countUp()
    this.#shared.service.nodeDown(id)
  }

  crashInBroadcast(id: NodeId, { kept, random, crashed }: BrokenBroadcast): () => void {
    const { toBreak } = this.nodes[id]!
    const breaking: BreakingBroadcast = {
      kept,
      random,
      crash: told => {
        this.crash(id)
        crashed?.(told)
      },
    }
    toBreak.push(breaking)
    // Only output that is held can be kept from leaving.
    this.#output.isHeld = true
    return () => {
      const place = toBreak.indexOf(breaking)
      if (place >= 0) toBreak.splice(place, 1)
    }
  }

  /** A node halts by itself, and stays down for good unless its disk is lost or something restarts it. */
  halt(id: NodeId): void {
    this.crash(id)
    this.nodes[id]!.downBy.add(HALTED)
  }

  /** A crashed node boots from its disk, whatever keeps it down. Nothing if it is up. */
  restart(id: NodeId): void {
    const node = this.nodes[id]!
    if (node.up) return
    node.downBy.clear()
    this.#shared.service.nodeUp(id)
    this.#boot(node)
  }

  /** A node that is down loses what its disk held; one that had halted is a new one then, and may come up again. */
  loseDisk(id: NodeId): void {
    const node = this.nodes[id]!
    node.storage = this.#newDisk(node)
    node.storage.isFailing = node.diskFailures.size > 0
    node.downBy.delete(HALTED)
  }

  /** The process is stopped: what arrives waits, and timers that run out do too. Nothing if it is down. */
  pause(id: NodeId): void {
    const node = this.nodes[id]!
    if (!node.up) return
    node.paused = true
    node.attentive = false
    this.#countUp()
  }

  /** A paused process goes on: what it was stopped from sending leaves it before it handles what has waited. */
  resume(id: NodeId): void {
    const node = this.nodes[id]!
    if (!node.paused) return
    node.paused = false
    this.#countUp()
    this.#output.resume(node)
    this.attention.attend(node)
  }

  /** Nodes take at least this long for each message. @returns how to take it back */
  slowNodes(nodes: readonly NodeId[], serviceTime: Micros): () => void {
    const attend = (): void => {
      for (const id of nodes) this.attention.attend(this.nodes[id]!)
    }
    const recover = this.#serviceTimes.raise(serviceTime, nodes)
    attend()
    return () => {
      recover()
      attend()
    }
  }

  /** Disks take at least this long for each sync. @returns how to take it back */
  slowDisks(nodes: readonly NodeId[], syncLatency: Micros): () => void {
    const adjust = (): void => {
      for (const id of nodes) this.nodes[id]!.storage.syncLatency = this.#syncLatencies.at(id)
    }
    const recover = this.#syncLatencies.raise(syncLatency, nodes)
    this.#output.isHeld = true
    adjust()
    return () => {
      recover()
      adjust()
    }
  }

  /** A disk can make nothing durable any more, because of `fault`. */
  failDisk(id: NodeId, fault: object): void {
    const node = this.nodes[id]!
    node.diskFailures.add(fault)
    node.storage.isFailing = true
    this.#output.isHeld = true
  }

  /** A node crashes because its disk has failed. */
  crashByDisk(id: NodeId): void {
    this.crash(id)
    this.nodes[id]!.downBy.add(DISK_FAILED)
  }

  /**
   * A fault under which a disk failed is over; with the last of them, the disk works again.
   *
   * @returns whether its node was down only because the disk had failed
   */
  mendDisk(id: NodeId, fault: object): boolean {
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

  /** A node's clock runs faster by the share `by` from now on, and with it the timers that are set. */
  driftClock(id: NodeId, by: number): void {
    this.#timers.stretch(id, this.#clockOf(id).drift(by, this.time), this.time)
  }

  /** The node becomes a traitor and stays one. */
  corruptNode(id: NodeId, behaviour: Behaviour): void {
    this.nodes[id]!.traitor = recruit(behaviour, id, this.#shared.seed)
  }

  leader(): NodeId | undefined {
    return this.#facts.leaderAmong(this.nodes)
  }

  scheduleFault(time: Micros, step: object): void {
    this.#shared.queue.push(time, FAULT, 0, 0, step)
  }

  announceFault(kind: FaultKind, phase: FaultPhase, what: string, nodes: readonly NodeId[]): void {
    this.#shared.observer?.({ type: "fault", time: this.time, kind, phase, what, nodes })
    this.#shared.service.faultOccurred(what)
  }

  request(client: ClientId, to: NodeId, request: Tagged): void {
    this.#transport.request(client, to, request)
  }

  #boot(node: SimulatedNode): void {
    node.up = true
    this.#countUp()
    node.attentive = this.#serviceTimes.at(node.id) === 0
    node.incarnation++
    this.#handlers.boot(node)
  }

  #countUp(): void {
    const running = this.nodes.filter(({ up, paused }) => up && !paused).length
    this.areAllUp = running === this.size
    this.upTime.update(this.time, running)
  }

  #newDisk(node: SimulatedNode): Disk {
    return new Disk(this.scenario.algorithm.disk(node), this.#syncLatencies.at(node.id))
  }

  #clockOf(id: NodeId): Clock {
    const node = this.nodes[id]!
    node.clock ??= new Clock()
    return node.clock
  }
}
