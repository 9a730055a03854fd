// The objects that recordings may be judged as, each with histories that it explains and others that it does not.
import { describe, expect, test } from "vitest"
import { checkHistory } from "../../../services/linearizability/check.ts"
import { type ReadingOptions, withRecording } from "../../../services/linearizability/history-file.ts"

interface Event {
  readonly f: string
  readonly value?: unknown
  readonly result?: unknown
  readonly call: number
  readonly return?: number
  readonly client?: number
  readonly key?: string
}

/** The verdict on operations, and the model that was recognized. */
function judge(operations: readonly Event[], options: ReadingOptions = {}): string {
  const lines = operations.map(({ f, ...fields }, client) => JSON.stringify({ client, op: f, ...fields }))
  const result = withRecording(lines.join("\n"), options, ({ model, history, object }) => {
    return `${object.name} ${checkHistory(model, history).verdict}`
  })
  return typeof result === "string" ? result : result.problems.map(({ message }) => message).join("\n")
}

describe("what an object holds at first", () => {
  const dequeue = (result: unknown, call: number) => ({ f: "dequeue", result, call, return: call + 1 })

  test("a queue: elements, the first to go first", () => {
    const both = [dequeue(2, 1), dequeue(1, 3), dequeue(null, 5)]
    expect(judge(both, { initial: "[2, 1]" })).toBe("queue holds")
    expect(judge(both, { initial: "[1, 2]" })).toBe("queue violated")
    expect(judge(both, { initial: "[1, 2]", model: "unordered-queue" })).toBe("unordered-queue holds")
    expect(judge(both, { initial: "[1]", model: "unordered-queue" })).toBe("unordered-queue violated")
  })

  test("a set: elements, in any order", () => {
    const read = [
      { f: "add", value: 3, call: 1, return: 2 },
      { f: "read", result: [1, 2, 3], call: 3, return: 4 },
    ]
    expect(judge(read, { initial: "[2,1,2]" })).toBe("set holds")
    expect(judge(read, { initial: "[2]" })).toBe("set violated")
  })

  test("a lock: held, or by whom", () => {
    const release = [{ f: "release", client: 7, call: 1, return: 2 }]
    expect(judge(release, { initial: "held" })).toBe("mutex holds")
    expect(judge([{ ...release[0]!, f: "acquire" }], { initial: "held" })).toBe("mutex violated")
    expect(judge(release, { initial: "7", model: "owned-mutex" })).toBe("owned-mutex holds")
    expect(judge(release, { initial: "8", model: "owned-mutex" })).toBe("owned-mutex violated")
  })

  test.each([
    ["enqueue", { initial: "0" }, '--initial: expected a list of elements, such as [1,2], found "0"'],
    [
      "add",
      { initial: '{"a":1}' },
      String.raw`--initial: expected a list of elements, such as [1,2], found "{\"a\":1}"`,
    ],
    ["add", { initial: "[null]" }, '--initial: expected a list of elements, such as [1,2], found "[null]"'],
    ["acquire", { initial: "0" }, '--initial: expected held, found "0"'],
    ["enqueue", { missing: "" }, "--missing: a queue has no keys that hold nothing"],
    ["add", { missing: "" }, "--missing: a set has no keys that hold nothing"],
    ["acquire", { missing: "" }, "--missing: a lock has no keys that hold nothing"],
  ])("what says nothing of the object is refused: %s %j", (f, options, message) => {
    expect(() => judge([{ f, value: 1, call: 1, return: 2 }], options)).toThrow(message)
  })
})

describe("a queue", () => {
  const enqueue = (value: string, call: number, end?: number): Event => ({
    f: "enqueue",
    value,
    call,
    ...(end !== undefined && { return: end }),
  })
  const dequeue = (result: string | null, call: number, end: number): Event => ({
    f: "dequeue",
    result,
    call,
    return: end,
  })
  const filled = [enqueue("a", 1, 2), enqueue("b", 3, 4)]

  test("gives elements out in the order in which they came", () => {
    expect(judge([...filled, dequeue("a", 5, 6), dequeue("b", 7, 8), dequeue(null, 9, 10)])).toBe("queue holds")
    expect(judge([...filled, dequeue("b", 5, 6), dequeue("a", 7, 8)])).toBe("queue violated")
    expect(judge([...filled, dequeue("b", 5, 8), dequeue("a", 7, 9)])).toBe("queue holds")
    expect(judge([...filled, dequeue(null, 5, 6)])).toBe("queue violated")
    expect(judge([...filled, dequeue("a", 5, 6), dequeue("a", 7, 8)])).toBe("queue violated")
    expect(judge([...filled, dequeue("c", 5, 6)])).toBe("queue violated")
  })

  test("may have lost or kept an element of unknown outcome", () => {
    expect(judge([enqueue("a", 1), enqueue("b", 3, 4), dequeue("b", 5, 6), dequeue("a", 7, 8)])).toBe("queue holds")
    expect(judge([enqueue("a", 1), enqueue("b", 3, 4), dequeue("a", 5, 6), dequeue("b", 7, 8)])).toBe("queue holds")
    expect(judge([enqueue("a", 1), enqueue("b", 3, 4), dequeue("b", 5, 6), dequeue(null, 7, 8)])).toBe("queue holds")
    expect(judge([enqueue("a", 1), dequeue("a", 5, 6), dequeue("a", 7, 8)])).toBe("queue violated")
  })

  test("may be one that gives elements out in any order", () => {
    const any = { model: "unordered-queue" } as const
    expect(judge([...filled, dequeue("b", 5, 6), dequeue("a", 7, 8)], any)).toBe("unordered-queue holds")
    expect(judge([...filled, dequeue("b", 5, 6), dequeue("b", 7, 8)], any)).toBe("unordered-queue violated")
    const lost = { f: "dequeue", call: 5 }
    expect(judge([...filled, lost, dequeue("b", 7, 8), dequeue(null, 9, 10)], any)).toBe("unordered-queue holds")
    expect(judge([...filled, dequeue("b", 7, 8), dequeue(null, 9, 10)], any)).toBe("unordered-queue violated")
    expect(judge([...filled, lost, dequeue("a", 6, 7), dequeue("b", 8, 9)], any)).toBe("unordered-queue holds")
  })

  test("in any order gives out nothing that is surely gone", () => {
    const any = { model: "unordered-queue" } as const
    const untold = { f: "dequeue", call: 3, return: 4 }
    const lost = { f: "dequeue", call: 3 }
    const between = [enqueue("a", 1, 2), enqueue("b", 7, 8)]
    expect(judge([...between, untold, dequeue("a", 9, 10)], any)).toBe("unordered-queue violated")
    expect(judge([...between, untold, dequeue("b", 9, 10)], any)).toBe("unordered-queue holds")
    expect(judge([...between, enqueue("c", 2, 3), untold, dequeue("a", 9, 10)], any)).toBe("unordered-queue holds")
    // A dequeue without an answer may come later.
    expect(judge([...between, lost, dequeue("a", 9, 10), dequeue(null, 11, 12)], any)).toBe("unordered-queue holds")
    // It does not, if it has emptied the queue.
    expect(judge([...between, lost, dequeue(null, 5, 6), dequeue("b", 9, 10)], any)).toBe("unordered-queue holds")
    expect(judge([...between, lost, dequeue(null, 5, 6), dequeue("a", 9, 10)], any)).toBe("unordered-queue violated")
  })
})

describe("a set", () => {
  const add = (value: number, call: number, end: number): Event => ({ f: "add", value, call, return: end })
  const read = (result: unknown, call: number, end: number): Event => ({ f: "read", result, call, return: end })
  const one = [add(1, 1, 2), add(2, 3, 10)]

  test("holds what was added and not removed", () => {
    expect(judge([...one, read([1], 4, 5), read([2, 1], 11, 12)])).toBe("set holds")
    expect(judge([...one, read([2], 4, 5)])).toBe("set violated")
    expect(judge([...one, read([1, 2], 4, 5), read([1], 6, 7)])).toBe("set violated")
    expect(judge([...one, read([1], 11, 12)])).toBe("set violated")
    expect(judge([...one, { f: "remove", value: 1, call: 11, return: 12 }, read([2], 13, 14)])).toBe("set holds")
    expect(judge([...one, { f: "add", value: 3, call: 11 }, read([1, 2, 3], 13, 14)])).toBe("set holds")
    expect(judge([...one, { f: "add", value: 3, call: 11 }, read([1, 2], 13, 14)])).toBe("set holds")
  })

  test("tells of single elements", () => {
    const contains = (result: boolean, call: number): Event => ({
      f: "contains",
      value: 2,
      result,
      call,
      return: call + 1,
    })
    expect(judge([...one, contains(false, 4), contains(true, 6)])).toBe("set holds")
    expect(judge([...one, contains(true, 4), contains(false, 6)])).toBe("set violated")
  })

  test("may have been asked by somebody whose answer says nothing", () => {
    const nothing = (f: string): Event => ({ f, value: 2, call: 11, return: 12 })
    expect(judge([...one, nothing("read"), nothing("contains")])).toBe("set holds")
    expect(judge([...one, { ...nothing("contains"), result: 1 }])).toMatch(/needs the result true or false/)
  })
})

describe("a lock", () => {
  const acquire = (client: number, call: number, end: number): Event => ({ f: "acquire", client, call, return: end })
  const release = (client: number, call: number, end: number): Event => ({ f: "release", client, call, return: end })

  test("is held by one at a time", () => {
    expect(judge([acquire(0, 1, 2), release(0, 3, 4), acquire(1, 1, 5)])).toBe("mutex holds")
    expect(judge([acquire(0, 1, 2), acquire(1, 1, 5)])).toBe("mutex violated")
    expect(judge([acquire(0, 1, 2), release(0, 6, 7), acquire(1, 1, 5)])).toBe("mutex violated")
    expect(judge([release(0, 1, 2)])).toBe("mutex violated")
    expect(judge([acquire(0, 1, 2), { f: "release", client: 0, call: 3 }, acquire(1, 4, 5)])).toBe("mutex holds")
  })

  test("may be one that only its holder may release", () => {
    const stolen = [acquire(0, 1, 2), release(1, 3, 4)]
    expect(judge(stolen)).toBe("mutex holds")
    expect(judge(stolen, { model: "owned-mutex" })).toBe("owned-mutex violated")
  })

  test("is one of several, by key", () => {
    expect(
      judge([
        { ...acquire(0, 1, 2), key: "a" },
        { ...acquire(1, 3, 4), key: "b" },
      ]),
    ).toBe("mutex holds")
  })
})

describe("registers of several keys as one object", () => {
  const options = { model: "multi-register", initial: "0" } as const
  const transaction = (value: unknown, call: number, result: unknown = value): Event => ({
    f: "txn",
    value,
    result,
    call,
    return: call + 1,
  })
  const write = transaction(
    [
      ["w", "x", 1],
      ["w", "y", 1],
    ],
    1,
  )

  test("are read and written in one moment", () => {
    const read = (x: number, y: number, call = 3) =>
      transaction(
        [
          ["r", "x", null],
          ["r", "y", null],
        ],
        call,
        [
          ["r", "x", x],
          ["r", "y", y],
        ],
      )
    expect(judge([write, read(1, 1)], options)).toBe("multi-register holds")
    expect(judge([write, read(1, 0)], options)).toBe("multi-register violated")
    expect(judge([read(0, 0, 0), { ...write, call: 0 }], options)).toBe("multi-register holds")
    expect(judge([read(1, 0, 1), { ...write, call: 0 }], options)).toBe("multi-register violated")
    expect(judge([read(0, 0)])).toMatch(/^a transaction, on several keys in one operation/)
  })

  test("are none if a transaction does anything else", () => {
    expect(judge([transaction([["append", "x", 1]], 1)], options)).toMatch(/"append" is not an operation of registers/)
    expect(judge([transaction([["r", "x", null]], 1, [])], options)).toMatch(/ends with other operations/)
    expect(judge([transaction({ x: 1 }, 1)], options)).toMatch(/is not a list of operations \[function, key, value\]/)
    expect(judge([{ f: "write", value: 1, call: 1, return: 2 }], options)).toMatch(/1 is not a list of operations/)
  })
})
