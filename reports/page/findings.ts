/** The sentences of a report: its answer, the number of runs behind it, failures, ranges and differences. */
import type { VNode } from "preact"
import { describeRuns } from "../../analysis/precision.ts"
import { describeShrinking } from "../../debugger/shrink/describe.ts"
import type { Told } from "../answer/finding.ts"
import { rankingTables } from "../answer/ranking-table.ts"
import type { ReportContent } from "./content.ts"
import { commandLine, html, table } from "./html.ts"

export function answerPart({ summary }: ReportContent): VNode {
  return html`<div id="answer" class="answer">${summary.answer.lead.map(told => html`<p>${emphasized(told)}</p>`)}</div>`
}

/** The rankings in the answer, with the figures behind them. */
export function rankingPart({ summary }: ReportContent): readonly VNode[] {
  return rankingTables(summary.answer).map(({ caption, header, rows, words }) =>
    table(caption, header, rows, { words }),
  )
}

/** The number of runs, and of those that failed or violated a check. */
export function leadPart({ plan, summary }: ReportContent): VNode {
  const { runs, surprises } = summary
  const link = (text: string) => html`<a class="bad" href="#troubles">${text}</a>`
  const expected = surprises?.unexpected.length === 0 ? ", as expected" : ""
  const bad = [
    runs.violated > 0 ? [link(`${counted(runs.violated, "run")} violated a check`), expected] : "no check was violated",
    ...(runs.undecided > 0 ? [`${counted(runs.undecided, "run")} with an undecided check`] : []),
    ...(runs.failed > 0 ? [link(`${counted(runs.failed, "run")} failed`)] : []),
  ].map((text, place) => [place === 0 ? "" : ", ", text])
  const size = `${counted(runs.total, "run")} (${counted(plan.cells.length, "point")}, ${describeRuns(plan)}): `
  return html`<p class="lead">${size}${bad}.</p>`
}

/** Notes to read before comparing the figures. */
export function notesPart({ summary: { notes } }: ReportContent): VNode | null {
  return notes.length === 0 ? null : html`<ul class="notes">${notes.map(note => html`<li>${note}</li>`)}</ul>`
}

function counted(count: number, what: string): string {
  return `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`
}

/** The maximum number of runs listed if none was shrunk. */
const MAX_UNSHRUNK = 5

/** Violations and failures, first of all: each kind once, as its smallest scenario. */
export function troublesPart({ summary }: ReportContent): VNode | null {
  const { runs, shrunk, violations, failures } = summary
  if (runs.violated === 0 && runs.failed === 0) return null
  const kinds = shrunk.map(kind => {
    const { symptom, changes } = kind.shrunk
    const verb = ` ${symptom.kind === "failed" ? "failed" : "violated"} `
    return html`<li>
      <p><strong>${kind.label}</strong>${verb}<strong>${kind.symptom}</strong> in ${counted(kind.runs, "run")}: ${symptom.text}.</p>
      <p class="soft">
        Smallest scenario found: ${describeShrinking(kind.shrunk)} (shrunk from <code>${kind.run}</code>).${" "}
        ${changes.map(line => html`<br />${line}`)}
      </p>
      ${commandLine(kind.commands[0]!, ...kind.commands.slice(1))}
    </li>`
  })
  const unshrunk = [
    ...violations.map(({ run, check, witness, replay }) => ({ run, what: `${check}: ${witness}`, replay })),
    ...failures.map(({ run, reason, event, replay }) => ({ run, what: `${reason}; ${event}`, replay })),
  ].slice(0, MAX_UNSHRUNK)
  const others = unshrunk.map(
    ({ run, what, replay }) => html`<li><p><code>${run}</code> ${what}.</p>${commandLine(replay)}</li>`,
  )
  return html`<section id="troubles" class="troubles" aria-labelledby="troubles-title">
    <h2 id="troubles-title">What went wrong</h2>
    <ul>${kinds.length > 0 ? kinds : others}</ul>
    <p class="soft">All of it: <code>findings.csv</code>, and the runs below.</p>
  </section>`
}

const HOW_TO_READ =
  "In brackets: 95 % intervals, not adjusted for their number. Differences are paired run by run on common random numbers; one is shown " +
  "if its p-value, adjusted by Holm's method for all comparisons of the metric, is below 0.05 and rounding alone could " +
  "not cause it."

/** The sentences about each metric that the charts show. */
export function findingsPart({ summary: { answer } }: ReportContent): VNode {
  const parts = answer.parts.map(
    ({ title, told, omitted }) =>
      html`<h3>${title}</h3>
        <ul>
          ${told.map(each => html`<li>${emphasized(each)}</li>`)}
          ${omitted > 0 && html`<li class="soft">${counted(omitted, "more pair")} in the table of differences.</li>`}
        </ul>`,
  )
  return html`<div class="answer">${parts}<p class="soft">${HOW_TO_READ}</p></div>`
}

/** A sentence with its subject in bold. */
function emphasized({ sentence }: Told) {
  const colon = sentence.indexOf(": ")
  return colon < 0 ? sentence : html`<strong>${sentence.slice(0, colon)}</strong>${sentence.slice(colon)}`
}
