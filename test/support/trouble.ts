/** One of the faults that strike groups whose links and processes are bad, as scenarios at random draw them. */
import type { Effect, Target } from "../../runtime/faults/fault.ts"
import { MILLISECOND } from "../../runtime/contract/units.ts"
import { pick, type Random } from "../../runtime/lib/random.ts"

/**
 * Draws a fault: a crash in a third of the cases, or else one of links or a pause.
 *
 * @param processes the number of those that it may strike
 * @param crash draws a crash, and who is hit by it
 */
export function drawTrouble(random: Random, processes: number, crash: () => Effect): Effect {
  const someone = { nodes: random.choose(1, processes) }
  const share = random.share() / 2
  switch (random.integer(0, 11)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return crash()
    case 4:
      return { kind: "partition", sides: [random.choose(random.integer(1, processes - 1), processes)] }
    case 5:
      return { kind: "isolate", target: pick<Target>(random, someone, { leader: true }) }
    case 6:
      return {
        kind: "isolate",
        target: pick<Target>(random, someone, { leader: true }),
        direction: pick(random, "in", "out"),
      }
    case 7:
      return { kind: pick(random, "loss", "duplication"), share }
    case 8:
    case 9:
      return { kind: "reordering", share, by: random.integer(5, 60) * MILLISECOND }
    case 10:
      return { kind: "pause", target: pick<Target>(random, someone, { leader: true }) }
    default: {
      const [a, b] = random.choose(2, processes)
      return { kind: "cut", links: [[a!, b!]], oneWay: random.chance(0.5) }
    }
  }
}
