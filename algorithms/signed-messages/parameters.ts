/** The parameters of SM(m). */
import { choice, duration, type ParameterValues } from "../../runtime/contract/parameters.ts"

export const parameters = {
  m: choice(
    ["largest", "0", "1", "2", "3", "4", "5", "6"],
    "largest",
    "How many traitors to withstand, in m + 1 rounds. largest: n - 2, all but two of the generals.",
  ),
  roundLength: duration(
    "1d + 1ms",
    "Length of a round; a message not there at its end is absent. Must exceed the longest delay (assumption A3).",
    { min: 1 },
  ),
}

export type SignedMessagesParameters = ParameterValues<typeof parameters>
