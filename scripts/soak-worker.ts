/** One worker thread of the soak: runs every n-th seed of each kind of run, and reports what was wrong as it finds it. */
import { parentPort, workerData } from "node:worker_threads"
import { Tally } from "../test/support/marks.ts"
import { SAFETY_RUNS } from "../test/support/safety.ts"

/** The runs that a worker does: of the seeds `first`, `first + step`, ... below `end`, as many as there is time for. */
export interface Share {
  readonly names: readonly string[]
  readonly first: number
  readonly step: number
  readonly end: number
  readonly minutes: number
}

export type Report =
  | { readonly type: "violated"; readonly name: string; readonly seed: number; readonly found: readonly string[] }
  | {
      readonly type: "done"
      readonly runs: number
      /** In how many runs of each kind each rare situation was met. */
      readonly met: ReadonlyMap<string, ReadonlyMap<string, number>>
    }

const share: Share = workerData
const deadline = performance.now() + share.minutes * 60_000
const tallies = new Map(share.names.map(name => [name, new Tally()]))

function report(message: Report): void {
  parentPort!.postMessage(message)
}

let runs = 0
for (let seed = share.first; seed < share.end && performance.now() < deadline; seed += share.step) {
  for (const name of share.names) {
    const found = SAFETY_RUNS[name]!(seed, tallies.get(name))
    if (found.length > 0) report({ type: "violated", name, seed, found })
    runs++
  }
}
report({ type: "done", runs, met: new Map([...tallies].map(([name, { counts }]) => [name, counts])) })
