/**
 * Whether an algorithm from outside keeps the contract (`runtime/algorithm.ts`): what breaks it gives numbers that look
 * like others, and that nobody can repeat.
 *
 * A run is made twice in one process. The first time it is watched: clocks, random numbers and timers other than those
 * of the node are out of bounds for handlers, handlers return nothing, nothing acts between handlers, and whatever a
 * node sent is frozen. The second time it runs as it is; it must take the same course.
 *
 * Workers import this: nothing here needs Effect.
 */
import type { Algorithm } from "../../runtime/algorithm.ts"
import type { RunResult, Scenario } from "../../runtime/scenario.ts"
import { shortened, showError } from "../../runtime/show.ts"
import { simulate } from "../../runtime/simulation.ts"
import type { TraceEvent } from "../../runtime/trace.ts"
import { formatDuration } from "../../runtime/units.ts"
import { measure } from "../measure.ts"
import { forbidGlobals } from "./forbidden.ts"

/** The rule of the contract that an algorithm breaks in a run, and where; `undefined` if none was seen to be broken. */
export async function findBreach(scenario: Scenario, seed: number): Promise<string | undefined> {
  const watch = new ContractWatch()
  const stopWatching = watch.rejections()
  try {
    const course = new CourseLog()
    const watched = course.record({ ...scenario, algorithm: watch.over(scenario.algorithm) }, seed, watch)
    // What a handler left to a promise happens now.
    await turn()
    if (watch.breach !== undefined) return watch.breach
    const plain = course.repeat(scenario, seed)
    await turn()
    if (watch.breach !== undefined) return watch.breach
    if (wasStoppedByFreezing(watched, plain)) return `changes a message after it was sent (${reasonIn(watched)})`
    const difference =
      course.difference ?? (outcomeOf(watched, scenario) === outcomeOf(plain, scenario) ? undefined : "at its end")
    if (difference === undefined) return undefined
    return `the same run takes another course the second time (${difference}): handlers must depend on nothing but state, disk, event, node.now() and node.random(), and not on variables of their module`
  } finally {
    stopWatching()
  }
}

/** Lets all promises that can come to their end do so. */
function turn(): Promise<void> {
  return new Promise(resolve => {
    setImmediate(() => setImmediate(resolve))
  })
}

function reasonIn(result: RunResult): string {
  return result.status === "failed" ? shortened(result.reason) : ""
}

/** What V8 says when a frozen object is changed. */
const FROZEN = /read only property|object is not extensible|Cannot (?:delete|redefine|define) property/

function wasStoppedByFreezing(watched: RunResult, plain: RunResult): boolean {
  return watched.status === "failed" && FROZEN.test(watched.reason) && reasonIn(plain) !== watched.reason
}

function outcomeOf(result: RunResult, scenario: Scenario): string {
  return written(measure(result, scenario))
}

/** The events of a run, each as a number, to hold those of another run against. */
class CourseLog {
  readonly #events: number[] = []
  /** Where the second run went another way. */
  difference: string | undefined

  record(scenario: Scenario, seed: number, watch: ContractWatch): RunResult {
    const allow = forbidGlobals(rule => watch.refuse(rule))
    try {
      return simulate(scenario, seed, { observer: event => void this.#events.push(hashOf(written(event))) })
    } finally {
      allow()
    }
  }

  repeat(scenario: Scenario, seed: number): RunResult {
    let place = 0
    const compare = (event: TraceEvent): void => {
      if (this.#events[place++] !== hashOf(written(event))) this.difference ??= describe(event)
    }
    const result = simulate(scenario, seed, { observer: compare })
    if (place !== this.#events.length) this.difference ??= "at its end"
    return result
  }
}

function describe(event: TraceEvent): string {
  const where = "node" in event ? `, node ${event.node}` : ""
  return `at ${formatDuration(event.time)}${where}: ${event.type}`
}

/** All that there is in a value, also where JSON would leave it out. */
function written(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (inner instanceof Map || inner instanceof Set) return [...inner]
    if (typeof inner === "bigint" || typeof inner === "function" || typeof inner === "symbol") return String(inner)
    return typeof inner === "number" && !Number.isFinite(inner) ? String(inner) : inner
  })
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash
}

/** What a node of the simulation does for its handlers, as far as it is watched. */
type Acting = Record<
  "send" | "broadcast" | "reply" | "report" | "save" | "append" | "setTimer",
  (...values: unknown[]) => void
>

/** Where the objects are that a node sends, among the arguments. */
const SENT: Readonly<Partial<Record<keyof Acting, number>>> = { send: 1, broadcast: 0, reply: 1, report: 0 }
const ACTS = ["send", "broadcast", "reply", "report", "save", "append", "setTimer"] as const

/** Watches over the handlers of one run. */
class ContractWatch {
  /** The first rule that was broken, in words. */
  breach: string | undefined
  /** The handler that is running. */
  #handler: string | undefined
  readonly #equipped = new WeakSet<object>()
  readonly #frozen = new WeakSet<object>()

  /** An algorithm whose handlers are watched. */
  over(algorithm: Algorithm): Algorithm {
    const { disk, state, start, begins, receive, timeout, request } = algorithm
    return {
      ...algorithm,
      ...(begins === undefined ? {} : { begins: this.#watchedBeginning(begins) }),
      disk: this.#watched("disk", disk),
      state: this.#watched("state", state),
      start: this.#watched("start", start),
      receive: this.#watchedTable("receive", receive),
      timeout: this.#watchedTable("timeout", timeout),
      request: this.#watchedTable("request", request),
    }
  }

  /** Records that the handler which is running breaks a rule, and stops it; outside of handlers, does nothing. */
  refuse(rule: string): void {
    if (this.#handler === undefined) return
    this.breach ??= `${this.#handler} ${rule}`
    throw new Error(this.breach)
  }

  /** Listens for promises that are rejected without anybody listening, until the function it returns is called. */
  rejections(): () => void {
    const listen = (reason: unknown): void => {
      this.breach ??= `leaves a rejected promise behind (${showError(reason)}): handlers come to their end at once, without promises`
    }
    process.on("unhandledRejection", listen)
    return () => process.off("unhandledRejection", listen)
  }

  #watchedBeginning(begins: NonNullable<Algorithm["begins"]>): NonNullable<Algorithm["begins"]> {
    const { start, disk } = begins
    return {
      ...begins,
      start: this.#watched("begins.start", start),
      ...(disk === undefined ? {} : { disk: this.#watched("begins.disk", disk) }),
    }
  }

  #watchedTable<H extends (...values: never[]) => void>(
    kind: string,
    table: Readonly<Record<string, H>>,
  ): Record<string, H> {
    return Object.fromEntries(
      Object.entries(table).map(([name, handler]) => [name, this.#watched(`${kind}.${name}`, handler)]),
    )
  }

  #watched<H extends (...values: never[]) => unknown>(name: string, handler: H): H {
    const watch = (node: object, ...others: unknown[]): unknown => {
      this.#equip(node)
      this.#handler = name
      try {
        const returned: unknown = Reflect.apply(handler, undefined, [node, ...others])
        if (isThenable(returned)) {
          // It is refused already: what becomes of it is of no interest.
          returned.then(undefined, () => {})
          this.refuse("is async, or returns a promise: handlers come to their end at once")
        }
        return returned
      } finally {
        this.#handler = undefined
      }
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it takes what the handler takes, and passes it on
    return watch as unknown as H
  }

  /** Makes a node freeze what it sends, and notice when it acts outside of its handlers. */
  #equip(node: object): void {
    if (this.#equipped.has(node)) return
    this.#equipped.add(node)
    for (const act of ACTS) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a node has them all
      const original = (node as Acting)[act]
      const watched = (...values: unknown[]): void => {
        if (this.#handler === undefined) {
          this.breach ??= `calls node.${act} after its handler has ended (after an await, or from a promise): handlers come to their end at once`
          return
        }
        const sent = SENT[act]
        if (sent !== undefined) this.#freeze(values[sent])
        Reflect.apply(original, node, values)
      }
      Object.defineProperty(node, act, { value: watched, configurable: true })
    }
  }

  /** Freezes plain data, all the way down. */
  #freeze(value: unknown): void {
    if (typeof value !== "object" || value === null || this.#frozen.has(value) || ArrayBuffer.isView(value)) return
    this.#frozen.add(value)
    if (value instanceof Map || value instanceof Set) this.#freezeCollection(value)
    for (const inner of Object.values(value)) this.#freeze(inner)
    Object.freeze(value)
  }

  #freezeCollection(collection: Map<unknown, unknown> | Set<unknown>): void {
    for (const entry of collection) this.#freeze(entry)
    for (const change of ["set", "add", "delete", "clear"]) {
      if (!(change in collection)) continue
      const value = (): void => this.refuse("changes a message after it was sent, or what was part of one")
      Object.defineProperty(collection, change, { value })
    }
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function"
}
