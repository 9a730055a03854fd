/** Closed forms of the token ring without repair. Idle circulation is not counted among them. */
import type { Theory } from "../../runtime/contract/theory.ts"

export const theory: Theory = {
  messages: [
    {
      service: "mutual-exclusion",
      parameters: { repair: false },
      workload: { requesters: 0, rate: 0, think: 0 },
      formula: "1",
      messages: () => 1,
    },
    // From the only requester once round, back to it.
    {
      service: "mutual-exclusion",
      parameters: { repair: false },
      workload: { requesters: 1 },
      formula: "n",
      messages: n => n,
    },
  ],
}
