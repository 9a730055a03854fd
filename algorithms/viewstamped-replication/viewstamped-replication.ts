/**
 * Viewstamped Replication Revisited, in the order and with the names of the paper (Liskov and Cowling 2012).
 *
 * | paper                          | file                                             |
 * |--------------------------------|--------------------------------------------------|
 * | §4, Figure 2: state            | types.ts (with all messages), log.ts, status.ts  |
 * | §4.1 Normal operation          | normal.ts                                        |
 * | §4.2 View changes              | view-change.ts                                   |
 * | §4.3 Recovery                  | recovery.ts                                      |
 * | §5.1 Checkpoints               | log.ts                                           |
 * | §5.2 State transfer            | state-transfer.ts                                |
 * | §7 Reconfiguration             | reconfiguration.ts, epochs.ts, configuration.ts  |
 *
 * Not here: batching and fast reads (§6).
 */
import {
  algorithm,
  type Beginning,
  type BeginningProblem,
  type Identity,
  type NodeId,
} from "../../runtime/contract/algorithm.ts"
import { leaderElection } from "../../services/leader-election/service.ts"
import { emptyMachine } from "../../services/replicated-log/machine.ts"
import { replicatedLog } from "../../services/replicated-log/service.ts"
import { wrongReplies } from "../common/wrong-results.ts"
import { failuresOf, foundersOf, primaryOf } from "./configuration.ts"
import { handleEpochStarted, isOfEpoch, transitionTimedOut } from "./epochs.ts"
import { lies } from "./lies.ts"
import {
  gapTimedOut,
  handleCommand,
  handleCommit,
  handlePrepare,
  handlePrepareOk,
  heartbeatTimedOut,
} from "./normal.ts"
import { parameters, type VsrParameters } from "./parameters.ts"
import { handleChangeMembership } from "./reconfiguration.ts"
import {
  handleRecovery,
  handleRecoveryResponse,
  handleStartEpochRecovering,
  recover,
  sendRecovery,
} from "./recovery.ts"
import { handleGetEpochState, handleGetState, handleNewState, transferTimedOut } from "./state-transfer.ts"
import { becomeNormal, believe } from "./status.ts"
import { theory } from "./theory.ts"
import type { Message, Replica, State, Vsr } from "./types.ts"
import {
  handleDoViewChange,
  handleElect,
  handleStartView,
  handleStartViewChange,
  resendViewChange,
  viewChangeTimedOut,
} from "./view-change.ts"

export const viewstampedReplication = algorithm<Vsr>({
  name: "viewstamped-replication",
  title: "Viewstamped Replication",
  source:
    "Liskov and Cowling 2012, Viewstamped Replication Revisited, MIT-CSAIL-TR-2012-021; " +
    "Michael, Ports, Sharma and Szekeres 2017, Recovering Shared Objects Without Stable Storage, DISC",
  summary:
    "The primary of a numbered view orders requests, which are committed once a majority has them in memory; replicas " +
    "take turns as primaries, and one that crashed learns from the others what it has forgotten: no disk is needed.",
  tolerates: { faults: "crash", of: failuresOf },
  assumes: { storage: "none" },
  offices: ["primary", "backup", "leader", "follower"],
  colour: "#3A1FD9",
  theory,
  serves: [replicatedLog, leaderElection],
  oneLeaderPerEpoch: true,
  parameters,
  disk: () => ({}),
  state: newState,
  start: node => startUnder(node, 0),
  recover,
  begins: { start: startUnder, problem: beginningProblem },
  receive: {
    Prepare: inEpoch(handlePrepare),
    // A PrepareOk that arrives after its epoch needs no answer: the Commit that ended the epoch is on its way to the sender.
    PrepareOk: handlePrepareOk,
    Commit: inEpoch(handleCommit),
    StartViewChange: inEpoch(handleStartViewChange),
    DoViewChange: inEpoch(handleDoViewChange),
    StartView: inEpoch(handleStartView),
    Recovery: handleRecovery,
    RecoveryResponse: handleRecoveryResponse,
    GetState: inEpoch(handleGetState),
    NewState: inEpoch(handleNewState),
    StartEpoch: handleStartEpochRecovering,
    GetEpochState: inEpoch(handleGetEpochState),
    EpochStarted: inEpoch(handleEpochStarted),
  },
  answers: ["PrepareOk", "RecoveryResponse", "NewState"],
  standing: ({ id, state: { status, viewNumber, configuration } }) => {
    if (status !== "normal") return { role: status, rank: status === "view-change" ? 1 : 0, epoch: viewNumber }
    const isPrimary = primaryOf(viewNumber, configuration.members) === id
    return { role: isPrimary ? "primary" : "backup", rank: isPrimary ? 2 : 0, epoch: viewNumber }
  },
  timeout: {
    viewChange: viewChangeTimedOut,
    heartbeat: heartbeatTimedOut,
    resend: node =>
      node.state.status === "recovering" ? sendRecovery(node, "retransmission") : resendViewChange(node),
    transfer: transferTimedOut,
    gap: gapTimedOut,
    transition: transitionTimedOut,
  },
  request: { Command: handleCommand, Elect: handleElect, ChangeMembership: handleChangeMembership },
  lies,
  liesToClients: wrongReplies,
})

/** Handles a message only in the epoch that it is of (§7.1). */
function inEpoch<M extends Message & { readonly view: number }>(
  handle: (node: Replica, message: M, from: NodeId) => void,
): (node: Replica, message: M, from: NodeId) => void {
  return (node, message, from) => {
    if (isOfEpoch(node, message.view, from)) handle(node, message, from)
  }
}

function newState({ id, size, parameters: { initialMembers } }: Identity<Vsr>): State {
  const configuration = foundersOf(size, initialMembers)
  return {
    status: "spare",
    configuration,
    others: configuration.members.filter(replica => replica !== id),
    viewNumber: 0,
    leader: null,
    lastNormalView: 0,
    checkpoint: { opNumber: 0, machine: emptyMachine() },
    requests: [],
    commitNumber: 0,
    machine: emptyMachine(),
    prepared: Array<number>(size).fill(0),
    pending: new Map(),
    early: new Map(),
    startViewChanges: Array<null>(size).fill(null),
    doViewChanges: Array<null>(size).fill(null),
    isTransferring: false,
    asked: 0,
    started: Array<boolean>(size).fill(false),
    recoveryResponses: Array<null>(size).fill(null),
    crashVector: Array<number>(size).fill(0),
  }
}

/** A group begins in its first view (§4): here in the first one whose primary is the leader given. */
function startUnder(node: Replica, leader: NodeId): void {
  if (node.state.configuration.members.includes(node.id)) becomeNormal(node, leader)
  else believe(node, null)
}

function beginningProblem(
  { leader, logs }: Beginning,
  { initialMembers }: VsrParameters,
): BeginningProblem | undefined {
  const { members } = foundersOf(logs.length, initialMembers)
  if (leader === null || members.includes(leader)) return undefined
  return { about: "leader", message: `node ${leader} is none of the first ${members.length} replicas` }
}
