// A mistake that runs hardly ever show, found on random paths of a small group.
import { expect, test } from "vitest"
import { modelOf } from "../../checking/request.ts"
import { counterexampleOf } from "../../checking/counterexample.ts"
import { shortened } from "../../hunting/courses/shorten-path.ts"
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import { RandomWalks } from "../../runtime/checker/search/random-walks.ts"
import { formatStep } from "../../runtime/scenario/script-words.ts"
import { RARE } from "../support/mutant-corpus.ts"
import { compileWith } from "../support/mutants.ts"
import { isMutationRun } from "../support/mutation-run.ts"
import { requestOf } from "../support/untimed-models.ts"

/** One of several in which it takes a few hundred walks; others take some ten thousand, and four seconds. */
const SEED = 2

test.skipIf(isMutationRun)(
  "a log that keeps a tail which conflicts with the snapshot: within a screen of steps",
  async () => {
    const { edits } = RARE.planted.find(({ mistake }) => mistake === "leaves a tail that conflicts with the snapshot")!
    const exports = await compileWith<Record<string, Algorithm>>(RARE.module, [...edits])
    const request = requestOf("raft", undefined, {
      algorithm: exports[RARE.export]!,
      operations: 1,
      timeouts: { election: 2, heartbeat: 1 },
      set: { snapshotEvery: 1, checkQuorum: false },
    })
    const walking = new RandomWalks(modelOf(request), { seed: SEED, walks: 4_000 })
    walking.begin({ depth: 40 })
    while (walking.advance());
    const { violation } = walking.result
    expect(violation?.reason).toContain("the terms of a log never fall")
    const { check, steps } = counterexampleOf(request, shortened(request, violation!))
    const lines = steps.map(({ step }) => formatStep(step!, []))
    expect(check).toBe("invariants")
    expect(lines.length).toBeLessThan(20)
    expect(lines.at(-1)).toMatch(/^deliver InstallSnapshot from/)
  },
)
