/** The events of a process and its effects: the two sides of a step, as data. */
import type { Beginning, ClientId, Node, NodeId, Purpose, Release, Shape, Tagged } from "../contract/algorithm.ts"
import type { Micros } from "../contract/units.ts"

/** A timer by its name and, if there are several, its key. */
export interface Timer {
  readonly timer: string
  readonly key?: number
}

export function timerNamed(timer: string, key?: number): Timer {
  return key === undefined ? { timer } : { timer, key }
}

/** The event that one handler handles. */
export type ProcessEvent =
  | { readonly type: "start" }
  /** A boot after a crash, if the algorithm has a handler for it (`recover`). */
  | { readonly type: "recover" }
  /** The first boot under a leader elected before (`begins.start`). */
  | { readonly type: "begin"; readonly leader: NodeId; readonly beginning: Beginning }
  | { readonly type: "receive"; readonly from: NodeId; readonly message: Tagged }
  | ({ readonly type: "timeout" } & Timer)
  | { readonly type: "request"; readonly client: ClientId; readonly request: Tagged }

/** One action of a handler through its node, in the terms of `Node`. */
export type Effect =
  | ({ readonly type: "send"; readonly to: NodeId; readonly message: Tagged; readonly purpose: Purpose } & Released)
  | { readonly type: "broadcast"; readonly message: Tagged; readonly purpose: Purpose }
  | ({ readonly type: "setTimer"; readonly delay: Micros } & Timer)
  | ({ readonly type: "cancelTimer" } & Timer)
  | { readonly type: "save"; readonly registers: object }
  | { readonly type: "append"; readonly log: string; readonly entry: unknown }
  | { readonly type: "truncate"; readonly log: string; readonly length: number }
  | { readonly type: "discard"; readonly log: string; readonly count: number }
  | ({ readonly type: "reply"; readonly client: ClientId; readonly reply: object } & Released)
  | ({ readonly type: "report"; readonly fact: Tagged } & Released)

/** The time at which it leaves its node, if given. */
interface Released {
  readonly release?: Release
}

/** A node without its types: which registers of its disk are logs is only known at run time. */
interface Hands extends Omit<Node<Shape>, "append" | "truncate" | "discard"> {
  append(log: string, entry: unknown): void
  truncate(log: string, length: number): void
  discard(log: string, count: number): void
}

/** Repeats through a node the action that a handler performed through another. */
export function carryOut(node: Hands, effect: Effect): void {
  switch (effect.type) {
    case "send":
      return node.send(effect.to, effect.message, effect.purpose, effect.release)
    case "broadcast":
      return node.broadcast(effect.message, effect.purpose)
    case "setTimer":
      return node.setTimer(effect.timer, effect.delay, effect.key)
    case "cancelTimer":
      return node.cancelTimer(effect.timer, effect.key)
    case "save":
      return node.save(effect.registers)
    case "append":
      return node.append(effect.log, effect.entry)
    case "truncate":
      return node.truncate(effect.log, effect.length)
    case "discard":
      return node.discard(effect.log, effect.count)
    case "reply":
      return node.reply(effect.client, effect.reply, effect.release)
    case "report":
      return node.report(effect.fact, effect.release)
  }
}
