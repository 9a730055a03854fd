/**
 * Raft with a bug, in three variants: each server is right as long as it runs, and wrong after a restart.
 *
 * They are made from the project's Raft by changing what a restart finds, so that they stay Raft in all else.
 */
import { raft } from "../../algorithms/raft/raft.ts"
import type { Raft, RaftNode } from "../../algorithms/raft/types.ts"
import type { Algorithm } from "../../runtime/contract/algorithm.ts"

/** Raft whose disk is not what it was when a server restarts. */
function forgetting(forget: (node: RaftNode) => void): Algorithm<Raft> {
  return {
    ...raft,
    start(node) {
      forget(node)
      raft.start(node)
    },
  }
}

/** Neither terms nor votes are on disk. */
export const forgetsTerms = forgetting(node => node.save({ currentTerm: 0, votedFor: null }))

/** The log is not on disk. */
export const forgetsLog = forgetting(node => node.truncate("log", 0))

/** The last entry of the log is not on disk yet when the leader hears that it is. */
export const forgetsLastEntry = forgetting(node => node.truncate("log", Math.max(0, node.disk.log.length - 1)))
