import { beforeEach, describe, expect, it } from "vitest"
import fc from "fast-check"
import { SizeCodes } from "../../../runtime/process/compiled-size.ts"
import { MessageForms, MessageSizer } from "../../../runtime/process/message-size.ts"
import { sizeOfValue } from "../../../runtime/process/value-size.ts"

describe("the size model", () => {
  let sizer: MessageSizer
  beforeEach(() => {
    sizer = new MessageSizer()
  })
  const size = (message: object): number => sizer.measure(sizer.typeOf(message), message)

  it("counts a header, scalars, strings, lists and nested records", () => {
    expect(size({ type: "Ping" })).toBe(16)
    expect(size({ type: "Vote", term: 1, granted: true, leader: null })).toBe(16 + 3 * 8)
    expect(size({ type: "Put", key: "abc" })).toBe(16 + 2 + 3)
    expect(size({ type: "Append", entries: [{ term: 1, value: "xy" }, null] })).toBe(16 + 4 + (8 + 4) + 8)
    expect(size({ type: "Snapshot", values: new Map([["a", 1]]), members: new Set([1, 2]) })).toBe(
      16 + 4 + 3 + 8 + 4 + 16,
    )
  })

  it("sizes every message by itself, also after others of its type or with the same content", () => {
    const entry = { term: 1, value: "x" }
    const sizes = [[], [entry], [entry, entry], [{ term: 1, value: "longer" }], []].map(entries =>
      size({ type: "Append", previous: null, entries }),
    )
    expect(sizes).toEqual([28, 39, 50, 44, 28])
    expect(size({ type: "Append", previous: "n/a", entries: [] })).toBe(28 - 8 + 5)
  })

  it("compiles what gives the same sizes as a walk, whatever shapes came before", () => {
    const names = fc.constantFrom("op", "key", "value", "a b", '"', "__proto__", "constructor")
    const { value } = fc.letrec<{ value: unknown }>(tie => ({
      value: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        fc.constantFrom(0, 1.5, true, null, undefined, "", "text"),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(names, tie("value"), { maxKeys: 4 }),
        fc.array(fc.tuple(names, tie("value")), { maxLength: 2 }).map(entries => new Map(entries)),
        fc.array(tie("value"), { maxLength: 2 }).map(members => new Set(members)),
      ),
    }))
    fc.assert(
      fc.property(fc.array(fc.record({ first: value, second: value }), { maxLength: 20 }), messages => {
        const fields = new SizeCodes().of("Any", ["first", "second"])
        for (const message of [...messages, ...messages]) {
          expect(fields.size(message)).toBe(sizeOfValue(message.first) + sizeOfValue(message.second))
        }
      }),
    )
  })

  it("gives a run the same sizes and content hashes, whatever forms earlier runs have found", () => {
    const value = fc.constantFrom(0, 1.5, true, null, undefined, "text", [1])
    const message = fc.oneof(
      fc.record({ type: fc.constantFrom("A", "B"), first: value, second: value }),
      fc.record({ second: value, first: value }, { requiredKeys: ["second"] }),
    )
    const measured = (forms: MessageForms, first: object, second: object): readonly number[] => {
      const run = new MessageSizer([], forms)
      return [first, second].flatMap(each => [run.measure(run.typeOf(each), each), run.contentHash])
    }
    fc.assert(
      fc.property(fc.array(fc.tuple(message, message), { minLength: 2, maxLength: 20 }), runs => {
        const shared = new MessageForms()
        for (const [first, second] of runs) {
          expect(measured(shared, first, second)).toEqual(measured(new MessageForms(), first, second))
        }
      }),
    )
  })

  it("numbers types from 0 on, in the order in which they come", () => {
    const types = ["A", "B", "A", "C"].map(type => sizer.typeOf({ type }))
    expect(types).toEqual([0, 1, 0, 2])
    expect(new MessageSizer(["X", "Y"]).typeOf({ type: "Y" })).toBe(1)
  })

  it("walks where code may not be made from strings", () => {
    const { Function: real } = globalThis
    globalThis.Function = function () {
      throw new EvalError("not allowed here")
    } as unknown as FunctionConstructor
    try {
      const fields = new SizeCodes().of("Any", ["first", "second"])
      expect(fields.size({ first: [{ a: 1 }], second: "abc" })).toBe(sizeOfValue([{ a: 1 }]) + sizeOfValue("abc"))
    } finally {
      globalThis.Function = real
    }
  })

  it("does not take what every object has for a field", () => {
    for (const value of [{ constructor: 1 }, { key: "abc" }, { toString: "x" }, { key: "abcd" }]) {
      expect(size({ type: "Any", value })).toBe(16 + sizeOfValue(value))
    }
  })

  it("learns so many places, shapes and depths, and sizes the others as well", () => {
    const nested = (depth: number): object => (depth === 0 ? { end: "x" } : { inner: nested(depth - 1) })
    const wide = (width: number, prefix: string): object =>
      Object.fromEntries(Array.from({ length: width }, (_, i) => [`${prefix}${i}`, { a: i, b: [{ c: "x" }] }]))
    const values = Array.from({ length: 30 }, (_, i) => [{ [`f${i}`]: "abc" }, nested(i), wide(i, "w"), i]).flat()
    for (const value of [...values, ...values]) {
      expect(size({ type: "Any", value })).toBe(16 + sizeOfValue(value))
    }
  })
})
