/**
 * The protocol between the two sides of the sandbox's wall, as plain data.
 *
 * The trusted side calls a handler of a node; the submission's side returns what the handler did. A submission can send
 * nothing else: the trusted side applies these effects and judges them.
 */
import type { Parameters } from "../../runtime/contract/parameters.ts"
import type { Micros } from "../../runtime/contract/units.ts"
import type { Effect, ProcessEvent } from "../../runtime/process/effect.ts"
import type { ProcessIdentity } from "../../runtime/process/process.ts"

export type Call =
  | { readonly type: "describe" }
  | { readonly type: "disk"; readonly identity: ProcessIdentity }
  | { readonly type: "state"; readonly identity: ProcessIdentity; readonly disk: object }
  | { readonly type: "handle"; readonly event: ProcessEvent; readonly now: Micros }
  /** A step of a node that is a value: it is given everything it knows, and the answer's value is its new state. */
  | {
      readonly type: "step"
      readonly identity: ProcessIdentity
      readonly state: object
      readonly disk: object
      readonly event: ProcessEvent
      readonly now: Micros
    }
  /** The state, for the report of a failure, or as a value. */
  | { readonly type: "show" }

export interface Answer {
  /** The value that the call returned: a description, a new disk, the state to show. */
  readonly value?: unknown
  /** The effects of the handler, in its order. */
  readonly effects: readonly Effect[]
  /** The lines that it printed. */
  readonly lines: readonly string[]
  /**
   * The exception that it threw; its earlier effects are dropped. It crosses as text, since no object of the
   * submission's side is trusted to be an error, and no library runs there that could encode one.
   */
  readonly error?: { readonly message: string; readonly stack: string }
}

/** The parts of an algorithm that a host needs to know; the rest stays behind the wall. */
export interface AlgorithmOutline {
  readonly name: string
  readonly title: string
  readonly source: string
  readonly summary: string
  readonly receive: readonly string[]
  readonly timeout: readonly string[]
  readonly request: readonly string[]
  readonly parameters: Parameters
  readonly answers: readonly string[]
  readonly roles: readonly RoleOutline[]
  /** True if it has its own handler for later boots. */
  readonly recovers: boolean
}

/** A role of an algorithm. */
export interface RoleOutline {
  readonly name: string
  readonly doc: string
  readonly count: number
  readonly receive: readonly string[]
  readonly timeout: readonly string[]
  /** Absent from a role that serves no clients. */
  readonly request?: readonly string[]
}

/** The data that the thread is started with. */
export interface Workload {
  readonly memory: SharedArrayBuffer
  /** The submission and `realm.ts`, as one script; its value is a function that creates a realm. */
  readonly script: string
}

/** In place of a realm: none. */
export const NO_REALM = -1

/** The complaint about an answer that is only possible if a submission patches the globals of its realm. */
export const TAMPERED = "the submission's thread was tampered with"
