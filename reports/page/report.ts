/** The report: one self-contained HTML page that opens offline, from the answer down to single runs. */
import type { ReportContent } from "./content.ts"
import { THEORY, THEORY_NOTE } from "../charts/lines.ts"
import type { Look } from "../charts/palette.ts"
import { describeRuns } from "../../analysis/precision.ts"
import { describeShrinking } from "../../debugger/shrink/describe.ts"
import type { Told } from "../answer/finding.ts"
import type { PageChart, ReportChart } from "./charts.ts"
import { SHOWN } from "../../analysis/format.ts"
import { codeInScript, commandLine, escaped, jsonInScript } from "./html.ts"
import { checksPart, readingPart, repeatPart } from "./method.ts"
import { STYLE } from "./style.ts"
import { differencesPart, figuresPart, typesPart, windowsPart } from "./tables.ts"

/** Nothing is loaded from anywhere, whatever a browser might think of; the drawing library compiles its expressions. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline' 'unsafe-eval'; img-src data:"

export function reportHtml(content: ReportContent): string {
  const { plan, charts, vegaCode, pageCode } = content
  const { question, name } = plan.experiment
  // As text at first: the page is there to be read before the library that draws it has been compiled.
  const library =
    charts.length === 0 ? "" : `<script type="text/plain" id="library">${codeInScript(vegaCode)}</script>\n`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${escaped(POLICY)}">
<title>${escaped(question)}</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#answer">Skip to the answer</a>
<header>
<p class="name">${escaped(name)}</p>
<button type="button" id="theme" aria-live="polite" hidden>Theme: automatic</button>
</header>
<main>
<h1>${escaped(question)}</h1>
<div id="answer" class="answer">${content.summary.answer.lead.map(told => `<p>${emphasized(told)}</p>`).join("\n")}</div>
${leadOf(content)}
${notesPart(content)}
${troublesPart(content)}
${chartsPart(content)}
<h2 id="findings">Ranges and differences</h2>
${findingsPart(content)}
<h2 id="figures">Figures</h2>
${figuresPart(content)}
${differencesPart(content)}
${typesPart(content)}
<h2 id="runs">Runs</h2>
<div id="run-table"><p>Single runs are in <code>runs.csv</code>. In a browser with scripts they are listed here, and a click on a
point of a chart or a row of the figures shows its own.</p></div>
${windowsPart(content)}
<h2 id="checks">Checks</h2>
${checksPart(content)}
<h2 id="reading">How to read this</h2>
${readingPart(content)}
<h2 id="repeat">How to repeat this</h2>
${repeatPart(content)}
</main>
<script type="application/json" id="report-data">${jsonInScript(pageData(content))}</script>
${library}<script>${codeInScript(pageCode)}</script>
</body>
</html>
`
}

/** What the page's own code works on; see `page/data.ts`. */
function pageData({ plan, summary, charts, runs }: ReportContent) {
  const { experiment } = plan
  return {
    outDir: summary.outDir,
    algorithms: experiment.variants.map(({ label }) => label),
    charts: charts.map(({ name, vega }) => ({ name, vega })),
    cells: plan.cells.map(({ id, variant }) => ({ id, algorithm: variant.label })),
    columns: SHOWN.map(({ name, title }) => ({ title, isShare: name === "availability" })),
    runs: runs.rows.map(({ cell, repeat, ended, isBad, values }) => [cell, repeat, ended, isBad ? 1 : 0, ...values]),
    isCut: runs.isCut,
    total: summary.runs.total,
  }
}

function leadOf({ plan, summary }: ReportContent): string {
  const { runs } = summary
  const bad = [
    runs.violated > 0
      ? `<a class="bad" href="#troubles">${counted(runs.violated, "run")} violated a check</a>${summary.surprises?.unexpected.length === 0 ? ", as expected" : ""}`
      : "no check was violated",
    ...(runs.undecided > 0 ? [`${counted(runs.undecided, "run")} with an undecided check`] : []),
    ...(runs.failed > 0 ? [`<a class="bad" href="#troubles">${counted(runs.failed, "run")} failed</a>`] : []),
  ]
  return `<p class="lead">${counted(runs.total, "run")} (${counted(plan.cells.length, "point")}, ${describeRuns(plan)}): ${bad.join(", ")}.</p>`
}

/** What to know before comparing the figures. */
function notesPart({ summary: { notes } }: ReportContent): string {
  if (notes.length === 0) return ""
  return `<ul class="notes">${notes.map(note => `<li>${escaped(note)}</li>`).join("\n")}</ul>`
}

function counted(count: number, what: string): string {
  return `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`
}

/** What went wrong, before anything else: each kind once, as the smallest scenario that shows it. */
function troublesPart({ summary }: ReportContent): string {
  const { runs, shrunk, violations, failures } = summary
  if (runs.violated === 0 && runs.failed === 0) return ""
  const kinds = shrunk.map(kind => {
    const { symptom } = kind.shrunk
    const sizes = describeShrinking(kind.shrunk)
    return `<li><p><strong>${escaped(kind.label)}</strong> ${symptom.kind === "failed" ? "failed" : "violated"}
<strong>${escaped(kind.symptom)}</strong> in ${counted(kind.runs, "run")}: ${escaped(symptom.text)}.</p>
<p class="soft">Smallest scenario found: ${escaped(sizes)} (shrunk from <code>${escaped(kind.run)}</code>).
${kind.shrunk.changes.map(line => `<br>${escaped(line)}`).join("\n")}</p>
${commandLine(kind.commands[0]!, ...kind.commands.slice(1))}</li>`
  })
  const others =
    kinds.length > 0
      ? []
      : [
          ...violations.map(({ run, check, witness, replay }) => ({ run, what: `${check}: ${witness}`, replay })),
          ...failures.map(({ run, reason, event, replay }) => ({ run, what: `${reason}; ${event}`, replay })),
        ]
          .slice(0, 5)
          .map(
            ({ run, what, replay }) =>
              `<li><p><code>${escaped(run)}</code> ${escaped(what)}.</p>${commandLine(replay)}</li>`,
          )
  return `<section id="troubles" class="troubles" aria-labelledby="troubles-title">
<h2 id="troubles-title">What went wrong</h2>
<ul>${[...kinds, ...others].join("\n")}</ul>
<p class="soft">All of it: <code>findings.csv</code>, and the runs below.</p>
</section>`
}

/** What is said of each metric that the charts show. */
function findingsPart({ summary: { answer } }: ReportContent): string {
  const parts = answer.parts.map(({ title, told, omitted }) => {
    const more =
      omitted === 0 ? "" : `\n<li class="soft">${counted(omitted, "more pair")} in the table of differences.</li>`
    return `<h3>${escaped(title)}</h3>\n<ul>${told.map(each => `<li>${emphasized(each)}</li>`).join("\n")}${more}</ul>`
  })
  const note =
    "In brackets: 95 % intervals, each for itself. Differences are paired run by run on common random numbers; one is shown " +
    "if its p-value, adjusted by Holm's method for all comparisons of the metric, is below 0.05 and rounding alone could " +
    "not make it."
  return `<div class="answer">${parts.join("\n")}\n<p class="soft">${escaped(note)}</p></div>`
}

/** Whom, or what, a sentence is about stands out. */
function emphasized({ sentence }: Told): string {
  const colon = sentence.indexOf(": ")
  return colon < 0
    ? escaped(sentence)
    : `<strong>${escaped(sentence.slice(0, colon))}</strong>${escaped(sentence.slice(colon))}`
}

function chartsPart({ plan, charts, looks }: ReportContent): string {
  if (charts.length === 0) return ""
  const buttons = plan.experiment.variants.map(({ label }, index) => {
    return `<button type="button" class="key" aria-pressed="true" data-algorithm="${escaped(label)}">${swatch(looks[index]!)}${escaped(label)}</button>`
  })
  const hasTheory = charts.some(({ notes }) => notes.some(note => note.startsWith(THEORY_NOTE)))
  const theory = hasTheory ? `<span class="key">${THEORY_LINE}${THEORY}</span>` : ""
  return `<h2 id="charts">Charts</h2>
<div class="legend" role="group" aria-label="Algorithms shown">${buttons.join("")}${theory}</div>
<p class="soft screen">Click a name to hide or show it everywhere; a point or row to see its runs. Drag over a chart to zoom in,
double-click to see all again. With the keyboard: arrow keys go from point to point, Enter shows its runs, + − 0 zoom.</p>
${charts.map(figureOf).join("\n")}`
}

function figureOf({ name, title, notes, caption, svg }: ReportChart & PageChart): string {
  const files = ["svg", "png", "vl.json"].map(type => `<a href="charts/${name}.${type}">${type}</a>`).join(" ")
  const id = `chart-${name}`
  return `<figure data-chart="${escaped(name)}" aria-labelledby="${id}">
<div class="head"><div><h3 id="${id}">${escaped(title)}</h3>
<p class="soft">${notes.map(escaped).join("<br>")}</p></div>
<div class="tools screen" hidden><button type="button" data-zoom="in" aria-label="Zoom in">+</button><button type="button"
data-zoom="out" aria-label="Zoom out">−</button><button type="button" data-zoom="all">All</button></div></div>
<div class="chart" tabindex="0" role="application" aria-roledescription="chart"
aria-label="${escaped(title)} Arrow keys go from point to point; the numbers are in the table of figures."></div>
<noscript>${svg}</noscript>
<figcaption>${escaped(caption)} <a href="#reading">How to read this</a><span class="screen"> · Files: ${files}</span></figcaption>
</figure>`
}

const SHAPES: Readonly<Record<string, string>> = {
  square: "M-4-4H4V4H-4Z",
  "triangle-up": "M0-5 5 4H-5Z",
  "triangle-down": "M0 5 5-4H-5Z",
  diamond: "M0-5 5 0 0 5-5 0Z",
  cross: "M-2-5H2V-2H5V2H2V5H-2V2H-5V-2H-2Z",
}

/** Dashed, as theory is drawn; without a shape, since it is nothing that was measured. */
const THEORY_LINE = `<svg width="26" height="12" viewBox="-13 -6 26 12" aria-hidden="true"><path d="M-13 0H13" stroke="currentColor" stroke-width="1.5" stroke-dasharray="5 4"/></svg>`

/** A key of the legend: the line and the shape that an algorithm has in the charts. */
function swatch({ colour, shape, dash }: Look): string {
  const mark =
    SHAPES[shape] === undefined
      ? `<circle r="4.5" fill="${escaped(colour)}"/>`
      : `<path d="${SHAPES[shape]}" fill="${escaped(colour)}"/>`
  return `<svg width="26" height="12" viewBox="-13 -6 26 12" aria-hidden="true"><path d="M-13 0H13" stroke="${escaped(colour)}" stroke-width="2" stroke-dasharray="${dash.join(" ")}"/>${mark}</svg>`
}
