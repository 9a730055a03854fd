// Sets, queues, locks and registers of several keys: operations as they are read, steps, what is read only, words.
import { describe, expect, test } from "vitest"
import { multiRegisterObject } from "../../../services/linearizability/objects/multi-register.ts"
import { mutexObject, ownedMutexObject } from "../../../services/linearizability/objects/mutex.ts"
import type { Meaning } from "../../../services/linearizability/objects/object.ts"
import { bagObject, queueObject } from "../../../services/linearizability/objects/queue.ts"
import { setObject } from "../../../services/linearizability/objects/set.ts"
import { type Fields, isReadOnly, PLAIN, read, recorded, stateAfter, words } from "./recorded.ts"

describe("a set", () => {
  test.each<[string, Fields, Partial<Meaning>, unknown]>([
    ["an add", { f: "add", value: 2 }, {}, { input: { op: "add", set: "the set", element: "2" }, output: {} }],
    [
      "of a named set",
      { f: "remove", key: "s", value: 2 },
      {},
      { input: { op: "remove", set: "s", element: "2" }, output: {} },
    ],
    ["that failed", { f: "add", value: 2, fate: "failed" }, {}, undefined],
    [
      "that timed out",
      { f: "add", value: 2, fate: "unknown" },
      {},
      { input: { op: "add", set: "the set", element: "2" }, output: undefined },
    ],
    [
      "a read",
      { f: "read", result: [2, 1, "b"] },
      {},
      { input: { op: "read", set: "the set", element: "" }, output: { elements: ["1", "2", "b"] } },
    ],
    [
      "a read of nil, which is any",
      { f: "read", result: null },
      { nilIsAny: true },
      { input: { op: "read", set: "the set", element: "" }, output: { elements: undefined } },
    ],
    [
      "a read, where nil is any",
      { f: "read", result: [] },
      { nilIsAny: true },
      { input: { op: "read", set: "the set", element: "" }, output: { elements: [] } },
    ],
    [
      "whether something is in it",
      { f: "contains", value: 2, result: false },
      {},
      { input: { op: "contains", set: "the set", element: "2" }, output: { isIn: false } },
    ],
    ["a read of nothing", { f: "read", result: null }, {}, '"result" is null; expected: a list'],
    ["a read of no list", { f: "read", result: 5 }, {}, '"result" is 5; expected: a list'],
    [
      "an answer about another element",
      { f: "remove", value: 2, form: "events", result: 3 },
      {},
      'remove ends with 3, but was called with "2"',
    ],
    [
      "an answer to a question",
      { f: "contains", value: 2, form: "events", result: true },
      {},
      { input: { op: "contains", set: "the set", element: "2" }, output: { isIn: true } },
    ],
  ])("%s", (_, fields, meaning, expected) => {
    expect(read(setObject, fields, meaning)).toEqual(expected)
  })

  test("is what was added and not removed, whatever the order", () => {
    const add = (value: number) => ({ f: "add", value })
    expect(stateAfter(setObject, [])).toBe("[]")
    expect(stateAfter(setObject, [add(2), add(1), add(2)])).toBe('["1","2"]')
    expect(stateAfter(setObject, [add(2), add(1), { f: "remove", value: 1 }, { f: "remove", value: 9 }])).toBe('["2"]')
    expect(stateAfter(setObject, [add(2), { f: "contains", value: 2, result: true }])).toBe('["2"]')
    expect(stateAfter(setObject, [add(2), { f: "contains", value: 2, result: false }])).toBe("none")
    expect(stateAfter(setObject, [add(2), { f: "read", result: [] }])).toBe("none")
    expect(stateAfter(setObject, [add(2), { f: "read", fate: "unknown" }])).toBe('["2"]')
    expect(stateAfter(setObject, [add(2), { f: "contains", value: 2, fate: "unknown" }])).toBe('["2"]')
  })

  test("is changed by adds and removes only, and they show nothing of it", () => {
    const operations = [
      { f: "add", value: 1 },
      { f: "remove", value: 1 },
      { f: "contains", value: 1, result: true },
      { f: "read", result: [] },
    ]
    expect(operations.map(fields => isReadOnly(setObject, fields))).toEqual([false, false, true, true])
    const model = setObject.model(PLAIN)
    const shows = (fields: Fields) => {
      const { input, output } = setObject.read(recorded(fields), PLAIN)!
      return model.mayShow([], input, output)
    }
    expect(operations.map(shows)).toEqual([false, false, true, true])
    expect(operations.map(fields => shows({ ...fields, fate: "unknown" }))).toEqual([false, false, false, false])
  })

  test("in words", () => {
    expect(words(setObject, { f: "add", value: 1 })).toBe('add "1" -> ok')
    expect(words(setObject, { f: "remove", value: 1 })).toBe('remove "1" -> ok')
    expect(words(setObject, { f: "remove", value: 1, fate: "unknown" })).toBe('remove "1" -> not known')
    expect(words(setObject, { f: "contains", value: 1, result: true })).toBe('contains "1" -> true')
    expect(words(setObject, { f: "contains", value: 1 })).toBe('contains "1" -> any')
    expect(words(setObject, { f: "read", result: [2, 1] })).toBe("read -> {1, 2}")
    expect(words(setObject, { f: "read" })).toBe("read -> any")
  })
})

describe("a queue", () => {
  const enqueue = (value: number): Fields => ({ f: "enqueue", value })
  const dequeue = (result: number | null): Fields => ({ f: "dequeue", result })
  const lost: Fields = { f: "dequeue", fate: "unknown" }

  test.each<[string, Fields, unknown]>([
    [
      "an enqueue",
      enqueue(1),
      { input: { op: "enqueue", queue: "the queue", element: "1" }, output: { element: undefined } },
    ],
    [
      "with a result of its own",
      { ...enqueue(1), result: "done" },
      { input: { op: "enqueue", queue: "the queue", element: "1" }, output: { element: undefined } },
    ],
    ["that failed", { ...enqueue(1), fate: "failed" }, undefined],
    [
      "that timed out",
      { ...enqueue(1), fate: "unknown" },
      { input: { op: "enqueue", queue: "the queue", element: "1" }, output: undefined },
    ],
    ["a dequeue", { ...dequeue(1), key: "q" }, { input: { op: "dequeue", queue: "q" }, output: { element: "1" } }],
    ["of nothing", dequeue(null), { input: { op: "dequeue", queue: "the queue" }, output: { element: null } }],
    [
      "that does not tell",
      { f: "dequeue" },
      { input: { op: "dequeue", queue: "the queue" }, output: { element: undefined } },
    ],
    [
      "by an event",
      { f: "dequeue", form: "events", result: 1 },
      { input: { op: "dequeue", queue: "the queue" }, output: { element: "1" } },
    ],
    ["of nothing there", { f: "enqueue" }, '"value" is missing; expected: a value that is not null'],
  ])("%s", (_, fields, expected) => {
    expect(read(queueObject, fields)).toEqual(expected)
  })

  test("gives out the first that came, or the empty queue's nothing", () => {
    expect(stateAfter(queueObject, [])).toBe("[]")
    expect(stateAfter(queueObject, [enqueue(2), enqueue(1), dequeue(2)])).toBe('["1"]')
    expect(stateAfter(queueObject, [enqueue(2), enqueue(1), dequeue(1)])).toBe("none")
    expect(stateAfter(queueObject, [enqueue(2), dequeue(null)])).toBe("none")
    expect(stateAfter(queueObject, [dequeue(null), enqueue(2), lost])).toBe("[]")
    expect(stateAfter(queueObject, [lost, enqueue(2), { f: "dequeue" }, dequeue(null)])).toBe("[]")
  })

  test("in any order gives out each that is there, and those that went to nobody knows whom count", () => {
    // Elements that are gone, surely and perhaps later; those there, each with the number of silent dequeues before it.
    expect(stateAfter(bagObject, [])).toBe("[0,0]")
    expect(stateAfter(bagObject, [enqueue(2), enqueue(1), dequeue(1)])).toBe('[0,0,["2",0]]')
    expect(stateAfter(bagObject, [enqueue(2), enqueue(1), enqueue(2), dequeue(2)])).toBe('[0,0,["1",0],["2",0]]')
    expect(stateAfter(bagObject, [enqueue(2), dequeue(1)])).toBe("none")
    expect(stateAfter(bagObject, [enqueue(2), enqueue(1), lost])).toBe('[0,1,["1",0],["2",0]]')
    expect(stateAfter(bagObject, [enqueue(2), enqueue(1), lost, dequeue(2), dequeue(null)])).toBe("[0,0]")
    expect(stateAfter(bagObject, [enqueue(2), enqueue(1), lost, dequeue(2), dequeue(1)])).toBe("none")
    expect(stateAfter(bagObject, [enqueue(2), dequeue(null)])).toBe("none")
    expect(stateAfter(bagObject, [lost, dequeue(null)])).toBe("[0,0]")
  })

  test.each([
    ["", queueObject],
    ["in any order", bagObject],
  ] as const)("%s is left as it is by those that found it empty only", (_, object) => {
    const operations = [enqueue(1), dequeue(1), { f: "dequeue" }, dequeue(null)]
    expect(operations.map(fields => isReadOnly<unknown, never, never>(object as never, fields))).toEqual([
      false,
      false,
      false,
      true,
    ])
  })

  test("in words", () => {
    expect(words(queueObject, enqueue(1))).toBe('enqueue "1" -> ok')
    expect(words(queueObject, { ...enqueue(1), fate: "unknown" })).toBe('enqueue "1" -> not known')
    expect(words(queueObject, dequeue(1))).toBe('dequeue -> "1"')
    expect(words(queueObject, dequeue(null))).toBe("dequeue -> empty")
    expect(words(queueObject, { f: "dequeue" })).toBe("dequeue -> ok")
    expect(words(bagObject, lost)).toBe("dequeue -> not known")
  })
})

describe("a lock", () => {
  const acquire = { f: "lock" }
  const release = { f: "unlock" }

  test("is acquired when it is free, and released when it is held", () => {
    expect(stateAfter(mutexObject, [acquire])).toBe("held")
    expect(stateAfter(mutexObject, [acquire, release])).toBe("")
    expect(stateAfter(mutexObject, [acquire, acquire])).toBe("none")
    expect(stateAfter(mutexObject, [release])).toBe("none")
  })

  test("may have an owner, who alone releases it", () => {
    expect(stateAfter(ownedMutexObject, [acquire])).toBe("by 7")
    expect(stateAfter(ownedMutexObject, [acquire, release])).toBe("")
    expect(stateAfter(ownedMutexObject, [acquire, { ...release, client: "8" }])).toBe("none")
    expect(stateAfter(ownedMutexObject, [acquire, { ...acquire, client: "8" }])).toBe("none")
    expect(stateAfter(ownedMutexObject, [release])).toBe("none")
  })

  test("is read with its name and its client, and never only looked at", () => {
    const input = { op: "acquire", lock: "the lock", client: "7" }
    expect(read(mutexObject, acquire)).toEqual({ input, output: "ok" })
    expect(read(mutexObject, { ...acquire, fate: "unknown" })).toEqual({ input, output: undefined })
    expect(read(mutexObject, { ...acquire, fate: "failed" })).toBe(undefined)
    expect(isReadOnly(mutexObject, acquire)).toBe(false)
    expect([words(mutexObject, acquire), words(mutexObject, { ...release, fate: "unknown" })]).toEqual([
      "acquire -> ok",
      "release -> not known",
    ])
  })
})

describe("several registers", () => {
  const transaction = (...result: readonly (readonly (string | number | null)[])[]): Fields => ({
    f: "txn",
    value: result.map(([name, key, value]) => (name === "w" ? [name, key!, value!] : [name!, key!, null])),
    result,
  })

  test.each<[string, Fields, Partial<Meaning>, unknown]>([
    [
      "a transaction",
      transaction(["w", "x", 1], ["r", "y", 2]),
      {},
      {
        input: [
          { op: "write", key: "x", value: "1" },
          { op: "read", key: "y", value: undefined },
        ],
        output: [
          { op: "write", key: "x", value: "1" },
          { op: "read", key: "y", value: "2" },
        ],
      },
    ],
    [
      "of keywords",
      transaction([":write", "x", 1], [":read", "y", 2]),
      {},
      '"value" is null; expected: a value that is not null',
    ],
    [
      "a call that has its reads' results",
      { f: "txn", value: [[":r", 1, 5]] },
      {},
      { input: [{ op: "read", key: "1", value: undefined }], output: [{ op: "read", key: "1", value: "5" }] },
    ],
    ["of nothing", { f: "txn", value: [] }, {}, { input: [], output: [] }],
    [
      "a read of nil, which is any",
      transaction(["r", "x", null]),
      { nilIsAny: true },
      { input: [{ op: "read", key: "x", value: undefined }], output: [{ op: "read", key: "x", value: undefined }] },
    ],
    [
      "a read of nil",
      transaction(["r", "x", null]),
      { missing: "0" },
      { input: [{ op: "read", key: "x", value: undefined }], output: [{ op: "read", key: "x", value: "0" }] },
    ],
    [
      "a read, where nil is any",
      transaction(["r", "x", 1]),
      { nilIsAny: true },
      { input: [{ op: "read", key: "x", value: undefined }], output: [{ op: "read", key: "x", value: "1" }] },
    ],
    [
      "a read that does not tell",
      { f: "txn", value: [["r", "x"]] },
      {},
      { input: [{ op: "read", key: "x", value: undefined }], output: [{ op: "read", key: "x", value: undefined }] },
    ],
    ["that failed", { ...transaction(["r", "x", 1]), fate: "failed" }, {}, undefined],
    [
      "that timed out",
      { ...transaction(["w", "x", 1]), fate: "unknown" },
      {},
      { input: [{ op: "write", key: "x", value: "1" }], output: undefined },
    ],
    [
      "a write of one",
      { f: "write", key: "x", value: 1 },
      {},
      { input: [{ op: "write", key: "x", value: "1" }], output: [{ op: "write", key: "x", value: "1" }] },
    ],
    [
      "a read of one",
      { f: "read", key: "x", result: 4 },
      {},
      { input: [{ op: "read", key: "x", value: undefined }], output: [{ op: "read", key: "x", value: "4" }] },
    ],
    ["a read of no key", { f: "read", result: 4 }, {}, "null is not a list of operations [function, key, value]"],
    ["another function", { f: "jump", key: "x", value: 4 }, {}, "4 is not a list of operations [function, key, value]"],
    [
      "a list of something else",
      { f: "txn", value: [1] },
      {},
      "[1] is not a list of operations [function, key, value]",
    ],
    [
      "a register without a name",
      { f: "txn", value: [["r", null, 1]] },
      {},
      '"key" is null; expected: a value that is not null',
    ],
  ])("%s", (_, fields, meaning, expected) => {
    expect(read(multiRegisterObject, fields, meaning)).toEqual(expected)
  })

  test("are written and read one after the other within a transaction", () => {
    const initial = { ...PLAIN, initial: "0" }
    const after = (...operations: readonly Fields[]) => stateAfter(multiRegisterObject, operations, initial)
    expect(after()).toBe("[]")
    expect(after(transaction(["w", "y", 1], ["w", "x", 2]))).toBe('[["x","2"],["y","1"]]')
    expect(after(transaction(["w", "x", 2], ["w", "y", 1]))).toBe('[["x","2"],["y","1"]]')
    expect(after(transaction(["r", "x", 0], ["w", "x", 2], ["r", "x", 2]))).toBe('[["x","2"]]')
    expect(after(transaction(["r", "x", 2], ["w", "x", 2]))).toBe("none")
    expect(after({ ...transaction(["w", "x", 2], ["r", "y", 7]), fate: "unknown" })).toBe('[["x","2"]]')
    expect(after({ f: "txn", value: [["r", "x"]] })).toBe("[]")
    expect(stateAfter(multiRegisterObject, [transaction(["r", "x", null])])).toBe("[]")
  })

  test("are one object, whose reads alone leave it as it is, and show what was there", () => {
    const model = multiRegisterObject.model(PLAIN)
    expect(model.partition([])).toBe("the registers")
    expect(model.mayShow(new Map(), [], [])).toBe(true)
    expect(isReadOnly(multiRegisterObject, transaction(["r", "x", 1], ["r", "y", 1]))).toBe(true)
    expect(isReadOnly(multiRegisterObject, transaction(["r", "x", 1], ["w", "y", 1]))).toBe(false)
    const { input, output } = multiRegisterObject.read(
      recorded(transaction(["r", "x", 1], ["w", "y", 2], ["r", "y", null])),
      PLAIN,
    )!
    expect(multiRegisterObject.observed!(input, output!)).toEqual(["1", null])
    expect(multiRegisterObject.observed!([], [{ op: "read", key: "x", value: undefined }])).toEqual([])
  })

  test("in words", () => {
    const fields = transaction(["r", "x", 1], ["w", "y", 2], ["r", "z", null])
    expect(words(multiRegisterObject, fields)).toBe('read x "1", write y "2", read z nothing -> ok')
    expect(words(multiRegisterObject, { ...fields, fate: "unknown" })).toBe('read x, write y "2", read z -> not known')
  })
})
