/** The answer as JSON: each sentence with its finding, and the meaning of "shown". */
import { SIGNIFICANCE } from "../../analysis/comparisons.ts"
import type { Summary } from "../summary.ts"
import type { Told } from "./finding.ts"

/** `summary.json`: the question, the answer, and the findings of each metric; a function of the spec and the version. */
export function summaryJson({ experiment, question, runs, answer, notes, exitCode }: Summary): string {
  const { resumed: _, ...counts } = runs
  const document = {
    experiment,
    question,
    runs: counts,
    exitCode,
    significance: {
      test: "paired t-test on common random numbers",
      adjusted: "Holm, for all comparisons of a metric in the experiment",
      below: SIGNIFICANCE,
    },
    answer: answer.lead.map(plainTold),
    notes: notes.map(plainText),
    metrics: answer.parts.map(({ metric, title, told, omitted }) => ({
      metric,
      title,
      told: told.map(plainTold),
      omitted,
    })),
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

function plainTold(told: Told): Told {
  const { also, ...own } = told
  const plain = { ...own, sentence: plainText(told.sentence) }
  return also === undefined ? plain : { ...plain, also: also.map(plainTold) }
}

/** A sentence with plain spaces, for terminals and programs. */
export function plainText(sentence: string): string {
  return sentence.replaceAll("\u00a0", " ")
}
