/** Typical mistakes in a token ring, and the points that each must lose. */
import type { WrongSolution } from "../engine/lab.ts"

const file = "algorithms/token-ring/token-ring.ts"

export const wrong: readonly WrongSolution[] = [
  {
    mistake: "keeps the token until it wants in itself",
    edits: [
      {
        file,
        from: 'node.setTimer("idle", node.parameters.idlePause)\n  else passToken(node, token)',
        to: 'node.setTimer("idle", node.parameters.idlePause)\n  else if (node.size === 1) passToken(node, token)',
      },
    ],
    loses: ["enter", "lost", "cost"],
  },
  {
    mistake: "does not tell a copy of the token from the token",
    edits: [
      {
        file,
        from: "if (isNewer(message, node.state.seen)) takeToken(node, message)",
        to: "if (node.state.token === null) takeToken(node, message)",
      },
    ],
    loses: ["exclusion", "lost"],
  },
  {
    mistake: "passes the token on against the direction of the ring when it leaves",
    edits: [
      {
        file,
        from: '      if (node.parameters.discipline === "limited") passToken(node, state.token)\n',
        to:
          "      if (node.size < 3) return passToken(node, state.token)\n" +
          "      const serial = ++state.serial\n" +
          "      node.send(state.successors.at(-2)!, { ...state.token, position: token.position + 1, serial })\n" +
          "      state.token = null\n" +
          "      if (node.size > 0) awaitToken(node)\n",
      },
    ],
    loses: ["order", "lost"],
  },
  {
    mistake: "makes a new token as soon as it misses it, without an election",
    edits: [
      {
        file,
        from: "regeneration(node) {\n      standForElection(node)",
        to: "regeneration(node) {\n      makeToken(node)",
      },
    ],
    loses: ["lost"],
  },
  {
    mistake: "lets candidates pass while it has the token",
    edits: [{ file, from: "if (state.token !== null) return\n", to: "\n" }],
    loses: ["lost"],
  },
  {
    mistake: "wins by an election although it has seen the token since",
    edits: [{ file, from: "state.candidacy = null\n  node.cancelTimer", to: "node.cancelTimer" }],
    loses: ["lost"],
  },
  {
    mistake: "holds one election and, should that get lost, no other",
    edits: [
      {
        file,
        from: "  node.state.participant = true\n  awaitToken(node)",
        to: '  node.state.participant = true\n  node.cancelTimer("regeneration")',
      },
    ],
    loses: ["lost"],
  },
  {
    mistake: "sends its own id for every smaller one",
    edits: [{ file, from: "if (!state.participant) standForElection(node)", to: "standForElection(node)" }],
    loses: ["cost"],
  },
  {
    mistake: "passes the token twice, to be on the safe side",
    edits: [
      {
        file,
        from: '  forward(node, token, isIdle(node, token) ? "heartbeat" : "protocol")',
        to: "  for (const _ of [1, 2]) forward(node, token)",
      },
    ],
    loses: ["cost"],
  },
]
