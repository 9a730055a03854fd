/** A run of each algorithm that can continue for any time, to track its memory. */
import { algorithms } from "../../algorithms/registry.ts"
import type { Steady } from "./scenarios.ts"
import { nameOf, STEADY } from "./simulator.ts"

const WORKLOADS: Readonly<Record<string, NonNullable<Steady["workload"]>>> = {
  agreement: { instances: 1 },
  "replicated-log": { mode: "closed", clients: 8 },
  recovery: { steps: 1_000_000_000, step: "10ms" },
}

/** One steady state of each algorithm: a timed one if there is one, with five nodes if possible, otherwise the usual one. */
const ENDLESS: readonly Steady[] = Object.keys(algorithms).map(
  algorithm =>
    STEADY.find(steady => steady.algorithm === algorithm && steady.nodes === 5) ??
    STEADY.find(steady => steady.algorithm === algorithm) ??
    usual(algorithm),
)

/**
 * Five nodes on FIFO links, as some papers assume; consecutive instances of agreement, and computations without a limit of
 * steps.
 */
function usual(algorithm: string): Steady {
  const service = algorithms[algorithm]!.serves[0]!.name
  return { algorithm, service, nodes: 5, duration: "20s", fifo: true, workload: WORKLOADS[service] ?? {} }
}

export const ENDLESS_NAMES: readonly string[] = ENDLESS.map(nameOf)

/** @throws if no run has this name */
export function endlessNamed(name: string): Steady {
  const endless = ENDLESS.find(candidate => nameOf(candidate) === name)
  if (endless === undefined) throw new Error(`no endless run ${name}`)
  return endless
}
