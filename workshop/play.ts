/** Plays a game: the run of its lines, with every event in it, in order. */
import * as registry from "../algorithms/registry.ts"
import { recordRun } from "../debugger/tracing/recorder.ts"
import { clientOf, type Messages, type Trace } from "../debugger/tracing/trace.ts"
import type { Tagged } from "../runtime/contract/algorithm.ts"
import { clientName } from "../runtime/faults/operator.ts"
import { STEP } from "../runtime/scenario/script.ts"
import { toScenario } from "../scenarios/cell.ts"
import { decodeScenario, type RunnableScenario } from "../scenarios/scenario-file.ts"
import type { Game, Kit } from "./kit.ts"
import { signAt, type SignChange, signChange } from "./signs.ts"

/** A message as a filled-in card. */
export interface Card {
  /** From 1, in the order of sending; those of one step in the order of their receivers. */
  readonly number: number
  readonly type: string
  /** Nodes. */
  readonly from: number
  readonly to: number
  readonly content: Tagged
}

/** A step of a game, and the cards that it creates. */
export interface Move {
  /**
   * `begin`: a node sends the messages with which it starts; `request` and `answer`: a request of a client or the
   * operator arrives, or its answer; `lose`: also a message that reaches a node that has crashed for good.
   */
  readonly kind:
    | "begin"
    | "timeout"
    | "deliver"
    | "request"
    | "answer"
    | "lose"
    | "duplicate"
    | "crash"
    | "client"
    | "operator"
  /** The node at which it happens; for an answer, the node that gives it. */
  readonly node: number
  /**
   * The timer of a timeout, the operation of a client, the members that the operator wants, or which of the two asks or
   * is answered.
   */
  readonly what: string
  /** The card that arrives or is lost. */
  readonly card: Card | null
  readonly sent: readonly Card[]
  /** The part of the paper's figure that begins with this step: `(a)`. */
  readonly label: string | null
  /** The signs that the node takes up and puts down. */
  readonly sign: SignChange
}

/** A game as played. */
export interface Played {
  /** The run, as `quorate trace` opens it. */
  readonly run: RunnableScenario
  /** The signs that nodes hold up when the players take over. */
  readonly signs: readonly (string | null)[]
  readonly moves: readonly Move[]
}

/** @throws Error if a line is impossible at its point */
export function play(kit: Kit, game: Game): Played {
  const before = extended(kit, game, [], game.before ?? [])
  const labels = new Map<number, string>()
  const steps = extended(kit, game, before, game.lines, labels)
  const run = runOf(kit, game, steps)
  const trace = traceOf(run)
  const signs = Array.from({ length: game.nodes }, (_, node) => signAt(kit, trace, node, before.length * STEP))
  return { run, signs, moves: movesIn(kit, trace, steps, before.length, labels) }
}

/**
 * Earlier steps, followed by the steps of some lines.
 *
 * @param labels the parts of a figure, by the step that each begins with
 */
function extended(
  kit: Kit,
  game: Game,
  before: readonly string[],
  lines: readonly string[],
  labels = new Map<number, string>(),
): readonly string[] {
  const steps = [...before]
  for (const line of lines) {
    if (/^\(\w\)$/.test(line)) {
      labels.set(steps.length, line)
      continue
    }
    const all = /^(settle(?: without)?|lose all of)((?: \d+)*)$/.exec(line)
    if (all === null) {
      steps.push(line)
      continue
    }
    const nodes = (all[2] ?? "").trim().split(" ").filter(Boolean).map(Number)
    const isOf = ({ from, to }: Messages, message: number): boolean =>
      nodes.includes(from[message]!) || nodes.includes(to[message]!)
    if (all[1] === "lose all of") steps.push(...underWay(kit, game, steps, isOf).map(address => `lose ${address}`))
    else settle(kit, game, steps, (messages, message) => !isOf(messages, message))
  }
  return steps
}

type Selection = (messages: Messages, message: number) => boolean

function settle(kit: Kit, game: Game, steps: string[], isMeant: Selection): void {
  for (;;) {
    const addresses = underWay(kit, game, steps, isMeant)
    if (addresses.length === 0) return
    steps.push(...addresses.map(address => `deliver ${address}`))
  }
}

/** The messages in flight after some steps, in the order of sending. */
function underWay(kit: Kit, game: Game, steps: readonly string[], isMeant: Selection): readonly string[] {
  const trace = traceOf(runOf(kit, game, steps))
  const ended = new Set(endsOf(trace, steps).map(({ message }) => message))
  return sentIn(trace).flatMap(message => {
    return !ended.has(message) && isMeant(trace.messages, message) ? [addressOf(trace, message)] : []
  })
}

/** The messages that somebody sent, in order, without a traitor's replacements. */
function sentIn({ messages }: Trace): readonly number[] {
  return messages.sent.flatMap((sent, message) => (messages.ended[message] === sent ? [] : [message]))
}

/** As scripts write it: `Prepare from 0 to 2`. */
function addressOf({ messages, types }: Trace, message: number): string {
  const named = (end: number): string => (end < 0 ? clientName(clientOf(end)) : String(end))
  const [from, to] = [messages.from[message]!, messages.to[message]!]
  return `${types[messages.type[message]!]} from ${named(from)} to ${named(to)}`
}

/** A step that ends a message, and the traitor's replacement of it, if any. */
interface End {
  readonly step: number
  readonly message: number
  readonly lie: Tagged | null
}

function endsOf(trace: Trace, steps: readonly string[]): readonly End[] {
  const waiting = Map.groupBy(sentIn(trace), message => addressOf(trace, message))
  return steps.flatMap((line, step) => {
    const match = /^(?:deliver|lose) (.+?)(?: as (.+))?$/.exec(line)
    const message = match === null ? undefined : waiting.get(match[1]!)?.shift()
    if (message === undefined) return []
    const lie: unknown = match![2] === undefined ? null : JSON.parse(match![2])
    return [{ step, message, lie: lie === null ? null : taggedOf(lie) }]
  })
}

function runOf({ name, service }: Kit, game: Game, steps: readonly string[]): RunnableScenario {
  const { nodes, parameters = {}, operations, traitors = [] } = game
  const file = {
    format: "quorate/scenario/v1",
    algorithm: name,
    service,
    nodes,
    parameters,
    network: { latency: { model: "constant", delay: "1ms" } },
    script: { operations, ...(traitors.length === 0 ? {} : { traitors }), steps },
    duration: `${steps.length + 1}ms`,
    seed: 1,
  }
  const read = decodeScenario(file, registry)
  if ("problems" in read) throw new Error(`${game.id}: ${read.problems.map(({ message }) => message).join("; ")}`)
  return read
}

function traceOf({ scenario, seed }: RunnableScenario): Trace {
  const { trace, result } = recordRun(toScenario(scenario, registry), seed)
  if (result.status === "failed") throw new Error(result.reason)
  return trace
}

function movesIn(
  kit: Kit,
  trace: Trace,
  steps: readonly string[],
  first: number,
  labels: ReadonlyMap<number, string>,
): readonly Move[] {
  const ends = endsOf(trace, steps)
  const cards = cardsIn(trace, first, ends)
  const sentAt = (step: number): readonly Card[] =>
    [...cards].flatMap(([message, card]) => (trace.messages.sent[message] === (step + 1) * STEP ? [card] : []))
  const begun = Map.groupBy(sentAt(-1), ({ from }) => from)
  const begins = [...begun].map(([node, sent]): Move => {
    return { kind: "begin", node, what: "", card: null, sent, sign: { up: null, down: null }, label: null }
  })
  const taken = steps.slice(first).map((line, place): Move => {
    const step = first + place
    const end = ends.find(each => each.step === step)
    const card = end === undefined ? null : (cards.get(end.message) ?? null)
    const read = readLine(line)
    const isGone = read.kind === "deliver" && steps.slice(0, step).includes(`crash ${read.node} for good`)
    return {
      ...read,
      kind: isGone ? "lose" : read.kind,
      label: labels.get(step) ?? null,
      card,
      sent: sentAt(step),
      sign: signChange(kit, trace, read.node, step * STEP, (step + 1) * STEP),
    }
  })
  return [...begins, ...taken]
}

/** The messages between nodes since a step, as cards: a traitor's with its replaced content. */
function cardsIn(trace: Trace, first: number, ends: readonly End[]): ReadonlyMap<number, Card> {
  const { messages, types } = trace
  const between = sentIn(trace).filter(isCard).toSorted(inOrder)
  function isCard(message: number): boolean {
    const [from, to] = [messages.from[message]!, messages.to[message]!]
    const isSince = first === 0 || messages.sent[message]! > first * STEP
    return isSince && from >= 0 && to >= 0 && from !== to
  }
  function inOrder(one: number, other: number): number {
    const { sent, from, to } = messages
    return sent[one]! - sent[other]! || from[one]! - from[other]! || to[one]! - to[other]!
  }
  const cardOf = (message: number, place: number): Card => ({
    number: place + 1,
    type: types[messages.type[message]!]!,
    from: messages.from[message]!,
    to: messages.to[message]!,
    content: ends.find(end => end.message === message)?.lie ?? taggedOf(messages.content[message]),
  })
  return new Map(between.map((message, place) => [message, cardOf(message, place)]))
}

function taggedOf(content: unknown): Tagged {
  if (typeof content === "object" && content !== null && "type" in content && typeof content.type === "string") {
    return { ...content, type: content.type }
  }
  throw new Error("a message without a type")
}

/** A line of a script, except what the cards show. */
function readLine(line: string): Pick<Move, "kind" | "node" | "what"> {
  const timeout = /^timeout (\S+) of (\d+)$/.exec(line)
  if (timeout !== null) return { kind: "timeout", node: Number(timeout[2]), what: timeout[1]! }
  const crash = /^crash (\d+)(.*)$/.exec(line)
  if (crash !== null) return { kind: "crash", node: Number(crash[1]), what: crash[2]!.trim() }
  const client = /^client (\d+): (.+)$/.exec(line)
  if (client !== null) return { kind: "client", node: Number(client[1]), what: client[2]! }
  const change = /^operator: ask (\d+) for members (.+)$/.exec(line)
  if (change !== null) return { kind: "operator", node: Number(change[1]), what: change[2]! }
  const message = /^(deliver|lose|duplicate) \S+(?: #\d+)? from (\S+(?: \d+)?) to (\S+(?: \d+)?)/.exec(line)
  if (message === null) throw new Error(`"${line}" is no step`)
  const [, kind, from, to] = message
  const outside = /^(client|operator)/
  const [asks, told] = [outside.exec(from!)?.[1], outside.exec(to!)?.[1]]
  const [node, what] = [Number(told === undefined ? to : from), asks ?? told ?? ""]
  if (kind !== "deliver") return { kind: kind === "lose" ? kind : "duplicate", node, what }
  return { kind: asks !== undefined ? "request" : told !== undefined ? "answer" : "deliver", node, what }
}
