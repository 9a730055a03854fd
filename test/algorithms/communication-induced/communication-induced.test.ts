/** Communication-induced checkpoints: forced checkpoints, and how far back a failure goes (Briatico et al. 1984). */
import { describe, expect, it, test } from "vitest"
import { runsWithFailure } from "../common/recovery/runs-with-failure.ts"
import { CURRENT, type Available } from "../../../algorithms/common/recovery/types.ts"
import { communicationInduced } from "../../../algorithms/communication-induced/communication-induced.ts"
import { indexLine } from "../../../algorithms/communication-induced/recovery-line.ts"
import { recovery } from "../../../services/recovery/service.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { SAFETY_RUNS } from "../../support/safety.ts"
import { completeRun, type ServiceRunOptions } from "../../support/service-run.ts"

const run = (options: ServiceRunOptions, seed?: number) =>
  completeRun(communicationInduced, recovery, { fifo: true, ...options }, seed)

const states = (...indices: readonly number[]): Available[] => indices.map(index => ({ index, sent: [], received: [] }))

describe("the recovery line of an index", () => {
  test.each([
    ["the checkpoints with the index of the failed process", [states(0, 1, 2), states(0, 1, 2, 3, CURRENT)], [2, 2]],
    ["the first one after it, where it was jumped over", [states(0, 1, 2), states(0, 1, 5, CURRENT)], [2, 5]],
    ["the state in memory of one that has no such index", [states(0, 3), states(0, 2, CURRENT)], [3, CURRENT]],
    ["the lower index, where two have failed", [states(0, 3), states(0, 2), states(0, 4, CURRENT)], [3, 2, 4]],
  ])("is made of %s", (_, available, line) => {
    expect(indexLine(available)).toEqual(line)
  })
})

it("forces no checkpoint while indices are equal", () => {
  const options = {
    nodes: 2,
    latency: "10ms",
    workload: { steps: 5, step: "1s", stepTimes: "constant", firstStep: "600ms", messages: "100%", receivers: "next" },
    duration: "8s",
  } as const
  const even = run({ ...options, parameters: { interval: "1s" } }).outcome.figures
  expect(even["forced_checkpoints"]).toBe(0)
  expect(even["control_messages"]).toBe(0)
})

it("loses nothing of the failed process from before its latest checkpoint, and never goes back to the start", () => {
  for (const { seed, figures } of runsWithFailure(run)) {
    // Every process that rolls back goes to its first checkpoint with the index of the failed one, or after it: indices
    // differ by no more than what has been reached since.
    expect(figures["longest_rollback"], `seed ${seed}`).toBeLessThan(900)
    expect(figures["back_to_start"]).toBe(0)
  }
})

it("ends as an undisturbed run under crashes of any number of processes, during recoveries, too", () => {
  for (let seed = 1; seed <= randomRuns(300); seed++) {
    const found = SAFETY_RUNS["communication-induced"]!(seed)
    expect(found, `npm run soak -- --only communication-induced --replay ${seed}`).toEqual([])
  }
})
