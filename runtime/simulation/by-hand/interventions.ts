/** Carries out what somebody does to a run by hand, each between the two events between which it was done. */
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
  /** In order: those that were made, then those to come. */
  readonly #planned: Intervention[]
  readonly #nodes: NodesByHand
  readonly #links: LinksByHand
  readonly #messages: MessagesByHand
  readonly #impossible: number[] = []
  #made = 0
  /** The time of the event handled last, and how many events of that microsecond were. */
  #instant = -1
  #handled = 0

  constructor(planned: readonly Intervention[], stage: Stage) {
    this.#planned = [...inOrder(planned)]
    this.#stage = stage
    this.#nodes = new NodesByHand(stage.nodes)
    this.#links = new LinksByHand(stage.nodes)
    this.#messages = new MessagesByHand(stage)
  }

  /** Interventions whose time has come, those that were impossible included. */
  get made(): number {
    return this.#made
  }

  /** The places in the plan, in order of time, of those that were impossible. */
  get impossible(): readonly number[] {
    return this.#impossible
  }

  /** The one whose time came last. */
  get last(): Intervention | undefined {
    return this.#planned[this.#made - 1]
  }

  /** When the next one is planned; Infinity if none is. */
  get nextTime(): Micros {
    return this.#planned[this.#made]?.at ?? Infinity
  }

  /** An event is handled next. */
  recordEvent(): void {
    const { time } = this.#stage.shared.queue
    if (time !== this.#instant) this.#handled = 0
    this.#instant = time
    this.#handled++
  }

  /** Makes the next intervention that comes before the next event. @returns whether there was one */
  makeNext(): boolean {
    const next = this.#planned[this.#made]
    if (next === undefined || !this.#isDue(next)) return false
    const { queue } = this.#stage.shared
    queue.time = Math.max(queue.time, next.at)
    if (!this.#makeRecorded(next.act)) this.#impossible.push(this.#made)
    this.#made++
    return true
  }

  /** Does something now that was not planned, if it is possible: then what was planned for later is given up. */
  make(act: Act): void {
    const later = this.#planned.splice(this.#made, Infinity, { ...this.#now(), act })
    this.#made++
    // One that breaks the algorithm, so that this throws, was possible.
    if (!this.#makeRecorded(act)) this.#planned.splice(--this.#made, 1, ...later)
  }

  /** Plans others in place of those that are still to come. @param all in order, from the first that was made on */
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

  /** The moment that it is now, as an intervention has it. */
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
        return this.#told(act, this.#messages.perform(act))
      case "timeout":
        return this.#told(act, this.#timeout(act))
      case "ask":
        return this.#told(act, this.#stage.shared.service.ask?.(act.node) === true)
      case "cut":
      case "mend":
      case "partition":
      case "heal":
        return this.#links.perform(act)
      default:
        return this.#nodes.perform(act)
    }
  }

  /** Observers hear of faults from the nodes; of everything else from here. */
  #told(act: Act, isDone: boolean): boolean {
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
