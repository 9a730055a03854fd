/** Typical mistakes in Multi-Paxos, and the points that each must lose. */
import type { WrongSolution } from "../engine/lab.ts"

const [MAIN, ACCEPTOR, PROPOSER, LEADER, LEARNER, TYPES] = [
  "algorithms/multi-paxos/multi-paxos.ts",
  "algorithms/multi-paxos/acceptor.ts",
  "algorithms/multi-paxos/proposer.ts",
  "algorithms/multi-paxos/leader.ts",
  "algorithms/multi-paxos/learner.ts",
  "algorithms/multi-paxos/types.ts",
]

export const wrong: readonly WrongSolution[] = [
  {
    mistake: "counts promises only when one comes, which a node that is alone never gets",
    edits: [
      {
        file: PROPOSER,
        from: 'node.setTimer("prepare", node.parameters.heartbeatInterval)\n  if (proposer.promises.length >= phase1Quorum(node)) lead(node)',
        to: 'node.setTimer("prepare", node.parameters.heartbeatInterval)',
      },
    ],
    loses: ["commands"],
  },
  {
    mistake: "accepts a proposal below its promise",
    edits: [
      {
        file: ACCEPTOR,
        from: "if (!promise(node, proposal.ballot)) return false",
        to: "promise(node, proposal.ballot)",
      },
    ],
    loses: ["agreement"],
  },
  {
    mistake: "forgets in a crash what it has promised",
    edits: [{ file: MAIN, from: "start(node) {", to: "start(node) {\n    node.save({ promised: 0 })" }],
    loses: ["agreement"],
  },
  {
    mistake: "forgets in a crash what it has accepted",
    edits: [{ file: ACCEPTOR, from: "of disk.journal)", to: "of disk.journal.slice(0, 0))" }],
    loses: ["agreement"],
  },
  {
    mistake: "as a new leader, ignores what acceptors report",
    edits: [{ file: PROPOSER, from: "at(proposer.reported, proposer.next)?.value ?? null", to: "null" }],
    loses: ["agreement"],
  },
  {
    mistake: "takes the value of the lowest-numbered proposal reported",
    edits: [{ file: PROPOSER, from: "proposal.ballot > known.ballot", to: "proposal.ballot < known.ballot" }],
    loses: ["agreement"],
  },
  {
    mistake: "takes whatever it has accepted itself for what was chosen",
    edits: [
      {
        file: LEARNER,
        from: "if (proposal === undefined || proposal.ballot !== ballot) return\n",
        to: "if (proposal === undefined) return\n",
      },
    ],
    loses: ["agreement"],
  },
  {
    mistake: "does not help a node that has missed something",
    edits: [
      {
        file: LEADER,
        from: '  node.send(from, { type: "CatchUp"',
        to: '  if (node.size < 0) node.send(from, { type: "CatchUp"',
      },
    ],
    loses: ["learning"],
  },
  {
    mistake: "is silent as a follower, instead of naming the leader",
    edits: [
      {
        file: MAIN,
        from: 'return node.reply(client, { type: "Redirect", sequence, leader: detector.leader })',
        to: "return",
      },
    ],
    loses: ["clients"],
  },
  {
    mistake: "proposes and executes a command again when its client sends it again",
    edits: [
      { file: MAIN, from: "      if (sequence <= (learner.waiting.get(session)?.sequence ?? 0)) return\n", to: "" },
      {
        file: LEARNER,
        from: "  const result = execute(machine, value)",
        to: "  delete machine.sessions[value.session]\n  const result = execute(machine, value)",
      },
    ],
    loses: ["clients"],
  },
  {
    mistake: "has every acceptor tell everybody what it has accepted",
    edits: [{ file: TYPES, from: '    "piggyback",\n    "How', to: '    "everyone",\n    "How' }],
    loses: ["cost"],
  },
  {
    mistake: "proposes commands with the next heartbeat only",
    edits: [
      {
        file: PROPOSER,
        from: "  else node.broadcast(message)",
        to: "  else if (node.size < 0) node.broadcast(message)",
      },
    ],
    loses: ["cost"],
  },
]
