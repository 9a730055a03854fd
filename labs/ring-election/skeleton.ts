/**
 * Ring election: your solution. The hand-out is README.md; check it with `quorate lab test`.
 *
 * Handlers run one at a time and to their end, and act only through `node`: `node.send(to, message)`,
 * `node.broadcast(message)` to all others, `node.setTimer(name, delay)` (arming it again replaces the old deadline),
 * `node.cancelTimer(name)`, `node.now()`, and `node.save({ ... })` for what must survive a crash. `node.state` is yours
 * to change; a crash loses it. A message to oneself arrives, too, and costs nothing.
 */
import {
  algorithm,
  duration,
  integer,
  leaderElection,
  type LeaderElection,
  type Node,
  type ParameterValues,
} from "quorate"

/** Fixed by the lab: tests set them, and know what follows from them. d is the longest delay of a message. */
const parameters = {
  arrangement: integer(0, "Which of the n! arrangements of the ids the ring has; see `ringOf`."),
  ackTimeout: duration("2d + 1ms", "A member that has not acknowledged a message by then is dead."),
  heartbeatInterval: duration("max(75ms, 5d)", "The leader tells all others this often that it is alive."),
  detectionTimeout: duration("max(225ms, 15d)", "A leader that is silent for this long is dead."),
}

/** Add fields as you need them; the types' names and these fields are fixed: tests read them. */
type Message =
  | { readonly type: "Election"; readonly candidate: number; readonly election: number }
  | { readonly type: "Elected"; readonly leader: number; readonly election: number }
  | { readonly type: "Ack" }
  | { readonly type: "Heartbeat"; readonly election: number }

interface Ring {
  readonly parameters: ParameterValues<typeof parameters>
  /** Survives crashes; written by `node.save`. */
  readonly disk: { readonly election: number }
  /** Lost by a crash. `ring`: all members in the direction in which messages travel. */
  readonly state: { readonly ring: readonly number[]; leader: number | null; election: number }
  readonly message: Message
  readonly timer: "ack" | "outcome" | "heartbeat" | "detection"
  readonly service: LeaderElection
}

type Member = Node<Ring>

export const ringElection = algorithm<Ring>({
  name: "my-ring-election",
  title: "My ring election",
  source: "Chang and Roberts 1979",
  summary: "The largest id that comes round the ring leads.",
  tolerates: { faults: "crash", of: n => n - 1 },
  serves: [leaderElection],
  parameters,

  /** The contents of a new disk. */
  disk: () => ({ election: 0 }),

  /** Called at every boot; `disk` holds what survived. */
  state: ({ size, disk, parameters: { arrangement } }) => ({
    ring: ringOf(size, arrangement),
    leader: null,
    election: disk.election,
  }),

  /** The member starts, for the first time or after a crash. */
  start(_node) {
    // TODO: start an election.
  },

  receive: {
    /** `candidate` is to lead, unless a larger one is on the way. */
    Election(_node, _message, _from) {
      // TODO
    },
    /** The election is over. */
    Elected(_node, _message, _from) {
      // TODO
    },
    /** The next member has a message of this one. */
    Ack(_node, _message, _from) {
      // TODO: in the stage `crashes`.
    },
    /** The leader is alive. */
    Heartbeat(_node, _message, _from) {
      // TODO
    },
  },

  timeout: {
    ack(_node) {
      // TODO: the next member is dead.
    },
    outcome(_node) {
      // TODO: whoever would have decided the election is dead.
    },
    heartbeat(_node) {
      // TODO
    },
    detection(_node) {
      // TODO: the leader is dead.
    },
  },

  request: {
    /** Somebody asks this member to start an election. */
    Elect(_node) {
      // TODO
    },
  },
})

/** The world learns whom this member takes for the leader (`null`: nobody), and since which election. */
export function adoptLeader(node: Member, leader: number | null, election: number): void {
  node.state.leader = leader
  node.state.election = election
  node.report({ type: "believes", leader, epoch: election })
}

/** The members in the direction of travel: arrangement `number` (modulo n!) of the ids, in lexicographic order. */
function ringOf(size: number, number: number): number[] {
  const left = Array.from({ length: size }, (_, id) => id)
  const digits = left.map((_, index) => {
    const digit = number % (index + 1)
    number = Math.floor(number / (index + 1))
    return digit
  })
  return digits.toReversed().map(digit => left.splice(digit, 1)[0]!)
}
