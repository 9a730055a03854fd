/** Looks for planted mistakes by hunts, for a while each. */
import { Hunt } from "../../hunting/hunt.ts"
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import { showError } from "../../runtime/lib/show.ts"
import { quarryOf } from "./quarry.ts"

/** Group sizes to draw from: most mistakes show in the smallest of them. */
const NODES = [3, 3, 3, 4, 5]
const SEED = 1

/** What a hunt found, and after how much processor time. */
export interface HuntedMistake {
  readonly reason: string
  readonly cpuSeconds: number
}

/** Hunts under the loads of all its services, by turns. @returns what was found wrong within so many seconds of processor time; undefined: nothing */
export function huntFor(algorithm: Algorithm, seconds: number): HuntedMistake | undefined {
  const start = process.cpuUsage()
  const spent = (): number => {
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1e6
  }
  try {
    const hunts = algorithm.serves.map(({ name }) => new Hunt(quarryOf(algorithm, name, NODES), SEED))
    for (let turn = 0; spent() < seconds; turn++) {
      const found = hunts[turn % hunts.length]!.seek()
      if (found === undefined) continue
      return { reason: "symptom" in found ? found.symptom.text : found.wrong.reason, cpuSeconds: spent() }
    }
    return undefined
  } catch (error) {
    // Handlers that throw at boot leave no group to walk in.
    return { reason: showError(error), cpuSeconds: spent() }
  }
}
