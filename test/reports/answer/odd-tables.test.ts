// Sentences about tables with gaps: cells without a value, with failed runs, or with equal values of unequal certainty.
import { expect, test } from "vitest"
import { summarize } from "../../../analysis/aggregate.ts"
import { besidePublished } from "../../../analysis/published.ts"
import { planExperiment } from "../../../experiments/model/plan.ts"
import { answerOf } from "../../../reports/answer/answer.ts"
import { plainText } from "../../../reports/answer/answer-json.ts"
import { summaryTable } from "../../../reports/summary-table.ts"
import type { Cell } from "../../../scenarios/cell.ts"
import type { CompletedRecord, MeasureName, RunRecord } from "../../../scenarios/measure.ts"
import { differencesOf } from "../../experiments/support/differences.ts"
import { experimentOf, REGISTRY } from "../../experiments/support/experiments.ts"
import { completedRecord, latencies } from "../../experiments/support/records.ts"

type Values = Partial<Record<MeasureName, number>>

/** The sentences of the answer, given what each run of each cell measured; null: the run failed. */
function leadOf(
  spec: string,
  valuesOf: (cell: Cell, run: number) => Values | null,
  more: (cell: Cell, run: number) => Partial<CompletedRecord> = () => ({}),
  repeat = 4,
): readonly string[] {
  const plan = planExperiment(
    experimentOf(`question: q\nalgorithms: [parrot, liar]\ncharts: []\nrepeat: ${repeat}\n${spec}`),
  )
  const cells = plan.cells.map(cell => {
    const records = plan.seeds.map((_, run): RunRecord => {
      const values = valuesOf(cell, run)
      if (values === null) return { status: "failed", reason: "threw", at: 0, event: "start", state: "{}" }
      return completedRecord({ ok: 100, ...values }, more(cell, run))
    })
    return summarize(cell, records, { messageTypes: [], figures: [] })
  })
  const beside = besidePublished(plan.experiment, cells)
  return answerOf(plan, cells, differencesOf(cells), REGISTRY.registry, [], beside).lead.map(({ sentence }) =>
    plainText(sentence),
  )
}

const LIED: Partial<CompletedRecord> = {
  findings: [{ check: "honest", verdict: "violated", at: 1, text: "it lied" }],
}

test("that a violation is asked for is not worded as that there is none", () => {
  const all = ["= 0", "> 0", ">= 0", "< 0"].map(
    bound =>
      leadOf(
        `sweep: { nodes: [3, 5] }\nanswer: points with violations ${bound}`,
        () => ({}),
        ({ variant }, run) => (variant.key === "liar" && run === 0 ? LIED : {}),
      )[0],
  )
  expect(all).toEqual([
    "Parrot: no violation in any run at all 2 points.",
    "Parrot: a violation in at least one run: at no point.",
    "Parrot and Liar: share of runs with a violation of at least 0 % at all 2 points.",
    "Parrot and Liar: share of runs with a violation below 0 %: at no point.",
  ])
})

test("a published value is not called missed where the runs have none to compare", () => {
  const spec = (at: string): string =>
    `sweep: { nodes: [3, 5, 7] }\npublished: { source: "Doe 1999", of: latency, by: Parrot, tolerance: 5%, values: [${at}] }`
  const measured = (sizes: readonly number[]) =>
    leadOf(
      spec("{ nodes: 3, is: 10ms }, { nodes: 5, is: 10ms }, { nodes: 7, is: 20ms }"),
      () => ({}),
      ({ scenario: { nodes } }) => ({ latencies: sizes.includes(nodes) ? latencies([10_000, 10_000, 10_000]) : {} }),
    )[0]
  expect([[], [3], [3, 5], [3, 5, 7], [7]].map(measured)).toEqual([
    "Parrot, median latency: no run has a value to compare with Doe 1999.",
    "Parrot, median latency: within 5 % of Doe 1999 with n = 3; off by less than 0.1 %; no value with n = 5 or 7.",
    "Parrot, median latency: within 5 % of Doe 1999 with n = 3 or 5; off by less than 0.1 %; no value with n = 7.",
    "Parrot, median latency: more than 5 % off Doe 1999 with n = 7; farthest: 10.00 ms for 20.00 ms (-50.0 %, with n = 7).",
    "Parrot, median latency: more than 5 % off Doe 1999 with n = 7; 10.00 ms for 20.00 ms (-50.0 %, with n = 7); no value " +
      "with n = 3 or 5.",
  ])
})

test("equal values of unequal certainty are no lowest and highest one", () => {
  // Liar fails in all runs but one with n = 3, and in one with n = 5.
  const isFailed = ({ variant, scenario: { nodes } }: Cell, run: number): boolean =>
    variant.key === "liar" && (nodes === 3 ? run > 0 : nodes === 5 && run > 2)
  const values = (cell: Cell, run: number): Values | null => (isFailed(cell, run) ? null : {})
  expect(leadOf("sweep: { nodes: [3, 5] }\nanswer: values of violations", values)).toEqual([
    "Parrot, share of runs with a violation: 0.00 % [0.00, 52.71] (0 of 4 runs) at all 2 points.",
    "Liar, share of runs with a violation: 0.00 % [0.00, 95.00] (0 of 1 run) with n = 3; 0.00 % [0.00, 63.16] (0 of 3 runs) " +
      "with n = 5.",
  ])
  expect(leadOf("sweep: { nodes: [3, 5], loss: [0, 1%] }\nanswer: values of violations", values)[1]).toBe(
    "Liar, share of runs with a violation: 0.00 % [0.00, 95.00] (0 of 1 run) at n = 3; 0.00 % [0.00, 63.16] (0 of 3 runs) at " +
      "n = 5.",
  )
})

test("points at which something is compared are not called all points where there are others", () => {
  /** Messages of an operation; without one that succeeds there is no value. */
  const costing =
    (sizes: readonly number[]) =>
    ({ variant, scenario: { nodes } }: Cell): Values => ({
      ok: sizes.includes(nodes) || variant.key === "parrot" ? 100 : 0,
      messages_protocol: variant.key === "parrot" ? 400 : 500,
    })
  const spec = (asked: string): string => `sweep: { nodes: [3, 5, 7] }\nanswer: ${asked} messages`
  expect(
    [[3], [3, 5], [3, 5, 7]].map(sizes =>
      ["winner by", "crossover of"].map(asked => leadOf(spec(asked), costing(sizes))[0]),
    ),
  ).toEqual([
    [
      "Fewest messages per operation: Parrot with n = 3, ahead of the next by 1.00.",
      "Liar against Parrot, messages per operation: more messages with n = 3 by 1.00; not compared with n = 5 or 7.",
    ],
    [
      "Fewest messages per operation: Parrot at all 2 compared points, ahead of the next by 1.00.",
      "Liar against Parrot, messages per operation: more messages at all 2 compared points, by 1.00; not compared with n = 7.",
    ],
    [
      "Fewest messages per operation: Parrot at all 3 points, ahead of the next by 1.00.",
      "Liar against Parrot, messages per operation: more messages at all 3 points, by 1.00.",
    ],
  ])
})

test("in a terminal ± stands for an interval only where its ends are about there", () => {
  const plan = planExperiment(experimentOf("question: q\nalgorithms: [parrot]\nnodes: 3\nrepeat: 4\n"))
  const cell = (low: number, high: number) => {
    const summary = summarize(
      plan.cells[0]!,
      plan.seeds.map(() => completedRecord({ ok: 100, messages_protocol: 3_500 })),
      { messageTypes: [], figures: [] },
    )
    return { ...summary, metrics: { ...summary.metrics, messages_per_operation: { value: 35, low, high, runs: 4 } } }
  }
  const shown = (low: number, high: number) => / (35\.00.*?) {2}/.exec(summaryTable(plan, [cell(low, high)]))![1]
  expect(
    [
      [35, 35],
      [33, 38],
      [32, 53],
      [0, 80],
    ].map(([low, high]) => shown(low!, high!)),
  ).toEqual(["35.00", "35.00 ±2.50", "35.00 [32.00, 53.00]", "35.00 [0.00, 80.00]"])
})

test("a single run without a difference is the same in every run", () => {
  const spec = "sweep: { nodes: [3, 5] }\nanswer: crossover of messages"
  expect(leadOf(spec, () => ({ messages_protocol: 400 }), undefined, 1)).toEqual([
    "Liar against Parrot, messages per operation: the same in every run.",
  ])
})

test("what the tables call too few is no value in sentences either", () => {
  // Four operations in all, where the tables say "few".
  const few = (sizes: readonly number[], answer: string) =>
    leadOf(
      `sweep: { nodes: [3, 5, 7] }\nanswer: ${answer}`,
      ({ scenario: { nodes } }) => (sizes.includes(nodes) ? { attempted: 1, ok: 1 } : { attempted: 100, ok: 100 }),
      ({ variant, scenario: { nodes } }) => {
        const micros = (variant.key === "liar" ? 2 : 1) * nodes * 1_000
        return { latencies: latencies(Array.from({ length: sizes.includes(nodes) ? 1 : 100 }, () => micros)) }
      },
    )
  expect(few([7], "values of latency")).toEqual([
    "Parrot, median latency: 3.00 ms with n = 3; 5.00 ms with n = 5; too few operations with n = 7.",
    "Liar, median latency: 6.00 ms with n = 3; 10.00 ms with n = 5; too few operations with n = 7.",
  ])
  expect(few([3, 5, 7], "values of latency")).toEqual([])
})

test("an effect of which an end is missing says why it is, whatever is missing in between", () => {
  // Of the liar: few operations with 5 nodes, and none with 7 or few.
  const effect = (last: number) =>
    leadOf(
      "sweep: { nodes: [3, 5, 7] }\nanswer: effect of nodes on latency",
      ({ variant, scenario: { nodes } }) => {
        const count = variant.key === "parrot" || nodes === 3 ? 100 : nodes === 5 ? 1 : last
        return { attempted: count, ok: count }
      },
      ({ variant, scenario: { nodes } }) => {
        const count = variant.key === "parrot" || nodes === 3 ? 100 : nodes === 5 ? 1 : last
        return { latencies: latencies(Array.from({ length: count }, () => 1_000 * nodes)) }
      },
    )[0]
  expect(effect(0)).toBe("Median latency from n = 3 to 7: Parrot 3.00 ms to 7.00 ms; Liar has no value at one of them.")
  expect(effect(1)).toBe(
    "Median latency from n = 3 to 7: Parrot 3.00 ms to 7.00 ms; Liar has too few operations at one of them.",
  )
})
