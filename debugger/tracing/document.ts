/**
 * The document that a trace page shows: a scenario and its seed, from which the page repeats the run; or the recorded
 * trace, if the page does not include the algorithm. Plain data, embedded in the page as JSON.
 */
import type { Registry } from "../../scenarios/cell.ts"
import { toScenario } from "../../scenarios/cell.ts"
import { encodeScenario, type RunnableScenario } from "../../scenarios/scenario-file.ts"
import { recordRun } from "./recorder.ts"
import type { NodeChanges } from "./states.ts"
import { showTagged, show } from "./values.ts"
import type { Content, Trace } from "./trace.ts"
import type { RunResult } from "../../runtime/scenario/scenario.ts"

const TRACE_FORMAT = "quorate/trace/v1"

export interface TraceDocument {
  readonly format: typeof TRACE_FORMAT
  /** The run's id, or the scenario's name. */
  readonly name: string
  readonly title: string
  /** As in a scenario file. */
  readonly scenario: object
  /** The command that recreates this page. */
  readonly command: string
  /** Version of the workbench. */
  readonly version: string
  readonly recorded: RecordedRun | null
}

/** A run that the page cannot repeat. */
export interface RecordedRun {
  readonly trace: Trace
  /** The changes that each step made to the state of its node. */
  readonly changes: readonly NodeChanges[]
  readonly summary: RunSummary
}

/** The facts about a run that a page shows in addition to its trace. */
export interface RunSummary {
  readonly algorithm: string
  readonly service: string
  /** The end of the run, in a sentence. */
  readonly ending: string
  readonly verdicts: readonly CheckVerdict[]
  /** Why and when the algorithm failed; null if the run ended normally. */
  readonly failure: { readonly at: number; readonly reason: string } | null
}

export interface CheckVerdict {
  readonly check: string
  /** The property that must hold. */
  readonly doc: string
  readonly verdict: "holds" | "violated" | "undecided"
  /** When it was violated, in microseconds; -1: never. */
  readonly at: number
  /** The witness, or why it is undecided. */
  readonly because: string
}

/** The origin of a document. */
export interface TraceOrigin {
  readonly name: string
  readonly command: string
  readonly version: string
  /** True if pages do not include the algorithm: the document then contains the trace. */
  readonly isOutside?: boolean
}

/** Makes the document of a run. */
export function traceDocument(run: RunnableScenario, registry: Registry, origin: TraceOrigin): TraceDocument {
  const { name, command, version, isOutside = false } = origin
  return {
    format: TRACE_FORMAT,
    name,
    title: run.title ?? name,
    scenario: encodeScenario(run, registry),
    command,
    version,
    recorded: isOutside ? recorded(run, registry) : null,
  }
}

function recorded({ scenario, seed }: RunnableScenario, registry: Registry): RecordedRun {
  const runnable = toScenario(scenario, registry)
  const { trace, result, changes } = recordRun(runnable, seed, { withStates: true })
  return { trace: withTexts(trace), changes, summary: summaryOf(runnable, result) }
}

/** A content on one line. */
export function textOf(content: Content): string {
  if (content === null) return ""
  if (typeof content === "string") return content
  return "type" in content && typeof content.type === "string"
    ? showTagged({ ...content, type: content.type })
    : show(content)
}

function withTexts(trace: Trace): Trace {
  return {
    ...trace,
    facts: trace.facts.map(textOf),
    operations: trace.operations.map(operation => ({ ...operation, content: textOf(operation.content) })),
    messages: { ...trace.messages, content: trace.messages.content.map(textOf) },
  }
}

/** The ending of a run and its verdicts. */
export function summaryOf(scenario: Parameters<typeof recordRun>[0], result: RunResult): RunSummary {
  const { algorithm, service } = scenario
  const names = { algorithm: algorithm.title, service: service.title }
  if (result.status === "failed") {
    const { at, reason } = result
    return { ...names, ending: "the run failed", verdicts: [], failure: { at, reason } }
  }
  const { outcome, delivered } = result
  const ending = `${outcome.ok} of ${outcome.attempted} operations ok, ${delivered} messages delivered`
  const verdicts = service.checks.flatMap(({ name, doc }): CheckVerdict[] => {
    const judged = outcome.verdicts[name]
    if (judged === undefined) return []
    const { verdict } = judged
    const at = judged.verdict === "violated" ? judged.at : -1
    const because = judged.verdict === "violated" ? judged.witness : judged.verdict === "undecided" ? judged.reason : ""
    return [{ check: name, doc, verdict, at, because }]
  })
  return { ...names, ending, verdicts, failure: null }
}
