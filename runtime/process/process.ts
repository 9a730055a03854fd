/**
 * A node as a value: a process of an algorithm at some moment, and its step on an event.
 *
 *     const [next, effects] = step(raft, process, { type: "timeout", timer: "election" }, circumstances)
 *
 * A step is pure: the given process is unchanged, and the handler's effects are returned as data. A model checker, a
 * step debugger and a host of real processes are loops over this function, and decide what happens to the effects (a
 * network, a clock, a disk that fails). The simulation calls handlers directly, which is faster; a test verifies that
 * both give the same runs.
 */
import type { Algorithm, Node, NodeId, Shape } from "../contract/algorithm.ts"
import type { Micros } from "../contract/units.ts"
import { type Effect, type ProcessEvent, type Timer, timerNamed } from "./effect.ts"
import { peersOf } from "../contract/parts.ts"
import { idsOfRole, partOf, roleIds } from "./parts.ts"
import { type Circumstances, RecordingNode, writeTo } from "./recording-node.ts"
import { copied } from "./value.ts"

/** One process of an algorithm. Immutable: a step makes a new one. */
export interface Process {
  /** 0 to n - 1 for a member, from n on for a role's process. */
  readonly id: NodeId
  /** Number of nodes in the group: n. */
  readonly size: number
  readonly parameters: object
  readonly state: object
  /** The contents of its disk, durable or not. */
  readonly disk: object
  /** The armed timers, by {@link timerId}, with the delay of each. */
  readonly timers: ReadonlyMap<string, ArmedTimer>
  /** Counts boots, from 1. */
  readonly incarnation: number
}

export interface ArmedTimer extends Timer {
  readonly delay: Micros
}

/** A timer in a word: `retry`, or `retry/7` if it has a key. */
export function timerId({ timer, key }: Timer): string {
  return key === undefined ? timer : `${timer}/${key}`
}

/** A process after a step, and its effects in order. */
export type Step = readonly [next: Process, effects: readonly Effect[]]

/** The identity of a process within its group. */
export type ProcessIdentity = Pick<Process, "id" | "size" | "parameters">

/** A process before its first boot, with a new disk. */
export function newProcess(algorithm: Algorithm, identity: ProcessIdentity): Process {
  const disk = partOf(algorithm, identity).disk(among(algorithm, identity))
  return booted(algorithm, { ...identity, state: {}, disk, timers: new Map(), incarnation: 0 })
}

/**
 * A process that comes back after a crash: of its former self, only the disk is left. Its next event is {@link
 * rebootOf} the algorithm.
 */
export function booted(algorithm: Algorithm, process: Process): Process {
  const { disk, incarnation } = process
  const state = partOf(algorithm, process).state({ ...among(algorithm, process), disk: copied(disk) })
  return { ...process, state, timers: new Map(), incarnation: incarnation + 1 }
}

/** The first event of a process at any boot but the first. */
export function rebootOf({ recover }: Algorithm): ProcessEvent {
  return { type: recover === undefined ? "start" : "recover" }
}

/**
 * Passes an event to its handler, and then the messages that the process sends itself. Those that wait for durable
 * writes (`release: "durable"`) are returned among the effects: the host delivers them.
 */
export function step(algorithm: Algorithm, process: Process, event: ProcessEvent, circumstances: Circumstances): Step {
  const effects: Effect[] = []
  const events = [event]
  let next = process
  for (const each of events) {
    const [after, done] = handle(algorithm, next, each, circumstances)
    next = after
    for (const effect of done) {
      if (effect.type !== "send" || effect.to !== process.id || effect.release === "durable") effects.push(effect)
      else events.push({ type: "receive", from: process.id, message: effect.message })
    }
  }
  return [next, effects]
}

/** Passes an event to its handler only: messages that the process sends itself are returned among the effects. */
export function handle(
  algorithm: Algorithm,
  process: Process,
  event: ProcessEvent,
  circumstances: Circumstances,
): Step {
  const state = copied(process.state)
  const disk = copied(process.disk)
  const timers = new Map(process.timers)
  const effects: Effect[] = []
  if (event.type === "timeout") timers.delete(timerId(event))
  const node = new RecordingNode({ ...among(algorithm, process), state, disk }, circumstances, done => {
    const effect = copied(done)
    effects.push(effect)
    if (effect.type === "setTimer")
      timers.set(timerId(effect), { ...timerNamed(effect.timer, effect.key), delay: effect.delay })
    else if (effect.type === "cancelTimer") timers.delete(timerId(effect))
    else writeTo(disk, copied(effect))
  })
  perform(algorithm, node, event)
  return [{ ...process, state, disk, timers }, effects]
}

/** Runs one handler on a node. */
export function perform(algorithm: Algorithm, node: Node<Shape>, event: ProcessEvent): void {
  const { start, receive, timeout, request } = partOf(algorithm, node)
  switch (event.type) {
    case "start":
      return start(node)
    case "recover":
      return algorithm.recover!(node)
    case "begin":
      return algorithm.begins!.start(node, event.leader, event.beginning)
    case "receive":
      return receive[event.message.type]!(node, event.message, event.from)
    case "timeout":
      return timeout[event.timer]!(node, event.key)
    case "request":
      return request![event.request.type]!(node, event.request, event.client)
  }
}

/**
 * A process's knowledge about itself, without a disk, derived from the number of members of its group and its roles.
 */
export function among<T extends ProcessIdentity>(
  algorithm: Pick<Algorithm, "roles">,
  self: T,
): T & { readonly peers: readonly NodeId[]; readonly role: (name: string) => readonly NodeId[] } {
  const { id, size, parameters } = self
  const ids = roleIds(algorithm, size, parameters)
  return { ...self, peers: peersOf(id, size), role: name => idsOfRole(ids, name) }
}
