/**
 * Rounds of the synchronous model (Lynch 1996, §2.1): all nodes begin an instance at the same moment, and a round is long
 * enough for every message sent at its beginning to arrive before its end. A message that has not arrived by the end of its
 * round was not sent.
 *
 * An algorithm begins the first round when an instance starts, sends the messages of a round at its beginning, and takes the
 * next round, or decides, when its timer `round` runs out.
 */
import type { Standing } from "../../runtime/contract/algorithm.ts"
import type { Micros } from "../../runtime/contract/units.ts"

/** The position of a node: part of the state of an algorithm that runs in rounds. */
export interface Rounds {
  /** The instance in which it takes part; 0: none. */
  instance: number
  /** From 1. */
  round: number
}

/** The parts of a node that rounds need. */
interface RoundNode {
  readonly state: Rounds
  readonly parameters: { readonly roundLength: Micros }
  setTimer(timer: "round", delay: Micros): void
  cancelTimer(timer: "round"): void
}

/** Begins the first round of an instance, and abandons a previous one. */
export function beginRounds(node: RoundNode, instance: number): void {
  node.state.instance = instance
  node.state.round = 1
  node.setTimer("round", node.parameters.roundLength)
}

/** Begins the next round. */
export function nextRound(node: RoundNode): void {
  node.state.round++
  node.setTimer("round", node.parameters.roundLength)
}

/** Ends participation in the current instance. */
export function endRounds(node: RoundNode): void {
  node.state.instance = 0
  node.cancelTimer("round")
}

/** The standing of a node, for traces. */
export function standingInRounds({ state: { instance, round } }: { readonly state: Rounds }): Standing {
  if (instance === 0) return { role: "idle", rank: 0, epoch: null }
  return { role: `round ${round}`, rank: 1, epoch: instance }
}
