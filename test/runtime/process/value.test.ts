// Plain data as values: what is written can be read back, and equal values are written alike.
import { describe, expect, test } from "vitest"
import { copied, decode, encode, hash, NotPlainData, transcribe } from "../../../runtime/process/value.ts"
import { Random } from "../../../runtime/lib/random.ts"

/** Random plain data, nested up to `depth` times. */
function randomValue(random: Random, depth: number): unknown {
  const leaves = [null, true, false, 0, -7, 1.5e-9, 2 ** 53, "", 'a "b" \\ \n,:[]{}<>()', "-", "-1", undefined]
  const kind = random.integer(0, depth === 0 ? 3 : 7)
  if (kind <= 3) return leaves[random.integer(0, leaves.length - 1)]
  const entries = Array.from({ length: random.integer(0, 4) }, () => randomValue(random, depth - 1))
  if (kind === 4) return entries
  if (kind === 5) return new Set(entries)
  const pairs = entries.map((entry, index) => [`k${index}`, entry] as const)
  return kind === 6 ? new Map(pairs) : Object.fromEntries(pairs)
}

test("what is written is read back the same, and written again in the same way", () => {
  for (let seed = 1; seed <= 2_000; seed++) {
    const value = randomValue(new Random(seed), 4)
    const text = encode(value)
    expect(decode(text), `seed ${seed}`).toEqual(value)
    expect(encode(decode(text)), `seed ${seed}`).toBe(text)
    expect(encode(copied(value)), `seed ${seed}`).toBe(text)
  }
})

test("what is transcribed is read back as it was: in its order, and with numbers that are not finite", () => {
  for (let seed = 1; seed <= 500; seed++) {
    const value = randomValue(new Random(seed), 4)
    expect(decode(transcribe(value)), `seed ${seed}`).toEqual(value)
  }
  const value = { b: [Number.NaN, Infinity, -Infinity, -1, undefined], a: new Set([10, 2, 1]), c: 1e-30 }
  const again = decode(transcribe(value))
  expect(again).toEqual(value)
  expect(transcribe(again)).toBe(transcribe(value))
  expect(transcribe(again)).not.toBe(transcribe({ a: value.a, b: value.b, c: value.c }))
})

test("what is read has the fields that were written and no others, whatever they are called", () => {
  const value: unknown = JSON.parse('{"__proto__":{"a":1},"toString":2}')
  const again = decode(transcribe(value))
  expect(Object.getPrototypeOf(again)).toBe(Object.prototype)
  expect(transcribe(again)).toBe('{"__proto__":{"a":1},"toString":2}')
})

test("what is no plain data is transcribed as what its fields say, or as nothing", () => {
  class Ballot {
    readonly round = 1
    readonly next = (): number => 2
  }
  expect(decode(transcribe([new Ballot()]))).toEqual([{ round: 1, next: undefined }])
  expect(() => transcribe([1n])).toThrow("a BigInt is no plain data")
})

test("the order in which fields were set, or entries made, says nothing", () => {
  const one = {
    b: new Map([
      ["x", 1],
      ["y", 2],
    ]),
    a: new Set([1, 2, 10]),
  }
  const other = {
    a: new Set([10, 2, 1]),
    b: new Map([
      ["y", 2],
      ["x", 1],
    ]),
  }
  expect(encode(one)).toBe(encode(other))
})

test.each([
  [
    [1, 2],
    [2, 1],
  ],
  [[], {}],
  [new Map(), new Set()],
  [["1"], [1]],
  [
    [[1], 2],
    [1, [2]],
  ],
  [{ a: 1 }, { a: "1" }],
  [{ a: undefined }, {}],
  [[null], [undefined]],
  [new Map([["a", 1]]), { a: 1 }],
])("different values are written differently: %j and %j", (one, other) => {
  expect(encode(one)).not.toBe(encode(other))
})

test("zero is zero, whatever its sign", () => {
  expect(encode(-0)).toBe(encode(0))
})

describe("what is no plain data", () => {
  class Ballot {
    readonly round = 1
  }
  test.each([
    ["a number that is none", Number.NaN, "NaN"],
    ["an infinity", -Infinity, "-Infinity"],
    ["a function", () => 1, "a function"],
    ["a symbol", Symbol("s"), "a symbol"],
    ["a big integer", 1n, "a bigint"],
    ["an object of a class", new Ballot(), "an object of the class Ballot"],
    ["a date", new Date(0), "an object of the class Date"],
  ])("%s is refused in words, at any depth", (_, value, words) => {
    expect(() => encode({ in: [value] })).toThrow(new NotPlainData(words))
    expect(() => copied({ in: new Map([["key", value]]) })).toThrow(new NotPlainData(words))
  })

  test.each(["", "[1", "{1:2}", "[1 2]", "1,", "(1)", "nul", '"a', "[1]]"])("the text %j is refused", text => {
    expect(() => decode(text)).toThrow(SyntaxError)
  })
})

test("a copy shares nothing with what it was made of", () => {
  const shared = { votes: [1] }
  const value = { left: shared, right: shared, byId: new Map([[1, shared]]) }
  const copy = copied(value)
  shared.votes.push(2)
  expect(copy).toEqual({ left: { votes: [1] }, right: { votes: [1] }, byId: new Map([[1, { votes: [1] }]]) })
  copy.left.votes.push(3)
  expect(copy.right.votes).toEqual([1])
})

test("a hundred thousand texts that differ little have a hundred thousand fingerprints, spread over all bits", () => {
  const hashes = Array.from({ length: 100_000 }, (_, index) => hash(`{"term":${index}}`))
  expect(new Set(hashes).size).toBe(hashes.length)
  expect(hashes.every(Number.isSafeInteger)).toBe(true)
  const mean = hashes.reduce((sum, one) => sum + one / 2 ** 53, 0) / hashes.length
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.005)
  for (const modulus of [2, 3, 64, 1_009]) {
    const counts = Map.groupBy(hashes, one => one % modulus)
    expect(Math.max(...[...counts.values()].map(({ length }) => length))).toBeLessThan((1.6 * hashes.length) / modulus)
  }
})
