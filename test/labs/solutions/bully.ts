/**
 * A bully election as a student may write it: Coulouris et al., "Distributed Systems", 5th edition, §15.3, and the lab's
 * hand-out. Unlike the project's own, a process that returns asks all others for the number of the last election.
 */
import { algorithm, duration, leaderElection, type LeaderElection, type Node, type ParameterValues } from "quorate"

const parameters = {
  answerTimeout: duration("2d + 1ms", "T."),
  coordinatorTimeout: duration("4d + 2ms", "T'."),
  heartbeatInterval: duration("max(75ms, 5d)", "Time between two Heartbeats."),
  detectionTimeout: duration("max(225ms, 15d)", "How long a coordinator may be silent."),
}

type Message =
  | { readonly type: "Election"; readonly election: number }
  | { readonly type: "Answer" }
  | { readonly type: "Coordinator"; readonly election: number }
  | { readonly type: "Heartbeat"; readonly election: number }
  | { readonly type: "Which" }
  | { readonly type: "Latest"; readonly election: number }

interface Bully {
  readonly parameters: ParameterValues<typeof parameters>
  readonly disk: { readonly election: number | null }
  readonly state: {
    coordinator: number | null
    election: number
    phase: "settled" | "electing" | "answered" | "returning"
  }
  readonly message: Message
  readonly timer: "answer" | "coordinator" | "heartbeat" | "detection"
  readonly service: LeaderElection
}

type Process = Node<Bully>

export const solution = algorithm<Bully>({
  name: "my-bully",
  title: "My bully",
  source: "Garcia-Molina 1982",
  summary: "The highest live process coordinates.",
  tolerates: { faults: "crash", of: n => n - 1 },
  serves: [leaderElection],
  parameters,

  disk: () => ({ election: null }),
  state: ({ disk }) => ({ coordinator: null, election: disk.election ?? 0, phase: "settled" }),

  start(node) {
    if (node.disk.election === null) {
      node.save({ election: 0 })
      elect(node)
    } else {
      node.state.phase = "returning"
      node.broadcast({ type: "Which" })
      node.setTimer("answer", node.parameters.answerTimeout)
    }
  },

  receive: {
    Election(node, { election }, from) {
      node.state.election = Math.max(node.state.election, election)
      node.send(from, { type: "Answer" })
      if (node.state.phase === "settled") elect(node)
    },

    Answer(node) {
      if (node.state.phase !== "electing") return
      node.state.phase = "answered"
      node.cancelTimer("answer")
      node.setTimer("coordinator", node.parameters.coordinatorTimeout)
    },

    Coordinator(node, { election }, from) {
      if (election < node.state.election) return
      adoptCoordinator(node, from, election)
      node.setTimer("detection", node.parameters.detectionTimeout)
    },

    Heartbeat(node, { election }, from) {
      const { state } = node
      if (election < state.election) return
      state.election = election
      if (from === state.coordinator) node.setTimer("detection", node.parameters.detectionTimeout)
      else if (state.phase === "settled") elect(node)
    },

    Which(node, _, from) {
      node.send(from, { type: "Latest", election: node.state.election })
    },

    Latest(node, { election }) {
      node.state.election = Math.max(node.state.election, election)
    },
  },

  timeout: {
    answer(node) {
      if (node.state.phase === "returning") elect(node)
      else coordinate(node)
    },
    coordinator(node) {
      elect(node)
    },
    detection(node) {
      elect(node)
    },
    heartbeat(node) {
      node.broadcast({ type: "Heartbeat", election: node.state.election }, "heartbeat")
      node.setTimer("heartbeat", node.parameters.heartbeatInterval)
    },
  },

  request: {
    Elect(node) {
      if (node.state.phase === "settled") elect(node)
    },
  },
})

function elect(node: Process): void {
  const { state } = node
  state.phase = "electing"
  state.coordinator = null
  node.cancelTimer("detection")
  node.cancelTimer("heartbeat")
  node.report({ type: "believes", leader: null, epoch: state.election })
  for (let id = node.id + 1; id < node.size; id++) node.send(id, { type: "Election", election: state.election })
  node.setTimer("answer", node.parameters.answerTimeout)
}

function coordinate(node: Process): void {
  const election = node.state.election + 1
  adoptCoordinator(node, node.id, election)
  for (const peer of node.peers) {
    if (peer < node.id) node.send(peer, { type: "Coordinator", election })
    else node.send(peer, { type: "Heartbeat", election }, "heartbeat")
  }
  node.setTimer("heartbeat", node.parameters.heartbeatInterval)
}

function adoptCoordinator(node: Process, coordinator: number, election: number): void {
  const { state } = node
  node.save({ election })
  state.coordinator = coordinator
  state.election = election
  state.phase = "settled"
  node.cancelTimer("answer")
  node.cancelTimer("coordinator")
  node.cancelTimer("detection")
  node.cancelTimer("heartbeat")
  node.report({ type: "believes", leader: coordinator, epoch: election })
}
