/** Finds the operations of unknown outcome that a search may need. */
import type { HistoryOperation } from "./model.ts"
import { NONE, type Traces } from "./traces.ts"

/**
 * The places of the operations of unknown outcome, except those that write a value that no operation mentions: none
 * needs these.
 *
 * @param traces those of all operations; `undefined` if the model has none
 */
export function usefulOptions<State>(
  operations: readonly HistoryOperation<unknown, unknown>[],
  traces: Traces<State> | undefined,
): number[] {
  const options: number[] = []
  for (let place = 0; place < operations.length; place++)
    if (operations[place]!.output === undefined) options.push(place)
  if (traces === undefined || traces.anyLengthens || options.length === 0) return options
  const { mentions, leaves } = traces
  const isMentioned = new Uint8Array(traces.stateCount)
  for (let place = 0; place < operations.length; place++) {
    if (mentions[place] === NONE) continue
    isMentioned[mentions[place]!] = 1
    if (!traces.isBound(place) && operations[place]!.output !== undefined) return options
  }
  return options.filter(place => !traces.isBlind(place) || leaves[place] === NONE || isMentioned[leaves[place]!] === 1)
}
