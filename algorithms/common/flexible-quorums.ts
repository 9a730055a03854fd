/**
 * Flexible Paxos (Howard, Malkhi and Spiegelman 2016): the sizes of the quorums of Paxos's two phases as parameters.
 *
 * Majorities make any two quorums meet, and Paxos needs less: a quorum of phase 1 has to meet every quorum of phase 2.
 * Sizes q1 and q2 do that if q1 + q2 > n. Quorums of one phase may be disjoint.
 */
import type { ParameterConflict } from "../../runtime/contract/algorithm.ts"
import { flag, integer, type ParameterValues } from "../../runtime/contract/parameters.ts"
import { majority } from "./quorum.ts"

export const quorumParameters = {
  phase1Quorum: integer(
    0,
    "Acceptors whose promises complete phase 1, the proposer's own among them. 0: as few as meet every quorum of phase 2, " +
      "n - phase2Quorum + 1; a majority if that is 0, too.",
    { title: "Quorum of phase 1" },
  ),
  phase2Quorum: integer(
    0,
    "Acceptors whose acceptances choose a value, the proposer's own among them. 0: as few as meet every quorum of phase 1, " +
      "n - phase1Quorum + 1; a majority if that is 0, too.",
    { title: "Quorum of phase 2" },
  ),
  allowDisjointQuorums: flag(
    false,
    "Accepts quorum sizes of which some of phase 1 and phase 2 do not meet (q1 + q2 <= n). Two values may be chosen then: " +
      "for experiments that show it.",
  ),
} as const

export type QuorumParameters = ParameterValues<typeof quorumParameters>

/** The source of quorum sizes: a node, or an algorithm's parameters with a number of nodes. */
interface Sized {
  readonly size: number
  readonly parameters: QuorumParameters
}

/** q1: acceptors whose promises complete phase 1. */
export function phase1Quorum({ size, parameters }: Sized): number {
  return sizeOf(parameters.phase1Quorum, parameters.phase2Quorum, size)
}

/** q2: acceptors whose acceptances choose a value. */
export function phase2Quorum({ size, parameters }: Sized): number {
  return sizeOf(parameters.phase2Quorum, parameters.phase1Quorum, size)
}

function sizeOf(own: number, other: number, size: number): number {
  if (own > 0) return own
  return other > 0 ? size - other + 1 : majority(size)
}

/** True if some quorum of phase 1 meets no quorum of phase 2, so that two values may be chosen. */
export function areDisjoint(parameters: QuorumParameters, size: number): boolean {
  return phase1Quorum({ size, parameters }) + phase2Quorum({ size, parameters }) <= size
}

/** The reason that a group cannot, or should not, run with such quorums. */
export function quorumConflict(parameters: QuorumParameters, size: number): ParameterConflict | undefined {
  for (const name of ["phase1Quorum", "phase2Quorum"] as const) {
    const found = parameters[name]
    if (found > size)
      return { parameter: name, message: `found ${found}, expected at most the ${size} nodes there are` }
  }
  if (parameters.allowDisjointQuorums || !areDisjoint(parameters, size)) return undefined
  const { phase1Quorum: q1, phase2Quorum: q2 } = parameters
  return {
    parameter: "phase2Quorum",
    message:
      `quorums of ${q1} in phase 1 and ${q2} in phase 2 need not meet with ${size} nodes: two values may be chosen; ` +
      `expected q1 + q2 > ${size}, or allowDisjointQuorums: true`,
  }
}
