/**
 * A process that writes as JSON which rule of the contract each of some algorithms from outside breaks, null for none. Arguments:
 * the path of a module that exports them, the spec of an experiment in which NAME stands for an algorithm, their names as JSON.
 */
import { pathToFileURL } from "node:url"
import * as bundled from "../../algorithms/registry.ts"
import { parseExperiment } from "../../experiments/plan/spec.ts"
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import { toScenario } from "../../scenarios/cell.ts"
import { findBreach } from "../../scenarios/outside/contract.ts"
import { withOutside } from "../../scenarios/outside/load.ts"
import { serveQuorate } from "../../scenarios/outside/serve.ts"

const [path = "", spec = "", listed = "[]"] = process.argv.slice(2)
const names: readonly string[] = JSON.parse(listed)
serveQuorate()
const exported: Readonly<Record<string, Algorithm>> = await import(pathToFileURL(path).href)
const { registry } = withOutside(bundled, [{ path, algorithms: Object.values(exported) }])
const found: Record<string, string | null> = {}
for (const name of names) {
  const experiment = parseExperiment("spec.yaml", spec.replace("NAME", name), registry)
  if ("problems" in experiment) throw new Error(JSON.stringify(experiment.problems))
  found[name] = (await findBreach(toScenario(experiment.cells[0]!.scenario, registry), 1)) ?? null
}
process.stdout.write(JSON.stringify(found))
