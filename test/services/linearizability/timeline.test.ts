// The order in which a search meets calls and returns.
import fc from "fast-check"
import { expect, test } from "vitest"
import { Arena } from "../../../services/linearizability/arena.ts"
import { byCall } from "../../../services/linearizability/events.ts"
import type { HistoryOperation } from "../../../services/linearizability/model.ts"
import { forEachEvent } from "../../../services/linearizability/timeline.ts"
import { randomCases } from "../../support/mutation-run.ts"

type Timed = HistoryOperation<string, string>

const operations = fc
  .array(
    fc.record({
      call: fc.integer({ min: 0, max: 12 }),
      lasts: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant(Infinity)),
      isKnown: fc.boolean(),
    }),
    { maxLength: 14 },
  )
  .map(drafts => {
    const all = drafts.map(
      ({ call, lasts, isKnown }, client): Timed => ({
        client,
        input: "",
        output: isKnown ? "" : undefined,
        call,
        return: call + lasts,
      }),
    )
    const sorted = byCall(all)
    const known = sorted.filter(({ output }) => output !== undefined)
    return { known: known.length, all: [...known, ...sorted.filter(({ output }) => output === undefined)] }
  })

test("events come in the order of time, calls before returns, and then by their numbers", () => {
  const arena = new Arena()
  fc.assert(
    fc.property(operations, ({ known, all }) => {
      const events: number[] = []
      arena.use(() => forEachEvent(all, known, arena, event => events.push(event)))
      const timeOf = (event: number): number => ((event & 1) === 0 ? all[event >> 1]!.call : all[event >> 1]!.return)
      const isEarlier = (a: number, b: number): boolean =>
        timeOf(a) < timeOf(b) || (timeOf(a) === timeOf(b) && ((a & 1) < (b & 1) || ((a & 1) === (b & 1) && a < b)))
      const expected = all
        .flatMap((_, operation) => [2 * operation, 2 * operation + 1])
        .toSorted((a, b) => (isEarlier(a, b) ? -1 : 1))
      expect(events).toEqual(expected)
    }),
    { numRuns: randomCases(500) },
  )
})

test("arrays are zeros whenever they are requested, in a nested use and beyond the block too", () => {
  const arena = new Arena()
  const dirty = (array: Int32Array): boolean => array.some(value => value !== 0)
  for (let round = 0; round < 3; round++) {
    arena.use(() => {
      const outer = arena.ints(100)
      expect(dirty(outer)).toBe(false)
      outer.fill(1)
      arena.use(() => {
        const inner = arena.ints(50)
        expect(dirty(inner)).toBe(false)
        inner.fill(2)
      })
      const [next, large] = [arena.ints(50), arena.ints(200_000)]
      expect(dirty(next) || dirty(large)).toBe(false)
      next.fill(3)
      large.fill(4)
      expect(outer.every(value => value === 1)).toBe(true)
    })
  }
})
