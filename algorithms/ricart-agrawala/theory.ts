/** Closed forms of Ricart and Agrawala's algorithm: each entry asks every other node, and each answers once. */
import type { Theory } from "../../runtime/contract/theory.ts"

export const theory: Theory = {
  messages: [{ service: "mutual-exclusion", formula: "2(n-1)", messages: n => 2 * (n - 1) }],
  // The requests go out, the answers come back.
  latency: [
    { service: "mutual-exclusion", workload: { requesters: 1 }, formula: "2d", betweenNodes: 2, withClients: 0 },
  ],
}
