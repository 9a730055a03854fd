/** The measures of a computation: work done and lost, rollbacks, bytes stored, and durations of recoveries. */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import { MILLISECOND, type Micros } from "../../runtime/contract/units.ts"
import type { ComputationEvent } from "./events.ts"
import type { Fact, Progress, Restored, Stored } from "./shape.ts"

/** The work of a process, as it last reported it. */
interface Worker {
  /** The work behind its state at that time. */
  progress: Micros
  since: Micros
  isWorking: boolean
  /** The work behind its state when it crashed; null: it has recovered since. */
  crashed: Micros | null
  hasFinished: boolean
}

/** A recovery under way: from the first crash until everything is restored. */
interface Recovery {
  readonly failed: Set<NodeId>
  /** Processes that rolled back without having failed. */
  readonly others: Set<NodeId>
  longest: Micros
  depth: number
}

export class Measures {
  readonly #workers: readonly Worker[]
  readonly #crashTimes = new Map<NodeId, Micros>()
  /** Processes that have recovered or rolled back, and may have left orphans that still have to. */
  readonly #unsettled = new Set<NodeId>()
  #recovery: Recovery | null = null
  #standing: Micros = 0
  #counts = { failures: 0, rollbacks: 0, restored: 0, toStart: 0, recoveries: 0, untouched: 0, depth: 0 }
  #lost: Micros = 0
  #longest: Micros = 0
  #recoveryTime: Micros = 0
  #recovered = 0
  #stored = { checkpoints: 0, forced: 0, bytes: 0, logWrites: 0 }
  #isOver = false

  constructor(processes: number, begun: Micros) {
    this.#workers = Array.from({ length: processes }, () => ({
      progress: 0,
      since: begun,
      isWorking: false,
      crashed: null,
      hasFinished: false,
    }))
  }

  observe(event: ComputationEvent): void {
    if (this.#isOver) return
    switch (event.type) {
      case "reported":
        this.#report(event.process, event.fact, event.at)
        break
      case "crashed":
        this.#crash(event.process, event.at)
        break
      case "ended":
        for (const worker of this.#workers) pass(worker, event.at)
        this.#closeRecovery()
        this.#isOver = true
        break
      case "committed":
    }
  }

  #report(process: NodeId, fact: Fact, at: Micros): void {
    const worker = this.#workers[process]!
    switch (fact.type) {
      case "working":
      case "standing":
        this.#progress(worker, fact, at)
        break
      case "restored":
        this.#restore(process, fact)
        break
      case "recovered":
        if (fact.mayLeaveOrphans === true) this.#unsettled.add(process)
        this.#recover(process, fact.replaysTo !== null, at)
        break
      case "settled":
        this.#unsettled.delete(process)
        if (this.#crashTimes.size + this.#unsettled.size === 0) this.#closeRecovery()
        break
      case "stored":
        this.#store(fact)
        break
      case "finished":
        worker.hasFinished = true
        break
      case "sent":
      case "received":
      case "produced":
    }
  }

  #progress(worker: Worker, { type, progress }: Progress, at: Micros): void {
    if (!worker.isWorking && !worker.hasFinished && worker.crashed === null) this.#standing += at - worker.since
    worker.progress = progress
    worker.since = at
    worker.isWorking = type === "working"
  }

  #crash(process: NodeId, at: Micros): void {
    const worker = this.#workers[process]!
    this.#counts.failures++
    pass(worker, at)
    worker.isWorking = false
    worker.hasFinished = false
    // A process that fails again before it has restored anything loses nothing more.
    worker.crashed ??= worker.progress
    if (!this.#crashTimes.has(process)) this.#crashTimes.set(process, at)
    this.#recovery ??= { failed: new Set(), others: new Set(), longest: 0, depth: 0 }
    this.#recovery.failed.add(process)
  }

  #restore(process: NodeId, { progress, discarded, isInitial }: Restored): void {
    const worker = this.#workers[process]!
    const lost = (worker.crashed ?? worker.progress) - progress
    if (worker.crashed === null) this.#counts.rollbacks++
    this.#counts.restored++
    if (isInitial) this.#counts.toStart++
    this.#lost += lost
    worker.crashed = null
    worker.progress = progress
    worker.hasFinished = false
    const recovery = this.#recovery
    if (recovery === null) return
    recovery.longest = Math.max(recovery.longest, lost)
    recovery.depth = Math.max(recovery.depth, discarded)
    if (!recovery.failed.has(process)) recovery.others.add(process)
  }

  #recover(process: NodeId, replays: boolean, at: Micros): void {
    for (const [failed, since] of this.#crashTimes) {
      if (replays && failed !== process) continue
      this.#recoveryTime += at - since
      this.#recovered++
      this.#crashTimes.delete(failed)
    }
    if (this.#crashTimes.size + this.#unsettled.size === 0) this.#closeRecovery()
  }

  #closeRecovery(): void {
    if (this.#recovery === null) return
    const { others, longest, depth } = this.#recovery
    this.#counts.recoveries++
    if (others.size === 0) this.#counts.untouched++
    this.#longest += longest
    this.#counts.depth = Math.max(this.#counts.depth, depth)
    this.#recovery = null
  }

  #store({ what, bytes }: Stored): void {
    this.#stored.bytes += bytes
    if (what === "log") {
      this.#stored.logWrites++
      return
    }
    this.#stored.checkpoints++
    if (what === "forced checkpoint") this.#stored.forced++
  }

  /** @param elapsed the time of the computation so far */
  figures(elapsed: Micros): Readonly<Record<string, number>> {
    const { failures, rollbacks, restored, toStart, recoveries, untouched, depth } = this.#counts
    const work = this.#workers.reduce((sum, { progress }) => sum + progress, 0)
    return {
      work_done: (work + this.#lost) / MILLISECOND,
      work_lost: this.#lost / MILLISECOND,
      work_lost_per_failure: this.#lost / failures / MILLISECOND,
      failures,
      rollbacks,
      untouched: untouched / recoveries,
      longest_rollback: this.#longest / recoveries / MILLISECOND,
      rollback_depth: depth,
      back_to_start: toStart / restored,
      recovery_time: this.#recoveryTime / this.#recovered / MILLISECOND,
      standing_share: this.#standing / (elapsed * this.#workers.length),
      checkpoints: this.#stored.checkpoints,
      forced_checkpoints: this.#stored.forced,
      log_writes: this.#stored.logWrites,
      bytes_stored: this.#stored.bytes,
    }
  }
}

/** Advances a worker's progress to the given time. */
function pass(worker: Worker, at: Micros): void {
  if (worker.isWorking) worker.progress += at - worker.since
  worker.since = at
}
