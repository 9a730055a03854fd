/**
 * The markup of a report: Preact elements, written as HTML in templates that need no build step. Values in a template are text,
 * and are escaped when the page is written.
 */
import { html } from "htm/preact"
import type { ComponentChildren, VNode } from "preact"

export { html }

/** Content that is already markup or code, such as a picture: written without escaping. */
export function verbatim(content: string): { readonly dangerouslySetInnerHTML: { readonly __html: string } } {
  return { dangerouslySetInnerHTML: { __html: content } }
}

/** Plain data inside a `<script type="application/json">`. */
export function jsonInScript(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029")
}

/** JavaScript inside a `<script>`: the text `</script` must not end it. */
export function codeInScript(code: string): string {
  return code.replaceAll(/<\/(script)/gi, "<\\/$1").replaceAll("<!--", "<\\!--")
}

/** Words up to this length stay on one line. */
const MAX_UNBROKEN = 32

/** The content of a cell: a text, optionally with its sort key and notes in small print below it. */
export type CellContent =
  | string
  | { readonly text: string; readonly sort: number | null; readonly notes?: readonly string[] }

export interface TableRow {
  readonly cells: readonly CellContent[]
  /** `data-...` attributes by name, e.g. the row's algorithm. */
  readonly data?: Readonly<Record<string, string>>
}

export interface TableOptions {
  /** Number of text columns; all columns after them are numbers. */
  readonly words: number
  /** True if the reader can sort the rows by any column. */
  readonly isSortable?: boolean
  readonly id?: string
}

/** A table in a region that scrolls separately if the page is too narrow. */
export function table(
  caption: string,
  header: readonly string[],
  rows: readonly (readonly CellContent[] | TableRow)[],
  { words, isSortable = false, id }: TableOptions,
): VNode {
  const head = header.map((text, column) => html`<th scope="col" class=${kindOf(text, column, words)}>${text}</th>`)
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${caption}>
    <table id=${id} ...${isSortable ? { "data-sortable": "" } : {}}>
      <caption>${caption}</caption>
      <thead><tr>${head}</tr></thead>
      <tbody>${rows.map(row => tableRow("cells" in row ? row : { cells: row }, words))}</tbody>
    </table>
  </div>`
}

function tableRow({ cells, data = {} }: TableRow, words: number): VNode {
  const attributes = Object.fromEntries(Object.entries(data).map(([name, value]) => [`data-${name}`, value]))
  const written = cells.map((content, column) => {
    const { text, sort, notes = [] } = typeof content === "string" ? { text: content, sort: undefined } : content
    const key = sort === undefined ? {} : { "data-sort": String(sort ?? "") }
    const below = notes.map(note => html`<br /><small>${note}</small>`)
    return html`<td class=${kindOf(text, column, words)} ...${key}>${text}${below}</td>`
  })
  return html`<tr ...${attributes}>${written}</tr>`
}

function kindOf(text: string, column: number, words: number): "number" | "short" | "long" {
  if (column >= words) return "number"
  return text.length <= MAX_UNBROKEN ? "short" : "long"
}

/** A collapsed part of the page. */
export function folded(title: string, content: ComponentChildren): VNode {
  return html`<details><summary>${title}</summary>${content}</details>`
}

export function list(items: readonly string[]): VNode {
  return html`<ul>${items.map(item => html`<li>${item}</li>`)}</ul>`
}

/** Commands to copy: the first is shown, the others are behind buttons. */
export function commandLine(command: string, ...others: readonly string[]): VNode {
  const more = others.map(other => copyButton(other, `Copy ${other.split(" ")[1] ?? ""}`))
  return html`<div class="command"><code>${command}</code>${copyButton(command, "Copy")}${more}</div>`
}

function copyButton(command: string, text: string): VNode {
  return html`<button type="button" data-copy=${command} title=${command}>${text}</button>`
}
