/** The project's own FloodSet, as a solution of the lab: it decides the least value, and as early as it may. */
import { floodSet } from "../../algorithms/floodset/floodset.ts"
import { choice } from "../../runtime/contract/parameters.ts"

export const reference = {
  ...floodSet,
  parameters: { ...floodSet.parameters, variant: choice(["early"], "early", "The lab asks for early decisions.") },
}
