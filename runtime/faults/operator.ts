/**
 * The operator of a group, a client beside those of the service: has the leader change the membership, as faults of the
 * kind `membership` say, and repeats the request until that is done.
 */
import type { ClientId, NodeId } from "../contract/algorithm.ts"
import { CHANGE_MEMBERSHIP, type ChangeMembership } from "../contract/membership.ts"
import { linkDelayBound } from "../network/latency.ts"
import type { FaultyRun } from "./run.ts"
import { type Micros, MILLISECOND } from "../contract/units.ts"

/** Beyond the number of every client of a service. */
export const OPERATOR: ClientId = 2_000_000

/** `client 7`, or `operator`. */
export function clientName(client: ClientId): string {
  return client === OPERATOR ? "operator" : `client ${client}`
}

/** The change is done; or not (yet); or the node does not lead, and names who does, or nobody. */
type OperatorReply =
  | { readonly type: "Result"; readonly sequence: number; readonly result: { readonly done: boolean } }
  | { readonly type: "Redirect"; readonly sequence: number; readonly leader: NodeId | null }

interface Task {
  readonly request: ChangeMembership
  /** Called once when it is done. */
  readonly done: () => void
  asked: NodeId
}

/** The run as the operator sees it. */
type Host = Pick<FaultyRun, "scenario" | "time" | "end" | "size" | "leader" | "request">

export class Operator {
  readonly #host: Host
  readonly #schedule: (at: Micros, run: () => void) => void
  /** The client's `retryAfter` of the services: max(50ms, 8d). */
  readonly #retryAfter: Micros
  #task: Task | null = null
  #sequence = 0

  constructor(host: Host, schedule: (at: Micros, run: () => void) => void) {
    this.#host = host
    this.#schedule = schedule
    this.#retryAfter = Math.max(50 * MILLISECOND, 8 * linkDelayBound(host.scenario.network))
  }

  /**
   * Makes `members` the voters, in place of whatever was wanted before and is not done.
   *
   * @returns gives it up if it is not done
   */
  change(members: readonly NodeId[], done: () => void): () => void {
    const request: ChangeMembership = { type: CHANGE_MEMBERSHIP, sequence: ++this.#sequence, members }
    const task: Task = { request, done, asked: 0 }
    this.#task = task
    this.#ask(task, this.#host.leader() ?? 0)
    this.#askAgainLater(task)
    return () => {
      if (this.#task === task) this.#task = null
    }
  }

  reply(from: NodeId, reply: object): void {
    const task = this.#task
    if (task === null || !isOperatorReply(reply) || reply.sequence !== task.request.sequence) return
    if (reply.type === "Redirect") {
      if (reply.leader !== null && reply.leader !== from) this.#ask(task, reply.leader)
    } else if (reply.result.done) {
      this.#task = null
      task.done()
    }
  }

  #ask(task: Task, node: NodeId): void {
    task.asked = node
    this.#host.request(OPERATOR, node, task.request)
  }

  /** The leader may be gone, or busy with an earlier change. */
  #askAgainLater(task: Task): void {
    const { time, end, size } = this.#host
    if (time + this.#retryAfter >= end) return
    this.#schedule(time + this.#retryAfter, () => {
      if (this.#task !== task) return
      this.#ask(task, this.#host.leader() ?? (task.asked + 1) % size)
      this.#askAgainLater(task)
    })
  }
}

function isOperatorReply(reply: object): reply is OperatorReply {
  return "type" in reply && (reply.type === "Result" || reply.type === "Redirect")
}
