// All histories of three operations on each object, against a checker that tries all orders.
import { expect, test } from "vitest"
import type { HistoryOperation, Model } from "../../../services/linearizability/model.ts"
import { multiRegisterObject } from "../../../services/linearizability/objects/multi-register.ts"
import { mutexObject, ownedMutexObject } from "../../../services/linearizability/objects/mutex.ts"
import type { RecordedObject } from "../../../services/linearizability/objects/object.ts"
import { bagObject, queueObject } from "../../../services/linearizability/objects/queue.ts"
import { setObject } from "../../../services/linearizability/objects/set.ts"
import { isLinearizable } from "../../../services/linearizability/search.ts"
import { type Fields, PLAIN, recorded } from "./recorded.ts"

/** All orders that keep to time, by trying: whether one has all answers, and perhaps some of what had none. */
function isExplained<S, I, O>(model: Model<S, I, O>, left: readonly HistoryOperation<I, O>[], state: S): boolean {
  if (left.every(({ output }) => output === undefined)) return true
  return left.some(next => {
    if (left.some(other => other.output !== undefined && other.return < next.call)) return false
    const after = model.step(state, next.input, next.output)
    return (
      after !== undefined &&
      isExplained(
        model,
        left.filter(other => other !== next),
        after,
      )
    )
  })
}

/** All ways in which three operations may overlap, with times from 0 to 5: each is called, and then returns. */
const OVERLAPS = ["aabbcc", "abab cc", "abba cc", "aabcbc", "abcabc", "abccba", "aabccb", "abacbc", "abcacb"].map(
  text =>
    ["a", "b", "c"].map(
      name => [text.replace(" ", "").indexOf(name), text.replace(" ", "").lastIndexOf(name)] as const,
    ),
)

test.each<[string, RecordedObject<never, never, never>, readonly Fields[]]>([
  [
    "a queue",
    queueObject as never,
    [
      { f: "enqueue", value: 1 },
      { f: "enqueue", value: 2 },
      { f: "enqueue", value: 1, fate: "unknown" },
      { f: "dequeue", result: 1 },
      { f: "dequeue", result: 2 },
      { f: "dequeue", result: null },
      { f: "dequeue", fate: "unknown" },
    ],
  ],
  [
    "a bag",
    bagObject as never,
    [
      { f: "enqueue", value: 1 },
      { f: "enqueue", value: 2, fate: "unknown" },
      { f: "dequeue", result: 1 },
      { f: "dequeue", result: 2 },
      { f: "dequeue", result: null },
      { f: "dequeue", fate: "unknown" },
    ],
  ],
  [
    "a set",
    setObject as never,
    [
      { f: "add", value: 1 },
      { f: "add", value: 2, fate: "unknown" },
      { f: "remove", value: 1 },
      { f: "remove", value: 1, fate: "unknown" },
      { f: "read", result: [] },
      { f: "read", result: [1] },
      { f: "contains", value: 2, result: true },
      { f: "contains", value: 1, result: false },
    ],
  ],
  [
    "a lock",
    mutexObject as never,
    [{ f: "acquire" }, { f: "release" }, { f: "acquire", fate: "unknown" }, { f: "release", fate: "unknown" }],
  ],
  [
    "an owned lock",
    ownedMutexObject as never,
    [
      { f: "acquire", client: "1" },
      { f: "acquire", client: "2" },
      { f: "release", client: "1" },
      { f: "release", client: "2", fate: "unknown" },
    ],
  ],
  [
    "registers",
    multiRegisterObject as never,
    [
      {
        f: "txn",
        value: [
          ["w", "x", 1],
          ["w", "y", 1],
        ],
      },
      { f: "txn", value: [["w", "x", 2]], fate: "unknown" },
      {
        f: "txn",
        value: [
          ["r", "x", 1],
          ["r", "y", null],
        ],
      },
      { f: "txn", value: [["r", "x", 2]] },
      {
        f: "txn",
        value: [
          ["r", "y", 1],
          ["w", "x", 2],
        ],
      },
    ],
  ],
])("all histories of three operations on %s get the verdict that trying all orders gives", (_, object, kinds) => {
  const model: Model<unknown, unknown, unknown> = object.model(PLAIN) as never
  const operations = kinds.map(fields => object.read(recorded(fields), PLAIN)!)
  const found = { true: 0, false: 0 }
  const wrong: unknown[] = []
  for (const times of OVERLAPS) {
    for (let number = 0; number < kinds.length ** 3; number++) {
      const history = times.map(([call, end], place): HistoryOperation<unknown, unknown> => {
        const { input, output } = operations[Math.floor(number / kinds.length ** place) % kinds.length]!
        return { client: place, input, output, call, return: output === undefined ? Infinity : end }
      })
      const expected = isExplained(model, history, model.init())
      found[`${expected}`]++
      if (isLinearizable(model, history, { steps: 1_000 }) !== expected) wrong.push({ history, expected })
    }
  }
  expect(wrong).toEqual([])
  expect(Math.min(found.true, found.false)).toBeGreaterThan(50)
})
