/**
 * Survival: times to a first event, some of which were cut off before it came.
 *
 * Kaplan and Meier 1958, Nonparametric estimation from incomplete observations, JASA 53. Times are independent of each
 * other, one a run, so Greenwood's variance holds. His interval leaves the range from 0 to 1 and has no width where
 * nothing happened yet; in its place stands Wilson's for as many trials as would have that variance (Rothman 1978,
 * Estimation of confidence limits for the cumulative probability of survival, Journal of Chronic Diseases 31).
 */
import { proportion, wilsonOf } from "./statistics.ts"

/** An observed time, in any unit. */
export interface Observed {
  readonly time: number
  /** False if the observation was censored then, before the event. */
  readonly hasHappened: boolean
}

/** A step of the survival function: from `time` on, a `share` has not had the event. */
export interface SurvivalStep {
  readonly time: number
  readonly share: number
  /** Ends of the 95 % interval. */
  readonly low: number
  readonly high: number
  /** Standard error by Greenwood's formula; 0 if none or all have had the event. */
  readonly error: number
  /** Observations still under way just before. */
  readonly atRisk: number
}

/** The steps of the survival function: at 0, and at each time of an event. At equal times, events precede censoring. */
export function survivalOf(observed: readonly Observed[]): readonly SurvivalStep[] {
  const inOrder = observed.toSorted((a, b) => a.time - b.time)
  if (inOrder.length === 0) return []
  const steps = [stepAt(0, 1, 0, inOrder.length)]
  let share = 1
  let sum = 0
  for (let from = 0; from < inOrder.length; ) {
    const { time } = inOrder[from]!
    let [to, events] = [from, 0]
    for (; inOrder[to]?.time === time; to++) if (inOrder[to]!.hasHappened) events++
    const atRisk = inOrder.length - from
    if (events > 0) {
      share *= 1 - events / atRisk
      sum += events / (atRisk * (atRisk - events))
      steps.push(stepAt(time, share, sum, atRisk))
    }
    from = to
  }
  return steps
}

/** @param sum Greenwood's: the variance over the square of the share */
function stepAt(time: number, share: number, sum: number, atRisk: number): SurvivalStep {
  const step = { time, share, atRisk }
  if (share === 1 || share === 0) {
    const { low, high } = proportion(share * atRisk, atRisk)!
    return { ...step, low: low!, high: high!, error: 0 }
  }
  // share * (1 - share) / variance, simplified.
  const trials = (1 - share) / (share * sum)
  return { ...step, ...wilsonOf(share, trials), error: share * Math.sqrt(sum) }
}

/** The share at a time. @param steps of {@link survivalOf} */
export function survivalAt(steps: readonly SurvivalStep[], time: number): SurvivalStep | undefined {
  return steps.findLast(step => step.time <= time)
}

/** The area below the survival function up to a time: the restricted mean time to the event. */
export function meanUpTo(steps: readonly SurvivalStep[], end: number): number {
  return steps.reduce((area, { time, share }, place) => {
    const until = Math.min(end, steps[place + 1]?.time ?? end)
    return area + share * Math.max(0, until - time)
  }, 0)
}
