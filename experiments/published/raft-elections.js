/**
 * Raft as two published simulations of its elections had it. In JavaScript, so that an installed package can load it too.
 *
 * Both change one thing: whom a server votes for.
 */
import { algorithms } from "quorate"

const { raft } = algorithms

/** Raft with RequestVote handled as `change` makes it. */
function withVotes(name, title, change) {
  const RequestVote = (node, message, from) => raft.receive.RequestVote(node, change(node, message, from), from)
  return { ...raft, name, title, receive: { ...raft.receive, RequestVote } }
}

/** A request as of a candidate with an empty log, for whom nobody votes (§5.4.1). */
const stale = message => ({ ...message, lastLogIndex: 0, lastLogTerm: -1 })

/**
 * Servers whose logs differ in length: a higher number, a longer log, so that of four servers left two can be elected
 * (Ongaro and Ousterhout 2014, §9.3).
 */
export const unequalLogs = withVotes("raft-unequal-logs", "Raft, unequal logs", (node, message, from) =>
  from < node.id ? stale(message) : message,
)

/**
 * The voting rule of ocaml-raft, the simulator of Howard et al. 2015: whoever was a candidate when a request came votes for
 * nobody by it, even if the request's term makes it a follower (`lib/simulator.ml`, `requestVoteRq`).
 */
export const followersVote = withVotes("raft-followers-vote", "Raft, only followers vote", (node, message) =>
  node.state.role === "follower" ? message : stale(message),
)
