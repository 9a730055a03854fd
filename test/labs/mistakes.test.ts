// In every lab a typical mistake loses the points of the stages that are about it, and no others.
import { describe, expect, test } from "vitest"
import type { WrongSolution } from "../../labs/lab.ts"
import { labs } from "../../labs/registry.ts"
import type { Algorithm } from "../../runtime/algorithm.ts"
import { compileWith } from "../support/mutants.ts"
import { lost } from "./lost.ts"

/** A dozen compilations and up to two thousand runs each; most take a few seconds. */
const TIMEOUT_MS = 120_000

describe.each(Object.values(labs).filter(lab => lab.kind === "implement"))("$name", lab => {
  test(
    "typical mistakes lose the points of the right stages, and only those",
    async () => {
      const { wrong }: { wrong: readonly WrongSolution[] } = await import(`../../labs/${lab.name}/wrong.ts`)
      expect(wrong.length).toBeGreaterThanOrEqual(5)
      for (const { mistake, edits, loses } of wrong) {
        const mutant = await compileWith<{ reference: Algorithm }>(`labs/${lab.name}/reference.ts`, edits)
        const failures = lost(lab, mutant.reference, [1])
        expect({ mistake, loses: Object.keys(failures), failures }).toEqual({ mistake, loses: [...loses], failures })
      }
    },
    TIMEOUT_MS,
  )
})
