// Who led in which epoch and when nobody did, in little memory: against plain maps and lists.
import fc from "fast-check"
import { expect, test } from "vitest"
import {
  eachEpoch,
  epochsReused,
  type LeadersByEpoch,
  leadersIn,
  recordLeader,
} from "../../../services/leader-election/epochs.ts"
import { OutageLog } from "../../../services/leader-election/outage-log.ts"

const EPOCHS = 12

test("leaders by epoch are what a map of all epochs says", () => {
  const claim = fc.record({ epoch: fc.integer({ min: 0, max: EPOCHS }), node: fc.integer({ min: 0, max: 2 }) })
  fc.assert(
    fc.property(fc.array(claim, { maxLength: 60 }), claims => {
      const all: LeadersByEpoch = []
      const map = new Map<number, number[]>()
      for (const { epoch, node } of claims) {
        const before = map.get(epoch) ?? []
        expect(recordLeader(all, epoch, node)).toEqual(before)
        if (!before.includes(node)) map.set(epoch, [...before, node])
      }
      for (let epoch = -1; epoch <= EPOCHS + 1; epoch++) expect(leadersIn(all, epoch)).toEqual(map.get(epoch) ?? [])
      expect(eachEpoch(all)).toEqual([...map].toSorted(([one], [other]) => one - other))
      expect(epochsReused(all)).toBe([...map.values()].filter(({ length }) => length > 1).length)
      // Neighbours of the same leaders are one entry.
      const names = all.map(({ from, to, leaders }) => [from, to, leaders.join()] as const)
      const divided = names.filter(([from, , leaders], place) => {
        const last = names[place - 1]
        return last !== undefined && last[1] + 1 === from && last[2] === leaders
      })
      expect(divided).toEqual([])
    }),
  )
})

test("a leader of many epochs is one entry", () => {
  const all: LeadersByEpoch = []
  for (let epoch = 1; epoch <= 100_000; epoch++) recordLeader(all, epoch, 4)
  expect(all).toEqual([{ from: 1, to: 100_000, leaders: [4] }])
})

test("outages come back as they were, up to times of many days", () => {
  const outage = fc.record({
    gap: fc.maxSafeNat().map(gap => gap % 2 ** 40),
    length: fc.maxSafeNat().map(length => length % 2 ** 30),
    cause: fc.constantFrom("", "crash of node 1", "partition"),
  })
  fc.assert(
    fc.property(fc.array(outage, { maxLength: 100 }), spans => {
      const log = new OutageLog()
      let now = 0
      const outages = spans.map(({ gap, length, cause }) => {
        const start = now + gap
        now = start + length
        return { start, end: now, cause }
      })
      for (const each of outages) log.add(each)
      expect(log.all()).toEqual(outages)
    }),
  )
})
