/** Enumerates what traitors can do to OM(m), and runs it. */
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import type { Behaviour } from "../../../runtime/faults/byzantine.ts"
import type { CompletedRun, Fault } from "../../../runtime/scenario/scenario.ts"
import type { OralMessages } from "../../../algorithms/oral-messages/types.ts"
import { agreement } from "../../../services/agreement/service.ts"
import { completeRun } from "../../support/service-run.ts"

/** One way in which a run can go: who betrays and how, and what the commander (node 0) orders if he is loyal. */
export interface Strategy {
  readonly traitors: ReadonlyMap<number, Behaviour>
  readonly order: "attack" | "retreat"
}

export interface Setting {
  readonly nodes: number
  readonly m: number
  readonly rule?: "majority" | "median"
  readonly instances?: number
}

/** All sequences of a length out of some symbols. */
export function sequences<T>(length: number, symbols: readonly T[]): T[][] {
  if (length === 0) return [[]]
  return sequences(length - 1, symbols).flatMap(rest => symbols.map(symbol => [symbol, ...rest]))
}

/**
 * Every strategy of a single traitor among n generals under OM(1): as the commander he sends one of `symbols` to each of
 * the n-1 lieutenants; as one of the n-1 lieutenants he relays one of them to each of the n-2 others, whichever of the
 * two orders the loyal commander gave.
 */
export function strategiesOfOne(nodes: number, symbols: readonly (number | null)[]): Strategy[] {
  const asCommander = sequences(nodes - 1, symbols).map(script => strategy(0, script, "retreat"))
  const lieutenants = Array.from({ length: nodes - 1 }, (_, i) => i + 1)
  const asLieutenant = lieutenants.flatMap(traitor =>
    (["retreat", "attack"] as const).flatMap(order =>
      sequences(nodes - 2, symbols).map(script => strategy(traitor, script, order)),
    ),
  )
  return [...asCommander, ...asLieutenant]
}

function strategy(traitor: number, script: readonly (number | null)[], order: Strategy["order"]): Strategy {
  return { traitors: new Map([[traitor, { script }]]), order }
}

/** Runs one instance, commanded by node 0, with the traitors of a strategy. */
export function play(
  algorithm: Algorithm<OralMessages>,
  setting: Setting,
  { traitors, order }: Strategy,
  seed = 1,
): CompletedRun {
  const faults = [...traitors].map(
    ([node, behaviour]): Fault => ({ kind: "byzantine", target: { nodes: [node] }, behaviour, at: 0 }),
  )
  return completeRun(
    algorithm,
    agreement,
    {
      nodes: setting.nodes,
      parameters: { m: setting.m, rule: setting.rule ?? "majority" },
      workload: { proposal: order, instances: setting.instances ?? 1 },
      faults,
      warmup: "1ms",
    },
    seed,
  )
}

/** The checks that a run violated. */
export function broken({ outcome }: CompletedRun): string[] {
  return Object.keys(outcome.verdicts).filter(check => outcome.verdicts[check]!.verdict === "violated")
}
