/** Descriptions of events, for the table, the details and the search. */
import { textOf } from "../../../debugger/tracing/document.ts"
import { type Band, clientOf, fateOf, kindOf, nodeName, type Trace } from "../../../debugger/tracing/trace.ts"
import { clientName } from "../../../runtime/faults/operator.ts"
import type { Micros } from "../../../runtime/contract/units.ts"

/** The description of an event. */
export interface Words {
  /** `node 2`, `client 0`, or empty. */
  readonly who: string
  /** `sends to node 1`, `is down`. */
  readonly what: string
  /** The contents of the message, fact or operation. */
  readonly detail: string
}

export function describe(trace: Trace, event: number): Words {
  const { events } = trace
  const about = events.about[event]!
  const node = nodeName(trace, events.node[event]!)
  switch (kindOf(trace, event)) {
    case "boot":
      return { who: node, what: "boots", detail: "" }
    case "send":
      return {
        who: node,
        what: `sends to ${endName(trace, trace.messages.to[about]!)}`,
        detail: messageText(trace, about),
      }
    case "reply":
      return {
        who: node,
        what: `answers ${endName(trace, trace.messages.to[about]!)}`,
        detail: messageText(trace, about),
      }
    case "deliver":
    case "request":
      return { who: node, what: arrival(trace, about), detail: messageText(trace, about) }
    case "drop":
      return { who: node, what: loss(trace, about), detail: messageText(trace, about) }
    case "timeout":
      return { who: node, what: "timer runs out", detail: trace.timers[about] ?? "" }
    case "write":
      return { who: node, what: "writes to its disk", detail: "" }
    case "fact":
      return { who: node, what: "reports", detail: textOf(trace.facts[about] ?? null) }
    case "ask":
      return {
        who: endName(trace, trace.messages.from[about]!),
        what: `asks ${node}`,
        detail: messageText(trace, about),
      }
    case "answer":
      return {
        who: endName(trace, trace.messages.to[about]!),
        what: `hears from ${node}`,
        detail: messageText(trace, about),
      }
    case "operation":
      return operationWords(trace, event, about)
    case "intervention":
      return { who: "by hand", what: trace.faults[about]?.what ?? "", detail: "" }
    case "fault":
      return { who: "fault", what: trace.faults[about]?.what ?? "", detail: "" }
  }
}

function operationWords(trace: Trace, event: number, about: number): Words {
  const who = `client ${trace.events.node[event]!}`
  const operation = trace.operations[about >= 0 ? about : -2 - about]
  const detail = textOf(operation?.content ?? null)
  return about >= 0
    ? { who, what: "begins an operation", detail }
    : { who, what: `ends it: ${operation?.ending ?? "unknown"}`, detail }
}

/** `5 nodes`, `5 nodes, server`. */
export function groupText({ nodes, roles = [] }: Trace): string {
  const [{ first } = { first: nodes }] = roles
  const names = roles.map(({ name, count }) => (count === 1 ? name : `${count} ${name}`))
  return [`${first} nodes`, ...names].join(", ")
}

/** A node or a client, from its number in columns. */
export function endName(trace: Trace, end: number): string {
  return end >= 0 ? nodeName(trace, end) : clientName(clientOf(end))
}

/** The type and contents of a message. */
export function messageText(trace: Trace, message: number): string {
  if (message < 0) return ""
  const content = trace.messages.content[message] ?? null
  const text = textOf(content)
  return text === "" ? typeName(trace, message) : text
}

export function typeName(trace: Trace, message: number): string {
  return trace.types[trace.messages.type[message]!] ?? ""
}

function arrival(trace: Trace, message: number): string {
  const from = trace.messages.from[message]!
  const copy = fateOf(trace, message) === "duplicate" ? "a second copy " : ""
  return `receives ${copy}from ${endName(trace, from)}`
}

function loss(trace: Trace, message: number): string {
  if (message < 0) return "a message is dropped"
  const from = endName(trace, trace.messages.from[message]!)
  return `misses a message of ${from}: ${LOSSES[fateOf(trace, message)]}`
}

const LOSSES = {
  "in flight": "it is still in flight",
  arrived: "it arrived",
  duplicate: "it arrived twice",
  lost: "lost on the way",
  cut: "the link is cut",
  down: "the node is down",
  corrupted: "corrupted on the way, as its checksum shows",
  intercepted: "intercepted",
} as const

/** A description of a message's fate. */
export function fateWords(trace: Trace, message: number): string {
  const fate = fateOf(trace, message)
  return fate === "arrived" ? "" : fate === "duplicate" ? "duplicate" : LOSSES[fate]
}

/** The time from sending to arrival of a message; empty if it never arrives. */
export function arrivalText({ messages }: Trace, message: number): string {
  if (messages.endedIn[message]! < 0) return ""
  return `arrives ${(messages.ended[message]! - messages.sent[message]!) / 1_000} ms later`
}

/** The time at which the message of an event was sent. */
export function sentText({ events, messages }: Trace, event: number, message: number): string {
  return `sent ${(events.time[event]! - messages.sent[message]!) / 1_000} ms before`
}

/** The standing of a node: `leader · 3`, and the leader it follows. */
export function bandText(trace: Trace, { node, role, epoch, leader }: Band): string {
  const follows = leader !== null && leader !== node ? ` follows ${nodeName(trace, leader)}` : ""
  return `${nodeName(trace, node)} ${role}${epoch === null ? "" : ` · ${epoch}`}${follows}`
}

/** A time in seconds, to the microsecond. */
export function clock(time: Micros): string {
  return `${(time / 1_000_000).toFixed(6)} s`
}

/** `Oral {instance: 1, value: 0}` as `Oral instance 1, value 0`, where room is scarce. */
export function withoutBraces(text: string): string {
  return withoutPadding(text)
    .replace(/^(\w*) ?\{(.*)\}$/, "$1 $2")
    .replaceAll(/(\w): /g, "$1 ")
    .trim()
}

/** Values are padded to the size set in the workload; the padding carries no information. */
export function withoutPadding(text: string): string {
  return text.replaceAll(/\.{4,}/g, "…")
}
