/** The parameters of OM(m). */
import { choice, duration, type ParameterValues } from "../../runtime/contract/parameters.ts"

export const parameters = {
  m: choice(
    ["largest", "0", "1", "2", "3", "4", "5", "6"],
    "largest",
    "How many traitors to withstand: m + 1 rounds, about n^(m+1) messages. largest: (n-1)/3, rounded down.",
  ),
  roundLength: duration(
    "1d + 1ms",
    "Length of a round; a message not there at its end is absent. Must exceed the longest delay (assumption A3).",
    { min: 1 },
  ),
  rule: choice(
    ["majority", "median"],
    "majority",
    "The function `majority` of the paper: the majority value, else RETREAT; or the median of the values.",
  ),
}

export type OralMessagesParameters = ParameterValues<typeof parameters>
