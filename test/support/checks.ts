/** Checks of algorithms for tests: an exploration to its end, and a counterexample that a run bears out. */
import { expect } from "vitest"
import * as bundled from "../../algorithms/registry.ts"
import { type Counterexample, counterexampleOf } from "../../checking/counterexample.ts"
import { type CheckRequest, modelOf } from "../../checking/request.ts"
import type { Exploration } from "../../runtime/checker/exploration.ts"
import { Explorer } from "../../runtime/checker/search/explorer.ts"
import type { ExplorerOptions } from "../../runtime/checker/search/search.ts"
import type { RunResult } from "../../runtime/scenario/scenario.ts"
import { simulate } from "../../runtime/simulation/simulation.ts"
import { toScenario } from "../../scenarios/cell.ts"
import { decodeScenario, scenarioText } from "../../scenarios/scenario-file.ts"
import { requestOf, type RequestOptions } from "./untimed-models.ts"

/** States beyond which no test goes. */
const MAX_STATES = 600_000

export function checked(
  name: string,
  service: string | undefined,
  options: RequestOptions = {},
  states = MAX_STATES,
): Exploration {
  return new Explorer(modelOf(requestOf(name, service, options))).explore({ states })
}

/** The shortest violation. Its scenario is written to a file's text, read back, and run: the same check is violated there. */
export function violationOf(
  name: string,
  service: string | undefined,
  options: RequestOptions = {},
  search: ExplorerOptions = {},
): Counterexample {
  const request = requestOf(name, service, options)
  const { violation } = new Explorer(modelOf(request), search).explore({ states: MAX_STATES })
  if (violation === null) throw new Error(`${name}: nothing is violated`)
  const found = counterexampleOf(request, violation)
  const { check } = found
  const result = runOf(found, request)
  if (check === "invariants" || check === null) {
    const how = result.status === "failed" ? result.reason : JSON.stringify(result.outcome.verdicts["invariants"])
    expect(how).toContain(found.witness.replace(/^\w*Error: /, ""))
  } else {
    const verdict = result.status === "completed" ? result.outcome.verdicts[check] : result.reason
    expect(verdict).toMatchObject({ verdict: "violated", witness: expect.any(String) })
  }
  return found
}

/** Runs the scenario of a counterexample as a file that holds it would be run. */
export function runOf({ run }: Counterexample, { algorithm }: CheckRequest): RunResult {
  const registry = { ...bundled, algorithms: { ...bundled.algorithms, [algorithm.name]: algorithm } }
  const read = decodeScenario(JSON.parse(scenarioText(run, registry)), registry)
  if ("problems" in read) throw new Error(JSON.stringify(read.problems))
  return simulate(toScenario(read.scenario, registry), read.seed)
}
