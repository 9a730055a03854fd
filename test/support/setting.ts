/** Settings in which closed forms of figures are looked up. */
import type { FigureForm, Setting, Theory } from "../../runtime/contract/theory.ts"

/** A closed form of a figure by its name. */
export function figureOf({ figures = [] }: Theory, name: string): FigureForm {
  const form = figures.find(({ figure }) => figure === name)
  if (form === undefined) throw new Error(`no closed form of ${name}`)
  return form
}

/** Three nodes that do not fail, links of 10 ms and disks of 5 ms. */
export function settingWith(given: Partial<Setting>): Setting {
  return { nodes: 3, delay: 10_000, syncLatency: 5_000, failures: null, parameters: {}, workload: {}, ...given }
}
