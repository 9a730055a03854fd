/**
 * Counts the planted mistakes found within given CPU times, each searched for separately: by hunts (`hunt`), only their runs
 * (`fed`), only their random draws of runs (`swarm`), only their walks (`courses`), walks that never return to earlier
 * states (`walks`), the random runs of the tests (`runs`), runs of a spec with default parameters and six random faults
 * (`spec`), and the same with timers a tenth as long (`brisk`).
 *
 *     node scripts/hunt-mutants.ts --seconds 1 --seeds 3
 *     node scripts/hunt-mutants.ts --only raft,paxos --by hunt,spec --without-assertions
 *     node scripts/hunt-mutants.ts --only rare --by hunt --seconds 300
 *     node scripts/hunt-mutants.ts --all --every 5             every fifth mistake of all algorithms
 *
 * Searches take turns, mistake by mistake, so that a machine that is slow for a while is slow for all of them. The last
 * lines count all mistakes. `hunts-against-runs.ts` compares whole hunts with plain runs.
 */
import { parseArgs } from "node:util"
import { HUNT, Hunter } from "../hunting/courses/hunter.ts"
import { Hunt } from "../hunting/hunt.ts"
import { RunHunter } from "../hunting/runs/run-hunter.ts"
import type { Strategy } from "../hunting/courses/territory.ts"
import type { Algorithm } from "../runtime/contract/algorithm.ts"
import { compileWith, WITHOUT_ASSERTIONS } from "../test/support/mutants.ts"
import { type Corpus, CORPORA, MORE_CORPORA, type Planted, RARE, usual } from "../test/support/mutant-corpus.ts"
import { quarryOf } from "../test/support/quarry.ts"

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "10" },
    only: { type: "string" },
    mistake: { type: "string" },
    by: { type: "string" },
    seed: { type: "string", default: "1" },
    seeds: { type: "string", default: "1" },
    all: { type: "boolean", default: false },
    every: { type: "string", default: "1" },
    "without-assertions": { type: "boolean", default: false },
  },
})

const PLAIN: Strategy = { returns: false, swarms: false, findsStalls: true }

type Search = (corpus: Corpus, algorithm: Algorithm, seed: number) => Generator<string | undefined, void>

const SEARCHES: Readonly<Record<string, Search>> = {
  courses: (corpus, algorithm, seed) => hunted(corpus, algorithm, seed, HUNT),
  *swarm(corpus, algorithm, seed) {
    const hunter = new RunHunter(quarryOf(algorithm, corpus.service, corpus.nodes), seed, false)
    for (;;) yield hunter.advance()?.symptom.text
  },
  *hunt(corpus, algorithm, seed) {
    const hunting = new Hunt(quarryOf(algorithm, corpus.service, corpus.nodes), seed)
    for (;;) {
      const found = hunting.seek()
      yield found === undefined || "wrong" in found ? found?.wrong.reason : found.symptom.text
    }
  },
  walks: (corpus, algorithm, seed) => hunted(corpus, algorithm, seed, PLAIN),
  *fed(corpus, algorithm, seed) {
    const hunter = new RunHunter(quarryOf(algorithm, corpus.service, corpus.nodes), seed)
    for (;;) yield hunter.advance()?.symptom.text
  },
  *spec(corpus, algorithm, seed) {
    for (let run = 1_000 * seed; ; run++) yield usual(algorithm, run, corpus.service)[0]
  },
  *brisk(corpus, algorithm, seed) {
    for (let run = 1_000 * seed; ; run++) yield corpus.plain(algorithm, run)[0]
  },
  *runs(corpus, algorithm, seed) {
    if (corpus.run === undefined) return
    for (let run = 1_000 * seed; ; run++) yield corpus.run(algorithm, run)[0]
  },
}

/** Without assertions its handlers do not terminate. */
const ENDLESS = "keeps the entries that it knows of a server when that has been sent more"

/** The CPU times, in seconds, at which findings are counted. */
const AT = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60].filter(seconds => seconds <= Number(values.seconds))

function* hunted(corpus: Corpus, algorithm: Algorithm, seed: number, strategy: Strategy) {
  const hunter = new Hunter(quarryOf(algorithm, corpus.service, corpus.nodes), { seed, strategy })
  for (;;) yield hunter.advance()?.wrong.reason
}

function cpu(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** @returns the CPU seconds until the finding, and what it is; undefined: none within the time */
function timeOf(search: Generator<string | undefined, void>): readonly [seconds: number, how: string] | undefined {
  const start = cpu()
  for (const found of search) {
    const seconds = cpu() - start
    if (found !== undefined && seconds <= Number(values.seconds)) return [seconds, found]
    if (seconds > Number(values.seconds)) return undefined
  }
  return undefined
}

async function compiled(corpus: Corpus, { edits }: Planted): Promise<Algorithm> {
  const all = values["without-assertions"] ? [...edits, WITHOUT_ASSERTIONS] : edits
  const exports = await compileWith<Record<string, Algorithm>>(corpus.module, all)
  const found = exports[corpus.export] ?? Object.values(exports).find(({ name }) => name === corpus.export)
  if (found === undefined) throw new Error(`${corpus.module} exports no ${corpus.export}`)
  return found
}

/** Found so far, by search and by the CPU seconds of {@link AT}. */
const totals = new Map<string, number[]>()

function count(by: string, found: ReturnType<typeof timeOf>): void {
  const counts = totals.get(by) ?? AT.map(() => 0)
  totals.set(by, counts)
  for (const [at, seconds] of AT.entries()) if (found !== undefined && found[0] <= seconds) counts[at]!++
}

const chosen = values.by?.split(",") ?? ["hunt", "spec", "runs"]
const playable = values.all ? { ...CORPORA, ...MORE_CORPORA } : CORPORA
const corpora: Readonly<Record<string, Corpus>> = values.only === "rare" ? { rare: RARE } : playable
let [tried, place] = [0, 0]
for (const [name, corpus] of Object.entries(corpora)) {
  if (values.only !== undefined && !values.only.split(",").includes(name)) continue
  for (const planted of corpus.planted) {
    if (place++ % Number(values.every) !== 0) continue
    if (values.mistake !== undefined && !planted.mistake.includes(values.mistake)) continue
    if (values["without-assertions"] && planted.mistake === ENDLESS) continue
    for (let seed = Number(values.seed); seed < Number(values.seed) + Number(values.seeds); seed++) {
      const told: string[] = []
      tried++
      for (const by of chosen) {
        const algorithm = await compiled(corpus, planted)
        const found = timeOf(SEARCHES[by]!(corpus, algorithm, seed))
        count(by, found)
        told.push(`${by} ${found === undefined ? "-" : `${found[0].toFixed(2)} s`}`)
        if (chosen.length === 1 && found !== undefined) told.push(found[1].slice(0, 80))
      }
      console.log(`${name}: ${planted.mistake}: ${told.join(", ")}`)
    }
  }
}
console.log(`of ${tried}, found within (CPU s) ${AT.join(", ")}`)
for (const [by, counts] of totals) console.log(`${by.padEnd(20)} ${counts.join(", ")}`)
