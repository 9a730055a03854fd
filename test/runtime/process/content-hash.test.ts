import fc from "fast-check"
import { expect, it } from "vitest"
import { ContentHashes, walked } from "../../../runtime/process/content-hash.ts"

const codes = new ContentHashes()
const hash = (message: object): number => codes.of(message)(message)

it("what a message says is a number that its numbers and booleans change, each in its own way", () => {
  const messages = [
    { type: "Vote", term: 1, granted: true },
    { type: "Vote", term: 1, granted: false },
    { type: "Vote", term: 2, granted: true },
    { type: "Vote", term: true, granted: 1 },
    { type: "Vote", term: 0, granted: 2 },
    { type: "Vote", ballot: 1, granted: true },
  ]
  expect(new Set([...messages, ...structuredClone(messages)].map(hash)).size).toBe(messages.length - 1)
  expect(hash(messages[3]!)).toBe(hash(messages[0]!))
})

it("is the same in whichever order the fields are, and for texts, lists and records whatever is in them", () => {
  expect(hash({ a: 1, b: 7 })).toBe(hash({ b: 7, a: 1 }))
  expect(hash({ a: 1, b: "x", c: [1] })).toBe(hash({ a: 1, b: "y", c: [2] }))
})

it("is the same with code and without", () => {
  const field = fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.double({ noNaN: true }))
  const names = ["term", "a b", '"', "constructor"]
  fc.assert(
    fc.property(fc.tuple(field, field, field, field), values => {
      const message = Object.fromEntries(names.map((name, place) => [name, values[place]]))
      expect(hash(message)).toBe(walked(message, names))
    }),
  )
})
