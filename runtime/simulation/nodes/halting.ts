/**
 * Nodes whose handlers throw.
 *
 * Under faults beyond its claims, a node that finds its invariant broken halts, like a process whose assertion fails;
 * the group continues without it, and the run has a violated check instead of no result. Any other error thrown by a
 * handler is a bug of the algorithm, and ends the run.
 */
import { InvariantViolation } from "../../contract/algorithm.ts"
import type { Verdict } from "../../contract/service.ts"
import { isBeyondClaims } from "../../scenario/claims.ts"
import { FAULT, KIND_MASK } from "../events/event-kinds.ts"
import type { Warden } from "../handlers.ts"
import type { Nodes } from "./nodes.ts"
import type { Processes } from "./processes.ts"
import type { Shared } from "../shared.ts"
import type { SimulatedNode } from "./simulated-node.ts"

export class Halting implements Warden {
  /** The node whose handler threw the error that ended the run. */
  culprit: SimulatedNode | undefined
  /** The first broken invariant at which a loyal node halted. */
  broken: Verdict | undefined
  readonly #shared: Shared
  readonly #processes: Processes
  readonly #nodes: Nodes

  constructor(shared: Shared, processes: Processes, nodes: Nodes) {
    this.#shared = shared
    this.#processes = processes
    this.#nodes = nodes
  }

  thrown(node: SimulatedNode, error: unknown): void {
    const { scenario, queue, faults } = this.#shared
    // Later manual interventions are not known in advance, and must not affect earlier events.
    const isBeyond = scenario.interventions !== undefined || isBeyondClaims(scenario)
    if (!(error instanceof InvariantViolation) || !isBeyond) {
      this.culprit = node
      throw error
    }
    this.#processes.halt(node.id)
    const name = this.#nodes.nameOf(node.id)
    const what = `${name} halts: ${error.message}`
    const announce = (): void => this.#nodes.announceFault("crash", "begins", what, [node.id])
    // If a node halts at boot, this is announced after the fault (or its end) that boots it.
    if ((queue.kind & KIND_MASK) === FAULT) faults.schedule(queue.time, announce)
    else announce()
    // A traitor's invariants are not a property of the algorithm.
    if (node.traitor !== null) return
    this.broken ??= { verdict: "violated", at: queue.time, witness: `${name} halted: ${error.message}` }
  }
}
