// The answer in words says what the figures show, and nothing else.
import { describe, expect, test } from "vitest"
import { summarize } from "../../../analysis/aggregate.ts"
import type { Cell } from "../../../scenarios/cell.ts"
import { CHART_FIGURES, CHART_METRICS } from "../../../analysis/kinds.ts"
import type { CompletedRecord, MeasureName } from "../../../scenarios/measure.ts"
import { planExperiment } from "../../../experiments/model/plan.ts"
import { answerOf } from "../../../reports/answer/answer.ts"
import { rankingTables } from "../../../reports/answer/ranking-table.ts"
import { plainText } from "../../../reports/answer/answer-json.ts"
import { hasWords } from "../../../reports/answer/words.ts"
import { differencesOf } from "../../experiments/support/differences.ts"
import { experimentOf, REGISTRY } from "../../experiments/support/experiments.ts"
import { completedRecord } from "../../experiments/support/records.ts"

type Values = Partial<Record<MeasureName, number>>

/** What is said of two algorithms over three sizes, of which each run has the values that `of` says. */
function answer(
  of: (cell: Cell, run: number) => Values,
  {
    sweep = "nodes: [3, 5, 7]",
    charts = "messages-by-nodes",
    asked = "winner by messages",
    algorithms = "parrot, liar",
    more = () => ({}),
  }: {
    readonly sweep?: string
    readonly charts?: string
    readonly asked?: string
    readonly algorithms?: string
    more?(cell: Cell, run: number): Partial<CompletedRecord>
  } = {},
) {
  const plan = planExperiment(
    experimentOf(`
    question: Who costs less?
    algorithms: [${algorithms}]
    sweep: { ${sweep} }
    charts: [${charts}]
    answer: ${asked}
    repeat: 4`),
  )
  const cells = plan.cells.map(cell => {
    const records = plan.seeds.map((_, run) => completedRecord({ ok: 100, ...of(cell, run) }, more(cell, run)))
    return summarize(cell, records, { messageTypes: [], figures: [] })
  })
  const whole = answerOf(plan, cells, differencesOf(cells), REGISTRY.registry)
  const { lead, parts } = whole
  const sentences = (told: readonly { readonly sentence: string }[]) => told.map(({ sentence }) => plainText(sentence))
  return {
    whole,
    lead: sentences(lead),
    findings: lead.map(({ finding }) => finding),
    parts: Object.fromEntries(parts.map(({ title, told }) => [title, sentences(told)])),
  }
}

/** Messages of a run so that an operation costs this much, with some scatter over the runs. */
const costing = (messages: number, run: number): Values => ({ messages_protocol: 100 * messages + 2 * (run % 3) })

describe("of each metric that is charted", () => {
  test("values are told with their intervals, and where algorithms differ by how much", () => {
    const { parts } = answer(({ variant, scenario: { nodes } }, run) => ({
      messages_protocol: 100 * nodes + 2 * run + (variant.key === "liar" && nodes === 7 ? 200 + 2 * run : 0),
    }))
    expect(parts).toEqual({
      "Messages per operation": [
        "Parrot: 3.03 [2.99, 3.07] with n = 3; 5.03 [4.99, 5.07] with n = 5; 7.03 [6.99, 7.07] with n = 7.",
        "Liar: 3.03 [2.99, 3.07] with n = 3; 5.03 [4.99, 5.07] with n = 5; 9.06 [8.98, 9.14] with n = 7.",
        "Liar against Parrot: more messages with n = 7 by 2.03 [1.99, 2.07]; no difference is shown with n = 3 or 5.",
      ],
    })
  })

  test("the largest difference is that of all points, told as not shown where it is not", () => {
    const noise = [900, -700, 800, -600]
    const { parts } = answer(({ variant, scenario: { nodes } }, run) => ({
      messages_protocol:
        5_000 + (variant.key === "parrot" ? 0 : nodes === 3 ? 10 + run : nodes === 5 ? noise[run]! : 0),
    }))
    expect(parts["Messages per operation"]!.at(-1)).toBe(
      "Liar against Parrot: more messages with n = 3 by 0.12 [0.09, 0.14]; no difference is shown with n = 5 or 7; " +
        "the largest difference, +1.00 [-12.81, 14.81] with n = 5, is not shown.",
    )
  })

  test("a change of sign is told from one end of the sweep to the other, with the points between which it is", () => {
    const { parts } = answer(({ variant, scenario: { nodes } }, run) =>
      costing(variant.key === "parrot" ? 5 : nodes === 3 ? 4 : nodes, run),
    )
    expect(parts["Messages per operation"]!.at(-1)).toBe(
      "Liar against Parrot: fewer messages with n = 3 by 1.00; more messages with n = 7 by 2.00; " +
        "no difference is shown with n = 5; the sign changes between n = 3 and n = 7.",
    )
  })

  test("no difference is claimed that is not shown", () => {
    const noise = [0, 80, -60, 30]
    const { parts } = answer(({ variant }, run) => ({
      messages_protocol: 400 + (variant.key === "liar" ? 10 + noise[run]! : 0),
    }))
    expect(parts["Messages per operation"]).toEqual([
      "Parrot: 4.00 at all 3 points.",
      "Liar: 4.22 [3.21, 5.09] at all 3 points.",
      "Liar against Parrot: no difference is shown at any of the 3 points; the largest is +0.23 [-0.71, 1.16] with n = 3.",
    ])
  })

  test("what is the same in every run is called that", () => {
    const { parts } = answer(() => ({ messages_protocol: 400 }))
    expect(parts["Messages per operation"]!.at(-1)).toBe("Liar against Parrot: the same in every run.")
  })

  test("over several things swept, the lowest and the highest, and which points have them", () => {
    const { parts } = answer(({ scenario: { nodes } }) => ({ messages_protocol: nodes === 3 ? 400 : 800 }), {
      sweep: "nodes: [3, 5], latency: [1ms, 10ms, 20ms]",
    })
    expect(parts["Messages per operation"]![0]).toBe("Parrot and Liar: lowest 4.00 at n = 3; highest 8.00 at n = 5.")
  })

  test("a metric that nothing was measured of is not spoken of", () => {
    expect(answer(() => ({ ok: 0 }))).toMatchObject({ lead: [], findings: [], parts: {} })
  })

  test("a difference is never written as nothing", () => {
    const { parts } = answer(({ variant }, run) => ({
      ok: 100_000,
      messages_protocol: 400_000 + (variant.key === "liar" ? 100 + run : 0),
    }))
    expect(parts["Messages per operation"]!.at(-1)).toContain("more messages at all 3 points, by 0.00101")
  })

  test("all that charts can show has words", () => {
    const metrics = [...Object.keys(CHART_METRICS), ...Object.keys(CHART_FIGURES)]
    expect(metrics.filter(metric => !hasWords(metric))).toEqual([])
  })
})

const violated = (is: boolean): Partial<CompletedRecord> =>
  is ? { findings: [{ check: "honest", verdict: "violated", at: 1, text: "it lied" }] } : {}

describe("what a spec says would answer its question:", () => {
  test("the largest value that meets conditions, and what lies beyond", () => {
    const { lead } = answer(
      ({ variant, scenario: { nodes } }) => ({ availability: variant.key === "liar" || nodes < 7 ? 1 : 0.5 }),
      {
        asked: "largest nodes with availability >= 99 % and violations = 0",
        more: ({ variant, scenario: { nodes } }, run) => violated(variant.key === "liar" && nodes === 5 && run === 2),
      },
    )
    expect(lead).toEqual([
      "Parrot: availability of at least 99 % and no violation in any run up to n = 5.",
      "Liar: availability of at least 99 % and no violation in any run only with n = 3, and again with n = 7.",
    ])
  })

  test("a later value that the runs do not decide on is not said to meet them again", () => {
    const shares = [1, 1, 1, 0.97]
    const { lead, findings } = answer(
      ({ scenario: { nodes } }, run) => ({ availability: nodes === 3 ? 1 : nodes === 5 ? 0.5 : shares[run]! }),
      { asked: "largest nodes with availability >= 99 %" },
    )
    expect(lead).toEqual([
      "Parrot and Liar: availability of at least 99 % only with n = 3; not decided by the runs with n = 7.",
    ])
    expect(findings[0]).toMatchObject({ cases: [{ last: "3", isAll: false, again: [] }], close: ["nodes=7"] })
  })

  test("no value at all", () => {
    const { lead } = answer(({ scenario: { nodes } }) => ({ availability: nodes === 3 ? 0.5 : 1 }), {
      asked: "largest nodes with availability >= 99 %",
    })
    expect(lead).toEqual(["Parrot and Liar: availability of at least 99 %: not with n = 3, but with n = 5 and n = 7."])
    const none = answer(() => ({ availability: 0.5 }), { asked: "largest nodes with availability >= 99 %" })
    expect(none.lead).toEqual(["Parrot and Liar: availability of at least 99 %: nowhere, not even with n = 3."])
  })

  test("the points at which conditions hold, and that there is none", () => {
    const asked = "points with availability >= 99 % and messages < 5"
    const { lead, findings } = answer(
      ({ variant, point: { loss } }) => ({
        availability: variant.key === "parrot" && loss!.value === 0 ? 1 : 0.5,
        messages_protocol: 400,
      }),
      { asked, sweep: "nodes: [3, 5], loss: [0, 1%]" },
    )
    expect(lead).toEqual([
      "Parrot: availability of at least 99 % and messages per operation below 5 at loss = 0%.",
      "Liar: availability of at least 99 % and messages per operation below 5: at no point.",
    ])
    expect(findings[0]).toMatchObject({
      kind: "points",
      algorithms: ["Parrot"],
      points: ["nodes=3/loss=0%", "nodes=5/loss=0%"],
    })
    const shares = [1, 1, 0.9, 1]
    const open = answer((_, run) => ({ availability: shares[run]! }), { asked: "points with availability >= 99 %" })
    expect(open.lead).toEqual([
      "Parrot and Liar: availability of at least 99 %: at no point; not decided by the runs at all 3 points.",
    ])
  })

  test("what is the same of several algorithms, or of several parts of the sweep, is told once", () => {
    const { lead, whole } = answer(
      ({ variant, scenario: { nodes }, point: { loss } }) => ({
        messages_protocol: variant.key === "liar" && loss!.value === 0 ? 600 : 100 * nodes,
      }),
      {
        asked:
          "[values of messages where loss = 0%, values of messages where loss = 1%, values of messages where loss = 2%]",
        sweep: "nodes: [3, 5], loss: [0, 1%, 2%]",
      },
    )
    expect(lead).toEqual([
      "Where loss = 0%: Parrot, messages per operation: 3.00 with n = 3; 5.00 with n = 5.",
      "Where loss = 0%: Liar, messages per operation: 6.00 at all 2 points.",
      "Where loss = 1% or 2%: Parrot and Liar, messages per operation: 3.00 with n = 3; 5.00 with n = 5.",
    ])
    // As data each is by itself.
    const own = [whole.lead[2]!, ...whole.lead[2]!.also!].map(({ finding, where }) => [
      finding.kind === "course" && finding.algorithm,
      where![0]!.value,
    ])
    expect(own).toEqual([
      ["Parrot", "1%"],
      ["Liar", "1%"],
      ["Parrot", "2%"],
      ["Liar", "2%"],
    ])
  })

  test("the smallest one, for each value of what else is swept", () => {
    const { lead } = answer(
      ({ scenario: { nodes }, point: { loss } }) => ({ availability: nodes > 3 || loss!.value === 0 ? 1 : 0.5 }),
      { asked: "smallest nodes with availability >= 99 %", sweep: "nodes: [3, 5, 7], loss: [0, 1%, 2%]" },
    )
    expect(lead).toEqual([
      "Parrot and Liar: availability of at least 99 % from n = 3 on, the least that was tried (loss = 0%); from n = 5 on " +
        "(loss = 1% or 2%).",
    ])
  })

  test("an estimate whose interval holds the bound is told as not decided", () => {
    const shares = [1, 1, 0.9, 1]
    const { lead } = answer((_, run) => ({ availability: shares[run]! }), {
      asked: "largest nodes with availability >= 97 %",
    })
    expect(lead[0]).toBe(
      "Parrot and Liar: availability of at least 97 % up to n = 7, the most that was tried; not decided by the runs at all 3 points.",
    )
  })

  test("who is best, where, and how far ahead", () => {
    const { lead } = answer(({ variant, scenario: { nodes } }, run) =>
      costing(variant.key === "parrot" ? 5 : nodes === 3 ? 4 : nodes, run),
    )
    expect(lead).toEqual([
      "Fewest messages per operation: Liar with n = 3, ahead of the next by 1.00; Liar or Parrot, not told apart, with n = 5; " +
        "Parrot with n = 7, ahead of the next by 2.00.",
    ])
  })

  test("where two change places, and that none do", () => {
    const crossing = answer(
      ({ variant, scenario: { nodes } }, run) => costing(variant.key === "parrot" ? 4 : nodes, run),
      { asked: "crossover of messages" },
    )
    expect(crossing.lead).toEqual([
      "Liar against Parrot, messages per operation: fewer messages with n = 3 by 1.00; more messages with n = 5 or 7, by up " +
        "to 3.00 with n = 7; the sign changes between n = 3 and n = 5.",
    ])
    const parallel = answer(({ variant }, run) => costing(variant.key === "parrot" ? 4 : 6, run), {
      asked: "crossover of messages",
    })
    expect(parallel.lead).toEqual([
      "Liar against Parrot, messages per operation: more messages at all 3 points, by 2.00.",
    ])
  })

  test("what an axis does to a metric, and that the one is a multiple of the other", () => {
    const { lead } = answer(
      ({ variant, point: { latency } }) => ({
        outage_total_ms: Number(latency!.value) * (variant.key === "liar" ? 4 : 1) + (variant.key === "liar" ? 0 : 7),
      }),
      {
        asked: "effect of latency on outage",
        sweep: "nodes: [3], latency: [1ms, 10ms, 100ms]",
        charts: "outage-by-latency",
      },
    )
    expect(lead).toEqual([
      "Time out of service from latency = 1ms to 100ms: Parrot 8.00 ms to 107.0 ms; Liar 4.00 ms to 400.0 ms, 4.00 times " +
        "latency at every value.",
    ])
  })

  test("a metric beside another", () => {
    const { lead } = answer(
      ({ scenario: { nodes } }) => ({ availability: nodes === 5 ? 0.9 : 1, majority_up_share: 1 }),
      { asked: "availability against majority-up" },
    )
    expect(lead).toEqual([
      "Parrot and Liar: availability beside share of time with a majority up: equal within its interval with n = 3 or 7; " +
        "below it with n = 5; farthest from it by -10.00 points (with n = 5).",
    ])
  })

  test("what was measured, where there is nobody to compare", () => {
    const { lead } = answer(({ scenario: { nodes } }) => ({ messages_protocol: 100 * nodes }), {
      algorithms: "parrot",
      asked: "winner by messages",
    })
    expect(lead).toEqual(["Parrot, messages per operation: 3.00 with n = 3; 5.00 with n = 5; 7.00 with n = 7."])
  })

  test("violations with how many runs had them, and up to how many there may be where none had", () => {
    const { lead, findings } = answer(() => ({ availability: 1 }), {
      asked: "values of violations",
      more: ({ variant }, run) => violated(variant.key === "liar" && run < 2),
    })
    expect(lead).toEqual([
      "Parrot, share of runs with a violation: 0.00 % [0.00, 52.71] (0 of 4 runs) at all 3 points.",
      "Liar, share of runs with a violation: 50.00 % [15.00, 85.00] (2 of 4 runs) at all 3 points.",
    ])
    expect(findings[1]).toMatchObject({ kind: "course", metric: "violations", lowest: { estimate: { value: 0.5 } } })
  })
})

describe("a ranking", () => {
  const algorithms = "parrot, liar, choleric"

  test("has each algorithm after those that are shown to be better, and a range of places where that is open", () => {
    const noise = [0, 300, -250, 40]
    const { lead, findings } = answer(
      ({ variant: { key } }, run) =>
        costing(key === "parrot" ? 4 : key === "liar" ? 4 : 9, key === "liar" ? run + 1 : run),
      { sweep: "nodes: [3]", algorithms, asked: "ranking by messages" },
    )
    expect(lead).toEqual(["Ranking by fewest messages per operation: 1 to 2 Parrot and Liar; 3 Choleric."])
    expect(findings).toMatchObject([
      {
        kind: "ranking",
        metric: "messages",
        points: [
          {
            places: [
              { algorithm: "Parrot", from: 1, to: 2 },
              { algorithm: "Liar", from: 1, to: 2 },
              { algorithm: "Choleric", from: 3, to: 3 },
            ],
            unranked: [],
          },
        ],
      },
    ])
    // The second is shown to be no better than the third, which scatters; only the first is.
    const open = answer(
      ({ variant: { key } }, run) => ({
        messages_protocol: key === "parrot" ? 100 + run : key === "liar" ? 600 + 2 * run : 700 + noise[run]!,
      }),
      { sweep: "nodes: [3]", algorithms, asked: "ranking by messages" },
    )
    expect(open.lead).toEqual(["Ranking by fewest messages per operation: 1 Parrot; 2 to 3 Liar and Choleric."])
  })

  test("has no place for who violated a check, however good", () => {
    const { lead, findings } = answer(({ variant: { key } }, run) => costing(key === "liar" ? 1 : 5, run), {
      algorithms: "parrot, liar",
      asked: "ranking by messages",
      more: ({ variant }, run) => violated(variant.key === "liar" && run < 3),
    })
    expect(lead).toEqual([
      "Ranking at all 3 points by fewest messages per operation: 1 Parrot; no place: Liar (violations in 3 of 4 runs).",
    ])
    expect(findings).toMatchObject([{ points: [{}, {}, { unranked: [{ algorithm: "Liar", violated: 3, runs: 4 }] }] }])
  })

  test("by several metrics is one for each, and one table of all", () => {
    const { whole } = answer(
      ({ variant: { key } }, run) => ({
        ...costing(key === "liar" ? 3 : 5, run),
        outage_total_ms: key === "liar" ? 90 + run : 10 + run,
      }),
      { sweep: "nodes: [3, 5]", algorithms: "parrot, liar", asked: "ranking by messages, outage" },
    )
    const [table, ...others] = rankingTables(whole)
    expect(others).toEqual([])
    expect(table).toMatchObject({
      caption: expect.stringContaining("Places by fewest messages per operation; by least time out of service."),
      header: ["Point", "Algorithm", "Place", "Messages per operation", "Place", "Time out of service (ms)"],
      words: 2,
    })
    expect(table!.rows.map(row => row.map(plainText))).toEqual([
      ["nodes=3", "Liar", "1", "3.02 [2.99, 3.06]", "2", "91.50 [89.45, 93.55]"],
      ["nodes=3", "Parrot", "2", "5.01 [4.99, 5.06]", "1", "11.50 [9.45, 13.55]"],
      ["nodes=5", "Liar", "1", "3.02 [2.99, 3.06]", "2", "91.50 [89.45, 93.55]"],
      ["nodes=5", "Parrot", "2", "5.01 [4.99, 5.06]", "1", "11.50 [9.45, 13.55]"],
    ])
  })
})

test("an answer may be about a part of the sweep, which its sentence begins with", () => {
  const { lead, findings } = answer(
    ({ variant, scenario: { nodes, network } }, run) =>
      costing(nodes + (variant.key === "liar" && network.loss === 0 ? 5 : 0) - (variant.key === "liar" ? 1 : 0), run),
    { sweep: "nodes: [3, 5], loss: [0%, 5%]", asked: "winner by messages where loss = 5% and nodes = 3" },
  )
  expect(lead).toEqual([expect.stringMatching(/^Where loss = 5% and n = 3: Fewest messages per operation: Liar/)])
  expect(findings).toHaveLength(1)
})
