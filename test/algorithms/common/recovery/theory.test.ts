// Closed forms of a process that checkpoints and fails, as charts draw them.
import { expect, test } from "vitest"
import {
  checkpointFigures,
  dalyInterval,
  expectedRunTime,
  expectedWorkLost,
  youngInterval,
} from "../../../../algorithms/common/recovery/theory.ts"
import { SECOND } from "../../../../runtime/contract/units.ts"
import { figureOf, settingWith } from "../../../support/setting.ts"

test("the run time and the work lost of one process, which is down for MTTR after each failure", () => {
  const setting = settingWith({
    nodes: 1,
    syncLatency: SECOND,
    failures: { mtbf: 100 * SECOND, mttr: 5 * SECOND },
    parameters: { interval: 14 * SECOND },
    workload: { steps: 10, step: 100 * SECOND, image: 3_000, block: 1_024, restart: 2 * SECOND },
  })
  // Three blocks, a second each.
  const alone = { work: 1_000, interval: 14, checkpoint: 3, restart: 2, mtbf: 100 }
  const form = (name: string) => figureOf({ figures: checkpointFigures }, name)
  expect(form("run_time").value(setting)).toBeCloseTo(1_000 * expectedRunTime(alone) * 1.05, 3)
  expect(form("work_lost").value(setting)).toBeCloseTo(1_000 * expectedWorkLost(alone), 3)
  const small = { ...setting, workload: { ...setting.workload, image: 0, block: 0 } }
  expect(form("work_lost").value(small)).toBeCloseTo(1_000 * expectedWorkLost({ ...alone, checkpoint: 1 }), 3)
  for (const each of checkpointFigures) {
    expect(each.value({ ...setting, failures: null })).toBeUndefined()
    expect([1, 2].map(nodes => each.holds!({}, nodes, {}))).toEqual([true, false])
  }
})

test("Young's and Daly's intervals", () => {
  expect(youngInterval({ checkpoint: 1, mtbf: 50 })).toBe(10)
  const ratio = 1 / 100
  expect(dalyInterval({ checkpoint: 1, mtbf: 50 })).toBeCloseTo(10 * (1 + Math.sqrt(ratio) / 3 + ratio / 9) - 1, 12)
  expect([dalyInterval({ checkpoint: 100, mtbf: 50 }), dalyInterval({ checkpoint: 200, mtbf: 50 })]).toEqual([50, 50])
  expect(expectedRunTime({ work: 10, interval: 2, checkpoint: 1, restart: 4, mtbf: 8 })).toBeCloseTo(
    8 * Math.exp(0.5) * (Math.exp(3 / 8) - 1) * 5,
    9,
  )
  expect(expectedWorkLost({ work: 10, interval: 2, checkpoint: 1, mtbf: 8 })).toBeCloseTo(
    (8 * (Math.exp(3 / 8) - Math.exp(1 / 8)) - 2) * 5,
    9,
  )
})
