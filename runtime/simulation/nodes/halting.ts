/**
 * Nodes whose handlers throw.
 *
 * A node that finds its invariant broken under faults that it does not claim to withstand halts, as a process whose
 * assertion fails; the group continues without it, and the run has a violated check rather than no result. Anything else
 * that a handler throws is a fault of the algorithm, and ends the run.
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
  /** The first invariant that a loyal node found broken and halted at. */
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
    // What somebody will do by hand to a run is not known before it is over, and must not change what went before.
    const isBeyond = scenario.interventions !== undefined || isBeyondClaims(scenario)
    if (!(error instanceof InvariantViolation) || !isBeyond) {
      this.culprit = node
      throw error
    }
    this.#processes.halt(node.id)
    const name = this.#nodes.nameOf(node.id)
    const what = `${name} halts: ${error.message}`
    const announce = (): void => this.#nodes.announceFault("crash", "begins", what, [node.id])
    // A node that halts as it boots does so after the fault, or the end of one, that boots it has been announced.
    if ((queue.kind & KIND_MASK) === FAULT) faults.schedule(queue.time, announce)
    else announce()
    // What a traitor believes of itself is no property of the algorithm.
    if (node.traitor !== null) return
    this.broken ??= { verdict: "violated", at: queue.time, witness: `${name} halted: ${error.message}` }
  }
}
