/** Closed forms of Ricart and Agrawala's algorithm: each entry asks every other node, and each answers once. */
import type { Theory } from "../../runtime/contract/theory.ts"
import { stayOf, underFullContention } from "../common/full-contention.ts"

const asked = { permissions: "asked" } as const
const kept = { permissions: "kept" } as const
const contended = { requesters: 0, rate: 0, think: 0 } as const

export const theory: Theory = {
  messages: [
    { service: "mutual-exclusion", formula: "2(n-1)", parameters: asked, messages: n => 2 * (n - 1) },
    // If permissions are kept: every node has given back all of them by its next turn, or no node ever does.
    {
      service: "mutual-exclusion",
      formula: "2(n-1)",
      parameters: kept,
      workload: contended,
      messages: n => 2 * (n - 1),
    },
    { service: "mutual-exclusion", formula: "0", parameters: kept, workload: { requesters: 1 }, messages: () => 0 },
  ],
  // The requests go out, the answers come back.
  latency: [
    {
      service: "mutual-exclusion",
      parameters: asked,
      workload: { requesters: 1 },
      formula: "2d",
      betweenNodes: 2,
      withClients: 0,
    },
  ],
  // The node that leaves admits the next one by one message.
  ...underFullContention({ formula: "(S + d)", length: load => stayOf(load) + load.delay }),
}
