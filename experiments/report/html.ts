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

/** A table; the first `wordColumns` columns are words, all others numbers. Cells are text. */
export function htmlTable(
  caption: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
  wordColumns: number,
): string {
  const cell = (tag: "th" | "td", text: string, column: number): string => {
    const kind = column >= wordColumns ? "number" : text.length <= LONGEST_UNBROKEN ? "short" : "long"
    return `<${tag}${tag === "th" ? ' scope="col"' : ""} class="${kind}">${escaped(text)}</${tag}>`
  }
  const line = (tag: "th" | "td", cells: readonly string[]): string =>
    `<tr>${cells.map((text, column) => cell(tag, text, column)).join("")}</tr>`
  return [
    '<div class="scroll" tabindex="0" role="region" aria-label="' + escaped(caption) + '"><table>',
    `<caption>${escaped(caption)}</caption>`,
    `<thead>${line("th", header)}</thead>`,
    `<tbody>${rows.map(row => line("td", row)).join("\n")}</tbody>`,
    "</table></div>",
  ].join("\n")
}

/** A part of the page that is folded away. */
export function folded(title: string, content: string): string {
  return `<details><summary>${escaped(title)}</summary>\n${content}\n</details>`
}

export function list(items: readonly string[]): string {
  return `<ul>${items.map(item => `<li>${escaped(item)}</li>`).join("\n")}</ul>`
}
