/** Finds the operations of unknown outcome that a search may need. */
import type { HistoryOperation, Model, Trace } from "./model.ts"

/**
 * The places of the operations of unknown outcome, except those that write a value that no operation mentions: none
 * needs these.
 *
 * @param traces those of all operations; `undefined` if the model has none
 */
export function usefulOptions<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly HistoryOperation<Input, Output>[],
  traces: readonly Trace<State>[] | undefined,
): number[] {
  const options: number[] = []
  for (let place = 0; place < operations.length; place++)
    if (operations[place]!.output === undefined) options.push(place)
  if (traces === undefined || options.length === 0) return options
  const isDelicate = traces.some(
    ({ mentions, isBound, lengthens }, place) =>
      lengthens || (mentions !== undefined && !isBound && operations[place]!.output !== undefined),
  )
  if (isDelicate) return options
  const mentioned = new Set<unknown>()
  for (const { mentions } of traces) if (mentions !== undefined) mentioned.add(model.identify(mentions))
  return options.filter(place => {
    const { leaves, isBlind } = traces[place]!
    return !isBlind || leaves === undefined || mentioned.has(model.identify(leaves))
  })
}
