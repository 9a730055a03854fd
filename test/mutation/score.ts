/** Scores of mutation runs: which survivors are excused, and the table of what was found. */

/** A mutant and what became of it. */
export interface Mutant {
  readonly file: string
  readonly line: number
  readonly mutator: string
  readonly status: string
  /** The lines it changes, before and after, with their white space collapsed. */
  readonly original: string
  readonly mutated: string
}

/** A mutant that no test can kill, or none should, and the reason. */
export interface Harmless {
  readonly file: string
  /** The lines as {@link Mutant} shows them. */
  readonly original: string
  readonly mutated: string
  readonly why: string
}

export interface FileScore {
  killed: number
  harmless: number
  survived: number
}

interface Place {
  readonly line: number
  readonly column: number
}

/** The lines that a mutant changes, before and after; lines and columns count from 1. */
export function shown(
  source: string,
  { start, end }: { readonly start: Place; readonly end: Place },
  replacement: string,
): Pick<Mutant, "original" | "mutated"> {
  const lines = source.split("\n").slice(start.line - 1, end.line)
  const first = lines[0] ?? ""
  const last = lines.at(-1) ?? ""
  return {
    original: collapse(lines.join(" ")),
    mutated: collapse(first.slice(0, start.column - 1) + replacement + last.slice(end.column - 1)),
  }
}

export function isHarmless(list: readonly Harmless[], { file, original, mutated }: Mutant): boolean {
  return list.some(entry => entry.file === file && entry.original === original && entry.mutated === mutated)
}

/** The share of mutants killed, in per cent, of those that are not listed as harmless; rounded down. */
export function percentKilled({ killed, survived }: FileScore): number {
  return killed + survived === 0 ? 100 : Math.floor((1000 * killed) / (killed + survived)) / 10
}

/** The page on the scores: a row a layer, then a row a file. */
export function summaryTable(scores: Readonly<Record<string, FileScore>>): string {
  const layers = new Map<string, FileScore>()
  for (const [file, score] of Object.entries(scores)) {
    const layer = file.slice(0, file.indexOf("/"))
    const sum = layers.get(layer) ?? { killed: 0, harmless: 0, survived: 0 }
    sum.killed += score.killed
    sum.harmless += score.harmless
    sum.survived += score.survived
    layers.set(layer, sum)
  }
  return `# Mutants killed

Written by \`npm run mutation\`, which plants one mistake after the other and runs the tests. Score: killed of all that are
not listed, with the reason, in \`harmless.yaml\`. Mistakes in texts are left out, as the type checker finds those that matter.

${table([...layers].map(([layer, score]) => [`${layer}/`, score]))}
${table(Object.entries(scores))}`
}

function table(rows: readonly (readonly [string, FileScore])[]): string {
  const lines = rows.map(
    ([name, score]) =>
      `| ${name} | ${score.killed} | ${score.harmless} | ${score.survived} | ${percentKilled(score).toFixed(1)} % |`,
  )
  return ["| | killed | harmless | survived | score |", "| --- | ---: | ---: | ---: | ---: |", ...lines, ""].join("\n")
}

function collapse(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim()
}
