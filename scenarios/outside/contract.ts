/**
 * Checks that an outside algorithm keeps the contract (`runtime/contract/algorithm.ts`): one that breaks it gives
 * plausible numbers that nobody can reproduce.
 *
 * A run is made twice in one process. The first time it is watched: handlers may use no clocks, random numbers and
 * timers but those of the node, and return nothing; nothing acts between handlers or through another node; and
 * everything that a node sent or wrote is frozen. The second time it runs unwatched, and must take the same course.
 *
 * Workers import this: nothing here needs Effect.
 */
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import type { RunResult, Scenario } from "../../runtime/scenario/scenario.ts"
import { shortened, showError } from "../../runtime/lib/show.ts"
import { type Part, rolesOf } from "../../runtime/contract/parts.ts"
import { processCount } from "../../runtime/process/parts.ts"
import { simulate } from "../../runtime/simulation/simulation.ts"
import type { TraceEvent } from "../../runtime/simulation/trace.ts"
import { formatDuration } from "../../runtime/contract/units.ts"
import { measure } from "../measure.ts"
import { wrongCall } from "./calls.ts"
import { wrongSaying } from "./sayings.ts"
import { forbidGlobals } from "./forbidden.ts"
import { DiskView, readOnly } from "./read-only.ts"

/** The first rule of the contract that an algorithm was seen to break in a run, and where; `undefined` if none. */
export async function findBreach(scenario: Scenario, seed: number): Promise<string | undefined> {
  const watch = new ContractWatch()
  const stopWatching = watch.rejections()
  try {
    const course = new CourseLog()
    const watched = course.record({ ...scenario, algorithm: watch.over(scenario.algorithm) }, seed, watch)
    // Work that a handler left to a promise happens now.
    await turn()
    watch.compareBuffers()
    if (watch.breach !== undefined) return watch.breach
    const plain = course.repeat(scenario, seed)
    await turn()
    if (watch.breach !== undefined) return watch.breach
    if (wasStoppedByFreezing(watched, plain)) return `${CHANGES} (${reasonIn(watched)})`
    const difference =
      course.difference ?? (outcomeOf(watched, scenario) === outcomeOf(plain, scenario) ? undefined : "at its end")
    if (difference === undefined) return undefined
    return `the same run differs the second time (${difference}): handlers must depend on nothing but state, disk, event, node.now() and node.random(low, high), and not on variables of their module`
  } finally {
    stopWatching()
  }
}

const CHANGES = "changes a message after it was sent, or what it wrote to its disk or was asked"

/** Lets all promises settle that can. */
function turn(): Promise<void> {
  return new Promise(resolve => {
    setImmediate(() => setImmediate(resolve))
  })
}

function reasonIn(result: RunResult): string {
  return result.status === "failed" ? shortened(result.reason) : ""
}

/** V8's error message for changing a frozen object. */
const FROZEN = /read only property|object is not extensible|Cannot (?:delete|redefine|define) property/

function wasStoppedByFreezing(watched: RunResult, plain: RunResult): boolean {
  return watched.status === "failed" && FROZEN.test(watched.reason) && reasonIn(plain) !== watched.reason
}

function outcomeOf(result: RunResult, scenario: Scenario): string {
  return written(measure(result, scenario))
}

/** The events of a run, each as a number, to compare with those of another run. */
class CourseLog {
  readonly #events: number[] = []
  /** The first difference of the second run. */
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

/** Everything in a value, including what JSON would omit. */
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

/** The watched operations of a node of the simulation. */
interface Acting extends Record<Act, (...values: unknown[]) => unknown> {
  readonly id: number
  readonly size: number
  readonly disk: object
  readonly parameters: object
  readonly part: { readonly request?: object }
}

const ACTS = [
  ...(["send", "broadcast", "reply", "report", "setTimer", "cancelTimer"] as const),
  ...(["save", "append", "truncate", "discard", "random"] as const),
] as const
type Act = (typeof ACTS)[number]

/** The positions of the arguments whose objects leave a handler. */
const LEAVING: Readonly<Partial<Record<Act, number>>> = { send: 1, broadcast: 0, reply: 1, report: 0, append: 1 }

/** Watches over the handlers of one run. */
class ContractWatch {
  /** The first rule that was broken, described. */
  breach: string | undefined
  /** The running handler, and its node. */
  #handler: string | undefined
  #node: object | undefined
  #services: readonly string[] = []
  /** The algorithm, whose roles have processes in addition to the members. */
  #roles: Pick<Algorithm, "roles"> = {}
  readonly #equipped = new WeakSet<object>()
  readonly #frozen = new WeakSet<object>()
  /** Contents of buffers, which cannot be frozen, as they left a handler. */
  readonly #buffers: (readonly [buffer: ArrayBufferView, contents: number])[] = []

  /** An algorithm whose handlers are watched. */
  over(algorithm: Algorithm): Algorithm {
    this.#services = algorithm.serves.map(({ name }) => name)
    const { recover, begins, request } = algorithm
    const roles = Object.entries(rolesOf(algorithm)).map(([name, role]) => {
      return [name, { ...role, ...this.#watchedRole(`roles.${name}.`, role) }]
    })
    this.#roles = algorithm
    return {
      ...algorithm,
      ...(recover === undefined ? {} : { recover: this.#watched("recover", recover) }),
      ...(begins === undefined ? {} : { begins: this.#watchedBeginning(begins) }),
      ...this.#watchedPart("", algorithm),
      request: this.#watchedTable("request", request),
      ...(roles.length === 0 ? {} : { roles: Object.fromEntries(roles) }),
    }
  }

  #watchedRole(prefix: string, { request, ...part }: Part) {
    const watched = this.#watchedPart(prefix, part)
    return request === undefined ? watched : { ...watched, request: this.#watchedTable(`${prefix}request`, request) }
  }

  #watchedPart(prefix: string, { disk, state, start, receive, timeout }: Part) {
    return {
      disk: this.#watchedDisk(`${prefix}disk`, disk),
      state: this.#watched(`${prefix}state`, state),
      start: this.#watched(`${prefix}start`, start),
      receive: this.#watchedTable(`${prefix}receive`, receive),
      timeout: this.#watchedTable(`${prefix}timeout`, timeout),
    }
  }

  /** Records that the running handler breaks a rule, and stops it; does nothing outside of handlers. */
  refuse(rule: string): void {
    if (this.#handler === undefined) return
    this.breach ??= `${this.#handler} ${rule}`
    throw new Error(this.breach)
  }

  /** Listens for unhandled rejections of promises until the returned function is called. */
  rejections(): () => void {
    const listen = (reason: unknown): void => {
      this.breach ??= `leaves a rejected promise behind (${showError(reason)}): handlers end at once, without promises`
    }
    process.on("unhandledRejection", listen)
    return () => process.off("unhandledRejection", listen)
  }

  /** Finds buffers that were changed after leaving a handler. */
  compareBuffers(): void {
    if (this.#buffers.some(([buffer, contents]) => hashOf(written(buffer)) !== contents)) this.breach ??= CHANGES
  }

  /** Watches a new disk: its initial contents, too, may be changed only by writing. */
  #watchedDisk<H extends (...values: never[]) => unknown>(name: string, handler: H): H {
    const make = this.#watched(name, handler)
    const watch = (...values: never[]): unknown => {
      const contents = make(...values)
      this.#freezeParts(contents)
      return contents
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it takes and returns what the handler does
    return watch as unknown as H
  }

  #watchedBeginning(begins: NonNullable<Algorithm["begins"]>): NonNullable<Algorithm["begins"]> {
    const { start, disk } = begins
    return {
      ...begins,
      start: this.#watched("begins.start", start),
      ...(disk === undefined ? {} : { disk: this.#watchedDisk("begins.disk", disk) }),
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
      this.#node = node
      // Clients may resend a request, and send it to other nodes.
      if (/(^|\.)request\./.test(name)) this.#freeze(others[0])
      try {
        const returned: unknown = Reflect.apply(handler, undefined, [node, ...others])
        if (isThenable(returned)) {
          // It is refused already; its outcome does not matter.
          returned.then(undefined, () => {})
          this.refuse("is async, or returns a promise: handlers end at once")
        }
        if (isGenerator(returned)) this.refuse("is a generator, whose body does not run: handlers are plain functions")
        return returned
      } finally {
        this.#handler = undefined
      }
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it takes what the handler takes, and passes it on
    return watch as unknown as H
  }

  /** Makes a node freeze what it sends, and detect actions outside of its handlers. */
  #equip(node: object): void {
    if (this.#equipped.has(node)) return
    this.#equipped.add(node)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a node has them all
    const acting = node as Acting
    const host: unknown = Object.getPrototypeOf(node)
    const refuse = (rule: string): void => this.refuse(rule)
    const views = new DiskView(refuse)
    const diskOf = (): object => Reflect.get(host instanceof Object ? host : node, "disk", node)
    for (const act of ACTS) {
      const original = acting[act]
      const watched = (...values: unknown[]): unknown => {
        if (this.#handler === undefined) {
          this.breach ??= `calls node.${act} after its handler has ended (after an await, or from a promise): handlers end at once`
          return undefined
        }
        if (this.#node !== node) this.refuse(`calls node.${act} of another node than its own`)
        const rule =
          wrongCall(acting, processCount(this.#roles, 0, acting.parameters), act, values) ??
          this.#wrongSaying(acting, act, values)
        if (rule !== undefined) this.refuse(rule)
        const leaving = LEAVING[act]
        if (leaving !== undefined) this.#freeze(values[leaving])
        if (act === "save") this.#freezeParts(values[0])
        return Reflect.apply(original, node, values)
      }
      Object.defineProperty(node, act, { value: watched, configurable: true })
    }
    Object.defineProperty(node, "disk", { get: () => views.of(diskOf()), configurable: true })
    const parameters = readOnly(acting.parameters, () => refuse("changes its parameters"))
    Object.defineProperty(node, "parameters", { value: parameters, configurable: true })
  }

  #wrongSaying({ size }: Acting, act: Act, values: readonly unknown[]): string | undefined {
    if (act === "report") return wrongSaying(this.#services, act, values[0], size)
    return act === "reply" ? wrongSaying(this.#services, act, values[1], size) : undefined
  }

  /** Freezes the contents of a disk's registers; logs themselves grow, so that only their entries are frozen. */
  #freezeParts(registers: unknown): void {
    if (typeof registers !== "object" || registers === null) return
    for (const value of Object.values(registers)) {
      if (Array.isArray(value)) for (const entry of value) this.#freeze(entry)
      else this.#freeze(value)
    }
  }

  /** Freezes plain data recursively. */
  #freeze(value: unknown): void {
    if (typeof value !== "object" || value === null || this.#frozen.has(value)) return
    this.#frozen.add(value)
    if (ArrayBuffer.isView(value)) {
      this.#buffers.push([value, hashOf(written(value))])
      return
    }
    if (value instanceof Map || value instanceof Set) this.#freezeCollection(value)
    for (const inner of Object.values(value)) this.#freeze(inner)
    Object.freeze(value)
  }

  #freezeCollection(collection: Map<unknown, unknown> | Set<unknown>): void {
    for (const entry of collection) this.#freeze(entry)
    for (const change of ["set", "add", "delete", "clear"]) {
      if (!(change in collection)) continue
      const value = (): void => this.refuse(CHANGES)
      Object.defineProperty(collection, change, { value })
    }
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function"
}

function isGenerator(value: unknown): boolean {
  return typeof value === "object" && value !== null && Symbol.iterator in value && "next" in value
}
