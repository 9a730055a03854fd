// Configurations of a search with unknown outcomes: one that another dominates is known. Compared with a list of them all.
import { expect, test } from "vitest"
import { Random } from "../../../runtime/lib/random.ts"
import { Arena } from "../../../services/linearizability/arena.ts"
import { Fewest } from "../../../services/linearizability/fewest.ts"

const OPTIONS = 40

interface Configuration {
  readonly key: readonly number[]
  readonly time: number
  /** Options placed, in the order of expiry. */
  readonly taken: readonly number[]
  /** Options before this one have expired. */
  readonly open: number
}

function add(fewest: Fewest, { key, time, taken, open }: Configuration): "new" | "seen" | "full" {
  const bits = new Int32Array((OPTIONS >>> 5) + 1)
  for (const option of taken) bits[option >>> 5]! |= 1 << (option & 31)
  return fewest.add(Int32Array.from(key), key.length, time, bits, open)
}

function dominates(one: Configuration, other: Configuration): boolean {
  return (
    one.key.join(" ") === other.key.join(" ") &&
    one.time <= other.time &&
    one.taken.every(option => option < other.open || other.taken.includes(option))
  )
}

const base = { key: [1, 2], time: 5, taken: [3, 35], open: 2 }

test.each([
  ["the same", base, "seen"],
  ["one option more", { ...base, taken: [3, 7, 35] }, "seen"],
  ["one option less", { ...base, taken: [35] }, "new"],
  ["another option", { ...base, taken: [4, 35] }, "new"],
  ["another option, after the one that differs has expired", { ...base, time: 9, taken: [4, 35], open: 4 }, "seen"],
  ["a later call", { ...base, time: 6 }, "seen"],
  ["an earlier call", { ...base, time: 4 }, "new"],
  ["another state", { ...base, key: [1, 3] }, "new"],
  ["more operations placed", { ...base, key: [1, 2, 0] }, "new"],
])("%s is %s", (_, configuration, expected) => {
  const fewest = new Fewest(OPTIONS, new Arena())
  expect(add(fewest, base)).toBe("new")
  expect(add(fewest, configuration)).toBe(expected)
})

test("of one key, as many sets are compared as is said; further ones are left to an exact look-up", () => {
  const fewest = new Fewest(OPTIONS, new Arena())
  const sets = Array.from({ length: 80 }, (_, place) => ({ ...base, time: 100 - place }))
  expect(sets.map(each => add(fewest, each)).lastIndexOf("new")).toBe(63)
  expect(add(fewest, { ...base, time: 101 })).toBe("seen")
  expect(add(fewest, { ...base, key: [2, 2] })).toBe("new")
})

test("random configurations", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = new Random(seed)
    const fewest = new Fewest(OPTIONS, new Arena())
    const kept: Configuration[] = []
    for (let i = 0; i < 500; i++) {
      const open = random.integer(0, 3)
      const options = Array.from({ length: OPTIONS }, (__, option) => option)
      const configuration = {
        key: Array.from({ length: random.integer(1, 3) }, () => random.integer(0, 4)),
        time: random.integer(0, 10),
        taken: options.filter(option => (option < 3 || option > 36) && random.integer(0, 1) === 0),
        open,
      }
      const found = add(fewest, configuration)
      const isKnown = kept.some(each => dominates(each, configuration))
      expect(found, `seed ${seed}, configuration ${i}`).toBe(isKnown ? "seen" : "new")
      if (found === "new") kept.push(configuration)
    }
    expect(kept.length).toBeGreaterThan(100)
  }
})
