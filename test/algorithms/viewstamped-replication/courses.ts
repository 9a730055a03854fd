/**
 * Courses of events in which one rule of the paper decides, and which random runs hardly ever take. Each comes with the
 * mistake of leaving the rule out, and with what the replicas execute then: a request that a client was told of is gone.
 *
 * Never more than f replicas have failed at a time.
 */
import type { Vsr } from "../../../algorithms/viewstamped-replication/types.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import type { Edit } from "../../support/mutants.ts"
import { Post } from "./post.ts"
import { valueAt } from "./support.ts"

export interface Course {
  readonly rule: string
  /** @returns what the replicas have executed in the end, or have in their logs */
  readonly play: (algorithm: Algorithm<Vsr>) => readonly string[]
  readonly right: readonly string[]
  readonly mistake: Omit<Edit, "file"> & { readonly file: string }
  /** What comes of the mistake. */
  readonly wrong: readonly string[]
}

export const courses: readonly Course[] = [
  {
    rule: "a StartViewChange from before a crash counts for nothing (Michael et al. 2017)",
    play: forgottenPromises,
    right: ["0: kept", "1:", "2:"],
    mistake: { file: "status.ts", from: "if (!node.parameters.crashVectors) return true\n", to: "return true\n" },
    wrong: ["0: kept", "1: other", "2:"],
  },
  {
    rule: "DoViewChange waits until f others know of the view change (§4.2, step 2)",
    play: hastyLogs,
    right: ["0: kept", "1: kept other", "2: kept", "3: kept", "4: kept"],
    mistake: {
      file: "view-change.ts",
      from: "if (others < majority(state.configuration.members.length) - 1 || ",
      to: "if (",
    },
    wrong: ["0: kept", "1: other", "2:", "3:", "4:"],
  },
  {
    rule: "the log of the latest view is adopted, however short (§4.2, step 3)",
    play: longerLog,
    right: ["0:", "1: kept", "2: kept"],
    mistake: {
      file: "view-change.ts",
      from: "  if (a.lastNormalView !== b.lastNormalView) return a.lastNormalView > b.lastNormalView\n",
      to: "",
    },
    wrong: ["0:", "1: kept", "2: a b"],
  },
  {
    rule: "a recovery takes f+1 answers (§4.3, step 3)",
    play: oneAnswer,
    right: ["0:", "1: kept", "2: kept"],
    mistake: { file: "recovery.ts", from: "failuresOf(members.length) + 1 ||", to: "failuresOf(members.length) ||" },
    wrong: ["0: other", "1: kept", "2:"],
  },
  {
    rule: "a recovering replica learns from the primary of the latest view (§4.3, step 3)",
    play: twoPrimaries,
    right: ["0: kept", "1: kept", "2: kept other"],
    mistake: {
      file: "recovery.ts",
      from: "const primary = state.recoveryResponses[primaryIn(state, latest)]!",
      to: "const primary = responses.map(each => (each.state === null ? null : { ...each, view: latest }))[0] ?? null",
    },
    wrong: ["0:", "1: kept", "2: other"],
  },
  {
    rule: "an answer to an earlier recovery counts for nothing (§4.3, step 3)",
    play: oldAnswer,
    right: ["0: kept", "1: kept other", "2: kept"],
    mistake: { file: "recovery.ts", from: " || response.nonce !== state.crashVector[node.id]) return", to: ") return" },
    wrong: ["0: kept", "1: other", "2:"],
  },
  {
    rule: "what is not committed stays in the log until the log of the later view is there (against §5.2)",
    play: droppedTooSoon,
    right: ["0: kept", "1: kept", "2: kept", "3: kept", "4: kept other"],
    mistake: {
      file: "state-transfer.ts",
      from: "  node.send(from, { type",
      to: "  if (!isInView) state.requests.splice(state.commitNumber - state.checkpoint.opNumber)\n  node.send(from, { type",
    },
    wrong: ["0: kept", "1:", "2:", "3: kept", "4: other"],
  },
  {
    rule: "only a replica in normal operation in the view that is asked about answers GetState (§5.2)",
    play: stateOfAnotherView,
    right: [],
    mistake: {
      file: "state-transfer.ts",
      from: 'if (state.status !== "normal" || message.view !== state.viewNumber) return\n',
      to: "",
    },
    wrong: ["NewState of view 1"],
  },
  {
    rule: "the primary counts what was prepared in its view only (§4.1, step 5)",
    play: preparedBefore,
    right: ["0: first", "1: first", "2: first", "3: first", "4: first"],
    mistake: {
      file: "normal.ts",
      from: " || view !== state.viewNumber) return\n  invariant",
      to: ") return\n  invariant",
    },
    wrong: ["0: first lonely", "1: first", "2: first", "3: first", "4: first"],
  },
  {
    rule: "a checkpoint holds what clients were answered (§5.1)",
    play: askedAgain,
    right: ["a"],
    mistake: {
      file: "log.ts",
      from: "machine: copyOfMachine(state.machine) }",
      to: "machine: { ...copyOfMachine(state.machine), sessions: [] } }",
    },
    wrong: ["aa"],
  },
]

/** Two replicas say one after the other that they change to view 1, crash, and recover in view 0: nobody remembers. */
export function forgottenPromises(algorithm: Algorithm<Vsr>): readonly string[] {
  const post = new Post(algorithm, 3)
  post.miss(2)
  const promise = post.take(2, 1, "StartViewChange")
  reboot(post, 2)
  post.miss(1)
  const other = post.take(1, 2, "StartViewChange")
  reboot(post, 1)
  // Replica 2 hears of a view change that replica 1 has forgotten. It sends its log, which is empty, and crashes.
  post.deliver(other)
  const log = post.takeAll(2, 1, "DoViewChange")
  reboot(post, 2)
  post.put(0, "kept")
  post.settle(0, 2)
  post.lose()
  // Replica 1 changes to view 1 because replica 2 once did, and hears of the log from then.
  post.deliver(promise, ...log)
  post.settle(1, 2)
  post.put(1, "other")
  post.settle(1, 2)
  return post.executed()
}

/** A replica crashes and recovers; whatever was under way is lost. */
function reboot(post: Post, replica: number): void {
  post.lose()
  post.crash(replica)
  post.restart(replica)
  post.settle(0, 1, 2)
}

/** Two replicas know of a view change, send their logs, crash, and recover in the view before: their logs are still under way. */
function hastyLogs(algorithm: Algorithm<Vsr>): readonly string[] {
  const post = new Post(algorithm, 5)
  post.miss(3)
  post.settleBut("DoViewChange", 3, 4)
  const logs = [...post.takeAll(3, 1, "DoViewChange"), ...post.takeAll(4, 1, "DoViewChange")]
  post.lose()
  post.crash(3, 4)
  post.restart(3, 4)
  post.settle(0, 1, 2, 3, 4)
  post.put(0, "kept")
  post.settle(0, 3, 4)
  post.lose()
  post.miss(2)
  post.deliver(post.take(2, 1, "StartViewChange"), ...logs)
  post.settle(1, 2, 3, 4)
  post.put(1, "other")
  post.settle(1, 2, 3, 4)
  return post.executed()
}

/** The first primary has two requests that nobody else has when view 1 commits one. */
function longerLog(algorithm: Algorithm<Vsr>): readonly string[] {
  const post = new Post(algorithm, 3)
  post.put(0, "a")
  post.put(0, "b")
  post.lose()
  post.miss(1)
  post.settle(1, 2)
  post.put(1, "kept")
  post.settle(1, 2)
  post.lose()
  post.miss(2)
  post.settle(0, 2)
  return post.executed()
}

/** View 1 commits a request. One of its replicas crashes, and hears first from the primary of view 0, which knows of nothing. */
function oneAnswer(algorithm: Algorithm<Vsr>): readonly string[] {
  const post = new Post(algorithm, 3)
  post.miss(1)
  post.settle(1, 2)
  post.put(1, "kept")
  post.settle(1, 2)
  post.lose()
  post.crash(2)
  post.restart(2)
  post.settle(0, 2)
  post.put(0, "other")
  post.settle(0, 2)
  post.settle(1, 2)
  return post.executed()
}

/** The same, but it hears from both; then the primary of view 1 crashes. */
function twoPrimaries(algorithm: Algorithm<Vsr>): readonly string[] {
  const post = new Post(algorithm, 3)
  post.miss(1)
  post.settle(1, 2)
  post.put(1, "kept")
  post.settle(1, 2)
  post.lose()
  post.crash(2)
  post.restart(2)
  post.settle(0, 2)
  post.settle(1, 2)
  post.lose()
  post.crash(1)
  post.miss(2)
  post.settle(0, 2)
  post.put(2, "other")
  post.settle(0, 2)
  return post.executed()
}

/** A replica recovers, prepares a request and crashes: then comes an answer of before the request, to its first recovery. */
function oldAnswer(algorithm: Algorithm<Vsr>): readonly string[] {
  const post = new Post(algorithm, 3)
  post.crash(2)
  post.restart(2)
  const recovery = post.take(2, 0, "Recovery")
  post.deliver(recovery, recovery)
  const old = post.take(0, 2, "RecoveryResponse")
  post.settle(0, 1, 2)
  post.put(0, "kept")
  post.settle(0, 2)
  post.lose()
  post.crash(2)
  post.restart(2)
  post.deliver(old)
  post.settle(1, 2)
  post.settle(0, 2)
  post.lose()
  post.miss(1)
  post.settle(1, 2)
  post.put(1, "other")
  post.settle(1, 2)
  return post.executed()
}

/**
 * View 0 commits a request with replicas 1 and 2, which do not know that it is committed. View 3 starts, and all they hear of it
 * is that they have missed its log. Then its primary crashes, and that of view 0.
 */
function droppedTooSoon(algorithm: Algorithm<Vsr>): readonly string[] {
  const post = new Post(algorithm, 5)
  post.put(0, "kept")
  post.settle(0, 1, 2)
  post.missUntil(3, 3)
  post.settleBut("StartView", 0, 3, 4)
  post.lose()
  post.put(3, "next")
  post.deliver(post.take(3, 1, "Prepare"), post.take(3, 2, "Prepare"))
  post.lose()
  post.crash(0, 3)
  post.missUntil(1, 4)
  post.settle(1, 2, 4)
  post.put(4, "other")
  post.settle(1, 2, 4)
  return post.executed()
}

/** A replica that changes to view 1 is asked for the log of view 0. */
function stateOfAnotherView(algorithm: Algorithm<Vsr>): readonly string[] {
  const post = new Post(algorithm, 3)
  post.miss(1)
  post.cluster.inject(2, 1, { type: "GetState", view: 0, opNumber: 0 })
  return post
    .takeAll(1, 2, "NewState")
    .map(({ message }) => `NewState of view ${"view" in message ? message.view : ""}`)
}

/** A backup prepares a request in view 0, which view 1 does not have; in view 5 another one has its op-number. */
function preparedBefore(algorithm: Algorithm<Vsr>): readonly string[] {
  const post = new Post(algorithm, 5)
  post.put(0, "first")
  post.settle(0, 1, 2, 3, 4)
  post.put(0, "second")
  post.deliver(post.take(0, 4, "Prepare"))
  const old = post.take(4, 0, "PrepareOk")
  post.lose()
  post.miss(1)
  post.settle(1, 2, 3)
  for (let view = 2; view <= 5; view++) {
    post.miss((view + 1) % 5)
    post.settle(0, 1, 2, 3, 4)
  }
  post.put(0, "lonely")
  post.deliver(post.take(0, 3, "Prepare"))
  post.settle(0, 3)
  post.deliver(old)
  return post.executed()
}

/** A client appends to a key, and asks again a replica that has recovered by a checkpoint and has become the primary. */
function askedAgain(algorithm: Algorithm<Vsr>): readonly string[] {
  const post = new Post(algorithm, 3, { checkpointEvery: 1 })
  const request = {
    type: "Command",
    session: 9,
    sequence: 1,
    operation: { op: "append", key: "x", value: "a" },
  } as const
  post.ask(0, request)
  post.settle(0, 1, 2)
  post.crash(2)
  post.restart(2)
  post.settle(0, 1, 2)
  post.missUntil(2, 2)
  post.settle(0, 1, 2)
  post.ask(2, request)
  post.settle(0, 1, 2)
  return [valueAt(post.cluster, 2) ?? "nothing"]
}
