/** The method behind a report: the checks, the counting rules, and how to reproduce it. */
import type { ComponentChildren, VNode } from "preact"
import type { Service } from "../../runtime/contract/service.ts"
import type { Registry } from "../../scenarios/cell.ts"
import { COUNTING_RULES, READING_RULES } from "../../analysis/counting-rules.ts"
import { METRICS } from "../../analysis/metrics.ts"
import { isEvery, type Plan } from "../../experiments/model/plan.ts"
import { commandLine, folded, html, list, table } from "./html.ts"
import type { ReportContent } from "./content.ts"

/** The maximum number of seeds printed; all are in the manifest. */
const MAX_SEEDS = 100

/** Every check of every service, and its number of violations. */
export function checksPart({ plan, runs, registry }: ReportContent): VNode {
  const rows = servicesIn(plan, registry).flatMap(service =>
    service.checks.map(({ name, doc }) => {
      const count = runs.violated.get(name) ?? 0
      return [service.title, name, doc, count === 0 ? "never" : `${count} ${count === 1 ? "run" : "runs"}`]
    }),
  )
  const header = ["Service", "Check", "What must hold", "Violated"]
  return table("What was checked in every run", header, rows, { words: 4 })
}

/** The services that measure the algorithms, each once. */
function servicesIn(plan: Plan, registry: Registry): readonly Service[] {
  const services = plan.experiment.variants.flatMap(({ algorithm: name, service }) => {
    const algorithm = registry.algorithms[name]
    return algorithm === undefined ? [] : (registry.serviceFor(algorithm, service) ?? [])
  })
  return [...new Set(services)]
}

export function readingPart({ plan, registry }: ReportContent): ComponentChildren {
  const services = servicesIn(plan, registry).map(
    ({ title, availability, operation }) => `${title}: available means ${availability}. An operation is ${operation}.`,
  )
  const columns = folded(
    "What the columns of summary.csv mean",
    list(METRICS.map(({ name, doc }) => `${name}: ${doc}`)),
  )
  return [list([...services, ...READING_RULES, ...COUNTING_RULES]), columns]
}

export function repeatPart({ plan, version, summary }: ReportContent): VNode {
  const { name, text, seed } = plan.experiment
  const seeds = plan.seeds.slice(0, MAX_SEEDS).join(", ")
  const more = plan.seeds.length > MAX_SEEDS ? `, ... (all ${plan.seeds.length} in manifest.json)` : ""
  const run = `${summary.outDir} --run '${plan.cells[0]?.id ?? ""}/1'`
  const spec = html`<pre tabindex="0" role="region" aria-label="The spec"><code>${text}</code></pre>`
  return html`<p>
      Save the spec as <code>${name}.yaml</code> and run it with version ${version}: the same spec and version give the same
      numbers, to the byte.
    </p>
    ${commandLine(`quorate run ${name}.yaml`)}
    <p>A single run, as a picture and line by line:</p>
    ${commandLine(`quorate trace ${run}`)}${commandLine(`quorate replay ${run}`)}
    ${isEvery(plan.cells) ? CASES : html`<p>Seed ${seed}. Run k of every point has the same seed, so that all algorithms meet the same faults and delays.</p>`}
    ${folded("The spec", spec)}
    ${isEvery(plan.cells) ? null : folded("The seeds of the runs", html`<p class="seeds">${seeds + more}</p>`)}`
}

const CASES = html`<p>Run k of a point is its case k: the runs go through all cases, and nothing in them is drawn.</p>`
