/** The key-value store: what each operation gives and leaves. */
import { describe, expect, it } from "vitest"
import { keyValueStore, type KeyValueOperation } from "../../../services/machines/key-value.ts"

/** Results of operations on a store that holds `x = 1`, and what it holds afterwards. */
function after(...operations: readonly KeyValueOperation[]) {
  const values = keyValueStore.initial()
  values.set("x", "1")
  const results = operations.map(operation => keyValueStore.execute(values, operation))
  return { results, values: Object.fromEntries(values) }
}

const x = { key: "x" } as const
const y = { key: "y" } as const

describe("every result holds what the key held before", () => {
  it("get leaves it", () => {
    const { results, values } = after({ op: "get", ...x }, { op: "get", ...y })
    expect(results).toEqual([
      { done: true, value: "1" },
      { done: true, value: null },
    ])
    expect(values).toEqual({ x: "1" })
  })

  it("put replaces it", () => {
    const { results, values } = after({ op: "put", ...x, value: "2" }, { op: "put", ...y, value: "3" })
    expect(results).toEqual([
      { done: true, value: "1" },
      { done: true, value: null },
    ])
    expect(values).toEqual({ x: "2", y: "3" })
  })

  it("append adds to it, or to nothing", () => {
    const { results, values } = after({ op: "append", ...x, value: "2" }, { op: "append", ...y, value: "3" })
    expect(results).toEqual([
      { done: true, value: "1" },
      { done: true, value: null },
    ])
    expect(values).toEqual({ x: "12", y: "3" })
  })

  it("cas replaces it only if it is what was expected, null for a key without a value", () => {
    const { results, values } = after(
      { op: "cas", ...x, expected: "1", value: "2" },
      { op: "cas", ...x, expected: "1", value: "3" },
      { op: "cas", ...y, expected: "1", value: "4" },
      { op: "cas", ...y, expected: null, value: "5" },
      { op: "cas", ...y, expected: null, value: "6" },
    )
    expect(results).toEqual([
      { done: true, value: "1" },
      { done: false, value: "2" },
      { done: false, value: null },
      { done: true, value: null },
      { done: false, value: "5" },
    ])
    expect(values).toEqual({ x: "2", y: "5" })
  })
})

it("a copy goes its own way", () => {
  const values = keyValueStore.initial()
  const copy = keyValueStore.copy(values)
  keyValueStore.execute(values, { op: "put", ...x, value: "1" })
  expect([...copy]).toEqual([])
})
