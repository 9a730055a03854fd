/** One page with a history, how it can be linearized or how far, and the few operations that cannot. */
import { escaped } from "../../reports/page/html.ts"
import { type HistoryVerdict, partitionHistory } from "../../services/linearizability/check.ts"
import type { Recording } from "../../services/linearizability/history-file.ts"
import { findLinearizations } from "../../services/linearizability/linearizations.ts"
import type { HistoryOperation } from "../../services/linearizability/model.ts"
import { weakened } from "../../services/linearizability/shrink.ts"
import { pictureOf } from "./picture.ts"
import { MAX_WAYS, SCRIPT, STYLE, WAYS_STYLE } from "./style.ts"

/** Operations shown of one part, and of all together. */
const MAX_OF_PART = 400
const MAX_OF_PAGE = 4000
/** Operations of a witness that is drawn; a longer one is only marked in its part. */
const MAX_WITNESS = 20
/** Steps that each search for linearizations to show may take. */
const BUDGET = 200_000
/** Parts that are open when the page is. */
const MAX_OPEN = 3

export interface PageHead {
  readonly title: string
  /** The verdict and what goes with it, as on the command line. */
  readonly lines: readonly string[]
}

/** An HTML page that stands alone: it opens from a file, without a network. */
export function historyPage<S, I, O>(
  recording: Recording<S, I, O>,
  judgement: HistoryVerdict<I, O>,
  { title, lines }: PageHead,
): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${escaped(`History: ${title}`)}</title>
<style>${STYLE}${WAYS_STYLE}</style>
</head>
<body>
<svg width="0" height="0" aria-hidden="true"><defs><pattern id="lost" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line y2="7" stroke="var(--bad)" stroke-width="2"/></pattern></defs></svg>
<main>
<h1>${escaped(title)}</h1>
<p class="verdict ${judgement.verdict}">${escaped(lines[0] ?? "")}</p>
${lines.length > 1 ? `<pre>${escaped(lines.slice(1).join("\n"))}</pre>` : ""}
${legend()}
${witnessPart(recording, judgement)}
${partsOf(recording, judgement)}
</main>
<script>${SCRIPT}</script>
</body>
</html>
`
}

function legend(): string {
  return `<p class="soft">Each row is a client; a bar runs from call to answer, and events stand at equal distances.
<span class="key read"></span>changes nothing<span class="key write"></span>may change the state
<span class="key open"></span>outcome not known<span class="key witness"></span>of the witness
<span class="key lost"></span>left out of the order shown<span class="key point"></span>takes effect here
<span class="key band"></span>what befell the system. Point at anything to read it in full.</p>`
}

/** The witness, if it is small, and what of the other operations went furthest towards explaining it. */
function witnessPart<S, I, O>(recording: Recording<S, I, O>, judgement: HistoryVerdict<I, O>): string {
  if (judgement.verdict !== "violated" || judgement.witness.length > MAX_WITNESS) return ""
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
  return (
    `<h2>${escaped(heading)}</h2><p class="soft">Whatever became of all other operations: each of them may have happened ` +
    `between its call and its answer, or never. Dashed are those that explain the most.</p>` +
    section(recording, { name: partition, shown, witness: kept, all }).html
  )
}

function partsOf<S, I, O>(recording: Recording<S, I, O>, judgement: HistoryVerdict<I, O>): string {
  const violated = judgement.verdict === "violated" ? judgement.partition : undefined
  const witness = judgement.verdict === "violated" ? judgement.witness : []
  const byName = partitionHistory(recording.model, recording.history).toSorted(
    (a, b) => Number(b.name === violated) - Number(a.name === violated) || compareNames(a.name, b.name),
  )
  const marked = new Set(witness.map(operation => nameOf(recording, operation)))
  let left = MAX_OF_PAGE
  const parts: string[] = []
  for (const { name, operations } of byName) {
    if (left <= 0) break
    const isMarked = (operation: HistoryOperation<I, O>): boolean =>
      name === violated && marked.has(nameOf(recording, operation))
    const shown = windowOf(operations, isMarked)
    left -= shown.length
    const cut = shown.length < operations.length ? `, ${shown.length} of them shown` : ""
    const open = parts.length < MAX_OPEN ? " open" : ""
    const { isLinearizable, html } = section(recording, {
      name,
      shown,
      witness: new Set(shown.filter(isMarked)),
      all: operations,
    })
    const verdict = isLinearizable === undefined ? "undecided" : isLinearizable ? "linearizable" : "not linearizable"
    const summary = `${name}: ${count(operations.length, "operation")}${cut}, ${verdict}`
    parts.push(`<details${open}><summary>${escaped(summary)}</summary>${html}</details>`)
  }
  const rest = byName.length - parts.length
  if (rest > 0)
    parts.push(`<p class="soft">${count(rest, "more part")} not shown: a page holds ${MAX_OF_PAGE} operations.</p>`)
  return parts.join("\n")
}

const { compare: compareNames } = new Intl.Collator("en", { numeric: true })

/** Operations by what they are: a witness may hold copies. */
function nameOf<S, I, O>(
  { model }: Recording<S, I, O>,
  { client, call, input, output }: HistoryOperation<I, O>,
): string {
  return `${client} ${call} ${model.describe(input, output)}`
}

/** As many operations as a part may show: those around the marked ones, or the first. */
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

interface Drawing {
  readonly isLinearizable: boolean | undefined
  readonly html: string
}

interface Section<I, O> {
  readonly name: string
  readonly shown: readonly HistoryOperation<I, O>[]
  readonly witness: ReadonlySet<HistoryOperation<I, O>>
  /** The operations that are linearized; not all of them may be shown. */
  readonly all: readonly HistoryOperation<I, O>[]
}

/** One picture, with buttons for the linearizations that it may show. */
function section<S, I, O>(recording: Recording<S, I, O>, { name, shown, witness, all }: Section<I, O>): Drawing {
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
  const html = `<div class="part way-0">${waysOf(isLinearizable, ways, known)}${pictureOf(recording, drawn)}</div>`
  return { isLinearizable, html }
}

/** The sequences that explain different answers: how often operations of unknown outcome happened is no difference. */
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
): string {
  if (isLinearizable === true) return `<p class="soft">The points show an order that explains every answer.</p>`
  const what = isLinearizable === false ? "No order explains every answer" : "No order was found within the budget"
  if (ways.length === 0) return `<p class="soft">${what}, nor even the first.</p>`
  const buttons = ways.map((way, number) => {
    const placed = way.filter(({ output }) => output !== undefined).length
    return `<button type="button" aria-pressed="${number === 0}">${placed} of ${known}</button>`
  })
  return `<div class="ways"><span class="soft">${what}. The longest orders that go as far as they can:</span>${buttons.join("")}</div>`
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`
}
