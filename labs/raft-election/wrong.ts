/** Typical mistakes in Raft's elections, and the points that each must lose. */
import type { WrongSolution } from "../engine/lab.ts"

const [RAFT, ELECTION, REPLICATION, TERMS] = [
  "algorithms/raft/raft.ts",
  "algorithms/raft/election.ts",
  "algorithms/raft/replication.ts",
  "algorithms/raft/terms.ts",
]

export const wrong: readonly WrongSolution[] = [
  {
    mistake: "counts its votes only when an answer comes",
    edits: [
      {
        file: ELECTION,
        from: 'sendVoteRequests(node, "protocol")\n  countVotes(node)',
        to: 'sendVoteRequests(node, "protocol")',
      },
    ],
    loses: ["first"],
  },
  {
    mistake: "votes as often as it is asked",
    edits: [
      { file: ELECTION, from: "    (disk.votedFor === null || disk.votedFor === from) &&\n", to: "" },
      // The reference would itself notice what follows from it.
      { file: TERMS, from: 'invariant(state.role !== "leader", "Election', to: 'invariant(true, "Election' },
    ],
    loses: ["votes"],
  },
  {
    mistake: "takes half for a majority",
    edits: [{ file: "algorithms/common/quorum.ts", from: "Math.floor(size / 2) + 1", to: "Math.ceil(size / 2)" }],
    loses: ["votes"],
  },
  {
    mistake: "forgets in a crash whom it voted for",
    edits: [
      {
        file: RAFT,
        from: "  state.heardAt = node.now()\n",
        to: "  state.heardAt = node.now()\n  node.save({ votedFor: null })\n",
      },
    ],
    loses: ["votes"],
  },
  {
    mistake: "heeds no later term while it leads",
    edits: [
      {
        file: REPLICATION,
        from: "if (term < disk.currentTerm) return replyToAppend",
        to: 'if (term < disk.currentTerm || state.role === "leader") return replyToAppend',
      },
      {
        file: REPLICATION,
        from: 'followTerm(node, reply.term)\n  if (state.role !== "leader" || reply.term !== disk.currentTerm) return\n  recordAnswer(node, from)\n  if (reply.round',
        to: 'if (state.role !== "leader" || reply.term !== disk.currentTerm) return\n  recordAnswer(node, from)\n  if (reply.round',
      },
    ],
    loses: ["terms"],
  },
  {
    mistake: "does not reset its election timeout when it hears from the leader",
    edits: [
      {
        file: TERMS,
        from: "  state.asksFirst = false\n  resetElectionTimer(node)\n",
        to: "  state.asksFirst = false\n",
      },
    ],
    loses: ["liveness"],
  },
  {
    mistake: "stands for election once, and waits for ever if nobody wins",
    edits: [{ file: ELECTION, from: "  resetElectionTimer(node)\n  sendVoteRequests", to: "  sendVoteRequests" }],
    loses: ["liveness"],
  },
  {
    mistake: "sends heartbeats twice as often as it need",
    edits: [
      {
        file: REPLICATION,
        from: 'sendAppendEntries(node, peer, heartbeat)\n  node.setTimer("heartbeat", node.parameters.heartbeatInterval)',
        to: 'sendAppendEntries(node, peer, heartbeat)\n  node.setTimer("heartbeat", node.parameters.heartbeatInterval / 2)',
      },
    ],
    loses: ["cost"],
  },
  {
    mistake: "asks for every vote twice",
    edits: [
      {
        file: ELECTION,
        from: "if (votes[peer] === null) node.send(peer, voteRequest, purpose)",
        to: "if (votes[peer] === null) for (const _ of [1, 2]) node.send(peer, voteRequest, purpose)",
      },
    ],
    loses: ["cost"],
  },
]
