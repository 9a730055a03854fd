// Mistakes that one could make in chain replication and CRAQ, each a small change of its real source, by the rules of their papers
// and by those that make a master harmless that errs.
import type { Edit } from "../../support/mutants.ts"

export interface Mutant {
  readonly name: string
  readonly edits: readonly Edit[]
  /** The check that catches it, or how the assertion of the algorithm that does so begins. */
  readonly caughtBy: string
}

const FOLDER = "algorithms/chain-replication"

function mutant(name: string, caughtBy: string, file: string, from: string, to: string): Mutant {
  return { name, caughtBy, edits: [{ file: `${FOLDER}/${file}`, from, to }] }
}

export const mutants: readonly Mutant[] = [
  // §3: updates and queries
  mutant(
    "a server takes updates before those that precede them (§3)",
    "log-agreement",
    "updates.ts",
    "  commands.forEach((command, place) => state.early.set(first + place, command))",
    "  if (first > before) state.entries.push(...commands)",
  ),
  mutant(
    "a server takes an update again that it has (§3)",
    "a server has all updates that its successor has",
    "updates.ts",
    "  commands.forEach((command, place) => state.early.set(first + place, command))",
    "  commands.forEach((command, place) => state.early.set(Math.max(first + place, before + 1 + place), command))",
  ),
  mutant(
    "any server commits what it has, and not the tail alone (§3)",
    "acknowledged-writes-kept",
    "updates.ts",
    "  if (!isActingTail(node)) return forward(node)\n  commit",
    "  if (!isActingTail(node)) forward(node)\n  commit",
  ),
  mutant(
    "the head answers before the tail has the update (§3)",
    "what a successor may lack is kept",
    "updates.ts",
    "  state.pending.set(session, { sequence, isAskedAgain: false })\n  advance(node)",
    "  state.pending.set(session, { sequence, isAskedAgain: false })\n  if (node.id !== 99) commit(node, lengthOf(state))\n  advance(node)",
  ),
  // §3.2: failures
  mutant(
    "the new tail commits nothing of what the old one had (§3.2.2)",
    "linearizable",
    "membership.ts",
    "  if (successor === null) takeOver(node)",
    '  if (successor === null) node.cancelTimer("resend")',
  ),
  mutant(
    "a new successor does not get what it lacks of the Sent list (§3.2.3)",
    "liveness",
    "links.ts",
    "  let after = received\n",
    "  let after = Math.max(received, state.committed, lengthOf(state))\n",
  ),
  mutant(
    "a new tail acts before it has what the old one had (§3.2.4)",
    "linearizable",
    "chain.ts",
    "place === state.configuration!.chain.length - 1 && state.hasCaughtUp",
    "place === state.configuration!.chain.length - 1",
  ),
  mutant(
    "the old tail drops what came since it sent its state (§3.2.4)",
    "what a successor may lack is kept",
    "history.ts",
    "const kept = transfer === null ? committed : Math.min(committed, transfer.index)",
    "const kept = committed",
  ),
  mutant(
    "a server that returns is taken for the one that crashed (fail-stop, §3)",
    "acknowledged-writes-kept",
    "membership.ts",
    "  node.state.life = node.now() + 1\n  reportOffices(node)",
    "  node.state.configuration = initialConfiguration(node.size)\n  node.state.isSynced = node.state.hasCaughtUp = true\n  node.state.sent = 0\n  reportOffices(node)",
  ),
  // A master that may err
  mutant(
    "a server takes updates from one that is not its predecessor any more",
    "a server has all updates that its successor has",
    "updates.ts",
    "if (predecessorOf(node)?.id !== from || configuration < state.predecessorSince) return",
    "if (configuration < 0) return",
  ),
  mutant(
    "a server that learns that it was removed keeps what it has",
    "acknowledged-writes-kept",
    "membership.ts",
    "Object.assign(state, newState(Math.max(state.life, node.now()) + 1), { configuration })",
    "Object.assign(state, { life: Math.max(state.life, node.now()) + 1, readyIn: 0, hasCaughtUp: false })",
  ),
  mutant(
    "a server that learns that it was removed keeps its life",
    "a new head has all updates",
    "membership.ts",
    "newState(Math.max(state.life, node.now()) + 1)",
    "newState(state.life)",
  ),
  mutant(
    "queries are answered without a lease",
    "linearizable",
    "queries.ts",
    'return isAsked && (suspicions === "trusted" || !node.isOver(node.state.leaseUntil))',
    "return isAsked && suspicions !== undefined",
  ),
  mutant(
    "a lease lasts from when it is granted, and not from when the heartbeat was sent",
    "linearizable",
    "heartbeats.ts",
    "state.leaseUntil = Math.max(state.leaseUntil, sentAt + parameters.lease)",
    "state.leaseUntil = Math.max(state.leaseUntil, sentAt) + 2 * parameters.lease",
  ),
  mutant(
    "the master grants leases to servers that it has removed",
    "linearizable",
    "master.ts",
    "if (node.state.configuration.chain.some(member => isSame(member, server))) {",
    "if (node.state.configuration.chain.length > 0) {",
  ),
  mutant(
    "the master suspects a server at the first heartbeat that is late",
    "liveness",
    "master.ts",
    'node.setTimer("silence", node.parameters.detectionTimeout, id)',
    'node.setTimer("silence", node.parameters.heartbeatInterval, id)',
  ),
  mutant(
    "the master removes the last server that has everything",
    "a new head has all updates",
    "master.ts",
    "  return chain.some(({ id }) => hasCaughtUp[id])",
    "  return chain.length > 0 && hasCaughtUp.length > 0",
  ),
  mutant(
    "the master does not keep the configuration on its disk",
    "liveness",
    "master.ts",
    "  node.save({ configuration })\n",
    "  node.save({ configuration: { ...configuration, number: number - (number % 2) } })\n",
  ),
  mutant(
    "the master links a new tail that has no state yet (§3.2.4)",
    "what a successor may lack is kept",
    "master.ts",
    '    if (standing === "ready" && configuration >= tailSince) reconfigure(register, node, [...others, sender], null)',
    '    if (standing !== "member") reconfigure(register, node, [...others, sender], null)',
  ),
  // CRAQ
  mutant(
    "a dirty key is read without asking the tail (CRAQ §2.3)",
    "linearizable",
    "queries.ts",
    "else if (isActingTail(node) || !isDirty(node, command)) read",
    "else if (isActingTail(node) || isDirty(node, command) || true) read",
  ),
  mutant(
    "a dirty key is read in the newest version, which may not be committed (CRAQ §2.3)",
    "log-agreement",
    "queries.ts",
    "  if (committed > state.committed) commit(node, committed)\n  read",
    "  if (committed > 0) commit(node, lengthOf(state))\n  read",
  ),
  mutant(
    "a key is taken for clean as soon as the tail has some update of others (CRAQ §2.3)",
    "linearizable",
    "queries.ts",
    "entry.operation.key === key && state.base + place >= state.committed",
    "entry.operation.key === key && state.base + place > state.committed",
  ),
  mutant(
    "updates that are lost are not sent again",
    "liveness",
    "links.ts",
    '  sendUpdates(node, successor.id, state.committed, "retransmission", MAX_RESENT)',
    '  node.setTimer("resend", node.parameters.resendAfter)',
  ),
  {
    name: "any server answers queries with what it knows, and not the tail alone (§3)",
    caughtBy: "linearizable",
    edits: [
      {
        file: `${FOLDER}/queries.ts`,
        from: "placeOf(node) >= 0 && node.state.hasCaughtUp : isActingTail(node)",
        to: "placeOf(node) >= 0 && node.state.hasCaughtUp : placeOf(node) >= 0",
      },
      {
        file: `${FOLDER}/queries.ts`,
        from: "isActingTail(node) || !isDirty(node, command)",
        to: 'node.parameters.reads === "tail" || isActingTail(node) || !isDirty(node, command)',
      },
    ],
  },
]
