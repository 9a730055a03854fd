/** How mutants of election algorithms are made and caught. */
import type { Algorithm, Node, Shape } from "../../../runtime/contract/algorithm.ts"
import { MILLISECOND, SECOND } from "../../../runtime/contract/units.ts"
import { randomCrashes } from "./random-crashes.ts"
import { type ElectionOptions, runElections } from "./run-elections.ts"

/** A node some of whose effects are replaced. */
export function tap<S extends Shape>(node: Node<S>, replaced: Partial<Node<S>>): Node<S> {
  return new Proxy(node, {
    get(target, key) {
      const value: unknown = Reflect.get(key in replaced ? replaced : target, key)
      return typeof value === "function" ? value.bind(target) : value
    },
  })
}

/** What can be wrong with a run. */
export type Flaw =
  | "one-leader-per-epoch"
  | "leader-claimed"
  /** An epoch was used again by another leader. */
  | "reused epoch"
  /** No leader in the end, although somebody is alive. */
  | "no leader"
  | "the run fails"

export interface Trial extends Partial<ElectionOptions> {
  /** How many random schedules of crashes are tried. */
  readonly seeds: number
  /** Whether crashed nodes return. */
  readonly recover: boolean
  /** Whether the algorithm promises that no epoch is used again by another leader. */
  readonly uniqueEpochs?: boolean
}

/**
 * Runs an algorithm through random crashes until something is wrong with it.
 *
 * @returns what was wrong first, or `null`
 */
export function firstFlaw<S extends Shape>(
  algorithm: Algorithm<S>,
  { seeds, recover, uniqueEpochs = false, ...options }: Trial,
): Flaw | null {
  for (let seed = 1; seed <= seeds; seed++) {
    const { nodes, faults, survivors } = randomCrashes(seed, { recover })
    const latency = { model: "uniform", min: 0, max: 10 * MILLISECOND } as const
    try {
      const run = runElections(algorithm, {
        latency,
        warmup: 0,
        duration: 5 * SECOND,
        ...options,
        nodes,
        seed,
        faults: [...faults, ...(options.faults ?? [])],
      })
      const { verdicts, figures, unknown } = run.outcome
      if (verdicts["one-leader-per-epoch"]?.verdict === "violated") return "one-leader-per-epoch"
      if (verdicts["leader-claimed"]?.verdict === "violated") return "leader-claimed"
      if (uniqueEpochs && figures["reused_epochs"] !== 0) return "reused epoch"
      if (unknown > 0 && (recover || survivors > 0)) return "no leader"
    } catch {
      return "the run fails"
    }
  }
  return null
}
