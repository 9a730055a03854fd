import { expect, test } from "vitest"
import { inNines, inPercent } from "../../lib/percent.ts"

test.each([
  [0, 2, "0.00"],
  [0.000_01, 2, "<0.01"],
  [0.000_1, 2, "0.01"],
  [0.992, 2, "99.20"],
  [0.999_9, 2, "99.99"],
  [0.999_99, 2, ">99.99"],
  [1, 2, "100.00"],
  [0.999_6, 1, ">99.9"],
  [0.000_4, 1, "<0.1"],
  [0.995, 0, ">99"],
])("a share of %d is written in per cent, with %i decimals, as %s", (share, digits, written) => {
  expect(inPercent(share, digits)).toBe(written)
})

test.each([
  [1, "100.00"],
  [0.5, "50.00"],
  [0.9998, "99.98"],
  [0.99995, "99.99500"],
  [0.99999989, "99.9999890"],
  [1 - 7e-10, "99.9999999300"],
])("%f in nines: %s", (share, written) => {
  expect(inNines(share)).toBe(written)
})
