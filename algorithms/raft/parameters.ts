/** Raft's parameters. Times follow the paper (§9.3) and the links: `d` is the bound of one link's delay. */
import { preferenceParameters } from "../common/preferred-leader.ts"
import { choice, duration, flag, integer, type ParameterValues, share } from "../../runtime/contract/parameters.ts"

export const parameters = {
  electionTimeoutMin: duration(
    "max(150ms, 10d)",
    "A follower that hears of no leader for a random time from this to electionTimeoutMax starts an election. " +
      "Far above a round trip (2d), so that a live leader is not assumed dead.",
    { min: 1, title: "Shortest election timeout" },
  ),
  electionTimeoutMax: duration(
    "max(300ms, 20d)",
    "Longest election timeout. The wider the spread, the rarer split votes; with no spread nobody is ever elected.",
    { min: 1, title: "Longest election timeout" },
  ),
  heartbeatInterval: duration(
    "max(75ms, 5d)",
    "A leader with nothing to say sends a heartbeat this often, and a candidate resends to those that did not " +
      "answer. Half the shortest election timeout, as in the paper.",
    { min: 1 },
  ),
  noOp: flag(
    true,
    "A new leader appends an empty entry, and by it commits what earlier leaders left behind (§8). Without " +
      "it, that waits for the next command.",
  ),
  pipeline: integer(
    0,
    "How many entries may be on their way to a follower, unacknowledged, before new ones wait and travel " +
      "together. 1: one at a time; 0: no limit.",
  ),
  maxBatch: integer(100, "Most entries in one AppendEntries.", { min: 1 }),
  notifyCommit: flag(
    false,
    "Followers learn of each commit at once, by an empty AppendEntries, instead of with the next entry or heartbeat.",
  ),
  snapshotEvery: integer(
    1_000,
    "A node takes a snapshot and drops its log after applying this many entries (§7). 0: never; the log then " +
      "grows without end.",
  ),
  parallelWrite: flag(
    false,
    "A leader sends new entries, and answers, without waiting for its own disk, and counts itself once its disk has them " +
      "(thesis §10.2.1).",
  ),
  checkQuorum: flag(
    true,
    "A leader that no majority has answered for electionTimeoutMax steps down (thesis §6.2). Without it, one that is " +
      "heard but hears nobody leads for ever.",
  ),
  preVote: flag(
    false,
    "A node starts an election only after a majority said that it would vote for it: one that was cut off " +
      "cannot depose a leader when it returns (thesis §9.6).",
  ),
  leaderStickiness: flag(
    false,
    "Nodes that heard from a leader within electionTimeoutMin ignore vote requests (§6), so that removed " +
      "nodes cannot disturb the others.",
  ),
  reads: choice(
    ["log", "index", "lease"],
    "log",
    "How `get` is answered: through the log like a write; after a round of heartbeats (thesis §6.4); or at " +
      "once while a lease holds (§6.4.1; implies leaderStickiness).",
  ),
  clockDrift: share(
    "0%",
    "The clocks' drift that leases allow for. Leases last electionTimeoutMin less this; more drift than that " +
      "breaks them.",
  ),
  ...preferenceParameters,
  initialMembers: integer(
    0,
    "This number of nodes, from 0 on, form the first configuration; the others may be added. 0: all nodes.",
  ),
  initialLearners: integer(
    0,
    "So many nodes after the initialMembers are learners from the beginning: they get the log and have no vote (thesis §4.2.1).",
  ),
  catchUp: flag(
    true,
    "New members get the log before they get a vote (thesis §4.2.1). Without it they count at once, and commits may wait " +
      "until they have the log.",
  ),
} as const

export type RaftParameters = ParameterValues<typeof parameters>
