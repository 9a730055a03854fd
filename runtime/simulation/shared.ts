/** The objects that the parts of one simulation share. */
import type { ServiceRun } from "../contract/service.ts"
import type { FaultInjector } from "../faults/faults.ts"
import type { Scenario } from "../scenario/scenario.ts"
import type { EventQueue } from "./events/event-queue.ts"
import { Held } from "./scripted/held.ts"
import type { Interceptor, Observer } from "./trace.ts"

export class Shared {
  readonly scenario: Scenario
  readonly seed: number
  /** The events to come, and virtual time. */
  readonly queue: EventQueue<object>
  readonly observer: Observer | undefined
  readonly interceptor: Interceptor | undefined
  /** Holds the messages of a scripted run; undefined in others. */
  readonly held: Held | undefined
  // The objects that watch and drive the nodes, set once the nodes exist. Declared only: engines infer no type for a
  // field that is undefined at first.
  declare service: ServiceRun
  declare faults: FaultInjector

  constructor(
    scenario: Scenario,
    seed: number,
    queue: EventQueue<object>,
    watchers: { readonly observer?: Observer; readonly interceptor?: Interceptor },
  ) {
    this.scenario = scenario
    this.seed = seed
    this.queue = queue
    this.observer = watchers.observer
    this.held = scenario.script === undefined ? undefined : new Held(queue)
    // A scripted run gets an interceptor that does nothing: then every message takes the path on which it may be held.
    this.interceptor = watchers.interceptor ?? (this.held && (() => undefined))
  }
}
