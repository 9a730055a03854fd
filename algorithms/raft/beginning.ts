/** The beginning of a group, if a scenario gives one: the term after those of past leaders, with the logs that these left. */
import type { Beginning, BeginningProblem, Identity, NodeId } from "../../runtime/contract/algorithm.ts"
import { majority } from "../common/quorum.ts"
import { becomeLeader } from "./election.ts"
import { emptySnapshot } from "./snapshot.ts"
import { believe, resetElectionTimer } from "./terms.ts"
import type { RaftParameters } from "./parameters.ts"
import type { Disk, Raft, RaftNode } from "./types.ts"

/** All servers have heard of the last term, and have voted for its leader. */
export function initialDisk(self: Omit<Identity<Raft>, "disk">, { leader, logs }: Beginning): Disk {
  const lastTerm = Math.max(0, ...logs.map(lastTermOf))
  return {
    currentTerm: leader === null ? lastTerm : lastTerm + 1,
    votedFor: leader,
    log: logs[self.id]!.map((term, place) => ({ index: place + 1, term, command: null })),
    snapshot: emptySnapshot(self),
  }
}

/** The votes are counted; followers have just heard from the leader. */
export function startUnder(node: RaftNode, leader: NodeId): void {
  node.state.heardAt = node.now()
  if (node.id === leader) return becomeLeader(node)
  believe(node, leader)
  resetElectionTimer(node)
}

/**
 * Terms never decrease in a log; logs match (§5.3); and each leader's log was at least as up-to-date as those of a majority
 * (§5.4.1).
 */
export function beginningProblem(beginning: Beginning, parameters: RaftParameters): BeginningProblem | undefined {
  const { leader, logs } = beginning
  const falling = logs.findIndex(log => log.some((term, place) => place > 0 && term < log[place - 1]!))
  if (falling >= 0) return { about: "initial", message: `the terms in the log of node ${falling} fall; they never do` }
  const mismatch = mismatchIn(logs)
  if (mismatch !== undefined) return { about: "initial", message: mismatch }
  if (leader === null) return undefined
  const members = parameters.initialMembers > 0 ? Math.min(parameters.initialMembers, logs.length) : logs.length
  if (leader >= members) return { about: "leader", message: `node ${leader} is none of the first ${members} members` }
  const voters = logs.slice(0, members).filter(log => !isBehind(logs[leader]!, log)).length
  if (voters >= majority(members)) return undefined
  const message = `the log of node ${leader} is behind those of a majority, which would not have elected it (§5.4.1)`
  return { about: "leader", message }
}

/** Two entries of the same index and term come from one leader, and so does all that is before them. */
function mismatchIn(logs: Beginning["logs"]): string | undefined {
  for (const [id, log] of logs.entries()) {
    for (const [other, theirs] of logs.slice(0, id).entries()) {
      const common = Math.min(log.length, theirs.length)
      const apart = log.findIndex((term, place) => place < common && term !== theirs[place])
      const again = apart < 0 ? -1 : log.findIndex((term, i) => i > apart && i < common && term === theirs[i])
      if (again < 0) continue
      return (
        `the logs of nodes ${other} and ${id} differ at index ${apart + 1} but agree at index ${again + 1}, ` +
        "against the Log Matching Property (§5.3)"
      )
    }
  }
  return undefined
}

function isBehind(log: readonly number[], other: readonly number[]): boolean {
  const [ours, theirs] = [lastTermOf(log), lastTermOf(other)]
  return ours < theirs || (ours === theirs && log.length < other.length)
}

function lastTermOf(log: readonly number[]): number {
  return log.at(-1) ?? 0
}
