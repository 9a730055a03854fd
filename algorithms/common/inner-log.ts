/** Parameters of a replicated log that is part of another algorithm, validated as they would be for a group of its own. */
import type { Algorithm, ParameterConflict } from "../../runtime/contract/algorithm.ts"
import { parametersFor } from "../../runtime/contract/composition/composition.ts"

/**
 * Validates the parameters of the log that a parameter chooses.
 *
 * @param among the algorithms that the log may be
 * @param choice the parameter by which one of them is chosen; any other value means no log
 * @param nodes the number of processes that keep the log @param settled parameters of the log that are fixed
 */
export function innerConflict(
  among: readonly Algorithm[],
  given: object,
  choice: string,
  nodes: number,
  settled: object = {},
): ParameterConflict | undefined {
  const log = chosenOf(among, given, choice)
  const own = log?.conflict?.({ ...parametersFor(log, given), ...settled }, nodes)
  return own && { parameter: choice, message: `${own.parameter} of ${log?.name}: ${own.message}` }
}

/** True if the parameters make the log unsafe. */
export function isInnerUnsafe(among: readonly Algorithm[], given: object, choice: string, nodes: number): boolean {
  const log = chosenOf(among, given, choice)
  return log?.isUnsafe?.(parametersFor(log, given), nodes) === true
}

function chosenOf(among: readonly Algorithm[], given: object, choice: string): Algorithm | undefined {
  return among.find(({ name }) => name === Reflect.get(given, choice))
}
