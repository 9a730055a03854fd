/** Scales that fit the data: from zero, logarithmic if values span much, and of nines if values are close to 100 %. */
import { largest, smallest } from "../../analysis/extremes.ts"
import type { ChartPoint } from "./data.ts"

/** Plain numbers: the formats that Vega derives from the distance between ticks give `2e+2` for 200. */
export const PLAIN_NUMBERS = "format(datum.value, ',.10~g')"

/** Numbers on the x axis with space between them: of two that would touch, one is omitted. */
export const APART = { labelOverlap: "greedy", labelSeparation: 6 } as const

/** Fields of a point on the y axis. */
export type Upward = "value" | "low" | "high" | "theory"

/** The y scale, its axis, and the fields drawn on it. */
export interface VerticalScale {
  readonly scale: object
  readonly axis: object
  /** True if the distance to 100 % is drawn instead of the values. */
  readonly isOfNines: boolean
}

/** The field that is drawn for a value. */
export function fieldOf(field: Upward, { isOfNines }: VerticalScale): string {
  return isOfNines ? `missing_${field}` : field
}

/** Shares from `from` on get a scale of nines, if their distance to 100 % spans the factor `span`. */
const NINES = { from: 0.9, span: 10 }

/** @param others values that must be in view besides those of the points */
export function verticalScale(
  points: readonly ChartPoint[],
  isShare: boolean,
  others: readonly number[] = [],
): VerticalScale {
  const own = points.flatMap(({ value, low, high, theory }) => [value, low, high, theory].filter(v => v !== null))
  const values = [...own, ...others]
  const [least, most] = [smallest(values), largest(values)]
  if (isShare) return nines(points) ?? shares(least, most)
  if (least > 0 && most / least > 100) {
    const axis = { labelExpr: PLAIN_NUMBERS, values: decadesIn(least, most) }
    return { isOfNines: false, scale: { type: "log", domain: [least / 1.2, most * 1.2], nice: false }, axis }
  }
  const axis = most >= 1_000_000 ? { format: "~s" } : { labelExpr: PLAIN_NUMBERS }
  return { isOfNines: false, scale: { zero: true, nice: true }, axis }
}

/** Ticks of a logarithmic scale: 1, 10, 100, ... if they span the range, else 1, 3, 10, ... or 1, 2, 5, 10, ... */
export function decadesIn(least: number, most: number): number[] {
  const between = most / least > 100 ? [1] : most / least > 10 ? [1, 3] : [1, 2, 5]
  const powers = Array.from({ length: 19 }, (_, power) => 10 ** (power - 6))
  return powers
    .flatMap(power => between.map(digit => Number((digit * power).toPrecision(1))))
    .filter(tick => tick >= least * 0.8 && tick <= most * 1.25)
}

/** If all shares are at least this large, their axis need not begin at 0 %. */
const HIGH = 0.7

/** From 0 to 100 %, or the part of it that holds values. */
function shares(least: number, most: number): VerticalScale {
  if (least === 1) return shares(0, 1)
  const isHigh = least >= HIGH
  const step = niceStep((isHigh ? Math.max(0.01, 1 - least) : Math.max(0.05, most)) / 4)
  const from = isHigh ? Math.max(0, Math.floor(least / step + 1e-9) * step) : 0
  const to = most > 0.5 ? 1 : Math.ceil(Math.max(0.05, most) / step - 1e-9) * step
  const format = to - from < 0.04 ? ".2~%" : ".4~%"
  const domain = from === to ? [0, 1] : [from, to]
  return { isOfNines: false, scale: { domain, nice: false }, axis: { format, tickCount: 6 } }
}

/** The smallest 1, 2 or 5 times a power of ten that is at least this large. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1e-9)))
  return [1, 2, 5, 10].map(factor => factor * power).find(step => step >= least * (1 - 1e-9)) ?? 10 * power
}

/**
 * Draws shares near 100 % by their distance to it, on a logarithmic scale: 99.9 % is as far from 99 % as that is from 90 %. A
 * share of 100 % has no place on such a scale, and is drawn at its upper edge.
 */
function nines(points: readonly ChartPoint[]): VerticalScale | undefined {
  const values = points.flatMap(({ value }) => (value === null ? [] : [value]))
  const missing = values.map(missingIn).filter(share => share > 0)
  if (values.some(value => value < NINES.from) || missing.length === 0) return undefined
  const [least, most] = [smallest(missing), largest(missing)]
  if (most / least < NINES.span) return undefined
  const { domain, hasWhole } = ninesDomain(points)
  const [from, to] = domain
  const decades = Array.from({ length: 12 }, (_, power) => 10 ** -power)
  const between = to / from > 1_000 ? [1] : [1, 2, 5]
  const ticks = decades.flatMap(decade => between.map(factor => factor * decade))
  const within = ticks.filter(tick => tick <= to * 1.001 && tick >= from * (hasWhole ? 1.5 : 0.999))
  return {
    isOfNines: true,
    scale: { type: "log", domain: [...domain], reverse: true, nice: false, clamp: true },
    axis: {
      values: hasWhole ? [...within, from] : within,
      labelExpr: `${hasWhole ? `datum.value < ${from * 1.01} ? '100%' : ` : ""}format(1 - datum.value, '.8~%')`,
    },
  }
}

/** The distances to 100 % from the best to the worst of all points; 100 % is drawn at a third of the smallest positive distance. */
function ninesDomain(points: readonly ChartPoint[]) {
  const all = points.flatMap(({ value, low, theory }) =>
    [value, low, theory].flatMap(v => (v === null ? [] : [missingIn(v)])),
  )
  const seen = points
    .flatMap(({ value, theory }) => [value, theory].flatMap(v => (v === null ? [] : [missingIn(v)])))
    .filter(share => share > 0)
  const hasWhole = all.some(share => share === 0)
  const best = smallest(seen)
  return { domain: [hasWhole ? best / 3 : best / 1.5, Math.min(1, largest(all) * 1.15)] as const, hasWhole }
}

function missingIn(share: number): number {
  // Shares are means of many numbers: a difference from 1 by rounding counts as 1.
  return Math.abs(1 - share) < 1e-12 ? 0 : 1 - share
}

/** A point with its values replaced by their distances to 100 %, for a scale of nines. */
export function withMissing(point: ChartPoint): object {
  const fields = (["value", "low", "high", "theory"] as const).map(field => {
    const value = point[field]
    return [`missing_${field}`, value === null ? null : missingIn(value)] as const
  })
  return { ...point, ...Object.fromEntries(fields) }
}
