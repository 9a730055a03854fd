/** The parameters of FloodSet. */
import { choice, duration, type ParameterValues } from "../../runtime/contract/parameters.ts"

export const parameters = {
  f: choice(
    ["minority", "all-but-one", "0", "1", "2", "3", "4", "5", "6"],
    "minority",
    "How many crashes to withstand, in f + 1 rounds. minority: (n-1)/2, rounded down; all-but-one: n-1.",
  ),
  rule: choice(
    ["min", "majority", "unanimous"],
    "min",
    "The decision from the inputs known at the end: the least (`min`), the most frequent, of several the least " +
      "(`majority`), or the only one, and 0 if there are several (`unanimous`, Lynch's rule).",
  ),
  variant: choice(
    ["plain", "optimised", "early"],
    "plain",
    "Who sends when. plain: everybody in every round. optimised: in round 1, and once more on learning of a second " +
      "value; it decides by `unanimous`, whatever `rule` says. early: decides after min(f'+2, f+1) rounds with f' crashes.",
  ),
  rounds: choice(["f+1", "f"], "f+1", "How many rounds: f + 1, or only f, which are not enough (to show it)."),
  roundLength: duration(
    "1d + 1ms",
    "Length of a round; a message not there at its end counts as never sent. Must exceed the longest delay.",
    { min: 1 },
  ),
}

export type FloodSetParameters = ParameterValues<typeof parameters>
