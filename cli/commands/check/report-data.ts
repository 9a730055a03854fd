/** The result of checks as data: JSON, and JUnit XML for CI. */
import { timedChecks } from "../../../checking/request.ts"
import { beyondClaims } from "../../../checking/claims.ts"
import { type JUnitCase, junitXml } from "../../../reports/junit.ts"
import { rolePlaces } from "../../../runtime/process/parts.ts"
import { formatStep } from "../../../runtime/scenario/script-words.ts"
import { boundsInWords, inWords, type Judged } from "./report.ts"

/** The result as data. */
export function asData({ request, explored, found, file }: Judged): object {
  const { algorithm, service, nodes, operations, parameters, budgets, traitors, clock } = request
  const { states, generated, depth, unexpanded, missed, stoppedBy, limits, walks } = explored
  const roles = rolePlaces(algorithm, nodes, parameters)
  return {
    verdict: verdictOf({ explored, found }),
    algorithm: algorithm.name,
    service: service.name,
    bounds: { nodes, operations, ...budgets, traitors, ...clock },
    parameters,
    states,
    transitions: generated - 1,
    depth,
    search: limits.search,
    ...(limits.symmetry ? { symmetry: true } : {}),
    ...(walks === undefined ? {} : { walks: walks.taken, untriedSteps: walks.untried, seed: limits.seed }),
    ...(stoppedBy === undefined ? {} : { stoppedBy, ...(walks === undefined ? { unexpanded } : {}) }),
    missed,
    beyondClaims: beyondClaims(request),
    notJudged: timedChecks(request),
    ...(found === undefined
      ? {}
      : {
          violation: {
            check: found.check,
            witness: found.witness,
            ...(found.repeatsFrom === undefined ? {} : { repeatsFrom: found.repeatsFrom + 1 }),
            steps: found.steps.map(({ step }) => (step === undefined ? "the round ends" : formatStep(step, roles))),
            file,
          },
        }),
  }
}

function verdictOf({
  explored,
  found,
}: Pick<Judged, "explored" | "found">): "holds" | "unfinished" | "failed" | "violated" {
  if (found === undefined) return explored.stoppedBy === undefined ? "holds" : "unfinished"
  return found.check === null ? "failed" : "violated"
}

/** One test per check; one that was not explored completely passes, with a remark. */
export function asJUnit(target: string, judged: readonly Judged[]): string {
  return junitXml("quorate check", [{ name: target, cases: judged.map(caseOf) }])
}

function caseOf(judged: Judged): JUnitCase {
  const { name, request, explored, found, file } = judged
  const text = inWords(judged, Infinity).join("\n")
  return {
    name: `${name}: ${boundsInWords(request)}`,
    classname: `${request.algorithm.name}.${request.service.name}`,
    properties: {
      verdict: verdictOf(judged),
      states: String(explored.states),
      ...(found === undefined ? {} : { file }),
    },
    ...(found === undefined
      ? { output: text }
      : { failure: { message: found.witness, type: found.check ?? "failed", text } }),
  }
}
