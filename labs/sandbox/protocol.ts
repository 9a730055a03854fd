/**
 * The protocol between the two sides of the sandbox's wall, as plain data.
 *
 * The trusted side calls a handler of a node; the submission's side returns what the handler did. A submission can say
 * nothing else: what these effects amount to, and what a test makes of them, is found out on the trusted side.
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
  /** A step of a node that is a value: it is given all it knows, and its state comes back, as the value of the answer. */
  | {
      readonly type: "step"
      readonly identity: ProcessIdentity
      readonly state: object
      readonly disk: object
      readonly event: ProcessEvent
      readonly now: Micros
    }
  /** The state, for a failure's account, or as a value. */
  | { readonly type: "show" }

export interface Answer {
  /** The value that the call returned: a description, a new disk, the state to show. */
  readonly value?: unknown
  /** The effects of the handler, in its order. */
  readonly effects: readonly Effect[]
  /** The lines it printed. */
  readonly lines: readonly string[]
  /**
   * The exception it threw; what it did before has no effect. It crosses as text, since nothing of the submission's side
   * is trusted to be an error, and no library runs there that could encode one.
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
  /** It has a handler of its own for later boots. */
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
  /** The submission and `realm.ts`, as one script whose value is a function that makes a realm. */
  readonly script: string
}

/** In place of a realm, where none is meant. */
export const NO_REALM = -1

/** The complaint about an answer that only a submission which patches the globals of its realm can give. */
export const TAMPERED = "the submission's thread was tampered with"
