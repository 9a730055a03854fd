/** Closed forms of the ring election: an election that the lowest node starts, everybody alive. */
import type { Theory } from "../../runtime/contract/theory.ts"

export const theory: Theory = {
  // From the lowest node n-1 hops to the highest, n hops home, n to announce it.
  messages: [
    {
      service: "leader-election",
      workload: { initiators: ["lowest", "lowestFollower"] },
      parameters: { order: "increasing", repair: false },
      formula: "3n-1",
      messages: n => 3 * n - 1,
    },
  ],
}
