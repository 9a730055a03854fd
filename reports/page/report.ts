/** The report: one self-contained HTML page that opens offline, from the answer down to single runs. */
import type { VNode } from "preact"
import { render } from "preact-render-to-string"
import { SHOWN } from "../../analysis/format.ts"
import { THEORY, THEORY_NOTE } from "../charts/encodings.ts"
import type { PageChart, ReportChart } from "./charts.ts"
import type { ReportContent } from "./content.ts"
import { answerPart, findingsPart, leadPart, notesPart, rankingPart, troublesPart } from "./findings.ts"
import { dependabilityPart } from "./dependability.ts"
import { codeInScript, html, jsonInScript, verbatim } from "./html.ts"
import { Legend } from "./legend.ts"
import { checksPart, readingPart, repeatPart } from "./method.ts"
import { MAX_ROWS } from "./runs.ts"
import { STYLE } from "./style.ts"
import { publishedPart } from "./published.ts"
import { alongPart, differencesPart, figuresPart, typesPart, windowsPart } from "./tables.ts"

/** The content security policy: nothing is loaded; `eval` is for the drawing library, which compiles its expressions. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline' 'unsafe-eval'; img-src data:"

/**
 * The page, piece by piece. The scripts, which are most of it, are separate pieces: in one string with the rest, which has
 * characters beyond Latin-1, each of their characters would take two bytes.
 */
export function reportHtml(content: ReportContent): readonly string[] {
  const { charts, vegaCode, pageCode } = content
  const whole = `<!doctype html>\n${render(page(content))}\n`
  const [beforeCode, afterCode] = splitAfterLast(whole, CODE)
  const [beforeLibrary, between] = charts.length > 0 ? splitAfterLast(beforeCode, LIBRARY) : [beforeCode, ""]
  const library = charts.length > 0 ? codeInScript(vegaCode) : ""
  return [beforeLibrary, library, between, codeInScript(pageCode), afterCode]
}

/** Tags that mark the places of the scripts. Nothing else in a page looks like them: everything else is escaped. */
const LIBRARY = '<script type="text/plain" id="library">'
const CODE = "<script>"

function splitAfterLast(text: string, tag: string): readonly [before: string, after: string] {
  const place = text.lastIndexOf(tag)
  if (place < 0) throw new Error(`the page has no ${tag}`)
  return [text.slice(0, place + tag.length), text.slice(place + tag.length)]
}

function page(content: ReportContent): VNode {
  const { plan, charts } = content
  const { question, name } = plan.experiment
  // As text at first, so that the page is readable before the drawing library has been compiled.
  const library = html`<script type="text/plain" id="library"></script>`
  return html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta http-equiv="Content-Security-Policy" content=${POLICY} />
      <title>${question}</title>
      <style ...${verbatim(STYLE)}></style>
    </head>
    <body>
      <a class="skip" href="#answer">Skip to the answer</a>
      <header>
        <p class="name">${name}</p>
        <button type="button" id="theme" aria-live="polite" hidden>Theme: automatic</button>
      </header>
      <main>
        <h1>${question}</h1>
        ${answerPart(content)}${rankingPart(content)}${leadPart(content)}${notesPart(content)}${troublesPart(content)}${chartsPart(content)}
        <h2 id="findings">Ranges and differences</h2>
        ${findingsPart(content)}
        <h2 id="figures">Figures</h2>
        ${figuresPart(content)}${dependabilityPart(content)}${publishedPart(content)}${alongPart(content)}${differencesPart(content)}${typesPart(content)}
        <h2 id="runs">Runs</h2>
        <div id="run-table">
          <p>
            Single runs are in <code>runs.csv</code>. In a browser with scripts they are listed here, and a click on a point of
            a chart or a row of the figures shows its own.
          </p>
        </div>
        ${windowsPart(content)}
        <h2 id="checks">Checks</h2>
        ${checksPart(content)}
        <h2 id="reading">How to read this</h2>
        ${readingPart(content)}
        <h2 id="repeat">How to repeat this</h2>
        ${repeatPart(content)}
      </main>
      <script type="application/json" id="report-data" ...${verbatim(jsonInScript(pageData(content)))}></script>
      ${charts.length > 0 && library}
      <script></script>
    </body>
  </html>`
}

/** The data of the page's own code: `ReportData` in `web/report/data.ts`. */
function pageData(content: ReportContent) {
  const { plan, summary, charts, runs } = content
  return {
    outDir: summary.outDir,
    ...legendOf(content),
    charts: charts.map(({ name, vega }) => ({ name, vega })),
    cells: plan.cells.slice(0, MAX_ROWS).map(({ id, variant }) => ({ id, algorithm: variant.label })),
    columns: SHOWN.map(({ name, title }) => ({ title, isShare: name === "availability" })),
    runs: runs.rows.map(({ cell, repeat, ended, isBad, values }) => [cell, repeat, ended, isBad ? 1 : 0, ...values]),
    isCut: runs.isCut,
    total: summary.runs.total,
  }
}

function legendOf({ plan, charts, looks }: ReportContent) {
  const hasTheory = charts.some(({ notes }) => notes.some(note => note.startsWith(THEORY_NOTE)))
  const algorithms = plan.experiment.variants.map(({ label }, index) => ({ label, look: looks[index]! }))
  return { algorithms, theory: hasTheory ? THEORY : null }
}

const NONE_HIDDEN: ReadonlySet<string> = new Set()

function chartsPart(content: ReportContent): VNode | null {
  if (content.charts.length === 0) return null
  return html`<h2 id="charts">Charts</h2>
    <div id="legend" class="legend" role="group" aria-label="Algorithms shown">
      <${Legend} ...${legendOf(content)} hidden=${NONE_HIDDEN} toggle=${() => {}} />
    </div>
    <p class="soft screen">
      Click a name to hide or show it everywhere; a point or row to see its runs. Drag over a chart to zoom in, double-click
      to see all again. With the keyboard: arrow keys go from point to point, Enter shows its runs, + − 0 zoom.
    </p>
    ${content.charts.map(figureOf)}`
}

const ZOOMS = [
  ["in", "+"],
  ["out", "−"],
  ["all", "All"],
] as const

function figureOf({ name, title, notes, caption, svg }: ReportChart & PageChart): VNode {
  const files = ["svg", "png", "vl.json"].map(type => html` <a href=${`charts/${name}.${type}`}>${type}</a>`)
  const id = `chart-${name}`
  const buttons = ZOOMS.map(
    ([zoom, text]) =>
      html`<button type="button" data-zoom=${zoom} aria-label=${zoom === "all" ? undefined : `Zoom ${zoom}`}>${text}</button>`,
  )
  return html`<figure data-chart=${name} aria-labelledby=${id}>
    <div class="head">
      <div>
        <h3 id=${id}>${title}</h3>
        <p class="soft">${notes.map((note, place) => html`${place > 0 && html`<br />`}${note}`)}</p>
      </div>
      <div class="tools screen" hidden>${buttons}</div>
    </div>
    <div
      class="chart"
      tabindex="0"
      role="application"
      aria-roledescription="chart"
      aria-label=${`${title} Arrow keys go from point to point; the numbers are in the table of figures.`}
    ></div>
    <p class="soft screen beyond" hidden>There is more to the right: scroll the chart sideways.</p>
    <noscript ...${verbatim(svg)}></noscript>
    <figcaption>
      ${caption} <a href="#reading">How to read this</a><span class="screen"> · Files:${files}</span>
    </figcaption>
  </figure>`
}
