/** Bully elections: the rules of Coulouris §15.3 (after Garcia-Molina 1982) and of the hand-out. */
import type { BrokenRule } from "../broken-rule.ts"

const asksAll =
  'for (let id = node.id + 1; id < node.size; id++) node.send(id, { type: "Election", election: state.election })'

export const rules: readonly BrokenRule[] = [
  {
    rule: "a process that starts holds an election",
    mistake: "waits until it misses a coordinator",
    edits: [
      [
        "node.save({ election: 0 })\n      elect(node)",
        'node.save({ election: 0 })\n      node.setTimer("detection", node.parameters.detectionTimeout)',
      ],
    ],
    loses: ["start"],
  },
  {
    rule: "an Election goes to all processes with higher ids",
    mistake: "asks the next higher process only",
    edits: [[asksAll, asksAll.replace("id < node.size", "id < Math.min(node.size, node.id + 2)")]],
    loses: ["messages", "crashes", "returns"],
  },
  {
    rule: "an Election goes to processes with higher ids only",
    mistake: "asks everybody",
    edits: [[asksAll, 'node.broadcast({ type: "Election", election: state.election })']],
    loses: ["start", "messages", "crashes", "returns", "cost"],
  },
  {
    rule: "a process that gets an Election answers it",
    mistake: "does not answer",
    edits: [['node.send(from, { type: "Answer" })', ""]],
    loses: ["messages", "crashes", "returns", "cost"],
  },
  {
    rule: "each Election is answered",
    mistake: "answers only while it holds no election itself",
    edits: [
      [
        'node.send(from, { type: "Answer" })',
        'if (node.state.phase === "settled") node.send(from, { type: "Answer" })',
      ],
    ],
    loses: ["messages", "crashes", "returns", "cost"],
  },
  {
    rule: "a process that answers begins another election",
    mistake: "answers, and leaves it at that",
    edits: [['if (node.state.phase === "settled") elect(node)\n    },\n\n    Answer', "},\n\n    Answer"]],
    loses: ["messages", "returns", "cost"],
  },
  {
    rule: "unless it has begun one already",
    mistake: "begins an election for each Election",
    edits: [
      ['if (node.state.phase === "settled") elect(node)\n    },\n\n    Answer', "elect(node)\n    },\n\n    Answer"],
    ],
    loses: ["messages", "cost"],
  },
  {
    rule: "a process that was answered does not declare itself",
    mistake: "declares itself although it was answered",
    edits: [
      ['      node.cancelTimer("answer")\n      node.setTimer("coordinator"', '      node.setTimer("coordinator"'],
    ],
    loses: ["messages", "crashes", "returns", "cost"],
  },
  {
    rule: "a process that was answered waits T' for a Coordinator, and begins another election if none comes",
    mistake: "waits for ever",
    edits: [['      node.setTimer("coordinator", node.parameters.coordinatorTimeout)\n', ""]],
    loses: ["crashes"],
  },
  {
    rule: "a Coordinator goes to all processes with lower ids",
    mistake: "tells the next lower process only",
    edits: [["if (peer < node.id) node.send", "if (peer === node.id - 1) node.send"]],
    loses: ["start", "messages", "crashes", "returns", "cost"],
  },
  {
    rule: "a Coordinator goes to processes with lower ids only",
    mistake: "tells higher ones, too, that have just returned",
    edits: [
      [
        'else node.send(peer, { type: "Heartbeat", election }, "heartbeat")',
        'else node.send(peer, { type: "Coordinator", election })',
      ],
    ],
    loses: ["returns"],
  },
  {
    rule: "whoever gets a Coordinator goes by it",
    mistake: "goes by the coordinator from its second Heartbeat on",
    edits: [["      adoptCoordinator(node, from, election)\n      node.setTimer", "      node.setTimer"]],
    loses: ["start", "messages", "crashes", "returns", "cost"],
  },
  {
    rule: "a process waits T for answers",
    mistake: "waits half of T",
    edits: [
      [
        'node.setTimer("answer", node.parameters.answerTimeout)\n}',
        'node.setTimer("answer", node.parameters.answerTimeout / 2)\n}',
      ],
    ],
    loses: ["messages", "crashes", "returns", "cost"],
  },
  {
    rule: "a process waits T for answers",
    mistake: "waits a millisecond longer",
    edits: [
      [
        'node.setTimer("answer", node.parameters.answerTimeout)\n}',
        'node.setTimer("answer", node.parameters.answerTimeout + 1_000)\n}',
      ],
    ],
    loses: ["cost"],
  },
  {
    rule: "a process that notices that the coordinator has failed begins an election",
    mistake: "does not watch a coordinator that it was told of",
    edits: [
      [
        'adoptCoordinator(node, from, election)\n      node.setTimer("detection", node.parameters.detectionTimeout)',
        "adoptCoordinator(node, from, election)",
      ],
      [
        'if (from === state.coordinator) node.setTimer("detection", node.parameters.detectionTimeout)',
        "if (from === state.coordinator) return",
      ],
    ],
    loses: ["crashes"],
  },
  {
    rule: "a coordinator that is heard is alive",
    mistake: "does not heed Heartbeats",
    edits: [
      [
        'if (from === state.coordinator) node.setTimer("detection", node.parameters.detectionTimeout)',
        "if (from === state.coordinator) return",
      ],
    ],
    loses: ["messages", "crashes", "returns", "cost"],
  },
  {
    rule: "a process that returns holds an election, and takes over if it is the highest",
    mistake: "waits until it misses a coordinator",
    edits: [
      [
        'if (node.state.phase === "returning") elect(node)',
        'if (node.state.phase === "returning") node.state.phase = "settled"',
      ],
    ],
    loses: ["returns"],
  },
  {
    rule: "a new coordinator takes the next number",
    mistake: "takes the number that it knows",
    edits: [["const election = node.state.election + 1", "const election = node.state.election"]],
    loses: ["returns"],
  },
  {
    rule: "the number survives crashes",
    mistake: "keeps it in memory only",
    edits: [["  node.save({ election })\n", ""]],
    loses: ["returns"],
  },
  {
    rule: "the number survives crashes",
    mistake: "only those that are told of a coordinator keep it",
    edits: [["  node.save({ election })\n", "  if (coordinator !== node.id) node.save({ election })\n"]],
    loses: ["returns"],
  },
  {
    rule: "a process that returns finds out which numbers were used",
    mistake: "does not ask",
    edits: [['      node.broadcast({ type: "Which" })\n', ""]],
    loses: ["returns"],
  },
  {
    rule: "two coordinators that hear each other hold an election",
    mistake: "heeds no coordinator but its own",
    edits: [['      else if (state.phase === "settled") elect(node)\n', ""]],
    loses: ["returns"],
  },
  {
    rule: "two coordinators that hear each other hold an election",
    mistake: "a coordinator speaks to lower processes only",
    edits: [
      [
        '      node.broadcast({ type: "Heartbeat", election: node.state.election }, "heartbeat")',
        '      for (let id = 0; id < node.id; id++) node.send(id, { type: "Heartbeat", election: node.state.election }, "heartbeat")',
      ],
      ['    else node.send(peer, { type: "Heartbeat", election }, "heartbeat")\n', ""],
    ],
    loses: ["returns"],
  },
  {
    rule: "who is told of a coordinator is one no more",
    mistake: "goes on sending Heartbeats",
    edits: [
      [
        '  node.cancelTimer("heartbeat")\n  node.report({ type: "believes", leader: null',
        '  node.report({ type: "believes", leader: null',
      ],
      [
        '  node.cancelTimer("heartbeat")\n  node.report({ type: "believes", leader: coordinator',
        '  node.report({ type: "believes", leader: coordinator',
      ],
    ],
    loses: ["returns"],
  },
  {
    rule: "the coordinator sends a Heartbeat once an interval",
    mistake: "sends twice as many",
    edits: [["node.parameters.heartbeatInterval)\n    },", "node.parameters.heartbeatInterval / 2)\n    },"]],
    loses: ["cost"],
  },
  {
    rule: "an election costs Elections, Answers and Coordinators, and nothing else",
    mistake: "says good-bye to all others whenever it begins an election",
    edits: [[asksAll, `${asksAll}\n  node.broadcast({ type: "Latest", election: 0 }, "heartbeat")`]],
    loses: ["cost"],
  },
  {
    rule: "what a message is for is said as the contract has it",
    mistake: "sends its Elections for a purpose that there is not",
    edits: [[asksAll, asksAll.replace("state.election })", 'state.election }, "nothing" as "heartbeat")')]],
    loses: ["cost"],
  },
]
