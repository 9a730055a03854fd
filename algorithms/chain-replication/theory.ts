/** Closed forms of chain replication and CRAQ: an update goes down the chain once, and in CRAQ its acknowledgement back. */
import type { Theory } from "../../runtime/contract/theory.ts"

const once = { formula: "n-1", messages: (n: number) => n - 1 }
const twice = { formula: "2(n-1)", messages: (n: number) => 2 * (n - 1) }

export const theory: Theory = {
  messages: [
    {
      service: "replicated-log",
      parameters: { reads: "tail", replies: "tail" },
      workload: { reads: 0 },
      ...once,
    },
    { service: "replicated-log", parameters: { replies: "head" }, workload: { reads: 0 }, ...twice },
    { service: "replicated-log", parameters: { reads: "any" }, workload: { reads: 0 }, ...twice },
  ],
}
