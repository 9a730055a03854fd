import { expect, test } from "vitest"
import { plain } from "../../analysis/format.ts"

test.each([
  [1234.56, "1235"],
  [123.456, "123.5"],
  [12.3456, "12.35"],
  [0.1, "0.10"],
  [0.0996, "0.100"],
  [0.00834, "0.0083"],
  [-0.00834, "-0.0083"],
  [0, "0.00"],
  [1e-12, "0.00"],
])("%d is written as %s", (value, text) => expect(plain(value)).toBe(text))
