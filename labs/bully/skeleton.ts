/**
 * Bully elections: your solution. The hand-out is README.md; check it with `quorate lab test`.
 *
 * Handlers run one at a time and to their end, and act only through `node`: `node.send(to, message)`,
 * `node.setTimer(name, delay)` (arming it again replaces the old deadline), `node.cancelTimer(name)`,
 * `node.save({ ... })` for what must survive a crash, and `node.report(...)`, by which the world learns whom this
 * process takes for the coordinator. `node.state` is yours to change; a crash loses it.
 */
import { algorithm, duration, leaderElection, type LeaderElection, type Node, type ParameterValues } from "quorate"

/** Fixed by the lab: tests set them, and know what follows from them. d is the longest delay of a message. */
const parameters = {
  answerTimeout: duration("2d + 1ms", "T: whoever has no answer after this time takes all higher processes for dead."),
  coordinatorTimeout: duration("4d + 2ms", "T': how long a process that was answered waits for a coordinator."),
  heartbeatInterval: duration("max(75ms, 5d)", "The coordinator tells all others this often that it is alive."),
  detectionTimeout: duration("max(225ms, 15d)", "A coordinator that is silent for this long is dead."),
}

/** Add fields as you need them; the types' names are fixed: tests count messages by them. */
type Message =
  | { readonly type: "Election" }
  | { readonly type: "Answer" }
  | { readonly type: "Coordinator"; readonly election: number }
  | { readonly type: "Heartbeat"; readonly election: number }

interface Bully {
  readonly parameters: ParameterValues<typeof parameters>
  /** Survives crashes; written by `node.save`. */
  readonly disk: { readonly election: number | null }
  /** Lost by a crash. */
  readonly state: { coordinator: number | null; election: number }
  readonly message: Message
  readonly timer: "answer" | "coordinator" | "heartbeat" | "detection"
  readonly service: LeaderElection
}

type Process = Node<Bully>

export const bully = algorithm<Bully>({
  name: "my-bully",
  title: "My bully",
  source: "Garcia-Molina 1982",
  summary: "The highest live process coordinates.",
  tolerates: { faults: "crash", of: n => n - 1 },
  serves: [leaderElection],
  parameters,

  /** The contents of a new disk. */
  disk: () => ({ election: null }),

  /** Called at every boot; `disk` holds what survived. */
  state: ({ disk }) => ({ coordinator: null, election: disk.election ?? 0 }),

  /** The process starts, for the first time or after a crash. */
  start(_node) {
    // TODO: hold an election.
  },

  receive: {
    /** A lower process asks whether anybody above it is alive. */
    Election(_node, _message, _from) {
      // TODO
    },
    /** A higher process is alive, and will see to it. */
    Answer(_node, _message, _from) {
      // TODO
    },
    /** The election is over: `from` coordinates. */
    Coordinator(_node, _message, _from) {
      // TODO
    },
    /** The coordinator is alive. */
    Heartbeat(_node, _message, _from) {
      // TODO
    },
  },

  timeout: {
    answer(_node) {
      // TODO: nobody above this process is alive.
    },
    coordinator(_node) {
      // TODO: whoever answered has died since.
    },
    heartbeat(_node) {
      // TODO
    },
    detection(_node) {
      // TODO: the coordinator is dead.
    },
  },

  request: {
    /** Somebody asks this process to hold an election. */
    Elect(_node) {
      // TODO
    },
  },
})

/** The world learns whom this process takes for the coordinator, and in which election that one won. */
export function adoptCoordinator(node: Process, coordinator: number, election: number): void {
  node.state.coordinator = coordinator
  node.state.election = election
  node.report({ type: "believes", leader: coordinator, epoch: election })
}
