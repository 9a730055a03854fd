/** Typical mistakes in chain replication, and the points that each must lose. */
import type { WrongSolution } from "../engine/lab.ts"

const folder = "algorithms/chain-replication"
const chain = `${folder}/chain.ts`
const queries = `${folder}/queries.ts`
const links = `${folder}/links.ts`
const membership = `${folder}/membership.ts`
const master = `${folder}/master.ts`

export const wrong: readonly WrongSolution[] = [
  {
    mistake: "sends clients to the head with their queries",
    edits: [
      {
        file: queries,
        from: "configuration && tailOf(configuration)",
        to: "configuration && configuration.chain[0]!.id",
      },
      { file: chain, from: "[tailOf(configuration)]", to: "[headOf(configuration)]" },
    ],
    loses: ["chain", "cost"],
  },
  {
    mistake: "answers queries without a lease",
    edits: [{ file: queries, from: "!node.isOver(node.state.leaseUntil)", to: "node.state.leaseUntil >= 0" }],
    loses: ["suspicions"],
  },
  {
    mistake: "forwards updates once",
    edits: [
      {
        file: links,
        from: "resend(node: Server): void {\n",
        to: "resend(node: Server): void {\n  if (node.size > 0) return\n",
      },
    ],
    loses: ["links", "suspicions"],
  },
  {
    mistake: "does not commit what it has when it becomes the tail",
    edits: [{ file: membership, from: "if (successor === null) takeOver(node)", to: "if (successor === null) return" }],
    loses: ["failures", "suspicions"],
  },
  {
    mistake: "begins no new life when it is removed",
    edits: [{ file: membership, from: "  if (wasMember && !isMember) return leave(node)\n", to: "" }],
    loses: ["suspicions"],
  },
  {
    mistake: "acknowledges every update at once",
    edits: [
      { file: links, from: 'reads === "any" || replies === "head"', to: 'reads === "any" || replies !== "head"' },
    ],
    loses: ["cost"],
  },
  {
    mistake: "waits for a sign of life for four times as long as it should",
    edits: [
      {
        file: master,
        from: 'setTimer("silence", node.parameters.detectionTimeout, id)',
        to: 'setTimer("silence", 4 * node.parameters.detectionTimeout, id)',
      },
    ],
    loses: ["cost"],
  },
  {
    mistake: "lets nobody in again",
    edits: [
      {
        file: master,
        from: 'if (standing === "ready" && configuration >= tailSince) reconfigure',
        to: 'if (standing === "ready" && node.size < 0) reconfigure',
      },
    ],
    loses: ["joining"],
  },
]
