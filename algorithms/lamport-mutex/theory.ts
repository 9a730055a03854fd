/** Closed forms of Lamport's mutual exclusion: request, acknowledgement and release to and from every other node. */
import type { Theory } from "../../runtime/contract/theory.ts"
import { stayOf, underFullContention } from "../common/full-contention.ts"

export const theory: Theory = {
  messages: [
    {
      service: "mutual-exclusion",
      parameters: { acknowledge: "always" },
      formula: "3(n-1)",
      messages: n => 3 * (n - 1),
    },
  ],
  // The requests go out, the answers come back.
  latency: [
    { service: "mutual-exclusion", workload: { requesters: 1 }, formula: "2d", betweenNodes: 2, withClients: 0 },
  ],
  // The node that leaves admits the next one by one message.
  ...underFullContention({ formula: "(S + d)", length: load => stayOf(load) + load.delay }),
}
