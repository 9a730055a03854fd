/**
 * Compares the speed of two revisions on one machine, which may be busy.
 *
 * Both run side by side, taking samples in turns, so that other load slows both; the comparison is of processor time per
 * unit. Two processes of the same program differ slightly throughout, by what the engine optimizes and by memory layout. So
 * several pairs of processes are started, each pair contributes the median of its samples, and the confidence interval is
 * over the pairs. More pairs are started until the budget lies outside the interval, when the verdict is certain.
 */
import { meanSample, studentInterval } from "../analysis/statistics.ts"
import type { Sample } from "./child.ts"
import { startSampler } from "./processes.ts"

/** Comparison of this revision with another on one task. */
export interface SpeedComparison {
  readonly task: string
  /** Time per unit relative to the other revision: above 1 is slower. With the 95 % interval. */
  readonly ratio: { readonly value: number; readonly low: number; readonly high: number }
  /** Pairs of processes it took. */
  readonly rounds: number
  /** The verdict of the interval: beyond the budget on one side, or else `same`. */
  readonly verdict: "slower" | "faster" | "same"
}

export interface PairedOptions {
  /** The other revision's `bench/child.ts`, and ours. */
  readonly theirs: string
  readonly ours: string
  /** The number of pairs of processes to start with; at least 2. */
  readonly rounds: number
  /** By how much a task may become slower: 0.1 is 10 %. */
  readonly budget: number
  readonly signal: AbortSignal
}

/** Pairs of samples in each pair of processes. */
const PAIRS = 11

/** The factor by which the number of pairs of processes may grow until the verdict is certain. */
const PATIENCE = 5

/** @returns undefined if the other revision does not have the task */
export async function compareSpeed(task: string, options: PairedOptions): Promise<SpeedComparison | undefined> {
  const logarithms: number[] = []
  for (let round = 0; ; round++) {
    const logarithm = await oneRound(task, options, round % 2 === 0)
    if (logarithm === undefined) return undefined
    logarithms.push(logarithm)
    if (logarithms.length < options.rounds) continue
    const ratio = ratioOf(logarithms)
    const isSure = ratio.high < 1 + options.budget || ratio.low > 1 + options.budget
    if (isSure || logarithms.length >= PATIENCE * options.rounds) {
      return { task, ratio, rounds: logarithms.length, verdict: judge(ratio, options.budget) }
    }
  }
}

function ratioOf(logarithms: readonly number[]): SpeedComparison["ratio"] {
  const { value, low, high } = studentInterval(meanSample(logarithms)!)
  return { value: Math.exp(value), low: Math.exp(low!), high: Math.exp(high!) }
}

/** The median of the pairs of one pair of processes: the logarithm of our time per unit relative to theirs. */
async function oneRound(task: string, options: PairedOptions, oursFirst: boolean): Promise<number | undefined> {
  const { theirs, ours, signal } = options
  await using their = await startSampler(theirs, task, signal)
  if (their === undefined) return undefined
  await using own = await startSampler(ours, task, signal)
  if (own === undefined) return undefined
  const pairs: number[] = []
  for (let pair = 0; pair < PAIRS; pair++) {
    const isOursFirst = oursFirst === (pair % 2 === 0)
    const [first, second] = isOursFirst ? [own, their] : [their, own]
    const one = perUnit(await first.sample())
    const other = perUnit(await second.sample())
    pairs.push(Math.log(isOursFirst ? one / other : other / one))
  }
  return median(pairs)
}

function judge({ low, high }: SpeedComparison["ratio"], budget: number): SpeedComparison["verdict"] {
  if (low > 1 + budget) return "slower"
  return high < 1 / (1 + budget) ? "faster" : "same"
}

function perUnit({ units, cpuMs }: Sample): number {
  return cpuMs / units
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
