/** Closed forms of Raymond's tree under full contention, where each edge is passed by two requests and two privileges while all enter once. */
import type { Theory } from "../../runtime/contract/theory.ts"

export const theory: Theory = {
  messages: [
    {
      service: "mutual-exclusion",
      workload: { requesters: 0, rate: 0, think: 0 },
      formula: "4(n-1)/n",
      messages: n => (4 * (n - 1)) / n,
    },
  ],
}
