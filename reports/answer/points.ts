/** Words for points of a sweep: `with 3 or 4 crashes`, `at n = 4 to 6, traitors = 1`. */
import type { Cell, Dimension } from "../../scenarios/cell.ts"
import { shortName } from "../../analysis/words.ts"
import { countedOn, inWords } from "../../analysis/format.ts"
import type { Point } from "./finding.ts"

/** More terms are counted instead of listed. */
const MAX_TERMS = 8

/** A cell's point of the sweep as in ids, the same for every algorithm. */
export function pointKey({ id, variant }: Cell): Point {
  return id.slice(variant.key.length + 1)
}

/** A cell's coordinate on a dimension: the formula that it came from, if there is one. */
export function labelOn({ point }: Cell, { name }: Dimension): string {
  return point[name]?.rule ?? point[name]?.text ?? ""
}

/** Dimensions with several values among some cells. */
function variedIn(cells: readonly Cell[], dimensions: readonly Dimension[]): readonly Dimension[] {
  return dimensions.filter(dimension => new Set(cells.map(cell => labelOn(cell, dimension))).size > 1)
}

/** One cell for each point, and the dimensions that distinguish them. */
export interface Space {
  readonly cells: readonly Cell[]
  readonly dimensions: readonly Dimension[]
  /** All points, if these are only the compared ones among them. */
  readonly whole?: Space
}

/** Those points of a space at which something is compared. @param cells of any algorithms */
export function comparedIn(whole: Space, cells: readonly Cell[], dimensions: readonly Dimension[]): Space {
  const compared = spaceOf(cells, dimensions)
  return compared.cells.length < whole.cells.length ? { ...compared, whole } : compared
}

/** `12 points`, or `3 compared points` if there are others. */
export function countedPoints({ cells, whole }: Space): string {
  return `${cells.length} ${whole === undefined ? "points" : "compared points"}`
}

/** @param cells of any algorithms: one for each point is kept */
export function spaceOf(cells: readonly Cell[], dimensions: readonly Dimension[]): Space {
  const once = [...new Map(cells.map(cell => [pointKey(cell), cell])).values()]
  return { cells: once, dimensions: variedIn(once, dimensions) }
}

/**
 * Some points of a space in words, with a preposition: `with 3 crashes`; `at all 12 points`; `at n = 5, traitors = 1 or
 * 2`; several such terms in brackets. Empty if the space is one point.
 */
export function describePoints(some: readonly Cell[], space: Space): string {
  const chosen = new Set(some.map(pointKey))
  const { cells, dimensions, whole } = space
  if (cells.length === 1) return whole === undefined ? "" : describePoints(some, whole)
  if (cells.every(cell => chosen.has(pointKey(cell)))) return `at all ${countedPoints(space)}`
  const [only, ...more] = dimensions
  const members = cells.filter(cell => chosen.has(pointKey(cell)))
  if (only !== undefined && more.length === 0) return inWords(only, valuesOf(members, cells, only))
  const terms = termsFor(members, space)
  if (terms === null) return `at ${members.length} of ${cells.length} points`
  return terms.length === 1 ? `at ${terms[0]}` : `at ${terms.map(term => `(${term})`).join(", ")}`
}

/** Some points without a preposition, with slashes between terms: `1 or 2 traitors`, `n = 4, traitors = 1 / n = 5`. */
export function namePoints(some: readonly Cell[], space: Space): string {
  const chosen = new Set(some.map(pointKey))
  const { cells, dimensions } = space
  const members = cells.filter(cell => chosen.has(pointKey(cell)))
  const [only, ...more] = dimensions
  if (only !== undefined && more.length === 0) return countedOn(only, valuesOf(members, cells, only))
  return termsFor(members, space)?.join(" / ") ?? `${members.length} of ${cells.length} points`
}

/** The points as terms in words; null if there are too many to list. */
function termsFor(members: readonly Cell[], { cells, dimensions }: Space): readonly string[] | null {
  const terms = fewestTerms(members, cells, dimensions)
  return terms.length > MAX_TERMS ? null : terms.map(term => inOrder(term, dimensions).join(", "))
}

/** A product of values: the text for each dimension that it restricts. */
type Term = ReadonlyMap<string, string>

function inOrder(term: Term, dimensions: readonly Dimension[]): readonly string[] {
  return dimensions.flatMap(({ name }) => term.get(name) ?? [])
}

/** For more points than this, only one order of the dimensions is tried. */
const MAX_ORDERED = 200

/** The points as a union of products, in the order of dimensions that gives the fewest terms. */
function fewestTerms(some: readonly Cell[], all: readonly Cell[], dimensions: readonly Dimension[]): readonly Term[] {
  const orders = dimensions.length > 4 || all.length > MAX_ORDERED ? [dimensions] : permutations(dimensions)
  return orders
    .map(order => termsOf(some, all, order))
    .reduce((best, other) => (other.length < best.length ? other : best))
}

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length <= 1) return [items]
  return items.flatMap((item, place) => permutations(items.toSpliced(place, 1)).map(rest => [item, ...rest]))
}

/** Merges values of the first dimension whose remaining terms are equal. */
function termsOf(some: readonly Cell[], all: readonly Cell[], order: readonly Dimension[]): readonly Term[] {
  const [dimension, ...rest] = order
  if (some.length === 0) return []
  if (dimension === undefined || some.length === all.length) return [new Map()]
  const groups = new Map<string, { readonly terms: readonly Term[]; readonly values: string[] }>()
  const within = (cells: readonly Cell[]) => Map.groupBy(cells, cell => labelOn(cell, dimension))
  const [chosen, whole] = [within(some), within(all)]
  const values = [...whole.keys()]
  for (const value of values) {
    const terms = termsOf(chosen.get(value) ?? [], whole.get(value)!, rest)
    const key = JSON.stringify(terms.map(term => [...term]))
    const group = groups.get(key) ?? { terms, values: [] }
    group.values.push(value)
    groups.set(key, group)
  }
  return [...groups.values()].flatMap(({ terms, values: own }) => {
    if (own.length === values.length) return terms
    return terms.map(term => new Map([...term, [dimension.name, `${nameOf(dimension)} = ${listed(own, values)}`]]))
  })
}

/** The name of a dimension in equations. */
export function nameOf({ name }: Dimension): string {
  return name === "nodes" ? "n" : shortName(name)
}

function valuesIn(cells: readonly Cell[], dimension: Dimension): readonly string[] {
  return [...new Set(cells.map(cell => labelOn(cell, dimension)))]
}

/** The values that some cells have on a dimension, in a list: `0 to 3 or 7`. */
export function valuesOf(some: readonly Cell[], all: readonly Cell[], dimension: Dimension): string {
  return listed(valuesIn(some, dimension), valuesIn(all, dimension))
}

/** True for quantities and formulas, which are ordered; words such as `tail` are not. */
function isOrdered(text: string): boolean {
  return /^[-+(]?\d|^[-+(]?(?:floor|ceil|[fn])\b/.test(text)
}

/**
 * Lists values, with three or more neighbours as a span if they are ordered: `3, 5 or 7`, `0 to 3 or 7`, `head, middle or
 * tail`.
 */
function listed(some: readonly string[], all: readonly string[]): string {
  const spans: string[][] = []
  for (const value of all) {
    if (!some.includes(value)) continue
    const last = spans.at(-1)
    if (last !== undefined && all.indexOf(last.at(-1)!) === all.indexOf(value) - 1) last.push(value)
    else spans.push([value])
  }
  const texts = spans.flatMap(span =>
    span.length < 3 || !span.every(isOrdered) ? span : [`${span[0]} to ${span.at(-1)}`],
  )
  return texts.length === 1 ? texts[0]! : `${texts.slice(0, -1).join(", ")} or ${texts.at(-1)}`
}

/** A single point without a preposition: `2 crashes`, `n = 5, crashes = 2`; empty if it is the only one. */
export function namePoint(cell: Cell, { dimensions }: Space): string {
  const [only, ...more] = dimensions
  if (only !== undefined && more.length === 0) return countedOn(only, labelOn(cell, only))
  return dimensions.map(dimension => `${nameOf(dimension)} = ${labelOn(cell, dimension)}`).join(", ")
}

/** A single point: `n = 5, crashes = 2`, `with 3 crashes`; empty if it is the only one. */
export function describePoint(cell: Cell, space: Space): string {
  const { dimensions } = space
  const [only, ...more] = dimensions
  if (only !== undefined && more.length === 0) return inWords(only, labelOn(cell, only))
  return namePoint(cell, space)
}
