/**
 * The answers that clients should get: those of executing the log, as nodes first reported it, once and in order.
 *
 * An index that no node has reported (its node installed a snapshot instead) holds up all after it: what it did is not
 * known. A node that is behind may still report it; then the answers after it are compared late.
 */
import { emptyMachine, execute } from "./machine.ts"
import type { Command, Operation, Result } from "./command.ts"

/** Entries kept beyond an index that nobody has reported; with more, later answers are not compared any more. */
const MAX_WAITING = 1 << 16

/** An answer that a client got. */
export interface Answer {
  readonly session: number
  readonly sequence: number
  readonly operation: Operation
  readonly result: Result
}

/** Called with an answer that is not the expected one. @param index where the command was executed first */
export type WrongAnswer = (answer: Answer, expected: Result, index: number) => void

export class ExpectedAnswers {
  readonly #wrong: WrongAnswer
  readonly #machine = emptyMachine()
  /** For each session the index at which its last command was executed. */
  readonly #indexOf: number[] = []
  /** The first index that nobody has reported. */
  #next = 1
  /** Entries beyond it, by index. */
  readonly #waiting = new Map<number, Command | null>()
  /** Answers to commands that are not executed yet, by session: a session has one operation at a time. */
  readonly #unjudged = new Map<number, Answer[]>()
  #hasGivenUp = false
  /** Answers that nobody will compare. */
  #uncompared = 0

  constructor(wrong: WrongAnswer) {
    this.#wrong = wrong
  }

  /** The first index that no node has reported. */
  get firstUnreported(): number {
    return this.#next
  }

  /** Whether there are answers that could not be compared. */
  get isUncertain(): boolean {
    return this.#uncompared > 0 || this.#unjudged.size > 0
  }

  /** A node is the first to report the entry at an index. */
  enter(index: number, command: Command | null): void {
    if (index !== this.#next) return this.#keep(index, command)
    this.#execute(index, command)
    if (this.#waiting.size > 0) this.#executeWaiting()
  }

  /** A client got an answer to a command that a node has reported. */
  judge(session: number, sequence: number, operation: Operation, result: Result): void {
    const last = this.#machine.sessions[session]
    if (last === undefined || last.sequence < sequence) {
      return this.#postpone({ session, sequence, operation, result })
    }
    if (last.sequence > sequence || isSame(last.result, result)) return
    this.#wrong({ session, sequence, operation, result }, last.result, this.#indexOf[session]!)
  }

  #execute(index: number, command: Command | null): void {
    this.#next = index + 1
    if (command === null) return
    const { session, sequence } = command
    const last = this.#machine.sessions[session]
    if (last !== undefined && last.sequence >= sequence) return
    execute(this.#machine, command)
    this.#indexOf[session] = index
    if (this.#unjudged.size > 0) this.#judgeLate(session, sequence)
  }

  #executeWaiting(): void {
    for (;;) {
      const command = this.#waiting.get(this.#next)
      if (command === undefined) return
      this.#waiting.delete(this.#next)
      this.#execute(this.#next, command)
    }
  }

  #keep(index: number, command: Command | null): void {
    if (this.#hasGivenUp) return
    this.#waiting.set(index, command)
    if (this.#waiting.size <= MAX_WAITING) return
    this.#hasGivenUp = true
    this.#waiting.clear()
    for (const answers of this.#unjudged.values()) this.#uncompared += answers.length
    this.#unjudged.clear()
  }

  #postpone(answer: Answer): void {
    if (this.#hasGivenUp) {
      this.#uncompared++
      return
    }
    const answers = this.#unjudged.get(answer.session) ?? []
    answers.push(answer)
    this.#unjudged.set(answer.session, answers)
  }

  #judgeLate(session: number, sequence: number): void {
    const answers = this.#unjudged.get(session)
    if (answers === undefined) return
    const due = answers.filter(answer => answer.sequence === sequence)
    const left = answers.filter(answer => answer.sequence > sequence)
    if (left.length > 0) this.#unjudged.set(session, left)
    else this.#unjudged.delete(session)
    for (const { operation, result } of due) this.judge(session, sequence, operation, result)
  }
}

function isSame(a: Result, b: Result): boolean {
  return a.done === b.done && a.value === b.value
}
