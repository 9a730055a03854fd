/**
 * The states of the nodes at a step.
 *
 * A page that includes the algorithm repeats the run up to the step and caches the states around it; other pages apply
 * the recorded changes.
 */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import type { Scenario } from "../../runtime/scenario/scenario.ts"
import { Simulation } from "../../runtime/simulation/simulation.ts"
import { formatDuration } from "../../runtime/contract/units.ts"
import type { TraceEvent } from "../../runtime/simulation/trace.ts"
import { actingNode, StepCounter } from "./steps.ts"
import { type Snapshot, snapshotOf } from "./values.ts"

/** The changes of a step to its node: the fields that changed, with their new texts; `null`: the field was removed. */
export type NodeChanges = readonly (readonly [field: string, text: string | null])[]

/** Every node after a step, and the acting one also before it. */
export interface StatesAt {
  readonly nodes: readonly Snapshot[]
  /** The node that acted, and its fields before. */
  readonly acted: NodeId | undefined
  readonly before: Snapshot
}

export interface StateSource {
  at(step: number): StatesAt
}

const NOTHING: Snapshot = new Map()

/** A node's state, its disk and its timers, field by field. */
export function snapshot(simulation: Simulation, id: NodeId): Snapshot {
  const node = simulation.nodes[id]!
  const timers = simulation
    .timersOf(id)
    .map(
      ({ timer, key, at }) =>
        [key === undefined ? `timer ${timer}` : `timer ${timer} ${key}`, `at ${formatDuration(at)}`] as const,
    )
  return new Map([...snapshotOf(node.state, node.disk), ...timers])
}

/** Collects what each step changes while a run is recorded. */
export class StateDiffs {
  readonly changes: NodeChanges[] = []
  readonly #simulation: () => Simulation
  readonly #known: Snapshot[] = []
  #acting: NodeId | undefined
  #isOpen = false

  /** @param simulation called for the run once a node has acted */
  constructor(simulation: () => Simulation) {
    this.#simulation = simulation
  }

  begin(acting: NodeId | undefined, boots: boolean): void {
    if (boots && acting !== undefined) this.#known[acting] = NOTHING
    this.#acting = acting
    this.#isOpen = true
  }

  end(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    const node = this.#acting
    if (node === undefined) return void this.changes.push([])
    const before = this.#known[node] ?? NOTHING
    const after = snapshot(this.#simulation(), node)
    this.#known[node] = after
    const news = [...after].filter(([field, text]) => before.get(field) !== text)
    const gone = [...before.keys()].filter(field => !after.has(field)).map(field => [field, null] as const)
    this.changes.push([...news, ...gone])
  }
}

/** Steps cached before and after the requested one, on each repetition. */
const WINDOW_BEFORE = 200
const WINDOW_AFTER = 400

/** The node that acted in a step, and its state afterwards. */
interface Seen {
  readonly node: NodeId | undefined
  readonly boots: boolean
  readonly after: Snapshot
}

/** States found by repeating the run. */
export class ReplayedStates implements StateSource {
  readonly #scenario: Scenario
  readonly #seed: number
  #first = 0
  /** All nodes before the first step of the window, then the acting node after each of its steps. */
  #base: readonly Snapshot[] = []
  #window: Seen[] = []

  constructor(scenario: Scenario, seed: number) {
    this.#scenario = scenario
    this.#seed = seed
  }

  at(step: number): StatesAt {
    if (step < this.#first || step >= this.#first + this.#window.length) this.#look(Math.max(0, step - WINDOW_BEFORE))
    const nodes = [...this.#base]
    let acted: NodeId | undefined
    let before = NOTHING
    for (const { node, boots, after } of this.#window.slice(0, step - this.#first + 1)) {
      acted = node
      before = node === undefined || boots ? NOTHING : (nodes[node] ?? NOTHING)
      if (node === undefined) continue
      nodes[node] = after
    }
    return { nodes, acted, before }
  }

  #look(first: number): void {
    const counter = new StepCounter()
    const window: Seen[] = []
    let base: readonly Snapshot[] = []
    let acting: NodeId | undefined
    let boots = false
    const seen = (): Seen => ({ node: acting, boots, after: acting === undefined ? NOTHING : stateOf(acting) })
    const observer = (event: TraceEvent): void => {
      if (!counter.take(event)) return
      const { step } = counter
      if (step > first) window.push(seen())
      acting = actingNode(event)
      boots = event.type === "boot"
      // Requests of a service before the first node starts find no node up.
      if (step === first) base = simulation?.nodes.map(({ id, up }) => (up ? stateOf(id) : NOTHING)) ?? base
    }
    let simulation: Simulation | undefined = undefined
    const stateOf = (node: NodeId): Snapshot => snapshot(simulation!, node)
    simulation = new Simulation(this.#scenario, this.#seed, { observer })
    if (base.length === 0) base = simulation.nodes.map(() => NOTHING)
    let isOver = false
    while (!isOver && counter.step <= first + WINDOW_BEFORE + WINDOW_AFTER) isOver = !simulation.step()
    if (isOver) window.push(seen())
    this.#first = first
    this.#base = base
    this.#window = window
  }
}

/** Steps between two complete states that are kept. */
const STRIDE = 500

/** The node whose handler a step called, and whether that was a boot; undefined: no node. */
export type Acting = (step: number) => { readonly node: NodeId; readonly boots: boolean } | undefined

/** States found from recorded changes. */
export class RecordedStates implements StateSource {
  readonly #changes: readonly NodeChanges[]
  readonly #acting: Acting
  readonly #kept: (readonly Snapshot[])[]

  constructor(size: number, changes: readonly NodeChanges[], acting: Acting) {
    this.#changes = changes
    this.#acting = acting
    this.#kept = [Array.from({ length: size }, () => NOTHING)]
  }

  at(step: number): StatesAt {
    const nodes = [...this.#keptBefore(step)]
    let acted: NodeId | undefined
    let before = NOTHING
    for (let at = Math.floor(step / STRIDE) * STRIDE; at <= step; at++) {
      const acting = this.#acting(at)
      acted = acting?.node
      before = acting === undefined || acting.boots ? NOTHING : (nodes[acting.node] ?? NOTHING)
      if (acting !== undefined) nodes[acting.node] = changed(before, this.#changes[at] ?? [])
    }
    return { nodes, acted, before }
  }

  #keptBefore(step: number): readonly Snapshot[] {
    const wanted = Math.floor(step / STRIDE)
    while (this.#kept.length <= wanted) {
      const start = (this.#kept.length - 1) * STRIDE
      const nodes = [...this.#kept.at(-1)!]
      for (let at = start; at < start + STRIDE; at++) {
        const acting = this.#acting(at)
        if (acting === undefined) continue
        const before = acting.boots ? NOTHING : (nodes[acting.node] ?? NOTHING)
        nodes[acting.node] = changed(before, this.#changes[at] ?? [])
      }
      this.#kept.push(nodes)
    }
    return this.#kept[wanted]!
  }
}

function changed(before: Snapshot, changes: NodeChanges): Snapshot {
  if (changes.length === 0) return before
  const after = new Map(before)
  for (const [field, text] of changes) {
    if (text === null) after.delete(field)
    else after.set(field, text)
  }
  return after
}
