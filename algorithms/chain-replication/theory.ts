/** Closed forms of chain replication and CRAQ: an update travels down the chain once, and in CRAQ its acknowledgement back up. */
import type { MessageForm, Theory } from "../../runtime/contract/theory.ts"

const updates = { service: "replicated-log", workload: { reads: 0 } } as const

/** A master in a log has that confirm every lease it grants, however few operations there are meanwhile. */
const isUndisturbed: MessageForm["holds"] = ({ master, suspicions }) => master === "process" || suspicions === "trusted"

/** Acknowledgements go up the chain from time to time, and the tail answers. */
const plain = { reads: "tail", replies: "tail" }

const twice = { formula: "2(n-1)", messages: (n: number) => 2 * (n - 1) }

export const theory: Theory = {
  messages: [
    { ...updates, holds: isUndisturbed, parameters: plain, formula: "n-1", messages: n => n - 1 },
    { ...updates, holds: isUndisturbed, parameters: { replies: "head" }, ...twice },
    { ...updates, holds: isUndisturbed, parameters: { reads: "any" }, ...twice },
    { service: "replicated-log", holds: isUndisturbed, workload: { reads: 1 }, formula: "0", messages: () => 0 },
    // A stay is two updates, acquire and release; waiting clients are notified when it is their turn.
    {
      service: "mutual-exclusion",
      holds: isUndisturbed,
      parameters: plain,
      workload: { waiting: "watch" },
      formula: "2(n-1)",
      messages: n => 2 * (n - 1),
    },
  ],
  latency: [
    {
      ...updates,
      parameters: { replies: "tail" },
      workload: { reads: 0, ask: "leader" },
      formula: "(n+1)d",
      betweenNodes: n => n - 1,
      withClients: 2,
      syncs: 0,
    },
    {
      ...updates,
      parameters: { replies: "head" },
      workload: { reads: 0, ask: "leader" },
      formula: "2nd",
      betweenNodes: n => 2 * (n - 1),
      withClients: 2,
      syncs: 0,
    },
    {
      service: "replicated-log",
      workload: { reads: 1, ask: "leader" },
      formula: "2d",
      betweenNodes: 0,
      withClients: 2,
      syncs: 0,
    },
  ],
  // Each server gets an update once, from its predecessor or a client; and its acknowledgement, where that goes back at once.
  load: [
    { ...updates, parameters: plain, formula: "1", handled: () => 1 },
    { ...updates, formula: "2", handled: () => 2 },
  ],
}
