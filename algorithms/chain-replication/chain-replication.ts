/**
 * Chain replication, in the order and with the names of the paper (van Renesse and Schneider 2004), and CRAQ (Terrace and
 * Freedman 2009) as a parameter.
 *
 * | paper                                    | file                                                 |
 * |------------------------------------------|------------------------------------------------------|
 * | §2: Hist, updates and queries            | types.ts (with all messages), history.ts             |
 * | §3: protocol, Sent and acknowledgements  | updates.ts, links.ts, queries.ts                     |
 * | §3.2: the master                         | master.ts, heartbeats.ts                             |
 * | §3.2.1-3: failures of head, tail, middle | membership.ts                                        |
 * | §3.2.4: extending a chain                | transfer.ts                                          |
 * | CRAQ §2.3: clean and dirty versions      | queries.ts                                           |
 *
 * Not in the paper: numbered configurations, lives and leases, which keep it safe when the master suspects a live server.
 */
import { algorithm, type Algorithm } from "../../runtime/contract/algorithm.ts"
import type { Tell } from "../../runtime/contract/lies.ts"
import { replicatedLog } from "../../services/replicated-log/service.ts"
import { innerConflict, isInnerUnsafe } from "../common/inner-log.ts"
import { isTruthful, wrongCommand, wrongReplies } from "../common/wrong-results.ts"
import { placeOf } from "./chain.ts"
import { handleGranted, heartbeat } from "./heartbeats.ts"
import { acknowledgeTimedOut, handleAck, resend } from "./links.ts"
import { masterOn } from "./master.ts"
import { handleReconfigure, handleResume, newState, recover, start, syncTimedOut } from "./membership.ts"
import { conflict, parametersOn } from "./parameters.ts"
import { handleQuery, handleVersion, handleVersionQuery } from "./queries.ts"
import { theory } from "./theory.ts"
import { handleTransfer, transferTimedOut } from "./transfer.ts"
import type { ChainReplication, Update } from "./types.ts"
import { handleUpdate, handleUpdateRequest } from "./updates.ts"

/** Chain replication with a master that is one process, or is replicated by a log of one of these algorithms. */
export function chainReplicationOn(among: readonly Algorithm[]): Algorithm<ChainReplication> {
  const master = masterOn(among)
  return algorithm<ChainReplication>({
    name: "chain-replication",
    title: "Chain replication",
    source:
      "van Renesse and Schneider 2004, Chain Replication for Supporting High Throughput and Availability, OSDI; " +
      "Terrace and Freedman 2009, Object Storage on CRAQ, USENIX ATC",
    summary:
      "Updates go from the head of a chain of servers to its tail, which answers them, and queries as well; a master beside " +
      "the chain takes servers that fail out of it, and has new ones join at its end.",
    tolerates: { faults: "crash", of: n => n - 1 },
    assumes: { storage: "none" },
    offices: ["head", "middle", "tail"],
    colour: "#3F6C2B",
    theory,
    serves: [replicatedLog],
    oneLeaderPerEpoch: true,
    parameters: parametersOn(among),
    conflict: chosen => conflict(chosen) ?? innerConflict(among, chosen, "master", chosen.masterNodes),
    isUnsafe: chosen => chosen.suspicions === "trusted" || isInnerUnsafe(among, chosen, "master", chosen.masterNodes),
    disk: () => ({}),
    state: () => newState(0),
    start,
    recover,
    receive: {
      Update: handleUpdate,
      Ack: handleAck,
      Transfer: handleTransfer,
      VersionQuery: handleVersionQuery,
      Version: handleVersion,
      Reconfigure: handleReconfigure,
      Resume: handleResume,
      Granted: handleGranted,
    },
    answers: ["Ack", "Version", ...master.answers],
    standing(node) {
      const { configuration } = node.state
      const place = placeOf(node)
      const epoch = configuration?.number ?? null
      if (configuration === null || place < 0) return { role: "outside", rank: 0, epoch }
      if (place === 0) return { role: configuration.chain.length === 1 ? "head and tail" : "head", rank: 2, epoch }
      return { role: place === configuration.chain.length - 1 ? "tail" : "middle", rank: 0, epoch }
    },
    timeout: {
      heartbeat,
      acknowledge: acknowledgeTimedOut,
      resend,
      sync: syncTimedOut,
      transfer: transferTimedOut,
    },
    request: {
      Command(node, command, client) {
        if (command.operation.op === "get") handleQuery(node, command, client)
        else handleUpdateRequest(node, command, client)
      },
    },
    roles: { master: master.role },
    /** A server that forwards altered updates, and one that answers wrongly; what servers report about the chain is true. */
    lies: { Update: wrongUpdate },
    liesToClients: wrongReplies,
  })
}

/** With a master that is one process. */
export const chainReplication = chainReplicationOn([])

function wrongUpdate(message: Update, tell: Tell): Update {
  return isTruthful(tell) ? message : { ...message, commands: message.commands.map(wrongCommand) }
}
