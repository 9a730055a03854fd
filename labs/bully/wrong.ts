/** Typical mistakes in a bully election, and the points that each must lose. */
import type { WrongSolution } from "../engine/lab.ts"

const file = "algorithms/bully/bully.ts"

export const wrong: readonly WrongSolution[] = [
  {
    mistake: "waits at the start until it misses a coordinator, instead of holding an election",
    edits: [
      {
        file,
        from: "node.save({ election: 0 })\n      holdElection(node)",
        to: "node.save({ election: 0 })\n      node.setTimer('detection', node.parameters.detectionTimeout)",
      },
    ],
    loses: ["start"],
  },
  {
    mistake: "asks twice, to be on the safe side",
    edits: [
      {
        file,
        from: 'node.send(higher, { type: "Election"',
        to: 'for (const _ of [1, 2]) node.send(higher, { type: "Election"',
      },
    ],
    loses: ["messages"],
  },
  {
    mistake: "answers twice: when it is asked, and when it holds its own election",
    edits: [
      {
        file,
        from: 'node.send(from, { type: "Answer" })',
        to: 'node.send(from, { type: "Answer" })\n      if (node.state.phase === "normal") node.send(from, { type: "Answer" })',
      },
    ],
    loses: ["messages"],
  },
  {
    mistake: "does not watch its coordinator",
    edits: [
      {
        file,
        from: 'adoptCoordinator(node, from, election)\n      node.setTimer("detection", node.parameters.detectionTimeout)',
        to: "adoptCoordinator(node, from, election)",
      },
      {
        file,
        from: 'if (from === node.state.coordinator) node.setTimer("detection", node.parameters.detectionTimeout)',
        to: "if (from === node.state.coordinator) return",
      },
    ],
    loses: ["crashes"],
  },
  {
    mistake: "once answered, waits for the new coordinator for ever",
    edits: [{ file, from: 'node.setTimer("coordinator", node.parameters.coordinatorTimeout)', to: "" }],
    loses: ["crashes"],
  },
  {
    mistake: "keeps nothing on its disk",
    edits: [
      { file, from: "node.save({ election })", to: "" },
      { file, from: "node.save({ election: 0 })", to: "" },
    ],
    loses: ["returns"],
  },
  {
    mistake: "declares itself after a reboot without having heard from anyone",
    edits: [{ file, from: "informed: disk.election === null", to: "informed: true" }],
    loses: ["returns"],
  },
  {
    mistake: "waits a millisecond more than T for answers",
    edits: [
      {
        file,
        from: 'else node.setTimer("answer", node.parameters.answerTimeout)',
        to: 'else node.setTimer("answer", node.parameters.answerTimeout + 1_000)',
      },
    ],
    loses: ["cost"],
  },
  {
    mistake: "sends its heartbeats twice as often as it need",
    edits: [
      {
        file,
        from: 'node.setTimer("heartbeat", node.parameters.heartbeatInterval)\n    },',
        to: 'node.setTimer("heartbeat", node.parameters.heartbeatInterval / 2)\n    },',
      },
    ],
    loses: ["cost"],
  },
]
