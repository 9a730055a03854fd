import fc from "fast-check"
import { expect, test } from "vitest"
import { orderedJson } from "../../../experiments/model/fingerprint.ts"

/** The same data with the keys of all objects in order. */
function inKeyOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inKeyOrder)
  if (typeof value !== "object" || value === null) return value
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, entry]) => [key, inKeyOrder(entry)]))
}

test("equal data are equal texts, whatever the order of their keys: those of JSON.stringify after sorting", () => {
  const key = fc.oneof(fc.string(), fc.constantFrom("0", "1", "2", "10", "01", "-1", "a", "é", '"'))
  const data = fc.letrec<{ any: unknown }>(tie => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, undefined, true, 0, -0, 1e21, Number.NaN, "", "\u2028"),
      fc.string(),
      fc.double(),
      fc.array(tie("any"), { maxLength: 4 }),
      fc.dictionary(key, tie("any"), { maxKeys: 6 }),
    ),
  })).any
  fc.assert(
    fc.property(fc.dictionary(key, data, { maxKeys: 6 }), value => {
      expect(orderedJson(value)).toBe(JSON.stringify(inKeyOrder(value)))
      const backwards = Object.fromEntries(Object.entries(value).toReversed())
      expect(orderedJson(backwards)).toBe(orderedJson(value))
    }),
  )
})
