/**
 * Closed forms of active and semi-active replication. The front end is what the literature calls the client of the group:
 * between it and n replicas, n requests (or one, to the sequencer only), n-1 orders and n answers.
 *
 * Each choice for a nondeterministic operation costs semi-active replication n-1 messages more.
 */
import type { Conditions, MessageForm, Theory } from "../../../runtime/contract/theory.ts"
import { wrongOf } from "./types.ts"

/** True if the order comes from a sequencer, the default. */
export function isBySequencer({ order = "sequencer" }: Readonly<Record<string, unknown>>): boolean {
  return order === "sequencer"
}

/** The messages of an operation that takes `requests` requests, each to all replicas or to the sequencer only. */
function forms(service: string, requests: number, workload: Conditions): MessageForm[] {
  return [
    {
      service,
      parameters: { requests: "all" },
      workload,
      holds: isBySequencer,
      formula: requests === 1 ? "3n-1" : `${requests}(3n-1)`,
      messages: n => requests * (3 * n - 1),
    },
    {
      service,
      parameters: { requests: "sequencer" },
      workload,
      holds: isBySequencer,
      formula: `${2 * requests}n`,
      messages: n => 2 * requests * n,
    },
  ]
}

export const theory: Theory = {
  messages: [
    ...forms("replicated-log", 1, { nondeterministic: 0 }),
    // A stay is two requests, acquire and release; waiting clients are notified when it is their turn.
    ...forms("mutual-exclusion", 2, { waiting: "watch" }),
    // A decision is one request.
    ...forms("agreement", 1, { proposers: 1 }),
  ],
  latency: [
    // The client's request, the front end's, the sequencer's answer and the front end's.
    {
      service: "replicated-log",
      parameters: { answers: "first" },
      holds: isBySequencer,
      formula: "4d",
      betweenNodes: 2,
      withClients: 2,
      syncs: 0,
    },
    // The answers of the others come one delay later: f+1 > 1 are needed.
    {
      service: "replicated-log",
      parameters: { answers: "matching" },
      holds: (parameters, n) => isBySequencer(parameters) && wrongOf(n) > 0,
      formula: "5d",
      betweenNodes: 3,
      withClients: 2,
      syncs: 0,
    },
  ],
  availability: [
    // f+1 replicas have to be left that answer alike.
    {
      service: "replicated-log",
      parameters: { answers: "matching" },
      holds: isBySequencer,
      formula: "1 if f+1 are up",
      serving: (n, down) => (n - down > wrongOf(n) ? 1 : 0),
    },
  ],
}
