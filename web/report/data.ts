/** The data of a report's page, and the state shared by its parts: the algorithms hidden, and the runs selected. */
import type { Spec } from "vega"
import type { LegendProps } from "../../reports/page/legend.ts"

/** A run: index of its cell, number from 1, its ending, whether that is bad (1), and the value of each column. */
export type Run = readonly [cell: number, repeat: number, ended: string, isBad: 0 | 1, ...values: (number | null)[]]

export interface ReportData extends Pick<LegendProps, "algorithms" | "theory"> {
  /** The folder of the results, for commands. */
  readonly outDir: string
  readonly charts: readonly { readonly name: string; readonly vega: Spec }[]
  /** By index in the sweep; of a large sweep, only the first, whose runs are in the page. */
  readonly cells: readonly { readonly id: string; readonly algorithm: string }[]
  readonly columns: readonly { readonly title: string; readonly isShare: boolean }[]
  readonly runs: readonly Run[]
  /** True if some runs of the experiment are left out. */
  readonly isCut: boolean
  readonly total: number
}

/** Runs selected by the reader; undefined stands for any. */
export interface Selection {
  readonly cell?: number
  readonly repeat?: number
  readonly algorithm?: string
}

type Listener = () => void

/** The reader's choices; views subscribe to them. */
export class Choices {
  readonly hidden = new Set<string>()
  selection: Selection = {}
  readonly #onHidden: Listener[] = []
  readonly #onSelection: Listener[] = []

  onHidden(listener: Listener): void {
    this.#onHidden.push(listener)
  }

  onSelection(listener: Listener): void {
    this.#onSelection.push(listener)
  }

  toggle(algorithm: string): void {
    if (!this.hidden.delete(algorithm)) this.hidden.add(algorithm)
    for (const listener of this.#onHidden) listener()
  }

  select(selection: Selection): void {
    this.selection = selection
    for (const listener of this.#onSelection) listener()
  }
}

/** The data embedded in the page. */
export function readData(): ReportData {
  const data: ReportData = JSON.parse(document.querySelector("#report-data")!.textContent)
  return data
}
