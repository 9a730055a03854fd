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
  /** Holds what is sent in a scripted run; undefined in others. */
  readonly held: Held | undefined
  // What watches and drives the nodes is there once they are. Declared only: engines know no type of a field that was
  // undefined before its value came.
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
    // Who intercepts has every message taken by the way on which it may be held.
    this.interceptor = watchers.interceptor ?? (this.held && (() => undefined))
  }
}
