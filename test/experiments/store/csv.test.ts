// CSV, value by value.
import { stringify } from "csv-stringify/sync"
import fc from "fast-check"
import { expect, test } from "vitest"
import { toCsv } from "../../../experiments/store/csv.ts"
import type { Value } from "../../../experiments/store/tables.ts"

/** Texts of what has a meaning in CSV, in spreadsheets or in terminals, and of anything else. */
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom(",", '"', "\n", "\r", " ", "=", "-", "+", "@", "\t", "\u001B", "é", "a", "7") }),
  fc.string({ unit: "binary" }),
)
const value: fc.Arbitrary<Value> = fc.oneof(text, fc.double(), fc.integer(), fc.constant(null))

/** The same table in one piece; what spreadsheets and terminals execute is defused before. */
function inOnePiece(rows: readonly (readonly Value[])[]): string {
  const defused = rows.map(row =>
    row.map(each => {
      if (typeof each !== "string") return each
      const inert = /^[=+\-@\t]/.test(each) ? `'${each}` : each
      return inert.replaceAll(
        // oxlint-disable-next-line no-control-regex -- these are what it is about
        /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g,
        letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
      )
    }),
  )
  const number = (each: number): string => String(Number.isInteger(each) ? each : Number(each.toPrecision(12)))
  return stringify(defused, { record_delimiter: "\n", cast: { number } })
}

test("has twelve digits of numbers, and of texts what nobody executes", () => {
  fc.assert(
    fc.property(fc.array(fc.array(value, { minLength: 3, maxLength: 3 }), { maxLength: 5 }), rows => {
      const columns = ["a", "b, c", "d"]
      expect([...toCsv({ columns, rows })].join("")).toBe(inOnePiece([columns, ...rows]))
    }),
  )
})

test("comes in pieces, none of which is much longer than the others", () => {
  const rows = Array.from({ length: 5_000 }, (_, place): readonly Value[] => [place, "x".repeat(50)])
  const pieces = [...toCsv({ columns: ["a", "b"], rows })]
  expect(pieces.length).toBeGreaterThan(2)
  expect(Math.max(...pieces.map(piece => piece.length))).toBeLessThan(1 << 16)
  expect(pieces.join("").split("\n")).toHaveLength(5_000 + 2)
})
