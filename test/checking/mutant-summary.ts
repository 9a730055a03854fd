/** The summary of what checks find of the planted mistakes. */
import { reasonFor } from "./not-found.ts"

/** What is known of one mistake: where it was found, if it was. */
export interface Known {
  /** The bounds, as `quorate check` takes them. */
  readonly line?: string
  readonly reason?: string
  readonly steps?: number
  readonly states: number
  readonly cpuSeconds: number
  /** Of one that checks do not find: what a hunt found, and after how many seconds of processor time. */
  readonly hunt?: { readonly reason: string; readonly cpuSeconds: number }
}

type ByMistake = Readonly<Record<string, Known>>

const HEAD = `# Planted mistakes found by checks

Written by \`node scripts/check-mutants.ts\`, which looks for each planted mistake in one set of bounds after the other, up to
60,000 states each unless the bounds say otherwise, or by so many random walks. The bounds are in \`mutant-bounds.ts\`; \`--sound\` looks whether anything is found within them in
the algorithms as they are. Steps are those of the counterexample; states, those that were visited in all bounds until then.
Processor time is that of one run on one machine, with what it takes to compile the mistake.

\`--hunt 5\` hunts for what checks do not find, as \`quorate hunt\` does, in groups of three to five nodes for five seconds of
processor time each, under the loads of all services of the algorithm by turns. In the algorithms as they are, hunts of a second find
nothing. An empty cell says little: most of those mistakes were hunted for a second or less (\`test/hunting/measured.jsonl\`).
`

export function summaryPage(known: Readonly<Record<string, ByMistake>>): string {
  const rows = Object.entries(known).map(([name, mistakes]) => {
    const all = Object.values(mistakes)
    return `| ${name} | ${counts(all)} |`
  })
  const all = Object.values(known).flatMap(Object.values) as readonly Known[]
  return [
    HEAD,
    "| algorithm | mistakes | found by checks | by hunts alone | by neither |",
    "| --- | ---: | ---: | ---: | ---: |",
    ...rows,
    `| all | ${counts(all)} |`,
    "",
    "## Not found by checks, and why",
    "",
    "| algorithm | mistake | reason | found by a hunt, CPU s |",
    "| --- | --- | --- | ---: |",
    ...Object.entries(known).flatMap(([name, mistakes]) => missed(name, mistakes)),
    "",
    "## Found",
    ...Object.entries(known).flatMap(([name, mistakes]) => foundOf(name, mistakes)),
    "",
  ].join("\n")
}

function counts(all: readonly Known[]): string {
  const found = all.filter(isFound).length
  const hunted = all.filter(each => !isFound(each) && each.hunt !== undefined).length
  return [all.length, found, hunted, all.length - found - hunted].join(" | ")
}

export function isFound({ steps }: Known): boolean {
  return steps !== undefined
}

function missed(name: string, mistakes: ByMistake): readonly string[] {
  return Object.entries(mistakes).flatMap(([mistake, each]) => {
    return isFound(each)
      ? []
      : [
          `| ${name} | ${cell(mistake)} | ${cell(reasonFor(name, mistake) ?? "**not known**")} | ${each.hunt?.cpuSeconds ?? ""} |`,
        ]
  })
}

function foundOf(name: string, mistakes: ByMistake): readonly string[] {
  const found = Object.entries(mistakes).filter(([, each]) => isFound(each))
  if (found.length === 0) return []
  const rows = found.map(([mistake, { steps, states, line, reason = "", cpuSeconds }]) => {
    return `| ${cell(mistake)} | ${cell(reason)} | ${steps} | ${states.toLocaleString("en")} | ${cpuSeconds} | \`${line}\` |`
  })
  const head = [
    "| mistake | violated | steps | states | CPU s | `quorate check` |",
    "| --- | --- | ---: | ---: | ---: | --- |",
  ]
  return ["", `### ${name}`, "", ...head, ...rows]
}

function cell(text: string): string {
  return text.replaceAll("|", String.raw`\|`).replaceAll("\n", " ")
}
