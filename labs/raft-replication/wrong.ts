/** Typical mistakes in Raft's log replication, and the points that each must lose. */
import type { WrongSolution } from "../engine/lab.ts"

const [ELECTION, REPLICATION, APPLY, LOG, CLIENTS] = [
  "algorithms/raft/election.ts",
  "algorithms/raft/replication.ts",
  "algorithms/raft/apply.ts",
  "algorithms/raft/log.ts",
  "algorithms/raft/clients.ts",
]

export const wrong: readonly WrongSolution[] = [
  {
    mistake: "commits only when a reply comes, which a server that is alone never gets",
    edits: [
      {
        file: REPLICATION,
        from: "  if (state.configuration.members.length === 1) advanceCommitIndex(node)\n",
        to: "",
      },
    ],
    loses: ["commands"],
  },
  {
    mistake: "does not go back when a follower refuses",
    edits: [
      {
        file: REPLICATION,
        from: "  state.nextIndex[from] = Math.max(next, state.matchIndex[from]! + 1)\n",
        to: "",
      },
      {
        file: REPLICATION,
        from: "  if (mayReplicate(node, from)) sendAppendEntries(node, from, false)\n",
        to: "  if (next < 0) sendAppendEntries(node, from, false)\n",
      },
    ],
    loses: ["followers", "safety", "clients"],
  },
  {
    mistake: "tells followers of commits only along with new entries",
    edits: [
      {
        file: REPLICATION,
        from: "if (committed > state.commitIndex) commit(",
        to: "if (entries.length > 0 && committed > state.commitIndex) commit(",
      },
    ],
    loses: ["followers"],
  },
  {
    mistake: "votes without comparing logs",
    edits: [
      {
        file: ELECTION,
        from: "    isUpToDate(disk, message.lastLogIndex, message.lastLogTerm)\n  // A vote",
        to: "    true\n  // A vote",
      },
    ],
    loses: ["safety"],
  },
  {
    mistake: "compares logs by their length alone",
    edits: [
      {
        file: LOG,
        from: "return term > ours || (term === ours && index >= lastLogIndex(disk))",
        to: "return index >= lastLogIndex(disk)",
      },
    ],
    loses: ["safety"],
  },
  {
    mistake: "appends without looking at the previous entry",
    edits: [
      {
        file: REPLICATION,
        from: "if (!contains(disk, prevLogIndex, prevLogTerm)) {",
        to: "if (prevLogIndex > lastLogIndex(disk)) {",
      },
    ],
    loses: ["safety"],
  },
  {
    mistake: "keeps entries that conflict with the leader's",
    edits: [{ file: REPLICATION, from: "      truncateLog(node, entry.index)\n", to: "      continue\n" }],
    loses: ["safety"],
  },
  {
    mistake: "commits entries of earlier terms by counting",
    edits: [{ file: REPLICATION, from: " || termAt(disk, agreed) !== disk.currentTerm", to: "" }],
    loses: ["safety"],
  },
  {
    mistake: "commits what it has, whether or not others have it",
    edits: [
      {
        file: REPLICATION,
        from: "  replicate(node, entry)\n",
        to: "  commit(node, entry.index)\n  replicate(node, entry)\n",
      },
      { file: REPLICATION, from: "invariant(index > state.commitIndex, ", to: "invariant(index > 0, " },
    ],
    loses: ["safety"],
  },
  {
    mistake: "is silent as a follower, instead of naming the leader",
    edits: [
      {
        file: CLIENTS,
        from: '  node.reply(client, { type: "Redirect"',
        to: '  if (role !== "follower") node.reply(client, { type: "Redirect"',
      },
    ],
    loses: ["clients"],
  },
  {
    mistake: "executes a command again when its client retries it",
    edits: [
      {
        file: APPLY,
        from: "  const result = execute",
        to: "  delete state.machine.sessions[command.session]\n  const result = execute",
      },
    ],
    loses: ["clients"],
  },
  {
    mistake: "sends new entries with the next heartbeat only",
    edits: [{ file: REPLICATION, from: "  replicate(node, entry)\n", to: "" }],
    loses: ["cost"],
  },
  {
    mistake: "tells all followers of each commit at once",
    edits: [{ file: REPLICATION, from: "if (node.parameters.notifyCommit && state.role", to: "if (state.role" }],
    loses: ["cost"],
  },
]
