/** A page that shows a history, a linearization of it or of a part of it, and the few operations that cannot be linearized. */
import type { VNode } from "preact"
import { render } from "preact-render-to-string"
import { html, verbatim } from "../../reports/page/html.ts"
import { type HistoryVerdict, partitionHistory } from "../../services/linearizability/check.ts"
import type { Recording } from "../../services/linearizability/history-file.ts"
import { findLinearizations } from "../../services/linearizability/linearizations.ts"
import type { HistoryOperation } from "../../services/linearizability/model.ts"
import { weakened } from "../../services/linearizability/shrink.ts"
import { pictureOf } from "./picture.ts"
import { MAX_WAYS, SCRIPT, STYLE, WAYS_STYLE } from "./style.ts"

/** Maximum number of operations shown of one part, and in total. */
const MAX_OF_PART = 400
const MAX_OF_PAGE = 4000
/** Maximum number of operations of a witness that is drawn; a longer one is only marked in its part. */
const MAX_WITNESS = 20
/** Maximum number of steps of each search for linearizations to show. */
const BUDGET = 200_000
/** The number of parts that are initially open. */
const MAX_OPEN = 3

export interface PageHead {
  readonly title: string
  /** The verdict and its explanation, as on the command line. */
  readonly lines: readonly string[]
}

/** A self-contained HTML page: it opens from a file, without a network. */
export function historyPage<S, I, O>(
  recording: Recording<S, I, O>,
  judgement: HistoryVerdict<I, O>,
  { title, lines }: PageHead,
): string {
  const page = html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta http-equiv="Content-Security-Policy" content=${POLICY} />
      <meta name="viewport" content="width=device-width" />
      <title>History: ${title}</title>
      <style ...${verbatim(STYLE + WAYS_STYLE)}></style>
    </head>
    <body>
      ${LOST_PATTERN}
      <main>
        <h1>${title}</h1>
        <p class=${`verdict ${judgement.verdict}`}>${lines[0] ?? ""}</p>
        ${lines.length > 1 && html`<pre>${lines.slice(1).join("\n")}</pre>`}
        ${LEGEND}${witnessPart(recording, judgement)}${partsOf(recording, judgement)}
      </main>
      <script ...${verbatim(SCRIPT)}></script>
    </body>
  </html>`
  return `<!doctype html>\n${render(page)}\n`
}

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"

/** Hatching for operations omitted from the order shown. */
const LOST_PATTERN = html`<svg width="0" height="0" aria-hidden="true">
  <defs>
    <pattern id="lost" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <line y2="7" stroke="var(--bad)" stroke-width="2" />
    </pattern>
  </defs>
</svg>`

const KEYS = [
  ["read", "changes nothing"],
  ["write", "may change the state"],
  ["open", "outcome not known"],
  ["witness", "of the witness"],
  ["lost", "left out of the order shown"],
  ["point", "takes effect here"],
  ["band", "event of the system under test"],
] as const

const LEGEND = html`<p class="soft">
  Each row is a client; a bar runs from call to answer, and events stand at equal distances.${" "}
  ${KEYS.map(([kind, words], place) => html`${place > 0 && " "}<span class=${`key ${kind}`}></span>${words}`)}.${" "}
  Point at anything to read it in full.
</p>`

/** The witness, if it is small, and the other operations that go furthest towards explaining it. */
function witnessPart<S, I, O>(recording: Recording<S, I, O>, judgement: HistoryVerdict<I, O>): VNode | null {
  if (judgement.verdict !== "violated" || judgement.witness.length > MAX_WITNESS) return null
  const { witness, partition } = judgement
  const { model, history } = recording
  const names = new Set(witness.map(operation => nameOf(recording, operation)))
  const part = history.filter(({ input }) => model.partition(input) === partition)
  const all = weakened(model, part, operation => names.has(nameOf(recording, operation)))
  const { sequences } = findLinearizations(model, all, BUDGET)
  const used = new Set(differentWays(sequences).flat())
  const shown = all.filter(operation => operation.output !== undefined || used.has(operation)).slice(0, 2 * MAX_WITNESS)
  const kept = new Set(shown.filter(operation => names.has(nameOf(recording, operation))))
  const heading = `The witness: ${count(witness.length, "operation")} on ${partition} that no order explains`
  return html`<h2>${heading}</h2>
    <p class="soft">
      Whatever became of all other operations: each of them may have happened between its call and its answer, or never.
      Dashed are those that explain the most.
    </p>
    ${section(recording, { name: partition, shown, witness: kept, all }).drawing}`
}

function partsOf<S, I, O>(recording: Recording<S, I, O>, judgement: HistoryVerdict<I, O>): readonly VNode[] {
  const violated = judgement.verdict === "violated" ? judgement.partition : undefined
  const witness = judgement.verdict === "violated" ? judgement.witness : []
  const byName = partitionHistory(recording.model, recording.history).toSorted(
    (a, b) => Number(b.name === violated) - Number(a.name === violated) || compareNames(a.name, b.name),
  )
  const marked = new Set(witness.map(operation => nameOf(recording, operation)))
  let left = MAX_OF_PAGE
  const parts: VNode[] = []
  for (const { name, operations } of byName) {
    if (left <= 0) break
    const isMarked = (operation: HistoryOperation<I, O>): boolean =>
      name === violated && marked.has(nameOf(recording, operation))
    const shown = windowOf(operations, isMarked)
    left -= shown.length
    const cut = shown.length < operations.length ? `, ${shown.length} of them shown` : ""
    const isOpen = parts.length < MAX_OPEN
    const { isLinearizable, drawing } = section(recording, {
      name,
      shown,
      witness: new Set(shown.filter(isMarked)),
      all: operations,
    })
    const verdict = isLinearizable === undefined ? "undecided" : isLinearizable ? "linearizable" : "not linearizable"
    const summary = `${name}: ${count(operations.length, "operation")}${cut}, ${verdict}`
    parts.push(html`<details open=${isOpen}><summary>${summary}</summary>${drawing}</details>`)
  }
  const rest = byName.length - parts.length
  if (rest > 0)
    parts.push(html`<p class="soft">${count(rest, "more part")} not shown: a page holds ${MAX_OF_PAGE} operations.</p>`)
  return parts
}

const { compare: compareNames } = new Intl.Collator("en", { numeric: true })

/** Operations by identity: a witness may hold copies. */
function nameOf<S, I, O>(
  { model }: Recording<S, I, O>,
  { client, call, input, output }: HistoryOperation<I, O>,
): string {
  return `${client} ${call} ${model.describe(input, output)}`
}

/** At most as many operations as a part may show: those around the marked ones, or the first. */
function windowOf<I, O>(
  operations: readonly HistoryOperation<I, O>[],
  isMarked: (operation: HistoryOperation<I, O>) => boolean,
): readonly HistoryOperation<I, O>[] {
  if (operations.length <= MAX_OF_PART) return operations
  const sorted = operations.toSorted((a, b) => a.call - b.call)
  const last = sorted.findLastIndex(isMarked)
  const start = last < 0 ? 0 : Math.max(0, Math.min(last - MAX_OF_PART / 2, sorted.length - MAX_OF_PART))
  return sorted.slice(start, start + MAX_OF_PART)
}

interface DrawnSection {
  readonly isLinearizable: boolean | undefined
  readonly drawing: VNode
}

interface Section<I, O> {
  readonly name: string
  readonly shown: readonly HistoryOperation<I, O>[]
  readonly witness: ReadonlySet<HistoryOperation<I, O>>
  /** All linearized operations; some may not be shown. */
  readonly all: readonly HistoryOperation<I, O>[]
}

/** One picture, with buttons for its linearizations. */
function section<S, I, O>(recording: Recording<S, I, O>, { name, shown, witness, all }: Section<I, O>): DrawnSection {
  const { isLinearizable, sequences } = findLinearizations(recording.model, all, BUDGET)
  const isShown = new Set(shown)
  const ways = differentWays(sequences).slice(0, MAX_WAYS)
  const drawn = {
    operations: shown,
    witness,
    sequences: ways.map(way => way.filter(operation => isShown.has(operation))),
    partition: name,
  }
  const known = all.filter(({ output }) => output !== undefined).length
  const drawing = html`<div class="part way-0">
    ${waysOf(isLinearizable, ways, known)}${pictureOf(recording, drawn)}
  </div>`
  return { isLinearizable, drawing }
}

/**
 * The sequences that explain different answers; sequences that differ only in the number of operations of unknown
 * outcome count as one.
 */
function differentWays<I, O>(sequences: readonly (readonly HistoryOperation<I, O>[])[]) {
  const known = (sequence: readonly HistoryOperation<I, O>[]) => sequence.filter(({ output }) => output !== undefined)
  const kept: (readonly HistoryOperation<I, O>[])[] = []
  for (const sequence of sequences.toSorted((a, b) => known(b).length - known(a).length)) {
    const own = known(sequence)
    const isContained = kept.some(other => own.every(operation => other.includes(operation)))
    if (!isContained) kept.push(sequence)
  }
  return kept
}

function waysOf(
  isLinearizable: boolean | undefined,
  ways: readonly (readonly HistoryOperation<unknown, unknown>[])[],
  known: number,
): VNode {
  if (isLinearizable === true) return html`<p class="soft">The points show an order that explains every answer.</p>`
  const outcome = isLinearizable === false ? "No order explains every answer" : "No order was found within the budget"
  if (ways.length === 0) return html`<p class="soft">${outcome}, nor even the first.</p>`
  const buttons = ways.map((way, number) => {
    const placed = way.filter(({ output }) => output !== undefined).length
    return html`<button type="button" aria-pressed=${String(number === 0)}>${placed} of ${known}</button>`
  })
  return html`<div class="ways">
    <span class="soft">${outcome}. The longest orders that go as far as they can:</span>${buttons}
  </div>`
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`
}
