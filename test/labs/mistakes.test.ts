// In every lab a typical mistake loses the points of the stages that are about it, and no others: these are tried here
// with the first seed that everybody has, by day one in eight; `npm run labs` tries them with all seeds, hidden ones among them.
import { describe, expect, test } from "vitest"
import type { WrongSolution } from "../../labs/engine/lab.ts"
import { labs } from "../../labs/registry.ts"
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import { oneInByDay } from "../support/effort.ts"
import { compileWith, editedTexts, WITHOUT_ASSERTIONS } from "../support/mutants.ts"
import { lost, spared } from "./lost.ts"

/** The seeds of each test that a mistake must pass. */
const SEEDS = 1

describe.each(Object.values(labs).filter(lab => lab.kind === "implement"))("$name", lab => {
  test("typical mistakes lose the points of the right stages, and only those", async () => {
    const { wrong }: { wrong: readonly WrongSolution[] } = await import(`../../labs/${lab.name}/wrong.ts`)
    expect(wrong.length).toBeGreaterThanOrEqual(5)
    for (const { mistake, edits } of wrong) expect(() => editedTexts(edits), mistake).not.toThrow()
    for (const { mistake, edits, loses } of oneInByDay(8, wrong)) {
      const mutant = await compileWith<{ reference: Algorithm }>(`labs/${lab.name}/reference.ts`, [
        ...edits,
        WITHOUT_ASSERTIONS,
      ])
      expect(loses.length, mistake).toBeGreaterThan(0)
      const others = lab.stages.flatMap(({ name }) => (loses.includes(name) ? [] : [name]))
      expect({
        mistake,
        spares: spared(lab, mutant.reference, loses, 1),
        losesToo: lost(lab, mutant.reference, [], others, SEEDS),
      }).toEqual({ mistake, spares: [], losesToo: {} })
    }
  })
})
