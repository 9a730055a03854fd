/**
 * Closed forms of a group that serves while at least k of its n parts are up. Each part fails independently of the others, also
 * while the group does not serve, and is repaired as soon as a crew is free, after exponential times; all are up at the beginning.
 *
 * The number of parts that are down is a birth-death chain (Trivedi and Bobbio 2017, Reliability and Availability
 * Engineering, §9.5 and §10.2). Times are in the unit of `mtbf` and `mttr`.
 */
/** Parts with their mean time between failures (the mean time up) and their mean time to repair. */
export interface Group {
  readonly parts: number
  /** The parts that the group needs. */
  readonly needed: number
  readonly mtbf: number
  readonly mttr: number
  /** Maximum number of concurrent repairs; absent: one for each part. */
  readonly crews?: number
}

/** The long-run share of time in which the group serves. */
export function availabilityOf(group: Group): number {
  return 1 - unavailabilityOf(group)
}

/**
 * The long-run share of time in which the group does not serve: summed separately, as it may be smaller than the last digit of
 * the availability.
 */
export function unavailabilityOf(group: Group): number {
  const shares = sharesOf(group)
  return shares.slice(spare(group) + 1).reduce((sum, share) => sum + share, 0)
}

/**
 * The long-run share of time in which 0, 1, ... parts are down, from detailed balance: as many transitions up from each state
 * as down to it.
 */
function sharesOf({ parts, mtbf, mttr, crews = parts }: Group): readonly number[] {
  const weights = [1]
  for (let failed = 0; failed < parts; failed++) {
    weights.push((weights[failed]! * (parts - failed) * mttr) / (mtbf * Math.min(failed + 1, crews)))
  }
  const all = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map(weight => weight / all)
}

/** Mean time until the group first does not serve (MTTF). */
export function meanTimeToFailure(group: Group): number {
  const { mtbf, mttr, crews = group.parts } = group
  let total = 0
  let before = 0
  for (let failed = 0; failed <= spare(group); failed++) {
    // From one failure to the next, including the detours through repairs.
    const failures = (group.parts - failed) / mtbf
    before = (1 + (Math.min(failed, crews) / mttr) * before) / failures
    total += before
  }
  return total
}

/** Mean duration of an outage. */
export function meanDownTime(group: Group): number {
  return unavailabilityOf(group) / outageRate(group)
}

/**
 * Outages per unit of time in the long run: the share of time with just enough parts up, times the rate at which one of them
 * fails.
 */
export function outageRate(group: Group): number {
  return sharesOf(group)[spare(group)]! * (group.needed / group.mtbf)
}

/**
 * Probability that the group serves throughout a span: R(t).
 *
 * @param age the time since all parts were known to be up when the span begins; default: they are up then
 */
export function reliabilityAt(group: Group, time: number, age = 0): number {
  const size = spare(group) + 1
  const within = exponentialOf(ratesOf(group, size), time).map(row => row.reduce((sum, share) => sum + share, 0))
  return downAfter(group, age).reduce((sum, share, failed) => sum + share * within[failed]!, 0)
}

/** The matrix of transition rates between the states with the fewest failed parts; the last also has the rate out of them. */
function ratesOf({ parts, mtbf, mttr, crews = parts }: Group, size: number): Matrix {
  return Array.from({ length: size }, (_, failed) =>
    Array.from({ length: size }, (__, to) => {
      const [fail, repair] = [(parts - failed) / mtbf, Math.min(failed, crews) / mttr]
      if (to === failed + 1) return fail
      if (to === failed - 1) return repair
      return to === failed ? -fail - repair : 0
    }),
  )
}

/** Probabilities that 0, 1, ... parts are down, up to the number tolerated, some time after all were up. */
function downAfter(group: Group, age: number): readonly number[] {
  const [fromAllUp] = exponentialOf(ratesOf(group, group.parts + 1), age)
  return fromAllUp!.slice(0, spare(group) + 1)
}

/** Parts that may be down while the group serves. */
function spare({ parts, needed }: Group): number {
  return parts - needed
}

type Matrix = readonly (readonly number[])[]

/** The exponential of a matrix of rates times a time, by scaling and squaring (Moler and Van Loan 2003, SIAM Review 45). */
function exponentialOf(rates: Matrix, time: number): Matrix {
  const fastest = Math.max(...rates.map((row, place) => Math.abs(row[place]!)))
  let [halvings, step] = [0, time]
  while (step * fastest > 0.5) {
    step /= 2
    halvings++
  }
  const small = rates.map(row => row.map(rate => rate * step))
  let term: Matrix = rates.map((row, place) => row.map((_, column) => Number(column === place)))
  let sum = term
  for (let power = 1; power < 20; power++) {
    term = product(term, small).map(row => row.map(entry => entry / power))
    sum = sum.map((row, place) => row.map((entry, column) => entry + term[place]![column]!))
  }
  for (; halvings > 0; halvings--) sum = product(sum, sum)
  return sum
}

function product(first: Matrix, second: Matrix): Matrix {
  return first.map(row =>
    second.map((_, column) => row.reduce((sum, entry, place) => sum + entry * second[place]![column]!, 0)),
  )
}
