/**
 * Ring election: the largest id that goes round the ring unbeaten leads.
 *
 * E. Chang and R. Roberts, "An Improved Algorithm for Decentralized Extrema-Finding in Circular Configurations of
 * Processes", Communications of the ACM 22(5), 1979; as told by Coulouris et al., "Distributed Systems", 5th edition,
 * §15.3, with a participant flag and an Elected message that goes once round.
 *
 * What is not in the paper:
 *
 * - The leader's heartbeats, by which the others detect its failure.
 * - Elections are numbered: a candidacy carries one more than the highest number of a past election that any member on
 *   its way knows of.
 * - With `repair`, dead members are skipped (`passing.ts`), and participants that hear of no outcome try again.
 */
import { algorithm, invariant, type NodeId } from "../../runtime/contract/algorithm.ts"
import { leaderElection } from "../../services/leader-election/service.ts"
import { arrangeRing, successorsOf } from "../common/ring.ts"
import { acknowledge, acknowledged, forward, skipSilentMember } from "./passing.ts"
import { theory } from "./theory.ts"
import { parameters, type RingElection, type RingNode } from "./types.ts"

export const ringElection = algorithm<RingElection>({
  name: "ring-election",
  title: "Ring election",
  source: "Chang and Roberts 1979, Communications of the ACM 22(5)",
  summary: "Candidates travel round a ring, larger ones swallow smaller ones; whoever comes back home leads.",
  tolerates: { faults: "none", of: () => 0 },
  assumes: { links: "reliable" },
  colour: "#CC79A7",
  theory,
  serves: [leaderElection],
  parameters,

  disk: () => ({ election: 0 }),
  state: ({ id, size, disk, parameters: chosen }) => ({
    successors: successorsOf(id, arrangeRing(size, chosen)),
    participant: false,
    largest: id,
    leader: null,
    election: disk.election,
    unacknowledged: [],
  }),

  /** A member that starts does not know the leader: it starts an election. Any member may, and all may at once. */
  start(node) {
    startElection(node)
  },

  /** The first election is over, whoever won it. */
  begins: {
    start(node, leader) {
      adoptLeader(node, leader, 1)
      if (node.id === leader) node.setTimer("heartbeat", node.parameters.heartbeatInterval)
      else node.setTimer("detection", node.parameters.detectionTimeout)
    },
  },

  receive: {
    Election(node, message, from) {
      acknowledge(node, message, from)
      const { state } = node
      const { candidate } = message
      const election = Math.max(message.election, state.election + 1)
      if (candidate > node.id) {
        participate(node)
        state.largest = Math.max(state.largest, candidate)
        forward(node, { type: "Election", candidate, election })
      } else if (candidate < node.id) {
        // A participant has already sent its own id, or a larger one: swallows the smaller one.
        if (state.participant) return
        participate(node)
        forward(node, { type: "Election", candidate: node.id, election })
      } else {
        // Its own id is back. Only a member that was down can have passed a larger one meanwhile.
        if (state.largest > node.id) return
        adoptLeader(node, node.id, election)
        forward(node, { type: "Elected", leader: node.id, election })
        node.setTimer("heartbeat", node.parameters.heartbeatInterval)
      }
    },

    Elected(node, message, from) {
      acknowledge(node, message, from)
      const { leader, election } = message
      // It has gone once round the ring, or a later election's outcome has overtaken it.
      const { state } = node
      if (leader === node.id || election < state.election) return
      invariant(from !== node.id, "outcomes come from another member (Coulouris §15.3)")
      // A larger candidate, which has just returned, is ahead: its election continues.
      const isOver = !state.participant || leader >= state.largest
      if (isOver) adoptLeader(node, leader, election)
      else remember(node, election)
      forward(node, message)
      if (isOver) node.setTimer("detection", node.parameters.detectionTimeout)
    },

    Ack(node, message, from) {
      acknowledged(node, message, from)
    },

    Heartbeat(node, { election }, from) {
      if (from === node.state.leader) node.setTimer("detection", node.parameters.detectionTimeout)
      // There are two leaders: two parts of a repaired ring have come together.
      else if (election >= node.state.election) startElection(node)
    },
  },

  answers: ["Ack"],

  standing: ({ id, state: { leader, participant, election } }) => ({
    role: leader === id ? "leader" : participant ? "participant" : "member",
    rank: leader === id ? 2 : participant ? 1 : 0,
    epoch: election,
  }),

  timeout: {
    /** The leader is dead. */
    detection(node) {
      invariant(!node.state.participant, "who takes part in an election has no leader to miss (Coulouris §15.3)")
      startElection(node)
    },

    /** With `repair`: a member failed with the message that would have decided the election. */
    outcome(node) {
      invariant(node.state.participant, "only participants wait for an outcome (Coulouris §15.3)")
      node.state.largest = node.id
      awaitOutcome(node)
      sendCandidacy(node)
    },

    ack(node, key: number) {
      skipSilentMember(node, key)
    },

    heartbeat(node) {
      invariant(node.state.leader === node.id, "only a leader says that it leads")
      node.broadcast({ type: "Heartbeat", election: node.state.election }, "heartbeat")
      node.setTimer("heartbeat", node.parameters.heartbeatInterval)
    },
  },

  request: {
    Elect(node) {
      startElection(node)
    },
  },
})

/** Becomes a candidate, unless this member is already in an election. */
function startElection(node: RingNode): void {
  if (node.state.participant) return
  participate(node)
  sendCandidacy(node)
}

function sendCandidacy(node: RingNode): void {
  forward(node, { type: "Election", candidate: node.id, election: node.state.election + 1 })
}

/** Joins an election: from now on the member has no leader. */
function participate(node: RingNode): void {
  const { state } = node
  if (state.participant) return
  invariant(
    state.leader !== null || state.election === node.disk.election,
    "who is no participant knows the last outcome",
  )
  state.participant = true
  state.largest = node.id
  state.leader = null
  node.cancelTimer("detection")
  node.cancelTimer("heartbeat")
  awaitOutcome(node)
  node.report({ type: "believes", leader: null, epoch: state.election })
}

/** The election is over. */
function adoptLeader(node: RingNode, leader: NodeId, election: number): void {
  const { state } = node
  invariant(!state.participant || leader >= state.largest, "the largest candidate wins (Chang and Roberts 1979)")
  remember(node, election)
  state.leader = leader
  state.participant = false
  node.cancelTimer("outcome")
  node.cancelTimer("detection")
  node.cancelTimer("heartbeat")
  node.report({ type: "believes", leader, epoch: election })
}

/** The outcome of an election is known. */
function remember(node: RingNode, election: number): void {
  invariant(election >= node.disk.election, "election numbers never fall")
  node.save({ election })
  node.state.election = election
}

/** With `repair`: a candidate needs less than two rounds and the outcome one, of at most one `ackTimeout` a hop. */
function awaitOutcome(node: RingNode): void {
  if (node.parameters.repair) node.setTimer("outcome", 3 * node.size * node.parameters.ackTimeout)
}
