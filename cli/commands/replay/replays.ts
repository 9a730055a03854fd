/** Runs one run again and prints its events. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import { findRun, type ReplayableRun } from "../../../debugger/replay.ts"
import { formatProblem } from "../../../experiments/plan/spec.ts"
import { actingNode } from "../../../debugger/tracing/steps.ts"
import { type Snapshot, snapshotOf } from "../../../debugger/tracing/values.ts"
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import type { RunResult } from "../../../runtime/scenario/scenario.ts"
import { rolePlaces } from "../../../runtime/process/parts.ts"
import { Simulation } from "../../../runtime/simulation/simulation.ts"
import type { TraceEvent } from "../../../runtime/simulation/trace.ts"
import { runEffect } from "../../effects.ts"
import { Interrupted, UsageError } from "../../exit-codes.ts"
import { listProblems } from "../../problems.ts"
import { examineRun } from "./examine.ts"
import { openSubmissions } from "./submissions.ts"
import type { Terminal } from "../../terminal/terminal.ts"
import { describeChanges, describeEvent, isTold, namesOf, type TraceFilter } from "./trace-lines.ts"

/** The options by which a command selects a run in a file or folder. */
export interface RunOptions {
  /** Its id; a scenario file needs none. */
  readonly id?: string | undefined
  /** Another seed than its own. */
  readonly seed?: number | undefined
  /** Modules with further algorithms, as given with `--algorithms`; submissions of labs run in a sandbox. */
  readonly outside?: readonly string[] | undefined
  /** Real time that it may take, in milliseconds, if its algorithm is from outside. */
  readonly limitMs?: number | undefined
}

/**
 * Finds a run: that of a scenario file, or by its id in results or in the plan of a spec.
 *
 * @throws UsageError, AlgorithmError if an algorithm from outside breaks the contract or does not end, Interrupted
 */
export async function loadRun(
  target: string,
  terminal: Terminal,
  { id, seed, outside = [], limitMs }: RunOptions = {},
): Promise<ReplayableRun> {
  const named = await openSubmissions(outside)
  const outcome = await runEffect(findRun(target, id, named).pipe(Effect.provide(NodeServices.layer)), terminal)
  if (outcome.status === "done") {
    // Submissions run in the sandbox, which enforces the contract.
    const found = seed === undefined ? outcome.value : { ...outcome.value, seed }
    if (named.outside.length < outside.length) return { ...found, outside }
    await examineRun(found, terminal, limitMs)
    return found
  }
  if (outcome.status === "interrupted") throw new Interrupted()
  const { error } = outcome
  throw new UsageError(error._tag === "SpecError" ? listProblems(error.problems.map(formatProblem)) : error.message)
}

/** The outcome of a replay. */
export interface Replay {
  readonly result: RunResult
  /** Number of events printed. */
  readonly told: number
  /** All words by which events of the run could have been asked for. */
  readonly names: ReadonlySet<string>
}

/** Executes a run, handing every line of its trace to `tell`. */
export function tellRun({ scenario, seed }: ReplayableRun, filter: TraceFilter, tell: (line: string) => void): Replay {
  const names = new Set<string>()
  const roles = rolePlaces(scenario.algorithm, scenario.nodes, scenario.parameters)
  let told = 0
  /** The snapshot of each node after its last handler; undefined if none was taken. */
  const known: (Snapshot | undefined)[] = []
  // An event is observed before its handler acts, so what the handler changed shows at the next event.
  let acting: { readonly time: number; readonly node: NodeId; readonly before: Snapshot } | undefined
  const simulation = new Simulation(scenario, seed, { observer: observe })

  function observe(event: TraceEvent): void {
    const node = actingNode(event)
    if (node !== undefined || event.type === "fault") tellChanges()
    for (const name of namesOf(event)) names.add(name)
    const isWanted = isTold(event, filter)
    if (node !== undefined) {
      // A node that boots has no known state: all of it is new.
      if (event.type === "boot") known[node] = new Map()
      if (isWanted) acting = { time: event.time, node, before: known[node] ?? snapshot(node) }
      known[node] = undefined
    }
    if (!isWanted) return
    told++
    tell(describeEvent(event, roles))
  }

  function tellChanges(): void {
    if (acting === undefined) return
    const { time, node, before } = acting
    const after = snapshot(node)
    const changes = describeChanges(time, node, before, after, roles)
    if (changes !== undefined) tell(changes)
    known[node] = after
    acting = undefined
  }

  function snapshot(id: NodeId): Snapshot {
    const node = simulation.nodes[id]!
    return snapshotOf(node.state, node.disk)
  }

  const result = simulation.run()
  tellChanges()
  return { result, told, names }
}
