/** Services are opened with complete settings only. */
import { expect, test } from "vitest"
import { integer } from "../../runtime/contract/parameters.ts"
import { service } from "../../runtime/contract/service.ts"
import { telling } from "../support/chatter.ts"
import { handWorld } from "./replicated-log/world.ts"

const counting = service({
  ...telling,
  name: "counting",
  workload: { words: integer(3, "Words.") },
  problem: ({ words }, nodes) => (words > nodes ? { setting: "words", message: "too many" } : undefined),
  open: (world, { words }) => ({ ...telling.open(world, {}), isIdle: () => words === 0 }),
})

test("a service is given the settings it declares, by their types", () => {
  expect(counting.open(handWorld(3), { words: 0 }).isIdle()).toBe(true)
  expect(counting.problem?.({ words: 4 }, 3)).toEqual({ setting: "words", message: "too many" })
  expect(counting.problem?.({ words: 3 }, 3)).toBeUndefined()
})

test("a setting that is missing is no setting", () => {
  expect(() => counting.open(handWorld(3), {})).toThrow("counting: incomplete workload settings")
})
