/**
 * The law that allows any host to run an algorithm: a node is a value, and what leaves it never changes.
 *
 * Each rule makes runs twice, the second time with a change to the nodes that an algorithm cannot notice if it keeps
 * the rule. Both runs must be equal, event by event.
 */
import type { Algorithm, ClientId, Node, NodeId, Shape, Tagged } from "../../runtime/contract/algorithm.ts"
import { formatDuration, type Micros } from "../../runtime/contract/units.ts"
import { showError } from "../../runtime/lib/show.ts"
import { carryOut, type Effect } from "../../runtime/process/effect.ts"
import { type Part, rolesOf } from "../../runtime/contract/parts.ts"
import { RecordingNode } from "../../runtime/process/recording-node.ts"
import { copied, decode, encode, hash, NotPlainData } from "../../runtime/process/value.ts"
import type { Scenario } from "../../runtime/scenario/scenario.ts"
import { SimulatedNode } from "../../runtime/simulation/nodes/simulated-node.ts"
import { RunPool } from "../../runtime/simulation/pool.ts"
import { Simulation } from "../../runtime/simulation/simulation.ts"
import type { TraceEvent } from "../../runtime/simulation/trace.ts"

/** A scenario for each seed. */
export type Draw = (seed: number) => Scenario

export interface Rule {
  /** The law, in one sentence. */
  readonly doc: string
  /** The breach in runs with this seed; undefined if none. @throws what the algorithm throws even without the change */
  readonly breach: (draw: Draw, seed: number) => string | undefined
}

/** Rules by name. */
export const LAW: Readonly<Record<string, Rule>> = {
  values: {
    doc: "State and disk are plain data and finite, and no object is in them twice: rebuilt before each handler, they make the same run.",
    breach: changedBy(rebuild),
  },
  writing: {
    doc: "State, disk and whatever leaves a node can be written down and read back, and nothing hangs on the order of fields and entries.",
    breach: changedBy(reread),
  },
  frozen: {
    doc: "What was sent, replied, reported or written never changes afterwards.",
    breach: changedBy(freezing),
  },
  alone: {
    doc: "Runs share nothing: two that take turns in one process are as each alone.",
    breach: changedByCompany,
  },
}

/** Prepares a node before each of its handlers runs; returns the node that the handler gets. */
type Preparation = (node: Node<Shape>) => Node<Shape>

function changedBy(prepare: Preparation): Rule["breach"] {
  return (draw, seed) => {
    const first = firstRun(draw, seed)
    if (first.wrong !== undefined) return first.wrong
    const scenario = draw(seed)
    return new TracedRun({ ...scenario, algorithm: prepared(scenario.algorithm, prepare) }, seed, first.events).run()
  }
}

function changedByCompany(draw: Draw, seed: number): string | undefined {
  const seeds = [seed, seed + 1]
  const alone = seeds.map(each => firstRun(draw, each))
  for (const { wrong } of alone) if (wrong !== undefined) return wrong
  const together = seeds.map((each, place) => new TracedRun(draw(each), each, alone[place]!.events))
  for (let piece = 1; piece <= PIECES; piece++) {
    for (const run of together) {
      const wrong = run.runTo(piece / PIECES)
      if (wrong !== undefined) return wrong
    }
  }
  return undefined
}

/** The number of pieces in which runs alternate in one process. */
const PIECES = 20

/** A run without any change. */
interface FirstRun {
  /** Its trace, each event as a number. */
  readonly events: readonly number[]
  readonly wrong: string | undefined
}

/** The first runs of a scenario by seed, shared by all rules. */
const firstRuns = new WeakMap<Draw, Map<number, FirstRun>>()

/** The most first runs of a scenario to keep; the latest are kept. */
const KEPT = 8

/** Makes the run, or returns it from the cache. @throws what the algorithm throws */
function firstRun(draw: Draw, seed: number): FirstRun {
  const known = firstRuns.get(draw) ?? new Map<number, FirstRun>()
  firstRuns.set(draw, known)
  const before = known.get(seed)
  if (before !== undefined) return before
  const run = new TracedRun(draw(seed), seed)
  const wrong = run.run()
  const first = { events: run.events, wrong }
  known.set(seed, first)
  if (known.size > KEPT) known.delete(known.keys().next().value!)
  return first
}

/** The algorithm with handlers that each get a prepared node. */
function prepared(algorithm: Algorithm, prepare: Preparation): Algorithm {
  const { recover, begins, request } = algorithm
  const part = ({ start, receive, timeout }: Pick<Part, "start" | "receive" | "timeout">) => ({
    start: (node: Node<Shape>) => start(prepare(node)),
    receive: mapped(receive, handle => (node: Node<Shape>, message: Tagged, from: NodeId) => {
      handle(prepare(node), message, from)
    }),
    timeout: mapped(timeout, handle => (node: Node<Shape>, key?: number) => handle(prepare(node), key)),
  })
  const asked = (requests: NonNullable<Part["request"]>) =>
    mapped(
      requests,
      handle => (node: Node<Shape>, what: Tagged, client: ClientId) => handle(prepare(node), what, client),
    )
  const roles = mapped(rolesOf(algorithm), role => ({
    ...role,
    ...part(role),
    ...(role.request === undefined ? {} : { request: asked(role.request) }),
  }))
  return {
    ...algorithm,
    ...part(algorithm),
    roles,
    ...(recover === undefined ? {} : { recover: node => recover(prepare(node)) }),
    ...(begins === undefined
      ? {}
      : {
          begins: {
            ...begins,
            start: (node, leader, beginning) => begins.start(prepare(node), leader, beginning),
          },
        }),
    request: asked(request),
  }
}

function mapped<T>(table: Readonly<Record<string, T>>, change: (entry: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(table).map(([name, entry]) => [name, change(entry)]))
}

/** Replaces a node's memory and disk by copies in which no two places share an object. */
function rebuild(node: Node<Shape>): Node<Shape> {
  return replaced(node, copied)
}

/** Serializes a node's memory, disk and output, and replaces memory and disk by what deserializing gives. */
function reread(node: Node<Shape>): Node<Shape> {
  return throughEffects(replaced(node, readAgain), readAgain)
}

function readAgain<T>(value: T): T {
  const text = encode(value)
  const again = decode(text)
  if (encode(again) !== text) throw new NotPlainData("a value that is not read back as it was written")
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is written the same
  return again as T
}

function replaced(node: Node<Shape>, by: <T extends object>(value: T) => T): Node<Shape> {
  if (!(node instanceof SimulatedNode)) throw new Error("not a node of the simulation")
  node.state = by(node.state)
  node.storage.contents = by(node.storage.contents)
  return node
}

/** A node that deeply freezes what its handlers send, reply, report and write. */
function freezing(node: Node<Shape>): Node<Shape> {
  return throughEffects(node, effect => {
    if (effect.type !== "save") return frozen(effect)
    // A log in a register grows in place.
    for (const value of Object.values(effect.registers)) if (!Array.isArray(value)) frozen(value)
    return effect
  })
}

/** A node whose effects pass through `change` on their way to another. */
function throughEffects(node: Node<Shape>, change: (effect: Effect) => Effect): Node<Shape> {
  const circumstances = {
    get now() {
      return node.now()
    },
    random: (low: number, high: number) => node.random(low, high),
    signing: node,
    isOver: (deadline: Micros) => node.isOver(deadline),
  }
  return new RecordingNode(node, circumstances, effect => carryOut(node, change(effect)))
}

/** Makes every change of a value, or of anything in it, throw. */
function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value
  const isCollection = value instanceof Map || value instanceof Set
  const parts =
    value instanceof Map ? [...value.keys(), ...value.values()] : isCollection ? value : Object.values(value)
  for (const part of parts) frozen(part)
  if (isCollection) {
    for (const method of ["set", "add", "delete", "clear"]) Object.defineProperty(value, method, { value: refuse })
  }
  return Object.freeze(value)
}

function refuse(): never {
  throw new TypeError("it changes what was sent or written")
}

/** The parts of runs that are reused: each scenario is run a dozen times. */
const POOL = new RunPool()

/** A run that advances piece by piece, and is compared with an earlier one. */
class TracedRun {
  /** Its trace, each event as a number. */
  readonly events: number[] = []
  readonly #simulation: Simulation
  readonly #end: Micros
  readonly #before: readonly number[] | undefined
  #isBegun = false
  #difference: string | undefined

  /** @param before the events of the earlier run */
  constructor(scenario: Scenario, seed: number, before?: readonly number[]) {
    this.#end = scenario.duration
    this.#before = before
    this.#simulation = new Simulation(scenario, seed, { observer: event => this.#note(event), pool: POOL })
  }

  /** Runs it to its end. @returns the problem with it, if any */
  run(): string | undefined {
    return this.runTo(1)
  }

  /** Advances to a share, 0..1, of the scenario's duration. @returns the problem with it, if any */
  runTo(share: number): string | undefined {
    try {
      if (!this.#isBegun) this.#simulation.begin()
      this.#isBegun = true
      this.#simulation.runUntil(Math.floor(share * this.#end))
    } catch (error) {
      const isPlain = !(error instanceof NotPlainData)
      if (isPlain && this.#before === undefined) throw error
      const at = `at ${formatDuration(this.#simulation.time)}`
      return isPlain
        ? `it fails ${at}: ${showError(error)}`
        : `${at} it holds or sends what is no plain data: ${error.message}`
    }
    const isShort = share === 1 && this.#before !== undefined && this.#before.length > this.events.length
    return this.#difference ?? (isShort ? "another run: it ends earlier" : undefined)
  }

  #note(event: TraceEvent): void {
    const place = this.events.push(hash(encode(event))) - 1
    if (this.#before === undefined || this.#before[place] === this.events[place]) return
    const where = "node" in event ? `, node ${event.node}` : ""
    this.#difference ??= `another run from ${formatDuration(event.time)} on (${event.type}${where})`
  }
}
