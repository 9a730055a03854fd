/** Closed forms of FloodSet: every node sends to every other in each round, with f a minority of the nodes. */
import type { Theory } from "../../runtime/contract/theory.ts"

const largest = { f: "minority", rounds: "f+1" }

export const theory: Theory = {
  messages: [
    {
      service: "agreement",
      parameters: { variant: "plain", ...largest },
      formula: "(f+1) n(n-1)",
      messages: n => Math.floor((n + 1) / 2) * n * (n - 1),
    },
    // With two nodes f is 0, and there is only one round.
    {
      service: "agreement",
      parameters: { variant: "early", ...largest },
      formula: "2n(n-1)",
      messages: n => (n < 3 ? Math.floor((n + 1) / 2) : 2) * n * (n - 1),
    },
  ],
}
