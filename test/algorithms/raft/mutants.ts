/** Mistakes that one could make in Raft, rule by rule, each a small change of its real source. */
import type { Edit } from "../../support/mutants.ts"
import type { Turmoil } from "./chaos.ts"

export const [RAFT, ELECTION, REPLICATION, TERMS, APPLY, LOG, MEMBERSHIP, SNAPSHOT, READS] = [
  "algorithms/raft/raft.ts",
  "algorithms/raft/election.ts",
  "algorithms/raft/replication.ts",
  "algorithms/raft/terms.ts",
  "algorithms/raft/apply.ts",
  "algorithms/raft/log.ts",
  "algorithms/raft/membership.ts",
  "algorithms/raft/snapshot.ts",
  "algorithms/raft/reads.ts",
]

export interface Mutant {
  readonly mistake: string
  readonly edit: Edit
  /** The check of the service, or the invariant of the algorithm, that finds it. */
  readonly caughtBy: string
  /** The kind of turmoil in which the mistake soon matters. */
  readonly in?: Partial<Turmoil>
}

/** Without the parameters under which a mistake of the core would be hidden. */
const plain = { preVote: false, leaderStickiness: false, reads: "log" }
const bare = { operator: false, syncLatency: 0 }
/** Faults of few kinds, so that the mistakes come out soon. */
export const narrow = { isWide: false }

/** Crashes so short that a node is back within the same election. */
const flicker: Partial<Turmoil> = {
  ...bare,
  nodes: 3,
  faults: 60,
  span: 3_000,
  parameters: { ...plain, electionTimeoutMin: "6ms", electionTimeoutMax: "8ms", heartbeatInterval: "3ms" },
}
/** Links so slow that votes arrive elections later. */
const delays: Partial<Turmoil> = {
  ...bare,
  nodes: 3,
  faults: 30,
  delay: 30_000,
  parameters: { ...plain, electionTimeoutMin: "6ms", electionTimeoutMax: "12ms", heartbeatInterval: "3ms" },
}
/** Leaders that come and go with the last entries of others, as in Figure 8. */
const figure8: Partial<Turmoil> = {
  ...bare,
  nodes: 5,
  faults: 40,
  span: 10_000,
  clients: 6,
  parameters: { ...plain, ...brisk("8ms", "16ms", "4ms"), noOp: false, snapshotEvery: 0, maxBatch: 1 },
}
const reading = (reads: string): Partial<Turmoil> => ({
  ...bare,
  nodes: 3,
  faults: 15,
  span: 60_000,
  // A leader that steps down in time has little time to answer wrongly.
  parameters: { reads, checkQuorum: false },
})
const snapshots: Partial<Turmoil> = {
  ...bare,
  nodes: 3,
  faults: 20,
  span: 20_000,
  loss: 0.2,
  parameters: { snapshotEvery: 3 },
}
const changes: Partial<Turmoil> = { ...bare, operator: true, nodes: 5, faults: 20, span: 20_000, parameters: plain }

export function brisk(electionTimeoutMin: string, electionTimeoutMax: string, heartbeatInterval: string): object {
  return { electionTimeoutMin, electionTimeoutMax, heartbeatInterval }
}

export const boot = "  state.heardAt = node.now()\n"

export const mutants: readonly Mutant[] = [
  // Figure 2, persistent state.
  {
    mistake: "forgets in a crash whom it voted for",
    edit: { file: RAFT, from: boot, to: `${boot}  node.save({ votedFor: null })\n` },
    caughtBy: "one-leader-per-term",
    in: flicker,
  },
  {
    mistake: "forgets its term in a crash",
    edit: { file: RAFT, from: boot, to: `${boot}  node.save({ currentTerm: 0, votedFor: null })\n` },
    caughtBy: "Election Safety (§5.2): no other leader made entries in this term",
  },
  {
    mistake: "does not keep its log on disk",
    edit: { file: RAFT, from: boot, to: `${boot}  node.truncate("log", 0)\n` },
    caughtBy: "acknowledged-writes-kept",
  },
  // Elections (§5.2, §5.4.1).
  {
    mistake: "votes as often as it is asked",
    edit: { file: ELECTION, from: "    (disk.votedFor === null || disk.votedFor === from) &&\n", to: "" },
    caughtBy: "a vote is on the disk before it is given",
  },
  {
    mistake: "takes half for a majority",
    edit: { file: "algorithms/common/quorum.ts", from: "Math.floor(size / 2) + 1", to: "Math.ceil(size / 2)" },
    caughtBy: "linearizable",
    in: { nodes: 4 },
  },
  {
    mistake: "counts votes of earlier elections",
    edit: {
      file: ELECTION,
      from: 'state.role !== "candidate" || message.term !== disk.currentTerm',
      to: 'state.role !== "candidate"',
    },
    caughtBy: "Election Safety",
    in: delays,
  },
  {
    mistake: "votes without comparing logs",
    edit: {
      file: ELECTION,
      from: "    isUpToDate(disk, message.lastLogIndex, message.lastLogTerm)\n  // A vote",
      to: "    true\n  // A vote",
    },
    caughtBy: "log-agreement",
  },
  {
    mistake: "compares logs by their length alone",
    edit: {
      file: LOG,
      from: "return term > ours || (term === ours && index >= lastLogIndex(disk))",
      to: "return index >= lastLogIndex(disk)",
    },
    caughtBy: "State Machine Safety",
  },
  {
    mistake: "compares logs by their last term alone",
    edit: {
      file: LOG,
      from: "return term > ours || (term === ours && index >= lastLogIndex(disk))",
      to: "return term >= ours",
    },
    caughtBy: "log-agreement",
  },
  // Terms (§5.1).
  {
    mistake: "takes entries from leaders of the past",
    edit: {
      file: REPLICATION,
      from: "if (term < disk.currentTerm) return replyToAppend(node, from, message, false, prevLogIndex, 0, 0)\n",
      to: "",
    },
    caughtBy: "Election Safety",
  },
  {
    mistake: "goes on leading when it learns of a higher term",
    edit: {
      file: TERMS,
      from: "  becomeFollower(node)\n  believe(node, null)\n",
      to: '  if (node.state.role !== "leader") becomeFollower(node)\n  believe(node, null)\n',
    },
    caughtBy: "Election Safety",
  },
  // Log replication (§5.3).
  {
    mistake: "appends without looking at the previous entry",
    edit: {
      file: REPLICATION,
      from: "if (!contains(disk, prevLogIndex, prevLogTerm)) {",
      to: "if (prevLogIndex > lastLogIndex(disk)) {",
    },
    caughtBy: "log-agreement",
  },
  {
    mistake: "keeps entries that conflict with the leader's",
    edit: { file: REPLICATION, from: "      truncateLog(node, entry.index)\n", to: "      continue\n" },
    caughtBy: "log-agreement",
  },
  {
    mistake: "deletes what follows an entry that it has, when an AppendEntries comes late",
    edit: { file: REPLICATION, from: "      if (contains(disk, entry.index, entry.term)) continue\n", to: "" },
    caughtBy: "State Machine Safety",
  },
  {
    mistake: "acknowledges its whole log instead of what it compared",
    edit: {
      file: REPLICATION,
      from: "message, true, lastNewEntry, 0, 0)",
      to: "message, true, lastLogIndex(disk), 0, 0)",
    },
    caughtBy: "Log Matching",
  },
  {
    mistake: "goes back one entry too few after a refusal",
    edit: {
      file: LOG,
      from: "  return termAt(disk, index) === conflict.term ? index + 1 : conflict.index",
      to: "  return index + 1",
    },
    caughtBy: "a leader decrements nextIndex after a refusal",
  },
  {
    mistake: "replies for entries that it has only compared with itself",
    edit: {
      file: REPLICATION,
      from: "  const lastNewEntry = prevLogIndex + entries.length\n",
      to: "  const lastNewEntry = prevLogIndex + entries.length + 1\n",
    },
    caughtBy: "what a follower acknowledges is in its log",
  },
  {
    mistake: "keeps the entries that it knows of a server when that has been sent more",
    edit: {
      file: REPLICATION,
      from: "    if (index >= state.nextIndex[server]!) state.nextIndex[server] = index + 1\n",
      to: "",
    },
    caughtBy: "nextIndex is above matchIndex",
  },
  // Commitment and clients (§5.4.2, §8).
  {
    mistake: "commits entries of earlier terms by counting (Figure 8)",
    edit: { file: REPLICATION, from: " || termAt(disk, agreed) !== disk.currentTerm", to: "" },
    caughtBy: "State Machine Safety",
    in: figure8,
  },
  {
    mistake: "answers clients before the commit",
    edit: {
      file: RAFT,
      from: "  appendEntry(node, command)\n}\n\nfunction read",
      to:
        "  node.reply(client, { type: 'Result', sequence: command.sequence, result: { done: true, value: null } })\n" +
        "  appendEntry(node, command)\n}\n\nfunction read",
    },
    caughtBy: "linearizable",
  },
  {
    mistake: "executes a command again when its client retries it",
    edit: {
      file: APPLY,
      from: "  const result = execute",
      to: "  delete state.machine.sessions[command.session]\n  const result = execute",
    },
    caughtBy: "applied-once",
  },
  {
    mistake: "commits what it has committed once more",
    edit: {
      file: REPLICATION,
      from: "  if (committed > state.commitIndex) commit(node, committed)",
      to: "  if (committed > 0) commit(node, committed)",
    },
    caughtBy: "commitIndex never falls",
  },
  // Reads (thesis §6.4).
  {
    mistake: "reads without asking whether it still leads",
    edit: {
      file: RAFT,
      from: "  const leased = holdsLease(node)\n",
      to: "  const leased = true\n  node.state.reads.confirmed = node.state.reads.round\n",
    },
    caughtBy: "linearizable",
    in: reading("index"),
  },
  {
    mistake: "reads before it has committed an entry of its own term",
    edit: { file: READS, from: "Math.max(state.commitIndex, state.termStart)", to: "state.commitIndex" },
    caughtBy: "linearizable",
    in: reading("index"),
  },
  // Snapshots (§7).
  {
    mistake: "goes back to a snapshot older than its machine",
    edit: { file: SNAPSHOT, from: "  if (lastIncludedIndex <= state.commitIndex) return\n", to: "" },
    caughtBy: "the log continues where the snapshot ends",
    in: snapshots,
  },
  {
    mistake: "leaves the sessions out of its snapshots",
    edit: {
      file: SNAPSHOT,
      from: "machine: copyOfMachine(state.machine),",
      to: "machine: { values: copyOfMachine(state.machine).values, sessions: [] },",
    },
    caughtBy: "applied-once",
    in: snapshots,
  },
  {
    mistake: "does not drop what its snapshot covers when a crash has kept it from doing so",
    edit: { file: RAFT, from: "  dropCovered(node)\n", to: "" },
    caughtBy: "the log holds the entry asked for",
    in: { isWide: true, syncLatency: 3_000, parameters: { snapshotEvery: 3 } },
  },
  {
    mistake: "drops the log before the snapshot of it is written",
    edit: {
      file: SNAPSHOT,
      from: "  node.save({ snapshot })\n  dropCovered(node)\n}",
      to: '  node.discard("log", snapshot.lastIncludedIndex - lastIncludedIndex)\n  node.save({ snapshot })\n}',
    },
    caughtBy: "the log continues where the snapshot ends",
    in: { isWide: true, syncLatency: 3_000, parameters: { snapshotEvery: 3 } },
  },
  // Membership (§6).
  {
    mistake: "changes the membership at one go, without a joint configuration",
    edit: {
      file: MEMBERSHIP,
      from: "return configurationOf(members, sameMembers(change.members, members) ? null : change.members, change.learners)",
      to: "return configurationOf(change.members, null, change.learners)",
    },
    caughtBy: "between C_old and C_new there is C_old,new",
    in: changes,
  },
  {
    mistake: "commits by a majority of the new members alone while the configuration is joint",
    edit: {
      file: MEMBERSHIP,
      from: "Math.min(agreed, majorityReached(reached, next, floor))",
      to: "majorityReached(reached, next, floor)",
    },
    caughtBy: "log-agreement",
    in: { ...changes, nodes: 3 },
  },
  {
    mistake: "elects by a majority of the new members alone while the configuration is joint",
    edit: {
      file: MEMBERSHIP,
      from: "isMajority(votes, members) && (next === null || isMajority(votes, next))",
      to: "isMajority(votes, next ?? members)",
    },
    caughtBy: "Election Safety",
    in: { ...changes, nodes: 3, delay: 10_000, loss: 0.2 },
  },
  {
    mistake: "appends C_new before C_old,new is committed",
    edit: { file: MEMBERSHIP, from: "  if (configurationIndex > commitIndex) return null\n", to: "" },
    caughtBy: "a configuration follows once the one before is committed",
    in: changes,
  },
  {
    mistake: "goes on by a configuration whose entry it has deleted",
    edit: {
      file: REPLICATION,
      from: "  if (state.configurationIndex >= index) adoptLatestConfiguration(node)\n",
      to: "",
    },
    caughtBy: "State Machine Safety",
    in: { ...changes, parameters: { ...plain, ...brisk("8ms", "16ms", "4ms") } },
  },
]

/** Mistakes that are known from implementations and hardly ever show in random runs. */
export const rare: readonly Pick<Mutant, "mistake" | "edit">[] = [
  ...mutants.filter(({ mistake }) => /Figure 8|whom it voted for|before it has committed/.test(mistake)),
  {
    mistake: "wipes its vote as it grants a pre-vote",
    edit: {
      file: ELECTION,
      from: "  const term = voteGranted ? message.term : disk.currentTerm\n",
      to: "  const term = voteGranted ? message.term : disk.currentTerm\n  if (voteGranted) node.save({ votedFor: null })\n",
    },
  },
  {
    mistake: "leaves a tail that conflicts with the snapshot",
    edit: {
      file: SNAPSHOT,
      from: '  if (log[covered - 1]?.term === lastIncludedTerm) node.discard("log", covered)\n  else node.truncate("log", 0)\n',
      to: '  node.discard("log", Math.min(covered, log.length))\n',
    },
  },
]
