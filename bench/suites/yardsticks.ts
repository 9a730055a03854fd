/**
 * The bare loop: Raft's messages in a steady state with five nodes, and nothing else. A leader keeps eight commands in
 * flight, sends each to four followers, and replies once two of them have answered; messages are numbers in plain arrays,
 * all links take equally long. No elections, checks, metrics, clients or sizes: the speed that the engine allows a simulator
 * written for one algorithm; compare SPIN's generated code among model checkers.
 */
import type { Task } from "../task.ts"
import { simulator } from "./simulator.ts"

/** The task that represents Quorate in comparisons: everything on. */
export const RAFT = "raft, n=5"
export const BARE_LOOP = "bare loop of Raft's messages, n=5"

const NODES = 5
const MAJORITY = 3
const IN_FLIGHT = 8
const MESSAGES = 1_000_000
/** More than the maximal number of messages in flight. */
const RING = 64

const bareLoop: Task = { name: BARE_LOOP, unit: "messages", prepare: async () => deliverMessages }

export const yardsticks: readonly Task[] = [...simulator.filter(({ name }) => name === RAFT), bareLoop]

function deliverMessages(): number {
  const logs: number[][] = Array.from({ length: NODES }, () => [])
  const acknowledged: number[] = []
  // All links have the same delay, so the event queue is first in, first out.
  const [targets, sources, indices] = [emptyRing(), emptyRing(), emptyRing()]
  let [sent, delivered, committed] = [0, 0, 0]
  const send = (from: number, to: number, index: number): void => {
    const place = sent++ % RING
    targets[place] = to
    sources[place] = from
    indices[place] = index
  }
  const append = (term: number): void => {
    const index = logs[0]!.push(term) - 1
    acknowledged.push(1)
    for (let follower = 1; follower < NODES; follower++) send(0, follower, index)
  }
  for (let command = 0; command < IN_FLIGHT; command++) append(1)
  while (delivered < MESSAGES) {
    const place = delivered++ % RING
    const [to, from, index] = [targets[place]!, sources[place]!, indices[place]!]
    if (to !== 0) {
      logs[to]![index] = logs[from]![index]!
      send(to, 0, index)
    } else if (++acknowledged[index]! === MAJORITY) {
      committed++
      append(1)
    }
  }
  // The results are read, so that the engine cannot eliminate steps.
  if (committed > MESSAGES) throw new Error("more commands than messages")
  return delivered
}

function emptyRing(): number[] {
  return Array.from({ length: RING }, () => 0)
}
