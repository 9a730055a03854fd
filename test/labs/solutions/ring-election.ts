/**
 * A ring election as a student may write it: Chang and Roberts 1979, as told by Coulouris et al., "Distributed Systems",
 * 5th edition, §15.3, with the lab's acknowledgements. Unlike the project's own, messages have numbers to be acknowledged
 * by, and each has a timer's worth of its own.
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

const parameters = {
  arrangement: integer(0, "Which of the n! arrangements of the ids the ring has."),
  ackTimeout: duration("2d + 1ms", "A member that has not acknowledged a message by then is dead."),
  heartbeatInterval: duration("max(75ms, 5d)", "Time between two Heartbeats."),
  detectionTimeout: duration("max(225ms, 15d)", "How long a leader may be silent."),
}

type Token =
  | { readonly type: "Election"; readonly candidate: number; readonly election: number; readonly tag: number }
  | { readonly type: "Elected"; readonly leader: number; readonly election: number; readonly tag: number }

type Message =
  | Token
  | { readonly type: "Ack"; readonly tag: number }
  | { readonly type: "Heartbeat"; readonly election: number }

interface Sent {
  readonly token: Token
  readonly to: number
  readonly until: number
}

interface Ring {
  readonly parameters: ParameterValues<typeof parameters>
  readonly disk: { readonly election: number }
  readonly state: {
    readonly ring: readonly number[]
    leader: number | null
    election: number
    takesPart: boolean
    best: number
    tag: number
    sent: Sent[]
  }
  readonly message: Message
  readonly timer: "ack" | "outcome" | "heartbeat" | "detection"
  readonly service: LeaderElection
}

type Member = Node<Ring>

export const solution = algorithm<Ring>({
  name: "my-ring-election",
  title: "My ring election",
  source: "Chang and Roberts 1979",
  summary: "The largest id that comes round the ring leads.",
  tolerates: { faults: "crash", of: n => n - 1 },
  serves: [leaderElection],
  parameters,

  disk: () => ({ election: 0 }),
  state: ({ id, size, disk, parameters: { arrangement } }) => ({
    ring: ringOf(size, arrangement),
    leader: null,
    election: disk.election,
    takesPart: false,
    best: id,
    tag: 0,
    sent: [],
  }),

  start(node) {
    // Old messages that carry a tag of an earlier life must not be taken for new ones.
    node.state.tag = node.now()
    begin(node)
  },

  receive: {
    Election(node, { candidate, election: proposed, tag }, from) {
      if (from !== node.id) node.send(from, { type: "Ack", tag })
      const { state } = node
      const election = Math.max(proposed, state.election + 1)
      if (candidate > node.id) {
        takePart(node)
        state.best = Math.max(state.best, candidate)
        forward(node, { type: "Election", candidate, election, tag: 0 })
      } else if (candidate < node.id) {
        if (state.takesPart) return
        takePart(node)
        forward(node, { type: "Election", candidate: node.id, election, tag: 0 })
      } else {
        if (state.best > node.id) return
        adoptLeader(node, node.id, election)
        forward(node, { type: "Elected", leader: node.id, election, tag: 0 })
        node.setTimer("heartbeat", node.parameters.heartbeatInterval)
      }
    },

    Elected(node, message, from) {
      if (from !== node.id) node.send(from, { type: "Ack", tag: message.tag })
      if (message.leader === node.id || message.election < node.state.election) return
      adoptLeader(node, message.leader, message.election)
      forward(node, message)
      node.setTimer("detection", node.parameters.detectionTimeout)
    },

    Ack({ state }, { tag }) {
      state.sent = state.sent.filter(({ token }) => token.tag !== tag)
    },

    Heartbeat(node, { election }, from) {
      const { state } = node
      if (from === state.leader) node.setTimer("detection", node.parameters.detectionTimeout)
      else if (election >= state.election) begin(node)
    },
  },

  timeout: {
    ack(node) {
      const { state } = node
      const dead = state.sent.filter(({ until }) => until <= node.now())
      state.sent = state.sent.filter(({ until }) => until > node.now())
      for (const { token, to } of dead) {
        if (to !== subjectOf(token)) pass(node, token, after(node, to))
      }
      watch(node)
    },
    outcome(node) {
      node.state.takesPart = false
      begin(node)
    },
    heartbeat(node) {
      node.broadcast({ type: "Heartbeat", election: node.state.election }, "heartbeat")
      node.setTimer("heartbeat", node.parameters.heartbeatInterval)
    },
    detection(node) {
      begin(node)
    },
  },

  request: {
    Elect(node) {
      begin(node)
    },
  },
})

function begin(node: Member): void {
  if (node.state.takesPart) return
  takePart(node)
  forward(node, { type: "Election", candidate: node.id, election: node.state.election + 1, tag: 0 })
}

function takePart(node: Member): void {
  const { state } = node
  if (state.takesPart) return
  state.takesPart = true
  state.best = node.id
  state.leader = null
  node.cancelTimer("detection")
  node.cancelTimer("heartbeat")
  node.setTimer("outcome", 3 * node.size * node.parameters.ackTimeout)
  node.report({ type: "believes", leader: null, epoch: state.election })
}

function adoptLeader(node: Member, leader: number, election: number): void {
  const { state } = node
  node.save({ election })
  state.leader = leader
  state.election = election
  state.takesPart = false
  node.cancelTimer("outcome")
  node.cancelTimer("detection")
  node.cancelTimer("heartbeat")
  node.report({ type: "believes", leader, epoch: election })
}

/** Sends a message to the next member, under a tag of its own. */
function forward(node: Member, token: Token): void {
  pass(node, { ...token, tag: ++node.state.tag }, after(node, node.id))
}

function pass(node: Member, token: Token, to: number): void {
  node.send(to, token)
  if (to === node.id) return
  node.state.sent.push({ token, to, until: node.now() + node.parameters.ackTimeout })
  watch(node)
}

function watch(node: Member): void {
  const [oldest] = node.state.sent
  if (oldest === undefined) node.cancelTimer("ack")
  else node.setTimer("ack", Math.max(0, oldest.until - node.now()))
}

function after({ state: { ring } }: Member, id: number): number {
  return ring[(ring.indexOf(id) + 1) % ring.length]!
}

function subjectOf(token: Token): number {
  return token.type === "Election" ? token.candidate : token.leader
}

function ringOf(size: number, number: number): number[] {
  const left = Array.from({ length: size }, (_, id) => id)
  const digits = left.map((_, index) => {
    const digit = number % (index + 1)
    number = Math.floor(number / (index + 1))
    return digit
  })
  return digits.toReversed().map(digit => left.splice(digit, 1)[0]!)
}
