/** Closed forms of Maekawa's algorithm without contention: request, lock and release to the other members of a quorum. */
import type { MessageForm, Theory } from "../../runtime/contract/theory.ts"
import { type Construction, quorumOf } from "./quorums.ts"

/** The only requester is node 0. */
function alone(quorums: Construction): MessageForm {
  return {
    service: "mutual-exclusion",
    parameters: { quorums },
    workload: { requesters: 1 },
    formula: "3(K-1)",
    messages: n => 3 * (quorumOf(0, n, quorums).length - 1),
  }
}

export const theory: Theory = {
  messages: [alone("plane"), alone("grid")],
  // The requests go out, the locks come back.
  latency: [
    { service: "mutual-exclusion", workload: { requesters: 1 }, formula: "2d", betweenNodes: 2, withClients: 0 },
  ],
}
