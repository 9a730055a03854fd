// Under all that it claims to survive: no run of many random ones breaks any check of the service, and once the last fault is over
// the group serves again.
import { describe, expect, test } from "vitest"
import { primaryBackup } from "../../../algorithms/primary-backup/primary-backup.ts"
import { CRASHES_ALONE } from "../../support/more-runs.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { onLog } from "./random-faults.ts"
import { randomRun } from "./random-run.ts"
import { backupOnLogs } from "./support.ts"

test("with a view service: crashes, partitions, loss, duplication, reordering, pauses", () => {
  const seeds = randomRuns(500)
  let leaderships = 0
  let survived = 0
  let everything = 0
  for (let seed = 1; seed <= seeds; seed++) {
    const found = randomRun(primaryBackup, seed)
    expect(found.wrong, `seed ${seed}; again: npm run soak -- --only primary-backup --replay ${seed}`).toEqual([])
    leaderships += found.leaderships
    if (found.kind === "crashes") continue
    everything++
    if (found.hasSurvivor) survived++
  }
  // The faults bite, and mostly the group has to come back.
  expect(leaderships / seeds).toBeGreaterThan(3)
  expect(survived / everything).toBeGreaterThan(0.8)
})

describe("crashes alone, on links that keep the order", () => {
  test.each(CRASHES_ALONE)("%j", parameters => {
    for (let seed = 1; seed <= randomRuns(60); seed++) {
      expect(randomRun(primaryBackup, seed, parameters).wrong, `seed ${seed}`).toEqual([])
    }
  })
})

test("with a view service in a log, one process of which fails at a time: 60 seeds", () => {
  const seeds = randomRuns(60)
  let leaderships = 0
  for (let seed = 1; seed <= seeds; seed++) {
    const found = randomRun(backupOnLogs, seed, {}, onLog(seed))
    expect(
      found.wrong,
      `seed ${seed}; again: npm run soak -- --only primary-backup/view-service-in-a-log --replay ${seed}`,
    ).toEqual([])
    leaderships += found.leaderships
  }
  expect(leaderships / seeds).toBeGreaterThan(3)
})
