/** Random fault schedules for algorithms that claim to survive crashes. */
import { Random } from "../../../runtime/lib/random.ts"
import type { Fault } from "../../../runtime/scenario/scenario.ts"
import { MILLISECOND, SECOND } from "../../../runtime/contract/units.ts"
import { randomRuns } from "../../support/mutation-run.ts"

/** Each randomized test runs all of these. */
export const SEEDS: readonly number[] = Array.from({ length: randomRuns(500) }, (_, index) => index + 1)

/** What the service's checks say of a run without a violation. */
export const holds = {
  "one-leader-per-epoch": { verdict: "holds" },
  "leader-claimed": { verdict: "holds" },
} as const

export interface Crashes {
  readonly nodes: number
  readonly faults: readonly Fault[]
  /** Nodes that never crash. */
  readonly survivors: number
}

/** 2 to 7 nodes, and up to a dozen crashes within the first three seconds; with `recover`, each ends within 600 ms. */
export function randomCrashes(seed: number, { recover }: { readonly recover: boolean }): Crashes {
  const random = new Random(seed)
  const nodes = random.integer(2, 7)
  const crashed = new Set<number>()
  const faults: Fault[] = []
  for (let count = random.integer(1, 12); count > 0; count--) {
    const node = random.integer(0, nodes - 1)
    const at = random.integer(0, 3 * SECOND)
    crashed.add(node)
    const crash = { kind: "crash", target: { nodes: [node] }, at } as const
    faults.push(recover ? { ...crash, for: random.integer(1, 600 * MILLISECOND) } : crash)
  }
  return { nodes, faults, survivors: nodes - crashed.size }
}

/** Three seconds that no election without a quorum survives: a third of all messages lost, and a partition for one. */
export function trouble(nodes: number): readonly Fault[] {
  const sides = [[0], [1, 2], [3, 4, 5, 6]].map(side => side.filter(node => node < nodes))
  return [
    { kind: "loss", share: 0.3, at: 0, for: 3 * SECOND },
    { kind: "partition", sides: sides.filter(side => side.length > 0), at: SECOND, for: SECOND },
  ]
}
