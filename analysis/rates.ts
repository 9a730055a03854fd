/**
 * Rates of events, and mean times between them, with exact intervals.
 *
 * Events that come independently of each other at a constant rate are Poisson distributed; Garwood's limits (1936,
 * Fiducial limits for the Poisson distribution, Biometrika 28) are the rates at which as few, or as many, come in 2.5 % of
 * experiments. Of times to failure they are the gamma interval: 2 T / chi-square with 2r + 2 and 2r degrees of freedom
 * (Epstein and Sobel 1953, Life testing, JASA 48).
 */
import { remembered } from "../lib/remembered.ts"
import { exponential, logarithm } from "../runtime/lib/exact-math.ts"

/** An estimate that may lack a value, or an end, if there were too few events. */
export interface OpenEstimate {
  /** Null if no event came. */
  readonly value: number | null
  readonly low: number
  /** Null if no event came: the mean time has no upper bound. */
  readonly high: number | null
}

/**
 * The mean time to an event, from the total time watched and the number of events in it. If none came, the lower end is the
 * exact one-sided 95 % bound.
 */
export function meanTimeTo(watched: number, events: number): OpenEstimate {
  const { low, high } = limitsOf(events)
  const value = events === 0 ? null : watched / events
  return { value, low: watched / high, high: low === null ? null : watched / low }
}

/** The Poisson means at which as few, or as many, events come with a probability of 2.5 %; if none came, 5 %. */
const limitsOf = remembered((events: number) =>
  events === 0
    ? { low: null, high: poissonLimit(0, 0.05, "high") }
    : { low: poissonLimit(events, 0.025, "low"), high: poissonLimit(events, 0.025, "high") },
)

/**
 * The Poisson mean at which at most (`high`), or at least (`low`), this number of events comes with the given probability.
 *
 * @param events an integer of at least 0; of at least 1 for the lower limit
 */
export function poissonLimit(events: number, probability: number, end: "low" | "high"): number {
  let low = end === "low" ? 0 : events
  let high = end === "low" ? events : events + 10 * Math.sqrt(events + 1) + 10
  const logFactorial = logFactorialOf(events)
  // Bisection down to adjacent numbers: bit-identical on every machine.
  for (let middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2) {
    const beyond = tail(middle, events, logFactorial, end)
    if (end === "low" ? beyond < probability : beyond > probability) low = middle
    else high = middle
  }
  return low
}

/** The probability of at most `events` (`high`) or at least `events` (`low`), as a series from its largest term. */
function tail(mean: number, events: number, logFactorial: number, end: "low" | "high"): number {
  let term = mean === 0 ? Number(events === 0) : exponential(events * logarithm(mean) - mean - logFactorial)
  let sum = term
  for (let k = events; term > sum * 1e-17; ) {
    term *= end === "high" ? k-- / mean : mean / ++k
    sum += term
  }
  return sum
}

function logFactorialOf(count: number): number {
  let sum = 0
  for (let k = 2; k <= count; k++) sum += logarithm(k)
  return sum
}
