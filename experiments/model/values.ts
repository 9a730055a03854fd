/** The values that an experiment goes through: of the swept settings, and of the settings computed from them. */
import type { Experiment } from "./experiment.ts"

/** A setting with its values, in the order of the cells. */
export interface Values {
  readonly name: string
  /** The formulas that the values are computed from; empty if the spec gives the values. */
  readonly formulas: readonly string[]
  readonly values: readonly string[]
}

/** The values of all swept settings, then those of the settings that the spec gives as expressions. */
export function valuesIn({ cells, dimensions }: Experiment): readonly Values[] {
  const swept = new Set(dimensions.map(({ name }) => name))
  const found = cells.flatMap(({ point, worked = {} }) => [
    ...Object.entries(point).map(([name, { text, rule }]) => ({ name, text, rule })),
    ...Object.entries(worked).flatMap(([name, { expression, value }]) =>
      swept.has(name) ? [] : [{ name, text: value, rule: expression }],
    ),
  ])
  return [...Map.groupBy(found, ({ name }) => name)].map(([name, all]) => ({
    name,
    formulas: [...new Set(all.flatMap(({ rule }) => rule ?? []))],
    values: [...new Set(all.map(({ text }) => text))],
  }))
}
