/** Messages between the thread that began an exploration and those that continue it. */
import type { NodeId } from "../../runtime/contract/ids.ts"
import type { Exploration } from "../../runtime/checker/exploration.ts"
import type { Budgets, ClockModel } from "../../runtime/checker/model.ts"
import type { ExplorerSnapshot } from "../../runtime/checker/search/explorer.ts"
import type { SharedMemory } from "../../runtime/checker/shared-fingerprints.ts"
import type { CheckRequest } from "../request.ts"

/** A request that can be sent to another thread: its algorithm and service by name. */
export interface RequestInWords {
  readonly algorithm: string
  readonly service: string
  /** Modules of algorithms from outside. */
  readonly outside: readonly string[]
  readonly nodes: number
  readonly operations: number
  readonly parameters: Readonly<Record<string, unknown>>
  readonly budgets: Budgets
  readonly traitors: readonly NodeId[]
  readonly clock?: ClockModel
}

export function inWords({ algorithm, service, ...request }: CheckRequest, outside: readonly string[]): RequestInWords {
  return { ...request, algorithm: algorithm.name, service: service.name, outside }
}

/** The data with which a thread starts. */
export interface Assignment {
  readonly request: RequestInWords
  readonly memory: SharedMemory
  /** Its number, from 0 to `of - 1`. */
  readonly thread: number
  readonly of: number
  readonly snapshot: ExplorerSnapshot
  readonly bySymmetry: boolean
  readonly maxStates: number
}

/** `level`: expand the states at a distance of `depth` steps from the beginning. `end`: report the findings. */
export type Order = { readonly type: "level"; readonly depth: number } | { readonly type: "end" }

/** An answer to an order: the level is done, or interrupted because all threads must pause. */
export type Report =
  | { readonly type: "ready" }
  | { readonly type: "level"; readonly isDone: boolean; readonly isEmpty: boolean; readonly isViolated: boolean }
  | { readonly type: "end"; readonly found: Found }
  /** Nodes are not interchangeable. */
  | { readonly type: "refused"; readonly why: string }

export interface Found extends Exploration {
  readonly expanded: number
  /** An exception; its class cannot be sent to another thread. */
  readonly failure?: { readonly name: string; readonly message: string }
}
