// Recorded operations as the objects read them, one by one: those of key-value stores, and what all objects refuse.
import { describe, expect, test } from "vitest"
import { keyValueObject } from "../../../services/linearizability/objects/key-value.ts"
import { mutexObject } from "../../../services/linearizability/objects/mutex.ts"
import type { Meaning } from "../../../services/linearizability/objects/object.ts"
import { queueObject } from "../../../services/linearizability/objects/queue.ts"
import { setObject } from "../../../services/linearizability/objects/set.ts"
import { Digits } from "../../../services/linearizability/recordings/datum.ts"
import { type Fields, PLAIN, read, recorded, words } from "./recorded.ts"

const TRANSACTION = [
  ["append", "x", 1],
  ["r", "y", null],
]

describe.each([
  ["a store", keyValueObject, { f: "get" }],
  ["a set", setObject, { f: "read" }],
  ["a queue", queueObject, { f: "dequeue" }],
  ["a lock", mutexObject, { f: "acquire" }],
] as const)("%s", (_, object, fields) => {
  test("refuses transactions, by the function or by the value", () => {
    const refused = /^a transaction, on several keys in one operation/
    expect(read<unknown, unknown, unknown>(object as never, { ...fields, f: "txn" })).toMatch(refused)
    expect(read<unknown, unknown, unknown>(object as never, { ...fields, value: TRANSACTION })).toMatch(refused)
    const isOfRegisters = (value: Fields["value"]) =>
      String(read<unknown, unknown, unknown>(object as never, { f: "txn", value })).endsWith("as one object")
    expect(isOfRegisters([["r", "x", 1]])).toBe(true)
    expect(isOfRegisters([[":write", "x", 1]])).toBe(true)
    expect(isOfRegisters(TRANSACTION)).toBe(false)
    expect(isOfRegisters(undefined)).toBe(false)
    expect(isOfRegisters([["delete", "x"]])).toBe(false)
  })

  test("names the functions that it has, by the field that the recording has for them", () => {
    const whole = String(read<unknown, unknown, unknown>(object as never, { f: "jump" }))
    expect(whole).toMatch(/^"op" is "jump"; expected: /)
    expect(read<unknown, unknown, unknown>(object as never, { f: "jump", form: "events" })).toBe(
      whole.replace('"op"', '"f"'),
    )
    expect(whole).toContain(fields.f)
  })
})

describe("a store of keys", () => {
  const get = { f: "get", key: "x" }
  const cas = { f: "cas", key: "x", expected: 1, value: 2 }

  test.each<[string, Fields, Partial<Meaning>, unknown]>([
    ["a read", { ...get, result: 5 }, {}, { input: { op: "get", key: "x" }, output: { value: "5" } }],
    ["without a key", { f: "read", result: 5 }, {}, { input: { op: "get", key: "register" }, output: { value: "5" } }],
    ["of the key nil", { ...get, key: null, result: 5 }, {}, { input: { key: "null" } }],
    ["of nothing", { ...get, result: null }, {}, { output: { value: null } }],
    ["of what stands for nothing", { ...get, result: null }, { missing: "" }, { output: { value: "" } }],
    ["of nil, which is any", { ...get, result: null, done: true }, { nilIsAny: true }, { output: { done: true } }],
    ["of more than nil", { ...get, result: 0 }, { nilIsAny: true }, { output: { value: "0" } }],
    ["a delete", { f: "delete", key: "x" }, {}, { input: { op: "delete", key: "x" }, output: {} }],
    [
      "a delete that leaves something",
      { f: "delete", key: "x" },
      { missing: "0" },
      { input: { op: "put", value: "0" } },
    ],
    ["a write", { f: "write", key: "x", value: 5 }, {}, { input: { op: "put", value: "5" }, output: {} }],
    [
      "a write that tells what it replaced",
      { f: "put", key: "x", value: 5, result: 4 },
      {},
      { output: { value: "4" } },
    ],
    ["an append to nothing", { f: "append", key: "x", value: "a" }, { missing: "" }, { input: { op: "append" } }],
    [
      "a compare-and-set",
      { ...cas, done: false },
      {},
      { input: { expected: "1", value: "2" }, output: { done: false } },
    ],
    ["from nothing", { ...cas, expected: null }, { missing: "" }, { input: { expected: "" } }],
    ["that tells what was there", { ...cas, done: true, result: 1 }, {}, { output: { done: true, value: "1" } }],
    ["of an event", { ...cas, form: "events", result: [1, 2], done: true }, {}, { output: { done: true } }],
  ])("%s", (_, fields, meaning, expected) => {
    expect(read(keyValueObject, fields, meaning)).toMatchObject(expected as object)
  })

  test("what a read of nil that is any, or an event, tells is nothing", () => {
    const value = (fields: Fields, meaning: Partial<Meaning> = {}) => read(keyValueObject, fields, meaning)
    expect(value({ ...get, result: null }, { nilIsAny: true })).toEqual({
      input: { op: "get", key: "x" },
      output: { done: undefined, value: undefined },
    })
    expect(value({ f: "put", key: "x", value: 5, form: "events", result: 5 })).toHaveProperty("output.value", undefined)
    expect(value({ f: "put", key: "x", value: 5, result: null }, { nilIsAny: true })).toHaveProperty(
      "output.value",
      null,
    )
  })

  test.each<[Fields, Partial<Meaning>, string]>([
    [
      { f: "append", key: "x", value: "a" },
      { missing: "0" },
      'an append to a key that holds nothing does not lengthen "0"',
    ],
    [{ f: "put", key: "x" }, {}, '"value" is missing; expected: a value that is not null'],
    [{ f: "put", key: "x", value: null }, {}, '"value" is null; expected: a value that is not null'],
    [{ f: "cas", key: "x", value: 1 }, {}, '"expected" is missing; expected: a value, or null'],
    [get, {}, 'a get that is ok needs a "result"'],
    [{ f: "append", key: "x", value: 5, form: "events", result: 6 }, {}, 'append ends with 6, but was called with "5"'],
    [{ ...cas, form: "events", result: [1, 3] }, {}, 'cas ends with [1,3], but was called with "[1,2]"'],
  ])("refuses %j %j", (fields, meaning, message) => {
    expect(read(keyValueObject, fields, meaning)).toBe(message)
  })

  test("a value beside what a whole operation wrote is what it replaced, and that of an event in no list is passed over", () => {
    expect(read(keyValueObject, { f: "put", key: "x", value: 5, result: 6 })).toHaveProperty("output.value", "6")
    expect(read(keyValueObject, { ...cas, form: "events", result: 7, done: true })).toHaveProperty("output.done", true)
  })

  test("a failure is an answer of a compare-and-set that has an end and a reason, as it is read", () => {
    const failed = { ...cas, fate: "failed" } as const
    const refused = { input: { op: "cas" }, output: { done: false, value: undefined } }
    expect(read(keyValueObject, { ...failed, error: "precondition failed" })).toMatchObject(refused)
    expect(read(keyValueObject, { ...failed, error: ":not-equal" })).toMatchObject(refused)
    expect(read(keyValueObject, { ...failed, error: { cause: "Mismatch" } })).toMatchObject(refused)
    expect(read(keyValueObject, failed, { failedCasIsRefused: true })).toMatchObject(refused)
    for (const fields of [
      failed,
      { ...failed, error: null },
      { ...failed, error: "timeout" },
      { ...failed, error: "precondition failed", return: undefined },
      { ...get, fate: "failed", error: "precondition failed" } as const,
      { f: "put", key: "x", value: 1, fate: "failed", error: "precondition failed" } as const,
    ]) {
      expect(read(keyValueObject, fields)).toBe(undefined)
    }
    expect(read(keyValueObject, { ...get, fate: "failed" }, { failedCasIsRefused: true })).toBe(undefined)
    expect(read(keyValueObject, { ...failed, return: undefined }, { failedCasIsRefused: true })).toBe(undefined)
    const named = { ...failed, error: "precondition failed" }
    expect(read(keyValueObject, named, { failedCasIsRefused: false })).toBe(undefined)
    expect(read(keyValueObject, { ...failed, fate: "unknown" })).toMatchObject({
      output: undefined,
      input: { op: "cas" },
    })
  })

  test("many keys are read as few are", () => {
    for (let number = 0; number < 2_100; number++) {
      const fields = { f: "get", key: `k${number % 1_050}`, result: 1 }
      expect(read(keyValueObject, fields)).toMatchObject({ input: { op: "get", key: fields.key } })
    }
    const twice = [1, 2].map(() => keyValueObject.read(recorded({ f: "get", key: "k9", result: 1 }), PLAIN)!.input)
    expect(twice[0]).toBe(twice[1])
  })
})

describe("the key-value store in words", () => {
  test.each<[Fields, string]>([
    [{ f: "get", key: "x", result: 1 }, 'get x -> "1"'],
    [{ f: "get", key: "x", result: null }, "get x -> nothing"],
    [{ f: "get", key: "x", fate: "unknown" }, "get x -> not known"],
    [{ f: "delete", key: "x", done: true }, "delete x -> ok"],
    [{ f: "delete", key: "x", result: 5 }, 'delete x -> ok, it held "5"'],
    [{ f: "put", key: "x", value: 1 }, 'put x "1" -> ok'],
    [{ f: "append", key: "x", value: "1", result: null }, 'append x "1" -> ok, it held nothing'],
    [{ f: "cas", key: "x", expected: null, value: 1, done: false }, 'cas x from nothing to "1" -> refused'],
    [
      { f: "cas", key: "x", expected: 2, value: 1, done: false, result: 3 },
      'cas x from "2" to "1" -> refused, it held "3"',
    ],
    [{ f: "put", key: "x", value: "a".repeat(40) }, `put x "${"a".repeat(40)}" -> ok`],
    [{ f: "put", key: "x", value: "a".repeat(41) }, `put x "${"a".repeat(36)}"... -> ok`],
    [{ f: "put", key: "x", value: new Digits("1e500") }, 'put x "1e500" -> ok'],
  ])("%j", (fields, expected) => {
    expect(words(keyValueObject, fields)).toBe(expected)
  })
})
