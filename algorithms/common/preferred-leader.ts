/**
 * A preferred leader: the node that should lead whenever possible. Followers give the preferred node a lead in elections,
 * and another leader makes way for it once it is up and has all that is committed (Raft: leadership transfer, thesis §3.10).
 */
import type { NodeId, ParameterConflict } from "../../runtime/contract/algorithm.ts"
import { duration, integer, type ParameterValues } from "../../runtime/contract/parameters.ts"
import type { Micros } from "../../runtime/contract/units.ts"

export const preferenceParameters = {
  preferredLeader: integer(
    -1,
    "The node that leads whenever it can: others wait longer before they stand for election, and hand over to it once it " +
      "is up and has all that is committed. -1: none.",
    { min: -1 },
  ),
  priorityDelay: duration(
    "max(20ms, 3d)",
    "The time by which the others wait longer than the preferred leader, if there is one: enough for it to be elected first.",
  ),
} as const

type PreferenceParameters = ParameterValues<typeof preferenceParameters>

/** Pause between two attempts to hand over, in maximal election timeouts: if links are to blame, the next one would fail, too. */
const PAUSE = 10

interface PreferringNode {
  readonly id: NodeId
  readonly parameters: PreferenceParameters & {
    readonly electionTimeoutMin: Micros
    readonly electionTimeoutMax: Micros
  }
  now(): Micros
  random(low: number, high: number): number
}

/** A random time to wait for a leader; with a preferred leader, the minimum on that one, and longer on the others. */
export function electionTimeout(node: PreferringNode): Micros {
  const { electionTimeoutMin, electionTimeoutMax, preferredLeader, priorityDelay } = node.parameters
  const drawn = node.random(electionTimeoutMin, Math.max(electionTimeoutMin, electionTimeoutMax))
  if (preferredLeader < 0) return drawn
  return preferredLeader === node.id ? electionTimeoutMin : drawn + priorityDelay
}

/** The earliest time of the next attempt to hand over, if one is made now. */
export function nextAttempt(node: PreferringNode): Micros {
  return node.now() + PAUSE * node.parameters.electionTimeoutMax
}

export function preferenceConflict(
  { preferredLeader }: PreferenceParameters,
  size: number,
): ParameterConflict | undefined {
  if (preferredLeader < size) return undefined
  return {
    parameter: "preferredLeader",
    message: `found node ${preferredLeader}, expected one from 0 to ${size - 1}, or -1`,
  }
}
