/** The parameters of chain replication and of CRAQ. Times follow the links: `d` is the bound of one link's delay. */
import type { Algorithm, ParameterConflict } from "../../runtime/contract/algorithm.ts"
import { parametersOf } from "../../runtime/contract/composition/composition.ts"
import { choice, duration, integer, type ParameterValues } from "../../runtime/contract/parameters.ts"

/** The parameters, with those of the logs that may replicate the master. */
export function parametersOn(among: readonly Algorithm[]) {
  return { ...parameters, master: masterIn(among), ...parametersOf(among) }
}

function masterIn(among: readonly Algorithm[]) {
  return choice(
    ["process", ...among.map(({ name }) => name)],
    "process",
    "What the master is. `process`: one process with a disk. Else `masterNodes` processes that keep the configuration in a " +
      "replicated log of that algorithm, so that the master outlives a minority of them, as in the paper (§3.2).",
  )
}

const parameters = {
  masterNodes: integer(3, "Number of processes of a master in a replicated log.", { min: 1, max: 15 }),
  reads: choice(
    ["tail", "any"],
    "tail",
    "Who answers queries. `tail`: the tail (van Renesse and Schneider 2004). `any`: any server of the chain, after asking the " +
      "tail where an update of the key is under way (CRAQ, Terrace and Freedman 2009); acknowledgements then go up the chain at once.",
  ),
  replies: choice(
    ["tail", "head"],
    "tail",
    "Who answers updates. `tail`: the tail, once it has the update. `head`: the head, once the acknowledgement has come all " +
      "the way back; acknowledgements then go up the chain at once.",
  ),
  suspicions: choice(
    ["leased", "trusted"],
    "leased",
    "What protects queries from a server that the master removes by mistake. `leased`: servers answer queries only under a " +
      "lease from the master, which is over before the master suspects them; while the master is down, updates continue and " +
      "queries do not. `trusted`: nothing, as in the paper, where the master never errs (fail-stop); while it is down the " +
      "chain serves on. A live server that is removed then answers queries with old values.",
  ),
  heartbeatInterval: duration(
    "max(75ms, 5d)",
    "How often a server lets the master hear of it, and, unless `reads: any` or `replies: head`, the tail acknowledges " +
      "what it has committed.",
    { min: 1 },
  ),
  detectionTimeout: duration(
    "max(300ms, 20d)",
    "A server that the master has not heard of for this long has failed: it is unlinked.",
    { min: 1 },
  ),
  lease: duration(
    "max(225ms, 15d)",
    "`leased` only: how long a server may answer queries after sending a heartbeat that the master answers. Below the " +
      "detection timeout, by as much as the clocks of the two may drift apart in that time.",
    { min: 1 },
  ),
  resendAfter: duration(
    "max(375ms, 25d)",
    "A server resends updates when nothing that it forwarded has been acknowledged for this long. Above a heartbeat interval " +
      "and the way down the chain and back.",
    { min: 1 },
  ),
} as const

export type ChainParameters = ParameterValues<typeof parameters> & { readonly master: string }

export function conflict({ suspicions, lease, detectionTimeout }: ChainParameters): ParameterConflict | undefined {
  if (suspicions === "trusted" || lease < detectionTimeout) return undefined
  return {
    parameter: "lease",
    message: "must be below the detectionTimeout: a server that is removed must not hold one",
  }
}
