// What an algorithm loses in a lab, found without the walls that submissions are graded behind.
import type { ImplementLab, ImplementTest } from "../../labs/engine/lab.ts"
import { hiddenSeeds, type LabSeed, publicSeeds, type Secret, tryOnce } from "../../labs/engine/run.ts"
import type { Algorithm } from "../../runtime/contract/algorithm.ts"

/**
 * The seeds of a test that is graded with each of some secrets: the public ones once, and the hidden ones of each, by turns, as
 * the first few are all that is tried by day.
 */
function seedsOf(test: ImplementTest, secrets: readonly Secret[]): readonly LabSeed[] {
  const [open, hidden] = [publicSeeds(test), secrets.flatMap(secret => hiddenSeeds(test, secret))]
  const turns = Array.from({ length: Math.max(open.length, hidden.length) }, (_, turn) => turn)
  return turns.flatMap(turn => [open[turn], hidden[turn]].filter(seed => seed !== undefined))
}

/**
 * The first failure of a stage, which is then not run any further. Each test has its turn with one seed before any has it
 * with the next: most mistakes fail one test with every seed, and others with none.
 */
function failureOf(
  lab: ImplementLab,
  tests: readonly ImplementTest[],
  algorithm: Algorithm,
  secrets: readonly Secret[],
  most: number,
): string | undefined {
  const tried = tests.map(one => ({ one, seeds: seedsOf(one, secrets) }))
  const turns = Math.min(most, Math.max(...tried.map(({ seeds }) => seeds.length)))
  for (let turn = 0; turn < turns; turn++) {
    for (const { one, seeds } of tried) {
      const at = seeds[turn]
      const failed = at && tryOnce(lab, one, algorithm, at)
      if (failed !== undefined) return `${one.name}, seed ${failed.seed}: ${failed.expected}; ${failed.happened}`
    }
  }
  return undefined
}

/** Which of some stages an algorithm loses no points of. */
export function spared(
  lab: ImplementLab,
  algorithm: Algorithm,
  stages: readonly string[],
  secret: Secret,
): readonly string[] {
  const failures = lost(lab, algorithm, [secret], stages)
  return stages.filter(name => failures[name] === undefined)
}

/**
 * The stages, all or some, that an algorithm loses points of with any of some secrets, and a failure of each.
 *
 * @param most how many seeds of each test are tried
 */
export function lost(
  lab: ImplementLab,
  algorithm: Algorithm,
  secrets: readonly Secret[],
  stages: readonly string[] = lab.stages.map(({ name }) => name),
  most = Infinity,
): Record<string, string> {
  const failures: Record<string, string> = {}
  for (const { name, tests } of lab.stages.filter(stage => stages.includes(stage.name))) {
    const failure = failureOf(lab, tests, algorithm, secrets, most)
    if (failure !== undefined) failures[name] = failure
  }
  return failures
}
