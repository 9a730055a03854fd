import { expect, test } from "vitest"
import { downAYear, spanInWords } from "../../analysis/year.ts"

function spaced(text: string): string {
  return text.replaceAll("\u00a0", " ")
}

test.each([
  [0.9995, "4 h 23 min"],
  [0.99, "3 d 16 h"],
  [0.999, "8 h 46 min"],
  [0.99999, "5 min 16 s"],
  [0.999999, "32 s"],
  [1 - 1e-9, "32 ms"],
  [1 - 1e-13, "less than 0.01 ms"],
  [1, "none seen"],
])("an availability of %d leaves out %s a year", (availability, words) =>
  expect(spaced(downAYear(availability))).toBe(words),
)

test.each([
  [59.99, "1 min"],
  [3_599.9, "1 h"],
  [86_399, "1 d"],
  [90_000, "1 d 1 h"],
  [86_400 * 360, "360 d"],
  [86_400 * 400, "1 y 35 d"],
  [31_557_600 * 2118, "2118 y"],
  [1.449, "1.4 s"],
  [0, "0 s"],
])("%d seconds are %s", (seconds, words) => expect(spaced(spanInWords(seconds))).toBe(words))
