/** The processes of a run, members first, then roles: they boot, crash, halt, restart, pause and resume. */
import type { Beginning, NodeId } from "../../contract/algorithm.ts"
import { Random } from "../../lib/random.ts"
import { Overridable } from "../../network/overridable.ts"
import { Disk } from "../../process/disk.ts"
import { partOf, processCount, roleIds, rolePlaces } from "../../process/parts.ts"
import { Dispatcher } from "./dispatcher.ts"
import type { Facts } from "../facts.ts"
import type { Handlers } from "../handlers.ts"
import type { Output } from "../output.ts"
import type { Shared } from "../shared.ts"
import { type PlayedPart, SimulatedNode } from "./simulated-node.ts"
import type { Timers } from "./timers.ts"
import type { Transport } from "../transport.ts"
import { UpTime } from "./up-time.ts"

/** The hold on a node that halted on its own. */
const HALTED = {}

/** The parts of processes, and the objects through which they act. */
export interface ProcessParts {
  readonly transport: Transport
  readonly timers: Timers
  readonly facts: Facts
  readonly output: Output
  readonly handlers: Handlers
}

export class Processes {
  /** By id: members first. */
  readonly nodes: readonly SimulatedNode[]
  readonly dispatcher: Dispatcher
  readonly upTime: UpTime
  /** True if all processes are up and not paused. */
  areAllUp = false
  /** The time that each node takes to handle a message, and each disk to make a write durable. */
  readonly serviceTimes: Overridable
  readonly syncLatencies: Overridable
  readonly #shared: Shared
  readonly #parts: ProcessParts

  constructor(shared: Shared, beginning: Beginning | undefined, parts: ProcessParts) {
    const { scenario, seed, queue } = shared
    const { algorithm, nodes: size, network, disk, parameters } = scenario
    this.#shared = shared
    this.#parts = parts
    const count = processCount(algorithm, size, parameters)
    this.serviceTimes = new Overridable(network.serviceTime ?? 0, count)
    this.syncLatencies = new Overridable(disk.syncLatency, count)
    this.upTime = new UpTime(size, scenario.warmup, scenario.duration)
    this.dispatcher = new Dispatcher(this.serviceTimes, queue, parts.handlers, parts.transport, parts.timers)
    const group = { size, parameters, roles: roleIds(algorithm, size, parameters) }
    const playedBy = playedParts(shared, parts.handlers)
    this.nodes = Array.from({ length: count }, (_, id) => {
      const node = new SimulatedNode(parts.output, id, group, playedBy(id), Random.stream(seed, "node", id))
      const contents = beginning && id < size ? algorithm.begins?.disk?.(node, beginning) : undefined
      node.storage = contents === undefined ? this.#newDisk(node) : new Disk(contents, this.syncLatencies.at(id))
      return node
    })
  }

  /**
   * Boots all nodes for the first time.
   *
   * @param leader a node elected just before: the others have learnt this from it, durably
   */
  bootAll(leader: NodeId | null): void {
    if (leader === null) {
      for (const node of this.nodes) this.#boot(node)
      return
    }
    for (const node of [this.nodes[leader]!, ...this.nodes.filter(({ id }) => id !== leader)]) {
      node.storage.syncLatency = 0
      this.#boot(node)
      node.storage.syncLatency = this.syncLatencies.at(node.id)
    }
  }

  /**
   * The process dies: volatile state, timers and writes not yet durable are lost. No effect if it is down.
   *
   * A sync that ends in the same microsecond ends first: its writes are durable, and output that waited for them leaves
   * the node, unless it is paused.
   *
   * @param kept the share of writes not yet durable that survives, 0..1
   */
  crash(id: NodeId, kept = 0): void {
    const node = this.nodes[id]!
    if (!node.up) return
    this.#parts.output.departures.lastWords(node)
    // That output may have included a broadcast in whose middle the node was to crash.
    if (!node.up) return
    node.up = false
    node.paused = false
    node.pausedBy.clear()
    node.isReady = false
    node.backlog.clear()
    node.storage.crash(this.#shared.queue.time, kept)
    this.#parts.timers.cancelAll(id)
    this.#countUp()
    // Services know only members.
    if (id >= node.size) return
    this.#parts.facts.forget(id)
    this.#shared.service.nodeDown(id)
  }

  /** A node halts on its own, and stays down for good unless its disk is lost or something restarts it. */
  halt(id: NodeId): void {
    this.crash(id)
    this.nodes[id]!.downBy.add(HALTED)
  }

  /** A crashed node boots from its disk, despite all holds that keep it down. No effect if it is up. */
  restart(id: NodeId): void {
    const node = this.nodes[id]!
    if (node.up) return
    node.downBy.clear()
    if (id < node.size) this.#shared.service.nodeUp(id)
    this.#boot(node)
  }

  /** A node that is down loses its disk; if it had halted, it counts as new, and may come up again. */
  loseDisk(id: NodeId): void {
    const node = this.nodes[id]!
    node.storage = this.#newDisk(node)
    node.storage.isFailing = node.diskFailures.size > 0
    node.downBy.delete(HALTED)
  }

  /** The process is paused: arrivals wait, as do timers that fire. No effect if it is down. */
  pause(id: NodeId): void {
    const node = this.nodes[id]!
    if (!node.up) return
    node.paused = true
    node.isReady = false
    this.#countUp()
  }

  /** A paused process resumes: output held back by the pause leaves before it handles its backlog. */
  resume(id: NodeId): void {
    const node = this.nodes[id]!
    if (!node.paused) return
    node.paused = false
    this.#countUp()
    this.#parts.output.departures.resume(node)
    this.dispatcher.updateReadiness(node)
  }

  #boot(node: SimulatedNode): void {
    node.up = true
    this.#countUp()
    node.isReady = this.serviceTimes.at(node.id) === 0
    node.incarnation++
    this.#parts.handlers.boot(node)
  }

  #countUp(): void {
    const running = this.nodes.filter(({ up, paused }) => up && !paused)
    this.areAllUp = running.length === this.nodes.length
    this.upTime.update(this.#shared.queue.time, running.filter(({ id, size }) => id < size).length)
  }

  #newDisk(node: SimulatedNode): Disk {
    return new Disk(node.part.disk(node), this.syncLatencies.at(node.id))
  }
}

/** The part of each process: one for all members, and one for each role. */
function playedParts({ scenario }: Shared, handlers: Handlers): (id: NodeId) => PlayedPart {
  const { algorithm, nodes: size, parameters } = scenario
  const member = handlers.played(algorithm, "a node")
  const roles = rolePlaces(algorithm, size, parameters).map(({ name, first, count }) => {
    return {
      first,
      count,
      played: handlers.played(partOf(algorithm, { id: first, size, parameters }), `the role ${name}`),
    }
  })
  return id => roles.find(({ first, count }) => id >= first && id < first + count)?.played ?? member
}
