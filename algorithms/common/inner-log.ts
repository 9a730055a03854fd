/** Parameters of a replicated log that is part of another algorithm, judged as its own group would have them judged. */
import type { Algorithm, ParameterConflict } from "../../runtime/contract/algorithm.ts"
import { parametersFor } from "../../runtime/contract/composition/composition.ts"

/**
 * Judges the parameters of the log that a parameter chooses.
 *
 * @param among the algorithms that the log may be
 * @param choice the parameter by which one of them is chosen; anything but one of their names: there is no log
 * @param nodes the number of processes that keep the log
 * @param settled parameters of the log that nobody is asked for
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

/** True if parameters of the log give up its safety. */
export function isInnerUnsafe(among: readonly Algorithm[], given: object, choice: string, nodes: number): boolean {
  const log = chosenOf(among, given, choice)
  return log?.isUnsafe?.(parametersFor(log, given), nodes) === true
}

function chosenOf(among: readonly Algorithm[], given: object, choice: string): Algorithm | undefined {
  return among.find(({ name }) => name === Reflect.get(given, choice))
}
