/** The challenges, in the order in which they are offered. A new one needs one line here. */
import type { Challenge } from "./challenge.ts"
import { lostWrite } from "./lost-write.ts"
import { splitVotes } from "./split-votes.ts"
import { stalledRing } from "./stalled-ring.ts"
import { threeGenerals } from "./three-generals.ts"
import { twoCoordinators } from "./two-coordinators.ts"
import { twoInside } from "./two-inside.ts"

export const CHALLENGES: readonly Challenge[] = [
  twoCoordinators,
  stalledRing,
  threeGenerals,
  splitVotes,
  twoInside,
  lostWrite,
]
