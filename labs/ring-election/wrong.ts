/** Typical mistakes in a ring election, and the points that each must lose. */
import type { WrongSolution } from "../engine/lab.ts"

const file = "algorithms/ring-election/ring-election.ts"
const passing = "algorithms/ring-election/passing.ts"

export const wrong: readonly WrongSolution[] = [
  {
    mistake: "waits at the start until it misses a leader, instead of starting an election",
    edits: [
      {
        file,
        from: "  start(node) {\n    startElection(node)",
        to: '  start(node) {\n    node.setTimer("detection", node.parameters.detectionTimeout)',
      },
    ],
    loses: ["round"],
  },
  {
    mistake: "puts itself in a smaller candidate's place although its own id is on its way already",
    edits: [
      {
        file,
        from: "        if (state.participant) return\n        participate(node)",
        to: "        participate(node)",
      },
    ],
    loses: ["messages"],
  },
  {
    mistake: "announces the outcome twice, to be on the safe side",
    edits: [
      {
        file,
        from: 'forward(node, { type: "Elected", leader: node.id, election })',
        to: 'for (const _ of [1, 2]) forward(node, { type: "Elected", leader: node.id, election })',
      },
    ],
    loses: ["messages"],
  },
  {
    mistake: "keeps the number of the last election in memory only",
    edits: [{ file, from: "  node.save({ election })\n", to: "" }],
    loses: ["numbers"],
  },
  {
    mistake: "has only the leader remember the number",
    edits: [
      {
        file,
        from: "  remember(node, election)\n  state.leader = leader",
        to: "  state.election = election\n  if (leader === node.id) remember(node, election)\n  state.leader = leader",
      },
    ],
    loses: ["numbers"],
  },
  {
    mistake: "does not watch its leader",
    edits: [
      {
        file,
        from: 'forward(node, message)\n      if (isOver) node.setTimer("detection", node.parameters.detectionTimeout)',
        to: "forward(node, message)",
      },
      {
        file,
        from: 'if (from === node.state.leader) node.setTimer("detection", node.parameters.detectionTimeout)\n',
        to: "if (from === node.state.leader) return\n",
      },
    ],
    loses: ["crashes"],
  },
  {
    mistake: "waits for ever for the outcome of an election whose winner has died",
    edits: [
      {
        file,
        from: 'if (node.parameters.repair) node.setTimer("outcome"',
        to: 'if (node.size < 0) node.setTimer("outcome"',
      },
    ],
    loses: ["crashes"],
  },
  {
    mistake: "forwards the candidacies of the dead for ever",
    edits: [
      {
        file: passing,
        from: "if (state.successors[late.place] !== subjectOf(late.message)) forwardTo(node, late.place + 1, late.message)",
        to: "forwardTo(node, (late.place + 1) % node.size, late.message)",
      },
    ],
    loses: ["crashes"],
  },
  {
    mistake: "waits twice as long as it must before it takes a silent member for dead",
    edits: [
      {
        file: passing,
        from: 'node.setTimer("ack", parameters.ackTimeout, key)',
        to: 'node.setTimer("ack", 2 * parameters.ackTimeout, key)',
      },
    ],
    loses: ["cost"],
  },
  {
    mistake: "sends its heartbeats twice as often as it need",
    edits: [
      {
        file,
        from: '"heartbeat")\n      node.setTimer("heartbeat", node.parameters.heartbeatInterval)',
        to: '"heartbeat")\n      node.setTimer("heartbeat", node.parameters.heartbeatInterval / 2)',
      },
    ],
    loses: ["cost"],
  },
]
