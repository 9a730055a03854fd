/**
 * The checks on what nodes execute: that they agree entry by entry, execute in order and once, keep what was
 * acknowledged, and execute nothing that no client sent.
 *
 * The service keeps the log as the nodes first executed it: a number for each entry, in a ring of the last million
 * indices, and one machine that executes every entry once, whose answers are the right ones.
 */
import type { NodeId } from "../../runtime/algorithm.ts"
import { formatDuration, type Micros } from "../../runtime/units.ts"
import type { CheckName } from "./description.ts"
import { type Command, emptyMachine, execute, type Operation, type Result } from "./machine.ts"
import type { Applied } from "./shape.ts"

/** Indices kept at first, and at most; a node that is further behind the first is not compared. */
const SHORTEST_RING = 1 << 8
const LONGEST_RING = 1 << 20

/** Entries are named by numbers: commands by session and sequence, and this one for an entry without a command. */
const NO_COMMAND = 0
const SESSION = 2 ** 31

function nameOf(command: Command | null): number {
  return command === null ? NO_COMMAND : command.session * SESSION + command.sequence
}

function inWords(name: number): string {
  if (name === NO_COMMAND) return "an entry without a command"
  return `command ${name % SESSION} of client ${Math.floor(name / SESSION)}`
}

/** What the checks must know of the clients. */
export interface Sent {
  /** The highest sequence number that the session has used; 0 if there is no such session. */
  lastSequence(session: number): number
  /** The command that the session has in flight, or null. */
  commandOf(session: number): Command | null
}

/** Called with each violation found. */
export type Violated = (check: CheckName, witness: string) => void

export class LogChecks {
  readonly #sent: Sent
  readonly #violated: Violated
  readonly #now: () => Micros
  /** For each node the index it has to execute next. */
  readonly #expected: Int32Array
  /** The highest index that any node has executed. */
  #top = 0
  #names = new Float64Array(SHORTEST_RING)
  /** Whether a client was told of the write at an index. */
  #isAcknowledged = new Uint8Array(SHORTEST_RING)
  readonly #firstBy: NodeId[] = []
  readonly #machine = emptyMachine()
  /** For each session the index at which its last command was executed first. */
  readonly #indexOf: number[] = []
  /** That command itself. */
  readonly #commandOf: Command[] = []
  /** Writes that a client was told of and no node has executed, with the time of the answer. */
  readonly #awaited = new Map<number, Micros>()
  #compared = true
  /** Writes that a client was told of and whose place in the log another entry took, or that nobody executed. */
  acknowledgedLost = 0

  constructor(nodes: number, sent: Sent, now: () => Micros, violated: Violated) {
    this.#sent = sent
    this.#violated = violated
    this.#now = now
    this.#expected = new Int32Array(nodes).fill(1)
  }

  /** Whether every entry executed could be compared with those of the other nodes. */
  get comparedAll(): boolean {
    return this.#compared
  }

  nodeDown(node: NodeId): void {
    this.#expected[node] = 1
  }

  restored(node: NodeId, index: number): void {
    this.#expected[node] = index + 1
  }

  applied(node: NodeId, { index, command }: Applied): void {
    if (index !== this.#expected[node]) this.#outOfOrder(node, index, this.#expected[node]!)
    this.#expected[node] = index + 1
    if (index > this.#top) this.#enter(node, index, command)
    else this.#compare(node, index, command)
  }

  /** A client was told of a result of its operation with this sequence number. */
  acknowledged(session: number, sequence: number, operation: Operation, result: Result): void {
    const last = this.#machine.sessions[session]
    const isWrite = operation.op !== "get" && result.done
    if (last === undefined || last.sequence < sequence) {
      // Some algorithms answer reads without executing them through the log.
      if (isWrite) this.#awaited.set(session * SESSION + sequence, this.#now())
      return
    }
    if (last.sequence > sequence) return
    const index = this.#indexOf[session]!
    if (last.result.done !== result.done || last.result.value !== result.value) {
      this.#violated(
        "applied-once",
        `client ${session} was answered ${show(result)} to its ${operation.op} (command ${sequence}); ` +
          `executing the log up to index ${index} once gives ${show(last.result)}`,
      )
    }
    if (isWrite) this.#isAcknowledged[this.#place(index)] = 1
  }

  /** At the end of the run: writes that a client was told of and that nobody has executed are lost. */
  finish(): void {
    this.acknowledgedLost += this.#awaited.size
    for (const [name, at] of this.#awaited) {
      const told = `its client was told at ${formatDuration(at)} that it was done`
      this.#violated("acknowledged-writes-kept", `${inWords(name)} was executed by no node, but ${told}`)
    }
  }

  #place(index: number): number {
    return index & (this.#names.length - 1)
  }

  /** An entry is executed for the first time. */
  #enter(node: NodeId, index: number, command: Command | null): void {
    while (index >= this.#names.length && this.#names.length < LONGEST_RING) this.#grow()
    for (let skipped = this.#top + 1; skipped < index; skipped++) this.#names[this.#place(skipped)] = Number.NaN
    this.#top = index
    const place = this.#place(index)
    this.#names[place] = nameOf(command)
    this.#isAcknowledged[place] = 0
    this.#firstBy[index % FIRST_BY] = node
    if (command === null) return
    this.#checkAskedFor(node, index, command)
    const last = this.#machine.sessions[command.session]
    if (last !== undefined && last.sequence >= command.sequence) return
    execute(this.#machine, command)
    this.#indexOf[command.session] = index
    this.#commandOf[command.session] = command
    if (this.#awaited.size > 0 && this.#awaited.delete(nameOf(command))) this.#isAcknowledged[place] = 1
  }

  #compare(node: NodeId, index: number, command: Command | null): void {
    // Mostly it is the very command that its session had executed last, and at this index.
    if (command !== null && this.#commandOf[command.session] === command && this.#indexOf[command.session] === index)
      return
    const name = nameOf(command)
    if (index <= this.#top - this.#names.length) {
      this.#compared = false
      return
    }
    const place = this.#place(index)
    const known = this.#names[place]!
    if (name === known) {
      if (command !== null) this.#compareOperations(node, index, command)
      return
    }
    if (Number.isNaN(known)) {
      this.#names[place] = name
      return
    }
    const first = index > this.#top - FIRST_BY ? `node ${this.#firstBy[index % FIRST_BY]}` : "another node"
    const difference = `node ${node} executed ${inWords(name)} at index ${index}, where ${first} executed ${inWords(known)}`
    this.#violated("log-agreement", difference)
    if (this.#isAcknowledged[place] === 1) {
      this.#isAcknowledged[place] = ALREADY_LOST
      this.acknowledgedLost++
      this.#violated("acknowledged-writes-kept", `${difference}, which its client was told was done`)
    }
  }

  /** Entries of one name ask for the same, as long as their session has had nothing else executed since. */
  #compareOperations(node: NodeId, index: number, command: Command): void {
    const first = this.#commandOf[command.session]
    if (first === command || first?.sequence !== command.sequence || isEqual(first, command)) return
    this.#violated(
      "log-agreement",
      `node ${node} executed ${inWords(nameOf(command))} at index ${index} as ${JSON.stringify(command.operation)}, ` +
        `where another node executed ${JSON.stringify(first.operation)}`,
    )
  }

  #outOfOrder(node: NodeId, index: number, expected: number): void {
    const how = index < expected ? `had executed up to ${expected - 1}` : `skipped ${expected} to ${index - 1}`
    this.#violated("applied-once", `node ${node} executed index ${index}, but ${how}`)
  }

  #checkAskedFor(node: NodeId, index: number, command: Command): void {
    const { session, sequence, operation } = command
    const sent = this.#sent.commandOf(session)
    const isSent = sequence >= 1 && sequence <= this.#sent.lastSequence(session)
    const isAltered = sent !== command && sent?.sequence === sequence && !isEqual(sent, command)
    if (isSent && !isAltered) return
    const what = isSent ? `altered to ${JSON.stringify(operation)}` : "which no client sent"
    this.#violated("asked-for", `node ${node} executed ${inWords(nameOf(command))} at index ${index}, ${what}`)
  }

  #grow(): void {
    const size = this.#names.length
    const names = new Float64Array(2 * size)
    const isAcknowledged = new Uint8Array(2 * size)
    for (let index = Math.max(0, this.#top - size + 1); index <= this.#top; index++) {
      names[index & (2 * size - 1)] = this.#names[index & (size - 1)]!
      isAcknowledged[index & (2 * size - 1)] = this.#isAcknowledged[index & (size - 1)]!
    }
    this.#names = names
    this.#isAcknowledged = isAcknowledged
  }
}

/** Marks an acknowledged write that has been found lost, so that it counts once. */
const ALREADY_LOST = 2

/** So many of the last indices remember which node executed them first, for witnesses. */
const FIRST_BY = 1024

function isEqual(a: Command, b: Command): boolean {
  return JSON.stringify(a.operation) === JSON.stringify(b.operation)
}

function show({ done, value }: Result): string {
  return `${done ? "done" : "refused"}, ${JSON.stringify(value)}`
}
