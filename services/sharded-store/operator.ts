/**
 * The operator of a sharded store: from time to time it moves a shard, or has a group leave or come back. It sends its
 * requests to the controller one at a time, and resends each until it is accepted.
 */
import type { ClientId, NodeId } from "../../runtime/contract/algorithm.ts"
import type { ServiceTimers, World } from "../../runtime/contract/service.ts"
import type { Micros } from "../../runtime/contract/units.ts"
import type { Random } from "../../runtime/lib/random.ts"
import type { Workload } from "./description.ts"
import type { ChangeGroups, MoveShard, ShardedStore } from "./shape.ts"

interface Task {
  readonly request: MoveShard | ChangeGroups
  readonly begun: Micros
  asked: NodeId
  due: Micros
}

export class Operator {
  readonly client: ClientId
  readonly #world: World
  readonly #settings: Workload
  readonly #random: Random
  readonly #waiting: (MoveShard | ChangeGroups)[] = []
  #task: Task | null = null
  #sequence = 0
  /** The group that has left; 0: none. */
  #away = 0
  done = 0

  constructor(world: World, settings: Workload, client: ClientId, random: Random) {
    this.client = client
    this.#world = world
    this.#settings = settings
    this.#random = random
  }

  start(): void {
    this.#plan("moveEvery")
    this.#plan("changeEvery")
  }

  readonly timeout = {
    moveEvery: () => this.#due("moveEvery"),
    changeEvery: () => this.#due("changeEvery"),
    retryTask: () => this.#retry(),
  } satisfies ServiceTimers

  get isIdle(): boolean {
    return this.#task === null
  }

  reply(from: NodeId, reply: ShardedStore["reply"]): void {
    const task = this.#task
    if (task === null || reply.sequence !== task.request.sequence) return
    if (reply.type === "Redirect" && reply.leader !== null && reply.leader !== from)
      return this.#ask(task, reply.leader)
    if (reply.type !== "Result") return
    this.done++
    this.#next()
  }

  #plan(kind: "moveEvery" | "changeEvery"): void {
    const interval = this.#settings[kind]
    if (interval > 0) this.#world.wakeAfter(interval, kind)
  }

  #due(kind: "moveEvery" | "changeEvery"): void {
    const { moves } = this.#settings
    if (this.#world.now() >= this.#world.end || (moves > 0 && this.#sequence >= moves)) return
    this.#plan(kind)
    this.#sequence++
    this.#waiting.push(kind === "moveEvery" ? this.#move() : this.#change())
    if (this.#task === null) this.#next()
  }

  #move(): MoveShard {
    const { shards, groups, moved } = this.#settings
    const shard = moved === "first" ? 0 : this.#random.integer(0, shards - 1)
    return { type: "MoveShard", sequence: this.#sequence, shard, to: this.#random.integer(1, groups) }
  }

  #change(): ChangeGroups {
    const isBack = this.#away > 0
    const group = isBack ? this.#away : this.#random.integer(1, this.#settings.groups)
    this.#away = isBack ? 0 : group
    return { type: isBack ? "JoinGroup" : "LeaveGroup", sequence: this.#sequence, group }
  }

  #next(): void {
    const request = this.#waiting.shift()
    this.#task = request === undefined ? null : { request, begun: this.#world.now(), asked: 0, due: 0 }
    if (this.#task !== null) this.#ask(this.#task, 0)
  }

  #ask(task: Task, node: NodeId): void {
    task.asked = node
    task.due = this.#world.now() + this.#settings.retryAfter
    this.#world.request(this.client, node, task.request)
    this.#world.wakeAfter(this.#settings.retryAfter, "retryTask")
  }

  #retry(): void {
    const task = this.#task
    if (task === null || this.#world.now() !== task.due) return
    if (this.#world.now() >= task.begun + this.#settings.deadline) return this.#next()
    this.#ask(task, (task.asked + 1) % this.#world.size)
  }
}
