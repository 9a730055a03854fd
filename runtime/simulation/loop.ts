/** The loop of a run: takes one event after the other from the queue and dispatches it, until the run is over. */
import type { NodeId, Tagged } from "../contract/algorithm.ts"
import type { Micros } from "../contract/units.ts"
import { OPERATOR } from "../faults/operator.ts"
import { linkDelayBound } from "../network/latency.ts"
import type { Dispatcher } from "./nodes/dispatcher.ts"
import type { RunDigest } from "./events/run-digest.ts"
import {
  digestedKind,
  DELIVER,
  DEPART,
  FAULT,
  KIND_MASK,
  REPLY,
  NOTHING,
  REQUEST,
  SERVE,
  START,
  STOP,
  TIMEOUT,
  WAKE,
} from "./events/event-kinds.ts"
import type { EventQueue } from "./events/event-queue.ts"
import type { Interventions } from "./by-hand/interventions.ts"
import type { KeyedTimer } from "./nodes/keyed-timers.ts"
import type { Meter } from "./meter.ts"
import type { Output } from "./output.ts"
import type { Shared } from "./shared.ts"
import type { Departure, SimulatedNode } from "./nodes/simulated-node.ts"

const DEFAULT_EVENT_BUDGET = 200_000_000
/** The time after its end at which a run with operations still in flight is stopped. */
const MAX_DRAIN: Micros = 120_000_000

/** The stages of a run: it is measured, then operations in flight end, then messages in flight arrive. */
type Stage = "measuring" | "draining" | "settling"

export class Loop {
  isOver = false
  readonly #shared: Shared
  readonly #queue: EventQueue<object>
  readonly #digest: RunDigest
  readonly #meter: Meter
  readonly #output: Output
  readonly #dispatcher: Dispatcher
  readonly #nodes: readonly SimulatedNode[]
  /** The service's handlers of its timers, by index. */
  readonly #serviceTimeout: readonly ((subject: number) => void)[]
  /** Called when measuring begins. */
  readonly #measures: () => void
  readonly #eventBudget: number
  /** Manual interventions, if the run is interactive. */
  readonly #interventions: Interventions | undefined
  #stage: Stage = "measuring"
  /** The time by which the last messages will have arrived, once known. */
  #rest: Micros = 0

  constructor(
    shared: Shared,
    parts: {
      readonly digest: RunDigest
      readonly meter: Meter
      readonly output: Output
      readonly dispatcher: Dispatcher
      readonly nodes: readonly SimulatedNode[]
      readonly interventions: Interventions | undefined
    },
    measures: () => void,
  ) {
    this.#shared = shared
    this.#queue = shared.queue
    this.#digest = parts.digest
    this.#meter = parts.meter
    this.#output = parts.output
    this.#dispatcher = parts.dispatcher
    this.#nodes = parts.nodes
    this.#interventions = parts.interventions
    this.#serviceTimeout = Object.values(shared.service.timeout)
    this.#measures = measures
    this.#eventBudget = shared.scenario.eventBudget ?? DEFAULT_EVENT_BUDGET
  }

  /** The time of the next event or intervention; Infinity if there is none. */
  get nextTime(): Micros {
    return Math.min(this.#queue.nextTime, this.#interventions?.nextTime ?? Infinity)
  }

  /** Schedules the beginning and the end of the measured time. */
  begin(): void {
    const { warmup, duration } = this.#shared.scenario
    this.#queue.push(warmup, START, 0, 0, null)
    this.#queue.push(duration, STOP, 0, 0, null)
  }

  /** Handles events until the run is over. */
  run(): void {
    if (this.#interventions !== undefined) while (!this.isOver) this.step()
    else while (!this.isOver && this.#queue.pop()) this.#take()
  }

  /** Handles the next event, or the intervention before it, if there is one and the run is not over. */
  step(): void {
    if (this.isOver || this.#interventions?.makeNext() === true || !this.#queue.pop()) return
    this.#interventions?.recordEvent()
    this.#take()
  }

  /** Handles the event taken from the queue. */
  #take(): void {
    const { time, kind, source, target, payload } = this.#queue
    this.#digest.record(time, digestedKind(kind), source, target)
    if (this.#digest.events > this.#eventBudget) throw new Error(`more than ${this.#eventBudget} events`)
    if ((kind & KIND_MASK) === DELIVER) {
      this.#dispatcher.deliver(kind, source, this.#nodes[target]!, payload as Tagged)
    } else this.#handle(kind, source, target, payload)
  }

  #handle(kind: number, source: number, target: number, payload: object | null): void {
    switch (kind) {
      case TIMEOUT:
        this.#dispatcher.timeout(source, this.#nodes[target]!, payload as KeyedTimer | null)
        break
      case REQUEST:
        this.#dispatcher.request(source, this.#nodes[target]!, payload as Tagged)
        break
      case REPLY:
        this.#reply(source, target, payload!)
        break
      case WAKE:
        this.#serviceTimeout[target]!(source)
        this.#settleIfIdle()
        break
      case DEPART:
        this.#output.departures.depart(this.#nodes[target]!, source, payload as Departure[])
        break
      case FAULT:
        this.#shared.faults.take(payload!)
        break
      case SERVE:
        this.#dispatcher.serve(this.#nodes[target]!, source)
        break
      case NOTHING:
        break
      case START:
        this.#measures()
        this.#shared.service.start()
        break
      case STOP:
        this.#stop()
        break
      default:
        throw new Error(`unknown kind of event: ${kind}`)
    }
  }

  #reply(from: NodeId, client: number, reply: object): void {
    if (!this.#dispatcher.isAnswered(from, client)) return
    this.#meter.delivered++
    const { observer, service, faults } = this.#shared
    observer?.({ type: "answer", time: this.#queue.time, node: from, client, reply })
    if (client === OPERATOR) faults.operator.reply(from, reply)
    else service.reply(client, from, reply)
    this.#settleIfIdle()
  }

  /** Ends the measured time, the drain if it took too long, or the run. */
  #stop(): void {
    const { queue, service } = this.#shared
    if (this.#stage === "settling") this.isOver = queue.time >= this.#rest
    else if (this.#stage === "draining" || service.isIdle()) this.#settle()
    else {
      this.#stage = "draining"
      queue.push(queue.time + MAX_DRAIN, STOP, 0, 0, null)
    }
  }

  #settleIfIdle(): void {
    if (this.#stage === "draining" && this.#shared.service.isIdle()) this.#settle()
  }

  /** No operation is in flight any more: only late messages are still to arrive. */
  #settle(): void {
    this.#stage = "settling"
    this.#rest = this.#queue.time + 2 * linkDelayBound(this.#shared.scenario.network)
    this.#queue.push(this.#rest, STOP, 0, 0, null)
  }
}
