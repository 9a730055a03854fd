/** Counterexamples: the violated check, the steps that lead to the violation, and a scenario that takes them. */
import { InvariantViolation } from "../runtime/contract/algorithm.ts"
import { MILLISECOND } from "../runtime/contract/units.ts"
import type { Exploration, Violation } from "../runtime/checker/exploration.ts"
import { resolveParameters } from "../runtime/contract/parameters.ts"
import { type Script, type ScriptStep, durationOf } from "../runtime/scenario/script.ts"
import { INVARIANTS } from "../runtime/simulation/simulation.ts"
import { PROGRESS } from "../runtime/simulation/scripted/untimed-run.ts"
import type { RunnableScenario } from "../scenarios/scenario-file.ts"
import { type CheckRequest, modelOf } from "./request.ts"
import { type Retraced, retrace } from "./retrace.ts"

export interface Counterexample {
  /** The check that is violated; null: a handler threw. */
  readonly check: string | null
  /** A description of the violation. */
  readonly witness: string
  readonly steps: readonly Retraced[]
  /** The index of the first step of the loop, which can repeat for ever; undefined if there is none. */
  readonly repeatsFrom?: number
  readonly run: RunnableScenario
}

export function counterexampleOf(
  request: CheckRequest,
  violation: NonNullable<Exploration["violation"]>,
): Counterexample {
  const { algorithm, service, nodes, operations, parameters, traitors, clock } = request
  const { path, loop = [] } = violation
  const { steps, underWay, problem } = retrace(modelOf(request), [...path, ...loop])
  const written = (some: readonly Retraced[]): readonly ScriptStep[] => some.flatMap(({ step }) => step ?? [])
  const { check, witness } = wordsOf(violation, problem)
  // Deliveries of messages that change nothing: after them, nothing is in flight.
  const rest: readonly ScriptStep[] =
    violation.isStall === true ? underWay.map(addressed => ({ type: "deliver", ...addressed })) : []
  const taken = [...written(steps), ...rest]
  const script: Script = {
    operations,
    ...(traitors.length === 0 ? {} : { traitors }),
    ...(clock === undefined ? {} : { clock }),
    steps: taken,
    ...(loop.length === 0 ? {} : { repeatsFrom: written(steps.slice(0, path.length)).length + 1 }),
  }
  const settings = resolveParameters(service.workload, {}, MILLISECOND)
  return {
    check,
    witness,
    steps,
    ...(loop.length === 0 ? {} : { repeatsFrom: path.length }),
    run: {
      title: `${algorithm.title}: ${check ?? "an algorithm that fails"} in ${steps.length} steps`,
      ...(check === null ? {} : { violates: check }),
      seed: 1,
      scenario: {
        algorithm: algorithm.name,
        service: service.name,
        nodes,
        parameters,
        workload: "values" in settings ? settings.values : {},
        network: { latency: { model: "constant", delay: MILLISECOND }, loss: 0, duplication: 0 },
        disk: { syncLatency: 0 },
        faults: [],
        script,
        warmup: 0,
        duration: durationOf(taken.length),
      },
    },
  }
}

function wordsOf({ reason, error, isStall, loop }: Violation, problem: string | null) {
  if (isStall === true || loop !== undefined) return { check: PROGRESS, witness: reason }
  if (isInvariant(error)) return { check: INVARIANTS, witness: error.message }
  if (error !== undefined) return { check: null, witness: reason }
  const [, check = "", witness = ""] = /^([^:]+): (.*)$/s.exec(problem ?? reason) ?? []
  return { check, witness }
}

/** By name: outside algorithms may bring another copy of the contract. */
function isInvariant(error: unknown): error is Error {
  return error instanceof InvariantViolation || (error instanceof Error && error.name === "InvariantViolation")
}
