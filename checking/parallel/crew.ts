/**
 * Several threads that continue one exploration, breadth first. They share the set of seen states; each keeps the
 * states that it found first, with the paths to them, and expands them. So they exchange only fingerprints, and
 * together visit each state once, as a single thread does.
 */
import { Worker } from "node:worker_threads"
import { entryFile } from "../../lib/assets.ts"
import type { Exploration, Violation } from "../../runtime/checker/exploration.ts"
import { NotInterchangeable } from "../../runtime/checker/orbits.ts"
import type { Explorer } from "../../runtime/checker/search/explorer.ts"
import { SharedFingerprints, sharedMemory } from "../../runtime/checker/shared-fingerprints.ts"
import type { CheckRequest } from "../request.ts"
import { type Assignment, type Found, inWords, type Order, type Report } from "./messages.ts"

export interface CrewOptions {
  readonly threads: number
  readonly bySymmetry: boolean
  /** Modules of algorithms from outside. */
  readonly outside: readonly string[]
  readonly maxStates: number
  readonly maxDepth: number
}

/** Memory of a thread for short-lived values, in MiB. */
const YOUNG_MB = 32

export class Crew {
  readonly #options: CrewOptions
  readonly #threads: readonly Thread[]
  readonly #seen: SharedFingerprints
  /** The exploration as it was when the threads began. */
  readonly #begun: Exploration & { readonly expanded: number }
  #depth: number
  #isStopped = false

  /** @param explorer an exploration that has begun but not ended */
  constructor(explorer: Explorer, request: CheckRequest, options: CrewOptions) {
    const { threads, bySymmetry, outside, maxStates } = options
    const memory = sharedMemory(maxStates, threads)
    this.#options = options
    this.#seen = new SharedFingerprints(memory, -1)
    this.#begun = { ...explorer.result, expanded: explorer.progress.expanded }
    this.#depth = Math.max(explorer.progress.depth, 0)
    this.#makeRoom(this.#begun.states)
    explorer.copyTo(this.#seen)
    this.#seen.publish(0)
    const { found, ...snapshot } = explorer.snapshot()
    const assignment = {
      request: inWords(request, outside),
      memory,
      of: threads,
      // Everything seen is in the shared memory.
      snapshot: { ...snapshot, found: { ...found, fingerprints: { parts: [], size: 0 } } },
      bySymmetry,
      maxStates,
    }
    this.#threads = Array.from({ length: threads }, (_, thread) => new Thread({ ...assignment, thread }))
  }

  /** Explores to the end, a violation, or {@link stop}. @throws NotInterchangeable, and what threads throw */
  async explore(): Promise<Exploration> {
    try {
      await Promise.all(this.#threads.map(thread => thread.answer()))
      while (!this.#isStopped && this.#depth < this.#options.maxDepth && (await this.#level())) this.#depth++
      const found = await Promise.all(this.#threads.map(async thread => ended(await thread.ask({ type: "end" }))))
      return this.#sum(found)
    } finally {
      await Promise.all(this.#threads.map(thread => thread.end()))
    }
  }

  /** Stops the exploration early. */
  stop(): void {
    this.#isStopped = true
    this.#seen.isPaused = true
  }

  /** The states and transitions so far, and the greatest distance from the first state. */
  get progress(): Pick<Exploration, "states" | "generated" | "depth"> {
    this.#seen.refresh()
    return { states: this.#seen.size, generated: this.#begun.generated + this.#seen.reported, depth: this.#depth + 1 }
  }

  /** Expands a level with all threads. @returns true if there is another level and nothing is wrong */
  async #level(): Promise<boolean> {
    let waiting = this.#threads
    let isEmpty = true
    while (waiting.length > 0) {
      const reports = await Promise.all(waiting.map(thread => thread.ask({ type: "level", depth: this.#depth })))
      const levels = reports.map(report => onLevel(report))
      if (this.#isStopped || levels.some(({ isViolated }) => isViolated)) return false
      isEmpty &&= levels.every(level => level.isEmpty || !level.isDone)
      waiting = waiting.filter((_, place) => !levels[place]!.isDone)
      this.#seen.refresh()
      if (this.#seen.size >= this.#options.maxStates) return false
      this.#makeRoom(this.#seen.size)
      this.#seen.isPaused = false
    }
    return !isEmpty
  }

  /** Called while all threads pause. */
  #makeRoom(states: number): void {
    while (!this.#seen.hasRoomFor(states) && this.#seen.grow());
  }

  #sum(found: readonly Found[]): Exploration {
    const begun = this.#begun
    const sum = (of: (part: Found) => number, before: number): number =>
      found.reduce((all, part) => all + of(part) - before, before)
    const wrong = found.filter(({ violation }) => violation !== null)
    const [first] = wrong.toSorted((a, b) => a.violation!.path.length - b.violation!.path.length)
    const states = Math.max(...found.map(part => part.states), this.#seen.size)
    const expanded = sum(part => part.expanded, begun.expanded)
    return {
      states,
      generated: sum(part => part.generated, begun.generated),
      processes: Math.max(...found.map(({ processes }) => processes)),
      handled: sum(({ handled }) => handled, begun.handled),
      watched: Math.max(...found.map(({ watched }) => watched)),
      depth: Math.max(...found.map(({ depth }) => depth)),
      isComplete: first === undefined && expanded === states,
      unexpanded: states - expanded,
      missed: begun.missed.filter(goal => found.every(({ missed }) => missed.includes(goal))),
      violation: first === undefined ? null : violationOf(first),
    }
  }
}

function violationOf({ violation, failure }: Found): Violation | null {
  if (violation === null || failure === undefined) return violation
  return { ...violation, error: Object.assign(new Error(failure.message), { name: failure.name }) }
}

function onLevel(report: Report) {
  if (report.type !== "level") throw new Error(`a thread says ${report.type} where it was asked for a level`)
  return report
}

function ended(report: Report): Found {
  if (report.type !== "end") throw new Error(`a thread says ${report.type} where it was asked for its end`)
  return report.found
}

/** A thread that answers one order at a time. */
class Thread {
  readonly #worker: Worker

  constructor(assignment: Assignment) {
    this.#worker = new Worker(entryFile("checking/parallel/worker"), {
      workerData: assignment,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    })
  }

  ask(order: Order): Promise<Report> {
    const answer = this.answer()
    this.#worker.postMessage(order, [])
    return answer
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }

  /** @throws NotInterchangeable, and what the thread throws */
  answer(): Promise<Report> {
    return new Promise((resolve, reject) => {
      const worker = this.#worker
      worker.removeAllListeners()
      worker.once("message", (report: Report) => {
        if (report.type === "refused") reject(new NotInterchangeable(report.why))
        else resolve(report)
      })
      worker.once("error", reject)
      worker.once("exit", code => reject(new Error(`a thread of the exploration ended with code ${code}`)))
    })
  }
}
