import { expect, test } from "vitest"
import { written, writtenDifference } from "../../../reports/answer/numbers.ts"
import { wordsFor } from "../../../reports/answer/words.ts"

const RUNS = 20

test.each([
  [9_999, 9_900, 10_200, "9999 ms [9900, 10200]"],
  [10_000, 9_900, 10_200, "10.00 s [9.90, 10.20]"],
  [121_884, 112_077, 133_379, "121.9 s [112.1, 133.4]"],
  [301_847, 301_847, 301_847, "301.8 s"],
])("a time of %d ms is written as a reader would say it", (value, low, high, text) => {
  expect(written(wordsFor("latency"), { value, low, high, runs: RUNS }).replaceAll("\u00a0", " ")).toBe(text)
})

test("what is counted is in millions where there are many", () => {
  const bytes = { value: 308_652_749, low: 304_599_017, high: 314_504_954, runs: RUNS }
  expect(written(wordsFor("bytes-stored"), bytes).replaceAll("\u00a0", " ")).toBe("308.7 million [304.6, 314.5]")
})

test("so is a difference of times, with its sign", () => {
  const difference = { value: -45_500, low: -50_000, high: -41_000, runs: RUNS }
  expect(writtenDifference(wordsFor("latency"), difference).replaceAll("\u00a0", " ")).toBe("-45.50 s [-50.00, -41.00]")
})
