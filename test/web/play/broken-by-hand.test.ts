// Every algorithm is broken by hand in a way that its README documents, and the playground says so.
import { expect, test } from "vitest"
import { algorithms } from "../../../algorithms/registry.ts"
import { BREAKS, brokenRun, evidenceIn } from "../../support/broken-by-hand.ts"

test.each(Object.keys(algorithms))("%s", algorithm => {
  const run = brokenRun(algorithm)
  expect(evidenceIn(run)).toContain(BREAKS[algorithm]?.evidence)
  const untouched = { ...run, scenario: { ...run.scenario, interventions: [] } }
  expect(evidenceIn(untouched)).not.toContain(BREAKS[algorithm]?.evidence)
})
