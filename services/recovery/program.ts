/**
 * The computation: processes that take steps of work, each of which may end with a message to another process or with output
 * to the outside world, and that receive messages in between.
 *
 * Processes are piecewise deterministic (Strom and Yemini 1985): the order in which messages are received is left to
 * chance, everything else follows from the program. The action of a step depends only on the process and the step's
 * place, so that all executions reach the same result; its content, a digest, depends on everything received before.
 */
import { logarithm } from "../../runtime/lib/exact-math.ts"
import { GOLDEN, mix } from "../../runtime/lib/random.ts"
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import type { Micros } from "../../runtime/contract/units.ts"

/** The program of all processes, as plain data. */
export interface Program {
  readonly seed: number
  readonly processes: number
  /** Steps of each process. */
  readonly steps: number
  /** Mean work of a step. */
  readonly step: Micros
  readonly stepTimes: "constant" | "exponential"
  /**
   * Work of the first step of process 0; those of later processes are spread evenly over a step; 0: as all other steps.
   */
  readonly firstStep: Micros
  /** Shares of steps that end with a message, and with output. */
  readonly messages: number
  readonly outputs: number
  readonly receivers: "random" | "next"
  /** Bytes of a process's state, of a message, and of one disk write. */
  readonly image: number
  readonly payload: number
  readonly block: number
  /** Time to load a checkpoint. */
  readonly restart: Micros
}

/** A message of the computation; its content represents the state from which it was sent. */
export interface Content {
  /** Place among the messages from its sender to its receiver, from 0. */
  readonly number: number
  /** Digest of the sender's state. */
  readonly digest: number
  /** State interval of the sender: the number of messages that it had received. */
  readonly interval: number
}

export type Action =
  | { readonly type: "message"; readonly to: NodeId }
  | { readonly type: "output" }
  | { readonly type: "nothing" }

export interface Step {
  readonly work: Micros
  /** The action with which it ends. */
  readonly action: Action
}

/** The state of a process. */
export interface Application {
  /** Steps taken, and their total work. */
  steps: number
  done: Micros
  /** Digest of everything done and received, in order. */
  digest: number
  /** Sum over everything done and received, independent of the order. */
  result: number
  /** Messages sent to, and received from, each process. */
  readonly sent: number[]
  readonly received: number[]
  /** The total of messages received: the number of the state interval. */
  receipts: number
  outputs: number
}

export function initialApplication(processes: number): Application {
  const none = (): number[] => Array.from({ length: processes }, () => 0)
  return { steps: 0, done: 0, digest: 0, result: 0, sent: none(), received: none(), receipts: 0, outputs: 0 }
}

export function copyOf(application: Application): Application {
  return { ...application, sent: [...application.sent], received: [...application.received] }
}

/** Purposes of a step's draws, which are independent of each other. */
const WORK = 1
const ACTION = 2
const RECEIVER = 3

/** A step of a process, by its place from 0. */
export function stepOf(program: Program, process: NodeId, place: number): Step {
  return { work: workOf(program, process, place), action: actionOf(program, process, place) }
}

function workOf(program: Program, process: NodeId, place: number): Micros {
  const { step, firstStep, stepTimes, processes } = program
  if (place === 0 && firstStep > 0) return firstStep + Math.round((step * process) / processes)
  if (stepTimes === "constant") return step
  return Math.max(1, Math.round(-step * logarithm(1 - drawOf(program, process, place, WORK))))
}

function actionOf(program: Program, process: NodeId, place: number): Action {
  const { processes, messages, outputs, receivers } = program
  const draw = drawOf(program, process, place, ACTION)
  if (draw >= messages) return { type: draw < messages + outputs ? "output" : "nothing" }
  if (processes < 2) return { type: "nothing" }
  const distance =
    receivers === "next" ? 1 : 1 + Math.floor(drawOf(program, process, place, RECEIVER) * (processes - 1))
  return { type: "message", to: (process + distance) % processes }
}

/** A number from 0 (included) to 1 (excluded). */
function drawOf({ seed }: Program, process: NodeId, place: number, purpose: number): number {
  return digestOf(seed, process, place, purpose) / 0x1_0000_0000
}

/** A digest of 32 bits. */
export function digestOf(...values: readonly number[]): number {
  let digest = GOLDEN
  for (const value of values) digest = mix(digest ^ Math.imul(value + 1, GOLDEN)) >>> 0
  return digest
}

/** Takes the next step, and counts its message or output as sent. */
export function takeStep(application: Application, process: NodeId, { work, action }: Step): void {
  application.digest = digestOf(application.digest, application.steps)
  application.result = sum(application.result, digestOf(process, application.steps))
  application.steps++
  application.done += work
  if (action.type === "message") application.sent[action.to]!++
  if (action.type === "output") application.outputs++
}

export function receive(application: Application, process: NodeId, from: NodeId, { number, digest }: Content): void {
  application.digest = digestOf(application.digest, from, number, digest)
  application.result = sum(application.result, digestOf(from, process, number))
  application.received[from]!++
  application.receipts++
}

function sum(result: number, more: number): number {
  return (result + more) >>> 0
}

/** The end of an undisturbed run, which does not depend on the order in which messages are received. */
export interface Expected {
  readonly results: readonly number[]
  /** Messages that each process receives from each, and outputs of each. */
  readonly received: readonly (readonly number[])[]
  readonly outputs: readonly number[]
  /** Work of each process. */
  readonly work: readonly Micros[]
}

/** Runs the program without failures. */
export function undisturbed(program: Program): Expected {
  const { processes, steps } = program
  const ends = Array.from({ length: processes }, () => initialApplication(processes))
  for (const [process, application] of ends.entries()) {
    for (let place = 0; place < steps; place++) takeStep(application, process, stepOf(program, process, place))
  }
  for (const [from, { sent }] of ends.entries()) {
    for (const [to, count] of sent.entries()) {
      for (let number = 0; number < count; number++) receive(ends[to]!, to, from, { number, digest: 0, interval: 0 })
    }
  }
  return {
    results: ends.map(({ result }) => result),
    received: ends.map(({ received }) => received),
    outputs: ends.map(({ outputs }) => outputs),
    work: ends.map(({ done }) => done),
  }
}
