/** The text above and below a chart: only what is true of every point in it. */
import { describeLatency } from "../../runtime/network/latency.ts"
import type { Network } from "../../runtime/network/network.ts"
import { formatDuration, type Micros, MILLISECOND } from "../../runtime/contract/units.ts"
import type { Cell, CellScenario, Registry } from "../../scenarios/cell.ts"
import { COUNTING_CAPTION } from "../../analysis/counting-rules.ts"
import { MEASURES } from "../../scenarios/measures/registry.ts"
import { METRICS } from "../../analysis/metrics.ts"
import { isEvery, type Plan } from "../../experiments/model/plan.ts"
import { describeRuns } from "../../analysis/precision.ts"
import { faultsInWords } from "./fault-words.ts"
import { type ChartMetric, columnOf } from "../../analysis/kinds.ts"
import { spaced } from "../../analysis/words.ts"

/** The note on a chart in which nothing is drawn. */
export const NO_VALUE = "No run has a value for this chart."

/**
 * The lines between title and plot: the experiment's question, settings that are not swept, the faults, and how to read the
 * chart.
 */
export function* notesOf(title: string, plan: Plan, registry: Registry, reading: string): Generator<string> {
  const { question } = plan.experiment
  if (question !== title) yield question
  yield [...settingsOf(plan), describeRuns(plan), ...(reading === "" ? [] : [reading])].join("; ")
  const faults = faultsInWords(plan, registry)
  if (faults !== "") yield faults
}

/** The settings that all points share: the number of nodes, the links and their loss, processing and disk times. */
function settingsOf({ cells }: Plan): readonly string[] {
  return [
    common(cells, ({ nodes }) => `n = ${nodes}`),
    common(cells, ({ network }) => linksInWords(network)),
    common(cells, ({ network: { loss } }) => (loss === 0 ? "" : `${percent(loss)} of messages lost`)),
    common(cells, ({ network: { duplication } }) => (duplication === 0 ? "" : `${percent(duplication)} doubled`)),
    common(cells, ({ network: { serviceTime } }) => inWords(serviceTime, "for a message")),
    common(cells, ({ disk: { syncLatency } }) => inWords(syncLatency, "for a disk write")),
  ].filter(Boolean)
}

/** A setting in words if all cells share it, else nothing: it is on an axis, or in the headings. */
function common(cells: readonly Cell[], describe: (scenario: CellScenario) => string): string {
  const found = new Set(cells.map(({ scenario }) => describe(scenario)))
  return found.size === 1 ? [...found][0]! : ""
}

function inWords(time: Micros | undefined, what: string): string {
  return time === undefined || time === 0 ? "" : `${spaced(formatDuration(time))} ${what}`
}

function linksInWords({ latency, links = [], regions }: Network): string {
  const others = links.some(link => link.latency !== undefined) ? ", some links apart" : ""
  if (regions === undefined) return `link latency ${spaced(describeLatency(latency).replaceAll("..", " to "))}${others}`
  const places = [...new Set(regions.nodes)]
  const delays = places.flatMap(from => places.filter(to => to !== from).map(to => regions.delays[from]![to]!))
  const jitter = regions.jitter === 0 ? "" : ` ± ${percent(regions.jitter)}`
  if (delays.length === 0) return `all nodes in one region${others}`
  const [nearest, farthest] = [Math.min(...delays), Math.max(...delays)].map(delay => Math.round(delay / MILLISECOND))
  const distance = nearest === farthest ? `${farthest}` : `${nearest} to ${farthest}`
  return `nodes in ${places.length} regions, one way ${distance}\u00a0ms${jitter}${others}`
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(6))}\u00a0%`
}

/** Metrics, and figures of services, that count messages. */
const OF_MESSAGES: ReadonlySet<string> = new Set([
  ...MEASURES.flatMap(({ name, isOfMessages }) => (isOfMessages === true ? [name] : [])),
  "messages_to_leader",
])

/** The line below a chart of a metric: the counting rule, or the meaning of the metric. */
export function captionOf(metric: ChartMetric, plan: Plan, registry: Registry): string {
  const name = columnOf(metric)
  if (OF_MESSAGES.has(name)) return COUNTING_CAPTION
  if (name === "availability") return availabilityCaption(plan, registry)
  if ("metric" in metric) {
    const found = METRICS.find(candidate => candidate.name === name)
    return sentence((isEvery(plan.cells) ? found?.meaning : found?.doc) ?? "")
  }
  const declared = servicesIn(plan, registry).flatMap(({ figures }) => figures[name]?.doc ?? [])
  return sentence(declared[0] ?? "")
}

/** The definition of availability for the services of a plan. */
export function availabilityCaption(plan: Plan, registry: Registry): string {
  const meanings = Map.groupBy(servicesIn(plan, registry), ({ availability }) => availability)
  if (meanings.size === 1) return `Available: ${[...meanings.keys()][0]}.`
  const told = [...meanings].map(([meaning, services]) => {
    return `${services.map(({ title }) => title.toLowerCase()).join(", ")}: ${meaning}`
  })
  return `Available: ${told.join("; ")}.`
}

/** The services that measure a plan's algorithms, each once. */
export function servicesIn(plan: Plan, registry: Registry) {
  const services = plan.experiment.variants.flatMap(({ algorithm: name, service }) => {
    const algorithm = registry.algorithms[name]
    return algorithm === undefined ? [] : (registry.serviceFor(algorithm, service) ?? [])
  })
  return [...new Set(services)]
}

function sentence(text: string): string {
  return text === "" ? "" : `${text.slice(0, 1).toUpperCase()}${text.slice(1).replace(/\.$/, "")}.`
}
