/**
 * Rare situations that random runs have to reach at least once over all their seeds: what never happens is not tested,
 * and a chaos test that never meets it would pass in vain.
 */
import type { NodeId, Tagged } from "../../runtime/contract/algorithm.ts"
import type { TraceEvent } from "../../runtime/simulation/trace.ts"

/** The contents of a node's disk. */
export type Disks = (node: NodeId) => object

/** In how many runs each situation was met, by its name. */
export class Tally {
  readonly counts = new Map<string, number>()

  add(mark: string, times = 1): void {
    this.counts.set(mark, (this.counts.get(mark) ?? 0) + times)
  }

  /** The situations of a list that no run has met. */
  missing(expected: readonly string[]): readonly string[] {
    return expected.filter(mark => !this.counts.has(mark))
  }
}

/** The situations that any storm should meet. */
export const FAULTS = [
  ..."crash tornWrite pause isolate partition cut loss corruption duplication reordering delay slow".split(" "),
  ..."slowDisk failingDisk".split(" "),
].map(kind => `fault: ${kind}`)

/** The situations that storms of an algorithm with leaders should meet besides. */
export const ELECTIONS = [
  "a leader was deposed",
  "a leader stepped down undeposed",
  "a candidate lost to another",
  "two nodes believed to lead at once",
]

/** The situations that storms of a replicated log should meet besides. */
export const LOGS = [
  ...ELECTIONS,
  "a snapshot was sent",
  "a torn write hit between snapshot and discard",
  "an operation's outcome stayed unknown",
]

export const RAFT_ONLY = [
  "fault: membership",
  "a follower's log conflicted",
  "a pre-vote was refused",
  "a leadership was handed over",
]

/** The situations that storms of Viewstamped Replication should meet besides. */
export const VIEWS = [
  "a leader was deposed",
  "two nodes believed to lead at once",
  "a snapshot was sent",
  "an operation's outcome stayed unknown",
  "a recovery was answered",
  "a replica fetched what it had missed",
]

/** The situations that runs of active and semi-active replication should meet, which know crashes only. */
export const SEQUENCED = [
  "fault: crash",
  "fault: brokenBroadcast",
  "a snapshot was sent",
  "a survivor was ahead of who took over",
  "an operation's outcome stayed unknown",
]

export const MULTI_PAXOS_ONLY = ["a no-op filled a gap", "a learner was told what it had missed"]

/** Watches one run for them. */
export class Marks {
  readonly #disks: Disks
  readonly #met = new Set<string>()
  /** What each node believes, while it is up: the leader, and in which epoch. */
  readonly #beliefs = new Map<NodeId, Belief>()
  readonly #candidates = new Set<NodeId>()

  constructor(disks: Disks) {
    this.#disks = disks
  }

  get met(): ReadonlySet<string> {
    return this.#met
  }

  observe(event: TraceEvent): void {
    switch (event.type) {
      case "fault":
        if (event.phase === "begins") this.#met.add(`fault: ${event.kind}`)
        break
      case "boot":
        this.#beliefs.delete(event.node)
        this.#candidates.delete(event.node)
        if (isTorn(this.#disks(event.node))) this.#met.add("a torn write hit between snapshot and discard")
        break
      case "send":
        this.#sent(event.node, { ...event.message })
        break
      case "fact":
        if (isBelief(event.fact)) this.#believed(event.node, event.fact)
        break
      case "operation":
        if (event.phase === "unknown") this.#met.add("an operation's outcome stayed unknown")
        break
      default:
        break
    }
  }

  #sent(node: NodeId, message: Tagged & { readonly [field: string]: unknown }): void {
    switch (message.type) {
      case "RequestVote":
        this.#candidates.add(node)
        break
      case "Prepare":
        this.#candidates.add(node)
        break
      case "InstallSnapshot":
      case "Transfer":
        this.#met.add("a snapshot was sent")
        break
      case "RecoveryResponse":
        this.#met.add("a recovery was answered")
        break
      case "NewState":
        this.#met.add("a replica fetched what it had missed")
        if (message["checkpoint"] !== null) this.#met.add("a snapshot was sent")
        break
      case "Survivor":
        if (message["machine"] !== null) this.#met.add("a survivor was ahead of who took over")
        break
      case "CatchUp":
        this.#met.add("a learner was told what it had missed")
        if (bringsSnapshot(message["chosen"])) this.#met.add("a snapshot was sent")
        break
      case "Promise":
        if (bringsSnapshot(message["chosen"])) this.#met.add("a snapshot was sent")
        break
      case "Accept":
        if (isNoOp(message["proposal"])) this.#met.add("a no-op filled a gap")
        break
      case "AppendEntriesReply":
        if (Number(message["conflictTerm"]) > 0) this.#met.add("a follower's log conflicted")
        break
      case "PreVoteReply":
        if (message["voteGranted"] === false) this.#met.add("a pre-vote was refused")
        break
      case "TimeoutNow":
        this.#met.add("a leadership was handed over")
        break
      default:
        break
    }
  }

  #believed(node: NodeId, belief: Belief): void {
    const before = this.#beliefs.get(node)
    this.#beliefs.set(node, belief)
    if (before?.leader === node && belief.leader !== node) {
      this.#met.add(belief.epoch > before.epoch ? "a leader was deposed" : "a leader stepped down undeposed")
    }
    if (belief.leader === node) {
      this.#candidates.delete(node)
      for (const [other, { leader }] of this.#beliefs) {
        if (other !== node && leader === other) this.#met.add("two nodes believed to lead at once")
      }
    } else if (belief.leader !== null && this.#candidates.delete(node)) this.#met.add("a candidate lost to another")
  }
}

interface Belief {
  readonly leader: NodeId | null
  readonly epoch: number
}

function isBelief(fact: Tagged): fact is Tagged & Belief {
  return fact.type === "believes"
}

function bringsSnapshot(history: unknown): boolean {
  return typeof history === "object" && history !== null && "snapshot" in history && history.snapshot !== null
}

function isNoOp(proposal: unknown): boolean {
  return typeof proposal === "object" && proposal !== null && "value" in proposal && proposal.value === null
}

/** Whether a disk holds a snapshot and, before all else, an entry that the snapshot covers. */
function isTorn(disk: object): boolean {
  return (
    covers(disk, "snapshot", "lastIncludedIndex", 1, "log", "index") ||
    covers(disk, "snapshot", "next", 0, "journal", "slot")
  )
}

function covers(disk: object, register: string, field: string, beyond: number, log: string, place: string): boolean {
  const snapshot = fieldOf(disk, register)
  const entries = fieldOf(disk, log)
  const first: unknown = Array.isArray(entries) ? entries[0] : undefined
  return Number(fieldOf(first, place)) < Number(fieldOf(snapshot, field)) + beyond
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, field) : undefined
}
