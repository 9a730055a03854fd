import { describe, expect, test } from "vitest"
import { steadinessOf } from "../../analysis/steadiness.ts"
import { planExperiment } from "../../experiments/model/plan.ts"
import { experimentOf } from "../experiments/support/experiments.ts"

const [cell] = planExperiment(experimentOf("question: q\nalgorithms: [parrot]\nnodes: 3")).cells
const all = { operations: 1_000, lost: 0 }
const growth = (value: number, half: number) => ({ value, low: value - half, high: value + half, runs: 8 })

describe("a cell is", () => {
  test("steady where the operations in flight are shown not to grow much", () => {
    expect(steadinessOf(cell!, all, growth(0.02, 0.1))).toBe("steady")
    expect(steadinessOf(cell!, all, growth(-0.3, 0.1))).toBe("steady")
    // Shown, and too little to matter.
    expect(steadinessOf(cell!, all, growth(0.03, 0.01))).toBe("steady")
  })

  test("growing where they are shown to grow, or where operations fail without a fault", () => {
    expect(steadinessOf(cell!, all, growth(0.5, 0.3))).toBe("growing")
    expect(steadinessOf(cell!, { operations: 1_000, lost: 11 }, growth(0, 0.1))).toBe("growing")
  })

  test("unclear where the runs are too few or too short", () => {
    expect(steadinessOf(cell!, all, growth(0.4, 0.5))).toBe("unclear")
    expect(steadinessOf(cell!, all, { value: 0, low: null, high: null, runs: 1 })).toBe("unclear")
  })

  test("not judged where an operator changes the group or its leader", () => {
    for (const setting of ["changeEvery", "transferEvery"]) {
      const every = (interval: number) => ({
        ...cell!,
        scenario: { ...cell!.scenario, workload: { [setting]: interval } },
      })
      expect(steadinessOf(every(1_000_000), all, growth(0.5, 0.1)), setting).toBeNull()
      expect(steadinessOf(every(0), all, growth(0.5, 0.1)), setting).toBe("growing")
    }
  })

  test("not judged in a closed loop, or under faults", () => {
    expect(steadinessOf(cell!, all, null)).toBeNull()
    const [faulty] = planExperiment(
      experimentOf("question: q\nalgorithms: [parrot]\nnodes: 3\nfaults: [{ crash: { count: 1, at: 2s } }]"),
    ).cells
    expect(steadinessOf(faulty!, all, growth(0.5, 0.1))).toBeNull()
  })
})
