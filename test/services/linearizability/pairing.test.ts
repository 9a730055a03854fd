// Events of recordings, paired to operations: what goes together, whose key is where, and what is refused.
import { describe, expect, test } from "vitest"
import { pairEvents } from "../../../services/linearizability/recordings/pairing.ts"

describe("events", () => {
  type Fields = Readonly<Record<string, unknown>>

  const pair = (...events: readonly Fields[]) =>
    pairEvents(events.map((fields, place) => ({ line: place + 1, fields }) as never))
  const invoke = (process: unknown, f: string, more: Fields = {}): Fields => ({
    process,
    type: "invoke",
    f,
    value: null,
    ...more,
  })
  const end = (type: string, process: unknown, f: string, more: Fields = {}): Fields => ({
    process,
    type,
    f,
    value: null,
    ...more,
  })

  test("of the system are those of keywords, of the nemesis, and of processes that called nothing", () => {
    const { system, operations, problems } = pair(
      { process: ":nemesis", type: "info", f: "start" },
      { process: "nemesis", type: "info", f: "stop", value: ["n1"] },
      { process: ":chaos", type: "info", value: 1 },
      { process: 3, type: "info", f: "reboot", value: "x" },
      { process: 4, type: "info" },
    )
    expect([operations, problems]).toEqual([[], []])
    expect(system).toEqual([
      { line: 1, f: "start", value: null },
      { line: 2, f: "stop", value: ["n1"] },
      { line: 3, f: "", value: 1 },
      { line: 4, f: "reboot", value: "x" },
      { line: 5, f: "", value: null },
    ])
    expect(pair(invoke("a:", "read")).operations).toMatchObject([{ client: "a:", fate: "unknown" }])
  })

  test("are an operation together, with what its end tells", () => {
    const { operations } = pair(
      invoke(0, "read"),
      invoke(1, "write", { value: 5 }),
      end("ok", 0, "read", { value: 4 }),
      end("fail", 1, "write", { value: 5, error: "e" }),
      invoke(2, "cas", { value: [1, 2] }),
      { process: 2, type: "info", error: "timeout" },
      invoke(0, "read"),
    )
    expect(operations).toMatchObject([
      { line: 1, client: "0", form: "events", f: "read", result: 4, done: true, fate: "ok", call: 1, return: 3 },
      { line: 2, client: "1", value: 5, result: undefined, done: undefined, fate: "failed", error: "e", return: 4 },
      { line: 5, client: "2", f: "cas", expected: 1, value: 2, fate: "unknown", error: "timeout", return: 6 },
      { line: 7, client: "0", fate: "unknown", result: undefined, done: undefined, call: 7, return: undefined },
    ])
  })

  test.each<[string, readonly Fields[], readonly string[]]>([
    [
      "two calls at once",
      [invoke(0, "read"), invoke(0, "read")],
      ["2: process 0 invokes while it has an operation in flight"],
    ],
    ["a call of nothing", [{ process: 0, type: "invoke" }], ['1: "f" is missing; expected: the name of an operation']],
    ["an end of nothing", [end("fail", 0, "read")], ["1: process 0 has no operation in flight"]],
    ["another end", [invoke(0, "read"), end("ok", 0, "write")], ["2: process 0 ends a write, but called a read"]],
    [
      "no type",
      [{ process: 0, type: "begin", f: "read" }],
      ['1: "type" is "begin"; expected: invoke, ok, fail or info'],
    ],
    ["a swap of one", [invoke(0, "cas", { value: [1] })], ['1: "value" is [1]; expected: [expected, new]']],
    ["a swap of no list", [invoke(0, "cas", { value: "ab" })], ['1: "value" is "ab"; expected: [expected, new]']],
    [
      "a call that is wrong loses its end, and no more",
      [invoke(0, "cas", { value: 1 }), end("ok", 0, "cas"), end("ok", 0, "cas")],
      ['1: "value" is 1; expected: [expected, new]', "3: process 0 has no operation in flight"],
    ],
    ["a key in the end of another", [invoke(0, "read", { key: "x" }), end("ok", 0, "read", { key: null })], []],
    [
      "the end of a failure with another key",
      [invoke(0, "read", { key: "x" }), end("fail", 0, "read", { key: "y" })],
      [],
    ],
    [
      "a key without one before",
      [invoke(0, "read"), end("ok", 0, "read", { key: "y" })],
      ['2: read ends with the key "y", but was called with null'],
    ],
  ])("that do not go together: %s", (_, events, expected) => {
    expect(pair(...events).problems.map(({ line, message }) => `${line}: ${message}`)).toEqual(expected)
  })

  test("are in the order of their index if all have one of their own, and else in that of their lines", () => {
    const times = (...indices: readonly unknown[]) =>
      pair(
        invoke(0, "read", { index: indices[0] }),
        invoke(1, "read", { index: indices[1] }),
        end("ok", 1, "read", { index: indices[2] }),
      ).operations.map(({ client, call, return: last }) => [client, call, last])
    expect(times(0, 1, 2)).toEqual([
      ["1", 2, 3],
      ["0", 1, undefined],
    ])
    expect(times(9, 3, 5)).toEqual([
      ["1", 1, 2],
      ["0", 3, undefined],
    ])
    for (const indices of [[9, 3], [9, 3, "5"], [9, 3, 3], []]) {
      expect(times(...indices)).toEqual([
        ["1", 2, 3],
        ["0", 1, undefined],
      ])
    }
    const together = [invoke(0, "read"), end("ok", 0, "read")].map(fields => ({ line: 7, fields }) as never)
    expect(pairEvents(together).operations).toMatchObject([{ call: 1, return: 2 }])
  })

  test("have keys in their values if all calls have, and those of the system need not", () => {
    const keyed = (...events: readonly Fields[]) =>
      pair(...events).operations.map(({ f, key, value, expected, result }) => [f, key, value, expected, result])
    const calls = [invoke(0, "write", { value: ["x", 1] }), invoke(1, "cas", { value: ["x", [1, 2]] })]
    expect(keyed(...calls, { process: ":nemesis", type: "invoke", f: "start", value: null })).toEqual([
      ["write", "x", 1, undefined, undefined],
      ["cas", "x", 2, 1, undefined],
    ])
    expect(keyed(...calls, end("ok", 0, "write", { value: 7 }))[0]).toEqual(["write", "x", 1, undefined, 7])
    expect(keyed(...calls, end("ok", 0, "write", { value: [1, 2, 3] }))[0]?.at(-1)).toEqual([1, 2, 3])
    // With a call that has none, what looks like a key and a value is a value.
    expect(keyed(invoke(0, "write", { value: ["x", 1] }), invoke(1, "write", { value: 1 }))[0]).toEqual([
      "write",
      undefined,
      ["x", 1],
      undefined,
      undefined,
    ])
    expect(keyed(invoke(0, "write", { value: [["x"], 1] }))[0]?.slice(1, 3)).toEqual([undefined, [["x"], 1]])
    expect(keyed(invoke(0, "write", { value: ["x", 1, 2] }))[0]?.slice(1, 3)).toEqual([undefined, ["x", 1, 2]])
    expect(keyed(invoke(0, "write", { key: "k", value: ["x", 1] }))[0]?.slice(1, 3)).toEqual(["k", ["x", 1]])
    expect(keyed(invoke(0, "cas", { value: [1, 2] }))[0]?.slice(1, 4)).toEqual([undefined, 2, 1])
    const mixed = [invoke(0, "read", { value: ["x", null] }), invoke(1, "write", { value: 1 })]
    expect(() => pair(...mixed)).toThrow("a call without a key in its value, in a file of [key, value]")
    expect(() => pair(invoke(0, "read", { value: ["x", 5] }), invoke(1, "write", { value: 1 }))).not.toThrow()
    expect(() => pair(invoke(0, "write", { value: ["x", null] }), invoke(1, "write", { value: 1 }))).not.toThrow()
  })

  test("that end without success may have a reason in the place of the key", () => {
    const call = invoke(0, "write", { value: ["x", 1] })
    const error = (type: string, value: unknown) => pair(call, end(type, 0, "write", { value, error: "e" }))
    expect(error("info", ["x", 1]).operations).toMatchObject([{ key: "x", fate: "unknown" }])
    expect(error("fail", [":timeout", "after"]).problems).toEqual([])
    expect(error("ok", ["y", 1]).problems).toMatchObject([{ line: 2 }])
  })
})
