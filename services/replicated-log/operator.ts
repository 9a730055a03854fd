/**
 * The operator of a replicated log: from time to time it has the leader hand over, or changes the membership, as
 * planned maintenance does. It sends its requests one at a time, from its own session, to the leader it knows; it
 * resends them if they are not answered or not carried out, and gives them up at the deadline.
 */
import type { ClientId, NodeId } from "../../runtime/contract/algorithm.ts"
import type { ServiceTimers, World } from "../../runtime/contract/service.ts"
import type { Micros } from "../../runtime/contract/units.ts"
import type { Administration } from "./administration.ts"
import type { Workload } from "./description.ts"
import type { LogReply } from "./shape.ts"

type Request = Administration["request"]

/** The two kinds of requests. */
type Kind = "transfer" | "change"

interface Task {
  request: Request
  readonly begun: Micros
  asked: NodeId
  /** When it is resent. */
  due: Micros
}

export class Operator {
  readonly client: ClientId
  readonly #world: World
  readonly #settings: Workload
  /** The leader as nodes report it. */
  readonly #leader: () => NodeId | undefined
  readonly #waiting: Kind[] = []
  #task: Task | null = null
  #sequence = 0
  /** True if the last change reduced the membership. */
  #isSmall = false
  /** Completed handovers and membership changes; and requests given up. */
  readonly done = { transfer: 0, change: 0 }
  failed = 0

  constructor(world: World, settings: Workload, client: ClientId, leader: () => NodeId | undefined) {
    this.#world = world
    this.#settings = settings
    this.client = client
    this.#leader = leader
  }

  start(): void {
    this.#plan("transfer")
    this.#plan("change")
  }

  readonly timeout = {
    transfer: () => this.#due("transfer"),
    change: () => this.#due("change"),
    retryTask: () => this.#retry(),
  } satisfies ServiceTimers

  #due(kind: Kind): void {
    if (this.#world.now() >= this.#world.end) return
    this.#plan(kind)
    this.#waiting.push(kind)
    if (this.#task === null) this.#next()
  }

  reply(from: NodeId, reply: LogReply): void {
    const task = this.#task
    if (task === null || reply.sequence !== task.request.sequence) return
    if (reply.type === "Redirect") {
      const mayGoOn = this.#world.now() < task.begun + this.#settings.deadline
      if (mayGoOn && reply.leader !== null && reply.leader !== from) this.#ask(task, reply.leader)
      return
    }
    // A request not carried out because an earlier change is still under way is resent after a while.
    if (!reply.result.done) return
    this.done[task.request.type === "TransferLeadership" ? "transfer" : "change"]++
    this.#next()
  }

  #plan(kind: Kind): void {
    const { transferEvery, changeEvery } = this.#settings
    const interval = kind === "transfer" ? transferEvery : changeEvery
    if (interval > 0) this.#world.wakeAfter(interval, kind)
  }

  #next(): void {
    this.#task = null
    const kind = this.#waiting.shift()
    if (kind === undefined) return
    const leader = this.#leader() ?? 0
    this.#sequence++
    const request = kind === "transfer" ? this.#transferFrom(leader) : this.#change()
    this.#task = { request, begun: this.#world.now(), asked: leader, due: 0 }
    this.#ask(this.#task, leader)
  }

  /** A handover to the next live member after the leader. */
  #transferFrom(leader: NodeId): Request {
    const members = this.#members()
    const after = [...members.filter(node => node > leader), ...members.filter(node => node < leader)]
    const to = after.find(node => this.#world.isUp(node)) ?? leader
    return { type: "TransferLeadership", sequence: this.#sequence, to }
  }

  #change(): Request {
    this.#isSmall = !this.#isSmall
    return { type: "ChangeMembership", sequence: this.#sequence, members: this.#members() }
  }

  /** The members as the operator wants them now. */
  #members(): NodeId[] {
    const { size } = this.#world
    const { members } = this.#settings
    const count = this.#isSmall ? Math.min(members === 0 ? Math.max(1, size - 1) : members, size) : size
    return Array.from({ length: count }, (_, node) => node)
  }

  #ask(task: Task, node: NodeId): void {
    task.asked = node
    if (task.request.type === "TransferLeadership" && task.request.to === node) task.request = this.#transferFrom(node)
    task.due = this.#world.now() + this.#settings.retryAfter
    this.#world.request(this.client, node, task.request)
    this.#world.wakeAfter(this.#settings.retryAfter, "retryTask")
  }

  #retry(): void {
    const task = this.#task
    if (task === null || this.#world.now() !== task.due) return
    if (this.#world.now() < task.begun + this.#settings.deadline) {
      return this.#ask(task, this.#leader() ?? (task.asked + 1) % this.#world.size)
    }
    this.failed++
    this.#next()
  }
}
