/** Ring elections: the rules of Chang and Roberts 1979 (Coulouris §15.3), of repair, and of the hand-out. */
import type { BrokenRule } from "../broken-rule.ts"

const elected = 'forward(node, { type: "Elected", leader: node.id, election, tag: 0 })'
const watches = 'node.setTimer("detection", node.parameters.detectionTimeout)'

export const rules: readonly BrokenRule[] = [
  {
    rule: "a member that starts holds an election",
    mistake: "waits until it misses a leader",
    edits: [["node.state.tag = node.now()\n    begin(node)", `node.state.tag = node.now()\n    ${watches}`]],
    loses: ["round"],
  },
  {
    rule: "a larger candidate is passed on",
    mistake: "puts itself in the place of a larger candidate",
    edits: [
      ['type: "Election", candidate, election, tag: 0 })', 'type: "Election", candidate: node.id, election, tag: 0 })'],
    ],
    loses: ["round", "messages", "numbers", "crashes", "cost"],
  },
  {
    rule: "a larger candidate is passed on",
    mistake: "swallows a larger candidate if it takes part already",
    edits: [
      ["      if (candidate > node.id) {\n", "      if (candidate > node.id) {\n        if (state.takesPart) return\n"],
    ],
    loses: ["round", "messages", "numbers", "crashes", "cost"],
  },
  {
    rule: "a smaller candidate is swallowed",
    mistake: "passes a smaller candidate on",
    edits: [
      [
        '        if (state.takesPart) return\n        takePart(node)\n        forward(node, { type: "Election", candidate: node.id,',
        '        takePart(node)\n        forward(node, { type: "Election", candidate,',
      ],
    ],
    loses: ["messages", "crashes", "cost"],
  },
  {
    rule: "whoever swallows a candidate sends its own id in its place",
    mistake: "swallows a smaller candidate, and leaves it at that",
    edits: [
      [
        '        if (state.takesPart) return\n        takePart(node)\n        forward(node, { type: "Election", candidate: node.id, election, tag: 0 })',
        "        return",
      ],
    ],
    loses: ["messages", "crashes", "cost"],
  },
  {
    rule: "... unless its own id is on its way already",
    mistake: "sends its own id whenever it swallows a smaller one",
    edits: [
      [
        '        if (state.takesPart) return\n        takePart(node)\n        forward(node, { type: "Election", candidate: node.id,',
        '        takePart(node)\n        forward(node, { type: "Election", candidate: node.id,',
      ],
    ],
    loses: ["messages"],
  },
  {
    rule: "whoever passes a larger candidate on takes part",
    mistake: "does not take part by passing a candidate on",
    edits: [["        takePart(node)\n        state.best", "        state.best"]],
    loses: ["cost"],
  },
  {
    rule: "whoever takes part goes by nobody",
    mistake: "goes by the old leader until there is another",
    edits: [
      ["  state.leader = null\n", ""],
      ['  node.report({ type: "believes", leader: null, epoch: state.election })\n', ""],
    ],
    loses: ["messages"],
  },
  {
    rule: "a member whose own id comes back leads",
    mistake: "leads as soon as it passes a candidate on that is smaller",
    edits: [
      [
        "        if (state.takesPart) return\n        takePart(node)\n",
        '        if (state.takesPart) return\n        if (node.id === node.size - 1) {\n          adoptLeader(node, node.id, election)\n          return forward(node, { type: "Elected", leader: node.id, election, tag: 0 })\n        }\n        takePart(node)\n',
      ],
    ],
    loses: ["messages", "crashes", "cost"],
  },
  {
    rule: "the leader tells of the outcome by Elected",
    mistake: "tells nobody, and sends Heartbeats only",
    edits: [[`        ${elected}\n`, ""]],
    loses: ["round", "messages", "numbers", "crashes", "cost"],
  },
  {
    rule: "Elected goes round",
    mistake: "does not pass Elected on",
    edits: [["      forward(node, message)\n", ""]],
    loses: ["round", "messages", "numbers", "crashes", "cost"],
  },
  {
    rule: "Elected goes once round",
    mistake: "the leader tells everybody itself",
    edits: [
      [
        elected,
        'for (const peer of node.peers) pass(node, { type: "Elected", leader: node.id, election, tag: ++state.tag }, peer)',
      ],
      ["      forward(node, message)\n", ""],
    ],
    loses: ["messages"],
  },
  {
    rule: "Elected goes once round",
    mistake: "passes Elected on once more when it is back",
    edits: [
      [
        "if (message.leader === node.id || message.election < node.state.election) return",
        "if (message.election < node.state.election || (message.leader === node.id && message.tag < 0)) return",
      ],
    ],
    loses: ["round", "messages", "numbers", "crashes", "cost"],
  },
  {
    rule: "with Elected a member takes part no more",
    mistake: "takes part in one election for ever",
    edits: [["  state.takesPart = false\n  node.cancelTimer", "  node.cancelTimer"]],
    loses: ["messages", "crashes", "cost"],
  },
  {
    rule: "an election's number is one more than the largest that any member on the way knows of",
    mistake: "takes the number that it knows",
    edits: [
      ["Math.max(proposed, state.election + 1)", "Math.max(proposed, state.election)"],
      ["election: node.state.election + 1, tag", "election: node.state.election, tag"],
    ],
    loses: ["numbers", "cost"],
  },
  {
    rule: "... than the largest that any member on the way knows of",
    mistake: "does not heed what members on the way know",
    edits: [["const election = Math.max(proposed, state.election + 1)", "const election = proposed"]],
    loses: ["numbers"],
  },
  {
    rule: "... than the largest that any member on the way knows of",
    mistake: "each member on the way puts its own number in",
    edits: [
      [
        "const election = Math.max(proposed, state.election + 1)",
        "const election = proposed < 0 ? 0 : state.election + 1",
      ],
    ],
    loses: ["numbers"],
  },
  {
    rule: "numbers grow, whoever was down",
    mistake: "keeps the number in memory only",
    edits: [["  node.save({ election })\n", ""]],
    loses: ["numbers"],
  },
  {
    rule: "numbers grow, whoever was down",
    mistake: "only the leader keeps the number on its disk",
    edits: [["  node.save({ election })\n", "  if (leader === node.id) node.save({ election })\n"]],
    loses: ["numbers"],
  },
  {
    rule: "messages are acknowledged",
    mistake: "acknowledges candidates only, not the outcome",
    edits: [
      [
        '    Elected(node, message, from) {\n      if (from !== node.id) node.send(from, { type: "Ack", tag: message.tag })\n',
        "    Elected(node, message, from) {\n      void from\n",
      ],
    ],
    loses: ["messages"],
  },
  {
    rule: "who gets no Ack passes the message to the member after",
    mistake: "gives a message up that is not acknowledged",
    edits: [
      [
        "if (to !== subjectOf(token)) pass(node, token, after(node, to))",
        "if (to < 0) pass(node, token, after(node, to))",
      ],
    ],
    loses: ["crashes", "cost"],
  },
  {
    rule: "who gets no Ack passes the message to the member after",
    mistake: "sends it to the same member again",
    edits: [["pass(node, token, after(node, to))", "pass(node, token, to)"]],
    loses: ["crashes", "cost"],
  },
  {
    rule: "who gets no Ack passes the message to the member after",
    mistake: "knows of one member after the next only",
    edits: [["if (to !== subjectOf(token)) pass", "if (to !== subjectOf(token) && to === after(node, node.id)) pass"]],
    loses: ["crashes"],
  },
  {
    rule: "who gets no Ack within ackTimeout ...",
    mistake: "waits twice as long",
    edits: [["node.now() + node.parameters.ackTimeout", "node.now() + 2 * node.parameters.ackTimeout"]],
    loses: ["cost"],
  },
  {
    rule: "who gets no Ack within ackTimeout ...",
    mistake: "waits half as long",
    edits: [["node.now() + node.parameters.ackTimeout", "node.now() + node.parameters.ackTimeout / 2"]],
    loses: ["messages", "cost"],
  },
  {
    rule: "an Ack says which message it is for",
    mistake: "takes an Ack for all messages on their way",
    edits: [["token.tag !== tag", "token.tag < 0"]],
    loses: ["crashes"],
  },
  {
    rule: "a candidate that is dead itself goes round no more",
    mistake: "passes the candidacies of the dead on",
    edits: [["if (to !== subjectOf(token)) pass", "pass"]],
    loses: ["crashes"],
  },
  {
    rule: "a member that misses the leader starts an election",
    mistake: "does not watch its leader",
    edits: [
      [`forward(node, message)\n      ${watches}`, "forward(node, message)"],
      [`if (from === state.leader) ${watches}`, "if (from === state.leader) return"],
    ],
    loses: ["crashes"],
  },
  {
    rule: "a leader that is heard is alive",
    mistake: "does not heed Heartbeats",
    edits: [[`if (from === state.leader) ${watches}`, "if (from === state.leader) return"]],
    loses: ["messages", "crashes", "cost"],
  },
  {
    rule: "who takes part and hears of no outcome starts again",
    mistake: "waits for ever",
    edits: [['  node.setTimer("outcome", 3 * node.size * node.parameters.ackTimeout)\n', ""]],
    loses: ["crashes"],
  },
  {
    rule: "a member that returned must not win that let a larger one pass",
    mistake: "leads whatever it let pass meanwhile",
    edits: [["        if (state.best > node.id) return\n", ""]],
    loses: ["crashes"],
  },
  {
    rule: "two leaders that hear each other hold an election",
    mistake: "heeds no leader but its own",
    edits: [["      else if (election >= state.election) begin(node)\n", ""]],
    loses: ["crashes"],
  },
  {
    rule: "messages travel in the direction of the ring",
    mistake: "sends them the other way round",
    edits: [
      ["ring[(ring.indexOf(id) + 1) % ring.length]!", "ring[(ring.indexOf(id) + ring.length - 1) % ring.length]!"],
    ],
    loses: ["messages", "cost"],
  },
  {
    rule: "the leader sends a Heartbeat once an interval",
    mistake: "sends twice as many",
    edits: [
      [
        '"heartbeat")\n      node.setTimer("heartbeat", node.parameters.heartbeatInterval)',
        '"heartbeat")\n      node.setTimer("heartbeat", node.parameters.heartbeatInterval / 2)',
      ],
    ],
    loses: ["cost"],
  },
  {
    rule: "an election costs Elections, Elected and their Acks, and nothing else",
    mistake: "tells everybody of each candidate that it passes on",
    edits: [
      [
        "        takePart(node)\n        state.best",
        '        node.broadcast({ type: "Ack", tag: -1 }, "heartbeat")\n        takePart(node)\n        state.best',
      ],
    ],
    loses: ["cost"],
  },
  {
    rule: "what a message is for is said as the contract has it",
    mistake: "sends its candidacies for a purpose that there is not",
    edits: [["  node.send(to, token)\n", '  node.send(to, token, "nothing" as "heartbeat")\n']],
    loses: ["cost"],
  },
]
