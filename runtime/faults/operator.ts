/**
 * The operator of a group, a client in addition to the service's: it has the leader change the membership for faults of
 * the kind `membership`, and repeats the request until that is done; and it has leaders hand over before they are
 * restarted.
 */
import type { ClientId, NodeId } from "../contract/algorithm.ts"
import { CHANGE_MEMBERSHIP, type ChangeMembership } from "../contract/membership.ts"
import { TRANSFER_LEADERSHIP, type TransferLeadership } from "../contract/transfer.ts"
import { linkDelayBound } from "../network/latency.ts"
import type { FaultyNode, FaultyRun } from "./run.ts"
import { type Micros, MILLISECOND, SECOND } from "../contract/units.ts"

/** A number above those of all clients of a service. */
export const OPERATOR: ClientId = 2_000_000

/** `client 7`, or `operator`. */
export function clientName(client: ClientId): string {
  return client === OPERATOR ? "operator" : `client ${client}`
}

/** The change is done; or not (yet) done; or the node does not lead, and names the leader, if it knows it. */
type OperatorReply =
  | { readonly type: "Result"; readonly sequence: number; readonly result: { readonly done: boolean } }
  | { readonly type: "Redirect"; readonly sequence: number; readonly leader: NodeId | null }

interface Task {
  readonly request: ChangeMembership
  /** Called once, when it is done. */
  readonly done: () => void
  asked: NodeId
}

/** The run as the operator sees it. */
type Host = Pick<FaultyRun, "scenario" | "time" | "end" | "size" | "leader" | "request"> & {
  readonly nodes: readonly Pick<FaultyNode, "up" | "paused">[]
}

export class Operator {
  readonly #host: Host
  readonly #schedule: (at: Micros, run: () => void) => void
  /** The same timeout as `retryAfter` of the services' clients: max(50ms, 8d). */
  readonly #retryAfter: Micros
  /**
   * The timeout of a leadership transfer, max(1s, 50d), and the interval between checks of the leader, max(1ms, d / 2).
   */
  readonly #patience: Micros
  readonly #glance: Micros
  #task: Task | null = null
  #sequence = 0

  constructor(host: Host, schedule: (at: Micros, run: () => void) => void) {
    this.#host = host
    this.#schedule = schedule
    this.#retryAfter = Math.max(50 * MILLISECOND, 8 * linkDelayBound(host.scenario.network))
    this.#patience = Math.max(SECOND, 50 * linkDelayBound(host.scenario.network))
    this.#glance = Math.max(MILLISECOND, Math.ceil(linkDelayBound(host.scenario.network) / 2))
  }

  /** Runs a function after a while, unless the run is over then. */
  after(span: Micros, run: () => void): void {
    const at = this.#host.time + span
    if (at < this.#host.end) this.#schedule(at, run)
  }

  /**
   * Asks a leader to hand over to the preceding live node (in a rolling restart the one restarted last, which need not
   * hand over again), and to another one after each failed attempt.
   *
   * @param done called once, when most nodes believe in another leader or in none, the node is down, or the transfer
   *   times out
   */
  handOver(from: NodeId, done: () => void): void {
    const { size, time } = this.#host
    const others = Array.from({ length: size - 1 }, (_, k) => (from - 1 - k + size) % size)
    let askAt = time
    let asked = 0
    const look = (): void => {
      const { time: now, nodes } = this.#host
      if (this.#host.leader() !== from || !nodes[from]!.up || now >= time + this.#patience) {
        done()
        return
      }
      const able = others.filter(id => nodes[id]!.up && !nodes[id]!.paused)
      if (now >= askAt && able.length > 0) {
        const to = able[asked++ % able.length]!
        const request: TransferLeadership = { type: TRANSFER_LEADERSHIP, sequence: ++this.#sequence, to }
        this.#host.request(OPERATOR, from, request)
        askAt = now + this.#retryAfter
      }
      this.after(this.#glance, look)
    }
    look()
  }

  /**
   * Makes `members` the voters, and others learners, in place of an earlier change that is not done.
   *
   * @returns a function that cancels the change if it is not done
   */
  change(wanted: Pick<ChangeMembership, "members" | "learners">, done: () => void): () => void {
    const request: ChangeMembership = { type: CHANGE_MEMBERSHIP, sequence: ++this.#sequence, ...wanted }
    const task: Task = { request, done, asked: 0 }
    this.#task = task
    this.#ask(task, this.#host.leader() ?? 0)
    this.#scheduleRetry(task)
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
  #scheduleRetry(task: Task): void {
    const { time, end, size } = this.#host
    if (time + this.#retryAfter >= end) return
    this.#schedule(time + this.#retryAfter, () => {
      if (this.#task !== task) return
      this.#ask(task, this.#host.leader() ?? (task.asked + 1) % size)
      this.#scheduleRetry(task)
    })
  }
}

function isOperatorReply(reply: object): reply is OperatorReply {
  return "type" in reply && (reply.type === "Result" || reply.type === "Redirect")
}
