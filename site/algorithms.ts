/** The pages of algorithms: each algorithm's document below a picture of it at work, with links to run it. */
import { readFileSync } from "node:fs"
import { algorithms, servicesOf } from "../algorithms/registry.ts"
import { describeAssumptions, describeTolerance } from "../cli/commands/algorithms.ts"
import { bundledExperiments, bundledScenarios } from "../experiments/plan/bundled.ts"
import type { Algorithm } from "../runtime/contract/algorithm.ts"
import { fragmentOf } from "../web/play/model/document.ts"
import { defaultSetup, runOf } from "../web/play/model/setup.ts"
import { KITS } from "../workshop/kits.ts"
import { diagramOf } from "./diagram.ts"
import { write, writePage } from "./pages.ts"

/** The playground's page within the site. */
export const PLAYGROUND = "play.html"

/**
 * Writes the page of an algorithm.
 *
 * @param base the path of the site on its host
 */
export async function writeAlgorithm(algorithm: Algorithm, base: string): Promise<void> {
  const { name, title } = algorithm
  const diagram = diagramOf(algorithm)
  if (diagram !== undefined) write(`algorithms/pictures/${name}.svg`, diagram)
  const picture =
    diagram === undefined
      ? []
      : [
          `<div class="diagram"><img src="./pictures/${name}.svg" alt="${title} at work: the messages of one operation"></div>`,
          "",
        ]
  const extra = ["", ...picture, ...facts(algorithm), ""].join("\n")
  const run = await fragmentOf(runOf(defaultSetup(name)))
  const address = `${base}${PLAYGROUND}${run}`
  const playground = [
    "## Play with it",
    "",
    `Crash nodes, partition them and delay their messages by hand ([how](../guides/playground.md)); also <a href="${address}" target="_blank">on a page of its own</a>.`,
    "",
    `<iframe src="${address}" title="The playground: ${title}" loading="lazy" style="width: 100%; height: 720px; border: 1px solid var(--vp-c-divider); border-radius: 8px"></iframe>`,
    "",
  ].join("\n")
  writePage({ source: `algorithms/${name}/README.md`, page: `algorithms/${name}.md` }, extra, playground)
}

/** The list of all algorithms, grouped by the service that each offers. */
export function listOfAlgorithms(): string {
  const families = Map.groupBy(Object.values(algorithms), ({ serves }) => serves[0]!.title)
  const parts = [...families].flatMap(([title, members]) => [
    `## ${title}`,
    "",
    "| algorithm | survives | idea |",
    "|---|---|---|",
    ...members.map(
      algorithm =>
        `| [${algorithm.title}](./${algorithm.name}.md) | ${describeTolerance(algorithm, [3, 5, 7])} | ${algorithm.summary} |`,
    ),
    "",
  ])
  return ["# Algorithms", "", ...parts].join("\n")
}

const EXPERIMENTS = bundledExperiments().map(({ name, file }) => ({ name, spec: readFileSync(file, "utf8") }))

const SCENARIOS = bundledScenarios().map(({ name, title, file }) => {
  const { algorithm }: { readonly algorithm: string } = JSON.parse(readFileSync(file, "utf8"))
  return { name, title, algorithm }
})

function facts(algorithm: Algorithm): readonly string[] {
  const { name } = algorithm
  const scenarios = SCENARIOS.filter(({ algorithm: own }) => own === name)
  const experiments = EXPERIMENTS.filter(({ spec }) => namesAlgorithm(spec, name))
  return [
    "::: info At a glance",
    `Serves ${servicesOf(algorithm)
      .map(({ title }) => title)
      .join(", ")}. Survives: ${describeTolerance(algorithm, [3, 5, 7])}.${describeAssumptions(algorithm)}`,
    "",
    `[Play with it](#play-with-it)${name in KITS ? `, or [on paper](../guides/workshop.md): \`npm run quorate -- workshop ${name}\`` : ""}.`,
    ...(scenarios.length === 0 ? [] : ["", "Runs in which it goes wrong, or recovers:", ""]),
    ...scenarios.map(({ name: scenario, title }) => `- ${title}: \`npm run quorate -- trace ${scenario}\``),
    ":::",
    ...comparisons(experiments.map(({ name: experiment }) => `[${experiment}](../experiments/${experiment}.md)`)),
  ]
}

/** The experiments with an algorithm, folded: some algorithms are in forty. */
function comparisons(links: readonly string[]): readonly string[] {
  if (links.length === 0) return []
  const title = links.length === 1 ? "Compared in one experiment" : `Compared in ${links.length} experiments`
  return ["", `::: details ${title}`, links.join(", "), ":::"]
}

/** True if a spec names an algorithm in its list, and not just as part of another word. */
function namesAlgorithm(spec: string, name: string): boolean {
  return new RegExp(`^[^#\\n]*(?:use: |[[, ])${name}(?=[\\],} ]|$)`, "m").test(spec)
}
