/** Raft: Ongaro and Ousterhout, In Search of an Understandable Consensus Algorithm (extended version, 2014), Figure 2. */
import type { Kit } from "../kit.ts"

const ELECTED = ["timeout election of 0", "settle"]
/** As in the paper's figure: a leader begins without an entry of its own. */
const PLAIN = { noOp: false }

export const raft: Kit = {
  name: "raft",
  service: "replicated-log",
  cards: [
    { type: "RequestVote", fields: ["term", "lastLogIndex", "lastLogTerm"], copies: 24 },
    { type: "RequestVoteReply", fields: ["term", "voteGranted"], copies: 24 },
    { type: "AppendEntries", fields: ["term", "prevLogIndex", "prevLogTerm", "entries", "leaderCommit"], copies: 32 },
    { type: "AppendEntriesReply", fields: ["term", "success", "index"], copies: 32 },
    { type: "PreVote", fields: ["term", "lastLogIndex", "lastLogTerm"], copies: 4 },
    { type: "PreVoteReply", fields: ["term", "voteGranted"], copies: 4 },
    {
      type: "InstallSnapshot",
      fields: ["term", "snapshot.lastIncludedIndex", "snapshot.lastIncludedTerm", "snapshot.machine.values"],
      copies: 4,
    },
    { type: "InstallSnapshotReply", fields: ["term"], copies: 4 },
  ],
  sheet: ["currentTerm", "votedFor", "log", "commitIndex", "lastApplied", "nextIndex", "matchIndex", "configuration"],
  signs: { follower: 5, candidate: 3, leader: 2 },
  board: "log",
  disk: ["currentTerm", "votedFor", "log"],
  roles: { follower: "follower", preCandidate: "candidate", candidate: "candidate", leader: "leader" },
  games: [
    {
      id: "replication",
      nodes: 3,
      operations: 1,
      parameters: PLAIN,
      before: ELECTED,
      lines: ["client 0: ask 0", "settle", "timeout heartbeat of 0", "settle"],
      minutes: [10, 15, 5],
    },
    {
      id: "election",
      nodes: 5,
      operations: 1,
      parameters: PLAIN,
      lines: ["timeout election of 2", "settle"],
      minutes: [5, 10, 5],
    },
    {
      id: "split-vote",
      nodes: 4,
      operations: 1,
      parameters: PLAIN,
      lines: [
        "timeout election of 0",
        "timeout election of 3",
        "deliver RequestVote from 0 to 1",
        "deliver RequestVote from 3 to 2",
        "settle",
        "timeout election of 1",
        "settle",
      ],
      minutes: [5, 15, 10],
    },
    {
      id: "rollback",
      nodes: 3,
      operations: 3,
      parameters: PLAIN,
      before: ELECTED,
      lines: [
        "client 0: ask 0",
        "deliver Command from client 0 to 0",
        "lose all of 0",
        "timeout election of 1",
        "settle without 0",
        "client 2: ask 1",
        "settle without 0",
        // Node 0 hears the next heartbeat only: the new leader goes back to where the logs agree.
        "lose all of 0",
        "timeout heartbeat of 1",
        "settle",
      ],
      minutes: [5, 20, 10],
    },
    {
      id: "figure-8",
      nodes: 5,
      operations: 5,
      parameters: PLAIN,
      // Index 1 is everywhere, and server 0 leads in term 2.
      before: [...ELECTED, "client 0: ask 0", "settle", "crash 0", "timeout election of 0", "settle"],
      lines: [
        // (a) An entry reaches server 1 only.
        "client 2: ask 0",
        "deliver Command from client 2 to 0",
        "deliver AppendEntries from 0 to 1",
        "lose all of 0",
        // (b) Server 4 is elected by 2, 3 and itself, and takes another entry.
        "crash 0",
        "timeout election of 4",
        "settle without 0 1",
        "client 4: ask 4",
        "deliver Command from client 4 to 4",
        "lose all of 4",
        // (c) Server 0 leads again, at the second attempt, and replicates its entry of the earlier term to a majority.
        "crash 4",
        "timeout election of 0",
        "settle without 4",
        "timeout election of 0",
        "settle without 4 3",
        // (d) Server 4 is elected after all: what a majority holds is overwritten, and nobody had taken it for committed.
        "lose all of 0",
        "crash 0",
        "timeout election of 4",
        "settle",
        "timeout election of 4",
        "settle",
      ],
      minutes: [10, 40, 20],
    },
    {
      id: "snapshot",
      nodes: 3,
      operations: 5,
      parameters: { ...PLAIN, snapshotEvery: 2 },
      before: ELECTED,
      lines: [
        "client 0: ask 0",
        "settle without 2",
        "client 2: ask 0",
        "settle without 2",
        "lose all of 2",
        "client 4: ask 0",
        "settle",
        "timeout heartbeat of 0",
        "settle",
      ],
      minutes: [5, 20, 10],
    },
    {
      id: "pre-vote",
      nodes: 3,
      operations: 1,
      parameters: { ...PLAIN, preVote: true },
      before: ELECTED,
      lines: ["client 0: ask 0", "settle without 2", "lose all of 2", "timeout election of 2", "settle"],
      minutes: [5, 10, 10],
    },
    {
      id: "joint-consensus",
      nodes: 5,
      operations: 3,
      parameters: { ...PLAIN, initialMembers: 3 },
      before: ["timeout election of 2", "settle"],
      lines: [
        // C_old,new and a command reach a majority of the new members, and none of the old: nothing is committed.
        "operator: ask 2 for members 0, 1, 2, 3, 4",
        "deliver ChangeMembership from operator to 2",
        "client 0: ask 2",
        "deliver Command from client 0 to 2",
        "settle without 0 1",
        "lose all of 0 1",
        // Nodes 0 and 1 know of no change. They are a majority of the old members, elect, and commit.
        "timeout election of 0",
        "settle without 2 3 4",
        "client 2: ask 0",
        "settle without 2 3 4",
        // Node 2 follows, and loses C_old,new.
        "settle",
        // The operator asks the new leader, and all goes well.
        "operator: ask 0 for members 0, 1, 2, 3, 4",
        "settle",
      ],
      minutes: [10, 30, 15],
    },
  ],
}
