/** A world without nodes: a test says itself who is up, who reaches whom, and what the nodes report. */
import type { ClientId, NodeId, Tagged } from "../../../runtime/contract/algorithm.ts"
import { type Parameters, resolveParameters } from "../../../runtime/contract/parameters.ts"
import { Random } from "../../../runtime/lib/random.ts"
import type { ServiceOutcome, ServiceRun, World } from "../../../runtime/contract/service.ts"
import { leaderElection } from "../../../services/leader-election/service.ts"

export interface ScriptOptions {
  readonly warmup?: number
  readonly end?: number
  /** Whether the algorithm promises one leader an epoch. */
  readonly oneLeaderPerEpoch?: boolean
  /** Settings of the workload as a user writes them. */
  readonly workload?: Readonly<Record<string, unknown>>
}

/** Times are in microseconds, and small: a run lasts from 0 to 100 unless said otherwise. */
export class Script {
  readonly asked: { readonly time: number; readonly node: NodeId }[] = []
  readonly #run: ServiceRun
  readonly #down = new Set<NodeId>()
  readonly #traitors = new Set<NodeId>()
  #sides: readonly (readonly NodeId[])[] = []
  readonly #cuts = new Set<string>()
  #wakes: number[] = []
  #started = false
  #now = 0
  #messages = 0
  readonly #warmup: number
  readonly #end: number

  constructor(size: number, options: ScriptOptions = {}) {
    const { warmup = 0, end = 100, workload = {}, oneLeaderPerEpoch = false } = options
    this.#warmup = warmup
    this.#end = end
    this.#run = leaderElection.open(this.#world(size, oneLeaderPerEpoch), complete(leaderElection.workload, workload))
    this.at(0)
  }

  /** Lets time pass up to `time`. */
  at(time: number): this {
    const due = [...(this.#started ? [] : [this.#warmup]), ...this.#wakes].filter(wake => wake <= time)
    for (const wake of due.toSorted((a, b) => a - b)) {
      this.#now = wake
      this.#wakes = this.#wakes.filter(other => other !== wake)
      if (this.#started) this.#run.timeout["round"]!(0)
      else this.#run.start()
      this.#started = true
      return this.at(time)
    }
    this.#now = time
    return this
  }

  /** Nodes send protocol messages. */
  send(messages: number): this {
    this.#messages += messages
    return this
  }

  /** Nodes come to believe in a leader. */
  believe(nodes: readonly NodeId[], leader: NodeId | null, epoch: number): this {
    for (const node of nodes) this.#run.observe(node, { type: "believes", leader, epoch } as Tagged)
    return this
  }

  crash(node: NodeId): this {
    this.#down.add(node)
    this.#run.nodeDown(node)
    this.#run.faultOccurred(`crash of node ${node}`)
    return this
  }

  restart(node: NodeId): this {
    this.#run.nodeUp(node)
    this.#down.delete(node)
    this.#run.faultOccurred(`restart of node ${node}`)
    return this
  }

  partition(...sides: readonly (readonly NodeId[])[]): this {
    this.#sides = sides
    this.#run.faultOccurred(sides.length > 0 ? "partition" : "partition healed")
    return this
  }

  /** Messages from one node to another no longer arrive; those on the way back do. */
  cut(from: NodeId, to: NodeId): this {
    this.#cuts.add(`${from} ${to}`)
    this.#run.faultOccurred(`cut of ${from} to ${to}`)
    return this
  }

  betray(node: NodeId): this {
    this.#traitors.add(node)
    this.#run.faultOccurred(`node ${node} turns traitor`)
    return this
  }

  finish(): ServiceOutcome {
    this.at(this.#end)
    return this.#run.finish()
  }

  #world(size: number, oneLeaderPerEpoch: boolean): World {
    const sideOf = (node: NodeId): number => this.#sides.findIndex(side => side.includes(node))
    return {
      size,
      contacts: Array.from({ length: size }, (_, node) => node),
      processes: size,
      warmup: this.#warmup,
      end: this.#end,
      random: new Random(1),
      oneLeaderPerEpoch,
      losesMessages: false,
      now: () => this.#now,
      request: (_client: ClientId, node: NodeId) => void this.asked.push({ time: this.#now, node }),
      wakeAfter: delay => void this.#wakes.push(this.#now + delay),
      colocate() {},
      observeOperation() {},
      regions: [],
      regionOf: () => undefined,
      isUp: node => !this.#down.has(node),
      phase: () => (this.#down.size > 0 ? "during" : "before"),
      protocolMessages: () => this.#messages,
      isLoyal: node => !this.#traitors.has(node),
      isConnected: (from, to) =>
        !this.#cuts.has(`${from} ${to}`) && (this.#sides.length === 0 || sideOf(from) === sideOf(to)),
    }
  }
}

function complete(declared: Parameters, given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const resolved = resolveParameters(declared, given, 0)
  if ("problems" in resolved) throw new Error(`wrong settings: ${JSON.stringify(resolved.problems)}`)
  return resolved.values
}
