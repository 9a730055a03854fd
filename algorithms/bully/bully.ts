/**
 * The bully algorithm: the live process with the highest id coordinates.
 *
 * H. Garcia-Molina, "Elections in a Distributed Computing System", IEEE Transactions on Computers C-31(1), 1982; with
 * the three messages of Coulouris et al., "Distributed Systems", 5th edition, §15.3: Election, Answer, Coordinator.
 * Ids are 0..n-1 here, 1..N in the literature.
 *
 * What is not in the books:
 *
 * - The coordinator's heartbeats, by which the others detect its failure.
 * - Elections are numbered, to distinguish two concurrent coordinators from two successive ones: a new coordinator takes
 *   the next number after the last one it knows. Messages with older numbers are ignored.
 * - A process that was down does not know that number. It declares itself only once it has heard it (see `declare`).
 */
import { algorithm, invariant, type NodeId } from "../../runtime/contract/algorithm.ts"
import { leaderElection } from "../../services/leader-election/service.ts"
import { theory } from "./theory.ts"
import { type Bully, type BullyNode, parameters } from "./types.ts"

export const bully = algorithm<Bully>({
  name: "bully",
  title: "Bully",
  source: "Garcia-Molina 1982, IEEE Transactions on Computers C-31(1)",
  summary: "Whoever misses the coordinator asks all higher processes; the highest one alive bullies the rest.",
  tolerates: { faults: "crash", of: n => n - 1 },
  assumes: { links: "reliable", timing: "synchronous" },
  // Longer than a round trip of two ticks, and in the order that the paper asks for.
  times: {
    parameters: {
      answerTimeout: "3us",
      coordinatorTimeout: "5us",
      heartbeatInterval: "3us",
      detectionTimeout: "5us",
    },
  },
  colour: "#009E73",
  theory,
  serves: [leaderElection],
  parameters,

  disk: () => ({ election: null }),
  state: ({ disk }) => ({
    coordinator: null,
    phase: "normal",
    election: disk.election ?? 0,
    catchingUp: disk.election !== null,
    informed: disk.election === null,
  }),

  /**
   * A process that starts does not know the coordinator: it holds an election. If it was down, it was not asked in others.
   *
   * - For one link delay (half of T) it waits for their outcome, as if it had been answered: a process that returns a
   *   moment later either is asked by it, or declares itself only after it has heard of it.
   * - Elections held without it end within T, and their outcomes are known everywhere a link delay later: until then it
   *   may hear only of older ones.
   */
  start(node) {
    if (node.disk.election === null) {
      node.save({ election: 0 })
      holdElection(node)
    } else {
      const delay = Math.ceil(node.parameters.answerTimeout / 2)
      node.state.phase = "answered"
      node.setTimer("catchUp", 3 * delay)
      node.setTimer("coordinator", delay)
    }
  },

  /** The first election is over, whoever won it: a process bullies only when it returns or misses the coordinator. */
  begins: {
    start(node, leader) {
      adoptCoordinator(node, leader, 1)
      if (node.id === leader) node.setTimer("heartbeat", node.parameters.heartbeatInterval)
      else node.setTimer("detection", node.parameters.detectionTimeout)
    },
  },

  receive: {
    Election(node, { election, informed }, from) {
      invariant(from < node.id, "only higher processes are asked")
      learn(node, election, informed)
      node.send(from, { type: "Answer" })
      holdElection(node)
    },

    Answer(node) {
      if (node.state.phase !== "asking") return
      invariant(node.id < node.size - 1, "the highest process of all asks nobody (Coulouris §15.3)")
      node.state.phase = "answered"
      node.cancelTimer("answer")
      node.setTimer("coordinator", node.parameters.coordinatorTimeout)
    },

    Coordinator(node, { election }, from) {
      invariant(from > node.id, "only lower processes get it")
      if (election < node.state.election) return
      adoptCoordinator(node, from, election)
      node.setTimer("detection", node.parameters.detectionTimeout)
    },

    Heartbeat(node, { election }, from) {
      if (election < node.state.election) return
      learn(node, election, true)
      if (from === node.state.coordinator) node.setTimer("detection", node.parameters.detectionTimeout)
      // There are two coordinators; a partition has healed, for example.
      else holdElection(node)
    },
  },

  answers: ["Answer"],

  standing: ({ id, state: { coordinator, phase, election } }) => ({
    role: coordinator === id ? "coordinator" : phase,
    rank: coordinator === id ? 2 : phase === "normal" ? 0 : 1,
    epoch: election,
  }),

  timeout: {
    /** No answer within T: all higher processes are dead. */
    answer(node) {
      invariant(node.state.phase === "asking", "who waits for answers has asked (Coulouris §15.3)")
      declare(node)
    },

    /** The process that answered has failed since. */
    coordinator(node) {
      invariant(node.state.phase === "answered", "who waits for a coordinator was answered (Coulouris §15.3)")
      node.state.phase = "normal"
      holdElection(node)
    },

    /** The coordinator has failed; or a rebooted process has heard of none, since nobody else is up. */
    detection(node) {
      invariant(
        node.state.coordinator !== node.id,
        "a coordinator does not wait to hear of itself (Garcia-Molina 1982)",
      )
      if (node.state.phase === "listening") becomeCoordinator(node)
      else holdElection(node)
    },

    /** The outcomes of all elections that this process missed are known: what it hears now is news. */
    catchUp(node) {
      node.state.catchingUp = false
    },

    heartbeat(node) {
      invariant(node.state.coordinator === node.id, "only a coordinator says that it is one (Garcia-Molina 1982)")
      node.broadcast({ type: "Heartbeat", election: node.state.election }, "heartbeat")
      node.setTimer("heartbeat", node.parameters.heartbeatInterval)
    },
  },

  request: {
    Elect(node) {
      holdElection(node)
    },
  },
})

/**
 * Asks all higher processes, unless this one is already in an election.
 *
 * The highest process has nobody to ask, and still waits: an election takes up to T to reach everybody, and messages of it
 * that arrive after the coordinator is declared start another one.
 */
function holdElection(node: BullyNode): void {
  const { state } = node
  if (state.phase !== "normal") return
  invariant(state.election >= (node.disk.election ?? 0), "a process knows of the elections on its disk")
  state.phase = "asking"
  state.coordinator = null
  node.cancelTimer("detection")
  node.cancelTimer("heartbeat")
  node.report({ type: "believes", leader: null, epoch: state.election })
  for (let higher = node.id + 1; higher < node.size; higher++) {
    node.send(higher, { type: "Election", election: state.election, informed: state.informed })
  }
  if (node.parameters.announceAtOnce && node.id === node.size - 1) declare(node)
  else node.setTimer("answer", node.parameters.answerTimeout)
}

/**
 * No higher process is alive: this one is to be the coordinator.
 *
 * But a rebooted process may not know how many elections it has missed. It listens until it hears of one, and then repeats
 * its own; if it hears of none, there is no coordinator, and it declares itself anyway.
 */
function declare(node: BullyNode): void {
  if (node.state.informed) return becomeCoordinator(node)
  node.state.phase = "listening"
  node.setTimer("detection", node.parameters.detectionTimeout)
}

function becomeCoordinator(node: BullyNode): void {
  const election = node.state.election + 1
  invariant(node.state.coordinator === null, "during an election there is no coordinator (Garcia-Molina 1982)")
  adoptCoordinator(node, node.id, election)
  node.state.informed = true
  for (let lower = 0; lower < node.id; lower++) node.send(lower, { type: "Coordinator", election })
  // Higher processes have failed, or have just returned: those learn at once which coordinator to bully.
  for (let higher = node.id + 1; higher < node.size; higher++) {
    node.send(higher, { type: "Heartbeat", election }, "heartbeat")
  }
  node.setTimer("heartbeat", node.parameters.heartbeatInterval)
}

/** The election is over. */
function adoptCoordinator(node: BullyNode, coordinator: NodeId, election: number): void {
  const { state } = node
  invariant(election >= state.election, "a process follows no election older than the last it knows of")
  node.save({ election })
  state.coordinator = coordinator
  state.phase = "normal"
  state.election = election
  if (!state.catchingUp) state.informed = true
  node.cancelTimer("answer")
  node.cancelTimer("coordinator")
  node.cancelTimer("detection")
  node.cancelTimer("heartbeat")
  node.report({ type: "believes", leader: coordinator, epoch: election })
}

/** Records the latest election that another process reports, and whether that one has learnt it from others. */
function learn(node: BullyNode, election: number, informed: boolean): void {
  const { state } = node
  invariant(
    state.phase === "normal" || state.coordinator === null,
    "during an election there is no coordinator (Garcia-Molina 1982)",
  )
  state.election = Math.max(state.election, election)
  if (!informed || state.catchingUp) return
  state.informed = true
  if (state.phase === "listening") state.phase = "normal"
}
