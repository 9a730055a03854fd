/**
 * Looks for every planted mistake by checks of every order of events, within the bounds of `test/checking/mutant-bounds.ts`:
 *
 *     node scripts/check-mutants.ts                       all of them: about half an hour of processor time
 *     node scripts/check-mutants.ts --only paxos,raft     those of some algorithms
 *     node scripts/check-mutants.ts --only raft --mistake snapshot
 *     node scripts/check-mutants.ts --only raft --sound   first, that Raft as it is breaks nothing within these bounds
 *     node scripts/check-mutants.ts --missing             only those that have not been looked for yet
 *     node scripts/check-mutants.ts --hunt 5              hunts for those that checks do not find, five seconds of processor time each
 *
 * Counts go to `test/checking/mutants.json`, which is committed, with a table for readers in `test/checking/README.md`. One that
 * is not found needs a reason in `test/checking/not-found.ts`; one without makes the exit code 1.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { isFound, type Known, summaryPage } from "../test/checking/mutant-summary.ts"
import { MUTANT_BOUNDS } from "../test/checking/mutant-bounds.ts"
import { reasonFor } from "../test/checking/not-found.ts"
import { lookFor, whyUnsound } from "../test/support/mutant-checks.ts"
import { huntFor } from "../test/support/mutant-hunts.ts"
import { type Mistake, PLANTED, withMistake } from "../test/support/planted.ts"

const FOLDER = join(import.meta.dirname, "../test/checking")
const SUMMARY = join(FOLDER, "mutants.json")

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    mistake: { type: "string" },
    sound: { type: "boolean", default: false },
    missing: { type: "boolean", default: false },
    hunt: { type: "string" },
  },
})

/** Reread each time: another process may be working on other algorithms. */
function summary(): Record<string, Record<string, Known>> {
  return JSON.parse(readFileSync(SUMMARY, "utf8"))
}

/** Saves what is known about a mistake, in the order of the corpora, and drops mistakes that no longer exist. */
function keep(algorithm: string, mistake: string, known: Known): void {
  const before = summary()
  const after = { ...before, [algorithm]: { ...before[algorithm], [mistake]: known } }
  const all = Object.fromEntries(
    Object.entries(PLANTED).flatMap(([name, mistakes]) => {
      const found = mistakes.flatMap(({ mistake: each }) => {
        const one = after[name]?.[each]
        return one === undefined ? [] : [[each, one] as const]
      })
      return found.length === 0 ? [] : [[name, Object.fromEntries(found)] as const]
    }),
  )
  const fresh = `${SUMMARY}.${process.pid}`
  writeFileSync(fresh, `${JSON.stringify(all, null, 2)}\n`)
  renameSync(fresh, SUMMARY)
  writeFileSync(join(FOLDER, "README.md"), summaryPage(all))
}

const chosen = values.only?.split(",") ?? Object.keys(PLANTED)
const unknown = chosen.find(name => !Object.hasOwn(PLANTED, name))
if (unknown !== undefined) {
  console.error(`no mistakes of "${unknown}"; there are those of ${Object.keys(PLANTED).join(", ")}`)
  process.exit(2)
}

/** Hunts for a mistake that checks do not find, unless a hunt has found it already. */
async function huntDown(name: string, planted: Mistake, seconds: number): Promise<void> {
  const known = summary()[name]?.[planted.mistake]
  if (known === undefined || isFound(known) || known.hunt !== undefined) return
  const found = huntFor(await withMistake(name, planted), seconds)
  console.log(
    `${name}: ${planted.mistake}: ${found?.reason.slice(0, 90) ?? "NOT FOUND"} (${found?.cpuSeconds ?? seconds} s)`,
  )
  if (found === undefined) return
  const { reason, cpuSeconds } = found
  keep(name, planted.mistake, {
    ...known,
    hunt: { reason: reason.slice(0, 100), cpuSeconds: Math.round(100 * cpuSeconds) / 100 },
  })
}

let unexplained = 0
for (const [name, mistakes] of Object.entries(PLANTED)) {
  if (!chosen.includes(name)) continue
  for (const bounds of values.sound ? (MUTANT_BOUNDS[name] ?? []) : []) {
    const reason = whyUnsound(name, bounds)
    if (reason !== undefined) throw new Error(`as it is: ${reason}`)
  }
  for (const planted of mistakes) {
    const { mistake } = planted
    if (values.mistake !== undefined && !mistake.includes(values.mistake)) continue
    if (values.hunt !== undefined) {
      await huntDown(name, planted, Number(values.hunt))
      continue
    }
    if (values.missing && summary()[name]?.[mistake] !== undefined) continue
    const start = process.cpuUsage()
    const looked = lookFor(name, await withMistake(name, planted))
    const { user, system } = process.cpuUsage(start)
    const cpuSeconds = Math.round((user + system) / 1e5) / 10
    keep(name, mistake, {
      ...looked,
      ...("reason" in looked ? { reason: looked.reason.slice(0, 100) } : {}),
      cpuSeconds,
    })
    if (!("reason" in looked) && reasonFor(name, mistake) === undefined) unexplained++
    const how = "reason" in looked ? `${looked.steps} steps: ${looked.reason.slice(0, 70)}` : "NOT FOUND"
    console.log(`${name}: ${mistake}: ${how} (${looked.states} states, ${cpuSeconds} s)`)
  }
}
if (unexplained > 0) {
  console.log(`${unexplained} were not found, and nobody has said why`)
  process.exitCode = 1
}
