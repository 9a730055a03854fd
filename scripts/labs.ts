/**
 * Tests the labs themselves: the reference must get full marks for any hidden seeds, and every typical mistake must lose the
 * points of its stages and no others. For each algorithm a row of its tests: `.` passed, `x` failed.
 *
 *     npm run labs -- bully                        the reference and the mistakes, with the public seeds and one set of hidden ones
 *     npm run labs -- --times 100                  all references, with 100 sets of hidden seeds each
 *     npm run labs -- bully --mistake answers      one mistake, with the first failure of each test
 *     npm run labs -- --rules                      right solutions of other designs, and their rules broken one by one
 *     npm run labs -- --rules --secret 7           the same with other hidden seeds; takes some minutes
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import type { FindBugLab, ImplementLab, WrongSchedule, WrongSolution } from "../labs/engine/lab.ts"
import { labs } from "../labs/registry.ts"
import { hiddenSeeds, publicSeeds, testsOf, tryOnce } from "../labs/engine/run.ts"
import { gradeSchedule } from "../labs/engine/schedule.ts"
import type { Algorithm } from "../runtime/contract/algorithm.ts"
import { compileSolution, corpora } from "../test/labs/corpus.ts"
import { compileWith, WITHOUT_ASSERTIONS } from "../test/support/mutants.ts"

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    times: { type: "string", default: "1" },
    secret: { type: "string", default: "1" },
    mistake: { type: "string" },
    rules: { type: "boolean", default: false },
  },
})

let wrongRows = 0
const chosen = Object.values(labs).filter(({ name }) => positionals.length === 0 || positionals.includes(name))
for (const lab of chosen) {
  console.log(`\n${lab.name}`)
  if (lab.kind === "find-bug") {
    await trySchedules(lab)
    continue
  }
  if (values.rules) {
    await tryRules(lab)
    continue
  }
  const { reference }: { reference: Algorithm } = await import(`../labs/${lab.name}/reference.ts`)
  for (let i = 0; i < Number(values.times); i++) {
    if (values.mistake === undefined) tell(lab, reference, Number(values.secret) + i, `reference, secret ${i + 1}`, [])
  }
  if (Number(values.times) > 1) continue
  const { wrong }: { wrong: readonly WrongSolution[] } = await import(`../labs/${lab.name}/wrong.ts`)
  for (const { mistake, edits, loses } of wrong) {
    if (values.mistake !== undefined && !mistake.includes(values.mistake)) continue
    const mutant = await compileWith<{ reference: Algorithm }>(`labs/${lab.name}/reference.ts`, [
      ...edits,
      WITHOUT_ASSERTIONS,
    ])
    tell(lab, mutant.reference, Number(values.secret), mistake, loses)
  }
}
process.exitCode = wrongRows === 0 ? 0 : 1

/** Tries a correct solution of another design, and variants with one of its rules broken. */
async function tryRules(lab: ImplementLab): Promise<void> {
  for (const { solution, rules } of corpora.filter(corpus => corpus.lab === lab.name)) {
    for (let i = 0; i < Number(values.times); i++) {
      const right = await compileSolution(solution, [])
      tell(lab, right, Number(values.secret) + i, `${solution}, secret ${i + 1}`, [])
    }
    if (Number(values.times) > 1) continue
    for (const { mistake, edits, loses } of rules) {
      if (values.mistake !== undefined && !mistake.includes(values.mistake)) continue
      tell(lab, await compileSolution(solution, edits), Number(values.secret), mistake, loses)
    }
  }
}

/** Tries a lab whose solutions are schedules of faults. */
async function trySchedules(lab: FindBugLab): Promise<void> {
  const { reference }: { reference: string } = await import(`../labs/${lab.name}/reference.ts`)
  const from = values.rules ? `../test/labs/schedules/${lab.name}.ts` : `../labs/${lab.name}/wrong.ts`
  const module: { wrong?: readonly WrongSchedule[]; schedules?: readonly WrongSchedule[] } = await import(from)
  for (let i = 0; i < Number(values.times); i++) {
    tellSchedule(lab, reference, Number(values.secret) + i, `reference, secret ${i + 1}`, [])
  }
  if (Number(values.times) > 1) return
  for (const { schedule, mistake, loses } of module.wrong ?? module.schedules ?? []) {
    tellSchedule(lab, schedule, Number(values.secret), mistake, loses)
  }
}

function tellSchedule(lab: FindBugLab, text: string, secret: number, label: string, loses: readonly string[]): void {
  const folder = mkdtempSync(join(tmpdir(), "quorate-schedule-"))
  const file = join(folder, lab.file)
  writeFileSync(file, text)
  const { tests, problems } = gradeSchedule(lab, file, label, { secret })
  rmSync(folder, { recursive: true })
  const row = tests.map(({ failure }) => (failure === undefined ? "." : "x"))
  const lost = new Set(tests.flatMap(({ failure, stage }) => (failure === undefined ? [] : [stage])))
  conclude(row, { lost, byHidden: new Set() }, loses, label, problems)
}

/** Prints the row of an algorithm, and why it failed where it should not have. */
function tell(lab: ImplementLab, algorithm: Algorithm, secret: number, label: string, loses: readonly string[]): void {
  const lost = new Set<string>()
  const byHidden = new Set<string>()
  const reasons: string[] = []
  let runs = 0
  const row = testsOf(lab).map(({ number, stage, test }) => {
    for (const at of [...publicSeeds(test), ...hiddenSeeds(test, secret)]) {
      runs++
      const failed = tryOnce(lab, test, algorithm, at)
      if (failed === undefined) continue
      const stages = at.hidden && loses.length > 0 ? byHidden : lost
      stages.add(stage.name)
      reasons.push(`      ${number} seed ${at.seed}: expected ${failed.expected}; ${failed.happened}`)
      return "x"
    }
    return "."
  })
  conclude(row, { lost, byHidden }, loses, `${label} (${runs} runs)`, reasons)
}

/** Stages that lost points. */
interface Lost {
  readonly lost: ReadonlySet<string>
  /** Stages that a mistake loses with a hidden seed only, where it may show in more of them. */
  readonly byHidden: ReadonlySet<string>
}

/** @param reasons printed if the row is not as it should be */
function conclude(
  row: readonly string[],
  { lost, byHidden }: Lost,
  loses: readonly string[],
  label: string,
  reasons: readonly string[],
): void {
  const isRight = loses.every(name => lost.has(name) || byHidden.has(name)) && lost.isSubsetOf(new Set(loses))
  if (!isRight) wrongRows++
  const verdict = isRight
    ? ""
    : `  WRONG: loses ${[...lost.union(byHidden)].join(", ") || "nothing"}, not ${loses.join(", ") || "nothing"}`
  console.log(`  ${row.join(" ")}  ${label}${verdict}`)
  if (!isRight || values.mistake !== undefined) console.log(reasons.join("\n"))
}
