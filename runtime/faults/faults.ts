/**
 * Fault injection: carries out the fault timeline of a run.
 *
 * All strikes are computed before the run begins; only faults of the leader or of an office, and those that wait for a
 * condition, depend on the nodes' behaviour.
 */
import type { NodeId } from "../contract/algorithm.ts"
import type { Conditional, Fault, Target } from "./fault.ts"
import type { Ended } from "./kind.ts"
import { descriptorOf } from "./registry.ts"
import { nodesInWords } from "./words.ts"
import { definite, faultTimeline, strokeOf } from "./fault-timeline.ts"
import { Operator } from "./operator.ts"
import { Random } from "../lib/random.ts"
import type { Phase } from "../contract/service.ts"
import type { FaultHost } from "./host.ts"
import type { Micros } from "../contract/units.ts"

/** Random streams of faults that wait for a condition, numbered above those of schedules computed beforehand. */
const CONDITIONAL_STREAMS = 0x1_0000

/** One step of the schedule. */
interface Step {
  readonly run: () => void
}

/** A fault that waits for a condition. */
interface Waiting {
  readonly fault: Fault
  readonly condition: Conditional
  readonly random: Random
  timesLeft: number
}

export class FaultInjector {
  readonly #host: FaultHost
  readonly #timeline: readonly Fault[]
  readonly #waiting: readonly Waiting[]
  /** Carries out changes of membership. */
  readonly operator: Operator
  /** Faults in force that leave nodes up; one without an end stays in force forever. */
  #inForce = 0
  #hasStruck = false

  constructor(host: FaultHost, seed: number) {
    this.#host = host
    this.operator = new Operator(host, (at, run) => this.schedule(at, run))
    const { scenario } = host
    this.#timeline = scenario.faults.length === 0 ? [] : faultTimeline(scenario, seed)
    this.#waiting = this.#timeline.flatMap(fault => waitingFor(fault, seed))
  }

  /** The present part of the run. @param areAllUp true if every node runs */
  phase(areAllUp: boolean): Phase {
    if (!this.#hasStruck) return "before"
    return this.#inForce > 0 || !areAllUp ? "during" : "after"
  }

  /** Schedules all faults. */
  begin(): void {
    for (const fault of this.#timeline) {
      if (fault.schedule === undefined) this.schedule(fault.at, () => this.#strike(fault))
    }
    for (const waiting of this.#waiting) {
      this.schedule(waiting.fault.at, () => {
        const leader = this.#host.leader()
        if (leader !== undefined) this.#conditionMet(waiting, leader)
      })
    }
  }

  /** Carries out a step that has come due. */
  take(step: object): void {
    ;(step as Step).run()
  }

  /** A node has begun to believe that it leads. */
  leaderElected(leader: NodeId): void {
    for (const waiting of this.#waiting) this.#conditionMet(waiting, leader)
  }

  /** The condition of a fault has become true: it strikes a while later, if its schedule has begun and is not over. */
  #conditionMet(waiting: Waiting, leader: NodeId): void {
    const { fault, condition, random } = waiting
    const { time, scenario } = this.#host
    const at = time + condition.after
    const end = Math.min(condition.until ?? scenario.duration, scenario.duration)
    if (time < fault.at || at >= end || waiting.timesLeft === 0) return
    waiting.timesLeft--
    const stroke = definite(strokeOf(fault, at, fault.for, condition.until), scenario, random)
    this.schedule(at, () => this.#strike(stroke, leader))
  }

  /** The sync of a node's failing disk fails at a time: the node crashes then. */
  syncFails(node: NodeId, at: Micros): void {
    const { incarnation } = this.#host.nodes[node]!
    this.schedule(at, () => {
      const { up, incarnation: now } = this.#host.nodes[node]!
      if (!up || now !== incarnation) return
      this.#host.crashByDisk(node)
      this.#host.announceFault("crash", "begins", `crash of ${nodesInWords(this.#host, [node])}: its disk failed`, [
        node,
      ])
      // If the fault has ended while the sync was under way, the node need not wait for its end.
      if (this.#host.nodes[node]!.diskFailures.size > 0) return
      this.#host.restart(node)
      this.#host.announceFault(
        "crash",
        "ends",
        `restart of ${nodesInWords(this.#host, [node])}: its disk works again`,
        [node],
      )
    })
  }

  /** Schedules a step. */
  schedule(time: Micros, run: () => void): void {
    const step: Step = { run }
    this.#host.scheduleFault(time, step)
  }

  /** @param elected the leader for which the fault waited */
  #strike(fault: Fault, elected?: NodeId): void {
    const nodes = "target" in fault && fault.target !== undefined ? this.#nodesOf(fault.target, elected) : []
    const { strike, stopsNodes } = descriptorOf(fault)
    const struck = strike(this.#host, fault, nodes, this.operator)
    if (struck === undefined) return
    this.#hasStruck = true
    // The nodes themselves show while they are down or paused: a restart may bring them up before the fault is over.
    const lasts = stopsNodes === true ? 0 : 1
    this.#inForce += lasts
    this.#host.announceFault(fault.kind, "begins", struck.begun + whereInWords(fault), struck.nodes)
    let isOver = false
    const finish = (end: () => Ended | undefined): void => {
      if (isOver) return
      isOver = true
      this.#inForce -= lasts
      const ended = end()
      if (ended !== undefined) this.#host.announceFault(fault.kind, "ends", ended.what, ended.nodes)
    }
    const { end, proceed } = struck
    proceed?.(
      ended => finish(() => ended),
      (phase, what, crashed) =>
        this.#host.announceFault(crashed.length === 0 ? fault.kind : "crash", phase, what, crashed),
    )
    if (fault.for !== undefined && end !== undefined) this.schedule(fault.at + fault.for, () => finish(end))
  }

  #nodesOf(target: Target, elected: NodeId | undefined): readonly NodeId[] {
    if ("nodes" in target) return target.nodes
    // Random targets, of the group or a region, have already been drawn; only the leader and offices remain.
    if ("region" in target || "random" in target) return []
    const holder = "office" in target ? this.#host.holder(target.office) : (elected ?? this.#host.leader())
    return holder === undefined ? [] : [holder]
  }
}

/** ` (us-east-1)` of a fault whose nodes were drawn from a region. */
function whereInWords(fault: Fault): string {
  const target = "target" in fault ? fault.target : undefined
  return target !== undefined && "region" in target ? ` (${target.region})` : ""
}

function waitingFor(fault: Fault, seed: number): readonly Waiting[] {
  const { schedule } = fault
  if (schedule?.kind !== "when") return []
  const random = Random.stream(seed, "faults", CONDITIONAL_STREAMS + (schedule.stream ?? 0))
  return [{ fault, condition: schedule, random, timesLeft: schedule.times ?? Infinity }]
}
