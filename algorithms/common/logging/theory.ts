/** Closed forms that logging protocols share. */
import type { FigureForm, Setting } from "../../../runtime/contract/theory.ts"

/** The mean number of steps, of all processes together, that end with a message, and with output. */
export function countsOf({ nodes, workload }: Setting): { readonly messages: number; readonly outputs: number } {
  const steps = nodes * Number(workload["steps"])
  return { messages: steps * Number(workload["messages"]), outputs: steps * Number(workload["outputs"]) }
}

/** A figure of a computation of several processes without failures. @param count of what it counts */
export function withoutFailures(
  figure: string,
  formula: string,
  count: (setting: Setting) => number,
  workload?: FigureForm["workload"],
): FigureForm {
  return {
    service: "recovery",
    figure,
    formula,
    ...(workload === undefined ? {} : { workload }),
    holds: (_, nodes) => nodes > 1,
    value: setting => (setting.failures === null ? count(setting) : undefined),
  }
}
