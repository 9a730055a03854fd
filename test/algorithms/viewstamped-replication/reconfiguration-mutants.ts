// Mistakes that one could make in reconfigurations (§7), rule by rule, each a small change of the real source.
import { firstView } from "../../../algorithms/viewstamped-replication/configuration.ts"
import type { Vsr } from "../../../algorithms/viewstamped-replication/types.ts"
import type { Algorithm, NodeId } from "../../../runtime/contract/algorithm.ts"
import type { Edit } from "../../support/mutants.ts"
import { answersTo, ask, believers, group, OPERATOR, reconfigure, standings, typesOf } from "./groups.ts"
import type { Post } from "./post.ts"
import { logOf } from "./support.ts"

/** A course of events that shows a mistake: what comes of it is not what comes of the paper's rules. */
type Course = (algorithm: Algorithm<Vsr>) => unknown

export interface CourseMutant {
  readonly name: string
  readonly edit: Edit
  readonly course: Course
}

function mutant(name: string, file: string, from: string, to: string, course: Course): CourseMutant {
  return { name, edit: { file: `algorithms/viewstamped-replication/${file}`, from, to }, course }
}

/** The group becomes `members`, as far as replicas `among` have a part in it. */
function moved(algorithm: Algorithm<Vsr>, members: readonly NodeId[], ...among: readonly NodeId[]): Post {
  const post = group(5, {}, algorithm)
  reconfigure(post, members)
  post.settle(...among)
  return post
}

const requests =
  (members: readonly NodeId[]): Course =>
  algorithm => {
    const post = group(5, {}, algorithm)
    reconfigure(post, members)
    post.put(0, "b")
    return [logOf(post.cluster, 0), answersTo(post, OPERATOR)]
  }

const told: Course = algorithm => {
  const post = moved(algorithm, [2, 3, 4], 0, 1, 2)
  return [standings(post), [3, 4].map(replica => typesOf(post, 0, replica))]
}

const complete: Course = algorithm => standings(moved(algorithm, [2, 3, 4], 0, 1, 2, 3, 4))

const shutDown: Course = algorithm => {
  const post = moved(algorithm, [2, 3, 4], 0, 1, 2)
  post.cluster.inject(2, 0, { type: "EpochStarted", view: firstView(1) })
  post.cluster.runFor("1ms")
  const before = standings(post)
  post.lose()
  if (post.cluster.armed(0).includes("transition")) post.cluster.fire(0, "transition")
  const reminded = [2, 3, 4].map(replica => typesOf(post, 0, replica))
  post.cluster.inject(0, 2, { type: "StartEpoch", configuration: post.cluster.state(0).configuration })
  post.cluster.runFor("1ms")
  return [before, reminded, typesOf(post, 2, 0)]
}

const late: Course = algorithm => {
  const post = moved(algorithm, [0, 1, 3], 0, 1)
  post.lose()
  post.miss(2)
  post.settle(0, 2)
  post.cluster.inject(0, 3, { type: "Commit", view: firstView(1), commitNumber: 0 })
  post.settle(0, 3)
  return standings(post)
}

const views: Course = algorithm => {
  const post = group(5, {}, algorithm)
  post.missUntil(2, 2)
  post.settle(0, 1, 2)
  reconfigure(post, [1, 2, 4], 2)
  post.settle(0, 1, 2, 4)
  return standings(post)
}

const begun: Course = algorithm => {
  const post = group(5, {}, algorithm)
  post.missUntil(2, 2)
  post.settle(0, 1, 2)
  reconfigure(post, [1, 2, 4], 2)
  post.settle(0, 2)
  return believers(post)
}

const recovered: Course = algorithm => {
  const post = group(5, {}, algorithm)
  reconfigure(post, [2, 3, 4])
  post.crash(3)
  post.restart(3)
  post.settle(0, 3)
  const first = standings(post)[3]
  post.settle(1, 3)
  const then = standings(post)[3]
  post.settle(0, 1, 2, 4)
  post.deliver(...post.takeAll(0, 3, "StartEpoch"))
  return [first, then, standings(post)[3]]
}

const asked: Course = algorithm => {
  const post = group(5, {}, algorithm)
  ask(post.cluster, 0, [0, 1, 2, 3], 2)
  post.cluster.runFor("2ms")
  post.settleBut("PrepareOk", 0, 1, 2, 3)
  const before = answersTo(post, OPERATOR)
  post.settle(0, 1, 2, 3)
  ask(post.cluster, 0, [0, 1, 2], 1)
  post.cluster.runFor("2ms")
  ask(post.cluster, 0, [0, 1, 2, 3], 3)
  post.cluster.runFor("2ms")
  return [before, answersTo(post, OPERATOR), logOf(post.cluster, 0)]
}

const newAsked: Course = algorithm => {
  const post = moved(algorithm, [2, 3, 4], 0, 1, 2)
  post.pass(0, 3, "StartEpoch")
  post.pass(0, 4, "StartEpoch")
  post.cluster.inject(4, 3, { type: "GetEpochState", view: firstView(1), opNumber: 0 })
  post.cluster.runFor("1ms")
  return typesOf(post, 3, 4)
}

const spareAsked: Course = algorithm => {
  const post = moved(algorithm, [2, 3, 4], 0, 1, 2, 3, 4)
  post.cluster.inject(4, 0, { type: "GetEpochState", view: firstView(1), opNumber: 0 })
  post.cluster.runFor("1ms")
  return typesOf(post, 0, 4)
}

/** What a course of events shows at once. */
export const courseMutants: readonly CourseMutant[] = [
  mutant(
    "the primary accepts requests after a Reconfiguration (§7.1)",
    "normal.ts",
    "if (nextGroup(state, state.configuration.epoch) !== null) {",
    "if (opNumber(state) < 0) {",
    requests([2, 3, 4]),
  ),
  mutant(
    "a group may have two replicas (§7.1)",
    "reconfiguration.ts",
    "MIN_MEMBERS = 3",
    "MIN_MEMBERS = 2",
    requests([0, 1]),
  ),
  mutant(
    "an older request of the operator is taken up (§7.1)",
    "reconfiguration.ts",
    "  if (isOld(configuration, client, sequence)) return\n",
    "",
    asked,
  ),
  mutant(
    "the old group hears nothing of the commit (§7.1, step 3)",
    "epochs.ts",
    '  sendToGroup(node, { type: "Commit", view, commitNumber })\n',
    "",
    told,
  ),
  mutant(
    "new replicas hear nothing of the epoch (§7.1, step 3)",
    "epochs.ts",
    '  for (const replica of addedBy(next)) node.send(replica, { type: "StartEpoch", configuration: next })\n',
    "",
    told,
  ),
  mutant(
    "the view-number goes on in the new epoch (§7.1.1, step 1)",
    "epochs.ts",
    "  state.viewNumber = firstView(epoch)\n",
    "  state.viewNumber = firstView(epoch) + (state.viewNumber % firstView(1))\n",
    views,
  ),
  mutant(
    "who starts in an epoch believes in its primary before that has started (§7.1.1)",
    "status.ts",
    "  if (isLed || primary === node.id) believe(node, primary)",
    "  if (isLed || view >= 0) believe(node, primary)",
    begun,
  ),
  mutant(
    "a new replica does not ask for the state (§7.1.1, step 2)",
    "epochs.ts",
    "    else askForEpochState(node)\n",
    "",
    complete,
  ),
  mutant(
    "a new replica does not say that it has started (§7.1.1, step 3)",
    "epochs.ts",
    '  for (const replica of replacedBy(state.configuration)) node.send(replica, { type: "EpochStarted", view })\n',
    "",
    complete,
  ),
  mutant(
    "a replica does not answer a StartEpoch that comes again (§7.1.1)",
    "epochs.ts",
    "  else if (takesPart(state) && isReplaced(state.configuration, from)) {",
    "  else if (epoch < 0) {",
    shutDown,
  ),
  mutant(
    "one that is replaced shuts down once f' have started (§7.1.2, step 2)",
    "epochs.ts",
    ">= failuresOf(configuration.members.length) + 1) leaveGroup",
    ">= failuresOf(configuration.members.length)) leaveGroup",
    shutDown,
  ),
  mutant(
    "one that is replaced does not wait (§7.1.2, step 2)",
    "epochs.ts",
    "  } else if (old.includes(id)) awaitStart(node)\n  else leaveGroup(node)",
    "  } else leaveGroup(node)",
    told,
  ),
  mutant(
    "a replica counts twice as started (§7.1.2, step 2)",
    "epochs.ts",
    "  started[from] = true\n",
    "  started[started[from] ? started.length : from] = true\n",
    shutDown,
  ),
  mutant(
    "one that is replaced reminds nobody (§7.1.2, step 3)",
    "epochs.ts",
    '    if (!started[replica]) node.send(replica, { type: "StartEpoch", configuration }, "retransmission")\n',
    "    if (started[replica] === undefined) return\n",
    shutDown,
  ),
  mutant(
    "one that is replaced reminds those that have started (§7.1.2, step 3)",
    "epochs.ts",
    "    if (!started[replica]) node.send(",
    "    node.send(",
    shutDown,
  ),
  mutant(
    "whoever is in an earlier epoch hears nothing of the later one (§7.2)",
    "epochs.ts",
    "  if (other < epoch) inform(node, from)\n",
    "  if (other < epoch) return false\n",
    late,
  ),
  mutant(
    "a message of a later epoch is only discarded (§7.1)",
    "epochs.ts",
    "  else askForEpoch(node, from)\n  return false",
    "  return false",
    late,
  ),
  mutant(
    "one that recovers joins a new group as if it had never been in it (§7.2)",
    "epochs.ts",
    "  if (isRecovering) return\n",
    "",
    recovered,
  ),
  mutant(
    "a spare that recovers does not wait for the group that may have it already (§7.2)",
    "recovery.ts",
    "    if (nextGroup(log, epoch)?.members.includes(node.id) !== true) leaveGroup(node)\n",
    "    leaveGroup(node)\n",
    recovered,
  ),
  mutant(
    "CheckEpoch does not run through the new group (§7.3)",
    "reconfiguration.ts",
    'if (!isUnderWay) prepareRequest(node, { type: "CheckEpoch", client, sequence })',
    "if (!isUnderWay) answerOperator(node, client, sequence, true)",
    asked,
  ),
  mutant(
    "the old primary answers that the new group has started (§7.3)",
    "epochs.ts",
    '  if (leader !== node.id) return node.reply(client, { type: "Redirect", sequence, leader })\n',
    '  if (leader !== node.id) return node.reply(client, { type: "Result", sequence, result: { done: true, value: null } })\n',
    algorithm => answersTo(moved(algorithm, [2, 3, 4], 0, 1, 2), OPERATOR),
  ),
  mutant(
    "a replica without the state of its epoch gives it (§7.1.1, step 2)",
    "epochs.ts",
    '(state.status === "transitioning" && state.commitNumber >= state.configuration.start)',
    '(state.status === "transitioning" || state.configuration.start < 0)',
    newAsked,
  ),
  mutant(
    "a replica that has shut down gives the state (§7.1.2, step 2)",
    "epochs.ts",
    '  return takesPart(state) || (state.status === "transitioning" && ',
    '  return takesPart(state) || (state.status !== "recovering" && ',
    spareAsked,
  ),
]

export interface RandomMutant {
  readonly name: string
  readonly edit: Edit
}

const random = (name: string, file: string, from: string, to: string): RandomMutant => ({
  name,
  edit: { file: `algorithms/viewstamped-replication/${file}`, from, to },
})

/** What random runs find: a check that is violated, an assertion of the algorithm, or a group that serves no more. */
export const randomMutants: readonly RandomMutant[] = [
  random(
    "a new replica serves before it has the state (§7.1.1, step 3)",
    "epochs.ts",
    "    if (state.commitNumber >= start) startIn(node, state.viewNumber)\n    else askForEpochState(node)\n",
    "    startIn(node, state.viewNumber)\n",
  ),
  random(
    "any log that is long enough counts as complete (§7.1.1, step 2)",
    "epochs.ts",
    '  return request?.type === "Reconfiguration" && request.next.madeIn === madeIn',
    "  return request !== undefined",
  ),
  random(
    "messages of earlier epochs are handled (§7.2)",
    "epochs.ts",
    "  if (other === epoch) return true\n",
    "  if (other <= epoch) return true\n",
  ),
  random(
    "a Reconfiguration is executed again where it is not the topmost request (§7.2)",
    "log.ts",
    'request.type === "Reconfiguration" && request.next.epoch > state.configuration.epoch)',
    'request.type === "Reconfiguration")',
  ),
  random(
    "the primary accepts requests after a Reconfiguration (§7.1)",
    "normal.ts",
    "if (nextGroup(state, state.configuration.epoch) !== null) {",
    "if (opNumber(state) < 0) {",
  ),
  random(
    "two replicas commit a request, however many the group has (§7.1)",
    "normal.ts",
    "majority(state.configuration.members.length)",
    "majority(2)",
  ),
  random(
    "one that recovers takes part in the new group at once (§7.2)",
    "epochs.ts",
    "  if (isRecovering) return\n",
    "  if (isRecovering) state.recoveryResponses.fill(null)\n",
  ),
  random(
    "one that recovers counts what replicas of earlier epochs say (§7.2)",
    "recovery.ts",
    "response !== null && epochOf(response.view) === epoch",
    "response !== null && epochOf(response.view) <= epoch",
  ),
]
