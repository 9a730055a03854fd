/**
 * Who votes: configurations, agreement under them, and their change by joint consensus (§6, thesis §4).
 *
 * A change from C_old to C_new goes through the log: first the new servers catch up without a vote; then C_old,new is
 * appended, under which decisions need a majority of each; once that is committed, C_new is appended; once that is
 * committed, the change is done.
 */
import { type Identity, invariant, type NodeId } from "../../runtime/contract/algorithm.ts"
import { isMajority, majorityReached } from "../common/quorum.ts"
import { entryAt, lastLogIndex } from "./log.ts"
import type { Configuration, Disk, MembershipChange, Raft, RaftNode, State } from "./types.ts"

/** The configuration a group begins with. */
export function firstConfiguration(self: Pick<Identity<Raft>, "size" | "parameters">): Configuration {
  const members = self.parameters.initialMembers > 0 ? Math.min(self.parameters.initialMembers, self.size) : self.size
  const all = Array.from({ length: self.size }, (_, id) => id)
  return configurationOf(all.slice(0, members), null, all.slice(members, members + self.parameters.initialLearners))
}

function configurationOf(
  members: readonly NodeId[],
  next: readonly NodeId[] | null,
  learners: readonly NodeId[],
): Configuration {
  return { type: "Configuration", members, next, ...(learners.length > 0 ? { learners } : {}) }
}

/** The non-voting members of a configuration. */
export function learnersOf({ learners = [] }: Configuration): readonly NodeId[] {
  return learners
}

export function isVoter({ members, next }: Configuration, server: NodeId): boolean {
  return members.includes(server) || (next !== null && next.includes(server))
}

/** True if these votes elect, or agree: a majority of each configuration in force. */
export function agrees({ members, next }: Configuration, votes: readonly (boolean | null)[]): boolean {
  return isMajority(votes, members) && (next === null || isMajority(votes, next))
}

/** The highest number that a majority of each configuration in force has reached; `floor` if none is above it. */
export function agreedOn({ members, next }: Configuration, reached: readonly number[], floor: number): number {
  const agreed = majorityReached(reached, members, floor)
  return next === null || agreed === floor ? agreed : Math.min(agreed, majorityReached(reached, next, floor))
}

/** All other servers that a server talks to under a configuration, with the additional ones given. */
export function peersOf(self: NodeId, configuration: Configuration, others: readonly NodeId[] = []): NodeId[] {
  const { members, next } = configuration
  const servers = new Set([...members, ...(next ?? []), ...learnersOf(configuration), ...others])
  servers.delete(self)
  return [...servers].toSorted((a, b) => a - b)
}

/** The latest configuration of the log up to an index: that of the last entry which holds one, or of the snapshot. */
export function latestConfiguration(
  disk: Disk,
  upTo = lastLogIndex(disk),
): Pick<State, "configuration" | "configurationIndex"> {
  for (let index = upTo; index > disk.snapshot.lastIncludedIndex; index--) {
    const { command } = entryAt(disk, index)
    if (command?.type === "Configuration") return { configuration: command, configurationIndex: index }
  }
  return { configuration: disk.snapshot.configuration, configurationIndex: disk.snapshot.lastIncludedIndex }
}

/** The configuration as of the last applied entry, for a snapshot. */
export function appliedConfiguration({ disk, state }: RaftNode): Configuration {
  if (state.configurationIndex <= state.lastApplied) return state.configuration
  return latestConfiguration(disk, state.lastApplied).configuration
}

/** Adopts the latest configuration of the log, after the log has got or lost one. */
export function adoptLatestConfiguration(node: RaftNode): void {
  const { state } = node
  const { configuration, configurationIndex } = latestConfiguration(node.disk)
  invariant(configuration.members.length > 0, "a configuration has members (§6)")
  state.configuration = configuration
  state.configurationIndex = configurationIndex
  state.peers = peersOf(node.id, configuration)
}

/** True if a leader may begin to change the membership: no other change is under way, none is uncommitted. */
export function mayChange({ change, configuration, configurationIndex, commitIndex }: State): boolean {
  return change === null && configuration.next === null && configurationIndex <= commitIndex
}

/** The configuration that a leader has to append now, if any. */
export function nextConfiguration(node: RaftNode): Configuration | null {
  const { change, configuration, configurationIndex, commitIndex } = node.state
  if (configurationIndex > commitIndex) return null
  const { members, next } = configuration
  if (next !== null) return configurationOf(next, null, learnersOf(configuration))
  if (change === null || !change.hasCaughtUp || isInForce(change, configuration)) return null
  // Learners alone change no majority: there is nothing that joint consensus would have to join.
  return configurationOf(members, sameMembers(change.members, members) ? null : change.members, change.learners)
}

/** Checks that what leaders append keeps the majorities of one configuration and the next from being disjoint. */
export function checkSuccession(state: Readonly<State>, { members, next }: Configuration): void {
  const { configuration, configurationIndex, commitIndex } = state
  invariant(configurationIndex <= commitIndex, "a configuration follows once the one before is committed (§6)")
  const isJoined = (next === null) === (configuration.next !== null)
  const hasSameVoters = next === null && configuration.next === null && sameMembers(members, configuration.members)
  invariant(isJoined || hasSameVoters, "between C_old and C_new there is C_old,new (§6)")
}

/** The servers of a change that have no vote yet. */
export function joining({ members }: MembershipChange, configuration: Configuration): readonly NodeId[] {
  return members.filter(server => !configuration.members.includes(server))
}

/** True if a leader's change of membership has ended: C_new is committed. */
export function isChangeDone({ change, configuration, configurationIndex, commitIndex }: State): boolean {
  return (
    change !== null &&
    configuration.next === null &&
    configurationIndex <= commitIndex &&
    isInForce(change, configuration)
  )
}

/** True if a configuration is the goal of a change. */
export function isInForce(
  change: Pick<MembershipChange, "members" | "learners">,
  configuration: Configuration,
): boolean {
  return (
    configuration.next === null &&
    sameMembers(change.members, configuration.members) &&
    sameMembers(change.learners, learnersOf(configuration))
  )
}

export function sameMembers(some: readonly NodeId[], others: readonly NodeId[]): boolean {
  return some.length === others.length && some.every(server => others.includes(server))
}
