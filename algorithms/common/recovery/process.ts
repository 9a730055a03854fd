/**
 * A process of the computation, as recovery protocols see it: it works, pauses, takes steps and receives messages; its state
 * can be copied and restored. The protocol decides what happens to messages, and when the state is saved.
 */
import { invariant, type NodeId, type Release } from "../../../runtime/contract/algorithm.ts"
import type { Micros } from "../../../runtime/contract/units.ts"
import {
  type Application,
  type Content,
  copyOf,
  initialApplication,
  type Program,
  receive,
  type Step,
  stepOf,
  takeStep,
} from "../../../services/recovery/program.ts"
import type { Fact } from "../../../services/recovery/shape.ts"

export interface Process {
  /** Null until its client has started it. */
  program: Program | null
  application: Application
  /** Work done in the current step. */
  worked: Micros
  /** The time when it began to work, by its own clock; null: it is paused. */
  since: Micros | null
}

/** The state of a process at one moment. */
export interface Image {
  readonly application: Application
  readonly worked: Micros
}

/** The part of a node that a process needs. */
export interface Computer {
  readonly id: NodeId
  readonly state: { readonly process: Process }
  now(): Micros
  setTimer(name: "step", delay: Micros): void
  cancelTimer(name: "step"): void
  report(fact: Fact, release?: Release): void
}

export function newProcess(processes: number): Process {
  return { program: null, application: initialApplication(processes), worked: 0, since: null }
}

export function initialImage(processes: number): Image {
  return { application: initialApplication(processes), worked: 0 }
}

/** Works until the end of the current step; does nothing after the last step. */
export function work(node: Computer): void {
  const { process } = node.state
  const { program, application, worked } = process
  if (process.since !== null || program === null) return
  process.since = node.now()
  if (hasFinished(process)) return
  node.report({ type: "working", progress: progressOf(process) }, "now")
  node.setTimer("step", Math.max(0, stepOf(program, node.id, application.steps).work - worked))
}

/** Pauses, keeping the work done in the current step. */
export function stand(node: Computer): void {
  const { process } = node.state
  if (process.since === null) return
  if (!hasFinished(process)) process.worked += node.now() - process.since
  process.since = null
  node.cancelTimer("step")
  node.report({ type: "standing", progress: progressOf(process) }, "now")
}

export function hasFinished({ program, application }: Process): boolean {
  return program !== null && application.steps === program.steps
}

/** The work done so far by a process that is paused, or has just begun to work. */
function progressOf({ application, worked }: Process): Micros {
  return application.done + worked
}

/** Finishes the current step. @returns the step; the protocol handles what it ends with, and then reports the end */
export function finishStep(node: Computer): Step {
  const { process } = node.state
  const { program, application } = process
  invariant(program !== null && process.since !== null, "a process that stands still takes no step")
  const step = stepOf(program, node.id, application.steps)
  takeStep(application, node.id, step)
  process.worked = 0
  process.since = node.now()
  if (step.action.type === "output") node.report({ type: "produced", number: application.outputs - 1 }, "now")
  if (application.steps < program.steps) {
    node.setTimer("step", stepOf(program, node.id, application.steps).work)
  } else {
    node.report({ type: "standing", progress: application.done }, "now")
  }
  return step
}

/** The content of the message that the step just taken sends to a process. */
export function contentFor({ application }: Process, to: NodeId): Content {
  const { sent, digest, receipts } = application
  return { number: sent[to]! - 1, digest, interval: receipts }
}

/** The process acts on a message. @param release `now` where a process does not wait for its disk */
export function accept(node: Computer, from: NodeId, { number, digest, interval }: Content, release?: Release): void {
  const { process } = node.state
  invariant(
    number === process.application.received[from]!,
    "a process receives the messages of each other in the order in which they were sent, each once",
  )
  receive(process.application, node.id, from, { number, digest, interval })
  node.report({ type: "received", from, number, digest, interval }, release)
  reportIfFinished(node, release)
}

/** Reports the end, after what the last step ends with. @param release `now` where a process does not wait for its disk */
export function reportIfFinished(node: Computer, release?: Release): void {
  const { process } = node.state
  if (!hasFinished(process)) return
  const { result, received } = process.application
  node.report({ type: "finished", result, received: [...received] }, release)
}

/** A copy of the state of a paused process. */
export function imageOf({ state: { process } }: Computer): Image {
  const { application, worked, since } = process
  invariant(since === null, "a process that works is not copied")
  return { application: copyOf(application), worked }
}

/**
 * Restores a state; the process is paused. @param discarded number of later checkpoints discarded
 *
 * @param release `now` where a process does not wait for its disk
 */
export function restore(node: Computer, image: Image, discarded: number, release?: Release): void {
  const { process } = node.state
  invariant(process.since === null, "a process that works is not rolled back")
  process.application = copyOf(image.application)
  process.worked = image.worked
  const { sent, received, steps, receipts } = process.application
  node.report(
    {
      type: "restored",
      sent: [...sent],
      received: [...received],
      progress: progressOf(process),
      discarded,
      isInitial: steps === 0 && receipts === 0 && image.worked === 0,
    },
    release,
  )
  reportIfFinished(node, release)
}
