/** Specs as text, for tests. */
import { formatProblem, parseExperiment } from "../../../experiments/plan/spec.ts"
import type { Experiment } from "../../../experiments/model/experiment.ts"
import * as registry from "./registry.ts"

/** The URL of the test registry, for workers. */
export const REGISTRY = { module: new URL("./registry.ts", import.meta.url).href, registry }

/** The experiment that a spec describes; throws if it is wrong. */
export function experimentOf(text: string, name = "spec"): Experiment {
  const experiment = parseExperiment(`${name}.yaml`, text, registry)
  if ("problems" in experiment) throw new Error(experiment.problems.map(formatProblem).join("\n"))
  return experiment
}

/** What is wrong with a spec, one line each, without the file's name. */
export function problemsIn(text: string): readonly string[] {
  const experiment = parseExperiment("spec.yaml", text, registry)
  return "problems" in experiment
    ? experiment.problems.map(problem => formatProblem(problem).replace("spec.yaml:", ""))
    : []
}
