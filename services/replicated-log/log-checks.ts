/**
 * The checks on what nodes execute: that they agree entry by entry, execute in order and once, keep what was
 * acknowledged, and execute nothing that no client sent.
 *
 * The service keeps the log as the nodes first executed it: a number for each entry, in a ring of the last million
 * indices, and one machine that executes every entry once ({@link ExpectedAnswers}).
 *
 * An entry that a node executed need not be reported: a crash may take the report and leave the snapshot that covers the
 * entry. Such an index is learnt late, from a node that is behind, or not at all; what depends on it is then undecided.
 *
 * An acknowledged write is lost if nobody executed it, if another entry took its index, or if the log has come to end
 * before it: no node that is up has executed it any more, and the log has taken another course, or an operation begun
 * since was served without it, or the group has settled ({@link LogChecks.finish}).
 */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import { formatDuration, type Micros } from "../../runtime/contract/units.ts"
import type { CheckName } from "./description.ts"
import { type Answer, ExpectedAnswers } from "./expected-answers.ts"
import type { Command, Operation, Result } from "./command.ts"
import { Progress } from "./progress.ts"
import type { Applied } from "./shape.ts"

/** Indices kept at first, and at most; a node that is further behind the first is not compared. */
const MIN_RING = 1 << 8
const MAX_RING = 1 << 20

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

/** A write that a client was told of and that no node has reported. */
interface Awaited {
  readonly operation: Operation
  readonly result: Result
  /** When its client was told. */
  readonly at: Micros
}

export class LogChecks {
  readonly #sent: Sent
  readonly #violated: Violated
  readonly #now: () => Micros
  readonly #answers: ExpectedAnswers
  readonly #progress: Progress
  /** The highest index that any node has executed. */
  #top = 0
  #names = new Float64Array(MIN_RING)
  /** Whether a client was told of the write at an index. */
  #isAcknowledged = new Uint8Array(MIN_RING)
  readonly #firstBy: NodeId[] = []
  /** For each session the index at which its last command was reported first. */
  readonly #indexOf: number[] = []
  /** That command itself. */
  readonly #commandOf: Command[] = []
  /** Writes that a client was told of and no node has reported, by name. */
  readonly #awaited = new Map<number, Awaited>()
  /** Whether nodes executed different entries at one index. */
  #hasForked = false
  #compared = true
  #isKeptUncertain = false
  /** Acknowledged writes that were lost. */
  acknowledgedLost = 0

  constructor(nodes: number, sent: Sent, now: () => Micros, violated: Violated) {
    this.#sent = sent
    this.#violated = violated
    this.#now = now
    this.#progress = new Progress(nodes)
    this.#answers = new ExpectedAnswers((answer, expected, index) => this.#wrongAnswer(answer, expected, index))
  }

  /** Why nothing can be said of a check that was not violated; undefined if it holds. */
  undecided(check: CheckName): string | undefined {
    if (check === "log-agreement" && !this.#compared) {
      return "a node was so far behind that its entries were not compared"
    }
    const unreported = `no node reported index ${this.#answers.firstUnreported}, which a snapshot covers`
    if (check === "applied-once" && this.#answers.isUncertain)
      return `${unreported}: answers after it were not compared`
    if (check === "acknowledged-writes-kept" && this.#isKeptUncertain) return `${unreported}: it may hold the write`
    return undefined
  }

  nodeDown(node: NodeId): void {
    this.#progress.nodeDown(node)
  }

  restored(node: NodeId, index: number): void {
    this.#progress.restored(node, index)
  }

  applied(node: NodeId, { index, command }: Applied): void {
    const expected = this.#progress.applied(node, index)
    if (index !== expected) this.#outOfOrder(node, index, expected)
    if (index > this.#top) this.#enter(node, index, command)
    else this.#compare(node, index, command)
  }

  /** A client begins an operation. */
  begun(session: number): void {
    this.#progress.begun(session)
  }

  /** A client was told of a result of its operation with this sequence number. */
  acknowledged(session: number, sequence: number, operation: Operation, result: Result): void {
    this.#progress.served(session)
    const last = this.#commandOf[session]
    const isWrite = operation.op !== "get" && result.done
    if (last === undefined || last.sequence < sequence) {
      // Some algorithms answer reads without executing them through the log.
      if (isWrite) this.#awaited.set(session * SESSION + sequence, { operation, result, at: this.#now() })
      return
    }
    if (last.sequence > sequence) return
    this.#answers.judge(session, sequence, operation, result)
    if (isWrite) this.#acknowledge(this.#indexOf[session]!)
  }

  /**
   * At the end of the run: finds the acknowledged writes that are gone.
   *
   * @param hasSettled whether the group has had all the time it needs to execute what its log holds
   */
  finish(hasSettled = false): void {
    const { covered, held, acknowledged, servedWithout } = this.#progress
    for (const [name, { at }] of this.#awaited) {
      if (this.#answers.firstUnreported <= covered) this.#isKeptUncertain = true
      else
        this.#lose(
          `${inWords(name)} was executed by no node, but its client was told at ${formatDuration(at)} that it was done`,
        )
    }
    const last = this.#hasForked || hasSettled ? acknowledged : servedWithout
    for (let index = Math.max(held, this.#top - this.#names.length) + 1; index <= last; index++) {
      const place = this.#place(index)
      if (this.#isAcknowledged[place] !== 1) continue
      this.#isAcknowledged[place] = ALREADY_LOST
      const end = `the log of every node that is up ends at index ${held}`
      this.#lose(`${end}, but a client was told that ${inWords(this.#names[place]!)} at index ${index} was done`)
    }
  }

  #place(index: number): number {
    return index & (this.#names.length - 1)
  }

  #lose(witness: string): void {
    this.acknowledgedLost++
    this.#violated("acknowledged-writes-kept", witness)
  }

  #acknowledge(index: number): void {
    if (index <= this.#top - this.#names.length) return
    this.#isAcknowledged[this.#place(index)] = 1
    if (index > this.#progress.acknowledged) this.#progress.acknowledged = index
  }

  /** An entry is executed beyond all that were executed before. */
  #enter(node: NodeId, index: number, command: Command | null): void {
    while (index >= this.#names.length && this.#names.length < MAX_RING) this.#grow()
    for (let skipped = this.#top + 1; skipped < index; skipped++) {
      this.#names[this.#place(skipped)] = Number.NaN
      this.#isAcknowledged[this.#place(skipped)] = 0
    }
    this.#top = index
    this.#isAcknowledged[this.#place(index)] = 0
    this.#record(node, index, command)
  }

  /** A node is the first to report the entry at an index. */
  #record(node: NodeId, index: number, command: Command | null): void {
    this.#names[this.#place(index)] = nameOf(command)
    this.#firstBy[index % FIRST_BY] = node
    this.#answers.enter(index, command)
    if (command === null) return
    this.#checkAskedFor(node, index, command)
    const { session, sequence } = command
    const last = this.#commandOf[session]
    if (last !== undefined && last.sequence >= sequence) return
    this.#indexOf[session] = index
    this.#commandOf[session] = command
    if (this.#awaited.size > 0) this.#judgeAwaited(index, command)
  }

  /** A write is executed of which its client was told before. */
  #judgeAwaited(index: number, command: Command): void {
    const { session, sequence } = command
    const awaited = this.#awaited.get(nameOf(command))
    if (awaited === undefined) return
    this.#awaited.delete(nameOf(command))
    this.#answers.judge(session, sequence, awaited.operation, awaited.result)
    this.#acknowledge(index)
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
    if (Number.isNaN(known)) return this.#record(node, index, command)
    this.#hasForked = true
    const first = index > this.#top - FIRST_BY ? `node ${this.#firstBy[index % FIRST_BY]}` : "another node"
    const difference = `node ${node} executed ${inWords(name)} at index ${index}, where ${first} executed ${inWords(known)}`
    this.#violated("log-agreement", difference)
    if (this.#isAcknowledged[place] === 1) {
      this.#isAcknowledged[place] = ALREADY_LOST
      this.#lose(`${difference}, which its client was told was done`)
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

  #wrongAnswer({ session, sequence, operation, result }: Answer, expected: Result, index: number): void {
    this.#violated(
      "applied-once",
      `client ${session} was answered ${show(result)} to its ${operation.op} (command ${sequence}); ` +
        `executing the log up to index ${index} once gives ${show(expected)}`,
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
