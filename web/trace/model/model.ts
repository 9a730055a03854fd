/** The model of the page: a document's trace, ready to be drawn, searched and stepped through. */
import * as registry from "../../../algorithms/registry.ts"
import { toScenario } from "../../../scenarios/cell.ts"
import type { Scenario } from "../../../runtime/scenario/scenario.ts"
import { decodeScenario, type RunnableScenario } from "../../../scenarios/scenario-file.ts"
import { type RunSummary, summaryOf, type TraceDocument } from "../../../debugger/tracing/document.ts"
import { recordRun } from "../../../debugger/tracing/recorder.ts"
import { RecordedStates, ReplayedStates, type StateSource } from "../../../debugger/tracing/states.ts"
import { actingIn, type Band, type Milestone, stepAt, type Trace } from "../../../debugger/tracing/trace.ts"

export interface Model {
  readonly document: TraceDocument
  readonly trace: Trace
  readonly states: StateSource
  readonly summary: RunSummary
  /** The scenario, if this page could read it; of outside algorithms, it has only the trace. */
  readonly scenario: Scenario | undefined
  readonly seed: number
  /** The events to jump to, in order of time, including violations. */
  readonly milestones: readonly Milestone[]
  /** The bands of each node, in order of time. */
  readonly bandsOf: readonly (readonly Band[])[]
  readonly types: readonly TypeInfo[]
}

/** The part of a model that is painted. */
export type Drawn = Pick<Model, "trace" | "milestones" | "bandsOf">

/** A message type, with its count and its purposes. */
export interface TypeInfo {
  readonly index: number
  readonly name: string
  readonly count: number
  readonly isClient: boolean
}

/** Repeats the document's run, or uses its recorded trace. */
export function modelOf(document: TraceDocument): Model {
  if (document.recorded !== null) {
    const { trace, changes, summary } = document.recorded
    const states = new RecordedStates(trace.nodes, changes, step => actingIn(trace, step))
    return complete({ document, trace, states, summary, scenario: undefined, seed: 0 })
  }
  const run = runnable(document)
  const scenario = toScenario(run.scenario, registry)
  const { trace, result } = recordRun(scenario, run.seed)
  const states = new ReplayedStates(scenario, run.seed)
  return complete({ document, trace, states, summary: summaryOf(scenario, result), scenario, seed: run.seed })
}

function runnable(document: TraceDocument): RunnableScenario {
  const run = decodeScenario(document.scenario, registry)
  if (!("problems" in run)) return run
  const problems = run.problems.map(({ path, message }) => `${path.join(".")}: ${message}`)
  throw new Error(`This page cannot read its scenario: ${problems.join("; ")}`)
}

function complete(parts: Omit<Model, "milestones" | "bandsOf" | "types">): Model {
  const { trace, summary } = parts
  const violations = summary.verdicts.flatMap(({ check, verdict, at, because }): Milestone[] =>
    verdict === "violated"
      ? [{ kind: "violation", time: at, step: stepAt(trace, at), node: -1, text: `${check} violated: ${because}` }]
      : [],
  )
  if (summary.failure !== null) {
    const { at, reason } = summary.failure
    const step = trace.steps.length - 1
    violations.push({ kind: "violation", time: at, step, node: -1, text: `the algorithm failed: ${reason}` })
  }
  const milestones = [...trace.milestones, ...violations].toSorted((a, b) => a.step - b.step)
  const bandsOf = Array.from({ length: trace.nodes }, (_, node) => trace.bands.filter(band => band.node === node))
  return { ...parts, milestones, bandsOf, types: typesOf(trace) }
}

function typesOf({ types, messages }: Trace): readonly TypeInfo[] {
  const counts = types.map(() => 0)
  const isClient = types.map(() => true)
  for (const [message, type] of messages.type.entries()) {
    counts[type]!++
    if (messages.from[message]! >= 0 && messages.to[message]! >= 0) isClient[type] = false
  }
  return types.map((name, index) => ({ index, name, count: counts[index]!, isClient: isClient[index]! }))
}
