/** Performs manual interventions on a run, each between the same two events as originally. */
import { type Act, inOrder, type Intervention } from "../../scenario/interventions.ts"
import { formatAct } from "../../scenario/intervention-words.ts"
import type { Micros } from "../../contract/units.ts"
import { rolePlaces } from "../../process/parts.ts"
import type { RunDigest } from "../events/run-digest.ts"
import { INTERVENTION, TIMEOUT } from "../events/event-kinds.ts"
import type { Nodes } from "../nodes/nodes.ts"
import type { Timers } from "../nodes/timers.ts"
import type { Shared } from "../shared.ts"
import type { Transport } from "../transport.ts"
import { LinksByHand } from "./links.ts"
import { MessagesByHand } from "./messages.ts"
import { NodesByHand } from "./nodes.ts"

export interface Stage {
  readonly shared: Shared
  readonly digest: RunDigest
  readonly transport: Transport
  readonly timers: Timers
  readonly nodes: Nodes
  /** The algorithm's names of its messages. */
  readonly types: readonly string[]
}

export class Interventions {
  readonly #stage: Stage
  /** In order: those made, then those to come. */
  readonly #planned: Intervention[]
  readonly #nodes: NodesByHand
  readonly #links: LinksByHand
  readonly #messages: MessagesByHand
  readonly #impossible: number[] = []
  #made = 0
  /** The time of the last event, and the number of events handled in that microsecond. */
  #instant = -1
  #handled = 0

  constructor(planned: readonly Intervention[], stage: Stage) {
    this.#planned = [...inOrder(planned)]
    this.#stage = stage
    this.#nodes = new NodesByHand(stage.nodes)
    this.#links = new LinksByHand(stage.nodes)
    this.#messages = new MessagesByHand(stage)
  }

  /** The number of interventions whose time has come, including impossible ones. */
  get made(): number {
    return this.#made
  }

  /** The places in the plan of impossible interventions, in order of time. */
  get impossible(): readonly number[] {
    return this.#impossible
  }

  /** The last intervention whose time has come. */
  get last(): Intervention | undefined {
    return this.#planned[this.#made - 1]
  }

  /** The time of the next one; Infinity if none is planned. */
  get nextTime(): Micros {
    return this.#planned[this.#made]?.at ?? Infinity
  }

  /** Records that an event is about to be handled. */
  recordEvent(): void {
    const { time } = this.#stage.shared.queue
    if (time !== this.#instant) this.#handled = 0
    this.#instant = time
    this.#handled++
  }

  /** Makes the next intervention due before the next event. @returns false if there is none */
  makeNext(): boolean {
    const next = this.#planned[this.#made]
    if (next === undefined || !this.#isDue(next)) return false
    const { queue } = this.#stage.shared
    queue.time = Math.max(queue.time, next.at)
    if (!this.#makeRecorded(next.act)) this.#impossible.push(this.#made)
    this.#made++
    return true
  }

  /** Performs an unplanned act now, if it is possible; then the acts planned for later are dropped. */
  make(act: Act): void {
    const later = this.#planned.splice(this.#made, Infinity, { ...this.#now(), act })
    this.#made++
    // If it makes the algorithm fail, this throws: then it was possible.
    if (!this.#makeRecorded(act)) this.#planned.splice(--this.#made, 1, ...later)
  }

  /** Replaces those still to come. @param all in order, including those already made */
  plan(all: readonly Intervention[]): void {
    this.#planned.splice(this.#made, Infinity, ...all.slice(this.#made))
  }

  #makeRecorded(act: Act): boolean {
    const { shared, digest } = this.#stage
    const { mark } = digest
    digest.record(shared.queue.time, INTERVENTION, 0, 0)
    const isDone = this.#perform(act)
    if (!isDone) digest.rewind(mark)
    return isDone
  }

  /** The present moment, in the form of an intervention's. */
  #now(): Pick<Intervention, "at" | "after"> {
    const at = this.#stage.shared.queue.time
    return at === this.#instant ? { at, after: this.#handled } : { at }
  }

  #isDue({ at, after = 0 }: Intervention): boolean {
    const { nextTime } = this.#stage.shared.queue
    if (nextTime !== at) return nextTime > at
    return after <= (this.#instant === at ? this.#handled : 0)
  }

  #perform(act: Act): boolean {
    switch (act.type) {
      case "deliver":
      case "duplicate":
      case "lose":
      case "delay":
        return this.#notify(act, this.#messages.perform(act))
      case "timeout":
        return this.#notify(act, this.#timeout(act))
      case "ask":
        return this.#notify(act, this.#stage.shared.service.ask?.(act.node) === true)
      case "cut":
      case "mend":
      case "partition":
      case "heal":
        return this.#links.perform(act)
      default:
        return this.#nodes.perform(act)
    }
  }

  /** Nodes notify observers of faults; this notifies them of everything else. */
  #notify(act: Act, isDone: boolean): boolean {
    const { scenario, observer, queue } = this.#stage.shared
    if (!isDone || observer === undefined) return isDone
    const { algorithm, nodes, parameters } = scenario
    observer({ type: "intervention", time: queue.time, what: formatAct(act, rolePlaces(algorithm, nodes, parameters)) })
    return true
  }

  #timeout({ node, timer, key }: Act & { readonly type: "timeout" }): boolean {
    const { timers, shared } = this.#stage
    const { queue } = shared
    const index = timers.indexOf(timer)
    if (index < 0 || !timers.expire(node, index, key, queue.time)) return false
    queue.push(queue.time, TIMEOUT, index, node, key === undefined ? null : timers.keyed.find(node, index, key)!)
    return true
  }
}
