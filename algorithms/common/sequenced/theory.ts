/**
 * Closed forms of active and semi-active replication. What the literature calls the client of the group is the front end:
 * between it and n replicas, a request to all, an order to n-1 and n answers, or a request to the sequencer only.
 *
 * Each choice where an operation leaves something to chance costs semi-active replication n-1 messages more.
 */
import type { Theory } from "../../../runtime/contract/theory.ts"
import { wrongOf } from "./types.ts"

const DETERMINISTIC = { nondeterministic: 0 }

export const theory: Theory = {
  messages: [
    {
      service: "replicated-log",
      parameters: { requests: "all" },
      workload: DETERMINISTIC,
      formula: "3n-1",
      messages: n => 3 * n - 1,
    },
    {
      service: "replicated-log",
      parameters: { requests: "sequencer" },
      workload: DETERMINISTIC,
      formula: "2n",
      messages: n => 2 * n,
    },
  ],
  latency: [
    // The client's request, the front end's, the sequencer's answer and the front end's.
    { service: "replicated-log", parameters: { answers: "first" }, formula: "4d", betweenNodes: 2, withClients: 2 },
    // The answers of the others come one delay later: f+1 > 1 are needed.
    {
      service: "replicated-log",
      parameters: { answers: "matching" },
      holds: (_, n) => wrongOf(n) > 0,
      formula: "5d",
      betweenNodes: 3,
      withClients: 2,
    },
  ],
  availability: [
    // f+1 have to be left to answer alike.
    {
      service: "replicated-log",
      parameters: { answers: "matching" },
      formula: "1 if f+1 are up",
      serving: (n, down) => (n - down > wrongOf(n) ? 1 : 0),
    },
  ],
}
