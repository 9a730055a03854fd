/** Sizes of the quorums of Paxos's two phases, drawn from a seed. */
import { Random } from "../../runtime/lib/random.ts"

/** Sizes of quorums that meet: both given, or one of them. */
export function drawQuorums(nodes: number, seed: number): Record<string, unknown> {
  const random = Random.stream(seed, "workload", 3)
  const q1 = random.integer(1, nodes)
  const least = nodes - q1 + 1
  switch (random.integer(0, 3)) {
    case 0:
      return { phase1Quorum: q1 }
    case 1:
      return { phase2Quorum: q1 }
    default:
      return { phase1Quorum: q1, phase2Quorum: random.integer(least, Math.min(nodes, least + 1)) }
  }
}
