/** The run as seen by its service, which plays the clients and observes the nodes. */
import type { ClientId, NodeId, Tagged } from "../contract/algorithm.ts"
import type { OperationEvent, Phase, World } from "../contract/service.ts"
import type { Micros } from "../contract/units.ts"
import { NameIndex } from "../lib/name-index.ts"
import { Random } from "../lib/random.ts"
import { contactsOf } from "../process/parts.ts"
import { WAKE } from "./events/event-kinds.ts"
import type { Meter } from "./meter.ts"
import type { Processes } from "./nodes/processes.ts"
import type { Shared } from "./shared.ts"
import type { Transport } from "./transport.ts"

export class SimulatedWorld implements World {
  readonly size: number
  readonly contacts: readonly NodeId[]
  readonly processes: number
  readonly warmup: Micros
  readonly end: Micros
  readonly random: Random
  readonly regions: readonly string[]
  readonly oneLeaderPerEpoch: boolean
  readonly losesMessages: boolean
  readonly #shared: Shared
  readonly #transport: Transport
  readonly #meter: Meter
  readonly #processes: Processes
  /** The names of the service's timers, once the service exists. */
  #timers: NameIndex | undefined

  constructor(shared: Shared, transport: Transport, meter: Meter, processes: Processes) {
    const { scenario, seed } = shared
    this.size = scenario.nodes
    this.contacts = contactsOf(scenario.algorithm, scenario.nodes, scenario.parameters)
    this.processes = processes.nodes.length
    this.warmup = scenario.warmup
    this.end = scenario.duration
    this.random = Random.stream(seed, "workload")
    this.regions = transport.regions
    this.oneLeaderPerEpoch = scenario.algorithm.oneLeaderPerEpoch === true
    const { loss, links = [] } = scenario.network
    this.losesMessages = [{ loss }, ...links].some(({ loss: share = 0 }) => share > 0)
    this.#shared = shared
    this.#transport = transport
    this.#meter = meter
    this.#processes = processes
  }

  now(): Micros {
    return this.#shared.queue.time
  }

  request(client: ClientId, to: NodeId, request: Tagged): void {
    this.#transport.request(client, to, request)
  }

  wakeAfter(delay: Micros, timer: string, subject = 0): void {
    const { queue, service, scenario } = this.#shared
    this.#timers ??= new NameIndex(Object.keys(service.timeout))
    const index = this.#timers.of(timer)
    if (index < 0) throw new Error(`${scenario.service.name} has no timer "${timer}"`)
    queue.push(queue.time + Math.round(delay), WAKE, subject, index, null)
  }

  observeOperation(event: OperationEvent): void {
    const { observer, queue } = this.#shared
    if (observer === undefined) return
    const { client } = event
    const [phase, what] =
      event.type === "begun" ? (["begun", event.operation] as const) : ([event.ending, null] as const)
    observer({ type: "operation", time: queue.time, client, phase, what })
  }

  colocate(client: ClientId, node: NodeId): void {
    this.#transport.colocate(client, node)
  }

  regionOf(client: ClientId): string | undefined {
    return this.#transport.regionOf(client)
  }

  isUp(node: NodeId): boolean {
    const { up, paused } = this.#processes.nodes[node]!
    return up && !paused
  }

  phase(): Phase {
    return this.#shared.faults.phase(this.#processes.areAllUp)
  }

  protocolMessages(): number {
    return this.#meter.protocolMessages
  }

  isLoyal(node: NodeId): boolean {
    return this.#processes.nodes[node]!.traitor === null
  }

  isConnected(from: NodeId, to: NodeId): boolean {
    return this.#transport.isConnected(from, to)
  }
}
