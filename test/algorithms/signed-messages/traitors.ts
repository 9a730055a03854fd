/** Enumerates what traitors can do to SM(m), and runs it. */
import { signedMessages } from "../../../algorithms/signed-messages/signed-messages.ts"
import type { SignedMessages } from "../../../algorithms/signed-messages/types.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import type { Behaviour } from "../../../runtime/faults/byzantine.ts"
import type { CompletedRun, Fault } from "../../../runtime/scenario/scenario.ts"
import { agreement } from "../../../services/agreement/service.ts"
import { completeRun } from "../../support/service-run.ts"

/** Who betrays and how, and what the commander (node 0) orders if he is loyal. */
export interface Strategy {
  readonly traitors: ReadonlyMap<number, Behaviour>
  readonly order: "attack" | "retreat"
}

/** All sequences of a length out of some symbols. */
export function sequences<T>(length: number, symbols: readonly T[]): T[][] {
  if (length === 0) return [[]]
  return sequences(length - 1, symbols).flatMap(rest => symbols.map(symbol => [symbol, ...rest]))
}

/** What a traitor says to each of the others: a value, or nothing (null); relayed orders are passed on or withheld. */
export function tellings(traitor: number, nodes: number, symbols: readonly (number | null)[]): Behaviour[] {
  const others = Array.from({ length: nodes }, (_, node) => node).filter(node => node !== traitor)
  return sequences(others.length, symbols).map(said => ({
    tells: Object.fromEntries(said.map((value, place) => [String(others[place]), value])),
  }))
}

/** Every strategy of all sets of traitors of a size: each traitor on its own says to each of the others one of `symbols`. */
export function strategies(nodes: number, count: number, symbols: readonly (number | null)[]): Strategy[] {
  const choose = (from: number, left: number): number[][] =>
    left === 0
      ? [[]]
      : Array.from({ length: nodes }, (_, node) => node)
          .filter(node => node >= from)
          .flatMap(node => choose(node + 1, left - 1).map(rest => [node, ...rest]))
  const assign = (traitors: readonly number[]): Map<number, Behaviour>[] => {
    const [first, ...rest] = traitors
    if (first === undefined) return [new Map()]
    return tellings(first, nodes, symbols).flatMap(behaviour =>
      assign(rest).map(others => new Map<number, Behaviour>([[first, behaviour], ...others])),
    )
  }
  return choose(0, count).flatMap(traitors =>
    assign(traitors).flatMap(assigned =>
      (["attack", "retreat"] as const).map(order => ({ traitors: assigned, order })),
    ),
  )
}

/** Runs an instance that node 0 commands. */
export function play(
  nodes: number,
  m: number,
  { traitors, order }: Strategy,
  algorithm: Algorithm<SignedMessages> = signedMessages,
): CompletedRun {
  const faults = [...traitors].map(
    ([node, behaviour]): Fault => ({ kind: "byzantine", target: { nodes: [node] }, behaviour, at: 0 }),
  )
  return completeRun(algorithm, agreement, {
    nodes,
    parameters: { m: String(m) },
    workload: { proposal: order },
    faults,
    warmup: "1ms",
  })
}

/** The checks that a run violated. */
export function broken({ outcome }: CompletedRun): string[] {
  return Object.keys(outcome.verdicts).filter(check => outcome.verdicts[check]!.verdict === "violated")
}
