// Experiments with random figures: what sentences may have to speak of, of which bundled experiments show only a part.
import { differencesAlong } from "../../../analysis/along.ts"
import { type ComparableSummary, summarize } from "../../../analysis/aggregate.ts"
import type { CompletedRecord } from "../../../scenarios/measure.ts"
import { planExperiment } from "../../../experiments/model/plan.ts"
import { Random } from "../../../runtime/lib/random.ts"
import { differencesOf } from "./differences.ts"
import { experimentOf } from "./experiments.ts"
import { completedRecord, latencies } from "./records.ts"

const SWEEPS = [
  "nodes: [3, 5, 7]",
  "nodes: [3, 5], loss: [0, 1%, 5%]",
  "nodes: [3, 4, 5], latency: [1ms, 5ms], loss: [0, 5%]",
]
const FAULTS = ["", "faults: [{ crash: { count: 0..2, at: 1s } }]"]
const ANSWERS = [
  "largest nodes with availability >= 95 % and violations = 0",
  "smallest nodes with latency <= 8 ms",
  "winner by messages",
  "winner by availability",
  "ranking by availability, latency",
  "crossover of latency",
  "effect of nodes on messages",
  "values of violations",
  "availability against majority-up",
  "messages along nodes",
  "availability along nodes",
]
const COMPARISONS = [
  "{ along: nodes, to: 3, margin: { availability: 1%, messages: 20%, latency: 1ms } }",
  "{ along: nodes }",
  "[{ along: nodes, of: [5, 3], margin: { outage: 50%, availability: 0.3% } }]",
]

/** An experiment of two or three algorithms and its figures, a function of the seed. */
export function randomFigures(seed: number) {
  const random = new Random(seed)
  const any = <T>(of: readonly T[]): T => of[random.integer(0, of.length - 1)]!
  const algorithms = any(["parrot, liar", "parrot, liar, choleric"])
  const plan = planExperiment(
    experimentOf(`
    question: Who is right?
    algorithms: [${algorithms}]
    sweep: { ${any(SWEEPS)} }
    ${any(FAULTS)}
    compare: ${COMPARISONS[seed % COMPARISONS.length]}
    answer: [${ANSWERS.map(answer => `"${answer}"`).join(", ")}]
    charts: [availability-by-nodes, messages-by-nodes, latency-by-nodes, violations-by-nodes, outage-by-nodes]
    repeat: ${any([2, 4, 8])}`),
  )
  // Between cells that are all alike, and cells that are all different.
  const levels = any([1, 2, 3])
  const scatter = any([0, 0, 1, 20])
  // Most cells follow a rule, so that what is alike lies together; some do not.
  const weights = new Map(plan.experiment.dimensions.map(({ name }) => [name, random.integer(0, 2)]))
  const exceptions = any([0, 0.05, 0.3])
  const cells = plan.cells.map((cell): ComparableSummary => {
    const rule = [...weights].reduce(
      (sum, [name, weight]) => sum + weight * Number(Number(cell.point[name]!.value) > 1),
      0,
    )
    const isException = random.chance(exceptions)
    const level = isException ? random.integer(0, levels - 1) : (rule + (cell.variant.key === "liar" ? 1 : 0)) % levels
    const isSilent = random.integer(0, 12 - 1) === 0
    const records = plan.seeds.map((): CompletedRecord => {
      const noise = scatter === 0 ? 0 : random.integer(0, scatter * 10 - 1)
      const own = {
        ok: isSilent ? 0 : 100,
        attempted: 100,
        availability: isSilent ? 0 : 1 - (level * 4 + noise / 100) / 100,
        messages_protocol: 400 * (level + 1) + noise,
        outage_total_ms: level * 1_000 + noise,
        majority_up_share: 0.96,
      }
      const violated = { check: "honest", verdict: "violated", at: 1, text: "it lied" } as const
      return completedRecord(own, {
        latencies: isSilent ? {} : latencies([4_000 * (level + 1) + noise, 9_000, 3_000]),
        findings: level > 0 && random.integer(0, 3 - 1) === 0 ? [violated] : [],
      })
    })
    return summarize(cell, records, { messageTypes: [], figures: [] })
  })
  const { compare, dimensions } = plan.experiment
  return { plan, cells, differences: differencesOf(cells), along: differencesAlong(compare, dimensions, cells) }
}
