import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { Random } from "../../../runtime/lib/random.ts"
import { checkHistory } from "../../../services/linearizability/check.ts"
import { keyValueModel } from "../../../services/linearizability/key-value.ts"
import { type Entry, feed, get, put, randomHistory, Stream, swap, withOneAnswerChanged } from "./histories.ts"
import { casesToMeet, randomCases } from "../../support/mutation-run.ts"

function verdictOf(history: readonly Entry[], patience = 0.5): string {
  const stream = new Stream()
  feed(stream, history, patience)
  if (stream.violation !== undefined) return "violated"
  return stream.givenUp.length > 0 ? "undecided" : "holds"
}

describe("the streaming check", () => {
  const options = fc.record({
    clients: fc.integer({ min: 1, max: 6 }),
    operations: fc.integer({ min: 1, max: 40 }),
    keys: fc.integer({ min: 1, max: 2 }),
    values: fc.integer({ min: 0, max: 3 }),
    unknown: fc.constantFrom(0, 0.1, 0.4),
    telling: fc.boolean(),
  })

  test("finds histories of linearizable executions to hold", () => {
    fc.assert(
      fc.property(fc.integer(), options, (seed, drawn) => {
        expect(verdictOf(randomHistory(new Random(seed), drawn))).toBe("holds")
      }),
      { numRuns: randomCases(500) },
    )
  })

  test("agrees with the check of complete histories when an answer is changed", () => {
    const verdicts = { holds: 0, violated: 0, undecided: 0 }
    fc.assert(
      fc.property(fc.integer(), options, (seed, drawn) => {
        const random = new Random(seed)
        const history = withOneAnswerChanged(random, randomHistory(random, drawn))
        const { verdict } = checkHistory(keyValueModel, history, { shrinkBudget: 0 })
        verdicts[verdict]++
        expect(verdictOf(history)).toBe(verdict)
      }),
      { numRuns: randomCases(1000) },
    )
    expect(verdicts.violated).toBeGreaterThan(casesToMeet(100))
    expect(verdicts.holds).toBeGreaterThan(casesToMeet(100))
  })

  test("keeps nothing of operations that have ended, however long the history and though the key is never idle", () => {
    const stream = new Stream()
    let backlog = 0
    let last = stream.call(0, { op: "put", key: "x", value: "0" }, 0)
    for (let i = 1; i <= 20_000; i++) {
      // The next client calls before the last one returns.
      const next = stream.call(i % 2, { op: "put", key: "x", value: String(i) }, 2 * i)
      stream.succeed(last, { done: true, value: i === 1 ? null : String(i - 2) }, 2 * i + 1)
      backlog = Math.max(backlog, stream.backlog)
      last = next
    }
    expect(stream.violation).toBeUndefined()
    expect(backlog).toBeLessThan(10)
  })

  test("an operation that timed out takes effect before its session's next write, or never", () => {
    const stream = new Stream()
    const lost = stream.call(1, { op: "put", key: "x", value: "lost" }, 0)
    stream.giveUp(lost)
    const answer = (client: number, value: string | null, time: number) => {
      const read = stream.call(client, { op: "get", key: "x" }, time)
      stream.succeed(read, { done: true, value }, time + 1)
    }
    const write = (client: number, time: number) => {
      const written = stream.call(client, { op: "put", key: "y", value: "later" }, time)
      stream.succeed(written, { done: true, value: null }, time + 1)
    }
    answer(2, null, 10)
    write(1, 20)
    answer(2, null, 30)
    expect(stream.violation).toBeUndefined()
    answer(2, "lost", 40)
    expect(stream.violation).toBeDefined()
  })

  test("an operation that timed out may still take effect after its session's next read, which may go round the log", () => {
    const stream = new Stream()
    stream.giveUp(stream.call(1, { op: "put", key: "x", value: "late" }, 0))
    for (const [client, value, time] of [
      [1, null, 10],
      [2, null, 20],
      [2, "late", 30],
    ] as const) {
      stream.succeed(stream.call(client, { op: "get", key: "x" }, time), { done: true, value }, time + 1)
    }
    stream.finish()
    expect(stream.violation).toBeUndefined()
  })

  test("operations that timed out take effect in an order in which none comes after its time", () => {
    const stream = new Stream()
    stream.giveUp(stream.call(1, { op: "append", key: "x", value: "a" }, 0))
    stream.succeed(stream.call(1, { op: "put", key: "y", value: "c" }, 10), { done: true, value: null }, 11)
    stream.giveUp(stream.call(2, { op: "put", key: "x", value: "b" }, 20))
    stream.succeed(stream.call(3, { op: "get", key: "x" }, 30), { done: true, value: "ba" }, 31)
    expect(stream.violation).toBeDefined()
  })

  test("the witness tells which answer has no explanation, what was possible, and what went before", () => {
    const stream = new Stream({ formatTime: time => `${time} ms` })
    feed(
      stream,
      [
        { ...put("1", 0, 1), client: 1 },
        { ...swap("2", "1", 2, 3), client: 2 },
        { ...get("1", 4, 5), client: 3 },
      ],
      1,
    )
    expect(stream.violation).toEqual({
      partition: "x",
      at: 5,
      witness:
        'no order of effects explains client 3: get x -> "1" (4 ms to 5 ms); before it the state could only be "2"; ' +
        'before: client 1: put x "1" -> ok (0 ms to 1 ms), client 2: put x "2" -> ok, it held "1" (2 ms to 3 ms)',
    })
  })

  const called = (stream: Stream, count: number) =>
    Array.from({ length: count }, (_, i) => stream.call(i, { op: "put", key: "x", value: `v${i}` }, i))

  test("the witness shows the last of many at the same time, and says how many more there are", () => {
    const stream = new Stream()
    const writes = called(stream, 6)
    const read = stream.call(9, { op: "get", key: "x" }, 10)
    stream.succeed(read, { done: true, value: "never" }, 11)
    for (const [i, write] of writes.entries()) stream.succeed(write, { done: true, value: undefined }, 12 + i)
    const shown = [2, 3, 4, 5].map(i => `client ${i}: put x "v${i}" -> ok (${i} to ${12 + i})`).join(", ")
    expect(stream.violation?.witness).toBe(
      'no order of effects explains client 9: get x -> "never" (10 to 11); before it the state could only be null; ' +
        `at the same time: ${shown} and 2 more`,
    )
  })

  test("the witness shows four states at most, long ones cut, and what returned last, in that order", () => {
    const stream = new Stream()
    const writes = called(stream, 5)
    for (const [i, write] of writes.toReversed().entries()) {
      stream.succeed(write, { done: true, value: undefined }, 10 + i)
    }
    stream.giveUp(stream.call(7, { op: "put", key: "x", value: "lost" }, 18))
    stream.succeed(stream.call(9, { op: "get", key: "x" }, 20), { done: true, value: "never" }, 21)
    const { witness } = stream.violation!
    expect(
      witness
        .match(/could only be (.*?);/)?.[1]
        ?.split(" or ")
        .toSorted(),
    ).toHaveLength(4)
    expect(witness).toContain('; at the same time: client 7: put x "lost" -> not known (18 to no answer); before: ')
    expect(witness.slice(witness.indexOf("before: ") + 8)).toBe(
      [3, 2, 1, 0].map(i => `client ${i}: put x "v${i}" -> ok (${i} to ${14 - i})`).join(", "),
    )
    const long = new Stream()
    const text = "a".repeat(58)
    feed(
      long,
      [
        { ...put(`${text}b`, 0, 1), client: 1 },
        { ...get("c", 2, 3), client: 2 },
      ],
      1,
    )
    expect(long.violation?.witness).toContain(`could only be "${"a".repeat(56)}...; before: `)
    const fits = new Stream()
    feed(
      fits,
      [
        { ...put(text, 0, 1), client: 1 },
        { ...get("c", 2, 3), client: 2 },
      ],
      1,
    )
    expect(fits.violation?.witness).toContain(`could only be "${text}"; before: `)
  })

  test("after a violation nothing more is looked at or kept", () => {
    const stream = new Stream()
    stream.succeed(stream.call(1, { op: "get", key: "x" }, 0), { done: true, value: "a" }, 1)
    const { violation } = stream
    expect(violation).toMatchObject({ partition: "x", at: 1 })
    for (const key of ["x", "y"]) {
      const [one, two] = [stream.call(2, { op: "get", key }, 2), stream.call(3, { op: "get", key }, 2)]
      stream.succeed(one, { done: true, value: "b" }, 3)
      stream.succeed(two, { done: true, value: "c" }, 3)
    }
    expect([stream.violation, stream.backlog]).toEqual([violation, 0])
  })

  test("an operation that surely did not happen leaves no trace, nor does one whose end nobody saw", () => {
    const stream = new Stream()
    const failed = stream.call(1, { op: "put", key: "x", value: "1" }, 0)
    const open = stream.call(2, { op: "put", key: "x", value: "2" }, 1)
    stream.fail(failed)
    expect(stream.backlog).toBeGreaterThan(0)
    stream.succeed(stream.call(3, { op: "get", key: "x" }, 2), { done: true, value: "2" }, 3)
    stream.finish()
    expect([stream.violation, open.fate]).toEqual([undefined, "unknown"])
    const other = new Stream()
    other.fail(other.call(1, { op: "put", key: "x", value: "1" }, 0))
    other.succeed(other.call(3, { op: "get", key: "x" }, 2), { done: true, value: "1" }, 3)
    expect(other.violation).toBeDefined()
  })

  test("a part whose search runs out of budget is given up, and is not said to hold", () => {
    const stream = new Stream({ budget: 100 })
    const writes = Array.from({ length: 12 }, (_, i) => ({ ...put(String(i), i, 100 + i), client: i }))
    feed(stream, writes, 1)
    expect(stream.givenUp).toEqual(["x"])
  })
})
