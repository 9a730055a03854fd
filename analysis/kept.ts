/**
 * Summaries that stay in memory after the result files of their cells are written: the material of charts, sentences and pages.
 * A sweep may have 100,000 cells of some hundred estimates each, so estimates are stored as columns of numbers, 29 bytes each
 * instead of 120, and become objects again on access.
 */
import type { CellSummary, ComparableSummary, SummaryPart } from "./aggregate.ts"
import type { Estimate } from "./statistics.ts"

type Estimates = Readonly<Record<string, Estimate | null>>

/** The summaries of a number of cells. */
export class KeptSummaries {
  readonly #metrics: EstimateColumns
  readonly #figures: EstimateColumns
  readonly #byType: EstimateColumns

  constructor(cells: number) {
    this.#metrics = new EstimateColumns(cells)
    this.#figures = new EstimateColumns(cells)
    this.#byType = new EstimateColumns(cells)
  }

  /**
   * Keeps the needed parts of the summary of a cell.
   *
   * @param place the cell's
   * @param parts the parts other than estimates that charts will draw
   */
  keep(place: number, summary: ComparableSummary, parts: ReadonlySet<SummaryPart>): CellSummary {
    const keptIf = <Step>(part: SummaryPart, steps: readonly Step[]): readonly Step[] => (parts.has(part) ? steps : [])
    const { samples: _, latencies: __, ...others } = summary
    const { dependability } = summary
    return {
      ...others,
      metrics: this.#metrics.keep(place, summary.metrics),
      figures: this.#figures.keep(place, summary.figures),
      byType: this.#byType.keep(place, summary.byType),
      latencyCurve: keptIf("latencyCurve", summary.latencyCurve),
      recoveryCurve: keptIf("recoveryCurve", summary.recoveryCurve),
      windows: keptIf("windows", summary.windows),
      dependability: {
        ...dependability,
        reliability: keptIf("reliability", dependability.reliability),
        maintainability: keptIf("maintainability", dependability.maintainability),
        levels: parts.has("levels") ? dependability.levels : null,
      },
    }
  }
}

/** Estimates by name of many cells. */
class EstimateColumns {
  readonly #cells: number
  readonly #columns = new Map<string, EstimateColumn>()
  /** Distinct lists of names, few of them, shared between cells. */
  readonly #lists: (readonly string[])[] = []

  constructor(cells: number) {
    this.#cells = cells
  }

  /** Keeps the estimates of a cell. @returns a record equal to the one given */
  keep(place: number, estimates: Estimates): Estimates {
    const names = this.#once(Object.keys(estimates))
    for (const name of names) {
      const estimate = estimates[name]
      if (estimate) this.#column(name).set(place, estimate)
    }
    return new Proxy<Estimates>({}, new RowOfColumns(this.#columns, place, names))
  }

  #column(name: string): EstimateColumn {
    const known = this.#columns.get(name)
    if (known !== undefined) return known
    const column = new EstimateColumn(this.#cells)
    this.#columns.set(name, column)
    return column
  }

  #once(names: readonly string[]): readonly string[] {
    const isSame = (list: readonly string[]): boolean =>
      list.length === names.length && list.every((name, index) => name === names[index])
    const known = this.#lists.find(isSame)
    if (known === undefined) this.#lists.push(names)
    return known ?? names
  }
}

/** Bits of {@link EstimateColumn}: the parts that an estimate has. */
const [IS_THERE, HAS_LOW, HAS_HIGH, IS_OVER] = [1, 2, 4, 8]

/** One named estimate of all cells. */
class EstimateColumn {
  /** Values and interval ends. */
  readonly #numbers: Float64Array
  readonly #runs: Uint32Array
  readonly #has: Uint8Array

  constructor(cells: number) {
    this.#numbers = new Float64Array(3 * cells)
    this.#runs = new Uint32Array(cells)
    this.#has = new Uint8Array(cells)
  }

  set(place: number, { value, low, high, runs, isOver }: Estimate): void {
    this.#numbers[3 * place] = value
    this.#numbers[3 * place + 1] = low ?? 0
    this.#numbers[3 * place + 2] = high ?? 0
    this.#runs[place] = runs
    const ends = (low === null ? 0 : HAS_LOW) | (high === null ? 0 : HAS_HIGH)
    this.#has[place] = IS_THERE | ends | (isOver === true ? IS_OVER : 0)
  }

  get(place: number): Estimate | null {
    const has = this.#has[place]!
    if ((has & IS_THERE) === 0) return null
    const [value, low, high] = this.#numbers.subarray(3 * place, 3 * place + 3)
    return {
      value: value!,
      low: (has & HAS_LOW) === 0 ? null : low!,
      high: (has & HAS_HIGH) === 0 ? null : high!,
      runs: this.#runs[place]!,
      ...((has & IS_OVER) === 0 ? {} : { isOver: true }),
    }
  }
}

/** A row of the columns as a record: it looks like plain data. */
class RowOfColumns implements ProxyHandler<Estimates> {
  readonly #columns: ReadonlyMap<string, EstimateColumn>
  readonly #place: number
  readonly #names: readonly string[]

  constructor(columns: ReadonlyMap<string, EstimateColumn>, place: number, names: readonly string[]) {
    this.#columns = columns
    this.#place = place
    this.#names = names
  }

  get(_: Estimates, name: string | symbol): Estimate | null | undefined {
    if (!this.has(_, name)) return undefined
    return this.#columns.get(String(name))?.get(this.#place) ?? null
  }

  has(_: Estimates, name: string | symbol): boolean {
    return typeof name === "string" && this.#names.includes(name)
  }

  ownKeys(): string[] {
    return [...this.#names]
  }

  getOwnPropertyDescriptor(target: Estimates, name: string | symbol): PropertyDescriptor | undefined {
    if (!this.has(target, name)) return undefined
    return { value: this.get(target, name), enumerable: true, configurable: true, writable: false }
  }
}
