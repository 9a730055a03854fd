import { beforeEach, describe, expect, it } from "vitest"
import { MessageSizer } from "../../runtime/message-size.ts"

describe("the size model", () => {
  let sizer: MessageSizer
  beforeEach(() => {
    sizer = new MessageSizer()
  })
  const size = (message: object): number => sizer.sizeOf(sizer.typeOf(message), message)

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
})
