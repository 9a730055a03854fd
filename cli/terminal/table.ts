/** Plain text tables and paragraphs for a terminal. */

/**
 * A table with aligned columns, two spaces apart. The last column is folded to the available width.
 *
 * @param header the column titles
 * @param rows one row of cells each; a cell is one line of text
 * @param columns the width in characters
 */
export function table(header: readonly string[], rows: readonly (readonly string[])[], columns: number): string {
  const last = header.length - 1
  const widths = header.slice(0, last).map((_, i) => Math.max(...[header, ...rows].map(row => (row[i] ?? "").length)))
  const indent = widths.reduce((sum, width) => sum + width + 2, 0)
  const lastWidth = Math.max(24, columns - indent)
  const lines = [header, header.map(title => "-".repeat(title.length)), ...rows].flatMap(row => {
    const lead = widths.map((width, i) => (row[i] ?? "").padEnd(width + 2)).join("")
    return fold(row[last] ?? "", lastWidth).map((part, i) => ((i === 0 ? lead : " ".repeat(indent)) + part).trimEnd())
  })
  return `${lines.join("\n")}\n`
}

/** Folds a text into lines of at most `width` characters, between words; a per cent sign stays with its number. */
export function fold(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ""
  for (const word of text.split(/ (?!%)/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else {
      line = line === "" ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}

/** Folds a line that is indented; continuation lines are indented by two characters more. */
export function foldIndented(text: string, width: number): string[] {
  const indent = text.length - text.trimStart().length
  return fold(text.trimStart(), width - indent - 2).map((part, i) => " ".repeat(i === 0 ? indent : indent + 2) + part)
}
