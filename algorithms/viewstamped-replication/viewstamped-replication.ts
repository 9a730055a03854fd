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
 *
 * Not here: batching and fast reads (§6), reconfiguration (§7).
 */
import { algorithm, type Identity, type NodeId } from "../../runtime/contract/algorithm.ts"
import { leaderElection } from "../../services/leader-election/service.ts"
import { emptyMachine } from "../../services/replicated-log/machine.ts"
import { replicatedLog } from "../../services/replicated-log/service.ts"
import { lies } from "./lies.ts"
import {
  gapTimedOut,
  handleCommand,
  handleCommit,
  handlePrepare,
  handlePrepareOk,
  heartbeatTimedOut,
} from "./normal.ts"
import { parameters } from "./parameters.ts"
import { handleRecovery, handleRecoveryResponse, recover, sayRecovery } from "./recovery.ts"
import { handleGetState, handleNewState, transferTimedOut } from "./state-transfer.ts"
import { becomeNormal } from "./status.ts"
import { theory } from "./theory.ts"
import { failuresOf, primaryOf, type Replica, type State, type Vsr } from "./types.ts"
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
  offices: ["leader", "follower"],
  colour: "#8A5A00",
  theory,
  serves: [replicatedLog, leaderElection],
  oneLeaderPerEpoch: true,
  parameters,
  disk: () => ({}),
  state: newState,
  start: node => becomeNormal(node, 0),
  recover,
  begins: { start: startUnder },
  receive: {
    Prepare: handlePrepare,
    PrepareOk: handlePrepareOk,
    Commit: handleCommit,
    StartViewChange: handleStartViewChange,
    DoViewChange: handleDoViewChange,
    StartView: handleStartView,
    Recovery: handleRecovery,
    RecoveryResponse: handleRecoveryResponse,
    GetState: handleGetState,
    NewState: handleNewState,
  },
  answers: ["PrepareOk", "RecoveryResponse", "NewState"],
  standing: ({ id, size, state: { status, viewNumber } }) => {
    if (status !== "normal") return { role: status, rank: status === "recovering" ? 0 : 1, epoch: viewNumber }
    const isPrimary = primaryOf(viewNumber, size) === id
    return { role: isPrimary ? "primary" : "backup", rank: isPrimary ? 2 : 0, epoch: viewNumber }
  },
  timeout: {
    viewChange: viewChangeTimedOut,
    heartbeat: heartbeatTimedOut,
    resend: node => (node.state.status === "recovering" ? sayRecovery(node, "retransmission") : resendViewChange(node)),
    transfer: transferTimedOut,
    gap: gapTimedOut,
  },
  request: { Command: handleCommand, Elect: handleElect },
  lies,
})

function newState({ size }: Identity<Vsr>): State {
  return {
    status: "normal",
    viewNumber: 0,
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
    recoveryResponses: Array<null>(size).fill(null),
    crashVector: Array<number>(size).fill(0),
  }
}

/** A group begins in its first view (§4): here in the first one whose primary is the leader given. */
function startUnder(node: Replica, leader: NodeId): void {
  becomeNormal(node, leader)
}
