// The ratios to other simulators: recorded, and carried over by the bare loop.
import { expect, test } from "vitest"
import type { Rate } from "../../bench/measure.ts"
import { RECORDED, standingOf } from "../../bench/standing.ts"
import { SUITES } from "../../bench/suites.ts"
import { BARE_LOOP, RAFT, yardsticks } from "../../bench/suites/yardsticks.ts"

/** @param ratio the rate relative to the reference loop; the rates themselves are those of machines that were busier or less so */
function rate(name: string, ratio: number): Rate {
  return { name, unit: "messages", perSecond: name.length * 1e6, error: 0, best: 1e6, units: 1, milliseconds: 1, ratio }
}

/** Of a peer, the middle of the ratios as recorded and as of today. */
function ratiosOf(peer: string, raft: number, bare: number): readonly number[] {
  const standing = standingOf([rate(RAFT, raft), rate("another", 1), rate(BARE_LOOP, bare)])!
  const { recorded, today } = standing.find(({ name }) => name.startsWith(peer))!
  return [Number.parseFloat(recorded!), Number.parseFloat(today)]
}

test("a Raft as fast as then, beside the bare loop, stands where it stood; one half as fast at half of that", () => {
  const bare = 0.7
  expect(ratiosOf("etcd-io/raft", bare * RECORDED.ofBareLoop, bare)).toEqual([3.8, 3.8])
  expect(ratiosOf("etcd-io/raft", (bare * RECORDED.ofBareLoop) / 2, bare)).toEqual([3.8, 1.9])
  // An engine that is slower is so for both.
  expect(ratiosOf("etcd-io/raft", (bare * RECORDED.ofBareLoop) / 3, bare / 3)).toEqual([3.8, 3.8])
})

test("without the bare loop or without Raft, nothing is said", () => {
  expect(standingOf([rate(RAFT, 1)])).toBeUndefined()
  expect(standingOf([rate(BARE_LOOP, 1)])).toBeUndefined()
})

test("the bare loop delivers as many messages as it says, and tasks of one name are one task", async () => {
  const work = await yardsticks.find(({ name }) => name === BARE_LOOP)!.prepare()
  expect(work()).toBe(1_000_000)
  const tasks = Object.values(SUITES).flat()
  expect(new Set(tasks.map(({ name }) => name)).size).toBe(new Set(tasks).size)
})
