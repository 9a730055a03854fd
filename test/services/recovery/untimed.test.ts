// Recovery without time: mistakes in what a process logs, found by going through every order of steps, messages and crashes.
import { describe, expect, test } from "vitest"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { violationOf } from "../../support/checks.ts"
import { compileWith } from "../../support/mutants.ts"
import { isMutationRun } from "../../support/mutation-run.ts"

const file = "algorithms/pessimistic-logging/pessimistic-logging.ts"

describe.skipIf(isMutationRun)("pessimistic logging", () => {
  test.each([
    {
      mistake: "logs no messages: output depends on what is received otherwise after a crash",
      from: '  node.append("log", { place: receipts, steps, ...arrival })\n',
      check: "output-once",
      steps: 7,
    },
    {
      mistake: "repeats what came before its checkpoint, too",
      from: "      .filter(({ place }) => place >= checkpoint.application.receipts)\n",
      check: "invariants",
      steps: 6,
    },
  ])("$mistake: $check in $steps steps", async ({ from, check, steps }) => {
    const exports = await compileWith<Record<string, Algorithm>>(file, [{ file, from, to: "" }])
    const options = { nodes: 2, operations: 2, timeouts: { step: 6, loaded: 1, checkpoint: 1 }, crashes: 1 }
    const found = violationOf("pessimistic-logging", undefined, {
      ...options,
      algorithm: exports["pessimisticLogging"]!,
    })
    expect([found.check, found.steps.length]).toEqual([check, steps])
  })
})
