/**
 * Primary-backup (passive) replication: one replica executes, the others install what it changed, and one of them takes over.
 *
 * Sources: P. A. Alsberg, J. D. Day, "A principle for resilient sharing of distributed resources" (ICSE 1976); N. Budhiraja,
 * K. Marzullo, F. B. Schneider, S. Toueg, "The primary-backup approach" (in Distributed Systems, 1993); the take-over by a
 * master as R. van Renesse and F. B. Schneider describe it, "Chain replication for supporting high throughput and
 * availability" (OSDI 2004), in their comparison with primary-backup.
 *
 * | what                                        | file                        |
 * |---------------------------------------------|-----------------------------|
 * | state, views, messages                      | types.ts, views.ts          |
 * | a command, its update, acknowledgements     | updates.ts, committing.ts   |
 * | the primary and its members                 | members.ts                  |
 * | state transfer to replicas that join        | joining.ts                  |
 * | take-over by the view service               | take-over.ts, view-service.ts, logged-views.ts |
 * | take-over by timeouts                       | timeouts.ts                 |
 */
import { algorithm, type Algorithm, type Identity, type NodeId } from "../../runtime/contract/algorithm.ts"
import { emptyMachine } from "../../services/replicated-log/machine.ts"
import { replicatedLog } from "../../services/replicated-log/service.ts"
import { innerConflict, isInnerUnsafe } from "../common/inner-log.ts"
import { becomeJoining, gapTimedOut, handleJoin, handleState, joinTimedOut } from "./joining.ts"
import { viewServiceOn } from "./logged-views.ts"
import { backupTimedOut, becomePrimary } from "./members.ts"
import { parametersOn } from "./parameters.ts"
import { handleSuspend, handleView, ping } from "./take-over.ts"
import { theory } from "./theory.ts"
import { handleHeartbeat, primaryTimedOut, sendAlive } from "./timeouts.ts"
import type { Tell } from "../../runtime/contract/lies.ts"
import { isTruthful, wrongChange, wrongReplies } from "../common/wrong-results.ts"
import type { PrimaryBackup, Replica, State, UpdateMessage } from "./types.ts"
import { handleAck, handleCommand, handleUpdate, resendTimedOut } from "./updates.ts"
import { awaitPrimary, believe, epochOf, firstView, isTimed, NO_VIEW } from "./views.ts"

/** Primary-backup with a view service that is one process, or is replicated by a log of one of these algorithms. */
export function primaryBackupOn(among: readonly Algorithm[]): Algorithm<PrimaryBackup> {
  const service = viewServiceOn(among)
  return algorithm<PrimaryBackup>({
    name: "primary-backup",
    title: "Primary-backup",
    source:
      "Alsberg and Day 1976, ICSE; Budhiraja, Marzullo, Schneider and Toueg 1993; " +
      "take-over after van Renesse and Schneider 2004, OSDI",
    summary:
      "The primary executes commands and ships what they changed to backups, which install it; a view service, or bare " +
      "timeouts, decide who takes over.",
    tolerates: { faults: "crash", of: n => n - 1 },
    assumes: { storage: "none" },
    offices: ["primary", "backup", "leader", "follower"],
    colour: "#73394D",
    theory,
    serves: [replicatedLog],
    oneLeaderPerEpoch: true,
    conflict: chosen => innerConflict(among, chosen, "viewService", chosen.viewServiceNodes),
    isUnsafe: chosen =>
      chosen.takeover === "timeouts" ||
      chosen.replies === "non-blocking" ||
      chosen.reads === "local" ||
      isInnerUnsafe(among, chosen, "viewService", chosen.viewServiceNodes),
    parameters: parametersOn(among),
    disk: () => ({}),
    state: newState,
    start: node => startUnder(node, 0),
    recover,
    begins: { start: startUnder },
    receive: {
      Update: handleUpdate,
      Ack: handleAck,
      State: handleState,
      Join: handleJoin,
      Suspend: handleSuspend,
      View: (node, message, from) => (isTimed(node) ? handleHeartbeat(node, message, from) : handleView(node, message)),
    },
    answers: ["Ack", "Count", ...service.answers],
    standing: node => {
      const { status, view, forming } = node.state
      if (forming > view.number) return { role: "suspended", rank: 1, epoch: forming }
      return { role: status, rank: status === "primary" ? 2 : 0, epoch: epochOf(node) }
    },
    timeout: {
      heartbeat,
      primary: primaryTimedOut,
      backup: (node, peer = 0) => backupTimedOut(node, peer),
      resend: resendTimedOut,
      join: joinTimedOut,
      gap: gapTimedOut,
    },
    request: { Command: handleCommand },
    /** A primary that computes wrongly; what replicas say about who has which updates is true. */
    lies: { Update: wrongUpdate },
    liesToClients: wrongReplies,

    roles: { "view-service": service.role },
  })
}

/** With a view service that is one process. */
export const primaryBackup = primaryBackupOn([])

function newState({ size }: Identity<PrimaryBackup>): State {
  return {
    status: "joining",
    life: 0,
    view: NO_VIEW,
    forming: 0,
    reign: 0,
    machine: emptyMachine(),
    count: 0,
    committed: 0,
    uncommitted: [],
    early: new Map(),
    backups: Array<null>(size).fill(null),
    reads: [],
  }
}

/** Starts the group in a view of all replicas, under a primary that all know. */
function startUnder(node: Replica, primary: NodeId): void {
  const { state } = node
  state.view = firstView(primary, node.size)
  state.reign = state.view.since
  state.status = "backup"
  believe(node, primary)
  if (primary === node.id) becomePrimary(node)
  else if (isTimed(node)) awaitPrimary(node)
  heartbeat(node)
}

/** Begins a new life without a state, numbered by the replica's clock, which is later than at all earlier boots. */
function recover(node: Replica): void {
  believe(node, null)
  becomeJoining(node)
  heartbeat(node)
}

function heartbeat(node: Replica): void {
  if (isTimed(node)) sendAlive(node)
  else ping(node)
  node.setTimer("heartbeat", node.parameters.heartbeatInterval)
}

function wrongUpdate(message: UpdateMessage, tell: Tell): UpdateMessage {
  const { update } = message
  return isTruthful(tell) ? message : { ...message, update: { ...update, change: wrongChange(update.change) } }
}
