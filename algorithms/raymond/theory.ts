/**
 * Closed forms of Raymond's tree under full contention, where two requests and two privileges cross each edge while all
 * enter once.
 */
import type { Theory } from "../../runtime/contract/theory.ts"
import { stayOf, underFullContention } from "../common/full-contention.ts"

export const theory: Theory = {
  messages: [
    {
      service: "mutual-exclusion",
      workload: { requesters: 0, rate: 0, think: 0 },
      formula: "4(n-1)/n",
      messages: n => (4 * (n - 1)) / n,
    },
  ],
  // The privilege passes every edge of the tree twice while all n enter once.
  ...underFullContention({
    formula: "(S + 2d(n-1)/n)",
    length: load => stayOf(load) + (2 * load.delay * (load.nodes - 1)) / load.nodes,
  }),
}
