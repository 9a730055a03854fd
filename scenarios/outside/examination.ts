/** Examines an outside algorithm: the contract for handlers, and the law that nodes are values. */
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import type { Service } from "../../runtime/contract/service.ts"
import { showError } from "../../runtime/lib/show.ts"
import { simulate } from "../../runtime/simulation/simulation.ts"
import { findBreach } from "./contract.ts"
import { type Draw, LAW } from "./law.ts"
import { trialsOf } from "./trials.ts"

/** One rule, and the first run that broke it. */
export interface Finding {
  readonly rule: string
  readonly doc: string
  /** Undefined if no run broke it. */
  readonly breach?: { readonly how: string; readonly trial: string; readonly seed: number }
}

export interface Examination {
  /** The scenarios in which it was tried, by name. */
  readonly trials: readonly string[]
  /** Empty if a run failed. */
  readonly findings: readonly Finding[]
  /** The first run that failed: nothing more was examined. */
  readonly failure?: { readonly why: string; readonly trial: string; readonly seed: number }
}

type Examine = (draw: Draw, seed: number) => string | undefined | Promise<string | undefined>

const HANDLERS = "Handlers act through their own node and at once, and have time and chance from it."

/**
 * @param runs seeds, from 1, of each trial
 * @param begin called before each run
 */
export async function examine(
  algorithm: Algorithm,
  services: readonly Service[],
  runs: number,
  begin: (trial: string, seed: number) => void = () => {},
): Promise<Examination> {
  const trials = trialsOf(algorithm, services)
  const names = [...trials.keys()]
  const runsOf = names.flatMap(trial => Array.from({ length: runs }, (_, index) => ({ trial, seed: index + 1 })))
  const find = async (rule: string, doc: string, examineRun: Examine): Promise<Finding> => {
    for (const { trial, seed } of runsOf) {
      begin(trial, seed)
      const how = await examineRun(trials.get(trial)!, seed)
      if (how !== undefined) return { rule, doc, breach: { how, trial, seed } }
    }
    return { rule, doc }
  }
  // First, because code that acts outside of handlers also makes runs fail.
  const handlers = await find("handlers", HANDLERS, (draw, seed) => findBreach(draw(seed), seed))
  if (handlers.breach !== undefined) return { trials: names, findings: [handlers] }
  for (const { trial, seed } of runsOf) {
    begin(trial, seed)
    const result = simulate(trials.get(trial)!(seed), seed)
    if (result.status === "completed") continue
    return { trials: names, findings: [], failure: { why: `${result.reason} (${result.event})`, trial, seed } }
  }
  const findings = [handlers]
  for (const [rule, { doc, breach }] of Object.entries(LAW)) findings.push(await find(rule, doc, guarded(breach)))
  return { trials: names, findings }
}

/** Runs that end when unwatched may fail when watched: that is a breach like any other. */
function guarded(breach: (draw: Draw, seed: number) => string | undefined): Examine {
  return (draw, seed) => {
    try {
      return breach(draw, seed)
    } catch (error) {
      return `it fails: ${showError(error)}`
    }
  }
}
