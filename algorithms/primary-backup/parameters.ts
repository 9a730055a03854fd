/** The parameters of primary-backup replication. Times follow the links: `d` is the bound of one link's delay. */
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import { parametersOf } from "../../runtime/contract/composition/composition.ts"
import { choice, duration, integer, type ParameterValues } from "../../runtime/contract/parameters.ts"

/** The parameters, with those of the logs that may replicate the view service. */
export function parametersOn(among: readonly Algorithm[]) {
  return { ...parameters, viewService: viewServiceIn(among), ...parametersOf(among) }
}

function viewServiceIn(among: readonly Algorithm[]) {
  return choice(
    ["process", ...among.map(({ name }) => name)],
    "process",
    "What the view service is. `process`: one process with a disk. Else `viewServiceNodes` processes that keep the view in a " +
      "replicated log of that algorithm, so that the service outlives a minority of them.",
  )
}

const parameters = {
  viewServiceNodes: integer(3, "Number of processes of a view service in a replicated log.", { min: 1, max: 15 }),
  takeover: choice(
    ["view-service", "timeouts"],
    "view-service",
    "Who decides that the primary is dead. `view-service`: a process of its own, which numbers the views of the group. " +
      "`timeouts`: each node for itself. That needs links that lose nothing and delays within their bound: under a partition " +
      "there are two primaries.",
  ),
  replies: choice(
    ["blocking", "non-blocking"],
    "blocking",
    "When the primary answers. `blocking`: once all backups of its view have the update. `non-blocking`: at once; backups " +
      "acknowledge nothing. That needs links that lose nothing and keep the order.",
  ),
  reads: choice(
    ["backups", "local"],
    "backups",
    "What a read costs. `backups`: as much as a write: a primary that has been deposed without knowing it gets no answer. " +
      "`local`: nothing, the primary answers alone; one that is cut off from the others may answer from a past state.",
  ),
  heartbeatInterval: duration(
    "max(75ms, 5d)",
    "tau: how often a node sends a heartbeat, to the view service or, by timeouts, the primary to the backups; also how " +
      "often what was not answered is sent again.",
    { min: 1 },
  ),
  detectionTimeout: duration(
    "max(225ms, 15d)",
    "A node that has not been heard of for this long is assumed to be dead. In a network that loses nothing `heartbeatInterval` " +
      "plus the variation of delays will do; the default forgives two lost heartbeats.",
    { min: 1 },
  ),
} as const

export type PrimaryBackupParameters = ParameterValues<typeof parameters> & { readonly viewService: string }
