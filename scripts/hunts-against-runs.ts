/**
 * Measures hunts against plain random runs on the planted mistakes of all algorithms (`test/support/hunt-measure.ts`):
 *
 *     node scripts/hunts-against-runs.ts --seconds 1 --every 3      every third mistake, a second of processor time for each search
 *     node scripts/hunts-against-runs.ts --hard --seconds 5 --seed 2 --seeds 3     those that 15 plain runs do not show
 *     node scripts/hunts-against-runs.ts --only raft,paxos --mistake vote
 *     node scripts/hunts-against-runs.ts --sound     the algorithms as they are: nothing may be found
 *     node scripts/hunts-against-runs.ts --table
 *
 * Lines go to `--out` (default: `test/hunting/measured.jsonl`, which is committed). What is there with the same seed and budget is not
 * measured again, so that `--limit`, in seconds of processor time, may end it at any time. `--table` prints what is there as a table.
 */
import { appendFileSync, existsSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { algorithms } from "../algorithms/registry.ts"
import { isHard, measure, type Measured, readMeasured, tableOf } from "../test/support/hunt-measure.ts"
import { type Mistake, PLANTED, withMistake } from "../test/support/planted.ts"

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
    seeds: { type: "string", default: "1" },
    every: { type: "string", default: "1" },
    only: { type: "string" },
    mistake: { type: "string" },
    hard: { type: "boolean", default: false },
    sound: { type: "boolean", default: false },
    limit: { type: "string", default: "Infinity" },
    out: { type: "string", default: join(import.meta.dirname, "../test/hunting/measured.jsonl") },
    table: { type: "boolean", default: false },
  },
})

const BUDGETS = [0.1, 0.25, 0.5, 1, 2, 5, 20, 60]

const measured = existsSync(values.out) ? readMeasured(values.out) : []

if (values.table) {
  const longest = Math.max(...measured.map(({ budget }) => budget))
  for (const row of tableOf(
    measured,
    BUDGETS.filter(budget => budget <= longest),
  ))
    console.log(row)
} else await measureAll()

async function measureAll(): Promise<void> {
  const start = process.cpuUsage()
  for (const [place, [name, planted]] of chosen().entries()) {
    for (let seed = Number(values.seed); seed < Number(values.seed) + Number(values.seeds); seed++) {
      const { user, system } = process.cpuUsage(start)
      if ((user + system) / 1e6 > Number(values.limit)) return
      const line = await lineFor(name, planted, seed, place)
      if (line === undefined) continue
      console.log(JSON.stringify(line))
      if (!values.sound) appendFileSync(values.out, `${JSON.stringify(line)}\n`)
      else if (Object.keys(line.found).length > 0) process.exitCode = 1
    }
  }
}

/** Mistakes by the algorithm that has them. */
function chosen(): readonly (readonly [algorithm: string, planted: Mistake])[] {
  const names = values.only?.split(",")
  return Object.entries(PLANTED)
    .flatMap(([name, mistakes]) => {
      const planted = values.sound ? [{ mistake: "as it is", made: algorithms[name]! }] : mistakes
      return planted.map(each => [name, each] as const)
    })
    .filter((_, place) => place % Number(values.every) === 0)
    .filter(([name, { mistake }]) => names?.includes(name) !== false && mistake.includes(values.mistake ?? ""))
}

/** Undefined if it was measured before, or is left out. */
async function lineFor(name: string, planted: Mistake, seed: number, place: number): Promise<Measured | undefined> {
  const { mistake } = planted
  const same = measured.filter(each => each.algorithm === name && each.mistake === mistake)
  const budget = Number(values.seconds)
  if (!values.sound && same.some(each => each.seed === seed && each.budget >= budget)) return undefined
  if (values.hard && same.some(each => !each.isHard)) return undefined
  const algorithm = await withMistake(name, planted)
  const hard = same[0]?.isHard ?? isHard(algorithm)
  if (values.hard && !hard) return undefined
  const result = measure(algorithm, seed, budget, (place + seed) % 2 === 0)
  return { algorithm: name, mistake, seed, isHard: hard, budget, ...result }
}
