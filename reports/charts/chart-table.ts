/** The numbers of a chart as tables: CSV for other programs, LaTeX for papers. */
import { toCsv } from "../../experiments/store/csv.ts"
import type { Value } from "../../experiments/store/tables.ts"
import type { Picture } from "./frame.ts"

/** Fields that only position a number in the drawing. */
const OF_DRAWING: ReadonlySet<string> = new Set(["step"])

/** All numbers of a chart, one row per mark. */
export function chartCsv({ values }: Picture): string {
  const columns = [...new Set(values.flatMap(value => Object.keys(value)))].filter(name => {
    return !OF_DRAWING.has(name) && values.some(value => written(Reflect.get(value, name)) !== null)
  })
  return [
    ...toCsv({ columns, rows: values.map(value => columns.map(name => written(Reflect.get(value, name)))) }),
  ].join("")
}

function written(value: unknown): Value {
  if (typeof value === "boolean") return value ? "yes" : null
  return typeof value === "number" || (typeof value === "string" && value !== "") ? value : null
}

/** A number of a chart: an algorithm's value at an x value, in a panel. */
interface Entry {
  readonly algorithm: string
  readonly panel: string
  readonly across: string
  readonly value: number
  readonly low: number | null
  readonly high: number | null
}

/**
 * A chart as a LaTeX table: a row for each x value, a column for each algorithm, intervals in small print beside the numbers.
 *
 * @param across the name of the x values
 * @param isShare true if numbers are shares, which are printed in per cent
 * @returns `undefined` for charts without such numbers: distributions and timelines
 */
export function chartLatex({ title, values }: Picture, across: string, isShare: boolean): string | undefined {
  const entries = values.flatMap(entryIn)
  if (entries.length === 0) return undefined
  const algorithms = [...new Set(entries.map(({ algorithm }) => algorithm))]
  const hasPanels = entries.some(({ panel }) => panel !== "")
  const rows = Map.groupBy(entries, ({ panel, across: x }) => `${panel}\n${x}`)
  const body = [...rows].map(([key, of]) => {
    const headings = key.split("\n").slice(hasPanels ? 0 : 1)
    const cells = algorithms.map(name =>
      numberIn(
        of.find(({ algorithm }) => algorithm === name),
        isShare,
      ),
    )
    return `  ${[...headings.map(escaped), ...cells].join(" & ")} \\\\`
  })
  return [
    `% ${title}`,
    `% \\usepackage{booktabs}`,
    `\\begin{tabular}{${hasPanels ? "ll" : "l"}${"r".repeat(algorithms.length)}}`,
    "  \\toprule",
    `  ${[...(hasPanels ? [""] : []), across, ...algorithms].map(escaped).join(" & ")} \\\\`,
    "  \\midrule",
    ...body,
    "  \\bottomrule",
    "\\end{tabular}",
    "",
  ].join("\n")
}

function entryIn(mark: object): readonly Entry[] {
  const of = (name: string): unknown => Reflect.get(mark, name)
  const [value, low, high, xText] = [of("value"), of("low"), of("high"), of("xText")]
  if (typeof value !== "number" || typeof xText !== "string") return []
  const words = [of("column"), of("row"), of("yText"), of("type")].filter(
    word => typeof word === "string" && word !== "",
  )
  const algorithm = String(of("algorithm"))
  return [
    {
      algorithm,
      panel: words.filter(word => word !== algorithm).join(", "),
      across: xText,
      value,
      low: typeof low === "number" ? low : null,
      high: typeof high === "number" ? high : null,
    },
  ]
}

function numberIn(entry: Entry | undefined, isShare: boolean): string {
  if (entry === undefined) return "--"
  const { value, low, high } = entry
  const write = (number: number): string => plain(isShare ? number * 100 : number)
  const unit = isShare ? "\\,\\%" : ""
  if (low === null || high === null || low === high) return `${write(value)}${unit}`
  return `${write(value)}${unit} {\\scriptsize [${write(low)}, ${write(high)}]}`
}

/** Four significant digits, without exponent. */
function plain(value: number): string {
  return String(Math.abs(value) >= 1_000 ? Math.round(value) : Number(value.toPrecision(4)))
}

/** A text escaped for LaTeX. */
function escaped(text: string): string {
  return text
    .replaceAll("\\", "\\textbackslash ")
    .replaceAll(/[&%$#_{}]/g, "\\$&")
    .replaceAll("\u00a0", "~")
    .replaceAll("µ", "\\textmu{}")
    .replaceAll("^", "\\textasciicircum{}")
}
