/** Faults in the labs on elections of the highest id. */
import type { Random } from "../../../runtime/lib/random.ts"
import type { Fault } from "../../../runtime/scenario/scenario.ts"
import { MILLISECOND, type Micros, SECOND } from "../../../runtime/contract/units.ts"

/**
 * Crashes for good of the `count` highest nodes: of the first at `start`, and of the others soon after, while its death is
 * found out or in the election that follows: from `soonestMs` to 300 ms.
 */
export function crashesFromTheTop(
  vary: Random,
  { nodes, count, start, soonestMs }: { nodes: number; count: number; start: Micros; soonestMs: number },
): Fault[] {
  return Array.from({ length: count }, (_unused, i): Fault => {
    const at = start + (i === 0 ? 0 : vary.integer(soonestMs, 300) * MILLISECOND)
    return { kind: "crash", target: { nodes: [nodes - 1 - i] }, at }
  })
}

/** Crashes of any nodes, each for up to 600 ms. */
export function passingCrashes(vary: Random, nodes: number): Fault[] {
  return Array.from({ length: vary.integer(2, 8) }, (): Fault => {
    const target = { nodes: [vary.integer(0, nodes - 1)] }
    const at = vary.integer(0, 3 * SECOND)
    return { kind: "crash", target, at, for: vary.integer(1, 600) * MILLISECOND }
  })
}

/** The network falls into two parts for a while: each may elect a leader of its own. */
export function splitInTwo(vary: Random, nodes: number): Fault {
  const shuffled = vary.choose(nodes, nodes)
  const cut = vary.integer(1, nodes - 1)
  const at = vary.integer(SECOND, 1.2 * SECOND)
  return { kind: "partition", sides: [shuffled.slice(0, cut), shuffled.slice(cut)], at, for: SECOND }
}
