/** Closed forms of single-decree Paxos with one proposer. */
import type { Theory } from "../../runtime/contract/theory.ts"

export const theory: Theory = {
  // Prepare, promise, accept, accepted, and the news of it.
  messages: [
    {
      service: "agreement",
      workload: { proposers: 1 },
      parameters: { learning: "broadcast" },
      formula: "5(n-1)",
      messages: n => 5 * (n - 1),
    },
  ],
}
