/** Scores of mutation runs: which mutants a sample draws, which survivors are excused, and the table of what was found. */
import { createHash } from "node:crypto"
import { proportion } from "../../analysis/statistics.ts"

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

/** What became of the mutants of a file that were tried. */
export interface FileScore {
  killed: number
  /** Ran longer than the limit by the clock. No kill: perhaps the machine was busy. */
  timedOut: number
  harmless: number
  survived: number
}

/** What is known of the files that are mutated together. */
export interface RoomScore {
  /** How many mutants there are, without those that run only while a module loads. */
  readonly mutants: number
  /** Where not all were tried: the seed by which those tried were drawn. */
  readonly seed?: number
  readonly files: Readonly<Record<string, FileScore>>
}

/** A share in per cent, with the 95 % interval of what it is of all mutants. */
interface Score {
  readonly value: number
  readonly low: number
  readonly high: number
}

interface Place {
  readonly line: number
  readonly column: number
}

interface Location {
  readonly start: Place
  readonly end: Place
}

/** A mutant as Stryker knows it, as far as a draw looks at it. */
export interface Drawable {
  readonly location: Location
  readonly mutatorName: string
  readonly replacement?: string
}

/**
 * Draws so many mutants, every one of them as likely as any other.
 * @param fileOf the mutant's file, relative to the project, so that the draw is the same in any checkout
 */
export function draw<T extends Drawable>(
  mutants: readonly T[],
  { size, seed }: { readonly size: number; readonly seed: number },
  fileOf: (mutant: T) => string,
): T[] {
  const lot = (mutant: T): string => {
    const { start, end } = mutant.location
    const place = [fileOf(mutant), start.line, start.column, end.line, end.column]
    const name = JSON.stringify([seed, ...place, mutant.mutatorName, mutant.replacement])
    return createHash("sha256").update(name).digest("hex")
  }
  return mutants
    .map(mutant => ({ mutant, lot: lot(mutant) }))
    .toSorted((one, other) => (one.lot < other.lot ? -1 : 1))
    .slice(0, size)
    .map(({ mutant }) => mutant)
}

/** The lines that a mutant changes, before and after; lines and columns count from 1. */
export function shown(
  source: string,
  { start, end }: Location,
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

/** The score of a room: the share killed of the mutants tried that are not listed as harmless. */
export function scoreOf({ seed, files }: RoomScore): Score {
  const { killed, survived, timedOut } = total(files)
  const estimate = proportion(killed, killed + survived + timedOut)
  if (estimate === null) return percent(1, seed === undefined ? 1 : 0, 1)
  // Where all were tried, nothing is left to chance.
  const { value, low, high } = seed === undefined ? { value: estimate.value, low: null, high: null } : estimate
  return percent(value, low ?? value, high ?? value)
}

/**
 * The score of several rooms, each with the weight of its mutants. Wilson's formula is given the number of mutants, drawn
 * from all rooms alike, that would scatter as these do.
 */
export function scoreOfAll(rooms: readonly RoomScore[]): Score {
  const mutants = rooms.reduce((sum, room) => sum + room.mutants, 0)
  let [value, variance] = [0, 0]
  for (const room of rooms) {
    const weight = room.mutants / mutants
    value += (weight * scoreOf(room).value) / 100
    if (room.seed !== undefined) variance += weight ** 2 * varianceOf(total(room.files))
  }
  if (variance === 0) return percent(value, value, value)
  const trials = (value * (1 - value)) / variance
  const estimate = trials === 0 ? null : proportion(value * trials, trials)
  return percent(value, estimate?.low ?? value, estimate?.high ?? value)
}

/** The variance of a share killed, with two kills and two survivors added, lest none be seen where all were killed. */
function varianceOf({ killed, survived, timedOut }: FileScore): number {
  const tried = killed + survived + timedOut + 4
  const share = (killed + 2) / tried
  return (share * (1 - share)) / tried
}

/** The page on the scores: a row a layer, then a row a room. @param missing rooms of which nothing is known */
export function summaryPage(scores: Readonly<Record<string, RoomScore>>, missing: readonly string[] = []): string {
  const layers = new Map<string, RoomScore[]>()
  for (const [name, room] of Object.entries(scores)) {
    const layer = `${name.split("/")[0]}/`
    layers.set(layer, [...(layers.get(layer) ?? []), room])
  }
  return `# Mutants killed

Written by \`npm run mutation\`, which plants one mistake after the other and runs the tests.

- Score: killed of all tried that are not listed, with the reason, in \`harmless.yaml\`.
- Timed out: ran longer than the limit by the clock. They count as not killed; an endless loop that runs through the mutant itself
  is stopped by the number of its rounds, and is a kill.
- Where not all mutants were tried, they are a sample drawn at random by the seed. The interval holds the score of all of
  them with a confidence of 95 % (Wilson). A sample says how the tests did before its survivors led to new ones; a later
  seed says how they do since.
- Rooms not measured yet, and part of no score: ${missing.length === 0 ? "none" : missing.join(", ")}.
- Tests of hundreds of random runs are left out (\`scripts/mutation.ts\`): with them more mutants would be killed.
- Left out: mistakes in texts, as the type checker finds those that matter, in assertions, and in what runs only while a
  module loads.

${table([...layers].map(([layer, rooms]) => row(layer, rooms, "", scoreOfAll(rooms))))}
${table(Object.entries(scores).map(([name, room]) => row(name, [room], room.seed ?? "", scoreOf(room))))}`
}

function total(files: RoomScore["files"]): FileScore {
  const sum = { killed: 0, timedOut: 0, harmless: 0, survived: 0 }
  for (const { killed, timedOut, harmless, survived } of Object.values(files)) {
    sum.killed += killed
    sum.timedOut += timedOut
    sum.harmless += harmless
    sum.survived += survived
  }
  return sum
}

function row(name: string, rooms: readonly RoomScore[], seed: number | string, score: Score): string {
  const sums = rooms.map(room => total(room.files))
  const sum = (count: (score: FileScore) => number): number => sums.reduce((before, one) => before + count(one), 0)
  const cells = [
    name,
    rooms.reduce((mutants, room) => mutants + room.mutants, 0),
    seed,
    sum(one => one.killed + one.timedOut + one.harmless + one.survived),
    sum(one => one.killed),
    sum(one => one.timedOut),
    sum(one => one.harmless),
    sum(one => one.survived),
    `${rounded(score.value)} %`,
    rooms.every(room => room.seed === undefined) ? "" : `${rounded(score.low)} to ${rounded(score.high)} %`,
  ]
  return `| ${cells.join(" | ")} |`
}

function table(rows: readonly string[]): string {
  const columns = ["mutants", "seed", "tried", "killed", "timed out", "harmless", "survived", "score", "interval"]
  return [`| | ${columns.join(" | ")} |`, `| --- |${" ---: |".repeat(columns.length)}`, ...rows, ""].join("\n")
}

/** Rounded down, so that 100 means all. */
function rounded(share: number): string {
  return (Math.floor(10 * share + 1e-9) / 10).toFixed(1)
}

function percent(value: number, low: number, high: number): Score {
  return { value: 100 * value, low: 100 * low, high: 100 * high }
}

function collapse(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim()
}
