// Mistakes that one could make in Viewstamped Replication, each a small change of its real source, by the paper's rules. Those
// that random runs hardly ever find are in `courses.ts`.
import type { Edit } from "../../support/mutants.ts"

export interface Mutant {
  readonly name: string
  readonly edits: readonly Edit[]
  /** The check that catches it, or how the assertion of the algorithm that does so begins. */
  readonly caughtBy: string
}

const FOLDER = "algorithms/viewstamped-replication"

function mutant(name: string, caughtBy: string, file: string, from: string, to: string): Mutant {
  return { name, caughtBy, edits: [{ file: `${FOLDER}/${file}`, from, to }] }
}

export const mutants: readonly Mutant[] = [
  // §4.1
  mutant(
    "a request is committed by f-1 backups (§4.1, step 5)",
    "acknowledged-writes-kept",
    "normal.ts",
    "const quorum = majority(state.configuration.members.length)",
    "const quorum = majority(state.configuration.members.length) - 1",
  ),
  mutant(
    "a backup prepares a request before those that precede it (§4.1, step 4)",
    "log-agreement",
    "normal.ts",
    "  if (message.opNumber > next) return keepEarly(node, message)\n  if (message.opNumber === next) state",
    "  if (message.opNumber >= next) state",
  ),
  mutant(
    "a backup prepares a request again that it has (§4.1, step 4)",
    "a backup has no request that its primary has not",
    "normal.ts",
    "if (message.opNumber === next) state",
    "if (message.opNumber <= next) state",
  ),
  mutant(
    "a replica prepares what the primary of an earlier view sends (§4.1)",
    "log-agreement",
    "normal.ts",
    "if (!takesPart(state) || view < state.viewNumber) return false",
    'if (!takesPart(state)) return false\n  if (view < state.viewNumber) return state.status === "normal"',
  ),
  mutant(
    "a replica continues in its view during a view change (§4.2)",
    "only in normal operation does a replica prepare",
    "normal.ts",
    'const isInView = state.status === "normal" && view === state.viewNumber\n  awaitPrimary',
    "const isInView = view >= state.lastNormalView\n  awaitPrimary",
  ),
  mutant(
    "a backup executes what it has prepared (§4.1, step 7)",
    "no view is without what was committed before it",
    "normal.ts",
    "commit(node, Math.min(commitNumber, opNumber(state)))",
    "commit(node, opNumber(state))",
  ),
  mutant(
    "the primary answers before a request is committed (§4.1, step 5)",
    "linearizable",
    "normal.ts",
    "  prepareRequest(node, request)\n",
    `  prepareRequest(node, request)
  const result = execute({ ...state.machine, values: new Map(state.machine.values), sessions: [] }, request)
  node.reply(session, { type: "Result", sequence, result })\n`,
  ),
  // §4.2
  mutant(
    "the new primary starts with f logs (§4.2, step 3)",
    "no view is without what was committed before it",
    "view-change.ts",
    "if (received.length < majority(state.configuration.members.length) || ",
    "if (received.length < majority(state.configuration.members.length) - 1 || ",
  ),
  mutant(
    "the new primary adopts any log of the latest view (§4.2, step 3)",
    "no view is without what was committed before it",
    "view-change.ts",
    "  return opNumber(a.log) > opNumber(b.log)",
    "  return opNumber(a.log) < opNumber(b.log)",
  ),
  mutant(
    "the new primary adopts its own log (§4.2, step 3)",
    "no view is without what was committed before it",
    "view-change.ts",
    "const { log, view } = received.reduce((best, message) => (isMoreRecent(message, best) ? message : best))",
    "const { log, view } = state.doViewChanges[node.id]!",
  ),
  mutant(
    "a replica says that it was in normal operation in a view that never began for it (§4.2, step 2)",
    "no view is without what was committed before it",
    "view-change.ts",
    '  state.status = "view-change"\n',
    '  state.status = "view-change"\n  state.lastNormalView = state.viewNumber\n',
  ),
  mutant(
    "a backup keeps requests that the new view does not have (§4.2, step 5)",
    "log-agreement",
    "log.ts",
    "    state.requests = log.requests.slice()\n",
    "    const kept = state.checkpoint === log.checkpoint ? state.requests.slice(log.requests.length) : []\n    state.requests = [...log.requests, ...kept]\n",
  ),
  mutant(
    "an old StartView is adopted again (§4.2, step 5)",
    "no view is without what was committed before it",
    "view-change.ts",
    'const isOld = view < state.viewNumber || (view === state.viewNumber && state.status === "normal")',
    "const isOld = view < state.viewNumber",
  ),
  mutant(
    "a primary continues as such when its view ends (§4.2, step 1)",
    "only a primary tells what is committed",
    "status.ts",
    'for (const timer of ["heartbeat", "viewChange"',
    'for (const timer of ["viewChange"',
  ),
  // §4.3
  mutant(
    "a replica answers while it does not know itself (§4.3, step 2)",
    "the primary of a view says what it knows",
    "recovery.ts",
    '  if (state.status !== "normal") return\n  const',
    "  const",
  ),
  mutant(
    "a recovering replica takes part in view changes (§4.3)",
    "a recovering replica takes no part in view changes",
    "view-change.ts",
    "if (!takesPart(state) || !learnLives",
    "if (!learnLives",
  ),
  mutant(
    "a recovering replica prepares requests (§4.3)",
    "only in normal operation does a replica prepare",
    "normal.ts",
    'if (!takesPart(state) || view < state.viewNumber) return false\n  const isInView = state.status === "normal" && view',
    "if (view < state.viewNumber) return false\n  const isInView = view",
  ),
  // §5
  mutant(
    "a replica asks for the log of a later view after its own end, not after what is committed (§5.2)",
    "log-agreement",
    "state-transfer.ts",
    "const known = isInView ? opNumber(state) : state.commitNumber",
    "const known = opNumber(state)",
  ),
  mutant(
    "a checkpoint covers a request that is not executed (§5.1)",
    "a backup has no request that its primary has not",
    "log.ts",
    "state.requests.splice(0, covered)",
    "state.requests.splice(0, covered + 1)",
  ),
  mutant(
    "a replica adopts a checkpoint without its machine (§5.1)",
    "applied-once",
    "log.ts",
    "    state.machine = copyOfMachine(log.checkpoint.machine)\n",
    "",
  ),
]
