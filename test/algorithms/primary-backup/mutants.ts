// Mistakes that one could make in primary-backup replication, each a small change of its real source, rule by rule.
import type { Edit } from "../../support/mutants.ts"

export interface Mutant {
  readonly name: string
  readonly edits: readonly Edit[]
  /** How what catches it in random runs begins: a check, an assertion, what the group owes in the end; or a course's name. */
  readonly caughtBy: string
  /** Parameters with which it shows: then crashes alone strike. */
  readonly parameters: Readonly<Record<string, unknown>>
}

const FOLDER = "algorithms/primary-backup"

function mutant(
  name: string,
  caughtBy: string,
  file: string,
  from: string,
  to: string,
  parameters: Mutant["parameters"] = {},
): Mutant {
  return { name, caughtBy, edits: [{ file: file.includes("/") ? file : `${FOLDER}/${file}`, from, to }], parameters }
}

const TIMED = { takeover: "timeouts" }
const MISSED = "by timeouts, who missed that a replica was let in takes over from those who know of it"
const NON_BLOCKING = { replies: "non-blocking" }

export const mutants: readonly Mutant[] = [
  // Updates and acknowledgements
  mutant(
    "the primary answers before the backups have the update",
    "linearizable",
    "updates.ts",
    "  if (isBlocking(node)) commitAcked(node)\n  else commit(node, state.count)\n",
    "  commit(node, state.count)\n",
  ),
  mutant(
    "the primary answers when one backup has the update",
    "acknowledged-writes-kept",
    "committing.ts",
    "reached = Math.min(reached, backup.acked)",
    "reached = Math.min(count, backup.acked)",
  ),
  mutant(
    "a backup installs updates as they come",
    "updates are installed in the order of their numbers",
    "updates.ts",
    "  if (update.number > next) return keepEarly(node, update)\n  if (update.number === next) installUpdate",
    "  if (update.number >= next) installUpdate",
  ),
  mutant(
    "a backup acknowledges an update that waits for others",
    "no backup has an update that its primary has not",
    "updates.ts",
    "const { view, life, count, status } = node.state",
    "const { view, life, status, early } = node.state\n  const count = node.state.count + early.size + 1",
  ),
  mutant(
    "a lost update is not sent again",
    "a lost update is sent again before its backup is suspected",
    "updates.ts",
    "  if (!isServing(node)) return\n  for (const peer of node.peers) {\n    promote",
    "  for (const peer of []) {\n    promote",
  ),
  mutant(
    "a change is shipped without the session it is the last of",
    "applied-once",
    "services/replicated-log/machine.ts",
    "  machine.sessions[session] = { sequence, result }\n}",
    "  if (sequence < 0) machine.sessions[session] = { sequence, result }\n}",
  ),
  // The next view
  mutant(
    "the view service makes any member the primary, not the one with the most updates",
    "no backup has an update that its primary has not",
    "view-service.ts",
    "(member.count > best.count ? member : best)",
    "(member.count < best.count ? member : best)",
  ),
  mutant(
    "a member takes updates after it said how many it has",
    "a backup that was stopped takes no update of the view before",
    "updates.ts",
    'state.status === "joining" || isSuspended) return false',
    'state.status === "joining") return false',
  ),
  mutant(
    "a primary continues while another view is being formed",
    "a primary that was stopped executes nothing",
    "views.ts",
    'return status === "primary" && forming <= view.number',
    'return status === "primary"',
  ),
  mutant(
    "a backup keeps what an earlier primary sent ahead",
    "no backup has an update that its primary has not",
    "updates.ts",
    "if (state.reign !== state.view.since) state.early.clear()\n",
    "",
  ),
  mutant(
    "the view service believes a member in whatever life it is",
    "in the end",
    "view-service.ts",
    "const isLost = (memberOf(views.view, from)?.life ?? life) < life",
    "const isLost = life < 0",
  ),
  mutant(
    "the view service does not miss a primary that is silent",
    "a primary that is dead for good has a successor",
    "view-service.ts",
    "  else if (replica === view.primary) beginForming(service, view, keep)\n  else if (!service",
    "  else if (!service",
  ),
  // State transfer
  mutant(
    "a replica that joins is not waited for until it is a member",
    "acknowledged-writes-kept",
    "committing.ts",
    'backup.standing !== "joining"',
    'backup.standing === "member"',
  ),
  mutant(
    "a replica is let in before it has what was safe",
    "a replica is let in when it has all that was safe before it counted",
    "members.ts",
    "backup.needed = isBlocking(node) ? state.committed : 0",
    "backup.needed = 0",
  ),
  mutant(
    "what admits a replica to an earlier view admits it to a later one",
    "what was to admit a replica to an earlier view comes too late",
    "view-service.ts",
    "forming === null && view.number === number && view.primary === from",
    "forming === null && number > 0 && view.primary === from",
  ),
  mutant(
    "a replica is a member in whatever life it is",
    "no member of a view is without its state",
    "views.ts",
    "return memberOf(view, id)?.life === life",
    "return memberOf(view, id) !== undefined && life >= 0",
  ),
  mutant(
    "what a replica had acknowledged before it lost its state still counts",
    "an acknowledgement of an earlier life counts for nothing",
    "updates.ts",
    " || backup === null || backup.life !== life) return\n",
    " || backup === null || life < 0) return\n",
  ),
  mutant(
    "a state is shipped that changes on the way",
    "a state is what it was when it was shipped",
    "members.ts",
    "machine: copyOfMachine(machine) }",
    "machine }",
  ),
  mutant(
    "a state that has nothing to do with the view is adopted",
    "only its primary speaks for a view",
    "joining.ts",
    "  if (life !== state.life || view.number < state.forming || isNewer(state.view, view)) return\n  invariant(from === view.primary",
    "  if (view.number === 0) return\n  invariant(from === state.view.primary",
  ),
  mutant(
    "a replica that was removed keeps its life",
    "a replica that was removed is another one when it joins",
    "joining.ts",
    "state.life = Math.max(state.life, node.now()) + 1",
    "if (state.life === 0 && state.view.number === 0) state.life = node.now() + 1",
  ),
  // Timeouts, and replies that do not wait
  mutant(
    "by timeouts everybody takes over",
    "one-leader-per-term",
    "timeouts.ts",
    "if (isNext) becomePrimary(node)",
    "if (next.id >= 0) {\n    state.view = { ...state.view, primary: node.id }\n    believe(node, node.id)\n    becomePrimary(node)\n  }",
    TIMED,
  ),
  mutant(
    "by timeouts, replicas that take over choose the number after the one they know",
    "by timeouts, no two that take over choose one number",
    "views.ts",
    "return next + ((id - (next % size) + size) % size)",
    "return id < size ? next : size",
    TIMED,
  ),
  mutant(
    "by timeouts, a replica takes over after the latest view that it knows, not after its reign",
    MISSED,
    "timeouts.ts",
    "reignAfter(state.view.since, next.id, size)",
    "reignAfter(state.view.number, next.id, size)",
    TIMED,
  ),
  mutant(
    "by timeouts, of two views the one with the greater number is newer, whatever reigns they are of",
    "by timeouts, who knows that a replica was let in takes over from those who do not",
    "views.ts",
    "return view.since > than.since || (view.since === than.since && view.number > than.number)",
    "return view.number > than.number",
    TIMED,
  ),
  mutant(
    "by timeouts, a backup takes it that the members of the next view are those that it knows",
    MISSED,
    "timeouts.ts",
    "number: isNext ? since : since - 1",
    "number: isNext ? since : since",
    TIMED,
  ),
  mutant(
    "without acknowledgements, the view service acts before what was answered has arrived",
    "without acknowledgements, what was answered arrives before the next primary is chosen",
    "view-service.ts",
    'if (isLost && service.parameters.replies === "non-blocking" && from',
    'if (isLost && service.parameters.replies === "blocking" && from',
    NON_BLOCKING,
  ),
  mutant(
    "without acknowledgements, a backup takes an update for safe as it arrives",
    "log-agreement",
    "committing.ts",
    "isBlocking(node) ? committed : update.number - 1",
    "isBlocking(node) ? committed : update.number",
    { ...TIMED, ...NON_BLOCKING },
  ),
]
