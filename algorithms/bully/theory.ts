/** Closed forms of the bully algorithm: an election that the lowest node starts, everybody alive. */
import type { Theory } from "../../runtime/contract/theory.ts"

export const theory: Theory = {
  // n(n-1)/2 Election and as many Answer messages, and n-1 Coordinator messages.
  messages: [
    {
      service: "leader-election",
      workload: { initiators: ["lowest", "lowestFollower"] },
      parameters: { announceAtOnce: false },
      formula: "n²-1",
      messages: n => n ** 2 - 1,
    },
  ],
}
