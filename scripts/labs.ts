/**
 * Tries the labs on themselves: the reference must get full marks whatever the hidden seeds, and every typical mistake
 * must lose the points of its stages and no others. For each algorithm a row of its tests: `.` passed, `x` failed.
 *
 *     npm run labs -- bully                        the reference and the mistakes, with the public seeds and one set of hidden ones
 *     npm run labs -- --times 100                  all references, with 100 sets of hidden seeds each
 *     npm run labs -- bully --mistake answers      one mistake, with the first failure of each test
 */
import { parseArgs } from "node:util"
import type { ImplementLab, WrongSolution } from "../labs/lab.ts"
import { labs } from "../labs/registry.ts"
import { hiddenSeeds, publicSeeds, testsOf, tryOnce } from "../labs/run.ts"
import type { Algorithm } from "../runtime/algorithm.ts"
import { compileWith } from "../test/support/mutants.ts"

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    times: { type: "string", default: "1" },
    secret: { type: "string", default: "1" },
    mistake: { type: "string" },
  },
})

let wrongRows = 0
const chosen = Object.values(labs).filter(({ name }) => positionals.length === 0 || positionals.includes(name))
for (const lab of chosen) {
  if (lab.kind !== "implement") continue
  console.log(`\n${lab.name}`)
  const { reference }: { reference: Algorithm } = await import(`../labs/${lab.name}/reference.ts`)
  for (let i = 0; i < Number(values.times); i++) {
    if (values.mistake === undefined) tell(lab, reference, Number(values.secret) + i, `reference, secret ${i + 1}`, [])
  }
  if (Number(values.times) > 1) continue
  const { wrong }: { wrong: readonly WrongSolution[] } = await import(`../labs/${lab.name}/wrong.ts`)
  for (const { mistake, edits, loses } of wrong) {
    if (values.mistake !== undefined && !mistake.includes(values.mistake)) continue
    const mutant = await compileWith<{ reference: Algorithm }>(`labs/${lab.name}/reference.ts`, edits)
    tell(lab, mutant.reference, Number(values.secret), mistake, loses)
  }
}
process.exitCode = wrongRows === 0 ? 0 : 1

/** Prints the row of an algorithm, and why it failed where it should not have. */
function tell(lab: ImplementLab, algorithm: Algorithm, secret: number, label: string, loses: readonly string[]): void {
  const lost = new Set<string>()
  const reasons: string[] = []
  let runs = 0
  const row = testsOf(lab).map(({ number, stage, test }) => {
    for (const at of [...publicSeeds(test), ...hiddenSeeds(test, secret)]) {
      runs++
      const failed = tryOnce(lab, test, algorithm, at)
      if (failed === undefined) continue
      lost.add(stage.name)
      reasons.push(`      ${number} seed ${at.seed}: expected ${failed.expected}; ${failed.happened}`)
      return "x"
    }
    return "."
  })
  const isRight = [...lost].toSorted().join() === loses.toSorted().join()
  if (!isRight) wrongRows++
  const verdict = isRight
    ? ""
    : `  WRONG: loses ${[...lost].join(", ") || "nothing"}, not ${loses.join(", ") || "nothing"}`
  console.log(`  ${row.join(" ")}  ${label} (${runs} runs)${verdict}`)
  if (!isRight || values.mistake !== undefined) console.log(reasons.join("\n"))
}
