/** Closed forms of Suzuki-Kasami under full contention: n-1 requests and the token. */
import type { Theory } from "../../runtime/contract/theory.ts"
import { stayOf, underFullContention } from "../common/full-contention.ts"

export const theory: Theory = {
  messages: [
    {
      service: "mutual-exclusion",
      workload: { requesters: 0, rate: 0, think: 0 },
      formula: "n",
      messages: n => n,
    },
  ],
  // The node that leaves admits the next one by one message.
  ...underFullContention({ formula: "(S + d)", length: load => stayOf(load) + load.delay }),
}
