/** Typical mistakes in what Raft keeps on disk, and the points that each must lose. */
import type { WrongSolution } from "../engine/lab.ts"

const [RAFT, REPLICATION, LOG, SNAPSHOT, TERMS] = [
  "algorithms/raft/raft.ts",
  "algorithms/raft/replication.ts",
  "algorithms/raft/log.ts",
  "algorithms/raft/snapshot.ts",
  "algorithms/raft/terms.ts",
]

const boot = "  state.heardAt = node.now()\n  dropCovered"

function atBoot(action: string): string {
  return `  ${action}\n${boot}`
}

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
    loses: ["commands", "snapshots"],
  },
  {
    mistake: "forgets in a crash whom it voted for",
    edits: [{ file: RAFT, from: boot, to: atBoot("node.save({ votedFor: null })") }],
    loses: ["durable"],
  },
  {
    mistake: "forgets its term in a crash",
    edits: [{ file: RAFT, from: boot, to: atBoot("node.save({ currentTerm: 0, votedFor: null })") }],
    loses: ["durable"],
  },
  {
    mistake: "loses the last entry of its log in a crash",
    edits: [
      {
        file: RAFT,
        from: boot,
        to: atBoot('if (disk.snapshot.lastIncludedIndex === 0) node.truncate("log", Math.max(0, disk.log.length - 1))'),
      },
    ],
    loses: ["durable"],
  },
  {
    mistake: "takes no snapshots",
    edits: [{ file: SNAPSHOT, from: "  if (snapshotEvery === 0 || ", to: "  if (snapshotEvery >= 0 || " }],
    loses: ["snapshots"],
  },
  {
    mistake: "restarts with an empty machine behind its snapshot",
    edits: [
      {
        file: RAFT,
        from: "machine: copyOfMachine(machine),",
        to: "machine: { values: new Map(), sessions: [] },",
      },
    ],
    loses: ["snapshots"],
  },
  {
    mistake: "leaves the clients' sessions out of its snapshots",
    edits: [
      {
        file: SNAPSHOT,
        from: "machine: copyOfMachine(state.machine),",
        to: "machine: { values: copyOfMachine(state.machine).values, sessions: [] },",
      },
    ],
    loses: ["snapshots"],
  },
  {
    mistake: "installs a snapshot without taking over its machine",
    edits: [{ file: SNAPSHOT, from: "  state.machine = copyOfMachine(snapshot.machine)\n", to: "" }],
    loses: ["snapshots"],
  },
  {
    mistake: "writes its term at every message of the leader, changed or not",
    edits: [
      {
        file: TERMS,
        from: "  followTerm(node, term)\n  invariant(",
        to: "  followTerm(node, term)\n  node.save({ currentTerm: term })\n  invariant(",
      },
    ],
    loses: ["cost"],
  },
  {
    mistake: "goes back one entry at a time when a follower refuses",
    edits: [
      {
        file: LOG,
        from: "export function backtrack(disk: Disk, prevLogIndex: number, conflict: Conflict): number {\n",
        to: "export function backtrack(disk: Disk, prevLogIndex: number, conflict: Conflict): number {\n  if (prevLogIndex > disk.snapshot.lastIncludedIndex) return prevLogIndex\n",
      },
    ],
    loses: ["cost"],
  },
  {
    mistake: "sends its snapshot along whenever it has taken one",
    edits: [
      {
        file: SNAPSHOT,
        from: "    machine: copyOfMachine(state.machine),\n  }\n  node.save({ snapshot })\n  dropCovered(node)\n",
        to: '    machine: copyOfMachine(state.machine),\n  }\n  node.save({ snapshot })\n  dropCovered(node)\n  if (state.role === "leader") node.broadcast({ type: "InstallSnapshot", term: disk.currentTerm, snapshot })\n',
      },
    ],
    loses: ["cost"],
  },
]
