/** What a report's page is given, and what its parts share: the algorithms hidden, and the runs asked for. */
import type { Spec } from "vega"

/** A run: place of its cell, number from 1, how it ended, whether that is bad (1), and the value of each column. */
export type Run = readonly [cell: number, repeat: number, ended: string, isBad: 0 | 1, ...values: (number | null)[]]

export interface ReportData {
  /** The folder of the results, for commands. */
  readonly outDir: string
  readonly algorithms: readonly string[]
  readonly charts: readonly { readonly name: string; readonly vega: Spec }[]
  readonly cells: readonly { readonly id: string; readonly algorithm: string }[]
  readonly columns: readonly { readonly title: string; readonly isShare: boolean }[]
  readonly runs: readonly Run[]
  /** Whether some runs of the experiment are left out here. */
  readonly isCut: boolean
  readonly total: number
}

/** Runs that the reader asked for; undefined stands for any. */
export interface Selection {
  readonly cell?: number
  readonly repeat?: number
  readonly algorithm?: string
}

type Listener = () => void

/** What the reader has chosen; whoever shows it listens. */
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

/** The data within the page. */
export function readData(): ReportData {
  const data: ReportData = JSON.parse(document.querySelector("#report-data")!.textContent)
  return data
}

/** An element with text and attributes. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  text = "",
  attributes: Readonly<Record<string, string>> = {},
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag)
  made.textContent = text
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  return made
}
