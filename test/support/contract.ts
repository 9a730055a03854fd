/**
 * Hosts that hold algorithms to the contract of `runtime/contract/algorithm.ts`: nodes that are rebuilt by value, and nodes whose
 * messages nobody may change once they are sent.
 */
import type { Algorithm, Node, Shape } from "../../runtime/contract/algorithm.ts"
import { carryOut } from "../../runtime/process/effect.ts"
import { RecordingNode } from "../../runtime/process/recording-node.ts"
import type { Scenario } from "../../runtime/scenario/scenario.ts"
import { copied, decode, encode } from "../../runtime/process/value.ts"
import { SimulatedNode } from "../../runtime/simulation/simulated-node.ts"
import { Simulation } from "../../runtime/simulation/simulation.ts"
import type { Micros } from "../../runtime/contract/units.ts"

/** What is done to a node before each of its handlers runs, and the node that the handler gets. */
type Preparation = (node: Node<Shape>) => Node<Shape>

/** The algorithm, each of whose handlers gets a node that was prepared for it. */
export function prepared(algorithm: Algorithm, prepare: Preparation): Algorithm {
  const { receive, timeout, request } = algorithm
  return {
    ...algorithm,
    start: node => algorithm.start(prepare(node)),
    receive: mapped(receive, handle => (node, message, from) => handle(prepare(node), message, from)),
    timeout: mapped(timeout, handle => node => handle(prepare(node))),
    request: mapped(request, handle => (node, asked, client) => handle(prepare(node), asked, client)),
  }
}

function mapped<T>(table: Readonly<Record<string, T>>, change: (entry: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(table).map(([name, entry]) => [name, change(entry)]))
}

/** Replaces what a node holds in memory and on its disk by copies in which no two places share an object. */
export function rebuild(node: Node<Shape>): Node<Shape> {
  return replaced(node, copied)
}

/** Writes down what a node holds in memory and on its disk, and puts in its place what can be read of that. */
export function reread(node: Node<Shape>): Node<Shape> {
  return replaced(node, value => {
    const text = encode(value)
    const again = decode(text)
    if (encode(again) !== text) throw new Error("what was read is not what was written")
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is written the same
    return again as typeof value
  })
}

function replaced(node: Node<Shape>, by: <T extends object>(value: T) => T): Node<Shape> {
  if (!(node instanceof SimulatedNode)) throw new Error("not a node of the simulation")
  node.state = by(node.state)
  node.storage.contents = by(node.storage.contents)
  return node
}

/** A node that freezes what its handlers send, reply, report and write, to the last depth. */
export function freezing(node: Node<Shape>): Node<Shape> {
  const circumstances = {
    get now() {
      return node.now()
    },
    random: (low: number, high: number) => node.random(low, high),
  }
  return new RecordingNode(node, circumstances, effect => {
    // A log that is a register grows in place.
    if (effect.type === "save")
      for (const value of Object.values(effect.registers)) if (!Array.isArray(value)) frozen(value)
    carryOut(node, effect.type === "save" ? effect : frozen(effect))
  })
}

/** Makes every change of a value, or of anything in it, throw. */
function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value
  for (const entry of value instanceof Map
    ? [...value.keys(), ...value.values()]
    : value instanceof Set
      ? value
      : Object.values(value)) {
    frozen(entry)
  }
  if (value instanceof Map || value instanceof Set) {
    for (const method of ["set", "add", "delete", "clear"]) Object.defineProperty(value, method, { value: refuse })
  }
  return Object.freeze(value)
}

function refuse(): never {
  throw new TypeError("changed after it was sent or written")
}

/** A run that is taken forward piece by piece, and all that was seen of it. */
export class TracedRun {
  readonly #simulation: Simulation
  readonly #trace: string[] = []
  readonly #end: Micros

  constructor(scenario: Scenario, seed: number) {
    this.#end = scenario.duration
    this.#simulation = new Simulation(scenario, seed, { observer: event => void this.#trace.push(encode(event)) })
    this.#simulation.begin()
  }

  /** Takes it forward to a share, 0..1, of the scenario's duration. */
  runTo(share: number): void {
    this.#simulation.runUntil(Math.floor(share * this.#end))
  }

  get trace(): readonly string[] {
    return this.#trace
  }
}
