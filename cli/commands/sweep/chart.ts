/** `quorate chart <what> <name>`: draws a chart of kept results for a paper, for slides, or as a table. */
import { ALGORITHMS_OPTION, command } from "../../command.ts"
import { EXIT, Interrupted, UsageError } from "../../exit-codes.ts"

const FORMATS = ["pdf", "svg", "png", "csv", "tex"] as const
type Format = (typeof FORMATS)[number]
const THEMES = ["paper", "slides", "web"] as const

/** The resolution of a PNG in dots per inch, as printers need it. */
const RESOLUTION = 300

/** The units of length, in centimetres. */
const UNITS: Readonly<Record<string, number>> = { cm: 1, mm: 0.1, in: 2.54, pt: 2.54 / 72 }

export const chart = command({
  usage: "chart <what> <name>",
  summary: "draw a chart of stored results for a paper or slides, or write its numbers",
  positionals: {
    what: { type: "string", demandOption: true, describe: "folder of results, or experiment" },
    name: {
      type: "string",
      demandOption: true,
      describe: "chart name as in specs, e.g. availability-by-crashes; any, not only those of the spec",
    },
  },
  options: {
    format: {
      type: "string",
      choices: FORMATS,
      describe: "pdf, svg, png (300 points an inch), csv (the numbers), tex (a table); default: as --out ends, or pdf",
    },
    width: {
      type: "string",
      requiresArg: true,
      describe: "e.g. 8.5cm, 17cm, 6in (default: as the theme)",
      coerce: readWidth,
    },
    theme: {
      type: "string",
      choices: THEMES,
      default: "paper" as const,
      describe:
        "paper: 8.5cm, text of 7 points, told apart in grey, words for your caption printed; slides: 24cm, 14 points; web: with title and caption",
    },
    out: { type: "string", requiresArg: true, describe: "the file to write (default: <name>.<format>)" },
    algorithms: ALGORITHMS_OPTION,
  },
  examples: [
    ["chart first-comparison availability-by-crashes", "a PDF for a column of a paper"],
    ["chart first-comparison messages-by-crashes --width 17cm --format svg", "over both columns"],
    ["chart results/first-comparison availability-by-crashes --out table.tex", "the numbers, for LaTeX"],
  ],
  async run({ what, name, width, theme, algorithms, ...output }, terminal) {
    const { experimentIn, resultsAgain } = await import("../../../experiments/run/report-again.ts")
    const { StoreError } = await import("../../../lib/errors.ts")
    const { chartProblem, chooseChart } = await import("../../../reports/charts/registry.ts")
    const { hasRuns, keptFolder, planExperiment, watch } = await import("./sweeps.ts")
    const folder = keptFolder(what)
    const { format, file } = outputOf(name, output)
    try {
      const experiment = await experimentIn(folder, algorithms)
      if (experiment === undefined || !hasRuns(folder))
        throw new UsageError(`${folder}: there are no results here; quorate run makes them`)
      const choice = chooseChart(name, experiment.dimensions)
      if ("problem" in choice) throw new UsageError(`${name}: ${choice.problem}`)
      const problem = chartProblem(name, experiment.dimensions, experiment.compare)
      if (problem !== undefined) throw new UsageError(`${name}: ${problem}`)
      const outcome = await watch(
        resultsAgain(planExperiment({ ...experiment, charts: [name] }), { outDir: folder }),
        { quiet: true },
        terminal,
      )
      if (outcome.status === "interrupted") throw new Interrupted()
      if (outcome.status === "failed") throw outcome.error
      const { writeChart } = await import("../../../reports/chart-file.ts")
      const written = await writeChart(file, choice, outcome.value, { format, theme, width, resolution: RESOLUTION })
      if ("problem" in written) throw new UsageError(`--format ${format}: ${written.problem}`)
      terminal.out.write(`${file}: ${written.what}\n`)
      for (const line of written.words) terminal.out.write(`  ${line}\n`)
      return EXIT.ok
    } catch (error) {
      throw error instanceof StoreError ? new UsageError(error.message) : error
    }
  },
})

function outputOf(
  name: string,
  { format, out }: { readonly format?: Format | undefined; readonly out?: string | undefined },
) {
  const ending = FORMATS.find(candidate => out?.endsWith(`.${candidate}`))
  const chosen = format ?? ending ?? "pdf"
  return { format: chosen, file: out ?? `${name}.${chosen}` }
}

/** @returns centimetres */
function readWidth(written: string | undefined): number | undefined {
  if (written === undefined) return undefined
  const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?)(cm|mm|in|pt)$/.exec(written) ?? []
  const width = Number(number) * (UNITS[unit] ?? Number.NaN)
  if (width >= 4 && width <= 100) return width
  throw new Error(
    `--width: expected a width from 4cm to 100cm, such as 8.5cm, 170mm or 6in; found ${JSON.stringify(written)}`,
  )
}
