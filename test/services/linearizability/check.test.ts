import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { Random } from "../../../runtime/lib/random.ts"
import { checkHistory } from "../../../services/linearizability/check.ts"
import { keyValueModel, keyValueModelFrom } from "../../../services/linearizability/key-value.ts"
import type { Model } from "../../../services/linearizability/model.ts"
import {
  append,
  cas,
  type Entry,
  get,
  isLinearizableByBruteForce,
  lostPut,
  put,
  randomHistory,
  swap,
  withOneAnswerChanged,
} from "./histories.ts"
import { casesToMeet, randomCases } from "../../support/mutation-run.ts"
import { byNight } from "../../support/effort.ts"

const verdictOf = (history: readonly Entry[]): string => checkHistory(keyValueModel, history).verdict

const on = (key: string, operation: Entry): Entry => ({ ...operation, input: { ...operation.input, key } })

describe("histories written by hand", () => {
  test("the empty history holds", () => {
    expect(verdictOf([])).toBe("holds")
  })

  test("a read of the last value written holds, of an older one does not", () => {
    expect(verdictOf([put("1", 0, 1), put("2", 2, 3), get("2", 4, 5)])).toBe("holds")
    expect(verdictOf([put("1", 0, 1), put("2", 2, 3), get("1", 4, 5)])).toBe("violated")
  })

  test("a read concurrent with a write may see the value before it or after it (Herlihy and Wing, figure 1)", () => {
    expect(verdictOf([put("1", 0, 1), put("2", 2, 5), get("1", 3, 4)])).toBe("holds")
    expect(verdictOf([put("1", 0, 1), put("2", 2, 5), get("2", 3, 4)])).toBe("holds")
  })

  test("two reads must not see two concurrent writes in opposite orders", () => {
    const writes = [put("1", 0, 100), put("2", 0, 100)]
    expect(verdictOf([...writes, get("1", 10, 20), get("2", 30, 40)])).toBe("holds")
    expect(verdictOf([...writes, get("1", 10, 20), get("2", 30, 40), get("1", 50, 60)])).toBe("violated")
  })

  test("once a read has seen a write, a later read must not miss it", () => {
    expect(verdictOf([put("1", 0, 1), put("2", 2, 100), get("2", 10, 20), get("1", 30, 40)])).toBe("violated")
  })

  test("operations that touch in one instant count as concurrent", () => {
    expect(verdictOf([put("1", 0, 10), get(null, 10, 20)])).toBe("holds")
    expect(verdictOf([put("1", 0, 10), get(null, 11, 20)])).toBe("violated")
  })

  test("a write of unknown outcome may take effect at any later time, or never", () => {
    expect(verdictOf([lostPut("1", 0), get(null, 10, 20), get("1", 30, 40)])).toBe("holds")
    expect(verdictOf([lostPut("1", 0), get(null, 10, 20), get(null, 30, 40)])).toBe("holds")
    expect(verdictOf([lostPut("1", 0), get("1", 10, 20), get(null, 30, 40)])).toBe("violated")
  })

  test("a write of unknown outcome cannot take effect before its call, nor after it has expired", () => {
    expect(verdictOf([lostPut("1", 50), get("1", 10, 20)])).toBe("violated")
    const expired = { ...lostPut("1", 0), return: 25 }
    expect(verdictOf([expired, get("1", 10, 20)])).toBe("holds")
    expect(verdictOf([expired, get(null, 10, 20), get("1", 30, 40)])).toBe("holds")
    expect(verdictOf([expired, get(null, 26, 28), get("1", 30, 40)])).toBe("violated")
  })

  test("an append applied twice is found", () => {
    expect(verdictOf([append("a", null, 0, 1), append("b", "a", 2, 3), get("ab", 4, 5)])).toBe("holds")
    expect(verdictOf([append("a", null, 0, 1), append("b", "aa", 2, 3)])).toBe("violated")
  })

  test("two of three concurrent compare-and-sets from one value cannot both succeed", () => {
    const start = put("0", 0, 1)
    expect(verdictOf([start, cas("0", "1", true, 5, 9), cas("0", "2", false, 5, 9)])).toBe("holds")
    expect(verdictOf([start, cas("0", "1", true, 5, 9), cas("0", "2", true, 5, 9)])).toBe("violated")
  })

  test("a delete that found nothing to delete shows that there was nothing", () => {
    const refused = (call: number, end: number) => ({
      ...get(null, call, end),
      input: { op: "delete", key: "x" } as const,
      output: { done: false },
    })
    expect(checkHistory(keyValueModelFrom(null), [put("1", 0, 1), refused(2, 3)]).verdict).toBe("violated")
    expect(checkHistory(keyValueModelFrom(null), [put("1", 0, 3), refused(2, 3)]).verdict).toBe("holds")
    expect(checkHistory(keyValueModelFrom("1"), [refused(2, 3)]).verdict).toBe("violated")
  })

  test("keys are independent", () => {
    const history = [on("a", put("1", 0, 1)), on("b", get(null, 2, 3)), on("a", get("1", 2, 3))]
    expect(verdictOf(history)).toBe("holds")
    const wrong = checkHistory(keyValueModel, [...history, on("b", get("1", 4, 5))])
    expect(wrong).toMatchObject({ verdict: "violated", partition: "b" })
  })
})

describe("the witness", () => {
  test("is the smallest part of the history that cannot be, whatever became of the rest", () => {
    const noise = Array.from({ length: 60 }, (_, i) =>
      swap(`n${i}`, i === 0 ? "2" : `n${i - 1}`, 100 + 2 * i, 101 + 2 * i),
    )
    const [first, second, stale] = [put("1", 0, 1), put("2", 2, 3), get("1", 4, 5)]
    const verdict = checkHistory(keyValueModel, [first, second, stale, get("2", 6, 7), ...noise])
    expect(verdict).toEqual({ verdict: "violated", partition: "x", witness: [second, stale], values: ["1", "2"] })
  })

  test("has no linearization by itself", () => {
    const random = new Random(7)
    let found = 0
    for (let i = 0; i < randomCases(200); i++) {
      const history = withOneAnswerChanged(
        random,
        randomHistory(random, { clients: 4, operations: 30, keys: 1, values: 3, unknown: 0.1, telling: true }),
      )
      const verdict = checkHistory(keyValueModel, history)
      if (verdict.verdict !== "violated") continue
      found++
      expect(checkHistory(keyValueModel, verdict.witness).verdict).toBe("violated")
    }
    expect(found).toBeGreaterThan(casesToMeet(50))
  })
})

describe("against a checker that tries all orders", () => {
  const options = fc.record({
    clients: fc.integer({ min: 1, max: 5 }),
    operations: fc.integer({ min: 1, max: 7 }),
    keys: fc.constant(1),
    values: fc.integer({ min: 0, max: 3 }),
    unknown: fc.constantFrom(0, 0.2, 0.6),
    telling: fc.boolean(),
  })

  test("histories of linearizable executions hold", () => {
    fc.assert(
      fc.property(fc.integer(), options, (seed, drawn) => {
        const history = randomHistory(new Random(seed), drawn)
        expect(isLinearizableByBruteForce(history)).toBe(true)
        expect(verdictOf(history)).toBe("holds")
      }),
      { numRuns: randomCases(1000) },
    )
  })

  test("histories with a changed answer get the verdict that trying all orders gives", () => {
    const verdicts = { holds: 0, violated: 0, undecided: 0 }
    fc.assert(
      fc.property(fc.integer(), options, (seed, drawn) => {
        const random = new Random(seed)
        const history = withOneAnswerChanged(random, randomHistory(random, drawn))
        const { verdict } = checkHistory(keyValueModel, history, { shrinkBudget: 0 })
        verdicts[verdict]++
        expect(verdict).toBe(isLinearizableByBruteForce(history) ? "holds" : "violated")
      }),
      { numRuns: randomCases(2000) },
    )
    expect(verdicts.violated).toBeGreaterThan(casesToMeet(100))
    expect(verdicts.holds).toBeGreaterThan(casesToMeet(100))
  })
})

describe("deletes and initial values, against a checker that tries all orders", () => {
  test("get the same verdict", () => {
    const verdicts = { holds: 0, violated: 0, undecided: 0 }
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 2, max: 7 }),
        (seed, clients, operations) => {
          const random = new Random(seed)
          const drawn = { clients, operations, keys: 1, values: 2, unknown: 0.3, telling: random.chance(0.3) }
          const original = withOneAnswerChanged(random, randomHistory(random, drawn))
          const history = original.map(operation => (random.chance(0.3) ? asDelete(operation) : operation))
          const model = keyValueModelFrom(random.chance(0.5) ? "v1" : null)
          const { verdict } = checkHistory(model, history)
          verdicts[verdict]++
          expect(verdict).toBe(isLinearizableByBruteForce(history, model) ? "holds" : "violated")
        },
      ),
      { numRuns: randomCases(2000) },
    )
    expect(verdicts.holds).toBeGreaterThan(casesToMeet(200))
    expect(verdicts.violated).toBeGreaterThan(casesToMeet(200))
  })

  const asDelete = ({ input, output, ...rest }: Entry) => ({
    ...rest,
    input: { op: "delete", key: input.key } as const,
    output: output === undefined ? undefined : { done: true },
  })
})

test("a search that knows what operations mention comes to the same verdict as one that does not", () => {
  const { traceOf: _, ...plainModel } = keyValueModel
  const verdicts = { holds: 0, violated: 0, undecided: 0 }
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 0, max: 4 }), fc.boolean(), (seed, values, telling) => {
      const random = new Random(seed)
      const options = { clients: 5, operations: 40, keys: 1, values, unknown: 0.15, telling }
      const history = withOneAnswerChanged(random, randomHistory(random, options))
      const { verdict } = checkHistory(keyValueModel, history)
      const plain = checkHistory(plainModel, history, { budget: 500_000, shrinkBudget: 0 }).verdict
      verdicts[plain]++
      expect([verdict, "undecided"]).toContain(plain)
    }),
    { numRuns: randomCases(byNight(500, 200)) },
  )
  expect(verdicts.holds).toBeGreaterThan(casesToMeet(15))
  expect(verdicts.violated).toBeGreaterThan(casesToMeet(15))
})

describe("operations that do the same, late in a long history", () => {
  /** Long enough for the search to look for them. */
  const long = Array.from({ length: 500 }, (_, i) => [put("z", 2 * i, 2 * i), get("z", 2 * i + 1, 2 * i + 1)]).flat()
  const later = (operation: Entry): Entry => ({
    ...operation,
    call: operation.call + 1000,
    return: operation.return + 1000,
  })

  test("the one that returns first goes first", () => {
    const writes = [put("a", 0, 1), put("a", 0, 100)]
    const rest = [cas("a", "b", true, 50, 60), get("a", 70, 80)]
    expect(verdictOf([...long, ...[...writes, ...rest].map(later)])).toBe("holds")
    expect(verdictOf([...long, ...[...writes, ...rest, get("b", 101, 102)].map(later)])).toBe("violated")
  })

  test("of two of unknown outcome, the one that expires first goes first", () => {
    const writes = [lostPut("a", 0), { ...lostPut("a", 1), return: 10 }]
    const rest = [get("a", 5, 6), cas("a", "b", true, 20, 30), get("a", 40, 50)]
    expect(verdictOf([...long, ...[...writes, ...rest].map(later)])).toBe("holds")
    expect(verdictOf([...long, ...[...writes.slice(1), ...rest].map(later)])).toBe("violated")
  })
})

describe("a hard key", () => {
  const plain = [on("plain", put("1", 0, 1)), on("plain", get(null, 2, 3))]

  test("hides no plain violation at another key, wherever that stands", () => {
    const budget = { budget: 60_000 }
    for (const history of [
      [...puzzle("a", 5), ...plain],
      [...plain, ...puzzle("a", 5)],
    ]) {
      expect(checkHistory(keyValueModel, history, budget)).toMatchObject({ verdict: "violated", partition: "plain" })
    }
    expect(checkHistory(keyValueModel, puzzle("a", 5), budget).verdict).toBe("undecided")
  })

  /** Compare-and-sets in a circle: whether all can succeed is not to be seen without trying. */
  function puzzle(key: string, count: number): Entry[] {
    const random = new Random(3)
    return Array.from({ length: count * 9 }, (_, i) => {
      const from = `v${random.integer(0, count - 1)}`
      const to = `v${random.integer(0, count - 1)}`
      return on(key, i === 0 ? put(from, 0, 1) : cas(from, to, true, 0, 1000))
    })
  }
})

test("the verdict and the witness do not depend on the order of the history", () => {
  const random = new Random(11)
  const options = { clients: 6, operations: 60, keys: 3, values: 3, unknown: 0.1, telling: false }
  let violated = 0
  for (let i = 0; i < 40; i++) {
    const history = withOneAnswerChanged(random, randomHistory(random, options))
    const result = checkHistory(keyValueModel, history)
    const shuffled = history.map(operation => ({ operation, place: random.integer(0, 1e6) }))
    const other = shuffled.toSorted((a, b) => a.place - b.place).map(({ operation }) => operation)
    expect(checkHistory(keyValueModel, other)).toEqual(result)
    if (result.verdict === "violated") violated++
  }
  expect(violated).toBeGreaterThan(5)
})

describe("large histories", () => {
  const large = { clients: 50, operations: 10_000, keys: 100, values: 0, unknown: 0.01, telling: false }

  test("10,000 operations of 50 clients on 100 keys are decided, and a changed answer is found", () => {
    const random = new Random(1)
    const history = randomHistory(random, large)
    // A step an operation, as a rule: no search to speak of.
    expect(checkHistory(keyValueModel, history, { budget: 15_000 }).verdict).toBe("holds")
    const last = history.findLastIndex(({ input, output }) => input.op === "get" && output !== undefined)
    const wrong = history.with(last, { ...history[last]!, output: { done: true, value: "never written" } })
    expect(verdictOf(wrong)).toBe("violated")
  })

  test("where few values make answers ambiguous, wrong ones are found and shown by a handful of operations", () => {
    const random = new Random(4)
    const verdicts = Array.from({ length: 5 }, () => {
      const history = randomHistory(random, { ...large, operations: 2_000, keys: 20, values: 3 })
      return checkHistory(keyValueModel, withOneAnswerChanged(random, history))
    })
    const shown = verdicts.flatMap(verdict => (verdict.verdict === "violated" ? [verdict.witness.length] : []))
    expect(shown.length).toBeGreaterThan(2)
    expect(Math.max(...shown)).toBeLessThan(5)
  })

  test("10,000 operations of 20 clients on a single key are decided, if answers tell what they replaced", () => {
    expect(verdictOf(randomHistory(new Random(2), { ...large, clients: 20, keys: 1, telling: true }))).toBe("holds")
  })
})

test("a check that ran out of budget is undecided", () => {
  const history = randomHistory(new Random(3), {
    clients: 10,
    operations: 200,
    keys: 1,
    values: 0,
    unknown: 0,
    telling: false,
  })
  const verdict = checkHistory(keyValueModel, history, { budget: 50 })
  expect(verdict).toEqual({ verdict: "undecided", reason: "the budget of steps ran out at k0" })
})

test("any sequential object can be checked: a queue", () => {
  type QueueInput = { readonly op: "enqueue"; readonly value: number } | { readonly op: "dequeue" }
  const queue: Model<readonly number[], QueueInput, number | null> = {
    partition: () => "queue",
    init: () => [],
    step(state, input, output) {
      if (input.op === "enqueue") return [...state, input.value]
      const [first = null, ...rest] = state
      return output === undefined || output === first ? rest : undefined
    },
    isReadOnly: () => false,
    mayShow: () => true,
    identify: state => state.join(),
    describe: (input, output) => `${input.op} -> ${output}`,
  }
  const of = (input: QueueInput, output: number | null, call: number, end: number) => {
    return { client: 0, input, output, call, return: end }
  }
  // Herlihy and Wing 1990, figures 1(a) and 1(b).
  const overlapping = [of({ op: "enqueue", value: 1 }, null, 0, 4), of({ op: "enqueue", value: 2 }, null, 1, 3)]
  const orderly = [...overlapping, of({ op: "dequeue" }, 2, 5, 6), of({ op: "dequeue" }, 1, 5, 7)]
  expect(checkHistory(queue, orderly).verdict).toBe("holds")
  const apart = [of({ op: "enqueue", value: 1 }, null, 0, 1), of({ op: "enqueue", value: 2 }, null, 2, 3)]
  expect(checkHistory(queue, [...apart, of({ op: "dequeue" }, 2, 5, 6)]).verdict).toBe("violated")
})
