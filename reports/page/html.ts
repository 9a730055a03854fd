/** Small helpers for writing HTML: everything that is not markup is escaped. */

/** Text as HTML. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")
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
const LONGEST_UNBROKEN = 32

/** What stands in a cell: a text, or a text with the number it is sorted by, and what stands below it in small print. */
export type CellContent =
  | string
  | { readonly text: string; readonly sort: number | null; readonly notes?: readonly string[] }

export interface TableRow {
  readonly cells: readonly CellContent[]
  /** `data-...` attributes by name, e.g. the algorithm that the row is about. */
  readonly data?: Readonly<Record<string, string>>
}

export interface TableOptions {
  /** The first so many columns are words, all others numbers. */
  readonly words: number
  /** The page lets its reader sort the rows by any column. */
  readonly isSortable?: boolean
  readonly id?: string
}

/** A table within a region that scrolls by itself where the page is too narrow. */
export function htmlTable(
  caption: string,
  header: readonly string[],
  rows: readonly (readonly CellContent[] | TableRow)[],
  { words, isSortable = false, id }: TableOptions,
): string {
  const attributes = `${id === undefined ? "" : ` id="${escaped(id)}"`}${isSortable ? " data-sortable" : ""}`
  const head = header.map(
    (text, column) => `<th scope="col" class="${kindOf(text, column, words)}">${escaped(text)}</th>`,
  )
  return [
    `<div class="scroll" tabindex="0" role="region" aria-label="${escaped(caption)}"><table${attributes}>`,
    `<caption>${escaped(caption)}</caption>`,
    `<thead><tr>${head.join("")}</tr></thead>`,
    `<tbody>${rows.map(row => htmlRow("cells" in row ? row : { cells: row }, words)).join("\n")}</tbody>`,
    "</table></div>",
  ].join("\n")
}

function htmlRow({ cells, data = {} }: TableRow, words: number): string {
  const attributes = Object.entries(data).map(([name, value]) => ` data-${name}="${escaped(value)}"`)
  const written = cells.map((content, column) => {
    const { text, sort, notes = [] } = typeof content === "string" ? { text: content, sort: undefined } : content
    const key = sort === undefined ? "" : ` data-sort="${sort ?? ""}"`
    const below = notes.map(note => `<br><small>${escaped(note)}</small>`).join("")
    return `<td class="${kindOf(text, column, words)}"${key}>${escaped(text)}${below}</td>`
  })
  return `<tr${attributes.join("")}>${written.join("")}</tr>`
}

function kindOf(text: string, column: number, words: number): "number" | "short" | "long" {
  if (column >= words) return "number"
  return text.length <= LONGEST_UNBROKEN ? "short" : "long"
}

/** A part of the page that is folded away. */
export function folded(title: string, content: string): string {
  return `<details><summary>${escaped(title)}</summary>\n${content}\n</details>`
}

export function list(items: readonly string[]): string {
  return `<ul>${items.map(item => `<li>${escaped(item)}</li>`).join("\n")}</ul>`
}

/** Commands to copy: the first is shown, the others are behind buttons of their own. */
export function commandLine(command: string, ...others: readonly string[]): string {
  const more = others.map(other => copyButton(other, `Copy ${other.split(" ")[1] ?? ""}`))
  return `<div class="command"><code>${escaped(command)}</code>${[copyButton(command, "Copy"), ...more].join("")}</div>`
}

function copyButton(command: string, text: string): string {
  return `<button type="button" data-copy="${escaped(command)}" title="${escaped(command)}">${escaped(text)}</button>`
}
